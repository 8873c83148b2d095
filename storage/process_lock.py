"""One process per database: a lock file beside it, freed by the kernel when the process ends."""

import fcntl
import os
from pathlib import Path

from storage.base import AlreadyOpen, StorageUnavailable


class ProcessLock:
    """An exclusive lock on a file that also tells who holds it."""

    def __init__(self, path: Path, what: str, owned: Path) -> None:
        self._path = path
        self._what = what
        self._owned = owned
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock. Errors: AlreadyOpen, naming the process; StorageUnavailable."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise AlreadyOpen(
                f"{self._owned}: process {holder} has {self._what} open: "
                "let it do the work, or stop it first"
            ) from None
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode("ascii"), 0)
        except OSError as error:
            os.close(handle)
            raise StorageUnavailable(
                f"{self._path}: {error.strerror}; make room on its disk"
            ) from None
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; without one, nothing happens."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
