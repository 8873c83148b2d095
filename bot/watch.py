"""The watch: what an operator needs to see, as health and as metrics."""

import time
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from prometheus_client import Gauge, generate_latest

from bot.channels.base import Channel
from bot.clock import Clock
from bot.lanes import Lanes
from bot.meters import Meters
from bot.outbox import Dispatcher
from bot.web.server import Health
from storage import workers
from storage.base import Row, Session, Storage, StorageError

BELIEVED = 5.0  # seconds for which a write that went well is not tried again


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
    ) -> None:
        self._storage = storage
        self._lanes = lanes
        self._dispatcher = dispatcher
        self._clock = clock
        self._worker = worker
        self._channels = channels
        self._wrote = float("-inf")  # when the store last took a write
        self.held = ""  # why nothing is received or sent; "" = all is well
        self._meters = meters
        self._registry = meters.registry
        self._waiting = Gauge(
            "jianjian_lanes_waiting", "Events that wait in lanes", registry=self._registry
        )
        self._leaving = Gauge(
            "jianjian_outbox_in_memory", "Messages that wait to leave", registry=self._registry
        )
        self._rows = Gauge(
            "jianjian_rows",
            "Open rows by table and state",
            ["table", "state"],
            registry=self._registry,
        )
        self._age = Gauge(
            "jianjian_oldest_seconds",
            "Age of the oldest open row",
            ["table", "state"],
            registry=self._registry,
        )
        self._lag = Gauge(
            "jianjian_planner_lag_seconds",
            "How long the oldest duty that is due to be looked at has waited",
            registry=self._registry,
        )
        self._writable = Gauge(
            "jianjian_storage_writable",
            "Whether the store took a write when it was last tried",
            registry=self._registry,
        )

    async def health(self) -> Health:
        """Whether reports can be taken, and how each part feels."""
        parts: dict[str, Any] = {"lanes": self._lanes.waiting, "leaving": self._dispatcher.waiting}
        parts |= {c.name: c.trouble for c in self._channels if c.trouble}
        begun = time.perf_counter()
        try:
            counts = await self._storage.read(_counts)
        except StorageError as error:
            return Health(ok=False, parts={**parts, "storage": type(error).__name__})
        self._meters.looks.observe(time.perf_counter() - begun)
        lag = self._planner_lag(counts.pop("planner"))
        parts["planner_lag_seconds"] = lag
        self._lag.set(lag)
        self._count(counts)
        for table, rows in counts.items():
            parts[table] = {row["state"]: int(row["n"]) for row in rows}
        if self.held:
            return Health(ok=False, parts={**parts, "held": self.held})
        if trouble := await self._takes_no_writes():
            return Health(ok=False, parts={**parts, "storage": trouble})
        return Health(ok=True, parts={**parts, "storage": self._storage.engine})

    async def _takes_no_writes(self) -> str:
        """Why the store can be read and not written (a full disk); "" = it takes writes."""
        if time.monotonic() - self._wrote < BELIEVED:
            return ""
        at = int(self._clock.now().timestamp())
        try:
            await self._storage.transact(partial(workers.probe, me=self._worker, at=at))
        except StorageError as error:
            self._writable.set(0)
            return f"takes no writes ({type(error).__name__}): look for room on its disk"
        self._wrote = time.monotonic()
        self._writable.set(1)
        return ""

    def _planner_lag(self, rows: list[Row]) -> int:
        first = rows[0]["first"] if rows else None
        return max(0, int(self._clock.now().timestamp()) - int(first)) if first else 0

    def metrics(self) -> bytes:
        """The last reading in Prometheus' text form."""
        self._waiting.set(self._lanes.waiting)
        self._leaving.set(self._dispatcher.waiting)
        return generate_latest(self._registry)

    def _count(self, counts: Mapping[str, list[Row]]) -> None:
        now = int(self._clock.now().timestamp())
        self._rows.clear()
        self._age.clear()
        for table, rows in counts.items():
            for row in rows:
                self._rows.labels(table, row["state"]).set(int(row["n"]))
                self._age.labels(table, row["state"]).set(max(0, now - int(row["oldest"])))


def _counts(db: Session) -> dict[str, list[Row]]:
    return {
        "inbox": db.all("inbox.counts"),
        "outbox": db.all("outbox.counts"),
        "planner": db.all("duties.first_check"),
    }
