"""The dispatcher: paces committed messages, sends them, keeps what became of each."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from bot.accounts import Account
from bot.channels.base import Channel, DeliveryError, Document
from bot.clock import Clock
from bot.meters import Meters
from bot.outcomes import Fate, Outcome, judge, settle, settle_and_lease
from bot.pacing import SharedPace
from bot.rendering import render
from bot.texts import Texts
from bot.workers import Worker
from storage import outbox, workers
from storage.base import Storage, StorageError
from storage.outbox import Parcel
from storage.sealing import Vault

log = structlog.get_logger()
IN_FLIGHT = 256  # messages of one account on their way at once
POLL = 1.0  # seconds between looks for messages whose time has come
AGAIN = 0.2  # seconds after the store did not answer
DOUBT = 60.0  # seconds after an unanswered commit in which what it left is looked for
STALL = 10  # chats in a row that are asked to wait before the whole account waits
Key = tuple[str, str]
Files = Callable[[Sequence[Sequence[Any]]], AbstractAsyncContextManager[Sequence[Document]]]


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
        worker: Worker | None = None,
        meters: Meters | None = None,
    ) -> None:
        self._storage = storage
        self._vault = vault
        self._texts = texts
        self._clock = clock
        self._files = files
        self._meters = meters or Meters()
        self._worker = worker or Worker(storage, clock, shared=False)
        self._accounts = {
            key: Account(c, in_flight, shared=self._worker.shared) for key, c in channels.items()
        }
        self._outcomes: list[Outcome] = []
        self._settle = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: set[asyncio.Task[None]] = set()
        self._doubted_until = 0.0
        self._strays: set[int] = set()
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
            parcels = await self._due(channel, account)
            self.offer(parcels)
            count += len(parcels)
        return count

    def doubt(self) -> None:
        """The store did not answer: what it was told may stand in the rows all the same."""
        self._doubted_until = asyncio.get_running_loop().time() + DOUBT

    async def _collect_strays(self) -> None:
        """Messages that stand as leaving and that nobody here knows, in two looks: they wait."""
        if asyncio.get_running_loop().time() >= self._doubted_until:
            return
        leaving = await self._storage.read(partial(outbox.leaving, worker=self._worker.name))
        queues = [account.queues for account in self._accounts.values()]
        strays = {n for n in leaving if not any(q.knows(n) for q in queues)}
        await self._hand_back(sorted(strays & self._strays))
        self._strays = strays - self._strays

    async def _due(self, channel: str, account: str) -> Sequence[Parcel]:
        """What may leave now; of several processes each takes its own and some of the free."""
        look = partial(
            outbox.due,
            vault=self._vault,
            channel=channel,
            account=account,
            now=self._at(),
            limit=500,
            worker=self._worker.name,
        )
        return await (self._storage.transact if self._worker.shared else self._storage.read)(look)

    async def _poller(self) -> None:
        while not self._closing:
            try:
                await self._collect_strays()
                await self.poll()
            except StorageError as error:
                log.error("outbox.not_read", reason=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._closed.wait()

    async def _run(self, account: Account) -> None:
        loop = asyncio.get_running_loop()
        while not self._closing:
            if places := account.wants_places(loop.time()):
                await self._reserve(account, places)
            batch = account.gather(loop.time())
            if batch:
                await self._ship(account, batch)
                continue
            account.wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(account.rest(loop.time())):
                    await account.wake.wait()

    async def _reserve(self, account: Account, places: int) -> None:
        """Take places on the account's line, which all processes share."""
        assert isinstance(account.pace, SharedPace)
        asked = asyncio.get_running_loop().time()
        now = self._worker.now_ms()
        unit = partial(
            workers.reserve,
            channel=account.channel.name,
            account=account.channel.account,
            now=now,
            interval=account.pace.interval * 1000,
            places=places,
        )
        try:
            moments = await self._storage.transact(unit)
        except StorageError as error:
            log.error("outbox.no_places", reason=type(error).__name__)
            await asyncio.sleep(AGAIN)
            return
        account.pace.give(asked + (moment - now) / 1000 for moment in moments)

    async def _ship(self, account: Account, batch: list[Parcel]) -> None:
        """Mark a batch as leaving, then let every message of it leave.

        What became of earlier ones is kept in the same unit.
        """
        outcomes, self._outcomes = self._outcomes, []
        lives = self._worker.lives()  # else another process may have settled what is leaving
        leaving = {parcel.id for parcel in batch if parcel.leaving}
        wishes = [account.wish(parcel) for parcel in batch if not parcel.leaving and lives]
        unit = partial(
            settle_and_lease,
            vault=self._vault,
            outcomes=outcomes,
            wishes=wishes,
            in_turn=self._worker.shared,
            now_ms=self._worker.now_ms(),
        )
        try:
            if wishes or outcomes:
                leaving |= await self._storage.transact(unit)
                self._kept(outcomes)
        except StorageError as error:
            log.error("outbox.not_leased", reason=type(error).__name__)
            self.doubt()
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
        self._measure(outcome)
        account.flying -= 1
        account.stalled = account.stalled + 1 if outcome.reason == "asked to wait" else 0
        if outcome.everybody_waits or account.stalled >= STALL:
            account.pace.pause(now + outcome.wait)
        self._outcomes.append(outcome)
        self._settle.set()
        account.wake.set()

    def _measure(self, outcome: Outcome) -> None:
        channel = outcome.parcel.channel
        if outcome.fate is Fate.SENT:
            self._meters.sent.labels(channel).inc()
        else:
            self._meters.errors.labels(channel, outcome.reason).inc()

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
            unit = partial(outbox.hand_back, ids=ids, worker=self._worker.name)
            await self._storage.transact(unit)
        except StorageError as error:
            log.error("outbox.not_handed_back", reason=type(error).__name__)

    def _at(self) -> int:
        return int(self._clock.now().timestamp())

    @staticmethod
    def _spawn(where: set[asyncio.Task[None]], job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        where.add(task)
        task.add_done_callback(where.discard)
