"""A filed report is reached by number and phrase alone: asked, answered, added to, withdrawn."""

import pytest

from casework.lifecycle import OUTWARD
from storage import questions, report_texts, reports
from storage.base import Session
from storage.reports import Report
from tests.handlers.citizens import (
    INTEGRITY,
    ROUTES,
    STORY,
    file_by_code,
    look,
    receipt,
    settle,
    staff,
)
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import Chat, World


@pytest.fixture
async def world(make_world: MakeWorld) -> World:
    return await settle(make_world(ROUTES))


@pytest.fixture
async def ticket(world: World) -> tuple[str, str]:
    """Number and phrase of a report that another chat filed."""
    return receipt(await file_by_code(world.chat("first"), category=INTEGRITY))


async def of(world: World, ticket: tuple[str, str]) -> Report:
    vault = world.kit.vault
    code = ticket[0].replace("-", "")
    report = await look(world, lambda db: reports.by_code(db, vault, code))
    assert report is not None
    return report


async def opened(chat: Chat, ticket: tuple[str, str]) -> str:
    await chat.say("查询")
    await chat.say(ticket[0])
    return (await chat.say(ticket[1]))[0].text


async def change(world: World, ticket: tuple[str, str], **fields: object) -> None:
    report = await of(world, ticket)
    assert await look(world, lambda db: reports.change(db, report.id, report.version, **fields))


async def test_any_chat_may_ask_with_number_and_phrase(
    world: World, ticket: tuple[str, str]
) -> None:
    text = await opened(world.chat("second"), ticket)
    assert "已登记" in text
    assert "石料" not in text
    assert "青石" not in text


async def test_number_and_phrase_may_come_in_one_message(
    world: World, ticket: tuple[str, str]
) -> None:
    chat = world.chat("second")
    await chat.say("查询")
    assert "已登记" in (await chat.say(" ".join(ticket)))[0].text
    other = world.chat("third")
    assert "已登记" in (await other.say(f"/status {ticket[0]} {ticket[1]}"))[0].text


@pytest.mark.parametrize(
    ("state", "word"),
    [(s, w) for s, w in OUTWARD.items() if s not in ("merged", "finished")],
)
async def test_only_five_words_are_ever_shown(
    world: World, ticket: tuple[str, str], state: str, word: str
) -> None:
    await change(world, ticket, state=str(state))
    text = await opened(world.chat("second"), ticket)
    assert world.texts.say(word, {}, "zh_CN") in text


async def test_finished_reads_as_being_handled_until_the_feedback_is_out(
    world: World, ticket: tuple[str, str]
) -> None:
    await change(world, ticket, state="finished")
    text = await opened(world.chat("second"), ticket)
    assert "正在按规定办理" in text
    assert "已按规定处理" not in text


async def test_wrong_expired_and_deleted_receipts_get_one_slow_answer(
    world: World, ticket: tuple[str, str]
) -> None:
    other = receipt(await file_by_code(world.chat("third"), category=INTEGRITY))
    wrong = world.chat("wrong")
    await opened(wrong, (ticket[0], other[1]))  # somebody else's receipt
    deleted = world.chat("deleted")
    report = await of(world, other)
    await look(world, reports.shred, report.id)
    await opened(deleted, other)
    told = [wrong.last, deleted.last]
    assert len({s.text for s in told}) == 1
    assert {s.not_before - int(world.now.timestamp()) for s in told} == {4}


async def test_after_five_wrong_receipts_an_hour_even_the_right_one_gets_that_answer(
    world: World, ticket: tuple[str, str]
) -> None:
    other = receipt(await file_by_code(world.chat("third"), category=INTEGRITY))
    chat = world.chat("guesser")
    for _ in range(5):
        await opened(chat, (ticket[0], other[1]))
    wrong = chat.last
    await opened(chat, ticket)
    assert (chat.last.text, chat.last.not_before) == (wrong.text, wrong.not_before)
    assert "已登记" in await opened(world.chat("calm"), ticket)
    world.pass_time(minutes=61)
    assert "已登记" in await opened(chat, ticket)


async def test_a_mistyped_number_is_told_and_costs_nothing(
    world: World, ticket: tuple[str, str]
) -> None:
    chat = world.chat("second")
    for _ in range(6):
        await chat.say("查询")
        shown = await chat.say("ABCDE-99999")
        assert "10个字符" in shown[0].text
    await chat.say(ticket[0])
    shown = await chat.say("一二三")
    assert "12个汉字" in shown[0].text
    assert "已登记" in (await chat.say(ticket[1]))[0].text


async def test_an_addition_is_a_version_and_the_original_stays(
    world: World, ticket: tuple[str, str]
) -> None:
    chat = world.chat("second")
    await chat.say("补充")
    await chat.say(" ".join(ticket))
    await chat.say("发票号是一二三。")
    await chat.send_file("发票.jpg", kind="photo")
    shown = await chat.press("完成")
    assert "原来的内容没有改动" in shown[0].text
    vault, report = world.kit.vault, await of(world, ticket)
    parts = await look(world, lambda db: report_texts.of(db, vault, report.id))
    assert [(p.field, p.text) for p in parts] == [
        ("account", STORY),
        ("supplement", "发票号是一二三。"),
    ]


async def test_an_addition_stays_possible_after_the_window_and_the_end(
    world: World, ticket: tuple[str, str]
) -> None:
    await change(world, ticket, state="finished")
    world.pass_time(days=200)
    chat = world.chat("second")
    await chat.say(f"/add {ticket[0]} {ticket[1]}")
    await chat.say("还有一件事情要补充说明。")
    assert (await chat.press("完成"))[0].key == "status.added"


async def test_an_addition_that_names_the_holder_takes_the_claim_back(
    world: World, ticket: tuple[str, str]
) -> None:
    await change(world, ticket, state="screening", holder="member")
    chat = world.chat("second")
    await chat.say(f"/add {ticket[0]} {ticket[1]}")
    await chat.say("镇长的表弟就是巡察组的顾明川。")
    await chat.press("完成")
    report = await of(world, ticket)
    assert report.holder == ""
    assert await look(world, reports.recused, report.id) == {"member": False}


async def test_an_addition_with_a_near_name_waits_at_the_office(
    world: World, ticket: tuple[str, str]
) -> None:
    chat = world.chat("second")
    await chat.say(f"/add {ticket[0]} {ticket[1]}")
    await chat.say("镇长的表弟叫顾鸣川。")
    await chat.press("完成")
    report = await of(world, ticket)
    assert report.queue == "office"
    assert "recusal.doubt" in report.reasons


async def test_an_addition_with_the_phrase_is_refused(
    world: World, ticket: tuple[str, str]
) -> None:
    chat = world.chat("second")
    await chat.say(f"/add {ticket[0]} {ticket[1]}")
    await chat.say(f"我的口令是{ticket[1]}，再说一件事。")
    assert "查询口令" in (await chat.press("完成"))[0].text


async def test_a_question_of_the_team_is_shown_and_answered_here(
    world: World, ticket: tuple[str, str]
) -> None:
    report, vault = await of(world, ticket), world.kit.vault

    def ask(db: Session) -> None:
        questions.ask(
            db,
            vault,
            id="q1",
            report_id=report.id,
            kind="free",
            asked_by="member",
            at=1,
            text="水渠在哪个村？",
        )

    await look(world, ask)
    await change(world, ticket, state="supplement", next_on="2026-03-20")
    chat = world.chat("second")
    assert "哪个村" not in await opened(chat, ticket)  # not released yet
    await chat.press("结束")
    assert await look(world, questions.release, "q1", "leader", 2)
    text = await opened(chat, ticket)
    assert "需要您补充材料" in text
    assert "水渠在哪个村？" in text
    shown = await chat.press("回答问题1")
    assert "水渠在哪个村？" in shown[0].text
    await chat.say("在上河村，三组。")
    await chat.press("完成")
    parts = await look(world, lambda db: report_texts.of(db, vault, report.id))
    assert (parts[-1].field, parts[-1].text) == ("answer:q1", "在上河村，三组。")
    now = await of(world, ticket)
    assert (now.state, now.next_on) == ("screening", "")


async def test_withdrawing_changes_no_state_and_reaches_the_office_as_pressed(
    world: World, ticket: tuple[str, str]
) -> None:
    before = await of(world, ticket)
    chat = world.chat("second")
    await opened(chat, ticket)
    await chat.say("撤回")
    shown = await chat.press("是")
    assert "仍然在册" in shown[0].text
    after = await of(world, ticket)
    assert (after.state, after.queue, after.open) == (before.state, before.queue, True)
    assert after.pressed
    heard = staff(world, "office").heard
    assert "可能受压" in heard[-1].text
    assert ticket[0] not in heard[-1].text


async def test_not_withdrawing_after_all_leaves_everything(
    world: World, ticket: tuple[str, str]
) -> None:
    chat = world.chat("second")
    await opened(chat, ticket)
    await chat.press("撤回")
    await chat.press("否")
    assert not (await of(world, ticket)).pressed
