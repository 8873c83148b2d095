"""Events that come over from a dead process take their place before newer ones of their chat."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bot.config import Config
from bot.lanes import Lanes
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers.turn import Behind, Kit
from storage import conversations, inbox
from storage.base import Session
from storage.inbox import Letter
from storage.outbox import Parcel
from storage.sealing import Vault
from storage.sqlite import SqliteStorage
from tests.bot.recording import ZONE, HandClock, RecordingChannel
from tests.bot.test_lanes import ROUTES

T = TypeVar("T")


class Watched:
    """A real store that says when a turn had to wait for an earlier event."""

    def __init__(self, storage: SqliteStorage) -> None:
        self.engine, self.shared = storage.engine, storage.shared
        self.open, self.close, self.read = storage.open, storage.close, storage.read
        self.scrub = storage.scrub
        self._storage = storage
        self.behind = asyncio.Event()

    async def transact(self, unit: Callable[[Session], T]) -> T:
        """Run a unit."""
        try:
            return await self._storage.transact(unit)
        except Behind:
            self.behind.set()
            raise


async def kept(storage: Watched, vault: Vault, number: int, worker: str) -> Letter:
    """An event of one chat that a process has kept and not handled."""
    letter = Letter(
        id=0,
        channel="web",
        account="main",
        event_id=str(number),
        lane=conversations.lane_of(vault, "web", "main", "a"),
        body=json.dumps({"id": str(number), "chat": "a", "text": str(number)}).encode(),
        received_at=1,
        worker=worker,
    )
    id = await storage.transact(partial(inbox.accept, vault=vault, letter=letter))
    assert id is not None
    return replace(letter, id=id)


async def test_an_older_event_that_comes_over_goes_before_the_newer_one_that_waits_for_it(
    sqlite_storage: SqliteStorage, vault: Vault
) -> None:
    storage, left = Watched(sqlite_storage), list[Parcel]()
    rules = make_rules(Config(), Texts(read_catalogues(), ZONE))
    kit = Kit(vault=vault, rules=rules, routes=ROUTES, worker="heir")
    lanes = Lanes(storage, kit, {("web", "main"): RecordingChannel()}, left.extend, HandClock())
    letters = [await kept(storage, vault, n, "dead" if n < 4 else "heir") for n in range(1, 6)]
    for letter in letters[3:]:
        lanes.put(letter)
    async with asyncio.timeout(10):
        await storage.behind.wait()
        for letter in letters[:3]:
            lanes.put(letter)
        while lanes.busy:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert [p.body["v"]["parts"] for p in left] == ["1", "2", "3", "4", "5"]
    await lanes.close()
