"""What waits is counted from indexes: the cost grows with what is open, not with what was."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import storage
from storage import backlog, outbox
from storage.base import Session, Storage
from storage.outbox import Planned
from storage.queries import POSTGRES, SQLITE, load, query, schema, values_of
from storage.sealing import Vault
from tests import postgres_server

MIGRATIONS = Path(storage.__file__).parent / "migrations"
LOOKS = [
    *(name for name in load() if name.startswith("backlog.")),
    "duties.first_check",
    "duties.stuck",
    "inbox.stuck",
]
SMALL = {"worker", "lease"}  # a row per process
FILL = """
INSERT INTO outbox (dedupe, lane, channel, account, priority, policy, topic, state, not_before,
                    attempts, created_at, settled_at, vanish_at, heard, messages, reason)
SELECT 'd' || n, ('l' || n)::bytea, 'web', 'web', 1, 'hold', '',
       CASE WHEN n % 5000 = 0 THEN 'failed' ELSE 'sent' END, 0, 0, 0, 0, 0, '', '', ''
  FROM generate_series(1, 50000) AS n;
INSERT INTO inbox (channel, account, event_id, lane, received_at, state, attempts, reason)
SELECT 'web', 'web', 'e' || n, ('l' || n)::bytea, 0,
       CASE WHEN n % 5000 = 0 THEN 'new' ELSE 'done' END, 0, ''
  FROM generate_series(1, 50000) AS n;
ANALYZE;
"""


@pytest.fixture(scope="module")
def sqlite_plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path_factory.mktemp("backlog") / "plan.db")
    for path in sorted(MIGRATIONS.glob("*.sql")):
        for statement in schema(path.read_text("utf-8"), SQLITE):
            connection.execute(statement)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def postgres_plans(pg_server: str, pg_template: str) -> Iterator[psycopg.Connection]:
    """A database in which much has been and little is open."""
    with (
        postgres_server.fresh(pg_server, pg_template) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        connection.execute(FILL.encode())
        yield connection


@pytest.mark.parametrize("name", LOOKS)
def test_sqlite_reads_what_waits_from_indexes(sqlite_plans: sqlite3.Connection, name: str) -> None:
    text = query(load()[name].text, SQLITE)
    rows = sqlite_plans.execute(f"EXPLAIN QUERY PLAN {text}", dict.fromkeys(values_of(text), 1))
    reads = [row[3] for row in rows if row[3].startswith(("SEARCH", "SCAN"))]
    whole = [r for r in reads if " INDEX " not in r and r.split()[1] in _tables(sqlite_plans)]
    assert [r for r in whole if r.split()[1] not in SMALL] == []
    assert not [r for r in reads if "reminder_moment" in r]  # every reminder there ever was


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
    }


@pytest.mark.postgres
@pytest.mark.parametrize("name", LOOKS)
def test_postgres_reads_what_waits_from_indexes(
    postgres_plans: psycopg.Connection, name: str
) -> None:
    text = query(load()[name].text, POSTGRES)
    values = dict.fromkeys(values_of(load()[name].text), "1")
    plan = postgres_plans.execute(f"EXPLAIN {text}".encode(), values)
    steps = [row[0] for row in plan]
    assert [s for s in steps if "Seq Scan on inbox" in s or "Seq Scan on outbox" in s] == []


async def test_what_waits_is_told_by_state_with_its_age_on_both_engines(
    storage: Storage, vault: Vault
) -> None:
    now = 1_000_000

    def unit(db: Session) -> None:
        for number, state in enumerate(("due", "later", "uncertain", "failed"), start=1):
            message = Planned(
                dedupe=state,
                lane=bytes([number]) * 32,
                channel="web",
                account="web",
                chat="c",
                body={},
                priority=0,
                policy="hold",
                not_before=now + 9000 if state == "later" else now - 100,
            )
            parcel = outbox.plan(db, vault, message, now)
            assert parcel is not None
            if state in ("uncertain", "failed"):
                outbox.lease(db, [parcel.id])
                end = outbox.doubt if state == "uncertain" else outbox.fail
                end(db, parcel.id, at=now - 50, reason="r")

    await storage.transact(unit)
    seen = await storage.read(lambda db: backlog.look(db, now=now, now_ms=now * 1000))
    found = {state: (pile.n, pile.age(now)) for state, pile in seen.piles["outbox"].items()}
    assert found == {
        "due": (1, 100),
        "later": (1, 0),
        "sending": (0, 0),
        "uncertain": (1, 50),
        "failed": (1, 50),
    }
    assert {s: p.n for s, p in seen.piles["inbox"].items()} == {"new": 0, "poison": 0}
    assert (seen.attempts, seen.planner, seen.workers, seen.acts) == (0, 0, 0, True)
