"""A newer message of a topic takes the place of those that still wait, and of nothing else."""

from functools import partial
from pathlib import Path

from storage import outbox
from storage.base import Session, Storage
from storage.keyring import Keyring
from storage.open import open_storage
from storage.outbox import Parcel, Planned
from storage.sealing import Vault

VAULT = Vault(Keyring.generate())
LANE = b"l" * 32


def planned(dedupe: str, topic: str = "digest", lane: bytes = LANE) -> Planned:
    return Planned(
        dedupe=dedupe,
        lane=lane,
        channel="web",
        account="main",
        chat="c",
        body={"k": "digest.morning"},
        priority=3,
        policy="resend_once",
        topic=topic,
    )


async def waiting_after(folder: Path, *messages: Planned) -> list[int]:
    """Plan one after the other; the places of those that still wait."""
    storage = open_storage(f"sqlite:{folder / 'j.db'}")
    await storage.open()
    try:
        ids: list[int] = []

        def unit(db: Session, message: Planned) -> Parcel | None:
            return outbox.plan(db, VAULT, message, 1)

        for message in messages:
            parcel = await storage.transact(lambda db, m=message: unit(db, m))  # type: ignore[misc]
            ids.append(parcel.id if parcel else 0)
        due = await storage.read(
            lambda db: outbox.due(db, VAULT, channel="web", account="main", now=9, limit=9)
        )
        return [ids.index(parcel.id) for parcel in due]
    finally:
        await storage.close()


async def test_a_newer_message_of_a_topic_overtakes_the_waiting_one(tmp_path: Path) -> None:
    assert await waiting_after(tmp_path, planned("monday"), planned("tuesday")) == [1]


async def test_a_message_planned_twice_does_not_overtake_itself(tmp_path: Path) -> None:
    assert await waiting_after(tmp_path, planned("monday"), planned("monday")) == [0]


async def test_other_topics_and_other_chats_wait_on(tmp_path: Path) -> None:
    others = planned("a", topic="push:1"), planned("b", lane=b"m" * 32)
    assert await waiting_after(tmp_path, *others, planned("c")) == [0, 1, 2]


async def test_what_is_due_is_found_by_a_look_that_writes_nothing(storage: Storage) -> None:
    message = planned("a")
    await storage.transact(lambda db: outbox.plan(db, VAULT, message, 1))
    due = partial(outbox.due, vault=VAULT, channel="web", account="main", now=9, limit=9)
    found = await storage.read(due)
    assert [parcel.chat for parcel in found] == ["c"]
