"""A citizen on Telegram and the real program: from the unit's link to a chat that is wiped."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from storage import conversations, report_texts, reports
from tests.acceptance.telegram_stage import (
    INPUTS,
    Stage,
    eventually,
    file_report,
    go,
    later,
    offers,
    press,
    staged,
)
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen
from tests.handlers.citizens import STORY, receipt

MODES = ("webhook", "polling")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def stage(tmp_path: Path, api: BotApi) -> AsyncIterator[Stage]:
    async with staged(tmp_path, api) as running:
        yield running


async def words(stage: Stage, code: str) -> dict[str, str]:
    report = await stage.report(code)
    vault = stage.program.vault
    return {
        part.field: part.text
        for part in await stage.look(lambda db: report_texts.of(db, vault, report.id))
    }


@pytest.mark.parametrize("mode", MODES)
async def test_a_report_takes_ten_inputs_and_survives_a_restart_in_mid_talk(
    tmp_path: Path, api: BotApi, mode: str
) -> None:
    async with staged(tmp_path, api, mode) as stage:
        citizen = Citizen(api, 501)
        citizen.starts("s_s1")
        await go(citizen, INPUTS[:5])
        await citizen.hears_text("经过")
        await stage.restart()
        citizen.says(STORY)
        await go(citizen, INPUTS[6:])
        message = await citizen.hears_text("查询口令")
        code, phrase = receipt(message["text"])
        assert phrase
        assert message["has_protected_content"] is True
        spoken = [m for m in citizen.chat.messages.values() if m["from"]["id"] == 501]
        assert len(spoken) + len(api.clicks) == 10
        report = await stage.report(code)
        assert (report.stationing_id, report.queue, report.named) == ("s1", "team", False)
        assert await words(stage, code) == {"account": STORY}


@pytest.mark.postgres
async def test_the_same_talk_on_postgresql(tmp_path: Path, api: BotApi, pg_empty_url: str) -> None:
    async with staged(tmp_path, api, storage={"url": pg_empty_url}) as stage:
        citizen = Citizen(api, 501)
        _, code, _ = await file_report(citizen)
        assert await words(stage, code) == {"account": STORY}
        await press(citizen, "跳过")
        await press(citizen, "不用提醒")
        citizen.says("清除")
        await citizen.hears_text("已清除")
        member = await stage.bind("member")
        member.says(f"/queue {code}")
        assert code[-4:] in (await offers(member, "认领"))["text"]


async def test_the_receipt_is_deleted_again_after_its_time(api: BotApi, stage: Stage) -> None:
    citizen = Citizen(api, 501)
    message, _, _ = await file_report(citizen)
    await press(citizen, "跳过")
    await offers(citizen, "不用提醒")
    later(stage, minutes=59)
    await stage.program.ticker.vanish()
    assert message["message_id"] in citizen.chat.messages
    later(stage, minutes=2)
    await stage.program.ticker.vanish()
    assert citizen.chat.deleted == [message["message_id"]]


async def test_a_wiped_chat_holds_nothing_and_the_receipt_works_from_another(
    api: BotApi, stage: Stage
) -> None:
    citizen = Citizen(api, 501)
    _, code, phrase = await file_report(citizen)
    await press(citizen, "跳过")
    await press(citizen, "不用提醒")
    await citizen.hears_text("需要时请用编号和口令")
    before = set(citizen.chat.messages)
    citizen.says("清除")
    gone = await citizen.hears_text("清除")
    assert before <= set(citizen.chat.deleted)
    assert {c.method for c in api.calls if c.method.startswith("delete")} == {"deleteMessages"}
    assert set(citizen.chat.messages) == {gone["message_id"]}
    elsewhere = Citizen(api, 502)
    elsewhere.says("查询")
    await elsewhere.hears()
    elsewhere.says(code)
    await elsewhere.hears()
    elsewhere.says(phrase)
    assert code[-4:] in (await elsewhere.hears())[0]["text"]


async def test_the_word_that_all_is_wiped_goes_too(api: BotApi, stage: Stage) -> None:
    citizen = Citizen(api, 501)
    citizen.says("帮助")
    await citizen.hears()
    citizen.says("/erase")
    await citizen.hears_text("清除")

    async def empty() -> bool:
        later(stage, minutes=2)
        await stage.program.ticker.vanish()
        return not citizen.chat.messages

    assert await eventually(empty)


@pytest.mark.parametrize(("payload", "said"), [("s_s1", "青石镇"), ("u_liuxi", "柳溪镇")])
async def test_a_link_opens_the_intake_for_its_unit(
    api: BotApi, stage: Stage, payload: str, said: str
) -> None:
    citizen = Citizen(api, 501)
    citizen.starts(payload)
    assert said in (await offers(citizen, "我已阅读"))["text"]


@pytest.mark.parametrize("payload", ["s_nowhere", "u_nobody", "bind_nonsense", "x_y", "../etc"])
async def test_a_link_that_leads_nowhere_gets_a_sentence_and_opens_nothing(
    api: BotApi, stage: Stage, payload: str
) -> None:
    citizen = Citizen(api, 501)
    citizen.starts(payload)
    assert (await citizen.hears())[0]["text"]
    citizen.says("/cancel")
    assert "没有正在进行的填写" in (await citizen.hears())[0]["text"]


async def test_an_invited_person_is_bound_by_the_link_once(api: BotApi, stage: Stage) -> None:
    code = await stage.invite("member")
    member, thief = Citizen(api, 601), Citizen(api, 602)
    member.starts(f"bind_{code}")
    assert "顾明川" in (await member.hears_text("绑定"))["text"]
    thief.starts(f"bind_{code}")
    assert "顾明川" not in (await thief.hears())[0]["text"]
    thief.says("/queue")
    assert "没有这一项权限" in (await thief.hears())[0]["text"]
    member.says("队列")
    assert await member.hears_text("没有件")


async def test_an_edit_counts_before_the_confirmation_and_never_after_it(
    api: BotApi, stage: Stage
) -> None:
    citizen = Citizen(api, 501)
    citizen.starts("s_s1")
    await go(citizen, INPUTS[:5])
    await citizen.hears_text("经过")
    told = citizen.says(STORY)
    await offers(citizen, "完成")
    longer = STORY + "另有两人在场。"
    citizen.edits(told, longer)
    citizen.clicks("完成")
    await go(citizen, INPUTS[7:])
    code, _ = receipt((await citizen.hears_text("查询口令"))["text"])
    assert (await words(stage, code))["account"] == longer
    await offers(citizen, "跳过")
    citizen.edits(told, "都是我编的。")
    citizen.says("/help")
    await citizen.hears()
    assert (await words(stage, code))["account"] == longer


async def test_a_group_is_refused_politely_and_otherwise_left_alone(
    api: BotApi, stage: Stage
) -> None:
    person = Citizen(api, 501, group=-100_500)
    person.says(f"/start@{api.username} s_s1")
    (refusal,) = await person.hears()
    assert "私" in refusal["text"]
    assert "reply_markup" not in refusal
    person.says(STORY)
    person.photo()
    person.says("/report")
    (again,) = await person.hears()
    assert again["text"] == refusal["text"]
    assert person.chat.said == [refusal, again]
    vault = stage.program.vault
    lane = conversations.lane_of(vault, "telegram", str(api.bot_id), "-100500")
    standing = await stage.look(lambda db: conversations.load(db, vault, lane))
    assert "form" not in standing.state


async def test_clicks_that_come_again_under_a_new_id_act_once(api: BotApi, stage: Stage) -> None:
    citizen = Citizen(api, 501)
    citizen.starts("s_s1")
    await go(citizen, INPUTS)
    await citizen.hears_text("查询口令")
    await offers(citizen, "跳过")
    api.answered.clear()  # the platform lost every answer to a click
    again = api.resend_unanswered_clicks()
    assert len(again) == 8
    await citizen.hears(8)
    assert len(await stage.look(partial(reports.of_stationing, stationing_id="s1"))) == 1


async def test_the_commands_are_listed_in_chinese_and_english(api: BotApi, stage: Stage) -> None:
    await api.called("setMyCommands", 3)
    assert set(api.commands) == {"", "zh", "en"}
    names = ["report", "status", "add", "help", "cancel", "erase", "language"]
    for language, listed in api.commands.items():
        assert [c["command"] for c in listed] == names, language
    assert api.commands["zh"] == api.commands[""] != api.commands["en"]
