"""Lanes: order within a conversation, poison set aside alone, refusals explained, nothing lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from bot.channels.base import RawEvent, StoreFailed
from bot.config import Config
from bot.inbox import Door
from bot.lanes import Lanes
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from casework.errors import NotAllowed
from handlers.desk import Desk
from handlers.messages import Reply
from handlers.turn import Kit, Routes
from storage import conversations, inbox
from storage.base import Session, Storage, StorageUnavailable
from storage.inbox import Letter
from storage.keyring import Keyring
from storage.open import open_storage
from storage.outbox import Parcel
from storage.sealing import Vault
from tests.bot.recording import ZONE, HandClock, RecordingChannel


def otherwise(desk: Desk) -> list[Reply]:
    if desk.event.text == "break":
        raise ZeroDivisionError("words that must stay here")
    if desk.event.text == "forbidden":
        desk.talk.memory["kept"] = True
        raise NotAllowed
    desk.talk.memory["n"] = desk.talk.memory.get("n", 0) + 1
    return [Reply(key="form.more", values={"parts": desk.event.text, "files": 0})]


ROUTES = Routes(
    commands={},
    words={},
    cards={},
    forms={},
    start=lambda desk, payload: [],
    otherwise=otherwise,
    group=lambda desk: [],
)


@dataclass
class House:
    """Door and lanes over a real database; what would leave is collected."""

    storage: Storage
    vault: Vault
    kit: Kit
    lanes: Lanes
    door: Door
    left: list[Parcel] = field(default_factory=list)

    async def event(self, number: int, chat: str = "a", **fields: object) -> bool:
        body = json.dumps({"id": str(number), "chat": chat, **fields}).encode()
        return await self.raw(number, chat, body)

    async def raw(self, number: int, chat: str, body: bytes) -> bool:
        return await self.door.accept(
            RawEvent(
                channel="web",
                account="main",
                event_id=str(number),
                chat=chat,
                body=body,
                received_at=HandClock().now(),
            )
        )

    async def quiet(self) -> None:
        async with asyncio.timeout(10):
            while self.lanes.busy:  # noqa: ASYNC110
                await asyncio.sleep(0)

    async def said(self) -> list[str]:
        await self.quiet()
        return [str(p.body.get("v", {}).get("parts", p.body["k"])) for p in self.left]

    async def states(self) -> dict[str, int]:
        rows = await self.storage.read(lambda db: db.all("inbox.counts"))
        return {r["state"]: int(r["n"]) for r in rows}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    storage = open_storage(f"sqlite:///{tmp_path}/x.db")
    await storage.open()
    texts = Texts(read_catalogues(), ZONE)
    vault = Vault(Keyring.generate())
    kit = Kit(vault=vault, rules=make_rules(Config(), texts), routes=ROUTES)
    left: list[Parcel] = []
    lanes = Lanes(storage, kit, {("web", "main"): RecordingChannel()}, left.extend, HandClock())
    yield House(storage, vault, kit, lanes, Door(storage, vault, lanes), left)
    await lanes.close()
    await storage.close()


async def test_events_of_one_conversation_are_handled_in_their_order(house: House) -> None:
    await asyncio.gather(*(house.event(n, text=str(n)) for n in range(20)))
    assert await house.said() == [str(n) for n in range(20)]


async def test_an_event_delivered_twice_is_handled_once(house: House) -> None:
    assert await house.event(1, text="x")
    await house.event(1, text="x")
    await asyncio.gather(house.event(2, text="y"), house.event(2, text="y"))
    assert await house.said() == ["x", "y"]


async def test_a_malformed_event_stands_aside_alone(house: House) -> None:
    await house.raw(1, "a", b"{not json")
    await house.event(2, text="after")
    assert await house.said() == ["after"]
    assert await house.states() == {"poison": 1}


async def test_an_event_that_means_nothing_is_done(house: House) -> None:
    await house.event(1, unknown=True)
    assert await house.said() == []
    assert await house.states() == {}


async def test_a_refused_act_is_explained_and_keeps_nothing(house: House) -> None:
    await house.event(1, text="forbidden")
    assert await house.said() == ["error.not_allowed"]
    lane = conversations.lane_of(house.vault, "web", "main", "a")
    look = partial(conversations.load, vault=house.vault, lane=lane)
    assert (await house.storage.read(look)).state == {}


async def test_a_fault_of_ours_is_tried_set_aside_and_told(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.event(1, text="break")
    await house.event(2, text="after")
    assert await house.said() == ["error.ours", "after"]
    assert await house.states() == {"poison": 1}
    printed = capsys.readouterr()
    assert "words that must stay here" not in printed.out + printed.err


async def test_what_a_stop_left_in_the_inbox_is_handled_at_the_next_start(house: House) -> None:
    letter = Letter(
        id=0,
        channel="web",
        account="main",
        event_id="9",
        lane=conversations.lane_of(house.vault, "web", "main", "a"),
        body=json.dumps({"id": "9", "chat": "a", "text": "left over"}).encode(),
        received_at=0,
    )
    await house.storage.transact(partial(inbox.accept, vault=house.vault, letter=letter))
    assert await house.lanes.recover() == 1
    assert await house.said() == ["left over"]


async def test_an_event_is_not_acknowledged_while_the_store_is_away(house: House) -> None:
    await house.storage.close()
    with pytest.raises(StoreFailed):
        await house.event(1, text="x")


class FailsOnce:
    """A store that fails one unit and works again."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.engine = storage.engine
        self.read = storage.read
        self.failures = 1

    async def transact(self, unit: Callable[[Session], object]) -> object:
        if self.failures:
            self.failures -= 1
            raise StorageUnavailable
        return await self._storage.transact(unit)


async def test_the_next_delivery_of_an_unacknowledged_event_is_handled(house: House) -> None:
    store = FailsOnce(house.storage)
    channels = {("web", "main"): RecordingChannel()}
    lanes = Lanes(store, house.kit, channels, house.left.extend, HandClock())  # type: ignore[arg-type]
    house.door = Door(store, house.vault, lanes)  # type: ignore[arg-type]
    with pytest.raises(StoreFailed):
        await house.event(1, text="x")
    assert await house.event(1, text="x")
    assert await house.said() == ["x"]
