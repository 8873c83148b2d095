"""The real process, watched by the kernel: what is acknowledged was on the disk before."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.channels.bot_chats import Citizen
from tests.faults.conftest import Launch
from tests.faults.installation import HOOK
from tests.faults.process import Program
from tests.faults.recording import WitnessApi
from tests.faults.storm import until
from tests.faults.test_restart import press

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]
SLOW = 30.0
CALLS = "read,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync"
LINE = re.compile(r"^\d+\s+(?P<name>\w+)\((?P<fd>\d+)(?:<(?P<where>[^>]*)>)?(?P<rest>.*)$")
RESUMED = re.compile(r"^(?P<pid>\d+)\s+<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)$")
REFUSED = "strace is not on this machine, or may not watch: the order was NOT checked here"


@dataclass(frozen=True)
class Call:
    """One call of the program into the kernel, at its end."""

    name: str
    fd: str
    where: str
    rest: str


@asynccontextmanager
async def watched(program: Program, out: Path) -> AsyncIterator[None]:
    """Every call that reads, writes or syncs, in the order of the kernel."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip(REFUSED)
    watcher = await asyncio.create_subprocess_exec(
        strace,
        *("-f", "-y", "-s", "90", "-e", f"trace={CALLS}", "-o", str(out), "-p", str(program.pid)),
        stderr=asyncio.subprocess.PIPE,
    )
    assert watcher.stderr is not None
    first = await asyncio.wait_for(watcher.stderr.readline(), SLOW)
    if b"attached" not in first:
        await watcher.wait()
        pytest.skip(REFUSED)
    try:
        yield
    finally:
        watcher.terminate()
        await asyncio.wait_for(watcher.communicate(), SLOW)


def calls(out: Path) -> list[Call]:
    """The calls in the order in which they ended; one that was interrupted is put together."""
    found, begun = [], dict[str, str]()
    for line in out.read_text("utf-8", "replace").splitlines():
        pid = line.partition(" ")[0]
        if line.endswith("<unfinished ...>"):
            begun[pid] = line.removesuffix("<unfinished ...>")
            continue
        resumed = RESUMED.match(line)
        whole = begun.pop(pid, "") + resumed["rest"] if resumed else line
        if match := LINE.match(whole):
            found.append(Call(match["name"], match["fd"], match["where"] or "", match["rest"]))
    return found


def acknowledged_too_early(found: list[Call]) -> tuple[int, list[int]]:
    """How many events were acknowledged; the places of those that were not on the disk by then.

    Between the request on a connection and its 200 the log of the database was written, and after
    its last write it was synced.
    """
    asked: dict[str, int] = {}
    count, early = 0, []
    for place, call in enumerate(found):
        if f"POST {HOOK}" in call.rest and call.name.startswith(("read", "recv")):
            asked[call.fd] = place
        elif "HTTP/1.1 200" in call.rest and call.fd in asked:
            count += 1
            kept = [c for c in found[asked.pop(call.fd) : place] if c.where.endswith("-wal")]
            names = [c.name for c in kept]
            if "pwrite64" not in names or names[-1] not in ("fsync", "fdatasync"):
                early.append(place)
    return count, early


async def test_an_event_is_synced_before_it_is_acknowledged(
    api: WitnessApi, launch: Launch, tmp_path: Path
) -> None:
    program = await launch("webhook")
    await program.quiet(within=SLOW)
    out = tmp_path / "calls"
    citizen = Citizen(api, 501)
    async with watched(program, out):
        citizen.starts("s_mission-a")
        await citizen.hears_text("反映问题须知", within=SLOW)
        await press(citizen, "我已阅读", "主要反映谁")
        await press(citizen, "主要负责人", "请选择问题类型")
        await press(citizen, "党员干部违纪", "具体是哪一种")
        await until(lambda: len(api.acknowledged()) == 4, within=SLOW)
    assert await program.stop() == 0
    found = calls(out)
    assert acknowledged_too_early(found) == (4, [])
    unsynced = [c for c in found if c.name not in ("fsync", "fdatasync")]
    assert len(acknowledged_too_early(unsynced)[1]) == 4, "this test could not have failed"
