"""Plays the chosen groups round by round, and tells on stderr how far it is."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

from benchmarks import planner
from benchmarks.driver import Sample, measure
from benchmarks.engine import Engine
from benchmarks.machine import BOT_CORE
from benchmarks.results import Results, Run, Tick
from benchmarks.scenes import OURS, Case, Group, Windows
from tests.postgres_server import VARIABLE

AROUND = 3.5  # seconds to start and to stop a bot
FILLED_PER_SECOND = 8_000


class Progress:
    """Tells what runs and how long it may still take."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def begin(self, what: str) -> None:
        """Something begins."""
        left = f"{self._left / 60:.0f} min" if self._left > 90 else f"{self._left:.0f} s"
        print(f"[about {left} left] {what} … ", end="", file=sys.stderr, flush=True)

    def end(self, said: str, expected: float) -> None:
        """It is done, and was thought to take so many seconds."""
        self._left = max(self._left - expected, 0)
        print(said, file=sys.stderr, flush=True)


class Player:
    """One call of the benchmarks: its server, its filled stores, its results."""

    def __init__(self, results: Results, windows: Windows, engine: Engine, folder: Path) -> None:
        self.results = results
        self._windows = windows
        self._engine = engine
        self._folder = folder
        self._without: set[str] = set()  # bots that cannot run here

    async def play(self, groups: Sequence[Group], planned: Sequence[int], rounds: int) -> None:
        """Everything, in its order; the planner at the end where sizes are given."""
        progress = Progress(expected(groups, planned, rounds, self._windows))
        for group in groups:
            for number in range(1, rounds + 1):
                for case in group.cases:
                    await self._run(group, case, number, progress)
        for engine in ("sqlite", "postgres") if planned else ():
            await self._tick(engine, planned, rounds, progress)

    async def _run(self, group: Group, case: Case, number: int, progress: Progress) -> None:
        load = self._windows.of(case.load)
        store = self._store(case.stored, progress) if case.stored else None
        if case.peer.name in self._without:
            return
        progress.begin(f"round {number} · {group.name} · {case.name}")
        try:
            sample = await self._measure(replace(case, load=load), store)
        except ImportError as error:
            self._without.add(case.peer.name)
            progress.end(f"left out: {error}", 0)
            return
        progress.end(f"{sample.updates_per_s:.0f} updates/s", _seconds(case, self._windows))
        self.results.runs.append(
            Run(
                part=group.part,
                group=group.name,
                case=case.name,
                round=number,
                load=load,
                sample=sample,
            )
        )

    async def _measure(self, case: Case, store: Path | None) -> Sample:
        peer = case.peer
        if store is not None:
            peer = replace(peer, arguments=(*peer.arguments, "--begin", str(store)))
        if not peer.postgres:
            return await measure(peer, case.load)
        with self._engine.fresh() as server:
            peer = replace(peer, arguments=(*peer.arguments, "--storage", server.url))
            return await measure(peer, case.load, server.pid)

    def _store(self, count: int, progress: Progress) -> Path:
        """A folder with so many reports on file, made once in a call."""
        folder = self._folder / str(count)
        if folder.exists():
            return folder
        folder.mkdir()
        progress.begin(f"filing {count:,} reports")
        command = [sys.executable, "-m", OURS.module, "--api", "-", "--port", "0"]
        done = subprocess.run(
            [*command, "--data", folder, "--prepare", str(count)],
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {BOT_CORE}),
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"the store was not filled\n{done.stderr[-2000:]}")
        progress.end("done", count / FILLED_PER_SECOND)
        return folder

    async def _tick(
        self, engine: str, sizes: Sequence[int], rounds: int, progress: Progress
    ) -> None:
        """The planner on one engine; PostgreSQL on the server that is there, syncs and all."""
        progress.begin(f"planner · {engine}")
        before = os.environ.get(VARIABLE)
        try:
            if engine == "postgres":
                os.environ[VARIABLE] = self._engine.server().url
            times = min(rounds, len(planner.DAYS))
            with redirect_stdout(sys.stderr):
                stands = await planner.compare(engine, list(sizes), times, self._folder)
        except ImportError as error:
            progress.end(f"left out: {error}", 0)
            return
        finally:
            os.environ.pop(VARIABLE, None)
            if before is not None:
                os.environ[VARIABLE] = before
        progress.end("done", planner_seconds(sizes, rounds) / 2)
        self.results.planner += [
            Tick(
                engine=made.engine,
                open=made.count,
                due=planner.DUE,
                messages=made.messages,
                ticks=made.ticks,
                idle=made.idle,
            )
            for made in stands
        ]


def expected(
    groups: Sequence[Group], planned: Sequence[int], rounds: int, windows: Windows
) -> float:
    """Seconds that everything may take."""
    cases = [case for group in groups for case in group.cases]
    filled = {case.stored for case in cases}
    runs = sum(_seconds(case, windows) for case in cases) * rounds
    return runs + sum(filled) / FILLED_PER_SECOND + planner_seconds(planned, rounds)


def planner_seconds(sizes: Sequence[int], rounds: int) -> float:
    """Seconds of the planner's part, on both engines."""
    return sum(sizes) / 8_000 + len(sizes) * rounds * 14


def _seconds(case: Case, windows: Windows) -> float:
    load = windows.of(case.load)
    return load.warm_up + load.seconds + AROUND + case.stored / 100_000


def play(
    results: Results,
    groups: Sequence[Group],
    planned: Sequence[int],
    rounds: int,
    windows: Windows,
) -> None:
    """Play into the results. The caller is pinned to the driver's core."""
    with Engine() as engine, tempfile.TemporaryDirectory(prefix="bench-stores-") as folder:
        player = Player(results, windows, engine, Path(folder))
        asyncio.run(player.play(groups, planned, rounds))
