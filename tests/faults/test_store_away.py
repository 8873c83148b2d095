"""A store that fails for a moment, at any point of a turn, costs no conversation its life."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.channels.base import RawEvent, StoreFailed
from bot.config import Config
from bot.inbox import Door
from bot.lanes import Lanes
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers.desk import Desk
from handlers.messages import Reply
from handlers.turn import Kit, Routes
from storage.base import Session, Storage, StorageUnavailable
from storage.keyring import Keyring
from storage.open import open_storage
from storage.outbox import Parcel
from storage.sealing import Vault
from tests.bot.recording import ZONE, HandClock, RecordingChannel

T = TypeVar("T")


class FailingStore:
    """A real store of which some units, by their number, find it away."""

    def __init__(self, storage: Storage, away: set[int]) -> None:
        self.engine, self.shared = storage.engine, storage.shared
        self.open, self.close, self.read = storage.open, storage.close, storage.read
        self._storage = storage
        self._away = away
        self._count = 0

    async def transact(self, unit: Callable[[Session], T]) -> T:
        """Every unit but the unlucky ones."""
        self._count += 1
        if self._count in self._away:
            raise StorageUnavailable
        return await self._storage.transact(unit)


def _break_or_greet(desk: Desk) -> list[Reply]:
    if desk.event.text == "break":
        raise ZeroDivisionError
    return [Reply(key="greeting.welcome")]


ROUTES = Routes(
    commands={},
    words={},
    cards={},
    forms={},
    start=lambda desk, payload: [],
    otherwise=_break_or_greet,
    group=lambda desk: [],
)


@pytest.mark.parametrize("away", [{1}, {2}, {3}, {4}, {4, 5}, {5}, {8}, {8, 9}, {9, 10}], ids=str)
async def test_a_store_that_is_away_for_a_moment_kills_no_lane(
    tmp_path: Path, away: set[int]
) -> None:
    real = open_storage(f"sqlite:///{tmp_path}/x.db")
    await real.open()
    storage = FailingStore(real, away)
    vault, channel, left = Vault(Keyring.generate()), RecordingChannel(), list[Parcel]()
    rules = make_rules(Config(), Texts(read_catalogues(), ZONE))
    kit = Kit(vault=vault, rules=rules, routes=ROUTES)
    lanes = Lanes(storage, kit, {("web", "main"): channel}, left.extend, HandClock())
    door = Door(storage, vault, lanes)
    for number, text in enumerate(("break", "hello"), start=1):
        event = RawEvent(
            channel="web",
            account="main",
            event_id=str(number),
            chat="a",
            body=json.dumps({"id": str(number), "chat": "a", "text": text}).encode(),
            received_at=HandClock().now(),
        )
        try:
            await door.accept(event)
        except StoreFailed:
            await door.accept(event)  # not acknowledged: the platform brings it again
    async with asyncio.timeout(20):
        while lanes.busy:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await lanes.close()
    counts = await real.read(lambda db: db.all("inbox.counts"))
    await real.close()
    assert [parcel.body["k"] for parcel in left] == ["error.ours", "greeting.welcome"]
    assert {row["state"]: row["n"] for row in counts} == {"poison": 1}
