"""The door: a raw event is committed as received, then acknowledged, then it waits in its lane."""

from collections.abc import Callable
from functools import partial

from storage.sealing import Vault

from bot.channels.base import RawEvent, StoreFailed
from storage import conversations, inbox
from storage.base import Storage, StorageError
from storage.inbox import Letter


class Door:
    """Accepts events of every channel."""

    def __init__(self, storage: Storage, vault: Vault, put: Callable[[Letter], None]) -> None:
        self._storage = storage
        self._vault = vault
        self._put = put

    async def accept(self, event: RawEvent) -> bool:
        """Keep one event durably; True when it is new. StoreFailed: do not acknowledge."""
        letter = Letter(
            id=0,
            channel=event.channel,
            account=event.account,
            event_id=event.event_id,
            lane=conversations.lane_of(self._vault, event.channel, event.account, event.chat),
            body=event.body,
            received_at=int(event.received_at.timestamp()),
        )
        try:
            kept = await self._storage.transact(
                partial(inbox.accept, vault=self._vault, letter=letter)
            )
        except StorageError as error:
            raise StoreFailed(str(error)) from error
        if kept is None:
            return False
        self._put(
            Letter(
                id=kept,
                channel=letter.channel,
                account=letter.account,
                event_id=letter.event_id,
                lane=letter.lane,
                body=letter.body,
                received_at=letter.received_at,
            )
        )
        return True
