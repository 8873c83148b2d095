"""The loopback platform and the real program against it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.faults.fleet import Fleet
from tests.faults.installation import Mode, install
from tests.faults.process import Program
from tests.faults.recording import WitnessApi

Launch = Callable[..., Awaitable[Program]]


@pytest.fixture
async def api() -> AsyncIterator[WitnessApi]:
    """The platform."""
    running = WitnessApi()
    running.updates.retry_seconds = 0.1
    async with running:
        yield running


@pytest.fixture
async def launch(api: WitnessApi, tmp_path: Path) -> AsyncIterator[Launch]:
    """Install and start a program: `await launch(mode)`; it ends with the test."""
    programs: list[Program] = []

    async def start(mode: Mode, *, url: str = "", started: bool = True) -> Program:
        made = await install(tmp_path / "site", api.root, mode, url=url)
        programs.append(Program(made))
        if started:
            await programs[-1].start()
        return programs[-1]

    yield start
    await asyncio.gather(*(program.end_quietly() for program in programs))


@pytest.fixture
async def fleet(api: WitnessApi, tmp_path: Path, pg_url: str) -> AsyncIterator[Fleet]:
    """An installation on PostgreSQL without workers yet."""
    made = await install(tmp_path / "site", api.root, "webhook", url=pg_url)
    fleet = Fleet(made)
    yield fleet
    await fleet.end_quietly()
