"""The embedded engine: SQLite through aiosqlite, which owns the connection and its thread."""

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from storage import migrate, queries
from storage.base import Session, StorageError, StorageUnavailable
from storage.process_lock import ProcessLock
from storage.sqlite_units import Hop, SqliteSession, commit_together, look_around
from storage.waiting import Waiting

T = TypeVar("T")
Slow = Callable[[str, float], None]
"""Told the name of a unit that took too long, and its seconds."""

OLDEST = (3, 40, 0)
GROUP = 128  # units that share one commit at most
SLOW_SECONDS = 0.05
READERS = 2
_CACHED = 512
_BROKEN = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA checkpoint_fullfsync = ON",
    "PRAGMA fullfsync = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 8000",  # pages: a hot page is written back once, not ten times
    "PRAGMA cache_size = -65536",  # KiB
)
_READER_PRAGMAS = (
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA temp_store = MEMORY",
)


class SqliteStorage:
    """One SQLite file: a writing connection with group commit, and readers beside it."""

    engine = "sqlite"
    shared = False

    def __init__(
        self,
        path: Path,
        *,
        at: int = 0,
        on_slow: Slow | None = None,
        sql: Path = queries.SQL,
        migrations: Path = migrate.MIGRATIONS,
    ) -> None:
        """`at` is noted beside migrations applied at opening (epoch seconds)."""
        self._path = path
        self._at = at
        self._on_slow = on_slow
        self._texts = queries.rendered(queries.load(sql), queries.SQLITE)
        self._migrations = migrate.load(migrations)
        self._lock = ProcessLock(path.with_name(path.name + ".lock"), "the database", path)
        self._waiting: deque[Waiting] = deque()
        self._pump: asyncio.Task[None] | None = None
        self._open = False
        self._db: aiosqlite.Connection | None = None
        self._idle: asyncio.Queue[tuple[aiosqlite.Connection, deque[Waiting]]] = asyncio.Queue()
        self._readers: list[aiosqlite.Connection] = []

    async def open(self) -> None:
        """Take the lock, check the versions, migrate."""
        if sqlite3.sqlite_version_info < OLDEST:
            raise StorageError(
                f"SQLite {sqlite3.sqlite_version} is too old: 3.40 or newer is needed"
            )
        self._loop = asyncio.get_running_loop()
        _make_private(self._path)
        self._lock.take()
        try:
            self._db = await self._connect(self._path, self._drain, _PRAGMAS)
            await self._hop(self._migrate)
            for _ in range(READERS):
                await self._add_reader()
        except BaseException:
            await self._shut()
            raise
        self._open = True

    async def close(self) -> None:
        """Refuse new units, drain the waiting ones, close."""
        if not self._open:
            return
        self._open = False
        try:
            if self._pump is not None:
                await self._pump
            for _ in self._readers:
                await self._idle.get()
        finally:
            await self._shut()

    async def transact(self, unit: Callable[[Session], T]) -> T:
        """Run `unit` whole in one transaction; see `Storage.transact`."""
        if not self._open:
            raise StorageUnavailable("the database is closed")
        return await self._hop(unit)  # type: ignore[no-any-return]

    async def read(self, look: Callable[[Session], T]) -> T:
        """Run `look` on a read-only snapshot, on a thread of its own."""
        if not self._open:
            raise StorageUnavailable("the database is closed")
        db, errands = reader = await self._idle.get()
        waiting = Waiting(look, self._loop.create_future())
        errands.append(waiting)
        task = self._loop.create_task(db.commit())
        task.add_done_callback(lambda done: self._read_done(done, reader))
        return await waiting.future  # type: ignore[no-any-return]

    async def scrub(self) -> bool:
        """Fold the write-ahead log into the file and cut it, so that deleted bytes are gone.

        False where a reader still held an older snapshot; call again.
        """
        if self._db is None:
            raise StorageUnavailable("the database is closed")
        async with self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
            row = await cursor.fetchone()
        return row is not None and row[0] == 0

    async def settings(self) -> dict[str, str | int]:
        """What the writing connection really runs with (shown by `doctor`)."""
        found: dict[str, str | int] = {}
        if self._db is not None:
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete"):
                async with self._db.execute(f"PRAGMA {name}") as cursor:
                    row = await cursor.fetchone()
                found[name] = row[0] if row else ""
        return found

    def _hop(self, unit: Callable[[Any], Any]) -> asyncio.Future[Any]:
        future = self._loop.create_future()
        self._waiting.append(Waiting(unit, future))
        if self._pump is None:
            self._pump = self._loop.create_task(self._pumping())
        return future

    async def _pumping(self) -> None:
        """Send the writing thread to work for as long as units wait."""
        try:
            while self._waiting and self._db is not None:
                await self._db.commit()
        finally:
            self._pump = None
            while self._waiting:
                lost = self._waiting.popleft()
                lost.error = StorageUnavailable("the writing thread is gone")
                lost.settle()

    def _drain(self, connection: Hop) -> None:
        """On the writing thread: group after group until nobody waits."""
        while self._waiting:
            group: list[Waiting] = []
            while self._waiting and len(group) < GROUP:
                waiting = self._waiting.popleft()
                if not waiting.future.cancelled():
                    group.append(waiting)
            commit_together(connection, group, self._texts)
            self._loop.call_soon_threadsafe(self._settle, group)

    def _settle(self, group: list[Waiting]) -> None:
        """Back on the loop: one wake-up for the whole group."""
        for waiting in group:
            waiting.settle()
            if waiting.seconds > SLOW_SECONDS and self._on_slow is not None and self._open:
                self._on_slow(getattr(waiting.unit, "__qualname__", "unit"), waiting.seconds)

    def _migrate(self, session: SqliteSession) -> None:
        migrate.migrate(session.schema, queries.SQLITE, self._migrations, self._at)

    async def _add_reader(self) -> None:
        errands: deque[Waiting] = deque()

        def errand(connection: Hop) -> None:
            waiting = errands.popleft()
            if not waiting.future.cancelled():
                look_around(connection, waiting, self._texts)
            self._loop.call_soon_threadsafe(waiting.settle)

        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        db = await self._connect(uri, errand, _READER_PRAGMAS)
        self._readers.append(db)
        self._idle.put_nowait((db, errands))

    def _read_done(
        self, done: asyncio.Task[None], reader: tuple[aiosqlite.Connection, deque[Waiting]]
    ) -> None:
        self._idle.put_nowait(reader)
        if not done.cancelled() and (error := done.exception()) is not None:
            for waiting in reader[1]:
                waiting.error = StorageUnavailable(str(error))
                waiting.settle()
            reader[1].clear()

    async def _connect(
        self, target: Path | str, errand: Callable[[Hop], None], pragmas: Sequence[str]
    ) -> aiosqlite.Connection:
        def factory(*args: Any, **kwargs: Any) -> Hop:
            connection = Hop(*args, **kwargs)
            connection.errand = errand
            connection.guard()
            return connection

        db: aiosqlite.Connection | None = None
        try:
            db = await aiosqlite.connect(
                target,
                factory=factory,
                isolation_level=None,
                cached_statements=_CACHED,
                uri=isinstance(target, str),
            )
            for pragma in pragmas:
                await db.execute_fetchall(pragma)
        except BaseException as error:
            if db is not None:
                await db.close()
            if isinstance(error, sqlite3.Error):
                broken = error.sqlite_errorcode & 0xFF in _BROKEN
                mend = "; restore the backup, or correct [storage] url" if broken else ""
                raise StorageUnavailable(f"{self._path}: {error}{mend}") from None
            raise
        return db

    async def _shut(self) -> None:
        try:
            for reader in self._readers:
                await reader.close()
            if self._db is not None:
                await self._db.close()
        finally:
            self._readers.clear()
            self._db = None
            self._lock.release()


def peek(path: Path, look: Callable[[SqliteSession], T]) -> T:
    """Run `look` on a snapshot of a file that another process may be writing."""
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, factory=Hop, isolation_level=None
        )
    except sqlite3.Error as error:
        raise StorageUnavailable(f"{path}: {error}; is that the database?") from None
    with closing(connection):
        try:
            connection.execute("BEGIN --")
            return look(SqliteSession(connection, {}))
        except sqlite3.Error as error:
            raise StorageUnavailable(f"{path}: {error}") from None


def _make_private(path: Path) -> None:
    """The folder 0700, the file 0600 from its first byte on."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageUnavailable(f"{path}: {error.strerror}; give this user the folder") from None
