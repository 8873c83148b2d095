"""What a citizen is promised, tried by the frightened, the hasty, the curious and the hostile."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from copy import deepcopy
from functools import partial
from pathlib import Path

import pytest

from casework.plan_checks import parse_plan
from handlers import team_clock
from handlers.bench import OperatorBench
from handlers.plan import apply_plan
from storage import report_texts, reports
from storage.base import Session
from tests.acceptance.county import county, facts, forms, report_of
from tests.handlers.citizens import (
    INTEGRITY,
    PLAN,
    RETALIATION,
    STORY,
    day,
    file_by_code,
    look,
    receipt,
    staff,
)
from tests.handlers.talk import ZONE, Chat, World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with county(tmp_path) as made:
        yield made


async def to_the_account(chat: Chat) -> None:
    await chat.start("s_s1")
    for label in ("我已阅读", "主要负责人", *INTEGRITY, "匿名"):
        await chat.press(label)


async def to_the_review(chat: Chat, story: str = STORY) -> None:
    await to_the_account(chat)
    await chat.say(story)
    await chat.press("完成")
    await chat.press("其余跳过")


async def words(world: World, code: str) -> list[tuple[str, str]]:
    report, vault = await report_of(world, code), world.kit.vault
    parts = await look(world, lambda db: report_texts.of(db, vault, report.id))
    return [(part.field, part.text) for part in parts]


async def test_every_input_is_answered_by_one_message(world: World) -> None:
    chat = world.chat("citizen")
    await file_by_code(chat, category=INTEGRITY)
    told = [shown.key for shown in chat.heard]
    assert len(told) == chat.inputs + 1
    assert told[-2:] == ["receipt.anonymous", "receipt.ask_proof"]
    other = world.chat("other")
    (shown,) = await other.say("我要说一件事，" + STORY)
    assert "先记在草稿里" in shown.text
    assert "已记下" in shown.text


@pytest.mark.parametrize("word", ["清除", "/erase"])
async def test_the_word_that_the_receipt_recommends_works_at_once(world: World, word: str) -> None:
    chat = world.chat("citizen")
    ticket = receipt(await file_by_code(chat, category=INTEGRITY))
    (shown,) = await chat.say(word)
    assert shown.key == "erase.done"
    assert await forms(world, chat) == []
    assert "已登记" in (await world.chat("second").say(f"/status {' '.join(ticket)}"))[0].text


@pytest.mark.parametrize("word", ["查询", "补充", "举报", "帮助", "清除"])
async def test_a_word_of_the_menu_is_never_taken_for_a_number_or_a_phrase(
    world: World, word: str
) -> None:
    chat = world.chat("citizen")
    for before in ("查询", "补充"):
        await chat.say(before)
        shown = await chat.say(word)
        assert all("写得不对" not in s.text for s in shown)
        await chat.say("/cancel")


async def test_wiping_a_draft_takes_its_files_and_its_buttons_along(world: World) -> None:
    empty = facts(world.file)
    chat = world.chat("citizen")
    await to_the_account(chat)
    await chat.send_file("照片.jpg", kind="photo")
    await chat.say(STORY)
    assert facts(world.file) != empty
    old = [data for shown in chat.heard for data in shown.data]
    await chat.press("完成")
    await chat.press("其余跳过")  # the review: bare words act again
    (shown,) = await chat.say("清除")
    assert shown.key == "erase.done"
    assert facts(world.file) == empty
    for data in old:
        assert [s.key for s in await chat.press_data(data)] == ["form.stale_card"]


async def test_cancelling_keeps_nothing_at_any_step(world: World) -> None:
    empty = facts(world.file)
    steps = ("我已阅读", "主要负责人", *INTEGRITY, "匿名")
    for count in range(len(steps) + 1):
        chat = world.chat(f"citizen-{count}")
        await chat.start("s_s1")
        for label in steps[:count]:
            await chat.press(label)
        if count == len(steps):
            await chat.send_file("照片.jpg", kind="photo")
        (shown,) = await chat.press("取消")
        assert "没有保存任何内容" in shown.text
        assert facts(world.file) == empty
        assert await forms(world, chat) == []


async def test_a_cancelled_addition_leaves_the_draft_under_it_whole(world: World) -> None:
    ticket = receipt(await file_by_code(world.chat("first"), category=INTEGRITY))
    chat = world.chat("citizen")
    await to_the_account(chat)
    await chat.send_file("照片.jpg", kind="photo")
    await chat.say(f"/add {' '.join(ticket)}")
    await chat.send_file("发票.jpg", kind="photo")
    shown = await chat.press("取消")
    assert "回到刚才没有填完的地方" in shown[-1].text
    await chat.say(STORY)
    await chat.press("完成")
    await chat.press("其余跳过")
    assert "1个文件" in chat.last.text
    code, _ = receipt((await chat.press("确认提交"))[0].text)
    report = await report_of(world, code)
    (kept,) = facts(world.file)["attachment"]
    assert report.id in kept


async def test_a_file_taken_out_of_an_answer_is_gone_once_the_report_is_filed(
    world: World,
) -> None:
    chat = world.chat("citizen")
    await to_the_account(chat)
    await chat.send_file("错的.jpg", kind="photo")
    await chat.press("完成")
    await chat.press("完成")
    await chat.press("其余跳过")
    await chat.press("修改")
    await chat.press("经过")
    await chat.say(STORY)
    await chat.press("完成")
    assert (await chat.press("确认提交"))[0].key == "receipt.anonymous"
    assert facts(world.file)["attachment"] == []


@pytest.mark.parametrize("payload", ["", "u_nowhere", "u_liuxi", "s_s1"])
async def test_a_link_opened_in_the_middle_of_a_draft_shows_where_it_stands(
    world: World, payload: str
) -> None:
    chat = world.chat("citizen")
    await to_the_account(chat)
    stood = await forms(world, chat)
    shown = await chat.start(payload)
    assert shown[-1].key == "intake.ask_account"
    assert "回到刚才没有填完的地方" in shown[-1].text
    assert await forms(world, chat) == stood


async def test_the_language_may_change_in_the_middle(world: World) -> None:
    chat = world.chat("citizen")
    await to_the_account(chat)
    await chat.say(STORY)
    shown = await chat.say("/language en")
    assert shown[-1].key == "intake.ask_account"
    assert "Cancel" in shown[-1].labels
    await chat.say("Done")
    assert chat.last.key == "intake.ask_names"
    await chat.press("Skip the rest")
    shown = await chat.say("1")
    code, _ = report_lines(shown[0].text)
    assert await words(world, code) == [("account", STORY)]


def report_lines(text: str) -> tuple[str, str]:
    """Number and phrase of an English receipt."""
    lines = text.splitlines()
    return lines[1].rpartition(": ")[2], lines[2].rpartition(": ")[2]


async def test_words_are_kept_as_they_came(world: World) -> None:
    story = "\u202eRTL\u202c نص عربي\u200b 👨‍👩‍👧 ﷽ 镇长收钱的经过很长很长很长很长。\r\n第二行\t完"
    chat = world.chat("citizen")
    await to_the_review(chat, story)
    assert "\u202e" not in chat.last.text
    code, _ = receipt((await chat.press("确认提交"))[0].text)
    assert await words(world, code) == [("account", story)]


async def test_an_edit_cannot_smuggle_in_what_an_answer_may_not_hold(world: World) -> None:
    ticket = receipt(await file_by_code(world.chat("first"), category=INTEGRITY))
    chat = world.chat("citizen")
    await to_the_account(chat)
    await chat.say(STORY)
    told = chat.last_sent
    await chat.press("完成")
    await chat.say("李四，镇长")
    named = chat.last_sent
    await chat.press("其余跳过")
    assert await chat.edit(told, "👍") == []
    (shown,) = await chat.edit(told, f"编号{ticket[0]}口令{ticket[1]}")
    assert "查询口令" in shown.text
    assert "石料" in shown.text
    (shown,) = await chat.edit(named, "程望舒")
    assert shown.key == "intake.superior"  # hears where else to write before confirming


async def test_two_chats_that_add_to_one_report_at_once_are_both_kept(world: World) -> None:
    ticket = receipt(await file_by_code(world.chat("first"), category=INTEGRITY))
    chats = [world.chat(name) for name in "abcd"]
    for number, chat in enumerate(chats):
        await chat.say(f"/add {' '.join(ticket)}")
        await chat.say(f"第{number}个人补充的一段话。")
    told = await asyncio.gather(*(chat.press("完成") for chat in chats))
    assert [shown[0].key for shown in told] == ["status.added"] * 4
    kept = await words(world, ticket[0])
    assert sorted(text for _, text in kept[1:]) == [f"第{n}个人补充的一段话。" for n in range(4)]


async def test_a_chat_bound_to_a_role_can_neither_report_nor_ask(world: World) -> None:
    ticket = receipt(await file_by_code(world.chat("first"), category=INTEGRITY))
    before = facts(world.file)
    for person in ("liaison", "member", "office"):
        chat = staff(world, person)
        for word in (f"/status {' '.join(ticket)}", f"/add {' '.join(ticket)}", "查询", "举报"):
            (shown,) = await chat.say(word)
            assert "私人账号" in shown.text or "个人账号" in shown.text
            assert shown.labels == []
    assert facts(world.file) == before


async def test_a_window_that_opens_later_tells_its_first_day(world: World) -> None:
    world.now = day("2026-03-01T09:00:00")
    (shown,) = await world.chat("citizen").start("s_s1")
    assert shown.key == "intake.outside"
    assert "尚未开始" in shown.text
    assert "3月2日" in shown.text


async def test_a_mission_that_the_office_has_not_approved_is_not_betrayed(world: World) -> None:
    world.now = day("2026-03-01T09:00:00")
    with closing(sqlite3.connect(world.file)) as db:
        db.execute("UPDATE stationing SET approved_at = NULL WHERE id = 's1'")
        db.commit()
    none = (await world.chat("a").start("u_shuiwu"))[0].text
    planned = (await world.chat("b").start("u_qingshi"))[0].text
    assert planned == none.replace("水务局党组", "青石镇党委")


async def test_a_draft_begun_inside_the_window_outlives_it_and_one_begun_outside_does_not(
    world: World,
) -> None:
    world.now = day("2026-04-24T17:55:00")
    early = world.chat("early")
    await to_the_review(early)
    world.now = day("2026-04-24T18:05:00")
    code, _ = receipt((await early.press("确认提交"))[0].text)
    assert (await report_of(world, code)).queue == "team"
    (shown,) = await world.chat("late").start("s_s1")
    assert shown.key == "intake.outside"


@pytest.mark.parametrize(
    ("added", "queue", "reason"),
    [
        ("组长沈予安和组员顾明川都在场。", "office", "team.all_recused"),
        ("沈予安、顾明川、秦以宁、赵长庚都在场。", "leading", "office.all_recused"),
        ("镇长的表弟叫顾鸣川。", "office", "recusal.doubt"),
        ("俞北辰也知道这件事。", "team", "unit.one_mission"),
    ],
)
async def test_an_addition_never_leaves_a_report_without_readers(
    world: World, added: str, queue: str, reason: str
) -> None:
    ticket = receipt(await file_by_code(world.chat("first"), category=INTEGRITY))
    chat = world.chat("second")
    await chat.say(f"/add {' '.join(ticket)}")
    await chat.say(added)
    await chat.press("完成")
    report = await report_of(world, ticket[0])
    assert (report.queue, report.reasons[-1]) == (queue, reason)


@pytest.mark.parametrize("when", ["filed", "added"])
async def test_a_name_in_a_file_s_name_recuses_too(world: World, when: str) -> None:
    chat = world.chat("citizen")
    await to_the_account(chat)
    if when == "filed":
        await chat.send_file("顾明川收钱.jpg", kind="photo")
    await chat.say(STORY)
    await chat.press("完成")
    await chat.press("其余跳过")
    ticket = receipt((await chat.press("确认提交"))[0].text)
    if when == "added":
        await chat.say(f"/add {' '.join(ticket)}")
        await chat.send_file("顾明川收钱.jpg", kind="photo")
        await chat.press("完成")
    report = await report_of(world, ticket[0])
    assert await look(world, partial(reports.recused, report_id=report.id)) == {"member": False}


async def test_an_unknown_unit_is_not_told_of_a_window_that_is_not(world: World) -> None:
    chat = world.chat("citizen")
    await chat.say("举报")
    (shown,) = await chat.press("不知道单位")
    assert shown.key == "notice.must_read"
    assert "受理时间" not in shown.text
    assert "巡察办的工作人员判断" in shown.text


async def test_an_extended_window_takes_reports_again(world: World) -> None:
    world.now = day("2026-04-25T09:00:00")
    assert (await world.chat("a").start("s_s1"))[0].key == "intake.outside"
    longer = deepcopy(PLAN)
    longer["stationing"][0]["accept_until"] = "2026-04-30T18:00:00"

    def extend(db: Session) -> None:
        bench = OperatorBench(db=db, vault=world.kit.vault, now=world.now, seed=b"longer")
        plan = parse_plan(longer, source="plan.toml", zone=ZONE, profiles={"suixi-2016"})
        version = world.kit.rules.profiles["suixi-2016"].version
        apply_plan(bench, plan, actor="test", profile_version=version)

    await world.storage.transact(extend)
    (shown,) = await world.chat("b").start("s_s1")
    assert shown.key == "notice.must_read"
    assert "4月30日" in shown.text


async def test_retaliation_is_looked_at_weekly_until_it_has_landed(world: World) -> None:
    code, _ = receipt(await file_by_code(world.chat("citizen"), category=RETALIATION))
    seen: list[str] = []
    for _ in range(24):
        world.pass_time(days=1)
        await world.tick(team_clock.dates)
        for person in ("office", "leading"):
            heard = staff(world, person).heard
            fresh = [s for s in heard if s.key == "card.retaliation_review"]
            if len(fresh) > sum(p == person for p in seen):
                seen.append(person)
                assert "石料" not in fresh[-1].text
    assert seen.count("office") == seen.count("leading") >= 3
    report = await report_of(world, code)
    await look(world, lambda db: reports.change(db, report.id, report.version, state="finished"))
    world.pass_time(days=30)
    assert await world.tick(team_clock.dates) == []
