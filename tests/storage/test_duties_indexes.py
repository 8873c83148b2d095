"""The planner's tick costs what is due, not what exists: each of its statements has an index."""

import sqlite3
from pathlib import Path

import pytest

import storage
from storage.queries import SQLITE, load, query, schema, values_of

MIGRATIONS = Path(storage.__file__).parent / "migrations"


@pytest.fixture
def store(tmp_path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(tmp_path / "plan.db")
    for path in sorted(MIGRATIONS.glob("*.sql")):
        for statement in schema(path.read_text("utf-8"), SQLITE):
            connection.execute(statement)
    return connection


@pytest.mark.parametrize(
    "statement",
    [
        "due_now",
        "next_due",
        "get",
        "handled_rungs",
        "waiting_for",
        "asked",
        "of_unit",
        "of_department",
        "of_stationing",
        "standing",
        "milestone",
        "documents",
    ],
)
def test_a_statement_of_the_tick_searches_an_index(
    store: sqlite3.Connection, statement: str
) -> None:
    text = query(load()[f"duties.{statement}"].text, SQLITE)
    values = dict.fromkeys(values_of(text), 1)
    plan = [row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {text}", values)]
    store.close()
    reads = [step for step in plan if step.startswith(("SEARCH", "SCAN"))]
    assert reads
    assert all("INDEX" in step for step in reads), plan
