"""Moves: every row of a stopped store into an empty other one, proven by count and digest."""

from functools import partial
from typing import Any

from bot.backups import Told, must_be_empty
from casework.errors import DataError
from storage import holds, migrate, moving
from storage.base import Session, Storage, StorageError
from storage.open import open_storage, peek, sqlite_file
from storage.portable import Count, Whole, copy_table

SECOND = 1000  # milliseconds


async def move(source: str, target: str, tell: Told, at: int) -> list[Count]:
    """Copy a stopped store into an empty one; no program starts on the old one afterwards.

    The old store is marked first: cut off at any moment, never both of them can be started.
    Errors: DataError, StorageError, CopyDiffers; the old store is then as it was before.
    """
    file = sqlite_file(source)
    if source == target or (file is not None and file == sqlite_file(target)):
        raise DataError("both addresses name the same store; name an empty other one")
    if file is not None and not file.exists():
        raise DataError(f"{file}: is not there; name the file of the old store")
    old, new = open_storage(source, at=at), open_storage(target, at=at)
    await old.open()
    try:
        await new.open()
        try:
            return await _move(source, old, new, tell, at)
        finally:
            await new.close()
    finally:
        await old.close()


async def _move(source: str, old: Storage, new: Storage, tell: Told, at: int) -> list[Count]:
    tables = migrate.tables(migrate.load())
    look: Any = partial(must_be_empty, tables=tables)
    await new.read(look)
    marked = await old.transact(partial(_mark, at=at))
    unit: Any = partial(_copy, source=source, tables=tables, shared=new.shared)
    try:
        counts: list[Count] = await new.transact(unit)
    except Exception:  # whoever was stopped, or cannot know what became of it, leaves the mark
        if marked:
            await new.read(look)
            await old.transact(partial(holds.drop, name=holds.MOVED))
        raise
    for one in counts:
        tell(f"{one.table}: {one.rows} rows")
    return counts


def _mark(db: Session, *, at: int) -> bool:
    """Errors: StorageError where a program works on the store."""
    if db.one("moving.living", now=at * SECOND):
        raise StorageError("a program works on the old store; stop every one of them first")
    return holds.put(db, holds.MOVED, at)


def _copy(db: Any, *, source: str, tables: list[str], shared: bool) -> list[Count]:
    must_be_empty(db, tables)

    def over(whole: Whole) -> list[Count]:
        return [copy_table(whole, db, table) for table in tables]

    counts = peek(source, over)
    holds.drop(db, holds.MOVED)
    moving.settle_in(db, shared=shared)
    return counts
