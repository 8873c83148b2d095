"""Bytes of files on the local disk: sealed in chunks, addressed by their keyed hash, durable."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from storage.base import StorageError, StorageUnavailable
from storage.sealing import DataKey

CHUNK = 64 * 1024  # bytes of plain text per sealed chunk
_PART = "part-"  # begins the name of a file that is still being written
_SEAL = 29  # bytes that a seal adds


class BlobMissing(StorageError):
    """The bytes of a file are not on the disk; restore them from the backup."""


class BlobWriter:
    """Writes one blob: hand it bytes, then `finish` for its address, or `abandon` it.

    As a context manager it abandons what was not finished. Until `finish` returns nothing can be
    found under an address; once it has returned the bytes survive a power cut.
    """

    def __init__(self, folder: Path, key: DataKey, place: str) -> None:
        self._folder = folder
        self._key = key
        self._place = place
        self._address = key.hasher()
        self._path = folder / f"{_PART}{secrets.token_hex(8)}"
        self._file = _opened(self._path)
        self._rest = bytearray()
        self._number = 0
        self.size = 0  # bytes handed in so far

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self.size += len(data)
        self._rest += data
        while len(self._rest) > CHUNK:
            self._seal(bytes(self._rest[:CHUNK]), last=False)
            del self._rest[:CHUNK]

    def finish(self) -> str:
        """Seal the last chunk, make the bytes durable, and return the blob's address."""
        self._seal(bytes(self._rest), last=True)
        self._rest.clear()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        name = self._address.hexdigest()
        target = _path(self._folder, name)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        self._path.replace(target)
        _sync_folder(target.parent)
        _sync_folder(self._folder)
        return name

    def abandon(self) -> None:
        """Leave nothing behind; after `finish` nothing happens."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        sealed = self._key.seal(plain, _chunk_place(self._place, self._number, last=last))
        self._address.update(sealed)
        self._file.write(sealed)
        self._number += 1

    def __enter__(self) -> "BlobWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.abandon()


class LocalBlobs:
    """A folder of sealed blobs. Synchronous: call it from a thread of its own, never in a unit."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageUnavailable(
                f"{folder}: {error.strerror}; give this user the folder"
            ) from None

    def writer(self, key: DataKey, place: str) -> BlobWriter:
        """Begin a blob that only `key` opens, and only for `place`."""
        return BlobWriter(self._folder, key, place)

    def put(self, chunks: Iterable[bytes], key: DataKey, place: str) -> str:
        """Store bytes; returns the address. Once it has returned they survive a power cut."""
        with self.writer(key, place) as writer:
            for chunk in chunks:
                writer.write(chunk)
            return writer.finish()

    def get(self, name: str, key: DataKey, place: str) -> Iterator[bytes]:
        """The bytes of a blob, streamed; each chunk is checked before it is given.

        Errors: BlobMissing; SealBroken for a wrong key or place, a changed, moved, missing or
        additional chunk.
        """
        try:
            file = _path(self._folder, name).open("rb")
        except FileNotFoundError:
            raise BlobMissing from None
        with file:
            number, sealed = 0, file.read(CHUNK + _SEAL)
            while True:
                following = file.read(CHUNK + _SEAL)
                yield key.open(sealed, _chunk_place(place, number, last=not following))
                if not following:
                    return
                number, sealed = number + 1, following

    def delete(self, name: str) -> None:
        """Remove a blob; a missing one is no error."""
        _path(self._folder, name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every blob in the order of its address."""
        for path in sorted(self._folder.glob("??/*")):
            yield path.name

    def sweep(self, named: Callable[[str], bool], before: float) -> list[str]:
        """Remove blobs that no row names and parts left over; returns what was removed.

        Only files untouched since `before` (epoch seconds) go: a younger one may get its row yet.
        """
        gone = []
        for path in sorted([*self._folder.glob("??/*"), *self._folder.glob(f"{_PART}*")]):
            part = path.name.startswith(_PART)
            if path.stat().st_mtime < before and (part or not named(path.name)):
                path.unlink(missing_ok=True)
                gone.append(path.name)
        return gone


def _path(folder: Path, name: str) -> Path:
    if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
        raise BlobMissing("that is no address of a blob")
    return folder / name[:2] / name


def _chunk_place(place: str, number: int, *, last: bool) -> str:
    return f"{place}#{number}{'!' if last else ''}"


def _opened(path: Path) -> BinaryIO:
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise StorageUnavailable(f"{path.parent}: {error.strerror}") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
