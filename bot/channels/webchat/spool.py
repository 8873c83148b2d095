"""Files of the web chat on their way: sealed records in a private folder."""

import os
import secrets
from collections.abc import Iterable, Iterator
from math import inf
from pathlib import Path
from typing import BinaryIO

from storage.sealing import Compartment, Vault

_LENGTH = 4  # bytes before each sealed record
_PART = ".part"


class Truncated(Exception):
    """The file on disk ends before its end."""


class Writing:
    """One file on its way to disk; invisible until `finish`."""

    def __init__(self, folder: Path, file: str, vault: Vault) -> None:
        self._path = folder / file
        self._part = folder / (file + _PART)
        self._vault = vault
        self._records = 0
        self.file = file
        self.size = 0
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._stream: BinaryIO = os.fdopen(handle, "wb")

    def write(self, chunk: bytes) -> None:
        """One more piece."""
        if chunk:
            self._record(chunk)
            self.size += len(chunk)

    def finish(self) -> None:
        """Durable and visible."""
        self._record(b"")
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._part.rename(self._path)
        _sync_folder(self._path.parent)

    def abandon(self) -> None:
        """As if it had never begun; harmless after `finish`."""
        self._stream.close()
        self._part.unlink(missing_ok=True)

    def _record(self, plain: bytes) -> None:
        sealed = self._vault.seal(Compartment.CHANNEL, plain, _place(self.file, self._records))
        self._stream.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        self._records += 1


class Spool:
    """A private folder of sealed files, named by random ids."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def prepare(self, before: float = inf) -> None:
        """Make the folder; drop what a crash left half written, if last written `before`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in self._folder.glob("*" + _PART):
            if _written(part) < before:
                part.unlink(missing_ok=True)

    def begin(self) -> Writing:
        """A new file."""
        return Writing(self._folder, secrets.token_hex(16), self._vault)

    def keep(self, path: Path) -> Writing:
        """Copy a plain temporary file into the spool; the result has its id and size."""
        writing = self.begin()
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(65_536):
                    writing.write(chunk)
            writing.finish()
        except BaseException:
            writing.abandon()
            raise
        return writing

    def holds(self, file: str) -> bool:
        """Whether the file is here."""
        return (self._folder / file).is_file()

    def pieces(self, file: str) -> Iterator[bytes]:
        """The plain bytes. Raises FileNotFoundError, Truncated, SealBroken."""
        with (self._folder / file).open("rb") as stream:
            number = 0
            while True:
                sealed = stream.read(int.from_bytes(_exactly(stream, _LENGTH), "big"))
                plain = self._vault.open(Compartment.CHANNEL, sealed, _place(file, number))
                if not plain:
                    return
                yield plain
                number += 1

    def drop(self, files: Iterable[str]) -> None:
        """Delete files; missing ones are no error."""
        for file in files:
            (self._folder / file).unlink(missing_ok=True)

    def files(self, before: float = inf) -> list[str]:
        """The ids of every whole file here that was written `before` (epoch seconds)."""
        whole = [path for path in self._folder.iterdir() if path.suffix != _PART]
        return sorted(path.name for path in whole if _written(path) < before)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise Truncated
    return data


def _written(path: Path) -> float:
    """When a file was last written; another process may have taken it away meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return inf


def _place(file: str, number: int) -> str:
    return f"spool:{file}:{number}"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
