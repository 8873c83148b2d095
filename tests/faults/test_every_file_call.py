"""The disk fails at the N-th call for a received file, for every N: it comes again, whole."""

from pathlib import Path
from typing import Any

import pytest

from bot.fetching import WAITS, Fetcher
from storage.blobs import BlobWriter, LocalBlobs
from storage.sealing import DataKey, Vault
from storage.sqlite import SqliteStorage
from tests.bot.test_fetching import JPEG, Stage

pytestmark = pytest.mark.faults
DAY = 2 * 86_400
MOST = 200


class Disk:
    """Counts file operations and lets one of them fail."""

    def __init__(self) -> None:
        self.fails_at = self.count = 0
        self.names: list[str] = []

    def step(self, name: str) -> None:
        """One operation. Errors: OSError for the fatal one."""
        self.count += 1
        self.names.append(name)
        if self.count == self.fails_at:
            raise OSError(28, "No space left on device")


class File:
    """An open file on that disk."""

    def __init__(self, file: Any, disk: Disk) -> None:
        self._file, self._disk = file, disk

    def write(self, data: bytes) -> int:
        """Some bytes, or none."""
        self._disk.step("write")
        return int(self._file.write(data))

    def flush(self) -> None:
        """What was gathered goes to the system."""
        self._disk.step("flush")
        self._file.flush()

    def fileno(self) -> int:
        """Asked for by fsync alone."""
        self._disk.step("fsync")
        return int(self._file.fileno())

    def close(self) -> None:
        """Always goes: the system gives its memory back."""
        self._file.close()


class Name:
    """A name on that disk."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path, self._disk = path, disk

    def replace(self, target: Path) -> None:
        """Before it, or after it, the disk may fail."""
        self._disk.step("rename")
        self._path.replace(target)
        self._disk.step("renamed")

    def unlink(self, *, missing_ok: bool) -> None:
        """Tidying up."""
        self._path.unlink(missing_ok=missing_ok)


class Writer(BlobWriter):
    """The real writer on that disk."""

    def __init__(self, folder: Path, key: DataKey, place: str, disk: Disk) -> None:
        disk.step("open")
        super().__init__(folder, key, place)
        self._file = File(self._file, disk)  # type: ignore[assignment]
        self._path = Name(self._path, disk)  # type: ignore[assignment]


class Blobs(LocalBlobs):
    """The real store of bytes on that disk."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        super().__init__(folder)
        self._disk = disk

    def writer(self, key: DataKey, place: str) -> BlobWriter:
        """Begin a blob."""
        return Writer(self._folder, key, place, self._disk)


def stage_on(storage: SqliteStorage, vault: Vault, folder: Path, disk: Disk) -> Stage:
    """An announced file, and a fetcher that writes to that disk."""
    stage = Stage(storage, vault, folder)
    stage.blobs = Blobs(folder, disk)
    channels: Any = {("telegram", "bot"): stage.platform}
    stage.fetcher = Fetcher(storage, vault, stage.blobs, channels, stage.clock, stage._tell)
    return stage


async def test_whatever_file_operation_fails_the_file_comes_again_and_whole(
    tmp_path: Path, vault: Vault
) -> None:
    for number in range(1, MOST):
        storage = SqliteStorage(tmp_path / str(number) / "j.db")
        await storage.open()
        disk = Disk()
        disk.fails_at = number
        stage = stage_on(storage, vault, tmp_path / str(number) / "blobs", disk)
        await stage.announce()
        await stage.fetcher.run_due()
        failed = disk.count >= number
        if failed:
            assert (await stage.row()).state == "fetching", disk.names[-1]
            assert (await stage.row()).blob == ""
            assert not list((tmp_path / str(number) / "blobs").glob("part-*")), disk.names[-1]
            stage.pass_time(WAITS[0])
            await stage.fetcher.run_due()
        assert (await stage.row()).state == "stored"
        assert await stage.content() == JPEG
        assert stage.told == []
        stage.pass_time(DAY)
        await stage.fetcher.sweep()
        assert list(stage.blobs.names()) == [(await stage.row()).blob]
        await storage.close()
        if not failed:
            break
    assert {"open", "write", "flush", "fsync", "rename", "renamed"} <= set(disk.names)
    assert number == len(disk.names) + 1
