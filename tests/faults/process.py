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

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """From one start to its end (monotonic seconds)."""

    begun: float
    ended: float
    killed: bool


@dataclass(slots=True)
class Program:
    """`python -m bot -c config.toml run`, one life after the other."""

    installation: Installation
    lives: list[Life] = field(default_factory=list)
    _process: asyncio.subprocess.Process | None = None
    _begun: float = 0.0

    @property
    def running(self) -> bool:
        """Whether it lives right now."""
        return self._process is not None and self._process.returncode is None

    @property
    def begun(self) -> float:
        """When this life began."""
        return self._begun

    @property
    def log(self) -> Path:
        """Where all lives write their lines."""
        return self.installation.folder / "program.log"

    async def start(self) -> None:
        """Begin a life; it is not awaited that it is ready."""
        assert not self.running
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "-c",
                str(self.installation.folder / "config.toml"),
                "run",
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(os.environ),
            )
        self._begun = time.monotonic()

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is tidied up."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM, as a service manager stops it; the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        process = self._process
        assert process is not None, "it never ran"
        assert process.returncode is None, f"it went away by itself: see {self.log}"
        process.send_signal(number)
        async with asyncio.timeout(30):
            code = await process.wait()
        killed = number == signal.SIGKILL
        self.lives.append(Life(begun=self._begun, ended=time.monotonic(), killed=killed))
        return code

    async def quiet(self, *, within: float = 60) -> None:
        """Wait until it answers and nothing waits: no event, no message on its way."""
        address = f"http://127.0.0.1:{self.installation.port}/healthz"
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

    async def end_quietly(self) -> None:
        """After a test, whatever happened in it."""
        if self.running:
            await self.kill()


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
