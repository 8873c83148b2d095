"""The storage contract over an apsw connection, so that its units meet a disk that loses power."""

import sqlite3
from asyncio import get_running_loop
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import apsw

from storage import queries
from storage.base import Session, StorageUnavailable, Value
from storage.sqlite import _PRAGMAS as PRAGMAS
from storage.sqlite_units import commit_together
from storage.waiting import Waiting
from tests.faults.power import NAME

T = TypeVar("T")
Step = Callable[[str], None]
"""Told each statement before it runs; what it raises is what the statement raises."""

ALONE = "PRAGMA locking_mode = EXCLUSIVE"
"""The one pragma more than production's: a disk of our own has no shared memory for the log."""


class Cursor:
    """What units use of a cursor of the standard library, over apsw."""

    def __init__(self, connection: apsw.Connection, step: Step) -> None:
        self._connection = connection
        self._step = step
        self._rows: list[tuple[Any, ...]] = []
        self.description: list[tuple[str]] = []
        self.rowcount = 0

    def execute(self, text: str, values: Mapping[str, Value] | None = None) -> "Cursor":
        """Run one statement to its end. Errors: those of the standard library."""
        self._step(text)
        cursor = self._connection.cursor()
        names: list[str] = []

        def note(cursor: apsw.Cursor, statement: str, bound: Any) -> bool:
            names[:] = [column[0] for column in cursor.get_description()]
            return True

        cursor.exec_trace = note
        try:
            cursor.execute(text, dict(values or {}))
            self._rows = cursor.fetchall()
        except apsw.Error as error:
            raise translated(error) from None
        self.description = [(name,) for name in names]
        self.rowcount = self._connection.changes()
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Every row of the last statement."""
        return self._rows

    @property
    def lastrowid(self) -> int:
        """The number of the newest row."""
        return self._connection.last_insert_rowid()


def translated(error: apsw.Error) -> sqlite3.Error:
    """The standard library's error for apsw's."""
    kind = sqlite3.IntegrityError if isinstance(error, apsw.ConstraintError) else None
    made = (kind or sqlite3.OperationalError)(str(error))
    made.sqlite_errorcode = getattr(error, "extendedresult", apsw.SQLITE_IOERR) or 10
    return made


class Connection:
    """What the group commit uses of its connection, over apsw."""

    inside = denied = False

    def __init__(
        self,
        pragmas: Sequence[str],
        place: str = "jianjian.db",
        vfs: str | None = NAME,
        step: "Step" = lambda text: None,
    ) -> None:
        self._connection = apsw.Connection(place, vfs=vfs)
        self._step = step
        self.shared_cursor = Cursor(self._connection, step)
        for pragma in (ALONE, *pragmas):
            self.execute(pragma)

    def execute(self, text: str, values: Mapping[str, Value] | None = None) -> Cursor:
        """Run one statement."""
        return Cursor(self._connection, self._step).execute(text, values)

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction


class ApswStorage:
    """`transact` as in production, unit after unit, on the disk that loses power."""

    engine = "sqlite"
    shared = False

    def __init__(
        self, pragmas: Sequence[str] = PRAGMAS, connection: Connection | None = None
    ) -> None:
        self._texts = queries.rendered(queries.load(queries.SQL), queries.SQLITE)
        try:
            self.connection = connection or Connection(pragmas)
        except sqlite3.Error as error:
            raise StorageUnavailable(str(error)) from None

    async def transact(self, unit: Callable[[Session], T]) -> T:
        """One unit, one commit. Errors: StorageUnavailable once the power is gone."""
        waiting = Waiting(unit, get_running_loop().create_future())
        try:
            commit_together(self.connection, [waiting], self._texts)  # type: ignore[arg-type]
        except sqlite3.Error as error:
            raise StorageUnavailable(str(error)) from None
        waiting.settle()
        return await waiting.future  # type: ignore[no-any-return]

    async def read(self, look: Callable[[Session], T]) -> T:
        """The same connection."""
        return await self.transact(look)

    async def open(self) -> None:
        """Open since it was made."""

    async def close(self) -> None:
        """Power is not switched off politely here."""

    def settings(self) -> dict[str, str | int]:
        """What the connection really runs with."""
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return {name: self.connection.execute(f"PRAGMA {name}").fetchall()[0][0] for name in names}
