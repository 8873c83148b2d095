"""Updates by long polling: stored first, confirmed by the next offset."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from bot.channels.base import Accept, DeliveryError, RawEvent, RetryLater, StoreFailed
from bot.channels.telegram.client import Client
from bot.channels.telegram.envelope import CHANNEL, is_whole, raw_event
from bot.channels.telegram.failures import PollerConflict, TokenRefused
from bot.channels.telegram.patience import Patience

BATCH = 100
HASTY = 0.1  # seconds: an empty answer that comes sooner was not waited for
STAND_BY = 0.3  # seconds between looks whether it is this process's turn
UPDATE_ID = re.compile(rb'"update_id"\s*:\s*(\d{1,18})')

log = structlog.get_logger()


def always() -> bool:
    """A process that is alone is always on duty."""
    return True


class Poller:
    """Fetches updates until it is cancelled. The offset moves over stored events only."""

    def __init__(
        self,
        client: Client,
        account: str,
        accept: Accept,
        clock: Callable[[], datetime],
        patience: Patience,
        on_duty: Callable[[], bool] = always,
        *,
        stand_by: float = 0.0,
        proven: float = 0.0,
    ) -> None:
        """`stand_by`, `proven`: see the settings."""
        self._client = client
        self._account = account
        self._accept = accept
        self._clock = clock
        self._patience = patience
        self._on_duty = on_duty
        self._stand_by = stand_by
        self._proven = proven
        self._since: float | None = None  # when it began to poll undisturbed
        self._offset = 0
        self.trouble = ""  # why nothing is received; "" = all is well

    async def run(self) -> None:
        """Poll for ever; every failure is waited out."""
        ready = False
        while True:
            if not self._on_duty():
                self._since = None
                self._offset = 0  # whoever polls meanwhile confirms what it keeps
                await asyncio.sleep(STAND_BY)
                continue
            try:
                if not ready:
                    await self._client.delete_webhook()
                    ready = True
                await self._round()
            except Exception as failure:  # whatever it is, the next round may work
                self._tell(failure)
                await self._patience.wait(self._least_wait(failure))
            else:
                self._tell(None)
                self._patience.reset()

    def _least_wait(self, failure: Exception) -> float:
        """Seconds; whoever came second to a token stands by, else both would stop each other."""
        if isinstance(failure, RetryLater):
            return failure.after
        if not isinstance(failure, PollerConflict):
            return 0.0
        now = asyncio.get_running_loop().time()
        if self._since is not None and now - self._since >= self._proven:
            return 0.0
        self._since = None
        return self._stand_by

    async def _round(self) -> None:
        begun = asyncio.get_running_loop().time()
        self._since = begun if self._since is None else self._since
        updates, unreadable = await self._client.updates(self._offset, BATCH)
        if unreadable:  # one of the batch: take them one by one
            updates, unreadable = await self._client.updates(self._offset, 1)
        self._offset = 0  # confirmed; ids start anew below it after a silent week
        if unreadable:
            await self._keep_unreadable(unreadable)
        for update in updates:
            await self._keep(update)
        if not updates and asyncio.get_running_loop().time() - begun < HASTY:
            await asyncio.sleep(HASTY)  # a server that knows no long polling

    async def _keep(self, update: Any) -> None:
        body = json.dumps(update, separators=(",", ":")).encode()
        await self._accept(raw_event(body, self._account, self._clock()))
        if isinstance(update, dict) and is_whole(update.get("update_id")):
            self._offset = max(self._offset, update["update_id"] + 1)

    async def _keep_unreadable(self, answer: bytes) -> None:
        """Quarantine what cannot be read, so that it does not stand before the others for ever."""
        found = UPDATE_ID.search(answer)
        if found is None:
            raise StoreFailed
        number = int(found[1])
        event = raw_event(answer, self._account, self._clock())
        await self._accept(
            RawEvent(
                channel=event.channel,
                account=event.account,
                event_id=str(number),
                chat="",
                body=answer,
                received_at=event.received_at,
            )
        )
        self._offset = number + 1

    def _tell(self, failure: Exception | None) -> None:
        """One line when a trouble begins, one when it is over; none in between."""
        trouble = "" if failure is None else _reason(failure)
        if trouble == self.trouble:
            return
        self.trouble = trouble
        if failure is None:
            log.info("telegram.polling_again", channel=CHANNEL)
        elif isinstance(failure, PollerConflict | TokenRefused):
            log.error("telegram.polling_refused", channel=CHANNEL, reason=trouble)
        else:
            log.warning("telegram.polling_waits", channel=CHANNEL, reason=trouble)


def _reason(failure: Exception) -> str:
    """Why, in words of our own; of a foreign error only its kind."""
    if isinstance(failure, DeliveryError | StoreFailed):
        return str(failure) or (type(failure).__doc__ or "").strip()
    return type(failure).__name__
