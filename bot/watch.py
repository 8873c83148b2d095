"""The watch: what an operator needs to see, as health and as metrics."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from prometheus_client import Gauge, generate_latest

from bot.channels.base import Channel
from bot.clock import Clock
from bot.lanes import Lanes
from bot.meters import MINE, Meters
from bot.outbox import Dispatcher
from bot.senses import Found, Senses
from bot.web.server import Health
from storage.backlog import Backlog
from storage.base import Storage

ALL = "Of the store, the same from every process on it: "
MINUTE, DAY = 60, 86_400
LATE: Mapping[tuple[str, str], int] = {
    ("inbox", "new"): 5 * MINUTE,
    ("inbox", "poison"): 0,
    ("outbox", "due"): 15 * MINUTE,
    ("outbox", "uncertain"): 0,
    ("files", "fetching"): 60 * MINUTE,
    ("audit", "unlinked"): 5 * MINUTE,
}
"""(table, state) → seconds from which on waiting is trouble that somebody must look at."""
STUBBORN = 10  # attempts after which a message counts as stuck
PLANNER_LATE = 3 * DAY  # it rests at night, on rest days and in holidays


class Watch:
    """Looks at the store and at memory; knows no content."""

    def __init__(
        self,
        storage: Storage,
        lanes: Lanes,
        dispatcher: Dispatcher,
        clock: Clock,
        meters: Meters,
        worker: str = "",
        channels: Collection[Channel] = (),
        folder: Path | None = None,
    ) -> None:
        """`folder` is where files come in; None = it is not looked at."""
        self._engine = storage.engine
        self._lanes = lanes
        self._dispatcher = dispatcher
        self._clock = clock
        self._senses = Senses(storage, clock, meters, worker, channels, folder)
        self._gauges = _Gauges(meters)
        for channel in channels:
            meters.know(channel.name)
        self.held = ""  # why nothing is received or sent; "" = all is well

    async def health(self) -> Health:
        """Whether reports can be taken, how each part feels, and which need somebody."""
        found = await self._senses.look()
        storage = found.unread or found.unwritten
        parts: dict[str, Any] = {
            "storage": storage or self._engine,
            "lanes": self._lanes.waiting,
            "leaving": self._dispatcher.waiting,
        }
        parts |= {name: why or "ok" for name, why in found.channels.items()}
        if found.free is not None or found.no_files:
            parts["disk"] = found.no_files or f"{(found.free or 0) // 1_000_000} MB free"
        if found.backlog is not None:
            parts |= _numbers(found.backlog, self._now())
        if self.held:
            parts["held"] = self.held
        return Health(
            ok=not storage and not self.held,
            parts=parts,
            trouble=tuple(self._troubles(found)),
        )

    async def metrics(self) -> bytes:
        """What stands now in Prometheus' text form; what the store does not tell is left out."""
        found = await self._senses.look()
        self._gauges.set_mine(self._lanes, self._dispatcher, found, held=bool(self.held))
        self._gauges.set_all(found.backlog, self._now())
        self._gauges.set_troubles(set(self._troubles(found)), found.channels)
        return generate_latest(self._gauges.registry)

    def _troubles(self, found: Found) -> Iterator[str]:
        """The parts that somebody must look at."""
        if found.unread or found.unwritten:
            yield "storage"
        if self.held:
            yield "held"
        yield from (name for name, why in found.channels.items() if why)
        if found.no_files:
            yield "disk"
        if found.backlog is None:
            return
        now = self._now()
        late = {
            t for (t, state), after in LATE.items() if _late(found.backlog, t, state, now, after)
        }
        if found.backlog.attempts >= STUBBORN:
            late.add("outbox")
        if _lag(found.backlog, now) > PLANNER_LATE:
            late.add("planner")
        yield from sorted(late)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


class _Gauges:
    """What is told anew at each scrape."""

    def __init__(self, meters: Meters) -> None:
        self.registry = meters.registry
        self._waiting = self._one("lanes_waiting", MINE + "events that wait in lanes")
        self._busy = self._one("lanes_busy", MINE + "conversations in which one is handled")
        self._leaving = self._one(
            "outbox_in_memory", MINE + "messages that wait to leave or are on their way"
        )
        self._readable = self._one(
            "storage_readable", MINE + "whether the store answered when it was last asked"
        )
        self._writable = self._one(
            "storage_writable", MINE + "whether the store took a write when it was last tried"
        )
        self._held = self._one(
            "held", MINE + "whether it neither receives nor sends until a person releases it"
        )
        self._free = self._one("disk_free_bytes", MINE + "bytes free on the disk of its files")
        self._acts = self._one(
            "acts", MINE + "whether it is the one that lets the program act by itself"
        )
        self._trouble = self._one(
            "trouble", MINE + "whether a part needs somebody to look at it", ["part"]
        )
        self._rows = self._one("rows", ALL + "open rows by table and state", ["table", "state"])
        self._age = self._one(
            "oldest_seconds",
            ALL + "for how long the oldest open row has waited",
            ["table", "state"],
        )
        self._attempts = self._one(
            "outbox_attempts",
            ALL + "attempts behind the waiting message that was tried most often",
        )
        self._lag = self._one(
            "planner_lag_seconds",
            ALL + "how long the oldest duty that is due to be looked at has waited; "
            "outside working hours it waits for the next opening",
        )
        self._workers = self._one("workers", ALL + "processes that live on it")

    def _one(self, name: str, told: str, labels: Collection[str] = ()) -> Gauge:
        return Gauge(f"jianjian_{name}", told, labels, registry=self.registry)

    def set_mine(self, lanes: Lanes, dispatcher: Dispatcher, found: Found, *, held: bool) -> None:
        """What this process alone knows."""
        self._waiting.set(lanes.waiting)
        self._busy.set(lanes.busy)
        self._leaving.set(dispatcher.waiting)
        self._readable.set(not found.unread)
        self._writable.set(not found.unread and not found.unwritten)
        self._held.set(held)
        self._free.set(float("nan") if found.free is None else found.free)
        self._acts.set(found.backlog is not None and found.backlog.acts)

    def set_all(self, backlog: Backlog | None, now: int) -> None:
        """What the store tells; nothing stale stays where it does not answer."""
        self._rows.clear()
        self._age.clear()
        if backlog is None:
            for gauge in (self._attempts, self._lag, self._workers):
                gauge.set(float("nan"))
            return
        for table, piles in backlog.piles.items():
            for state, pile in piles.items():
                self._rows.labels(table, state).set(pile.n)
                self._age.labels(table, state).set(pile.age(now))
        self._attempts.set(backlog.attempts)
        self._lag.set(_lag(backlog, now))
        self._workers.set(max(1, backlog.workers))

    def set_troubles(self, troubles: Collection[str], channels: Collection[str]) -> None:
        """1 for each part that needs somebody, 0 for every other."""
        self._trouble.clear()
        parts = {"storage", "held", "disk", "planner", *(table for table, _ in LATE), *channels}
        for part in sorted(parts):
            self._trouble.labels(part).set(part in troubles)


def _late(backlog: Backlog, table: str, state: str, now: int, after: int) -> bool:
    pile = backlog.piles[table][state]
    return pile.n > 0 and pile.age(now) >= after


def _lag(backlog: Backlog, now: int) -> int:
    return max(0, now - backlog.planner) if backlog.planner else 0


def _numbers(backlog: Backlog, now: int) -> dict[str, Any]:
    """Per table the states in which something stands; how far the planner is behind."""
    parts: dict[str, Any] = {
        table: {state: pile.n for state, pile in piles.items() if pile.n}
        for table, piles in backlog.piles.items()
    }
    return {**parts, "planner_lag_seconds": _lag(backlog, now), "workers": max(1, backlog.workers)}
