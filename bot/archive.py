"""A sealed archive: a tar that only an offline key opens, written and read as a stream."""

import errno
import io
import os
import re
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from casework.errors import DataError
from storage.base import StorageUnavailable

ABOUT, MANIFEST, KEYS = "about.json", "manifest.json", "keys.json"
PIECE = 8 * 1024 * 1024  # bytes of one piece of a table; no more of it lies in memory at once
_SMALL = 1024 * 1024  # bytes of a file that is read whole
_TABLE = re.compile(r"tables/([a-z_]+)\.\d{6}\.jsonl")
_BLOB = re.compile(r"blobs/([0-9a-f]{2})/\1[0-9a-f]{62}")
_UPLOAD = re.compile(r"uploads/[0-9a-f]{32}")
_OTHER_KEY = "No matching keys"  # how the library begins when the archive is for somebody else


class Archive:
    """The plain end of a sealed archive that is being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, data: bytes) -> None:
        """A small file."""
        self.copy(name, io.BytesIO(data), len(data))

    def copy(self, name: str, file: BinaryIO, size: int) -> None:
        """A file of `size` bytes."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, file)

    @contextmanager
    def table(self, name: str) -> Iterator["Pieces"]:
        """A table as lines, in as many files as it needs; nothing lies on a disk meanwhile."""
        pieces = Pieces(self, name)
        yield pieces
        pieces.end()


class Pieces(io.BytesIO):
    """Lines of one table; whole pieces go into the archive."""

    def __init__(self, archive: Archive, name: str) -> None:
        super().__init__()
        self._archive = archive
        self._name = name
        self._number = 0

    def write(self, line: Any) -> int:
        """One line or several whole ones."""
        written = super().write(line)
        if self.tell() >= PIECE:
            self.end()
        return written

    def end(self) -> None:
        """What was gathered becomes a file of the archive."""
        if self.tell():
            self._number += 1
            self._archive.add(f"tables/{self._name}.{self._number:06}.jsonl", self.getvalue())
            self.seek(0)
            self.truncate()


class _Out:
    """A file that remembers why it could not be written: the sealing tells it only in words."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.fault: OSError | None = None

    def write(self, data: bytes) -> int:
        """Hand on."""
        try:
            return self._file.write(data)
        except OSError as fault:
            self.fault = fault
            raise

    def flush(self) -> None:
        """Hand on."""
        self._file.flush()


@contextmanager
def sealed_to(out: BinaryIO, keys: Sequence[Any]) -> Iterator[Archive]:
    """An archive whose bytes go sealed and durable into `out`. Errors: OSError of the disk."""
    reading, writing = os.pipe()
    outer = _Out(out)
    failed: list[BaseException] = []

    def seal() -> None:
        try:
            with os.fdopen(reading, "rb") as plain:
                pyrage.encrypt_io(plain, outer, list(keys))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=seal, name="sealing")
    thread.start()
    try:
        with os.fdopen(writing, "wb") as plain, tarfile.open(fileobj=plain, mode="w|") as tar:
            yield Archive(tar)
    except BrokenPipeError:
        thread.join()  # the other end says below why it broke
    finally:
        thread.join()
    if failed:
        raise outer.fault or failed[0]
    out.flush()
    os.fsync(out.fileno())


Begun = Callable[[bytes], object]
"""Told what the archive says of itself, before anything else of it is read."""


def unpack(backup: Path, openers: Sequence[Any], folder: Path, begun: Begun) -> None:
    """Read a sealed archive into a folder: files of known names only, nothing else.

    The pieces of a table come together in tables/<name>.jsonl. Errors: DataError for a wrong key,
    a damaged or strange archive; StorageUnavailable for a full disk.
    """
    try:
        sealed = backup.open("rb")
    except FileNotFoundError:
        raise DataError(f"{backup}: is not there; name the backup file") from None
    with sealed:
        try:
            _stream_in(backup, sealed, openers, folder, begun)
        except OSError as fault:
            raise no_room(fault, folder) from None


def no_room(fault: OSError, place: Path) -> Exception:
    """A full disk in one clear line; any other fault of a disk as it is."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageUnavailable(f"{place}: no room is left; make room there")
    return fault


def _stream_in(
    backup: Path, sealed: BinaryIO, openers: Sequence[Any], folder: Path, begun: Begun
) -> None:
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def unseal() -> None:
        try:
            with os.fdopen(writing, "wb") as plain:
                pyrage.decrypt_io(sealed, plain, list(openers))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=unseal, name="unsealing")
    thread.start()
    broken = False
    try:
        with os.fdopen(reading, "rb") as plain:
            try:
                with tarfile.open(fileobj=plain, mode="r|") as tar:
                    _put_all(backup, tar, folder, begun)
                while plain.read(_SMALL):  # to the seal of its very end
                    pass
            except tarfile.TarError:
                broken = True
    finally:
        thread.join()
    if failed or broken:
        raise DataError(f"{backup}: {_why(failed)}") from None


def _why(failed: Sequence[BaseException]) -> str:
    if failed and str(failed[0]).startswith(_OTHER_KEY):
        return "does not open with this key; use the identity that it was made for"
    return "was damaged or cut off, or is no backup; take another copy of it"


def _put_all(backup: Path, tar: tarfile.TarFile, folder: Path, begun: Begun) -> None:
    first = True
    for member in tar:
        target = _target(folder, member)
        if target is None or first != (member.name == ABOUT):
            raise DataError(f"{backup}: holds what no backup of this program holds; refused")
        first = False
        file = tar.extractfile(member)
        assert file is not None
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        grows = os.O_APPEND if member.name.startswith("tables/") else os.O_EXCL
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | grows, 0o600), "wb") as out:
            while piece := file.read(_SMALL):
                out.write(piece)
        if member.name == ABOUT:
            begun(target.read_bytes())


def _target(folder: Path, member: tarfile.TarInfo) -> Path | None:
    """Where a file of an archive goes; None where it does not belong into one."""
    if member.type != tarfile.REGTYPE or member.issparse():
        return None
    if member.name in (ABOUT, MANIFEST, KEYS):
        return folder / member.name if member.size <= _SMALL else None
    if found := _TABLE.fullmatch(member.name):
        return folder / "tables" / f"{found[1]}.jsonl"
    if _BLOB.fullmatch(member.name) or _UPLOAD.fullmatch(member.name):
        return folder / member.name
    return None
