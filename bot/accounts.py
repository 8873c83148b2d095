"""Accounts: what waits for one account of a platform, and when the next of it may leave."""

import asyncio

from bot.channels.base import Channel
from bot.pacing import Pace, SharedPace
from bot.queues import Queues
from storage.outbox import Parcel, Wish

BATCH = 64
PLACES = 8  # taken at once on a line that several processes share
SOON = 0.02  # seconds until places on a shared line are asked for again
SHARED_PAUSE = 0.95  # of a chat's interval: the process's own pace, a hair later, still fits
SHARED_MARGIN = 0.9  # of the platform's limit: what leaves in time may arrive a little late


class Account:
    """One account's line to its platform."""

    def __init__(self, channel: Channel, in_flight: int, *, shared: bool = False) -> None:
        limits = channel.capabilities
        self.channel = channel
        self.queues = Queues(limits.per_chat_second, limits.per_group_minute)
        self.pace: Pace | SharedPace
        if shared and limits.per_second:
            self.pace = SharedPace(1 / (limits.per_second * SHARED_MARGIN))
        else:
            self.pace = Pace(1 / limits.per_second if limits.per_second else 0.0)
        self.in_flight = in_flight
        self.flying = 0
        self.stalled = 0
        self.wake = asyncio.Event()

    def gather(self, now: float) -> list[Parcel]:
        """The messages that may leave now."""
        batch: list[Parcel] = []
        while len(batch) < BATCH and self.flying + len(batch) < self.in_flight:
            if self.pace.wait(now) > 0:
                break
            parcel = self.queues.pop(now)
            if parcel is None:
                break
            self.pace.take(now)
            batch.append(parcel)
        return batch

    def wish(self, parcel: Parcel) -> Wish:
        """That this message leaves now, and how long its chat is silent after it."""
        interval = self.queues.interval(group=self.channel.is_group(parcel.chat))
        return Wish(id=parcel.id, lane=parcel.lane, pause=int(interval * 1000 * SHARED_PAUSE))

    def wants_places(self, now: float) -> int:
        """How many places on the shared line could be used now."""
        if not isinstance(self.pace, SharedPace) or self.flying >= self.in_flight:
            return 0
        ready = self.queues.ready(now)
        return min(PLACES, ready) if ready and self.pace.needs(now) else 0

    def rest(self, now: float) -> float | None:
        """Seconds until something may leave; None = until somebody wakes us."""
        if self.flying >= self.in_flight or not len(self.queues):
            return None
        waits = []
        if self.queues.ready(now):  # only the account's pace holds it back; it may be over by now
            wait = self.pace.wait(now)
            waits.append(SOON if wait == float("inf") else max(0.001, wait))
        chat = self.queues.next_at()
        if chat is not None:
            waits.append(max(0.001, chat - now))
        return min(waits) if waits else None
