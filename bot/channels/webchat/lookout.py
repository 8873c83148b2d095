"""Looks into the mailbox for what the open pages of this process were not told."""

import asyncio
from contextlib import suppress
from functools import partial

import structlog

from bot.channels.webchat.hub import Hub
from storage import mailbox
from storage.base import Storage, StorageError
from storage.sealing import Vault

log = structlog.get_logger()
LOOK = 0.5  # seconds between two looks


class Lookout:
    """The mailbox is the truth; what a page is shown without a look only spares the wait.

    Where several processes share the store it looks by itself while pages are open: another
    process may have put something. Alone it looks only where a page is known to be behind.
    """

    def __init__(self, storage: Storage, vault: Vault, hub: Hub) -> None:
        self._storage = storage
        self._vault = vault
        self._hub = hub
        self._rung = asyncio.Event()
        self._failing = False

    def ring(self) -> None:
        """Look now: a page has come, or one misses something."""
        self._rung.set()

    async def look(self) -> None:
        """Tell the open pages what is new; one statement for many of them."""
        known = self._hub.known(every=self._storage.shared)
        if not known:
            return
        told = await self._storage.read(partial(mailbox.news, vault=self._vault, known=known))
        for session in told.ended:
            self._hub.forget(session)
        for session, past in told.past.items():
            self._hub.catch_up(session, past)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._rest()):
                    await self._rung.wait()
            self._rung.clear()
            try:
                await self.look()
                self._failing = False
            except StorageError as error:
                if not self._failing:
                    log.error("web.not_looked", reason=type(error).__name__)
                self._failing = True

    def _rest(self) -> float | None:
        """Seconds until the next look; None: until somebody rings."""
        return LOOK if self._hub.known(every=self._storage.shared) else None
