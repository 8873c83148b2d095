"""Units of work on SQLite's own thread: one commit for those that wait, each failing alone."""

import functools
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from storage.base import (
    BadText,
    CommitDenied,
    ConstraintBroken,
    Row,
    StorageError,
    StorageUnavailable,
    Value,
)
from storage.waiting import Waiting

# Written so that no statement of a unit can share their cached, already authorised form.
_BEGIN, _COMMIT, _ROLLBACK = "BEGIN IMMEDIATE --", "COMMIT --", "ROLLBACK --"
_SAVE, _RELEASE, _UNDO = "SAVEPOINT unit --", "RELEASE unit --", "ROLLBACK TO unit --"
_STEERING = frozenset(
    {
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
        sqlite3.SQLITE_ATTACH,
        sqlite3.SQLITE_DETACH,
        sqlite3.SQLITE_PRAGMA,
    }
)


_Run = Callable[["Hop", "Waiting", Mapping[str, str]], None]


class Hop(sqlite3.Connection):
    """A connection whose `commit()` first runs the errand laid out for it, on its own thread."""

    errand: Callable[["Hop"], None] | None = None
    inside = False  # a unit is running: it may not steer the transaction
    denied = False

    def commit(self) -> None:
        """Run the errand; without one, commit."""
        if self.errand is None:
            super().commit()
        else:
            self.errand(self)

    @functools.cached_property
    def shared_cursor(self) -> sqlite3.Cursor:
        """The cursor that every unit uses in turn."""
        return self.cursor()

    def guard(self) -> None:
        """Let nobody but the group begin, commit or roll back."""
        self.set_authorizer(self._judge)

    def _judge(self, action: int, *_: str | None) -> int:
        if self.inside and action in _STEERING:
            self.denied = True
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK


class SqliteSession:
    """Named statements over the open transaction of one unit."""

    __slots__ = ("_connection", "_cursor", "_texts", "failure")

    def __init__(self, connection: Hop, texts: Mapping[str, str]) -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = connection.shared_cursor
        self._texts = texts
        self.failure: StorageError | None = None

    def one(self, statement: str, /, **values: Value) -> Row | None:
        """The first row, or None."""
        rows = self._rows(statement, values)
        return rows[0] if rows else None

    def all(self, statement: str, /, **values: Value) -> list[Row]:
        """Every row."""
        return self._rows(statement, values)

    def run(self, statement: str, /, **values: Value) -> None:
        """Execute for its effect."""
        self._rows(statement, values)

    def did(self, statement: str, /, **values: Value) -> bool:
        """Execute one writing statement; whether it wrote a row."""
        self._rows(statement, values)
        return self._cursor is not None and self._cursor.rowcount > 0

    def add(self, statement: str, /, **values: Value) -> int | None:
        """Insert one row with a number of its own; None when it was known."""
        if not self.did(statement, **values):
            return None
        assert self._cursor is not None
        return self._cursor.lastrowid

    def many(self, statement: str, rows: Sequence[Mapping[str, Value]], /) -> None:
        """Execute once per row."""
        for row in rows:
            self.run(statement, **row)

    def schema(self, text: str, values: Mapping[str, Value]) -> list[tuple[Any, ...]]:
        """Run one statement of a migration; nobody else has statements without a name."""
        return self._connection.execute(text, values).fetchall()

    def columns(self, table: str) -> list[str]:
        """See `storage.portable.Whole`."""
        found = self._connection.execute(f'SELECT * FROM "{table}" LIMIT 0')  # noqa: S608
        return [column[0] for column in found.description]

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """See `storage.portable.Whole`."""
        yield from self._connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """See `storage.portable.Whole`."""
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        text = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608
        self._connection.executemany(text, rows)

    def end(self) -> None:
        """No statement may follow."""
        self._cursor = None

    def _rows(self, statement: str, values: Mapping[str, Value]) -> list[Row]:
        text = self._texts.get(statement)
        cursor = self._cursor
        if text is None or cursor is None:
            raise self._noted(StorageError(f"no statement {statement}, or the unit is over"))
        for name, value in values.items():
            if value.__class__ is str and "\0" in value:
                raise self._noted(BadText(f"the value {name} holds a NUL character"))
        try:
            rows = cursor.execute(text, values).fetchall()  # one left open would block the commit
        except UnicodeEncodeError:
            raise self._noted(BadText("a value holds half a character")) from None
        except OverflowError:
            raise self._noted(StorageError(f"{statement}: a number has over 64 bits")) from None
        except sqlite3.Error as error:
            raise self._failed(error, statement) from None
        if not rows:
            return rows
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _failed(self, error: sqlite3.Error, statement: str) -> StorageError:
        if self._connection.denied:
            self._connection.denied = False
            return self._noted(CommitDenied(f"{statement}: a unit never steers its transaction"))
        return self._noted(translated(error, statement))

    def _noted(self, error: StorageError) -> StorageError:
        self.failure = self.failure or error
        return error


def translated(error: sqlite3.Error, statement: str = "") -> StorageError:
    """An engine's error in the words of the contract; SQLite's own texts hold no values."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    text = f"{statement}: {error}" if statement else str(error)
    if code == sqlite3.SQLITE_CONSTRAINT:
        return ConstraintBroken(text)
    if isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR:
        return StorageUnavailable(text)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StorageUnavailable(text)
    return StorageError(text)


class _EngineEnded(Exception):
    """The engine itself rolled the shared transaction back."""


class _UnitFailed(Exception):
    """A unit of a group failed; the others are to be kept without it."""


def commit_together(connection: Hop, group: Sequence[Waiting], texts: Mapping[str, str]) -> None:
    """One transaction for a group; a unit fails alone, a failed commit fails them all.

    At first without savepoints, which would copy every page that a unit touches. Units can run
    again: when one of them fails, all run once more, each behind a savepoint of its own.
    """
    try:
        _keep(connection, group, texts, _run)
    except _UnitFailed:
        _roll_back(connection)
        if len(group) > 1:
            _commit_apart(connection, group, texts)
    except (sqlite3.Error, _EngineEnded) as error:
        _fail_all(connection, group, error)


def _commit_apart(connection: Hop, group: Sequence[Waiting], texts: Mapping[str, str]) -> None:
    try:
        _keep(connection, group, texts, _run_apart)
    except (sqlite3.Error, _EngineEnded) as error:
        _fail_all(connection, group, error)


def _keep(connection: Hop, group: Sequence[Waiting], texts: Mapping[str, str], run: _Run) -> None:
    connection.execute(_BEGIN)
    for waiting in group:
        run(connection, waiting, texts)
    connection.execute(_COMMIT)


def _fail_all(connection: Hop, group: Sequence[Waiting], error: Exception) -> None:
    reason = str(translated(error)) if isinstance(error, sqlite3.Error) else str(error)
    _roll_back(connection)
    for waiting in group:
        waiting.result = None
        waiting.error = waiting.error or StorageUnavailable(f"nothing was committed: {reason}")


def _run_apart(connection: Hop, waiting: Waiting, texts: Mapping[str, str]) -> None:
    """One unit behind a savepoint, undone alone where it fails."""
    connection.execute(_SAVE)
    try:
        _run(connection, waiting, texts)
    except _UnitFailed:
        connection.execute(_UNDO)
    connection.execute(_RELEASE)


def _run(connection: Hop, waiting: Waiting, texts: Mapping[str, str]) -> None:
    """One unit inside the open transaction. Errors: _UnitFailed with `waiting.error` set."""
    session = SqliteSession(connection, texts)
    begun = time.perf_counter()
    connection.inside = True
    try:
        waiting.result = waiting.unit(session)
        waiting.error = session.failure  # a swallowed storage error still undoes the unit
    except sqlite3.Error as error:
        waiting.error = translated(error)
    except BaseException as error:
        waiting.error = error
    finally:
        connection.inside = connection.denied = False
        session.end()
        waiting.seconds = time.perf_counter() - begun
    if not connection.in_transaction:
        raise _EngineEnded("the engine ended the transaction")
    if waiting.error is not None:
        waiting.result = None
        raise _UnitFailed


def look_around(connection: Hop, waiting: Waiting, texts: Mapping[str, str]) -> None:
    try:
        connection.execute("BEGIN --")
        with suppress(_UnitFailed):
            _run(connection, waiting, texts)
    except (sqlite3.Error, _EngineEnded) as error:
        waiting.error = waiting.error or StorageUnavailable(str(error))
    finally:
        _roll_back(connection)


def _roll_back(connection: Hop) -> None:
    if connection.in_transaction:
        connection.execute(_ROLLBACK)
