"""Backups: the whole installation as one file that only an offline key opens."""

import asyncio
import fcntl
import importlib.metadata
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from bot.archive import ABOUT, KEYS, MANIFEST, Archive, no_room, sealed_to, unpack
from bot.config import Config
from casework.errors import DataError
from storage import holds, migrate, moving
from storage.base import StorageError
from storage.keyring import CREDENTIAL, VARIABLE, Keyring
from storage.migrate import MIGRATIONS
from storage.open import open_storage, peek
from storage.portable import Count, Whole, count, read_table, verified, write_table

FORM = 2
RESTORING = "restoring"
_DATED = re.compile(r"jianjian-\d{8}-\d{6}\.age")
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is in a backup; `missing` files are named by rows and lie nowhere any more."""

    counts: list[Count]
    blobs: int
    missing: int


def make_backup(
    config: Config,
    recipients: Sequence[str],
    target: Path,
    tell: Told,
    *,
    folder: Path = MIGRATIONS,
) -> Made:
    """Write a consistent copy of a running or stopped installation to a new file.

    The rows come from one snapshot, then the very blobs that they name: those never change, and
    outlive their rows by a day. Errors: DataError, StorageError.
    """
    keys = [_recipient(one) for one in recipients]
    ring = Keyring.load(config.key_file)
    if target.exists():
        raise DataError(f"{target}: is there already; name a new file")
    with _part_of(target) as part:
        try:
            with sealed_to(part, keys) as archive:
                look = partial(
                    _dump, archive=archive, ring=ring, config=config, tell=tell, folder=folder
                )
                made = peek(config.database, look)
        except OSError as fault:
            raise no_room(fault, target) from None
    if made.missing:
        made = _looked_again(config, made)
    return made


async def restore(
    config: Config,
    backup: Path,
    identity: Path,
    tell: Told,
    at: int,
    *,
    folder: Path = MIGRATIONS,
) -> list[Count]:
    """Put a backup into an empty installation, which stays silent until it is released.

    A backup of an older schema gets that schema first; the next start brings it up to date.
    Errors: DataError for a wrong key or a place that is not empty; CopyDiffers.
    """
    openers = _identities(identity)
    _must_be_free(config)
    with _room(config.data_dir) as room:
        begun = partial(_compatible, folder=folder)
        await asyncio.to_thread(unpack, backup, openers, room, begun)
        schema = _compatible((room / ABOUT).read_bytes(), folder=folder)
        told = _manifest(room, _tables(folder, schema))
        keys = Keyring.parse((room / KEYS).read_text("utf-8"), str(backup))
        put_keys = _keys_wanted(config, keys)
        await _fill_store(config, room, told, schema, folder, tell, at)
        _place(room, config)
        if put_keys:
            _write_keys(config.key_file, keys)
        os.sync()  # many files; all of them outlive a power cut from here on
    return told


async def _fill_store(
    config: Config,
    room: Path,
    told: Sequence[Count],
    schema: int,
    folder: Path,
    tell: Told,
    at: int,
) -> None:
    ladder = _ladder(room, folder, schema)
    storage = open_storage(config.database, at=at, migrations=ladder)
    await storage.open()

    def fill(db: Any) -> None:
        must_be_empty(db, [one.table for one in told])
        for one in told:
            path = room / "tables" / f"{one.table}.jsonl"
            with path.open("rb") as file:
                read_table(db, one.table, file)
            verified(db, one)
            tell(f"{one.table}: {one.rows} rows")
        moving.settle_in(db, shared=storage.shared)
        holds.put(db, holds.RESTORED, at)

    try:
        await storage.transact(fill)
    finally:
        await storage.close()


def _ladder(room: Path, folder: Path, schema: int) -> Path:
    """The migrations up to a schema, in a folder of their own."""
    ladder = room / "migrations"
    ladder.mkdir()
    for path in sorted(folder.glob("*.sql")):
        if int(path.name[:4]) <= schema:
            shutil.copy(path, ladder)
    return ladder


def must_be_empty(db: Whole, tables: Sequence[str]) -> None:
    """Errors: StorageError where a table holds rows."""
    full = [table for table in tables if count(db, table).rows]
    if full:
        raise StorageError(f"the target holds rows already ({full[0]}); name an empty database")


def _tables(folder: Path, schema: int) -> list[str]:
    return migrate.tables([m for m in migrate.load(folder) if m.number <= schema])


def schema_of(db: Whole, folder: Path = MIGRATIONS) -> int:
    """The version of a store. Errors: StorageError where this program does not know it."""
    found = max((int(row[0]) for row in db.rows("schema_version")), default=0)
    newest = migrate.load(folder)[-1].number
    if found > newest:
        raise StorageError(
            f"the database is at version {found:04}, this program knows {newest:04}: "
            "use the newer program"
        )
    return found


def _dump(
    db: Whole, *, archive: Archive, ring: Keyring, config: Config, tell: Told, folder: Path
) -> Made:
    schema = schema_of(db, folder)
    program = importlib.metadata.version("jianjian")
    about = {"form": FORM, "schema": schema, "program": program}
    archive.add(ABOUT, json.dumps(about).encode())
    counts = []
    for table in _tables(folder, schema):
        with archive.table(table) as lines:
            counts.append(write_table(db, table, lines))
        tell(f"{table}: {counts[-1].rows} rows")
    named = _named(db)
    blobs = sum(_put(archive, config.data_dir, f"blobs/{name[:2]}/{name}") for name in named)
    tell(f"{blobs} files")
    for path in sorted((config.data_dir / "uploads").glob("*")):
        if not path.suffix:  # whole; one of the web chat that no row of the snapshot may know
            _put(archive, config.data_dir, f"uploads/{path.name}")
    archive.add(KEYS, ring.text().encode())
    manifest = {"tables": [asdict(c) for c in counts], "blobs": blobs}
    archive.add(MANIFEST, json.dumps(manifest, indent=1).encode())
    return Made(counts=counts, blobs=blobs, missing=len(named) - blobs)


def _named(db: Whole) -> list[str]:
    column = db.columns("attachment").index("blob")
    return sorted({str(row[column]) for row in db.rows("attachment")} - {""})


def _put(archive: Archive, folder: Path, name: str) -> bool:
    try:
        with (folder / name).open("rb") as file:
            archive.copy(name, file, os.fstat(file.fileno()).st_size)
    except FileNotFoundError:
        return False
    return True


def _looked_again(config: Config, made: Made) -> Made:
    """A file that is gone together with its row was erased meanwhile and is not missed."""
    blobs = config.data_dir / "blobs"
    lost = sum(not (blobs / n[:2] / n).exists() for n in peek(config.database, _named))
    return Made(counts=made.counts, blobs=made.blobs, missing=lost)


@contextmanager
def _part_of(target: Path) -> Iterator[BinaryIO]:
    """A hidden file that gets its name once it is whole; one that was cut off is written anew."""
    part = target.with_name(f".{target.name}.part")
    with open(part, "ab", opener=_private) as out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataError(f"{target}: another backup is writing it; wait for its end") from None
        try:
            out.truncate(0)
            yield out
            _name(part, target)
        finally:
            part.unlink(missing_ok=True)


def _name(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # never over a file that came meanwhile
    except FileExistsError:
        raise DataError(f"{target}: is there already; name a new file") from None
    except OSError:  # a disk without second names
        part.rename(target)
    handle = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    with suppress(OSError):
        os.fsync(handle)
    os.close(handle)


def dated(folder: Path, now: datetime) -> Path:
    """A new file in a folder of backups, named by the moment."""
    return folder / f"jianjian-{now:%Y%m%d-%H%M%S}.age"


def tidy(folder: Path, keep: int) -> int:
    """Leave the newest `keep` backups of a folder and nothing that was cut off; how many went."""
    for part in folder.glob(".jianjian-*.age.part"):
        with suppress(BlockingIOError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()
    old = sorted(p for p in folder.glob("jianjian-*.age") if _DATED.fullmatch(p.name))[:-keep]
    for path in old:
        path.unlink()
    return len(old)


def _must_be_free(config: Config) -> None:
    for name in ("blobs", "uploads"):
        if next((config.data_dir / name).glob("*"), None):
            raise DataError(f"{config.data_dir}: {name} are there; restore into an empty place")


@contextmanager
def _room(data_dir: Path) -> Iterator[Path]:
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    room = data_dir / RESTORING
    try:
        room.mkdir(mode=0o700)
    except FileExistsError:
        raise DataError(
            f"{room}: an earlier restore was cut off here; remove this folder, which holds keys, "
            "empty the database, and begin again"
        ) from None
    try:
        yield room
    finally:
        shutil.rmtree(room)


def _keys_wanted(config: Config, keys: Keyring) -> bool:
    """Whether the key file is to be written: not where these very keys are in place already."""
    credential = Path(os.environ.get("CREDENTIALS_DIRECTORY", ""), CREDENTIAL)
    given = VARIABLE in os.environ or credential.is_file()
    if not config.key_file.exists() and not given:
        if not os.access(config.key_file.absolute().parent, os.W_OK):
            raise DataError(f"{config.key_file}: this user may not write there")
        return True
    if Keyring.load(config.key_file) != keys:
        raise DataError(
            f"{config.key_file}: other keys than the backup's are in place (a file, a variable or "
            "a credential); a restore brings its own: move them away"
        )
    return False


def _place(room: Path, config: Config) -> None:
    for name in ("blobs", "uploads"):
        if (room / name).exists():
            (room / name).rename(config.data_dir / name)  # an empty folder gives way


def _write_keys(path: Path, keys: Keyring) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
        file.write(keys.text())


def _compatible(about: bytes, *, folder: Path) -> int:
    """The schema of a backup, if this program can read it."""
    try:
        told = json.loads(about)
        form, schema, program = int(told["form"]), int(told["schema"]), str(told["program"])
    except (ValueError, KeyError, TypeError):
        raise DataError("the backup does not say of what it is; take another copy") from None
    newest = migrate.load(folder)[-1].number
    if form != FORM or schema > newest:
        raise DataError(
            f"the backup was made by version {program} (form {form}, schema {schema:04}), "
            f"this program reads form {FORM} up to schema {newest:04}; install that version"
        )
    return schema


def _manifest(room: Path, tables: Sequence[str]) -> list[Count]:
    try:
        found = json.loads((room / MANIFEST).read_bytes())
        told = [Count(**one) for one in found["tables"]]
        there = sum(1 for _ in room.glob("blobs/??/*"))
        parts = [room / KEYS, *(room / "tables" / f"{table}.jsonl" for table in tables)]
        whole = found["blobs"] == there and all(part.exists() for part in parts)
        if whole and [one.table for one in told] == list(tables):
            return told
    except (OSError, ValueError, TypeError, KeyError):
        pass
    raise DataError("the backup was cut off or lacks a part; take another copy of it") from None


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise DataError("that is no age1… key; make a pair with `age-keygen`") from None


def _identities(path: Path) -> list[Any]:
    lines = path.read_text("utf-8", errors="replace").splitlines()
    secrets = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
    try:
        found = [pyrage.x25519.Identity.from_str(secret) for secret in secrets]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise DataError(f"{path}: holds no AGE-SECRET-KEY; name the file of `age-keygen`")
    return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
