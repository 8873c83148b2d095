"""Numbered migrations: forward only, each once, and refusals that say what to do."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storage import migrate
from storage.base import SchemaChanged, SchemaTooNew, Storage, StorageError
from storage.postgres import PostgresStorage
from storage.sqlite import SqliteStorage

ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
SCHEMA_OF_POSTGRES = """
SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
       || coalesce(collation_name, '')
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace
ORDER BY 1
"""


class Ladder:
    """One database that is opened again and again with other migrations."""

    def __init__(self, engine: str, place: str, folder: Path) -> None:
        self.engine = engine
        self.place = place
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    async def climb(self, at: int = 0) -> None:
        store: Storage
        if self.engine == "sqlite":
            store = SqliteStorage(Path(self.place), migrations=self.folder, at=at)
        else:
            store = PostgresStorage(self.place, migrations=self.folder, at=at)
        await store.open()
        await store.close()

    def rows(self, sql: str) -> list[Any]:
        if self.engine == "sqlite":
            connection = sqlite3.connect(self.place)
            found = connection.execute(sql).fetchall()
            connection.close()
            return found
        with psycopg.connect(self.place) as connection:
            return connection.execute(sql.encode()).fetchall()

    def schema(self) -> list[Any]:
        if self.engine == "postgres":
            return self.rows(SCHEMA_OF_POSTGRES)
        return self.rows("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")


@pytest.fixture(params=ENGINES)
def ladder(request: pytest.FixtureRequest, tmp_path: Path) -> Ladder:
    postgres = request.param == "postgres"
    place = request.getfixturevalue("pg_empty_url") if postgres else str(tmp_path / "l" / "l.db")
    return Ladder(request.param, place, tmp_path / "steps")


async def test_each_migration_is_applied_once_and_noted(ladder: Ladder) -> None:
    ladder.put("0001_a.sql", "-- A.\nCREATE TABLE a (x BIGINT) {strict};\n")
    await ladder.climb(at=100)
    ladder.put("0002_b.sql", "-- B; with a mark.\nCREATE TABLE b (x TEXT DEFAULT ';') {strict}")
    await ladder.climb(at=200)
    await ladder.climb(at=300)
    found = ladder.rows("SELECT number, name, applied_at FROM schema_version ORDER BY number")
    assert found == [(1, "a", 100), (2, "b", 200)]


async def test_a_migration_that_fails_leaves_nothing_behind(ladder: Ladder) -> None:
    ladder.put("0001_a.sql", "-- A.\nCREATE TABLE a (x BIGINT) {strict};\n")
    await ladder.climb()
    ladder.put(
        "0002_b.sql", "-- B.\nCREATE TABLE b (x BIGINT) {strict}; CREATE TABLE a (x BIGINT);"
    )
    with pytest.raises(StorageError):
        await ladder.climb()
    assert ladder.rows("SELECT number FROM schema_version") == [(1,)]
    ladder.put("0002_b.sql", "-- B.\nCREATE TABLE b (x BIGINT) {strict};")
    await ladder.climb()
    assert ladder.rows("SELECT x FROM b") == []


async def test_a_database_newer_than_the_program_is_not_opened(ladder: Ladder) -> None:
    ladder.put("0001_a.sql", "-- A.\nCREATE TABLE a (x BIGINT) {strict};\n")
    ladder.put("0002_b.sql", "-- B.\nCREATE TABLE b (x BIGINT) {strict};\n")
    await ladder.climb()
    (ladder.folder / "0002_b.sql").unlink()
    with pytest.raises(SchemaTooNew, match=r"version 0002 \(b\).* knows 0001: install the newer"):
        await ladder.climb()


async def test_an_edited_migration_is_refused(ladder: Ladder) -> None:
    ladder.put("0001_a.sql", "-- A.\nCREATE TABLE a (x BIGINT) {strict};\n")
    await ladder.climb()
    ladder.put("0001_a.sql", "-- A.\nCREATE TABLE a (x BIGINT, y BIGINT) {strict};\n")
    with pytest.raises(SchemaChanged, match=r"migration 0001 \(a\).* never edited"):
        await ladder.climb()


async def test_a_database_that_climbed_step_by_step_equals_a_fresh_one(
    ladder: Ladder, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    for path in sorted(migrate.MIGRATIONS.glob("*.sql")):
        shutil.copy(path, ladder.folder)
        await ladder.climb()
    if ladder.engine == "sqlite":
        fresh = Ladder("sqlite", str(tmp_path / "f" / "f.db"), ladder.folder)
        await fresh.climb()
    else:
        fresh = Ladder("postgres", request.getfixturevalue("pg_url"), ladder.folder)
    assert ladder.schema() == fresh.schema()
    assert len(ladder.schema()) > 10


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("1_a.sql", "-- A.\n"),
        ("0001_A.sql", "-- A.\n"),
        ("0001_a.sql", "CREATE TABLE a (x BIGINT);"),
    ],
)
def test_a_migration_file_of_a_wrong_form_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(StorageError, match=name):
        migrate.load(tmp_path)


def test_two_migrations_never_share_a_number(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("-- A.\n", encoding="utf-8")
    (tmp_path / "0001_b.sql").write_text("-- B.\n", encoding="utf-8")
    with pytest.raises(StorageError, match="number 0001 is taken by a"):
        migrate.load(tmp_path)


def test_our_migrations_are_numbered_without_a_gap_and_defer_no_rule() -> None:
    found = migrate.load()
    assert [migration.number for migration in found] == list(range(1, len(found) + 1))
    for migration in found:
        assert "DEFERR" not in migration.text.upper(), migration.name  # would fail others' commits


@pytest.mark.parametrize("ladder", ENGINES, indirect=True)
async def test_tables_that_somebody_changed_are_named_with_the_migration_that_does_not_fit(
    ladder: Ladder,
) -> None:
    ladder.put("0001_one.sql", "-- One.\nCREATE TABLE one (id TEXT NOT NULL PRIMARY KEY);")
    await ladder.climb()
    ladder.put("0002_two.sql", "-- Two.\nCREATE TABLE one (id TEXT NOT NULL PRIMARY KEY);")
    with pytest.raises(SchemaChanged) as refused:
        await ladder.climb()
    assert "migration 0002 (two) does not fit this database" in str(refused.value)
    assert "restore the backup made before the upgrade" in str(refused.value)
    assert ladder.rows("SELECT number FROM schema_version") == [(1,)]
