"""The scale-out engine: PostgreSQL through psycopg, waiting units in one SERIALIZABLE commit."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg.rows import dict_row, tuple_row
from psycopg.sql import SQL
from psycopg.sql import Identifier as Name
from psycopg_pool import ConnectionPool, PoolTimeout

from storage import migrate, queries
from storage.base import Session, StorageError, StorageUnavailable
from storage.portable import Whole
from storage.postgres_line import Again, Line, fault
from storage.postgres_units import Alone, Group
from storage.waiting import Waiting

T = TypeVar("T")
Slow = Callable[[str, float], None]

WRITERS = 1  # transactions of this process that run at once
READERS = 6
GROUP = 32  # units that share one commit at most
ATTEMPTS = 12
TOGETHER = 2  # further attempts of a group before each of its units goes alone
CARE, MOST_CARE = 100, 500  # a conflict lets so many transactions wait for their turn
SLOW_SECONDS = 0.05
OLDEST = 150000  # PostgreSQL 15
CONNECT_SECONDS = 10.0
_LADDER_LOCK = 0x6A69616E  # everybody who migrates takes this one


_NUMBERED = """
SELECT column_name FROM information_schema.columns
 WHERE table_schema = current_schema() AND table_name = %s AND is_identity = 'YES'
"""


class Connection(psycopg.Connection[dict[str, Any]]):
    """One of the pool, with the line over which units speak."""

    line: Line


class _Tables:
    """Whole tables in the open transaction of a connection; see `storage.portable.Whole`."""

    __slots__ = ("_connection",)

    def __init__(self, connection: psycopg.Connection[dict[str, Any]]) -> None:
        self._connection = connection

    def columns(self, table: str) -> list[str]:
        """The columns of a table, in its order."""
        with _told("a copy"):
            found = self._connection.execute(SQL("SELECT * FROM {} LIMIT 0").format(Name(table)))
            return [column.name for column in found.description or ()]

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Every row of a table, streamed."""
        with (
            _told("a copy"),
            self._connection.cursor("whole", row_factory=tuple_row) as cursor,
        ):
            yield from cursor.execute(SQL("SELECT * FROM {}").format(Name(table)))

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Put rows into an empty table; new ones get numbers behind theirs."""
        names = SQL(", ").join(map(Name, columns))
        text = SQL("COPY {} ({}) FROM STDIN").format(Name(table), names)
        with _told("a copy"):
            with self._connection.cursor() as cursor, cursor.copy(text) as copy:
                for row in rows:
                    copy.write_row(row)
            self._go_on_numbering(table)

    def _go_on_numbering(self, table: str) -> None:
        numbered = self._connection.execute(_NUMBERED, (table,)).fetchall()
        for row in numbered:
            column = Name(row["column_name"])
            self._connection.execute(
                SQL(
                    "SELECT setval(pg_get_serial_sequence({}, {}), greatest(1, max({}))) FROM {}"
                ).format(table, row["column_name"], column, Name(table))
            )


@contextmanager
def _told(statement: str) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise translated(error, statement) from None


def translated(error: psycopg.Error, statement: str = "") -> StorageError:
    """An engine's error in the words of the contract, without the values PostgreSQL would show."""
    away = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    code = error.sqlstate or ("" if away else "XX000")
    named = error.diag.constraint_name or error.diag.column_name or ""
    return fault(code, statement, named, error.diag.message_primary or "")


class PostgresStorage:
    """One PostgreSQL database, shared by as many processes as are needed."""

    engine = "postgres"
    shared = True

    def __init__(
        self,
        url: str,
        *,
        at: int = 0,
        on_slow: Slow | None = None,
        sql: Path = queries.SQL,
        migrations: Path = migrate.MIGRATIONS,
    ) -> None:
        """`at` is noted beside migrations applied at opening (epoch seconds)."""
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # we say it once, without names
        self._at = at
        self._on_slow = on_slow
        self._statements = queries.numbered(queries.load(sql), queries.POSTGRES)
        self._migrations = migrate.load(migrations)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            connection_class=Connection,
            open=False,
            min_size=1,
            max_size=WRITERS + READERS,
            timeout=CONNECT_SECONDS,
            kwargs={
                "row_factory": dict_row,
                "application_name": "jianjian",
                "autocommit": True,  # the line begins and commits by itself
            },
            configure=_configure,
            name="jianjian",
        )
        self._waiting: deque[Waiting] = deque()
        self._drains: set[asyncio.Future[None]] = set()
        self._writers: ThreadPoolExecutor | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._careful = 0  # transactions that run alone, before several may meet again
        self._open = False

    async def open(self) -> None:
        """Check the versions and migrate, under a lock that all processes share."""
        self._loop = asyncio.get_running_loop()
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="postgres")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="postgres-look")
        try:
            await self._loop.run_in_executor(self._writers, self._begin)
        except BaseException:
            await asyncio.to_thread(self._shut)
            raise
        self._open = True

    async def close(self) -> None:
        """Refuse new units, drain the waiting ones, close."""
        if not self._open:
            return
        self._open = False
        while self._drains:
            await asyncio.wait(self._drains)
        await asyncio.to_thread(self._shut)

    async def transact(self, unit: Callable[[Session], T]) -> T:
        """Run `unit` whole in one SERIALIZABLE transaction; see `Storage.transact`."""
        if not self._open:
            raise StorageUnavailable("the database is closed")
        waiting = Waiting(unit, self._loop.create_future())
        self._waiting.append(waiting)
        self._send_for_them()
        return await waiting.future  # type: ignore[no-any-return]

    async def read(self, look: Callable[[Session], T]) -> T:
        """Run `look` on a read-only snapshot."""
        if not self._open:
            raise StorageUnavailable("the database is closed")
        waiting = Waiting(look, self._loop.create_future())
        await self._loop.run_in_executor(self._readers, self._look, waiting)
        waiting.settle()
        return await waiting.future  # type: ignore[no-any-return]

    async def scrub(self) -> bool:
        """PostgreSQL removes dead rows by itself (autovacuum); nothing to do here."""
        return True

    def prepare(self) -> None:
        """Migrate and leave, without a loop (for a database that others will copy)."""
        try:
            self._begin()
        finally:
            self._pool.close()

    def _begin(self) -> None:
        try:
            self._pool.open(wait=True, timeout=CONNECT_SECONDS)
            with self._pool.connection() as connection, connection.transaction():
                if connection.info.server_version < OLDEST:
                    raise StorageError("PostgreSQL 15 or newer is needed")
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LADDER_LOCK,))
                self._migrate(connection)
        except (PoolTimeout, psycopg.OperationalError):
            raise StorageUnavailable(
                "PostgreSQL does not answer: check [storage] url and that the server runs"
            ) from None
        except psycopg.Error as error:
            raise translated(error, "a migration") from None

    def _migrate(self, connection: Connection) -> None:
        def execute(text: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
            cursor = connection.execute(text.encode(), dict(values) or None)
            return [tuple(row.values()) for row in cursor] if cursor.description else []

        migrate.migrate(execute, queries.POSTGRES, self._migrations, self._at)

    def _send_for_them(self) -> None:
        """Send a writer to work, if one is free."""
        if self._waiting and len(self._drains) < WRITERS:
            drain = self._loop.run_in_executor(self._writers, self._drain)
            self._drains.add(drain)
            drain.add_done_callback(self._drained)

    def _drained(self, drain: asyncio.Future[None]) -> None:
        self._drains.discard(drain)
        self._send_for_them()

    def _drain(self) -> None:
        """On a writer's thread: group after group until nobody waits."""
        while group := self._next_group():
            try:
                self._write(group)
            except Exception as error:  # a fault of ours: nobody is left waiting for it
                _fail(group, f"the writing thread stumbled ({type(error).__name__})")
            self._loop.call_soon_threadsafe(self._settle, group)

    def _next_group(self) -> list[Waiting]:
        group: list[Waiting] = []
        while len(group) < GROUP:
            try:
                waiting = self._waiting.popleft()
            except IndexError:
                break
            if not waiting.future.cancelled():
                group.append(waiting)
        return group

    def _settle(self, group: list[Waiting]) -> None:
        """Back on the loop: one wake-up for the whole group."""
        for waiting in group:
            waiting.settle()
            if waiting.seconds > SLOW_SECONDS and self._on_slow is not None and self._open:
                self._on_slow(getattr(waiting.unit, "__qualname__", "unit"), waiting.seconds)

    def _write(self, group: Sequence[Waiting]) -> None:
        """Commit a group together; where others stand in its way again and again, each alone."""
        for attempt in range(ATTEMPTS):
            try:
                self._on_line(group, lambda on: on.commit(group), alone=self._careful > 0)
                self._careful = max(self._careful - 1, 0)
                return
            except Again:
                if attempt == TOGETHER and len(group) > 1:
                    break
                _step_aside(attempt)
            except Alone:
                break
        if len(group) == 1:
            _fail(group, "too many transactions stood in each other's way")
            return
        for waiting in group:
            self._write([waiting])

    def _look(self, waiting: Waiting) -> None:
        for attempt in range(ATTEMPTS):
            try:
                self._on_line([waiting], lambda on: on.look(waiting))
                return
            except Again:
                _step_aside(attempt)
        _fail([waiting], "PostgreSQL does not answer")

    def _on_line(
        self, group: Sequence[Waiting], work: Callable[[Group], None], *, alone: bool = False
    ) -> None:
        try:
            connection = self._pool.getconn()
        except psycopg.Error:
            _fail(group, "PostgreSQL does not answer")
            return
        line = connection.line
        try:
            work(Group(line, self._statements, partial(_Tables, connection), alone=alone))
        except Again:
            if not line.broken:
                self._careful = min(self._careful + CARE, MOST_CARE)
            raise
        except Alone:
            raise
        except BaseException:
            line.broken = True  # nobody knows where it stands
            raise
        finally:
            if line.missed:
                self._careful = 0
            if line.broken:
                connection.close()
            self._pool.putconn(connection)

    def _shut(self) -> None:
        for threads in (self._writers, self._readers):
            if threads is not None:
                threads.shutdown(wait=True)
        self._pool.close()


def _fail(group: Sequence[Waiting], reason: str) -> None:
    for waiting in group:
        waiting.result, waiting.error = None, StorageUnavailable(reason)


def _step_aside(attempt: int) -> None:
    time.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 7)))  # noqa: S311


def _configure(connection: Connection) -> None:
    connection.line = Line(connection.pgconn, psycopg.Error)


def peek(url: str, look: Callable[[Whole], T]) -> T:
    """Run `look` on a snapshot of a database that others may be using."""
    try:
        with psycopg.connect(url, row_factory=dict_row, connect_timeout=10) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            return look(_Tables(connection))
    except psycopg.OperationalError:
        raise StorageUnavailable(
            "PostgreSQL does not answer: check the address and that the server runs"
        ) from None
    except psycopg.Error as error:
        raise translated(error, "a copy") from None
