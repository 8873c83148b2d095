"""A small schema of its own, on each engine in turn, to try the contract on."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from storage.base import Storage
from storage.postgres import PostgresStorage
from storage.sqlite import SqliteStorage

SCHEMA = """-- Things and their parts; a part may name its thing before the thing is there.
CREATE TABLE thing (
  id TEXT NOT NULL PRIMARY KEY,
  n  BIGINT NOT NULL CHECK (n < 9000000000)
) {strict};
CREATE TABLE part (
  id    {id},
  thing TEXT NOT NULL REFERENCES thing (id) DEFERRABLE INITIALLY DEFERRED,
  body  {blob},
  note  TEXT
) {strict};
"""
STATEMENTS = """-- add --
-- A thing, once.
INSERT INTO thing (id, n) VALUES (:id, :n) ON CONFLICT (id) DO NOTHING RETURNING id

-- insist --
-- A thing, or an error.
INSERT INTO thing (id, n) VALUES (:id, :n)

-- raise --
-- One more.
UPDATE thing SET n = thing.n + 1 WHERE id = :id

-- get --
-- One thing.
SELECT id, n FROM thing WHERE id = :id

-- list --
-- Every thing.
SELECT id FROM thing ORDER BY id

-- part --
-- A part of a thing.
INSERT INTO part (thing, body, note) VALUES (:thing, :body, :note) RETURNING id

-- parts --
-- Every part.
SELECT thing, body, note FROM part ORDER BY id

-- marked --
-- Quoted marks are text: ':id', 100 %, and a cast is a cast.
SELECT ':id' AS quoted, '100 %' AS share, CAST(:id AS TEXT) AS id -- 50 % of :nothing

-- number --
-- A whole number, and none.
SELECT CAST(:n AS bigint) AS n, CAST(NULL AS bigint) AS is_null

-- begin --
-- Steering.
BEGIN

-- commit --
-- Steering.
COMMIT

-- rollback --
-- Steering.
ROLLBACK

-- savepoint --
-- Steering.
SAVEPOINT mine

-- release --
-- Steering.
RELEASE unit
"""
SQLITE_ONLY = """
-- trample --
-- The engine itself ends the transaction.
INSERT OR ROLLBACK INTO thing (id, n) VALUES (:id, :n)

-- durable --
-- Steering.
PRAGMA synchronous
"""
POSTGRES_ONLY = """
-- commit_number --
-- Which transaction this is.
SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint) AS number

-- connection --
-- Which of the server's processes serves this transaction.
SELECT pg_backend_pid() AS number
"""


@pytest.fixture
def schema_folder(tmp_path: Path) -> Path:
    """A folder of one migration."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_things.sql").write_text(SCHEMA, encoding="utf-8")
    return folder


@pytest.fixture
def sql_folder(tmp_path: Path) -> Path:
    """A folder of one topic, `try`, with the words that both engines know."""
    folder = tmp_path / "sql"
    folder.mkdir()
    (folder / "try.sql").write_text(STATEMENTS, encoding="utf-8")
    return folder


@pytest.fixture
async def make_sqlite(
    tmp_path: Path, sql_folder: Path, schema_folder: Path
) -> AsyncIterator[Callable[..., SqliteStorage]]:
    """Makes stores over the same file; closes what a failed test left open."""
    with (sql_folder / "try.sql").open("a", encoding="utf-8") as file:
        file.write(SQLITE_ONLY)
    made: list[SqliteStorage] = []

    def make(**options: Any) -> SqliteStorage:
        paths = {"sql": sql_folder, "migrations": schema_folder, **options}
        made.append(SqliteStorage(tmp_path / "try" / "try.db", **paths))
        return made[-1]

    yield make
    for store in made:
        await store.close()


@pytest.fixture
async def make_postgres(
    pg_empty_url: str, sql_folder: Path, schema_folder: Path
) -> AsyncIterator[Callable[..., PostgresStorage]]:
    """Makes stores over the same database; closes what a failed test left open."""
    with (sql_folder / "try.sql").open("a", encoding="utf-8") as file:
        file.write(POSTGRES_ONLY)
    made: list[PostgresStorage] = []

    def make(**options: Any) -> PostgresStorage:
        paths = {"sql": sql_folder, "migrations": schema_folder, **options}
        made.append(PostgresStorage(pg_empty_url, **paths))
        return made[-1]

    yield make
    for store in made:
        await store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def things(
    request: pytest.FixtureRequest, tmp_path: Path, sql_folder: Path, schema_folder: Path
) -> AsyncIterator[Storage]:
    """An open store over the small schema, on each engine in turn."""
    store: Storage
    paths = {"sql": sql_folder, "migrations": schema_folder}
    if request.param == "sqlite":
        store = SqliteStorage(tmp_path / "try" / "try.db", **paths)
    else:
        store = PostgresStorage(request.getfixturevalue("pg_empty_url"), **paths)
    await store.open()
    yield store
    await store.close()
