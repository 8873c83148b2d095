"""Delivery: every way in which a platform can answer, and what becomes of the message."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.channels.base import (
    AccountBroken,
    ChatGone,
    ChatMoved,
    DeliveryError,
    NotSent,
    Rejected,
    RetryLater,
    Uncertain,
)
from bot.outbox import Dispatcher
from bot.outcomes import Fate, judge
from bot.texts import Texts, read_catalogues
from storage import conversations, outbox
from storage.base import Storage
from storage.keyring import Keyring
from storage.open import open_storage
from storage.outbox import Parcel, Planned
from storage.sealing import Vault
from tests.bot.recording import ZONE, HandClock, RecordingChannel


@dataclass
class Line:
    """A dispatcher over a recording channel and a real database."""

    storage: Storage
    vault: Vault
    channel: RecordingChannel
    clock: HandClock
    dispatcher: Dispatcher

    def lane(self, chat: str) -> bytes:
        return conversations.lane_of(self.vault, "web", "main", chat)

    async def plan(self, chat: str, name: str = "1", **fields: object) -> Parcel | None:
        values = {"priority": 0, "policy": "resend_once", **fields}
        message = Planned(
            dedupe=f"{len(chat)}:{name}",
            lane=self.lane(chat),
            channel="web",
            account="main",
            chat=chat,
            body={"k": "form.empty", "l": "zh_CN"},
            **values,  # type: ignore[arg-type]
        )
        unit = partial(outbox.plan, vault=self.vault, message=message, at=self.at)
        parcel = await self.storage.transact(unit)
        if parcel is not None:
            self.dispatcher.offer([parcel])
        return parcel

    @property
    def at(self) -> int:
        return int(self.clock.now().timestamp())


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    storage = open_storage(f"sqlite:///{tmp_path}/x.db")
    await storage.open()
    vault, channel, clock = Vault(Keyring.generate()), RecordingChannel(), HandClock()

    dispatcher = Dispatcher(
        storage,
        vault,
        {("web", "main"): channel},
        Texts(read_catalogues(), ZONE),
        clock,
        lambda files: nullcontext([]),
    )
    await dispatcher.start()
    yield Line(storage, vault, channel, clock, dispatcher)
    await dispatcher.close()
    await storage.close()


def leaving(line: Line, expected: dict[str, int]) -> bool:
    """Whether something is still on its way that will not wait."""
    return bool(line.dispatcher.waiting) and "planned" not in expected


async def settled(line: Line, **expected: int) -> None:
    """Wait until so many messages stand in each open state, and nothing else."""
    counts: dict[str, int] = {"unknown": 1}
    try:
        async with asyncio.timeout(10):
            while (
                counts != expected or any(line.channel.faults.values()) or leaving(line, expected)
            ):
                await asyncio.sleep(0)
                rows = await line.storage.read(lambda db: db.all("outbox.counts"))
                counts = {r["state"]: int(r["n"]) for r in rows}
    except TimeoutError:
        raise AssertionError(f"{counts} instead of {expected}") from None


async def test_a_message_that_arrives_is_forgotten_but_for_its_ids(line: Line) -> None:
    await line.plan("a")
    await line.channel.until(1)
    await settled(line)
    since = line.at - 1
    ids = await line.storage.read(
        lambda db: conversations.messages_of(db, line.lane("a"), since=since)
    )
    assert ids == ["1"]


async def test_the_same_message_is_planned_once(line: Line) -> None:
    assert await line.plan("a") is not None
    assert await line.plan("a") is None
    await line.channel.until(1)
    await settled(line)
    assert len(line.channel.sent) == 1


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        (Rejected(), "failed", "rejected"),
        (ChatGone(), "failed", "gone"),
        (RetryLater(30), "planned", ""),
        (NotSent(), "planned", ""),
        (AccountBroken(), "planned", ""),
        (Uncertain(), "planned", ""),
    ],
)
async def test_what_becomes_of_a_message(
    line: Line, fault: DeliveryError, state: str, reason: str
) -> None:
    line.channel.fail("a", fault)
    await line.plan("a")
    await settled(line, **{state: 1})
    if reason:
        [row] = await line.storage.read(lambda db: outbox.troubled(db, 10))
        assert row["reason"] == reason


async def test_a_reminder_of_which_nobody_knows_is_held_for_the_office(line: Line) -> None:
    line.channel.fail("a", Uncertain())
    await line.plan("a", policy="hold")
    await settled(line, uncertain=1)
    assert line.channel.sent == []


async def test_a_person_can_decide_to_send_it_again(line: Line) -> None:
    line.channel.fail("a", Uncertain())
    parcel = await line.plan("a", policy="hold")
    await settled(line, uncertain=1)
    assert parcel is not None
    assert await line.storage.transact(partial(outbox.retry, parcel_id=parcel.id, at=line.at))
    await line.dispatcher.poll()
    await line.channel.until(1)
    await settled(line)


async def test_a_slow_chat_stalls_nobody_else(line: Line) -> None:
    line.channel.fail("slow", RetryLater(30))
    await line.plan("slow")
    await line.plan("quick")
    await line.channel.until(1)
    assert [chat for chat, _ in line.channel.sent] == ["quick"]


async def test_a_gone_chat_gets_nothing_that_waited_for_it(line: Line) -> None:
    later = line.at + 3600
    await line.plan("a", name="later", not_before=later)
    line.channel.fail("a", ChatGone())
    await line.plan("a")
    await settled(line, failed=2)


async def test_a_moved_chat_gets_its_messages_at_the_new_place(line: Line) -> None:
    line.channel.fail("old", ChatMoved("new"))
    await line.plan("old")
    await settled(line, planned=1)
    await line.dispatcher.poll()
    await line.channel.until(1)
    assert line.channel.sent[0][0] == "new"


async def test_a_message_of_the_future_waits_for_its_time(line: Line) -> None:
    await line.plan("a", not_before=line.at + 60)
    assert await line.dispatcher.poll() == 0
    line.clock.moment += timedelta(seconds=61)
    assert await line.dispatcher.poll() == 1
    await line.channel.until(1)


async def test_a_newer_message_of_the_same_topic_takes_the_place(line: Line) -> None:
    await line.plan("a", name="1", topic="digest", not_before=line.at + 60)
    await line.plan("a", name="2", topic="digest", not_before=line.at + 60)
    line.clock.moment += timedelta(seconds=61)
    assert await line.dispatcher.poll() == 1


@pytest.mark.parametrize(("policy", "state"), [("resend_once", "planned"), ("hold", "uncertain")])
async def test_what_was_leaving_at_a_kill_is_judged_by_its_policy(
    line: Line, policy: str, state: str
) -> None:
    parcel = await line.plan("a", policy=policy, not_before=line.at + 60)
    assert parcel is not None
    leased = await line.storage.transact(partial(outbox.lease, ids=[parcel.id]))
    assert leased == {parcel.id}
    await line.storage.transact(partial(outbox.settle_interrupted, at=line.at + 3600))
    rows = await line.storage.read(lambda db: db.all("outbox.counts"))
    assert [r["state"] for r in rows] == [state]


async def test_words_and_addresses_are_not_readable_in_the_file(
    line: Line, tmp_path: Path
) -> None:
    await line.plan("4711-secret-chat", not_before=line.at + 60)
    raw = b"".join(p.read_bytes() for p in tmp_path.glob("x.db*"))  # noqa: ASYNC240
    assert b"4711-secret-chat" not in raw
    assert b"form.empty" not in raw


async def test_a_channel_that_delivers_exactly_once_is_simply_asked_again(line: Line) -> None:
    parcel = await line.plan("a", policy="hold", not_before=line.at + 60)
    assert parcel is not None
    judged = judge(parcel, Uncertain(), line.at, exactly_once=True)
    assert judged.fate is Fate.POSTPONED
    await line.storage.transact(partial(outbox.lease, ids=[parcel.id]))
    unit = partial(outbox.settle_interrupted, at=line.at, exactly_once={"web"})
    assert await line.storage.transact(unit) == 1
    rows = await line.storage.read(lambda db: db.all("outbox.counts"))
    assert [r["state"] for r in rows] == ["planned"]
