"""What PostgreSQL alone promises: it heals, shares commits, and is shared by processes."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from storage import audit
from storage.base import ConstraintBroken, Session, StorageError, StorageUnavailable
from storage.open import open_storage
from storage.postgres import PostgresStorage

Make = Callable[..., PostgresStorage]
pytestmark = pytest.mark.postgres
TAKE_THE_TURN = "SELECT pg_advisory_lock(1784769902)"
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'jianjian'"
)


def act(db: Session) -> None:
    audit.write(db, at=1, actor="p", action="a", object="o")


async def test_connections_that_the_server_closed_are_replaced_unnoticed(pg_url: str) -> None:
    storage = open_storage(pg_url)
    await storage.open()
    await asyncio.gather(*(storage.transact(act) for _ in range(8)))
    with psycopg.connect(pg_url, autocommit=True) as connection:
        connection.execute(OTHERS)
    await asyncio.gather(*(storage.transact(act) for _ in range(8)))
    assert len(await storage.read(lambda db: audit.about(db, "o"))) == 16
    await storage.close()


async def test_two_programs_open_a_new_database_at_once(pg_empty_url: str) -> None:
    first, second = open_storage(pg_empty_url), open_storage(pg_empty_url)
    await asyncio.gather(first.open(), second.open())
    await asyncio.gather(*(store.transact(act) for store in (first, second)))
    linked = await asyncio.gather(*(store.transact(audit.link) for store in (first, second)))
    assert sum(linked) == 2
    assert (await first.read(lambda db: audit.verify(db, 1))).sound
    await first.close()
    await second.close()


async def test_a_server_that_is_away_is_said_without_the_password() -> None:
    storage = open_storage("postgresql://me:hunter2@127.0.0.1:1/x?connect_timeout=1")
    with pytest.raises(StorageUnavailable, match=r"check \[storage\] url") as raised:
        await storage.open()
    assert "hunter2" not in str(raised.value)
    with pytest.raises(StorageError):
        await storage.transact(act)


def adding(id: str) -> Any:
    return lambda db: db.run("try.insist", id=id, n=0)


def ids(db: Session) -> list[str]:
    return [row["id"] for row in db.all("try.list")]


async def test_units_that_wait_together_share_one_commit(make_postgres: Make) -> None:
    store = make_postgres()
    await store.open()

    def unit(db: Session) -> int:
        return int((db.one("try.commit_number") or {})["number"])

    numbers = await asyncio.gather(*(store.transact(unit) for _ in range(30)))
    assert len(set(numbers)) <= 3


async def test_a_unit_that_the_commit_refuses_fails_alone(make_postgres: Make) -> None:
    store = make_postgres()
    await store.open()

    def orphan(db: Session) -> None:
        db.run("try.insist", id="o", n=1)
        db.run("try.part", thing="nobody", body=None, note=None)

    units = [adding("a"), orphan, adding("b"), adding("c")]
    results = await asyncio.gather(*map(store.transact, units), return_exceptions=True)
    assert [type(result) for result in results] == [
        type(None),
        ConstraintBroken,
        type(None),
        type(None),
    ]
    assert await store.read(ids) == ["a", "b", "c"]


async def test_an_error_that_comes_late_names_its_own_statement(make_postgres: Make) -> None:
    store = make_postgres()
    await store.open()
    await store.transact(adding("a"))

    def unit(db: Session) -> None:
        db.run("try.insist", id="a", n=1)
        db.one("try.get", id="a")

    with pytest.raises(ConstraintBroken, match=r"^try\.insist: "):
        await store.transact(unit)


async def test_programs_that_stand_in_each_others_way_soon_take_turns(
    make_postgres: Make, pg_empty_url: str
) -> None:
    stores = [make_postgres(), make_postgres()]
    for store in stores:
        await store.open()
    await stores[0].transact(adding("a"))
    inside = met = 0
    door = threading.Condition()

    def unit(db: Session) -> None:
        nonlocal inside, met
        db.one("try.get", id="a")
        with door:
            inside += 1
            met += inside == 2
            door.notify_all()
            door.wait_for(lambda: inside == 2, timeout=0.02)
        try:
            db.run("try.raise", id="a")
            db.one("try.get", id="a")
        finally:
            with door:
                inside -= 1

    async def one_after_the_other(store: PostgresStorage) -> None:
        for _ in range(30):
            await store.transact(unit)

    await asyncio.gather(*map(one_after_the_other, stores))
    row = await stores[0].read(lambda db: db.one("try.get", id="a"))
    assert row == {"id": "a", "n": 60}
    assert met < 10

    with psycopg.connect(pg_empty_url, autocommit=True) as frozen:
        frozen.execute(TAKE_THE_TURN)  # and never gives it back
        await asyncio.wait_for(asyncio.gather(*(s.transact(adding(str(s))) for s in stores)), 20)


async def test_a_connection_lost_inside_a_unit_leaves_nothing_and_the_next_goes_on(
    make_postgres: Make, pg_empty_url: str
) -> None:
    store = make_postgres()
    await store.open()

    def unit(db: Session) -> None:
        db.run("try.insist", id="a", n=1)
        number = (db.one("try.connection") or {})["number"]
        with psycopg.connect(pg_empty_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (number,))
        db.one("try.get", id="a")

    with pytest.raises(StorageUnavailable):
        await store.transact(unit)
    await store.transact(adding("b"))
    assert await store.read(ids) == ["b"]


async def test_a_statement_without_one_of_its_values_is_refused(make_postgres: Make) -> None:
    store = make_postgres()
    await store.open()
    with pytest.raises(StorageError, match=r"try\.insist: the value n is missing"):
        await store.transact(lambda db: db.run("try.insist", id="a"))
    assert await store.read(ids) == []
