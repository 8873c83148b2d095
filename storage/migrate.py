"""Numbered migrations: forward only, each once, refusing what this program cannot understand."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.base import SchemaChanged, SchemaTooNew, StorageError
from storage.queries import Dialect, query, schema

MIGRATIONS = Path(__file__).with_name("migrations")

Execute = Callable[[str, Mapping[str, Any]], Sequence[tuple[Any, ...]]]
"""Runs one statement inside the open transaction and gives its rows."""

_NAME = re.compile(r"(?P<number>\d{4})_(?P<topic>[a-z][a-z0-9_]*)\.sql")
_BOOK = """
CREATE TABLE IF NOT EXISTS schema_version (
  number     BIGINT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  applied_at BIGINT NOT NULL
) {strict}
"""
_APPLIED = "SELECT number, name, sha256 FROM schema_version ORDER BY number"
_LOGIC = 1  # SQLite's code where a statement does not fit the tables
_SYNTAX = "42"  # PostgreSQL's class for the same
_NOTE = "INSERT INTO schema_version VALUES (:number, :name, :sha256, :applied_at)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file of the ladder."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The fingerprint that an applied file must keep."""
        return hashlib.sha256(self.text.encode()).hexdigest()


_TABLE = re.compile(r"^CREATE TABLE (?:IF NOT EXISTS )?(\w+)", re.MULTILINE)


def tables(migrations: Sequence["Migration"]) -> list[str]:
    """Every table, so ordered that none refers to a later one; without the book of migrations."""
    return [name for migration in migrations for name in _TABLE.findall(migration.text)]


def load(folder: Path = MIGRATIONS) -> list[Migration]:
    """Every migration in order. Errors: StorageError for a wrong name, number or first line."""
    found: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        text = path.read_text(encoding="utf-8")
        if match is None or not text.startswith("-- "):
            raise StorageError(
                f"{path.name}: a migration is NNNN_topic.sql and begins with `-- sentence.`"
            )
        number = int(match["number"])
        if number in found:
            raise StorageError(f"{path.name}: number {number:04} is taken by {found[number].name}")
        found[number] = Migration(number=number, name=match["topic"], text=text)
    return [found[number] for number in sorted(found)]


def migrate(
    execute: Execute, dialect: Dialect, migrations: Sequence[Migration], at: int
) -> list[Migration]:
    """Apply what is missing, inside the caller's transaction; returns what was applied.

    `at` is noted as the time of application (epoch seconds). Errors: SchemaTooNew, SchemaChanged.
    """
    for part in schema(_BOOK, dialect):
        execute(part, {})
    applied = {row[0]: (row[1], row[2]) for row in execute(query(_APPLIED, dialect), {})}
    _refuse_strange(applied, migrations)
    missing = [migration for migration in migrations if migration.number not in applied]
    for migration in missing:
        _apply(execute, migration, dialect)
        note = {"number": migration.number, "name": migration.name, "sha256": migration.sha256}
        execute(query(_NOTE, dialect), {**note, "applied_at": at})
    return missing


def _apply(execute: Execute, migration: Migration, dialect: Dialect) -> None:
    """Errors: SchemaChanged where the tables are not what the migration builds on."""
    for part in schema(migration.text, dialect):
        try:
            execute(part, {})
        except Exception as error:
            if getattr(error, "sqlite_errorcode", 0) == _LOGIC or _class(error) == _SYNTAX:
                raise SchemaChanged(
                    f"migration {migration.number:04} ({migration.name}) does not fit this "
                    f"database ({str(error).splitlines()[0]}): somebody changed its tables; "
                    "restore the backup made before the upgrade"
                ) from None
            raise


def _class(error: Exception) -> str:
    """The class of an SQLSTATE; "" where the engine tells none."""
    return str(getattr(error, "sqlstate", None) or "")[:2]


def _refuse_strange(
    applied: Mapping[int, tuple[str, str]], migrations: Sequence[Migration]
) -> None:
    known = {migration.number: migration for migration in migrations}
    newest = max(known, default=0)
    for number, (name, sha256) in applied.items():
        if number > newest:
            raise SchemaTooNew(
                f"the database is at version {number:04} ({name}), "
                f"this program knows {newest:04}: "
                "install the newer program, or restore the backup made before the upgrade"
            )
        if number not in known or known[number].sha256 != sha256:
            raise SchemaChanged(
                f"migration {number:04} ({name}) is not the one that made this database: "
                "install the released program again; an applied migration is never edited"
            )
