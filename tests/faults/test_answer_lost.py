"""The store keeps a unit and its answer is lost: each event is handled once and answered once."""

import asyncio
import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TypeVar

import pytest

from bot.channels.base import RawEvent, StoreFailed
from bot.config import Config
from bot.inbox import Door
from bot.lanes import Lanes
from bot.outbox import Dispatcher
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers.messages import Reply
from handlers.turn import Kit, Routes
from storage.base import Session, Storage, StorageUnavailable
from storage.keyring import Keyring
from storage.open import open_storage
from storage.sealing import Vault
from tests.bot.recording import ZONE, HandClock, RecordingChannel

T = TypeVar("T")
ROUTES = Routes(
    commands={},
    words={},
    cards={},
    forms={},
    start=lambda desk, payload: [],
    otherwise=lambda desk: [Reply(key="greeting.welcome")],
    group=lambda desk: [],
)


class Muted:
    """A real store that keeps every unit and, of one of them, does not say so."""

    def __init__(self, storage: Storage, mute: int) -> None:
        self.engine, self.shared = storage.engine, storage.shared
        self.open, self.close, self.read = storage.open, storage.close, storage.read
        self._storage = storage
        self._mute = mute
        self.count = 0

    async def transact(self, unit: Callable[[Session], T]) -> T:
        """Kept; whether the caller hears of it is another question."""
        self.count += 1
        mute = self.count == self._mute
        result = await self._storage.transact(unit)
        if mute:
            raise StorageUnavailable
        return result


async def takes(door: Door, number: int) -> None:
    """The platform brings an event until it is taken."""
    event = RawEvent(
        channel="web",
        account="main",
        event_id=str(number),
        chat="a",
        body=json.dumps({"id": str(number), "chat": "a", "text": str(number)}).encode(),
        received_at=HandClock().now(),
    )
    while True:
        try:
            await door.accept(event)
        except StoreFailed:
            continue
        return


@pytest.mark.faults
@pytest.mark.parametrize("mute", range(1, 13))
async def test_a_commit_whose_answer_was_lost_strands_nothing(tmp_path: Path, mute: int) -> None:
    real = open_storage(f"sqlite:///{tmp_path}/x.db")
    await real.open()
    texts = Texts(read_catalogues(), ZONE)
    vault, channel = Vault(Keyring.generate()), RecordingChannel()
    kit = Kit(vault=vault, rules=make_rules(Config(), texts), routes=ROUTES)
    storage, channels = Muted(real, mute + 1), {("web", "main"): channel}
    line = Dispatcher(storage, vault, channels, texts, HandClock(), lambda refs: nullcontext(()))  # type: ignore[arg-type]
    await line.start()
    lanes = Lanes(storage, kit, channels, line.offer, HandClock(), doubt=line.doubt)
    door = Door(storage, vault, lanes)
    await asyncio.gather(*(takes(door, number) for number in range(1, 4)))
    await takes(door, 4)
    async with asyncio.timeout(20):
        while len(channel.sent) < 4 or lanes.busy or line.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await lanes.close()
    await line.close()
    left = await real.read(lambda db: db.all("outbox.counts") + db.all("inbox.counts"))
    await real.close()
    assert len(channel.sent) == 4
    assert left == []
