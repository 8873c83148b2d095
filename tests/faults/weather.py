"""Weather: a storm in which the platform, the clock and the machine misbehave beside the kills."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import Fault, broken, cut, flood, nonsense, silence
from tests.channels.bot_updates import Updates
from tests.faults.aftermath import nothing_waits
from tests.faults.fleet import Fleet
from tests.faults.history import History
from tests.faults.installation import Mode, install
from tests.faults.moved import set_ahead
from tests.faults.process import Program
from tests.faults.recording import WitnessApi
from tests.faults.storm import Storm, until

WITHIN_THE_LEASE = 1.0  # seconds that one of several workers may stand and not be buried
FARTHEST = 4 * 3600  # seconds that the clock is ever off
CALLS = ("sendMessage", "sendMessage", "getFile", "getUpdates", "answerCallbackQuery", "")


@dataclass(slots=True)
class StormyUpdates(Updates):
    """Hands updates over twice, late once more, and in another order."""

    chance: random.Random = field(default_factory=random.Random)
    calm: bool = False
    again: int = 0  # updates that came once more
    swapped: int = 0  # updates that overtook an earlier one of their chat
    _late: set[asyncio.Task[bool]] = field(default_factory=set)

    def _mine(self, lane: str) -> list[int]:
        mine = Updates._mine(self, lane)
        if len(mine) > 1 and not self.calm and self.chance.random() < 0.5:
            self.swapped += 1
            mine[0], mine[1] = mine[1], mine[0]
        return mine

    async def _push(self, update_id: int) -> bool:
        self.raw[update_id] = self._body(update_id)  # it may be sent after it was taken
        draw = 1.0 if self.calm else self.chance.random()
        if draw < 0.1:
            self.again += 1
            return any(await asyncio.gather(*(Updates._push(self, update_id) for _ in "12")))
        if draw < 0.2:
            self.again += 1
            self._late.add(asyncio.ensure_future(self._later(update_id)))
        return await Updates._push(self, update_id)

    async def _later(self, update_id: int) -> bool:
        await asyncio.sleep(self.chance.uniform(0.1, 3.0))
        return await Updates._push(self, update_id)

    async def close(self) -> None:
        """Stop every delivery."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)
        await Updates.close(self)


@dataclass(slots=True)
class Weather(Storm):
    """Who lives through it, and what has come over them."""

    seen: dict[str, int] = field(default_factory=dict)
    severed: int = 0

    async def _strikes(self, busy: Sequence["asyncio.Future[None]"], *, nursed: bool) -> None:
        """Something happens; every third time it is a kill."""
        if self.chance.random() < 0.33:
            self._notes("kill")
            await Storm._strikes(self, busy, nursed=nursed)
            return
        for job in busy:
            if job.done():
                await job
        name = self.chance.choice(sorted(self._kinds()))
        self._notes(name)
        await self._kinds()[name]()
        await asyncio.sleep(self.chance.uniform(0.1, 1.2))

    def _jobs(self) -> list[Coroutine[Any, Any, None]]:
        return [*Storm._jobs(self), self._chatters(Citizen(self.api, 490))]

    async def _chatters(self, citizen: Citizen) -> None:
        """Somebody who does not wait for answers, so that events of one chat stand in a row."""
        while not self._over:
            for word in ("/help", "/status", "/cancel", "/help"):
                citizen.says(word)
            await asyncio.sleep(1.5)

    def _notes(self, name: str) -> None:
        self.seen[name] = self.seen.get(name, 0) + 1

    def _kinds(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "outage": self._outage,
            "5xx": self._broken,
            "answers lost": self._answers_lost,
            "cut before": self._cut_before,
            "no answer": self._no_answer,
            "flood": self._flood,
            "freeze": self._freeze,
            "clock": self._clock_jumps,
        }

    def _plays(self, fault: Fault) -> None:
        self.api.fail(fault)

    async def _outage(self) -> None:
        await self.api.down()
        await asyncio.sleep(self.chance.uniform(0.2, 1.5))
        await self.api.up()

    async def _broken(self) -> None:
        method, times = self.chance.choice(CALLS), self.chance.randint(1, 8)
        self._plays(broken(self.chance.choice((500, 502, 503)), method=method, times=times))

    async def _answers_lost(self) -> None:
        make = self.chance.choice((cut, cut, nonsense))
        times, skip = self.chance.randint(1, 3), self.chance.randint(0, 4)
        self._plays(make(method="sendMessage", times=times, skip=skip))

    async def _cut_before(self) -> None:
        times = self.chance.randint(1, 3)
        self.severed += times
        self._plays(cut(delivered=False, method="sendMessage", times=times))

    async def _no_answer(self) -> None:
        self._plays(silence(method="sendMessage", skip=self.chance.randint(0, 4)))

    async def _flood(self) -> None:
        self._plays(flood(1, method="sendMessage", times=self.chance.randint(1, 14)))

    async def _freeze(self) -> None:
        self.program.freeze()
        longest = 2.0 if isinstance(self.program, Program) else WITHIN_THE_LEASE
        await asyncio.sleep(self.chance.uniform(0.3, longest))
        self.program.thaw()

    async def _clock_jumps(self) -> None:
        assert self.program.clock is not None
        set_ahead(self.program.clock, self.chance.randint(-FARTHEST, FARTHEST))

    async def clears(self) -> None:
        """The platform is well again, and the clock stands later than it ever stood."""
        assert self.program.clock is not None
        for fault in self.api.faults:
            fault.times = 0
        assert isinstance(self.api.updates, StormyUpdates)
        self.api.updates.calm = True
        set_ahead(self.program.clock, FARTHEST + 3600)
        await self.program.answers()
        assert await self.program.stop() == 0, self.program.log
        await self.program.start(nursed=True)

    async def settles(self) -> None:
        """Until nothing waits, and every file is there."""
        await until(lambda: nothing_waits(self.installation), within=90)

    async def history(self) -> History:
        """Everything that the judge may know, the weather included."""
        return replace(
            await Storm.history(self),
            lost=frozenset(self.api.lost),
            deleted=self.api.deleted(),
            severed=self.severed,
            blackouts=tuple(self.api.blackouts),
        )


async def weather(
    folder: Path, mode: Mode, strikes: int, seed: str, *, url: str = "", workers: int = 0
) -> tuple[Weather, History]:
    """So many strikes on one installation, and what was found afterwards.

    With `workers` there are so many processes on the PostgreSQL at `url`.
    """
    chance = random.Random(seed)
    api = WitnessApi(updates=StormyUpdates(chance=chance))
    api.updates.retry_seconds = 0.1
    async with api:
        made = await install(folder, api.root, mode, supervised=3, url=url)
        clock = folder / "clock"
        set_ahead(clock, 0)
        many = Fleet(made, workers, chance, clock=clock) if workers else None
        program = many or Program(made, clock=clock)
        storm = Weather(api, made, program, chance)
        try:
            await storm.rages(strikes)
        finally:
            await program.end_quietly()
        return storm, await storm.history()
