"""The storage contract: what a unit of work may do, and what can go wrong."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Row = Mapping[str, Any]
Value = str | int | float | bytes | bool | None


class StorageError(Exception):
    """The store could not do what was asked."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "").strip()


class StorageUnavailable(StorageError):
    """The store does not answer; the caller must not acknowledge anything."""


class SchemaTooNew(StorageError):
    """The database was written by a newer version of the program."""


class SchemaChanged(StorageError):
    """A migration that made this database was edited afterwards."""


class ConstraintBroken(StorageError):
    """A row breaks a rule of the schema."""


class AlreadyOpen(StorageError):
    """Another process has this database open."""


class BadText(StorageError):
    """A text holds a NUL or half a surrogate pair; refuse it at the edge."""


class CommitDenied(StorageError):
    """A unit tried to begin, commit or roll back by itself."""


class Session(Protocol):
    """What a unit sees: named statements over one open transaction, synchronous.

    A statement is named `<file>.<name>` after `storage/sql/<file>.sql`. Values are bound by name.
    Dedupe with `did(...)`, or with `RETURNING` and `one(...) is None` where a value is needed.
    """

    def one(self, statement: str, /, **values: Value) -> Row | None:
        """The first row, or None."""
        ...

    def all(self, statement: str, /, **values: Value) -> list[Row]:
        """Every row."""
        ...

    def run(self, statement: str, /, **values: Value) -> None:
        """Execute for its effect."""
        ...

    def did(self, statement: str, /, **values: Value) -> bool:
        """Execute one writing statement; whether it wrote a row."""
        ...

    def add(self, statement: str, /, **values: Value) -> int | None:
        """Insert one row with a number of its own (`{number}`); None when it was known."""
        ...

    def many(self, statement: str, rows: Sequence[Mapping[str, Value]], /) -> None:
        """Execute once per row."""
        ...


class Storage(Protocol):
    """One contract for every back end."""

    engine: str
    shared: bool  # whether several processes may work on it at once

    async def open(self) -> None:
        """Take the lock, check the versions, migrate.

        Errors: SchemaTooNew, AlreadyOpen, StorageUnavailable.
        """
        ...

    async def close(self) -> None:
        """Refuse new units, drain the waiting ones, close."""
        ...

    async def transact(self, unit: Callable[[Session], T]) -> T:
        """Run `unit` whole in one transaction and return what it returned once that is durable.

        The unit is bounded, free of network, re-runnable, and never swallows a StorageError.
        What it raises rolls it back alone and is raised here. A cancelled caller may still have
        committed.
        """
        ...

    async def read(self, look: Callable[[Session], T]) -> T:
        """Run `look` on a read-only snapshot, outside the writing thread."""
        ...
