"""Lanes: one at a time within a conversation, many conversations at once."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.channels.base import Channel
from bot.clock import Clock
from bot.meters import Meters
from casework.errors import CaseworkError
from handlers.desk import Surface
from handlers.messages import Incoming, Kind, Reply
from handlers.turn import Behind, Kit, Overtaken, apologise, take_turn
from storage import inbox
from storage.base import Session, Storage, StorageError, StorageUnavailable
from storage.inbox import Letter
from storage.outbox import Parcel
from storage.randomness import SEEDS

log = structlog.get_logger()
TRIES = 3
BEHIND = 0.05  # seconds until another process may have handled an earlier event


class Lanes:
    """Runs turns. `offer` gets the messages of every committed turn."""

    def __init__(
        self,
        storage: Storage,
        kit: Kit,
        channels: Mapping[tuple[str, str], Channel],
        offer: Callable[[Sequence[Parcel]], None],
        clock: Clock,
        meters: Meters | None = None,
        doubt: Callable[[], None] = lambda: None,
    ) -> None:
        """`doubt` is told when a turn may have been kept although the store did not answer."""
        self._storage = storage
        self._kit = kit
        self._channels = channels
        self._offer = offer
        self._clock = clock
        self._meters = meters or Meters()
        self._doubt = doubt
        self._lanes: dict[bytes, deque[Letter]] = {}
        self._known: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._passing: set[asyncio.Future[None]] = set()
        self._closing = False
        public_url = str(kit.rules.settings.get("web.public_url", ""))
        self._surfaces = {
            key: Surface(
                content=channel.capabilities.content,
                push=channel.capabilities.push,
                public_url=public_url,
            )
            for key, channel in channels.items()
        }

    @property
    def waiting(self) -> int:
        """Events that wait or are being handled."""
        return sum(len(lane) for lane in self._lanes.values())

    @property
    def busy(self) -> int:
        """Conversations in which something is being handled."""
        return len(self._lanes)

    def put(self, letter: Letter) -> None:
        """Queue an event in the order of its conversation; one that waits here already stays.

        What comes over from a dead process may be older than what waits here: it goes before it.
        """
        if letter.id in self._known:
            return
        self._known.add(letter.id)
        lane = self._lanes.get(letter.lane)
        if lane is not None:
            place = len(lane)
            while place and lane[place - 1].id > letter.id:
                place -= 1
            lane.insert(place, letter)
            return
        self._lanes[letter.lane] = deque([letter])
        self._spawn(self._run(letter.lane))

    async def express(self, letter: Letter) -> bool:
        """Keep and handle an event in one unit, if its conversation is idle and all goes well.

        False: nothing was kept. Raises StorageError when the store does not answer.
        """
        if letter.lane in self._lanes or self._closing:
            return False
        self._lanes[letter.lane] = deque()
        passed = asyncio.get_running_loop().create_future()
        self._passing.add(passed)
        try:
            return await self._pass_through(letter)
        finally:
            self._passing.discard(passed)
            passed.set_result(None)
            if self._lanes[letter.lane]:
                self._spawn(self._run(letter.lane))
            else:
                del self._lanes[letter.lane]

    async def _pass_through(self, letter: Letter) -> bool:
        channel = self._channels.get((letter.channel, letter.account))
        if channel is None:
            return False
        try:
            event = channel.parse(letter.body, self._received(letter))
        except Exception:  # the lane sets it aside, with its body
            return False
        if event is None:
            return False
        self._acknowledge(event, channel)
        try:
            await self._turn(letter, event, channel)
        except Behind:
            return False
        except StorageError:
            raise
        except Exception as error:  # a fault of ours: keep the event as received and try there
            log.error("turn.failed", reason=type(error).__name__, where=_where(error))
            return False
        return True

    async def recover(self) -> int:
        """After a start: queue every event that nobody has handled. Returns how many."""
        after, count = 0, 0
        while True:
            look = partial(
                inbox.waiting,
                vault=self._kit.vault,
                after=after,
                limit=500,
                worker=self._kit.worker,
            )
            letters = await self._storage.read(look)
            for letter in letters:
                self.put(letter)
            count += len(letters)
            if len(letters) < 500:
                return count
            after = letters[-1].id

    async def close(self) -> None:
        """Finish the events in hand; the rest stays in the inbox for the next start."""
        self._closing = True
        in_hand = {*self._tasks, *self._passing}
        if in_hand:
            await asyncio.wait(in_hand)

    async def _run(self, lane: bytes) -> None:
        queue = self._lanes[lane]
        while queue and not self._closing:
            letter = queue[0]
            if await self._handle(letter):
                queue.remove(letter)
                self._known.discard(letter.id)
        del self._lanes[lane]

    async def _handle(self, letter: Letter) -> bool:
        """False where an earlier event of the conversation has come over and goes first."""
        channel = self._channels.get((letter.channel, letter.account))
        if channel is None:
            return True  # the account was taken out of the configuration: it waits for its return
        try:
            event = channel.parse(letter.body, self._received(letter))
        except Exception as error:  # malformed, or a fault of the channel's own
            reason = type(error).__name__
            log.warning("event.quarantined", channel=letter.channel, reason=reason)
            await self._keep(partial(_quarantine, letter_id=letter.id, reason=reason))
            return True
        if event is None:
            await self._keep(partial(_finish, letter_id=letter.id))
            return True
        self._acknowledge(event, channel)
        while not self._closing:
            try:
                await self._turn(letter, event, channel)
                return True
            except Behind:
                await asyncio.sleep(BEHIND)
                if self._lanes[letter.lane][0] is not letter:
                    return False
            except StorageUnavailable:
                await asyncio.sleep(1)  # the event stays in the inbox; the store may come back
            except Exception as error:
                if await self._stumble(letter, event, channel, error):
                    return True
        return True

    async def _turn(self, letter: Letter, event: Incoming, channel: Channel) -> None:
        """One event in one unit; a refused act in a second one that says why."""
        unit = partial(
            take_turn,
            kit=self._kit,
            letter=letter,
            event=event,
            surface=self._surface(channel),
            now=self._clock.now(),
            seed=SEEDS.draw(),
        )
        begun = time.perf_counter()
        while True:
            try:
                parcels = await self._storage.transact(unit)
            except CaseworkError as refusal:
                if "refusal" in unit.keywords:
                    raise
                unit = partial(unit, refusal=refusal)
            except Overtaken:
                continue
            except StorageUnavailable:
                self._doubt()
                raise
            else:
                self._meters.turns.observe(time.perf_counter() - begun)
                self._offer(parcels)
                return

    def _acknowledge(self, event: Incoming, channel: Channel) -> None:
        if event.kind is Kind.CHOICE and channel.capabilities.acknowledges:
            self._spawn(channel.acknowledge(event))

    def _surface(self, channel: Channel) -> Surface:
        return self._surfaces[channel.name, channel.account]

    def _received(self, letter: Letter) -> datetime:
        return datetime.fromtimestamp(letter.received_at, tz=self._clock.zone)

    async def _stumble(
        self, letter: Letter, event: Incoming, channel: Channel, error: Exception
    ) -> bool:
        """Count a fault of ours; after the third the event stands aside, the person is told."""
        reason = type(error).__name__
        log.error("turn.failed", channel=letter.channel, reason=reason, where=_where(error))
        self._meters.faults.inc()
        count = await self._keep(partial(_stumble, letter_id=letter.id, reason=reason))
        if count < TRIES:  # 0: the store failed, or somebody else has handled it
            return False
        unit = partial(
            apologise,
            kit=self._kit,
            letter_id=letter.id,
            event=event,
            surface=self._surface(channel),
            now=self._clock.now(),
            seed=SEEDS.draw(),
            reason=reason,
            reply=Reply(key="error.ours"),
        )
        try:
            self._offer(await self._storage.transact(unit))
        except StorageUnavailable:
            return False
        except Exception as fault:  # not even that goes: the lane must not stop for it
            log.error("turn.not_told", channel=letter.channel, reason=type(fault).__name__)
            await self._keep(partial(_quarantine, letter_id=letter.id, reason=reason))
        return True

    async def _keep(self, unit: Callable[..., int]) -> int:
        try:
            return await self._storage.transact(unit)
        except StorageError as error:
            log.error("inbox.not_kept", reason=type(error).__name__)
            return 0

    def _spawn(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _where(error: BaseException) -> str:
    """File and line of a failure of ours, without any value."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _quarantine(db: Session, *, letter_id: int, reason: str) -> int:
    inbox.quarantine(db, letter_id, reason)
    return 1


def _finish(db: Session, *, letter_id: int) -> int:
    return int(inbox.finish(db, letter_id))


def _stumble(db: Session, *, letter_id: int, reason: str) -> int:
    return inbox.stumble(db, letter_id, reason)
