"""Several processes of the program on one PostgreSQL, behind one webhook address."""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.channels.bot_faults import Fault
from tests.channels.telegram_support import free_port
from tests.faults.installation import Installation
from tests.faults.process import Life, Program
from tests.faults.recording import WitnessApi

GIVES_UP = 18.0  # seconds of silence after which a worker that lives has given a call up


@dataclass(slots=True)
class PatientApi(WitnessApi):
    """It knows which unanswered calls their worker outlived: those answers were lost, no kill."""

    outlived: set[tuple[int, str]] = field(default_factory=set)

    async def _play(self, fault: Fault, request: web.Request) -> web.Response:
        if fault.status or fault.hangup or not fault.delivered or self._newest is None:
            return await WitnessApi._play(self, fault, request)
        said, begun = (self._newest.chat, self._newest.message), time.monotonic()
        self.lost.add(said)
        while request.transport is not None and not request.transport.is_closing():
            if self._lost.is_set():
                break
            await asyncio.sleep(0.05)  # the other end is another process
        if time.monotonic() - begun > GIVES_UP:
            self.outlived.add(said)
        return web.Response(status=500)


@dataclass(slots=True)
class Fleet:
    """The workers, and the proxy that hands each webhook call to the next living one."""

    installation: Installation
    count: int = 4
    chance: random.Random = field(default_factory=random.Random)
    workers: list[Program] = field(default_factory=list)
    only: Program | None = None  # who gets every call while it lives
    clock: Path | None = None  # a file that says how far the clock of all is ahead
    _frozen: Program | None = None
    _runner: web.AppRunner | None = None
    _http: aiohttp.ClientSession | None = None
    _next: int = 0

    async def start(self, *, nursed: bool = False) -> None:
        """Start the proxy, where it does not run yet, and every worker that does not."""
        if self._runner is None:
            await self._open()
        for worker in self.workers:
            if not worker.running:
                await worker.start(nursed=nursed)

    async def _open(self) -> None:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        app = web.Application()
        app.router.add_post("/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.installation.port).start()
        self.workers = [
            Program(self.installation, port=free_port(), clock=self.clock)
            for _ in range(self.count)
        ]

    async def _pass_on(self, request: web.Request) -> web.Response:
        """The next worker that takes it; 502 where none does, so that the platform comes again."""
        body = await request.read()
        assert self._http is not None
        headers = {k: v for k, v in request.headers.items() if k.lower().startswith("x-")}
        for worker in self._turns():
            url = f"http://127.0.0.1:{worker.port}{request.path}"
            try:
                async with self._http.post(url, data=body, headers=headers) as answer:
                    kind = answer.content_type
                    said = await answer.read()
                    return web.Response(status=answer.status, body=said, content_type=kind)
            except (aiohttp.ClientError, TimeoutError):
                continue
        return web.Response(status=502)

    def _turns(self) -> Iterator[Program]:
        """Living workers, each of which may take a call; the next call begins with another."""
        if self.only is not None and self.only.running:
            yield self.only
            return
        for _ in self.workers:
            self._next += 1
            worker = self.workers[self._next % len(self.workers)]
            if worker.running:
                yield worker

    async def kill(self) -> None:
        """SIGKILL one of them, in mid-work."""
        await self.chance.choice([w for w in self.workers if w.running]).kill()

    def freeze(self) -> None:
        """SIGSTOP one of them; it is not taken over unless it stands longer than its lease."""
        self._frozen = self.chance.choice([w for w in self.workers if w.running])
        self._frozen.freeze()

    def thaw(self) -> None:
        """SIGCONT the one that was frozen."""
        assert self._frozen is not None
        self._frozen.thaw()

    async def answers(self) -> None:
        """Wait until all have started."""
        for worker in self.workers:
            await worker.answers()

    @property
    def log(self) -> Path:
        """Where the first of them writes; the others lie beside it."""
        return self.workers[0].log

    @property
    def lives(self) -> Sequence[Life]:
        """From start to end, of every worker, in the order in which they ended."""
        return sorted((life for w in self.workers for life in w.lives), key=lambda x: x.ended)

    async def quiet(self, *, within: float = 60) -> None:
        """Until every worker answers and nothing waits in any."""
        for worker in self.workers:
            await worker.quiet(within=within)

    async def stop(self) -> int:
        """Stop all workers as a service manager does; the worst of their exit codes."""
        return max([await worker.stop() for worker in self.workers if worker.running])

    async def end_quietly(self) -> None:
        """After a test, whatever happened in it."""
        for worker in self.workers:
            await worker.end_quietly()
        if self._http is not None:
            await self._http.close()
        if self._runner is not None:
            await self._runner.cleanup()


def sends_in_any_second(moments: Sequence[float]) -> int:
    """The most calls that fall into one second, wherever it begins."""
    ordered, most, first = sorted(moments), 0, 0
    for last, moment in enumerate(ordered):
        while ordered[first] <= moment - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most
