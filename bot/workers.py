"""This process among others on one store: it says that it lives, and takes over from the dead."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from functools import partial

import structlog

from bot.clock import Clock
from storage import workers
from storage.base import Storage, StorageError
from storage.randomness import SEEDS
from storage.workers import ALIVE, BEAT, Beat

log = structlog.get_logger()
TICKS = "ticks"
"""The lease of whoever lets the program act by itself."""


class Worker:
    """One of several processes; `name` is "" where this one is alone and holds everything."""

    def __init__(self, storage: Storage, clock: Clock, *, shared: bool) -> None:
        self.name = SEEDS.draw().hex()[:16] if shared else ""
        self._storage = storage
        self._clock = clock
        self._exactly_once: Collection[str] = ()
        self._wanted: list[str] = [TICKS]
        self._held: frozenset[str] = frozenset()
        self._until = 0
        self._inherited: Callable[[], Awaitable[object]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    @property
    def shared(self) -> bool:
        """Whether others may work on the same store."""
        return bool(self.name)

    def want(self, lease: str) -> None:
        """Ask for a lease with every beat."""
        self._wanted.append(lease)

    def holds(self, lease: str) -> bool:
        """Whether this process may do what only one may; alone it always may."""
        return not self.shared or (self.lives() and lease in self._held)

    def lives(self) -> bool:
        """Whether the others still count on this process: its last beat is not too old."""
        return not self.shared or self._now() < self._until

    def now_ms(self) -> int:
        """The present moment in epoch milliseconds."""
        return self._now()

    async def start(self, exactly_once: Collection[str] = ()) -> None:
        """The first beat, before anything is taken or sent.

        `exactly_once`: channels on which what a dead worker was sending may simply be sent again.
        """
        self._exactly_once = exactly_once
        if self.shared:
            await self.beat()
            self._task = asyncio.create_task(self._beating())

    async def close(self) -> None:
        """Beat no more and leave what is not done to the others."""
        if self._task is None:
            return
        self._closing.set()
        await self._task
        with suppress(StorageError):
            at = self._now() // 1000
            await self._storage.transact(partial(workers.leave, me=self.name, at=at))

    def on_inherited(self, act: Callable[[], Awaitable[object]]) -> None:
        """What to do when letters of another worker may have come over."""
        self._inherited = act

    async def beat(self) -> Beat:
        """Say that this process lives."""
        now = self._now()
        unit = partial(
            workers.beat,
            me=self.name,
            now=now,
            leases=tuple(self._wanted),
            exactly_once=self._exactly_once,
        )
        told = await self._storage.transact(unit)
        self._held, self._until = told.held, now + ALIVE
        if told.buried:
            log.warning("worker.buried", count=len(told.buried))
        return told

    async def _beating(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT / 1000):
                    await self._closing.wait()
            if self._closing.is_set():
                return
            try:
                told = await self.beat()
                if told.inherited and self._inherited is not None:
                    await self._inherited()
            except StorageError as error:
                log.error("worker.no_beat", reason=type(error).__name__)

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)
