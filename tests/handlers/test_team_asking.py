"""Asking back: facts at once, free words after release, answers by a card without content."""

import pytest

from handlers import team_clock
from handlers.intake.packaged import phrases
from storage import push_links, questions
from storage.reports import Report
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import Chat
from tests.handlers.team_house import ROUTES, House, build


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def ask_facts(house: House, *facts: str) -> None:
    await house.claim("ann")
    await house.ann.press("请补充")
    for fact in facts:
        await house.ann.press(f"☐ {fact}")
    await house.ann.press("完成")


async def reporter(house: House, report: Report) -> Chat:
    """The reporter with the receipt opened, from any chat."""
    filed = house.filed[report.id]
    chat = house.world.chat("anybody")
    await chat.say(f"/status {filed.code} {phrases().shown(filed.phrase)}")
    return chat


async def test_fact_questions_go_at_once_and_the_answer_comes_back(house: House) -> None:
    report = await house.file()
    await ask_facts(house, "时间", "人员")
    now = await house.report(report)
    assert now.state == "supplement"
    assert now.next_on == "2026-03-16"  # ten working days on
    citizen = await reporter(house, report)
    assert "什么时候发生" in citizen.last.text
    assert "涉及哪些人" in citizen.last.text
    await citizen.press("回答问题1")
    await citizen.say("去年十一月，一直到现在。")
    await citizen.press("完成")
    assert house.keys("ann")[-1] == "card.added"
    assert all("十一月" not in shown.text for shown in house.told("ann"))
    assert not [k for k in house.keys("bob") if k == "card.added"]
    await house.open("ann")
    shown = await house.ann.press("查看")
    assert "去年十一月" in shown[0].text


async def test_nothing_in_the_talk_names_who_asks_or_who_reports(house: House) -> None:
    report = await house.file()
    await ask_facts(house, "地点")
    citizen = await reporter(house, report)
    assert all("安若澜" not in shown.text for shown in citizen.heard)
    assert all("anybody" not in shown.text for shown in house.told("ann"))


async def test_free_words_wait_for_the_leader(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.ann.press("请补充")
    await house.ann.press("自拟提问")
    await house.ann.say("入账的凭证编号您还记得吗？")
    assert (await house.report(report)).state == "screening"
    assert house.keys("lead")[-1] == "card.question_waits"
    citizen = await reporter(house, report)
    assert "凭证编号" not in citizen.last.text
    await house.open("lead")
    await house.lead.press("审定提问")
    assert "凭证编号" in house.lead.last.text
    await house.lead.press("同意")
    assert (await house.report(report)).state == "supplement"
    assert house.keys("ann")[-1] == "card.question_released"
    citizen = await reporter(house, report)
    assert "凭证编号" in citizen.last.text


async def test_a_refused_question_never_reaches_the_reporter(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.ann.press("请补充")
    await house.ann.press("自拟提问")
    await house.ann.say("您是不是会计？")
    await house.open("lead")
    await house.lead.press("审定提问")
    await house.lead.press("不同意")
    citizen = await reporter(house, report)
    assert "会计？" not in citizen.last.text
    assert house.keys("ann")[-1] == "card.question_refused"


async def test_the_leaders_own_words_go_at_once(house: House) -> None:
    report = await house.file()
    await house.claim("lead")
    await house.lead.press("请补充")
    await house.lead.press("自拟提问")
    await house.lead.say("款项经过了哪几个账户？")
    vault = house.world.kit.vault
    asked = await house.world.storage.read(lambda db: questions.pending(db, vault, report.id))
    assert [q.released_by for q in asked] == ["lead"]


async def test_an_overlong_question_is_asked_again_and_nothing_is_lost(house: House) -> None:
    await house.file()
    await house.claim("ann")
    await house.ann.press("请补充")
    await house.ann.press("自拟提问")
    shown = await house.ann.say("问" * 501)
    assert "500字以内" in shown[-1].text
    shown = await house.ann.say("在哪里？")
    assert "等待审定" in shown[-1].text


async def test_a_member_without_the_claim_cannot_ask(house: House) -> None:
    await house.file()
    await house.open("bob")
    assert "请补充" not in house.bob.last.labels


async def test_the_reporter_is_pushed_only_where_asked_for(house: House) -> None:
    report = await house.file()
    vault, at = house.world.kit.vault, int(house.world.now.timestamp())
    place = ("web", "web", "citizen")
    await house.world.storage.transact(
        lambda db: push_links.keep(db, vault, report.id, "stationing:m-a", place, b"k" * 32, at)
    )
    await ask_facts(house, "时间")
    pushed = house.world.chat("citizen").heard
    assert [s.key for s in pushed] == ["status.push"]
    assert house.filed[report.id].code not in pushed[0].text


async def test_waiting_ends_by_itself_and_the_item_comes_back(house: House) -> None:
    report = await house.file()
    await ask_facts(house, "时间")
    house.world.pass_time(days=14)
    await house.world.tick(team_clock.dates)
    now = await house.report(report)
    assert (now.state, now.next_on) == ("screening", "")
    assert house.keys("ann")[-1] == "card.wait_over"
