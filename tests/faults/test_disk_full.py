"""A disk without room, a folder without rights: refused in words, and all goes on afterwards."""

import asyncio
import ctypes
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.channels.bot_chats import Citizen
from tests.faults.aftermath import read_after
from tests.faults.conftest import Launch
from tests.faults.people import PHOTO, STORY
from tests.faults.process import ROOT, Program
from tests.faults.recording import WitnessApi
from tests.faults.storm import until
from tests.faults.test_restart import press, says

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]
SLOW = 30.0
WITHOUT_END = resource.RLIM_INFINITY
OVERRIDES = (1, 2)  # capabilities by which root passes over rights: of access, of reading


def fill_the_disk(program: Program) -> None:
    """No file of the program may grow any more."""
    data = program.installation.config.data_dir
    longest = (data / "jianjian.db-wal").stat().st_size
    resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (longest, WITHOUT_END))


def make_room(program: Program) -> None:
    """Its files may grow again."""
    resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (WITHOUT_END, WITHOUT_END))


async def health(program: Program) -> tuple[int, dict[str, Any]]:
    """What a monitor sees."""
    address = f"http://127.0.0.1:{program.installation.port}/healthz"
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        return answer.status, (await answer.json())["parts"]


async def becomes(program: Program, status: int) -> dict[str, Any]:
    """Wait until a monitor sees this."""
    found: dict[str, Any] = {}
    try:
        async with asyncio.timeout(SLOW):
            while True:
                told, found = await health(program)
                if told == status:
                    return found
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(found) from None


async def test_on_a_full_disk_events_are_refused_and_handled_when_there_is_room_again(
    api: WitnessApi, launch: Launch
) -> None:
    program = await launch("webhook")
    citizens = [Citizen(api, 500 + n) for n in range(6)]
    first, others = citizens[0], citizens[1:]
    first.starts("s_mission-a")
    await first.hears_text("反映问题须知", within=SLOW)
    await program.quiet(within=SLOW)
    fill_the_disk(program)
    first.clicks("我已阅读")
    for citizen in others:
        citizen.starts("s_mission-a")
    await until(lambda: any(d.status == 503 for d in api.updates.deliveries), within=SLOW)
    parts = await becomes(program, 503)
    assert parts["storage"].startswith("takes no writes (StorageUnavailable)")
    assert program.running
    acknowledged = api.acknowledged()
    make_room(program)
    assert (await becomes(program, 200))["storage"] == "sqlite"
    await first.hears_text("主要反映谁", within=SLOW)
    for citizen in others:
        await citizen.hears_text("反映问题须知", within=SLOW)
    await program.quiet(within=SLOW)
    assert await program.stop() == 0
    after = await read_after(program.installation, [c.chat.id for c in citizens])
    assert acknowledged < api.acknowledged()
    assert set(after.inbox) == api.acknowledged() == api.handed_over()
    assert set(after.inbox.values()) == {"done"}
    assert [len(c.chat.said) for c in citizens] == [2, 1, 1, 1, 1, 1]
    assert "Traceback" not in program.log.read_text("utf-8")


async def test_a_file_for_which_there_is_no_room_is_fetched_when_there_is(
    api: WitnessApi, launch: Launch
) -> None:
    program = await launch("webhook")
    citizen = Citizen(api, 501)
    citizen.starts("s_mission-a")
    await citizen.hears_text("反映问题须知", within=SLOW)
    for label, answer in (
        ("我已阅读", "主要反映谁"),
        ("主要负责人", "请选择问题类型"),
        ("党员干部违纪", "具体是哪一种"),
        ("收钱收物", "匿名还是实名"),
        ("匿名", "请把经过写清楚"),
    ):
        await press(citizen, label, answer)
    await says(citizen, STORY, "已记下")
    resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (2_000_000, WITHOUT_END))
    content = PHOTO + bytes(3_000_000)
    citizen.photo(content=content)
    log = program.log
    await until(lambda: "file.postponed" in log.read_text("utf-8"), within=SLOW)
    make_room(program)
    blobs = program.installation.config.data_dir / "blobs"
    await until(lambda: bool(list(blobs.glob("??/*"))), within=SLOW)
    await press(citizen, "完成", "姓名和职务")
    await program.quiet(within=SLOW)
    assert await program.stop() == 0
    after = await read_after(program.installation, [501])
    assert [file.state for file in after.files] == ["stored"]
    assert set(after.blobs) == {after.files[0].blob}
    assert not list(blobs.glob("part-*"))


def obeys_rights() -> None:
    """In the new process: even root keeps to the rights of files."""
    libc = ctypes.CDLL(None)
    for capability in OVERRIDES:
        libc.prctl(24, capability, 0, 0, 0)


def without_room() -> None:
    """In the new process: no file may hold anything."""
    obeys_rights()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def read_only(data: Path) -> None:
    """The folder with everything in it."""
    for path in data.rglob("*"):
        path.chmod(0o500 if path.is_dir() else 0o400)
    data.chmod(0o500)


def folder_alone(data: Path) -> None:
    """The folder of a new installation, in which nothing lies yet."""
    for path in data.glob("jianjian.db*"):
        path.unlink()
    data.chmod(0o500)


def nothing(data: Path) -> None:
    """The files are as they should be."""


async def refused_start(
    folder: Path, before: Callable[[], None] | None = None, code: int = 1
) -> str:
    """Start the program, which ends by itself; the one line that it says."""
    ended = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "-c", str(folder / "config.toml"), "run"),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=before,
    )
    _, said = await asyncio.wait_for(ended.communicate(), SLOW)
    lines = said.decode().splitlines()
    assert len(lines) == 1, lines
    (line,) = lines
    assert ended.returncode == code, line
    return line
