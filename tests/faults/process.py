"""The real program as a process of its own: started, killed, stopped, started again."""

import asyncio
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.faults.installation import Installation
from tests.faults.moved import CLOCK

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """From one start to its end (monotonic seconds)."""

    begun: float
    ended: float
    killed: bool
    nursed: bool = False  # forked from a warm parent, else a cold start


class Child:
    """One process of the program."""

    def __init__(self, process: asyncio.subprocess.Process, *, nursed: bool) -> None:
        self._process = process
        self._nursed = nursed
        self.pid = process.pid
        self._end: asyncio.Future[int] | None = None

    async def born(self) -> None:
        """Learn its number, and begin to wait for its end."""
        if self._nursed:
            assert self._process.stdin is not None
            self._process.stdin.write(b"go\n")
            self.pid = await self._number()
        self._end = asyncio.ensure_future(self._number() if self._nursed else self._process.wait())

    async def _number(self) -> int:
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())

    @property
    def running(self) -> bool:
        """Whether it lives."""
        return self._end is not None and not self._end.done()

    def nudge(self, number: signal.Signals) -> None:
        """Send a signal that does not end it."""
        os.kill(self.pid, number)

    async def end(self, number: signal.Signals) -> int:
        """Send a signal; the exit code."""
        assert self._end is not None
        os.kill(self.pid, number)
        return await asyncio.wait_for(self._end, 40)


@dataclass(slots=True)
class Program:
    """`python -m bot -c config.toml run`, one life after the other."""

    installation: Installation
    port: int = 0  # where this one listens, if not where the installation says
    clock: Path | None = None  # a file that says how far its clock is ahead, in seconds
    lives: list[Life] = field(default_factory=list)
    _child: Child | None = None
    _nursery: asyncio.subprocess.Process | None = None
    _begun: float = 0.0
    _nursed: bool = False

    @property
    def running(self) -> bool:
        """Whether it lives right now."""
        return self._child is not None and self._child.running

    @property
    def log(self) -> Path:
        """Where all lives write their lines."""
        name = f"program-{self.port}.log" if self.port else "program.log"
        return self.installation.folder / name

    async def start(self, *, nursed: bool = False) -> None:
        """Begin a life; it is not awaited that it is ready.

        `nursed`: forked from a process that has read the modules already, in milliseconds.
        """
        assert not self.running
        if nursed and self._nursery is None:
            self._nursery = await self._spawn("-m", "tests.faults.nursery")
        self._begun, self._nursed = time.monotonic(), nursed
        module = "tests.faults.moved" if self.clock else "bot"
        process = self._nursery if nursed and self._nursery else await self._spawn("-m", module)
        self._child = Child(process, nursed=nursed)
        await self._child.born()

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is tidied up."""
        await self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: it neither works nor ends."""
        assert self._child is not None
        self._child.nudge(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on and does not know how long it slept."""
        assert self._child is not None
        self._child.nudge(signal.SIGCONT)

    @property
    def pid(self) -> int:
        """The number of the living process."""
        assert self._child is not None
        return self._child.pid

    async def stop(self) -> int:
        """SIGTERM, as a service manager stops it; the exit code."""
        return await self._end(signal.SIGTERM)

    async def _spawn(self, *module: str) -> asyncio.subprocess.Process:
        config = str(self.installation.folder / "config.toml")
        own = {"JIANJIAN__WEB__PORT": str(self.port)} if self.port else {}
        own |= {CLOCK: str(self.clock)} if self.clock else {}
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *module,
                "-c",
                config,
                "run",
                cwd=ROOT,
                env={**os.environ, **own},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )

    async def _end(self, number: signal.Signals) -> int:
        assert self._child is not None, "it never ran"
        assert self._child.running, f"it went away by itself: see {self.log}"
        code = await self._child.end(number)
        killed = number == signal.SIGKILL
        self.lives.append(
            Life(begun=self._begun, ended=time.monotonic(), killed=killed, nursed=self._nursed)
        )
        return code

    async def quiet(self, *, within: float = 60) -> None:
        """Wait until it answers and nothing waits: no event, no message on its way."""
        address = f"http://127.0.0.1:{self.port or self.installation.port}/healthz"
        health: dict[str, Any] = {}
        async with aiohttp.ClientSession() as http:
            try:
                async with asyncio.timeout(within):
                    while not _at_rest(health):
                        await asyncio.sleep(0.05)
                        assert self.running, f"it went away by itself: see {self.log}"
                        health = await _health(http, address)
            except TimeoutError:
                raise AssertionError(f"it never came to rest: {health}") from None

    async def answers(self, *, within: float = 60) -> None:
        """Wait until it has started."""
        address = f"http://127.0.0.1:{self.port or self.installation.port}/healthz"
        async with aiohttp.ClientSession() as http, asyncio.timeout(within):
            while not await _health(http, address):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def end_quietly(self) -> None:
        """After a test, whatever happened in it."""
        if self.running:
            await self.kill()
        if self._nursery is not None:
            assert self._nursery.stdin is not None
            self._nursery.stdin.close()
            await asyncio.wait_for(self._nursery.wait(), 20)


async def _health(http: aiohttp.ClientSession, address: str) -> dict[str, Any]:
    try:
        async with http.get(address) as answer:
            parts: dict[str, Any] = (await answer.json())["parts"]
            return parts
    except aiohttp.ClientError:
        return {}


def _at_rest(health: dict[str, Any]) -> bool:
    return (
        bool(health)
        and health.get("lanes") == 0
        and health.get("leaving") == 0
        and not health.get("inbox", {}).get("new")
        and not health.get("outbox", {}).get("sending")
    )
