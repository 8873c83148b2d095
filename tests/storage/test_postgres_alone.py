"""What PostgreSQL alone promises: it heals after a restart, and several processes share it."""

import asyncio

import psycopg
import pytest

from storage import audit
from storage.base import Session, StorageError, StorageUnavailable
from storage.open import open_storage

pytestmark = pytest.mark.postgres
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
