"""Units of work on PostgreSQL: one transaction for those that wait, each failing alone."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from storage.base import (
    CommitDenied,
    Row,
    StorageError,
    StorageUnavailable,
    Value,
)
from storage.portable import Whole
from storage.postgres_line import LOOK, WRITE, Again, Line
from storage.queries import Numbered
from storage.waiting import Waiting

Statements = Mapping[str, Numbered]
Tables = Callable[[], Whole]


class PostgresSession:
    """Named statements over the open transaction of one unit."""

    __slots__ = ("_line", "_statements", "_tables", "failure")

    def __init__(self, line: Line, statements: Statements, tables: Tables) -> None:
        self._line: Line | None = line
        self._statements = statements
        self._tables = tables
        self.failure: StorageError | None = None

    def one(self, statement: str, /, **values: Value) -> Row | None:
        """The first row, or None."""
        rows = self._rows(statement, values)
        return rows[0] if rows else None

    def all(self, statement: str, /, **values: Value) -> list[Row]:
        """Every row."""
        return self._rows(statement, values)

    def run(self, statement: str, /, **values: Value) -> None:
        """Execute for its effect; an error may only be raised by a later statement or the end."""
        try:
            line, known = self._ready(statement)
            line.tell(known, values)
        except StorageError as error:
            raise self._noted(error) from None

    def did(self, statement: str, /, **values: Value) -> bool:
        """Execute one writing statement; whether it wrote a row."""
        try:
            line, known = self._ready(statement)
            return line.count(known, values) > 0
        except StorageError as error:
            raise self._noted(error) from None

    def add(self, statement: str, /, **values: Value) -> int | None:
        """Insert one row with a number of its own; None when it was known."""
        rows = self._rows(statement, values)
        return int(rows[0]["id"]) if rows else None

    def many(self, statement: str, rows: Sequence[Mapping[str, Value]], /) -> None:
        """Execute once per row."""
        for row in rows:
            self.run(statement, **row)

    def columns(self, table: str) -> list[str]:
        """See `storage.portable.Whole`."""
        return self._plainly().columns(table)

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """See `storage.portable.Whole`."""
        yield from self._plainly().rows(table)

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """See `storage.portable.Whole`."""
        self._plainly().fill(table, columns, rows)

    def end(self) -> None:
        """No statement may follow."""
        self._line = None

    def _rows(self, statement: str, values: Mapping[str, Value]) -> list[Row]:
        try:
            line, known = self._ready(statement)
            return line.rows(known, values)
        except StorageError as error:
            raise self._noted(error) from None

    def _ready(self, statement: str) -> tuple[Line, Numbered]:
        known = self._statements.get(statement)
        if known is None or self._line is None:
            raise StorageError(f"no statement is named {statement}, or the unit is over")
        if known.steers:
            raise CommitDenied(f"{statement}: a unit never steers its transaction")
        return self._line, known

    def _plainly(self) -> Whole:
        if self._line is None:
            raise StorageError("the unit is over")
        self._line.plain()
        return self._tables()

    def _noted(self, error: StorageError) -> StorageError:
        self.failure = self.failure or error
        return error


class _UnitFailed(Exception):
    """A unit of a group failed; the others are to be kept without it."""


class Alone(Exception):
    """The shared commit failed for a reason of one unit: each needs a transaction of its own."""


class Group:
    """Units that share one transaction on one line.

    At first without savepoints. Units can run again: when one of them fails, all run once more,
    each behind a savepoint of its own.
    """

    def __init__(
        self, line: Line, statements: Statements, tables: Tables, *, alone: bool = False
    ) -> None:
        """`alone`: no other transaction that asks for the same runs meanwhile."""
        self._line = line
        self._statements = statements
        self._tables = tables
        self._alone = alone

    def commit(self, group: Sequence[Waiting]) -> None:
        """Run and commit them, each failing alone.

        Errors: Again and Alone; then nothing of them is kept, and they are to be run again.
        """
        try:
            self._keep(group, self._run)
        except _UnitFailed:
            self._line.roll_back()
            if len(group) > 1:
                self._keep(group, self._run_apart)

    def look(self, waiting: Waiting) -> None:
        """Run one on a snapshot that nobody can write to."""
        self._line.begin(LOOK)
        try:
            self._run(waiting)
            self._line.commit()
        except _UnitFailed:
            self._line.roll_back()
        except StorageError as error:
            self._fail([waiting], error)

    def _keep(self, group: Sequence[Waiting], run: Callable[[Waiting], None]) -> None:
        line = self._line
        line.begin(WRITE, alone=self._alone)
        try:
            for waiting in group:
                waiting.error = None
                run(waiting)
            line.commit()
        except StorageError as error:
            self._fail(group, error)

    def _fail(self, group: Sequence[Waiting], error: StorageError) -> None:
        """The transaction is gone."""
        self._line.roll_back()
        if isinstance(error, Again):
            raise error
        if len(group) > 1 and not isinstance(error, StorageUnavailable):
            raise Alone
        for waiting in group:
            waiting.result, waiting.error = None, error

    def _run_apart(self, waiting: Waiting) -> None:
        """One unit behind a savepoint, undone alone where it fails."""
        self._line.save()
        try:
            self._run(waiting, settled=True)
        except _UnitFailed:
            self._line.undo()
        self._line.keep()

    def _run(self, waiting: Waiting, *, settled: bool = False) -> None:
        """One unit inside the open transaction.

        Errors: _UnitFailed with `waiting.error` set; StorageError where the transaction is gone.
        """
        session = PostgresSession(self._line, self._statements, self._tables)
        begun = time.perf_counter()
        try:
            waiting.result = waiting.unit(session)
            if settled and session.failure is None:
                self._line.settle()
            waiting.error = session.failure  # a swallowed storage error still undoes the unit
        except BaseException as error:
            waiting.error = session.failure or error
        finally:
            session.end()
            waiting.seconds = time.perf_counter() - begun
        if isinstance(waiting.error, Again | StorageUnavailable):
            raise waiting.error
        if waiting.error is not None:
            waiting.result = None
            raise _UnitFailed
