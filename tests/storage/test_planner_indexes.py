"""What the planner asks at every tick costs what is due, not what exists."""

import sqlite3
from pathlib import Path

import pytest

import storage
from storage.queries import SQLITE, load, query, schema, values_of

MIGRATIONS = Path(storage.__file__).parent / "migrations"
AT_EVERY_TICK = (
    "waiting_people",
    "provisional",
    "of_other_calendar",
    "live",
    "live_of_mission",
    "pause_of",
    "pauses_over",
    "unwatched",
    "idle",
    "look",
    "running_recompute",
)


@pytest.fixture
def store(tmp_path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(tmp_path / "plan.db")
    for path in sorted(MIGRATIONS.glob("*.sql")):
        for statement in schema(path.read_text("utf-8"), SQLITE):
            connection.execute(statement)
    return connection


def test_what_is_due_is_read_in_its_order_without_sorting(store: sqlite3.Connection) -> None:
    text = query(load()["duties.due_now"].text, SQLITE)
    plan = [row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {text}", {"now": 1, "limit": 1})]
    store.close()
    assert [step.partition(" (")[0] for step in plan] == ["SEARCH duty USING INDEX duty_next"]


@pytest.mark.parametrize("statement", AT_EVERY_TICK)
def test_a_statement_of_the_planner_searches_an_index(
    store: sqlite3.Connection, statement: str
) -> None:
    text = query(load()[f"planner.{statement}"].text, SQLITE)
    values = dict.fromkeys(values_of(text), 1)
    plan = [row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {text}", values)]
    store.close()
    reads = [step for step in plan if step.startswith(("SEARCH", "SCAN"))]
    assert reads
    assert all("INDEX" in step for step in reads), plan
