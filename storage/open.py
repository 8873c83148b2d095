"""From the operator's URL to the back end that it names."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from storage import migrate, postgres, sqlite
from storage.base import Storage, StorageError
from storage.portable import Whole
from storage.postgres import PostgresStorage
from storage.sqlite import SqliteStorage

T = TypeVar("T")
_EXAMPLE = (
    "write sqlite:///absolute/path.db, sqlite:relative.db or postgresql://user@host/database"
)


def open_storage(
    url: str,
    *,
    at: int = 0,
    on_slow: Callable[[str, float], None] | None = None,
    migrations: Path = migrate.MIGRATIONS,
) -> Storage:
    """The back end for a URL, not opened yet. Errors: StorageError, one line with the mend.

    `at` (epoch seconds) is noted beside migrations applied at opening; `on_slow` is told the name
    and the seconds of a unit that took over 50 ms; `migrations` make the schema.
    """
    scheme, colon, rest = url.partition(":")
    if colon and scheme == "sqlite":
        return SqliteStorage(_file(rest), at=at, on_slow=on_slow, migrations=migrations)
    if scheme in ("postgresql", "postgres") and rest.startswith("//"):
        return PostgresStorage(url, at=at, on_slow=on_slow, migrations=migrations)
    raise StorageError(f"[storage] url does not name an engine that is known: {_EXAMPLE}")


def peek(url: str, look: Callable[[Whole], T]) -> T:
    """Run `look` on a snapshot of a store that others may be using; nothing is locked or changed.

    Errors: StorageUnavailable where it is not there, StorageError for a wrong address.
    """
    scheme, colon, rest = url.partition(":")
    if colon and scheme == "sqlite":
        return sqlite.peek(_file(rest), look)
    if scheme in ("postgresql", "postgres") and rest.startswith("//"):
        return postgres.peek(url, look)
    raise StorageError(f"[storage] url does not name an engine that is known: {_EXAMPLE}")


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite address; None for another engine. Errors: StorageError."""
    scheme, colon, rest = url.partition(":")
    return _file(rest) if colon and scheme == "sqlite" else None


def _file(rest: str) -> Path:
    if rest.startswith("///"):
        rest = rest[2:]
    elif rest.startswith("//"):
        raise StorageError(f"[storage] url names a host, an SQLite file has none: {_EXAMPLE}")
    if not rest.strip("/") or ":memory:" in rest or rest.endswith("/"):
        raise StorageError(f"[storage] url names no file: {_EXAMPLE}")
    return Path(rest)
