"""The scale-out engine: PostgreSQL through psycopg, units in threads, SERIALIZABLE with retry."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg.rows import dict_row, tuple_row
from psycopg.sql import SQL
from psycopg.sql import Identifier as Name
from psycopg_pool import ConnectionPool, PoolTimeout

from storage import migrate, queries
from storage.base import (
    CommitDenied,
    ConstraintBroken,
    Row,
    Session,
    StorageError,
    StorageUnavailable,
    Value,
)
from storage.values import refuse_bad_text

T = TypeVar("T")
Slow = Callable[[str, float], None]
Connection = psycopg.Connection[dict[str, Any]]

WORKERS = 8
ATTEMPTS = 12
SLOW_SECONDS = 0.05
OLDEST = 150000  # PostgreSQL 15
CONNECT_SECONDS = 10.0
_LADDER_LOCK = 0x6A69616E  # everybody who migrates takes this one


_NUMBERED = """
SELECT column_name FROM information_schema.columns
 WHERE table_schema = current_schema() AND table_name = %s AND is_identity = 'YES'
"""


class _Again(StorageError):
    """Another transaction stood in the way; the unit runs again."""


class PostgresSession:
    """Named statements over the open transaction of one unit."""

    __slots__ = ("_connection", "_texts", "failure")

    def __init__(self, connection: Connection, texts: Mapping[str, str]) -> None:
        self._connection = connection
        self._texts = texts
        self.failure: StorageError | None = None

    def one(self, statement: str, /, **values: Value) -> Row | None:
        """The first row, or None."""
        return self._execute(statement, values).fetchone()

    def all(self, statement: str, /, **values: Value) -> list[Row]:
        """Every row."""
        return list(self._execute(statement, values).fetchall())

    def run(self, statement: str, /, **values: Value) -> None:
        """Execute for its effect."""
        self._execute(statement, values)

    def did(self, statement: str, /, **values: Value) -> bool:
        """Execute one writing statement; whether it wrote a row."""
        return self._execute(statement, values).rowcount > 0

    def add(self, statement: str, /, **values: Value) -> int | None:
        """Insert one row with a number of its own; None when it was known."""
        row = self._execute(statement, values).fetchone()
        return None if row is None else int(row["id"])

    def many(self, statement: str, rows: Sequence[Mapping[str, Value]], /) -> None:
        """Execute once per row."""
        for row in rows:
            self._execute(statement, row)

    def columns(self, table: str) -> list[str]:
        """See `storage.portable.Whole`."""
        found = self._connection.execute(SQL("SELECT * FROM {} LIMIT 0").format(Name(table)))
        return [column.name for column in found.description or ()]

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """See `storage.portable.Whole`."""
        with self._connection.cursor("whole", row_factory=tuple_row) as cursor:
            yield from cursor.execute(SQL("SELECT * FROM {}").format(Name(table)))

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """See `storage.portable.Whole`."""
        names = SQL(", ").join(map(Name, columns))
        text = SQL("COPY {} ({}) FROM STDIN").format(Name(table), names)
        with self._connection.cursor() as cursor, cursor.copy(text) as copy:
            for row in rows:
                copy.write_row(row)
        self._go_on_numbering(table)

    def _go_on_numbering(self, table: str) -> None:
        """New rows get numbers behind those that were put in."""
        numbered = self._connection.execute(_NUMBERED, (table,)).fetchall()
        for row in numbered:
            column = Name(row["column_name"])
            self._connection.execute(
                SQL(
                    "SELECT setval(pg_get_serial_sequence({}, {}), greatest(1, max({}))) FROM {}"
                ).format(table, row["column_name"], column, Name(table))
            )

    def _execute(
        self, statement: str, values: Mapping[str, Value]
    ) -> psycopg.Cursor[dict[str, Any]]:
        text = self._texts.get(statement)
        if text is None:
            raise self._noted(StorageError(f"no statement is named {statement}"))
        if queries.steers(text):
            raise self._noted(CommitDenied(f"{statement}: a unit never steers its transaction"))
        try:
            refuse_bad_text(values)
            plain = {name: int(v) if v.__class__ is bool else v for name, v in values.items()}
            return self._connection.execute(text.encode(), plain)
        except psycopg.Error as error:
            raise self._noted(translated(error, statement)) from None
        except StorageError as error:
            raise self._noted(error) from None

    def _noted(self, error: StorageError) -> StorageError:
        self.failure = self.failure or error
        return error


def translated(error: psycopg.Error, statement: str = "") -> StorageError:
    """An engine's error in the words of the contract, without the values PostgreSQL would show."""
    where = f"{statement}: " if statement else ""
    named = error.diag.constraint_name or error.diag.column_name or ""
    if isinstance(error, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected):
        return _Again(f"{where}another transaction stood in the way")
    if isinstance(error, psycopg.IntegrityError):
        return ConstraintBroken(f"{where}a rule of the schema is broken ({named})")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StorageUnavailable(
            f"{where}PostgreSQL does not answer ({error.sqlstate or 'no connection'})"
        )
    speaks_of_the_text = (error.sqlstate or "").startswith("42")  # others may quote values
    words = error.diag.message_primary if speaks_of_the_text else named
    return StorageError(f"{where}PostgreSQL refused the statement ({error.sqlstate}) {words}")


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
        statements = queries.load(sql)
        self._texts = queries.rendered(statements, queries.POSTGRES)
        self._migrations = migrate.load(migrations)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            open=False,
            min_size=1,
            max_size=WORKERS,
            timeout=CONNECT_SECONDS,
            kwargs={"row_factory": dict_row, "application_name": "jianjian"},
            configure=_configure,
            name="jianjian",
        )
        self._threads: ThreadPoolExecutor | None = None
        self._open = False

    async def open(self) -> None:
        """Check the versions and migrate, under a lock that all processes share."""
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="postgres")
        try:
            await self._loop.run_in_executor(self._threads, self._begin)
        except BaseException:
            await asyncio.to_thread(self._shut)
            raise
        self._open = True

    async def close(self) -> None:
        """Refuse new units, drain the waiting ones, close."""
        if self._open:
            self._open = False
            await asyncio.to_thread(self._shut)

    async def transact(self, unit: Callable[[Session], T]) -> T:
        """Run `unit` whole in one SERIALIZABLE transaction; see `Storage.transact`."""
        if not self._open or self._threads is None:
            raise StorageUnavailable("the database is closed")
        begun = time.perf_counter()
        result = await self._loop.run_in_executor(self._threads, self._attempts, unit)
        seconds = time.perf_counter() - begun
        if seconds > SLOW_SECONDS and self._on_slow is not None:
            self._on_slow(getattr(unit, "__qualname__", "unit"), seconds)
        return result

    async def read(self, look: Callable[[Session], T]) -> T:
        """Run `look` on a read-only snapshot."""
        if not self._open or self._threads is None:
            raise StorageUnavailable("the database is closed")
        work = partial(self._attempts, look, read_only=True)
        return await self._loop.run_in_executor(self._threads, work)

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

    def _attempts(self, unit: Callable[[Session], T], *, read_only: bool = False) -> T:
        for attempt in range(ATTEMPTS):
            try:
                return self._once(unit, read_only=read_only)
            except _Again:
                time.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 7)))  # noqa: S311
        raise StorageUnavailable("too many transactions stood in each other's way")

    def _once(self, unit: Callable[[Session], T], *, read_only: bool) -> T:
        level = psycopg.IsolationLevel
        begun = False
        try:
            with self._pool.connection() as connection:
                connection.isolation_level = (
                    level.REPEATABLE_READ if read_only else level.SERIALIZABLE
                )
                connection.read_only = read_only
                with connection.transaction():
                    begun = True
                    session = PostgresSession(connection, self._texts)
                    result = unit(session)
                    if session.failure is not None:
                        raise session.failure
                return result
        except PoolTimeout:
            raise StorageUnavailable("PostgreSQL does not answer") from None
        except psycopg.Error as error:
            if not begun and isinstance(error, psycopg.OperationalError):
                raise _Again("the server had closed this connection") from None
            raise translated(error) from None

    def _shut(self) -> None:
        if self._threads is not None:
            self._threads.shutdown(wait=True)
        self._pool.close()


def _configure(connection: Connection) -> None:
    connection.prepare_threshold = 3


def peek(url: str, look: Callable[[PostgresSession], T]) -> T:
    """Run `look` on a snapshot of a database that others may be using."""
    try:
        with psycopg.connect(url, row_factory=dict_row, connect_timeout=10) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            return look(PostgresSession(connection, {}))
    except psycopg.OperationalError:
        raise StorageUnavailable(
            "PostgreSQL does not answer: check the address and that the server runs"
        ) from None
    except psycopg.Error as error:
        raise translated(error, "a copy") from None
