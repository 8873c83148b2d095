"""The log of the running program, at its most talkative, after a day with everything secret."""

import json
from pathlib import Path

import pytest

from bot.log import ALLOWED
from tests.channels.bot_api import TOKEN
from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import bad_request, flood
from tests.faults.conftest import Launch
from tests.faults.installation import SECRET
from tests.faults.people import STORY
from tests.faults.recording import WitnessApi
from tests.faults.storm import until
from tests.faults.test_restart import press, says

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]
SLOW = 30.0
CHAT, NAME, PHONE = 700_500_501, "欧阳泓澄", "139-5550-1234"


def talkative(folder: Path) -> None:
    config = folder / "config.toml"
    text = config.read_text("utf-8")
    config.write_text(text.replace('log_level = "INFO"', 'log_level = "DEBUG"'), "utf-8")


async def test_the_log_of_a_named_report_and_of_faults_holds_nothing_secret(
    api: WitnessApi, launch: Launch
) -> None:
    program = await launch("webhook", started=False)
    talkative(program.installation.folder)
    await program.start()
    citizen, other = Citizen(api, CHAT), Citizen(api, CHAT + 1)
    api.fail(flood(1, method="sendMessage", chat=CHAT))
    citizen.starts("s_mission-a")
    await citizen.hears_text("反映问题须知", within=SLOW)
    for label, answer in (
        ("我已阅读", "主要反映谁"),
        ("主要负责人", "请选择问题类型"),
        ("党员干部违纪", "具体是哪一种"),
        ("收钱收物", "匿名还是实名"),
        ("实名", "姓名"),
    ):
        await press(citizen, label, answer)
    await says(citizen, NAME, "联系方式")
    citizen.says(PHONE)
    api.fail(bad_request(f"text {NAME} is too strange", method="sendMessage", chat=CHAT + 1))
    other.says(STORY)
    log = program.log
    await until(lambda: log.read_text("utf-8").count("send.failed") >= 2, within=SLOW)
    await program.quiet(within=SLOW)
    assert await program.stop() == 0
    code = next(iter(program.installation.invitations.values()))
    said = log.read_text("utf-8")
    for secret in (NAME, PHONE, STORY[:6], str(CHAT), TOKEN, TOKEN[-12:], SECRET, code, "镇甲"):
        assert secret not in said, secret
    lines = [json.loads(line) for line in said.splitlines()]
    assert {field for line in lines for field in line} <= ALLOWED
    assert {line["event"] for line in lines} >= {"program.started", "send.failed"}
