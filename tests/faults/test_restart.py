"""A talk goes on where it was when the program is stopped, killed, or cannot store."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.channels.bot_chats import Citizen, buttons
from tests.faults.aftermath import MARK, read_after
from tests.faults.checker import codes
from tests.faults.conftest import Launch
from tests.faults.installation import Mode
from tests.faults.people import STORY
from tests.faults.process import Program
from tests.faults.recording import WitnessApi
from tests.faults.storm import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]
SLOW = 30.0  # seconds that a start may take on a busy machine


async def again(program: Program, *, kill: bool) -> None:
    """Take the program away in the middle of a talk, and start it again."""
    if kill:
        await program.kill()
    else:
        assert await program.stop() == 0, program.log.read_text("utf-8")
    await program.start()


async def press(citizen: Citizen, label: str, answer: str) -> None:
    """Press the newest button whose label begins so, and hear the answer."""
    shown = reversed(citizen.chat.said)
    full = next(b["text"] for m in shown for b in buttons(m) if b["text"].startswith(label))
    citizen.clicks(full)
    await citizen.hears_text(answer, within=SLOW)


async def says(citizen: Citizen, words: str, answer: str) -> None:
    """Type and hear the answer."""
    citizen.says(words)
    await citizen.hears_text(answer, within=SLOW)


async def files_through_restarts(citizen: Citizen, program: Program) -> str:
    """A whole report with a SIGTERM and a SIGKILL in the middle; the receipt number."""
    citizen.starts("s_mission-a")
    await citizen.hears_text("反映问题须知", within=SLOW)
    await press(citizen, "我已阅读", "主要反映谁")
    await again(program, kill=False)
    await press(citizen, "主要负责人", "请选择问题类型")  # a button from before the restart
    await press(citizen, "党员干部违纪", "具体是哪一种")
    await press(citizen, "收钱收物", "匿名还是实名")
    await press(citizen, "匿名", "请把经过写清楚")
    await says(citizen, STORY, "已记下")
    await again(program, kill=True)
    await says(citizen, "还有第二段〔501-1〕。", "文字2段")
    await press(citizen, "完成", "姓名和职务")
    await again(program, kill=True)
    await press(citizen, "其余跳过", "请核对")
    await again(program, kill=False)
    citizen.clicks("确认提交")
    receipt = await citizen.hears_text("编号：", within=SLOW)
    return codes(receipt["text"])[0]


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_a_report_is_filed_through_stops_and_kills_in_mid_talk(
    api: WitnessApi, launch: Launch, mode: Mode
) -> None:
    program = await launch(mode)
    citizen = Citizen(api, 501)
    code = await files_through_restarts(citizen, program)
    await program.quiet(within=SLOW)
    assert await program.stop() == 0
    after = await read_after(program.installation, [501])
    assert [(r.code, r.marks) for r in after.reports] == [(code, ("〔501-1〕",))]
    assert set(after.inbox) == api.handed_over() == api.acknowledged()
    assert set(after.inbox.values()) == {"done"}


async def test_after_a_clean_stop_nothing_is_sent_twice(api: WitnessApi, launch: Launch) -> None:
    program = await launch("webhook")
    citizens = [Citizen(api, 500 + n) for n in range(12)]
    for citizen in citizens:
        citizen.starts("s_mission-a")
    await citizens[0].hears_text("反映问题须知", within=SLOW)  # the others are on their way
    await again(program, kill=False)
    for citizen in citizens[1:]:
        await citizen.hears_text("反映问题须知", within=SLOW)
    await program.quiet(within=SLOW)
    assert await program.stop() == 0
    after = await read_after(program.installation, [c.chat.id for c in citizens])
    assert {row.state for row in after.outbox} == {"sent"}
    assert {row.attempts for row in after.outbox} == {1}
    assert [len(c.chat.said) for c in citizens] == [1] * 12


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_the_program_starts_without_its_platform_and_heals(
    api: WitnessApi, launch: Launch, mode: Mode
) -> None:
    program = await launch(mode, started=False)
    await api.down()
    await program.start()
    await program.quiet(within=SLOW)
    citizen = Citizen(api, 501)
    citizen.starts("s_mission-a")
    await api.up()
    await citizen.hears_text("反映问题须知", within=SLOW)
    assert await program.stop() == 0


async def test_an_event_that_cannot_be_stored_is_refused_and_handled_when_it_comes_again(
    api: WitnessApi, launch: Launch
) -> None:
    program = await launch("webhook")
    citizen = Citizen(api, 501)
    citizen.starts("s_mission-a")
    await citizen.hears_text("反映问题须知", within=SLOW)
    await program.quiet(within=SLOW)
    path = Path(program.installation.config.database.removeprefix("sqlite:"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # the store is in somebody else's hands
        citizen.clicks("我已阅读")
        await until(lambda: any(d.status == 503 for d in api.updates.deliveries), within=SLOW)
        assert len(citizen.chat.said) == 1
        other.execute("ROLLBACK")
    await citizen.hears_text("主要反映谁", within=SLOW)
    await program.quiet(within=SLOW)
    assert len(citizen.chat.said) == 2
    assert await program.stop() == 0
    after = await read_after(program.installation, [501])
    assert set(after.inbox) == api.acknowledged() == api.handed_over()


@pytest.mark.postgres
async def test_a_report_is_filed_through_stops_and_kills_on_postgresql(
    api: WitnessApi, launch: Launch, pg_url: str
) -> None:
    program = await launch("webhook", url=pg_url.replace("@/", "@localhost/"))
    citizen = Citizen(api, 501)
    code = await files_through_restarts(citizen, program)
    assert code
    await program.quiet(within=SLOW)
    assert await program.stop() == 0
    assert len([m for m in citizen.chat.said if codes(m["text"])]) <= 2
    assert MARK.search("〔501-1〕")
