"""A store whose N-th statement fails, of whatever unit it is; who retries finds it mended."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from storage.base import Session, StorageError
from storage.sqlite import _PRAGMAS as PRAGMAS
from tests.faults.apsw_storage import ApswStorage, Connection

T = TypeVar("T")
Tables = dict[str, list[str]]
UNSYNCED = tuple(p.replace("synchronous = FULL", "synchronous = OFF") for p in PRAGMAS)
"""The power stays on here."""


@dataclass
class Trouble:
    """Counts statements, BEGIN and COMMIT among them, and lets one of them fail."""

    at: int = 0  # which one fails; 0 = none
    count: int = 0
    armed: bool = False
    struck: bool = False

    def step(self, text: str) -> None:
        """Called before each statement. Errors: the engine's own for a disk that fails."""
        if not self.armed or text.startswith("ROLLBACK"):
            return
        self.count += 1
        if self.count == self.at:
            self.struck = True
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = 10
            raise error


class BreakingStorage(ApswStorage):
    """Runs a unit again when it failed by the trouble, as lanes, platforms and ticks do.

    In between it looks: whatever failed must have left every table as it was.
    """

    def __init__(self, file: Path) -> None:
        self.trouble = Trouble()
        super().__init__(
            connection=Connection(UNSYNCED, str(file), vfs=None, step=self.trouble.step)
        )
        self.halves: list[str] = []  # tables that a failed unit has changed

    async def transact(self, unit: Callable[[Session], T]) -> T:
        """The unit; a second time where the trouble struck the first."""
        aims = self.trouble.armed and self.trouble.at and not self.trouble.struck
        before = self.tables() if aims else {}
        try:
            return await ApswStorage.transact(self, unit)
        except StorageError:
            if not aims or not self.trouble.struck:
                raise
        after = self.tables()
        self.halves += [name for name in after if after[name] != before[name]]
        return await ApswStorage.transact(self, unit)

    def tables(self) -> Tables:
        """Every row of every table."""
        armed, self.trouble.armed = self.trouble.armed, False
        try:
            return {name: sorted(map(repr, self._rows(name))) for name in self._names()}
        finally:
            self.trouble.armed = armed

    def tally(self) -> dict[str, int]:
        """How many rows each table holds."""
        return {name: len(rows) for name, rows in self.tables().items()}

    def fold(self) -> None:
        """Bring everything into the one file."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _names(self) -> list[str]:
        found = self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in found.fetchall() if name != "sqlite_sequence"]

    def _rows(self, table: str) -> list[tuple[object, ...]]:
        return self.connection.execute(f'SELECT * FROM "{table}"').fetchall()
