"""A whole database as plain rows: written out, read in by either engine, proven equal."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from storage.base import StorageError

Cells = tuple[Any, ...]
_LONGEST = 64 * 1024 * 1024  # bytes of one row in a file


class Whole(Protocol):
    """What a copy of everything needs of a session, beyond named statements."""

    def columns(self, table: str) -> list[str]:
        """The columns of a table, in its order."""
        ...

    def rows(self, table: str) -> Iterator[Cells]:
        """Every row of a table, streamed."""
        ...

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Cells]) -> None:
        """Put rows into an empty table, with the numbers they have."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many rows a table has, and a digest of them that does not depend on their order."""

    table: str
    rows: int
    digest: str


class CopyDiffers(StorageError):
    """What was read in is not what was written out; nothing of it was kept."""


def count(db: Whole, table: str) -> Count:
    """The count of a table as it stands."""
    tally = _Tally()
    columns = db.columns(table)
    for row in db.rows(table):
        tally.add(columns, row)
    return tally.of(table)


def write_table(db: Whole, table: str, file: BinaryIO) -> Count:
    """A table as lines of JSON: its columns, then a list for each row."""
    columns, tally = db.columns(table), _Tally()
    file.write(_line(columns))
    for row in db.rows(table):
        tally.add(columns, row)
        file.write(_line([_plain(cell) for cell in row]))
    return tally.of(table)


def read_table(db: Whole, table: str, file: BinaryIO) -> None:
    """Fill an empty table out of such lines. Errors: StorageError for what is no such file."""
    try:
        columns = json.loads(file.readline(_LONGEST))
        db.fill(table, columns, _cells(file))
    except (ValueError, TypeError, KeyError):
        raise StorageError(f"the rows of {table} cannot be read; take another copy") from None


def _cells(file: BinaryIO) -> Iterator[Cells]:
    while line := file.readline(_LONGEST):
        yield _row(line)


def copy_table(source: Whole, target: Whole, table: str) -> Count:
    """Every row of a table from one session to the other. Errors: CopyDiffers."""
    columns, tally = source.columns(table), _Tally()

    def counted() -> Iterator[Cells]:
        for row in source.rows(table):
            _refuse_nul(table, columns, row)
            tally.add(columns, row)
            yield row

    target.fill(table, columns, counted())
    return verified(target, tally.of(table))


def verified(db: Whole, told: Count) -> Count:
    """The count, if the table is just so. Errors: CopyDiffers."""
    found = count(db, told.table)
    if found != told:
        raise CopyDiffers(
            f"{told.table}: {found.rows} rows arrived of {told.rows}, or one was changed; "
            "nothing was kept"
        )
    return told


def _refuse_nul(table: str, columns: Sequence[str], row: Cells) -> None:
    """No text of this program holds a NUL; PostgreSQL would say neither where nor what."""
    for name, cell in zip(columns, row, strict=True):
        if isinstance(cell, str) and "\0" in cell:
            raise StorageError(
                f"{table}.{name} holds a NUL, which this program never writes; "
                "nothing was moved: look at that row first"
            )


class _Tally:
    def __init__(self) -> None:
        self._rows = 0
        self._sum = 0

    def add(self, columns: Sequence[str], row: Cells) -> None:
        named = {name: _plain(cell) for name, cell in zip(columns, row, strict=True)}
        text = json.dumps(named, sort_keys=True, ensure_ascii=False).encode()
        self._rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(text).digest())) % 2**256

    def of(self, table: str) -> Count:
        return Count(table=table, rows=self._rows, digest=f"{self._sum:064x}")


def _line(cells: Sequence[Any]) -> bytes:
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _row(line: bytes) -> Cells:
    return tuple(
        base64.b64decode(cell["b"]) if isinstance(cell, dict) else cell
        for cell in json.loads(line)
    )


def _plain(cell: Any) -> Any:
    if isinstance(cell, bytes | memoryview | bytearray):
        return {"b": base64.b64encode(bytes(cell)).decode()}
    return cell
