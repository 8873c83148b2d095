"""The dispatcher: paces committed messages, sends them, keeps what became of each."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from bot.channels.base import Channel, DeliveryError, Document
from bot.clock import Clock
from bot.outcomes import Fate, Outcome, judge, settle, settle_and_lease
from bot.pacing import Pace
from bot.queues import Queues
from bot.rendering import render
from bot.texts import Texts
from storage import outbox
from storage.base import Storage, StorageError
from storage.outbox import Parcel
from storage.sealing import Vault

log = structlog.get_logger()
BATCH = 64
IN_FLIGHT = 256  # messages of one account on their way at once
POLL = 1.0  # seconds between looks for messages whose time has come
STALL = 10  # chats in a row that are asked to wait before the whole account waits
Key = tuple[str, str]
Files = Callable[[Sequence[Sequence[Any]]], AbstractAsyncContextManager[Sequence[Document]]]


class Account:
    """One account's line to its platform."""

    def __init__(self, channel: Channel, in_flight: int) -> None:
        limits = channel.capabilities
        self.channel = channel
        self.queues = Queues(limits.per_chat_second, limits.per_group_minute)
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

    def rest(self, now: float) -> float | None:
        """Seconds until something may leave; None = until somebody wakes us."""
        if self.flying >= self.in_flight or not len(self.queues):
            return None
        waits = [wait for wait in (self.pace.wait(now),) if wait > 0]
        chat = self.queues.next_at()
        if chat is not None:
            waits.append(max(0.001, chat - now))
        return min(waits) if waits else None


class Dispatcher:
    """Sends what the outbox holds. Rows are the truth; memory only spares reading them twice."""

    def __init__(
        self,
        storage: Storage,
        vault: Vault,
        channels: Mapping[Key, Channel],
        texts: Texts,
        clock: Clock,
        files: Files,
        in_flight: int = IN_FLIGHT,
    ) -> None:
        self._storage = storage
        self._vault = vault
        self._texts = texts
        self._clock = clock
        self._files = files
        self._accounts = {key: Account(c, in_flight) for key, c in channels.items()}
        self._outcomes: list[Outcome] = []
        self._settle = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: set[asyncio.Task[None]] = set()
        self._closing = False
        self._closed = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Messages in memory that wait or are on their way."""
        return sum(len(a.queues) for a in self._accounts.values())

    async def start(self) -> None:
        """Settle what a stop interrupted, then begin to send."""
        exact = {
            name for (name, _), a in self._accounts.items() if a.channel.capabilities.exactly_once
        }
        unit = partial(outbox.settle_interrupted, at=self._at(), exactly_once=exact)
        count = await self._storage.transact(unit)
        if count:
            log.warning("outbox.interrupted", count=count)
        self._spawn(self._tasks, self._settler())
        self._spawn(self._tasks, self._poller())
        for account in self._accounts.values():
            self._spawn(self._tasks, self._run(account))

    async def close(self) -> None:
        """Send nothing new, wait for what is on its way, keep what became of it.

        No unit is cancelled: it could have committed, and its messages would stand as leaving.
        """
        self._closing = True
        self._closed.set()
        self._settle.set()
        for account in self._accounts.values():
            account.wake.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*self._sending, return_exceptions=True)
        await self._keep_outcomes()
        waiting = [p for account in self._accounts.values() for p in account.queues.unsent()]
        await self._hand_back([p.id for p in waiting if p.leaving])

    def offer(self, parcels: Iterable[Parcel]) -> None:
        """Messages that have just been committed; those of the future wait in their rows."""
        now = self._clock.now().timestamp()
        moment = asyncio.get_running_loop().time()
        for parcel in parcels:
            account = self._accounts.get((parcel.channel, parcel.account))
            if account is None or parcel.not_before > now:
                continue
            account.queues.add(parcel, moment, group=account.channel.is_group(parcel.chat))
            account.wake.set()

    async def poll(self) -> int:
        """Look for messages whose time has come; how many there were."""
        count = 0
        for channel, account in self._accounts:
            look = partial(
                outbox.due,
                vault=self._vault,
                channel=channel,
                account=account,
                now=self._at(),
                limit=500,
            )
            parcels = await self._storage.read(look)
            self.offer(parcels)
            count += len(parcels)
        return count

    async def _poller(self) -> None:
        while not self._closing:
            try:
                await self.poll()
            except StorageError as error:
                log.error("outbox.not_read", reason=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._closed.wait()

    async def _run(self, account: Account) -> None:
        loop = asyncio.get_running_loop()
        while not self._closing:
            batch = account.gather(loop.time())
            if batch:
                await self._ship(account, batch)
                continue
            account.wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(account.rest(loop.time())):
                    await account.wake.wait()

    async def _ship(self, account: Account, batch: list[Parcel]) -> None:
        """Mark a batch as leaving, then let every message of it leave.

        What became of earlier ones is kept in the same unit.
        """
        outcomes, self._outcomes = self._outcomes, []
        leaving = {parcel.id for parcel in batch if parcel.leaving}
        ids = [parcel.id for parcel in batch if not parcel.leaving]
        unit = partial(settle_and_lease, vault=self._vault, outcomes=outcomes, ids=ids)
        try:
            if ids or outcomes:
                leaving |= await self._storage.transact(unit)
                self._kept(outcomes)
        except StorageError as error:
            log.error("outbox.not_leased", reason=type(error).__name__)
            self._outcomes = outcomes + self._outcomes
            self._settle.set()
        now = asyncio.get_running_loop().time()
        for parcel in batch:
            if parcel.id in leaving:
                account.flying += 1
                self._spawn(self._sending, self._send(account, parcel))
            else:
                account.queues.release(parcel, now)

    async def _send(self, account: Account, parcel: Parcel) -> None:
        try:
            messages = await self._deliver(account.channel, parcel)
            outcome = Outcome(parcel=parcel, fate=Fate.SENT, at=self._at(), messages=messages)
        except DeliveryError as error:
            once = account.channel.capabilities.exactly_once
            outcome = judge(parcel, error, self._at(), exactly_once=once)
            log.info("send.failed", channel=parcel.channel, reason=outcome.reason)
        except Exception as error:  # a fault of ours must not stop the line
            log.error("send.broken", channel=parcel.channel, reason=type(error).__name__)
            outcome = Outcome(
                parcel=parcel, fate=Fate.FAILED, at=self._at(), reason=type(error).__name__
            )
        self._after(account, outcome)

    async def _deliver(self, channel: Channel, parcel: Parcel) -> Sequence[str]:
        body = parcel.body
        if body.get("x"):
            await channel.delete(parcel.chat, body["x"])
        if not body["k"]:
            return ()
        message = render(body, self._texts, channel.capabilities, str(parcel.id))
        if not body.get("f"):
            return await channel.send(parcel.chat, message)
        async with self._files(body["f"]) as documents:
            return await channel.send(parcel.chat, replace(message, documents=documents))

    def _after(self, account: Account, outcome: Outcome) -> None:
        now = asyncio.get_running_loop().time()
        account.flying -= 1
        account.stalled = account.stalled + 1 if outcome.reason == "asked to wait" else 0
        if outcome.everybody_waits or account.stalled >= STALL:
            account.pace.pause(now + outcome.wait)
        self._outcomes.append(outcome)
        self._settle.set()
        account.wake.set()

    def _kept(self, outcomes: Iterable[Outcome]) -> None:
        """What became of these is durable: only now the next message of their chats may leave."""
        now = asyncio.get_running_loop().time()
        for outcome in outcomes:
            parcel = outcome.parcel
            account = self._accounts[parcel.channel, parcel.account]
            account.queues.release(parcel, now, pause=outcome.wait)
            if outcome.fate is Fate.POSTPONED:
                again = replace(parcel, attempts=parcel.attempts + 1, leaving=False)
                account.queues.add(again, now)
            account.wake.set()

    async def _settler(self) -> None:
        while not self._closing:
            await self._settle.wait()
            self._settle.clear()
            await self._keep_outcomes()

    async def _keep_outcomes(self) -> None:
        outcomes, self._outcomes = self._outcomes, []
        if not outcomes:
            return
        try:
            await self._storage.transact(partial(settle, vault=self._vault, outcomes=outcomes))
        except StorageError as error:
            log.error("outbox.not_settled", reason=type(error).__name__)
            self._outcomes = outcomes + self._outcomes
            if not self._closing:
                await asyncio.sleep(1)
                self._settle.set()
        else:
            self._kept(outcomes)

    async def _hand_back(self, ids: Sequence[int]) -> None:
        """Messages that stand as leaving and never left wait for the next start."""
        if not ids:
            return
        try:
            await self._storage.transact(partial(outbox.hand_back, ids=ids))
        except StorageError as error:
            log.error("outbox.not_handed_back", reason=type(error).__name__)

    def _at(self) -> int:
        return int(self._clock.now().timestamp())

    @staticmethod
    def _spawn(where: set[asyncio.Task[None]], job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        where.add(task)
        task.add_done_callback(where.discard)
