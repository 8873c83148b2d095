"""Every statement of storage/sql stands in both engines' words and is understood by both."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from storage import queries
from storage.base import StorageError
from storage.postgres_line import READERS
from storage.sqlite import SqliteStorage
from tests import postgres_server

STATEMENTS = queries.load()


@pytest.fixture(scope="module")
def sqlite_words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("words") / "words.db"

    async def make() -> None:
        storage = SqliteStorage(path)
        await storage.open()
        await storage.close()

    asyncio.run(make())
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def postgres_words(pg_server: str, pg_template: str) -> Iterator[psycopg.Connection]:
    with (
        postgres_server.fresh(pg_server, pg_template) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        yield connection


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_sqlite_understands(sqlite_words: sqlite3.Connection, name: str) -> None:
    text = STATEMENTS[name].text
    nothing = dict.fromkeys(queries.values_of(text))
    sqlite_words.execute(f"EXPLAIN {queries.query(text, queries.SQLITE)}", nothing).fetchall()


@pytest.mark.postgres
@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_postgres_understands(postgres_words: psycopg.Connection, name: str) -> None:
    text = STATEMENTS[name].text
    nothing = dict.fromkeys(queries.values_of(text))
    words = f"EXPLAIN {queries.query(text, queries.POSTGRES)}"
    postgres_words.execute(words.encode(), nothing).fetchall()


@pytest.mark.postgres
def test_every_column_that_a_statement_gives_is_of_a_type_that_is_read(
    postgres_words: psycopg.Connection,
) -> None:
    strange = []
    for name, statement in queries.numbered(STATEMENTS, queries.POSTGRES).items():
        postgres_words.pgconn.prepare(name.encode(), statement.text)
        told = postgres_words.pgconn.describe_prepared(name.encode())
        strange += [
            f"{name}: {told.fname(column)!r}"
            for column in range(told.nfields)
            if told.ftype(column) not in READERS
        ]
    assert not strange


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_a_statement_has_its_sentence_and_steers_nothing(name: str) -> None:
    statement = STATEMENTS[name]
    assert re.fullmatch(r"[A-Z].*[.?]", statement.sentence), statement.sentence
    assert not queries.steers(statement.text)


def test_the_words_of_postgres() -> None:
    text = (
        "SELECT a::text, ':no', b % 5 /* :no % */ FROM \"t:x\" WHERE c LIKE '5%' AND d = :d_1 "
        "{skip_locked}"
    )
    assert queries.query(text, queries.POSTGRES) == (
        "SELECT a::text, ':no', b %% 5  FROM \"t:x\" WHERE c LIKE '5%%' AND d = %(d_1)s "
        "FOR UPDATE SKIP LOCKED"
    )
    assert queries.values_of(text) == {"d_1"}


def test_the_numbered_words_of_postgres() -> None:
    text = "SELECT ':a', 5 % :b /* :c */ FROM t WHERE x::text = :a AND y = :b {skip_locked}"
    statement = queries.Statement(name="t.x", sentence="X.", text=text)
    found = queries.numbered({"t.x": statement}, queries.POSTGRES)["t.x"]
    assert found.text == (
        b"SELECT ':a', 5 % $1  FROM t WHERE x::text = $2 AND y = $1 FOR UPDATE SKIP LOCKED"
    )
    assert found.order == ("b", "a")


def test_columns_of_both_engines_hold_64_bits_and_compare_bytes() -> None:
    text = "CREATE TABLE t (i INTEGER, b BIGINT, x TEXT DEFAULT 'TEXT') {strict}; -- end; of it\n"
    assert queries.schema(text, queries.SQLITE) == [
        "CREATE TABLE t (i INTEGER, b INTEGER, x TEXT DEFAULT 'TEXT') STRICT"
    ]
    assert queries.schema(text, queries.POSTGRES) == [
        "CREATE TABLE t (i BIGINT, b BIGINT, x TEXT COLLATE \"C\" DEFAULT 'TEXT')"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("-- a --\nSELECT 1\n", r"a\.sql: a\.a needs"),
        ("-- a --\n-- One.\n", r"a\.sql: a\.a needs"),
        ("-- a --\n-- One.\nSELECT 1\n-- a --\n-- Two.\nSELECT 2\n", r"a\.a stands there twice"),
    ],
)
def test_a_statement_of_a_wrong_form_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "a.sql").write_text(text, encoding="utf-8")
    with pytest.raises(StorageError, match=told):
        queries.load(tmp_path)
