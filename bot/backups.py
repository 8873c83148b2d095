"""Backups: the whole installation as one file that only an offline key opens; and moves."""

import asyncio
import io
import json
import os
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pyrage

from bot.config import Config
from casework.errors import DataError
from storage import holds, migrate
from storage.base import StorageError
from storage.open import open_storage, peek
from storage.portable import Count, Whole, copy_table, count, read_table, verified, write_table

FORM = 1
MANIFEST, KEYS = "manifest.json", "keys.json"
Told = Callable[[str], None]


def make_backup(
    config: Config, recipients: Sequence[str], target: Path, tell: Told
) -> list[Count]:
    """Write a consistent copy of a running or stopped installation to a new file.

    The rows come from one snapshot, then the blobs: those are never changed and stay for days
    after their rows, so every row of the snapshot has its blob. Errors: DataError, StorageError.
    """
    keys = [_recipient(one) for one in recipients]
    if target.exists():
        raise DataError(f"{target}: is there already; name a new file")
    part = target.with_name(f".{target.name}.part")
    try:
        with open(part, "xb", opener=_private) as out, _sealing(out, keys) as tar:
            counts = peek(config.database, partial(_dump, tar=tar, tell=tell))
            number = _put_blobs(config.data_dir / "blobs", tar)
            tell(f"{number} blobs")
            _add(tar, KEYS, config.key_file.read_bytes())
            manifest = {"form": FORM, "schema": _schema(), "tables": [asdict(c) for c in counts]}
            _add(tar, MANIFEST, json.dumps(manifest, indent=1).encode())
        part.rename(target)
    except FileExistsError:
        raise DataError(f"{part}: an earlier backup was cut off here; remove it") from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return counts


async def restore(
    config: Config, backup: Path, identity: Path, tell: Told, at: int
) -> list[Count]:
    """Put a backup into an empty installation, which stays silent until it is released.

    Errors: DataError for a wrong key or a place that is not empty; CopyDiffers.
    """
    if config.key_file.exists() or (config.data_dir / "blobs").exists():
        raise DataError(f"{config.data_dir}: keys or blobs are there; restore into an empty place")
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=config.data_dir) as name:
        folder = Path(name)
        await asyncio.to_thread(_unpack, backup, _identity(identity), folder)
        manifest = _manifest(folder)
        told = [Count(**one) for one in manifest["tables"]]
        storage = open_storage(config.database)
        await storage.open()
        try:
            unit: Any = partial(_fill, folder=folder, told=told, tell=tell, at=at)
            await storage.transact(unit)
        finally:
            await storage.close()
        _place(folder, config)
    return told


async def move(source: str, target: str, tell: Told) -> list[Count]:
    """Copy every row of a stopped store into an empty other one, proven by count and digest."""
    storage = open_storage(target)
    await storage.open()

    def unit(db: Any) -> list[Count]:
        _must_be_empty(db)
        return peek(
            source, lambda whole: [_told(copy_table(whole, db, t), tell) for t in _tables()]
        )

    try:
        return await storage.transact(unit)
    finally:
        await storage.close()


def _tables() -> list[str]:
    return migrate.tables(migrate.load())


def _schema() -> int:
    return migrate.load()[-1].number


def _told(found: Count, tell: Told) -> Count:
    tell(f"{found.table}: {found.rows} rows")
    return found


def _must_be_empty(db: Whole) -> None:
    full = [table for table in _tables() if count(db, table).rows]
    if full:
        raise StorageError(f"the target holds rows already ({full[0]}); name an empty database")


def _dump(db: Whole, tar: tarfile.TarFile, tell: Told) -> list[Count]:
    counts = []
    for table in _tables():
        with tempfile.TemporaryFile() as held:
            counts.append(_told(write_table(db, table, held), tell))
            size = held.tell()
            held.seek(0)
            _stream(tar, f"tables/{table}.jsonl", held, size)
    return counts


def _fill(db: Any, *, folder: Path, told: Sequence[Count], tell: Told, at: int) -> None:
    _must_be_empty(db)
    for one in told:
        with (folder / "tables" / f"{one.table}.jsonl").open("rb") as file:
            read_table(db, one.table, file)
        _told(verified(db, one), tell)
    holds.put(db, holds.RESTORED, at)


def _put_blobs(folder: Path, tar: tarfile.TarFile) -> int:
    number = 0
    for path in sorted(folder.glob("??/*")):
        try:
            with path.open("rb") as file:
                _stream(tar, f"blobs/{path.parent.name}/{path.name}", file, path.stat().st_size)
        except FileNotFoundError:  # swept meanwhile: no row of the snapshot names it
            continue
        number += 1
    return number


def _place(folder: Path, config: Config) -> None:
    blobs = folder / "blobs"
    blobs.mkdir(mode=0o700, exist_ok=True)
    blobs.rename(config.data_dir / "blobs")
    keys = folder / KEYS
    keys.chmod(0o400)
    keys.rename(config.key_file)


def _unpack(backup: Path, opener: Any, folder: Path) -> None:
    plain = folder / "plain.tar"
    try:
        with backup.open("rb") as sealed, open(plain, "xb", opener=_private) as out:
            pyrage.decrypt_io(sealed, out, [opener])
        with tarfile.open(plain) as tar:
            tar.extractall(folder, filter="data")
    except FileNotFoundError:
        raise DataError(f"{backup}: is not there; name the backup file") from None
    except (pyrage.DecryptError, tarfile.TarError, OSError) as fault:
        if isinstance(fault, OSError) and fault.errno:  # the disk, not the file
            raise
        raise DataError(
            f"{backup}: does not open with this key, or was damaged; use the key it was made for"
        ) from None
    finally:
        plain.unlink(missing_ok=True)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        raise DataError("the backup was cut off before its end; take another one") from None
    if found["form"] != FORM or found["schema"] != _schema():
        raise DataError(
            f"the backup was made by schema {found['schema']}, this program has {_schema()}; "
            "restore it with the program of its time, then upgrade"
        )
    return found


@contextmanager
def _sealing(out: Any, keys: Sequence[Any]) -> Iterator[tarfile.TarFile]:
    """A tar whose bytes go sealed into `out`, streamed through a pipe."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def seal() -> None:
        try:
            with os.fdopen(reading, "rb") as plain:
                pyrage.encrypt_io(plain, out, list(keys))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=seal, name="sealing")
    thread.start()
    try:
        with os.fdopen(writing, "wb") as plain, tarfile.open(fileobj=plain, mode="w|") as tar:
            yield tar
    finally:
        thread.join()
    if failed:
        raise failed[0]
    out.flush()
    os.fsync(out.fileno())


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    _stream(tar, name, io.BytesIO(data), len(data))


def _stream(tar: tarfile.TarFile, name: str, file: Any, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, file)


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise DataError("that is no age1… key; make a pair with `age-keygen`") from None


def _identity(path: Path) -> Any:
    lines = path.read_text("utf-8").splitlines()
    secret = next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), "")
    try:
        return pyrage.x25519.Identity.from_str(secret.strip())
    except pyrage.IdentityError:
        raise DataError(
            f"{path}: holds no AGE-SECRET-KEY; name the file of `age-keygen`"
        ) from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
