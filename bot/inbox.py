"""The door: an event is durable before anybody acknowledges it, then it takes its turn."""

from dataclasses import replace
from functools import partial

from bot.channels.base import RawEvent, StoreFailed
from bot.lanes import Lanes
from storage import conversations, inbox
from storage.base import Storage, StorageError
from storage.inbox import Letter
from storage.sealing import Vault


class Door:
    """Accepts events of every channel."""

    def __init__(self, storage: Storage, vault: Vault, lanes: Lanes, worker: str = "") -> None:
        self._storage = storage
        self._vault = vault
        self._lanes = lanes
        self._worker = worker
        self._doubted = False

    async def accept(self, event: RawEvent) -> bool:
        """Keep one event durably; True when it is new. StoreFailed: do not acknowledge.

        Where its conversation is idle, the event is kept and handled in one and the same unit;
        otherwise it is kept as received and waits in its lane.
        """
        letter = Letter(
            id=0,
            channel=event.channel,
            account=event.account,
            event_id=event.event_id,
            lane=conversations.lane_of(self._vault, event.channel, event.account, event.chat),
            body=event.body,
            received_at=int(event.received_at.timestamp()),
            worker=self._worker,
        )
        try:
            if self._doubted:  # what was kept without an answer takes its place first
                await self._lanes.recover()
                self._doubted = False
            if await self._lanes.express(letter):
                return True
            unit = partial(inbox.accept, vault=self._vault, letter=letter)
            kept = await self._storage.transact(unit)
        except StorageError as error:
            self._doubted = True
            raise StoreFailed(type(error).__name__) from error
        if kept is None:
            return False
        self._lanes.put(replace(letter, id=kept))
        return True
