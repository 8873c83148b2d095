"""Ticks: what the program does by itself, at an even pace; no business date lives here."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One thing done again and again. `run` is idempotent; a missed run is done once, late."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[object]]


def _always() -> bool:
    return True


class Scheduler:
    """Runs ticks; one that fails is logged and comes again."""

    def __init__(self, ticks: Sequence[Tick], may_run: Callable[[], bool] = _always) -> None:
        """`may_run`: whether this process is the one that acts; of several, one does."""
        self._ticks = {tick.name: tick for tick in ticks}
        self._may_run = may_run
        self._scheduler = AsyncIOScheduler(
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._first: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to tick, with everything once now: a program that stops often ticks as well."""
        for tick in self._ticks.values():
            self._scheduler.add_job(
                self.run, "interval", seconds=tick.seconds, args=[tick.name], id=tick.name
            )
        self._scheduler.start()
        self._first = asyncio.create_task(self.run_all())

    def close(self) -> None:
        """Tick no more."""
        if self._first is not None:
            self._first.cancel()
        self._scheduler.shutdown(wait=False)

    async def run(self, name: str) -> None:
        """Run one tick now, if this process is the one that acts."""
        if not self._may_run():
            return
        try:
            await self._ticks[name].run()
        except Exception as error:  # the next tick tries again
            log.error("tick.failed", tick=name, reason=type(error).__name__)

    async def run_all(self) -> None:
        """Run every tick once, in order."""
        for name in self._ticks:
            await self.run(name)
