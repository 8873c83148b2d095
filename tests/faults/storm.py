"""A storm: an installation in use by many, whose program is killed again and again."""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import silence
from tests.faults.aftermath import read_after
from tests.faults.checker import orphaned_blobs, repeated
from tests.faults.fleet import Fleet, PatientApi
from tests.faults.history import History
from tests.faults.installation import REPORTED, Installation, Mode, install
from tests.faults.people import Officer, Pair, Person, Reporter, bind_everybody, pairs_of
from tests.faults.process import Program
from tests.faults.recording import WitnessApi
from tests.faults.transfers import TEAM, House, house_of, read_letters

CITIZENS = 5
BACKLOG = 4  # reports that wait for a pair; what comes beyond stays unclaimed
LONGEST_LIFE = 4.0  # seconds
COLD = 2.0  # seconds more for a life that began by reading its modules


@dataclass(slots=True)
class Storm:
    """Who lives through it."""

    api: WitnessApi
    installation: Installation
    program: Program | Fleet
    chance: random.Random
    people: dict[str, Person] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)
    house: House | None = None
    reporters: list[Reporter] = field(default_factory=list)
    _over: bool = False
    _nursed: bool = False  # how the present life began

    async def rages(self, kills: int) -> None:
        """Kill so many times while everybody goes on; then let all come to rest."""
        await self._gathers()
        busy = [asyncio.ensure_future(job) for job in self._jobs()]
        assert self.house is not None
        desks = (*self.pairs.values(), self.house)
        standing = [asyncio.ensure_future(desk.works()) for desk in desks]
        try:
            for number in range(1, kills + 1):  # half of the starts are cold, the last one too
                await self._strikes(busy + standing, nursed=(kills - number) % 2 == 1)
            await self.clears()
            self._over = True
            await asyncio.wait_for(asyncio.gather(*busy), 150)
            for desk in desks:
                await self._ends(desk, standing)
        finally:
            for task in (*busy, *standing):
                task.cancel()
            await asyncio.gather(*busy, *standing, return_exceptions=True)
        await self.program.quiet()
        await self._reminded()
        await self.program.quiet()
        await self.settles()
        code = await self.program.stop()
        assert code == 0, f"it did not stop well: see {self.program.log}"

    async def _ends(self, desk: Pair | House, standing: Sequence["asyncio.Future[None]"]) -> None:
        """Wait until a desk has done what waited for it; a fault of any desk is told at once."""
        ended = asyncio.ensure_future(desk.waiting.join())
        try:
            done, _ = await asyncio.wait(
                (ended, *standing), timeout=150, return_when=asyncio.FIRST_COMPLETED
            )
            for one in done:
                await one
            heard = {
                who: [m["text"][:80] for m in p.client.chat.said[-3:]]
                for who, p in desk.people.items()
            }
            assert ended in done, f"{desk.waiting.qsize() + 1} wait, last heard {heard}"
        finally:
            ended.cancel()

    async def clears(self) -> None:
        """After the last strike."""

    async def settles(self) -> None:
        """Before the end."""

    def _jobs(self) -> list[Coroutine[Any, Any, None]]:
        officer = next(p for p in self.people.values() if isinstance(p, Officer))
        return [*map(self._files, self.reporters), officer.works(self.installation)]

    async def _gathers(self) -> None:
        await self.program.start()
        self.people = await bind_everybody(self.api, self.installation)
        self.pairs = pairs_of(self.people)
        self.house = house_of(self.people)
        missions = sorted(REPORTED)
        self.reporters = [
            Reporter(
                Citizen(self.api, 500 + n),
                mission=missions[n % len(missions)],
                on_receipt=self._claim_it,
            )
            for n in range(CITIZENS)
        ]

    def _claim_it(self, mission: str, code: str) -> None:
        team = REPORTED[mission][0]
        assert self.house is not None
        if team == TEAM and self.house.idle:
            self.house.waiting.put_nowait(code)
        elif self.pairs[team].waiting.qsize() < BACKLOG:
            self.pairs[team].waiting.put_nowait(code)

    async def _files(self, reporter: Reporter) -> None:
        while not self._over:
            await reporter.files()

    async def _strikes(self, busy: Sequence["asyncio.Future[None]"], *, nursed: bool) -> None:
        """Wait for a random moment of this life, kill, start again."""
        moment = self._moment()
        longest = LONGEST_LIFE + (0 if self._nursed else COLD)
        failed = asyncio.ensure_future(asyncio.wait(busy, return_when=asyncio.FIRST_EXCEPTION))
        waiting = asyncio.ensure_future(moment)
        await asyncio.wait((waiting, failed), timeout=longest, return_when=asyncio.FIRST_COMPLETED)
        for task in (waiting, failed):
            task.cancel()
        for job in busy:
            if job.done() and job.exception() is not None:
                await job
        await self.program.kill()
        for fault in self.api.faults:
            fault.times = 0
        self._nursed = nursed
        await self.program.start(nursed=nursed)

    def _moment(self) -> Coroutine[Any, Any, None]:
        """Some time after the first sign of life, or right at some message, heard or unheard."""
        draw = self.chance.random()
        if draw < 0.1:  # while it starts
            return asyncio.sleep(self.chance.uniform(0.0, 0.4))
        count = self.chance.randint(1, 40)
        if draw < 0.4:
            return self._said(count)
        if draw < 0.6:
            self.api.fail(silence(method="sendMessage", skip=count - 1))
            return self._called(count)
        if draw < 0.8:
            return self._taken(count)
        return self._lived(self.chance.uniform(0.0, 1.0))

    async def _said(self, count: int) -> None:
        target = len(self.api.said) + count
        await until(lambda: len(self.api.said) >= target)

    async def _called(self, count: int) -> None:
        calls = len(self.api.named("sendMessage")) + count
        await self.api.called("sendMessage", calls, within=LONGEST_LIFE * 2)

    async def _taken(self, count: int) -> None:
        target = len(self.api.acknowledged()) + count
        await until(lambda: len(self.api.acknowledged()) >= target)

    async def _lived(self, seconds: float) -> None:
        calls = len(self.api.calls)
        await until(lambda: len(self.api.calls) > calls)
        await asyncio.sleep(seconds)

    async def _reminded(self) -> None:
        """Until every supervised unit that was signed for has heard of its dates."""
        chats = [self.people[f"{u}-liaison"].client.chat for u in self.installation.supervised]

        def all_heard() -> bool:
            return all(any("提醒：" in m.get("text", "") for m in chat.said) for chat in chats)

        try:
            await until(all_heard, within=45)
        except TimeoutError:
            return  # the judge says who heard nothing

    async def history(self) -> History:
        """Everything that the judge may know."""
        supervised = {
            f"{unit}-liaison": self.people[f"{unit}-liaison"].client.chat.id
            for unit in self.installation.supervised
        }
        return History(
            handed_over=self.api.handed_over(),
            acknowledged=self.api.acknowledged(),
            said=tuple(self.api.said),
            lives=tuple(self.program.lives),
            submissions=tuple(s for r in self.reporters for s in r.submissions),
            claims=tuple(claim for pair in self.pairs.values() for claim in pair.claims),
            supervised=supervised,
            after=await read_after(self.installation, list(self.api.chats)),
            transfers=tuple(self.house.transfers if self.house else ()),
            letters=await read_letters(self.installation),
            lost=frozenset(self.api.outlived if isinstance(self.api, PatientApi) else ()),
        )

    def prods(self) -> int:
        """How often somebody had to write again because no answer came."""
        return sum(p.prods for p in (*self.people.values(), *self.reporters))


def told(history: History) -> str:
    """What happened in a storm, in numbers."""
    after = history.after
    return (
        f"{len(after.reports)} reports, {len(history.claims)} claims by two, "
        f"{len(history.transfers)} transfers, {len(after.reminders)} reminders, "
        f"{len(after.files)} files; {len(repeated(history))} messages repeated, "
        f"{sum(row.state == 'uncertain' for row in after.outbox)} in doubt, "
        f"{len(orphaned_blobs(history))} blobs for the sweep"
    )


async def until(true: Callable[[], bool], *, within: float = 30) -> None:
    """Look at an outside process until something holds."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - another process has no event to wait for
            await asyncio.sleep(0.01)


async def live_through(
    folder: Path, mode: Mode, kills: int, seed: str, *, url: str = "", workers: int = 0
) -> tuple[Storm, History, float]:
    """One storm from its beginning to its history; how many seconds it took.

    With `workers` there are so many processes on the PostgreSQL at `url`, of which one is killed.
    """
    begun = time.monotonic()
    api = PatientApi() if workers else WitnessApi()
    api.updates.retry_seconds = 0.1
    async with api:
        made = await install(folder, api.root, mode, supervised=6, url=url)
        chance = random.Random(seed)
        program = Fleet(made, workers, chance) if workers else Program(made)
        storm = Storm(api, made, program, chance)
        try:
            await storm.rages(kills)
        finally:
            await storm.program.end_quietly()
        return storm, await storm.history(), time.monotonic() - begun
