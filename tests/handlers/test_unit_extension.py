"""申请调整时限: asked, put forward, decided; both dates stay visible and the legal one stands."""

from datetime import date

import pytest

from casework.errors import MoveNotAllowed
from handlers.desk import Desk
from handlers.extensions import extend
from handlers.handing_in import duty_of
from storage import extensions
from storage.extensions import Extension
from tests.handlers.conftest import MakeWorld
from tests.handlers.unit_house import ROUTES, UnitHouse, build

PLAN = "整改方案"


async def signed(make_world: MakeWorld, profile: str = "county-2012") -> UnitHouse:
    home = await build(make_world(ROUTES), profile)
    await home.signed("2026-01-30")  # the plan is due on 2026-03-19
    return home


async def wishes(home: UnitHouse, kind: str = "plan") -> list[Extension]:
    duty, vault = await home.duty(kind), home.world.kit.vault
    return await home.world.storage.read(lambda db: extensions.of(db, vault, duty.id))


async def agreed(home: UnitHouse) -> None:
    """The leader puts it forward, the office agrees, the leading group decides (domain 6)."""
    await home.leader.press("报批")
    for seat in (home.officer, home.head):
        await seat.press("同意")
        await seat.press("跳过")


async def test_a_wish_goes_through_its_gate_and_both_dates_are_shown(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    home.clock("2026-03-02")
    before = await home.duty("plan")
    assert (await home.ask(PLAN, "2026-04-10"))[0].key == "unit.extension_sent"
    assert "工程验收推迟" not in home.leader.last.text
    assert "工程验收推迟" in (await home.leader.press("查看"))[0].text
    await agreed(home)
    after = await home.duty("plan")
    assert (after.due, after.nominal_due) == (before.due, before.nominal_due)
    assert (after.extended_to, after.revision) == (date(2026, 4, 10), before.revision + 1)
    for who in (home.liaison, home.principal, home.leader, home.member, home.city):
        (told,) = [s for s in who.heard if s.key == "unit.extension_agreed"]
        assert "2026年4月10日" in told.text
        assert "规定期限2026年3月19日不变" in told.text
    shown = await home.card(home.liaison, PLAN)
    assert "2026年3月19日" in shown.text
    assert "2026年4月10日" in shown.text


async def test_reminders_follow_the_agreed_date(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    home.clock("2026-03-02")
    await home.ask(PLAN, "2026-04-10")
    await agreed(home)
    after = await home.duty("plan")
    assert min(rung.send_on for rung in after.ladder) > date(2026, 3, 2)
    late = {rung.at: rung.send_on for rung in after.ladder if rung.at > 0}
    assert late[1] == date(2026, 4, 13)
    said = await home.tick("2026-03-20")  # the day after the legal date
    assert not any("逾期" in line for line in said)


async def test_the_wish_alone_moves_nothing(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    before = await home.duty("plan")
    await home.ask(PLAN, "2026-04-10")
    assert await home.duty("plan") == before
    shown = await home.card(home.liaison, PLAN)
    asked = await home.liaison.press_data(shown.data[shown.labels.index("申请调整时限")])
    assert asked[0].key == "unit.extension_waits"


async def test_a_refusal_tells_the_unit_why(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.ask(PLAN, "2026-04-10")
    await home.leader.press("报批")
    await home.officer.press("不同意")
    await home.officer.say("理由不充分，请按期报送")
    told = home.liaison.last
    assert told.key == "unit.extension_refused"
    assert "理由不充分" in told.text
    assert "日期仍为2026年3月19日" in told.text
    assert (await home.duty("plan")).extended_to is None


async def test_who_would_put_it_forward_may_say_no_at_once(make_world: MakeWorld) -> None:
    home = await signed(make_world, "suixi-2016")
    await home.ask("整改情况报告", "2026-05-11")
    assert home.leader.heard == [] or home.leader.last.key != "unit.extension_asked"
    await home.officer.press("不同意")
    await home.officer.say("请按期报送")
    assert "请按期报送" in home.liaison.last.text
    again = await home.officer2.press("报批")
    assert again[0].key == "form.stale_card"


async def test_the_office_puts_it_to_the_leading_group_where_no_team_reviews(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world, "suixi-2016")
    await home.ask("整改情况报告", "2026-05-11")
    await home.officer.press("报批")
    await home.head.press("同意")
    await home.head.press("跳过")
    assert (await home.duty("report")).extended_to == date(2026, 5, 11)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-03-19", "应当晚于现有日期2026年3月19日"),  # the legal date itself
        ("2026-02-20", "应当晚于现有日期2026年3月19日"),
        ("2026-01-30", "日期应当晚于今天"),
        ("三月底", "没有看懂这个日期"),
    ],
)
async def test_a_date_that_lies_no_later_is_refused(
    make_world: MakeWorld, day: str, words: str
) -> None:
    home = await signed(make_world)
    shown = await home.card(home.liaison, PLAN)
    await home.liaison.press_data(shown.data[shown.labels.index("申请调整时限")])
    assert words in (await home.liaison.say(day))[0].text
    assert await wishes(home) == []


async def test_a_decision_without_an_approver_moves_nothing(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await begin_paper(home)
    for nobody in ("无", "批准", "……--1"):
        assert "没有批准人不能调整时限" in (await home.officer.say(nobody))[0].text
    assert "登记人不能是批准人" in (await home.officer.say("officer 同意"))[0].text
    assert (await home.duty("plan")).extended_to is None
    assert await wishes(home) == []


async def begin_paper(home: UnitHouse) -> None:
    await home.officer.say("/office")
    await home.officer.press("时限调整")
    await home.officer.press("登记调整决定")
    await home.officer.press("甲镇 · 整改方案")


async def test_a_decision_on_paper_is_entered_by_the_office(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await begin_paper(home)
    await home.officer.say("领导小组2026年第2次会议")
    await home.officer.press("今天")
    await home.officer.say("2026-04-10")
    await home.officer.say("工程验收推迟")
    await home.officer.press("没有材料")
    told = await home.officer.press("确认提交")
    assert "批准：领导小组2026年第2次会议" in told[0].text
    assert (await home.duty("plan")).extended_to == date(2026, 4, 10)
    (one,) = await wishes(home)
    assert (one.state, one.paper, one.decided_by) == ("agreed", True, "officer")
    assert one.answer["approver"] == "领导小组2026年第2次会议"
    assert home.liaison.last.key == "unit.extension_agreed"


async def test_what_is_handed_in_or_accepted_needs_no_other_date(make_world: MakeWorld) -> None:
    home = await signed(make_world, "suixi-2016")
    shown = await home.card(home.liaison, "整改情况报告")
    button = shown.data[shown.labels.index("申请调整时限")]
    await home.submit(home.liaison, "整改情况报告")
    assert (await home.liaison.press_data(button))[0].key == "unit.extension_submitted"
    await home.officer.press("审核通过")
    assert (await home.liaison.press_data(button))[0].key == "duty.already_accepted"

    def force(desk: Desk) -> None:
        with pytest.raises(MoveNotAllowed):
            extend(desk, duty_of(desk, duty.id), date(2026, 9, 1))

    duty = await home.duty("report")
    await home.act(force)


async def test_a_decision_that_comes_after_the_document_is_not_carried_out(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world, "suixi-2016")
    await home.ask("整改情况报告", "2026-05-11")
    await home.officer.press("报批")
    await home.submit(home.liaison, "整改情况报告")
    await home.head.press("同意")
    await home.head.press("跳过")
    (one,) = await wishes(home, "report")
    assert one.state == "overtaken"
    assert (await home.duty("report")).extended_to is None


async def test_a_returned_document_may_get_a_later_next_date(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    home.clock("2026-03-10")
    await home.submit(home.liaison, PLAN)
    await home.leader.press("退回修改")
    await home.leader.say("责任没有落实到人")
    await home.leader.say("2026-03-27")
    await home.ask(PLAN, "2026-04-10")
    await agreed(home)
    duty = await home.duty("plan")
    assert (duty.state, duty.next_on, duty.due) == (
        "returned",
        date(2026, 4, 10),
        date(2026, 3, 19),
    )
    assert {rung.level for rung in duty.ladder} == {"提示"}
    told = await home.submit(home.liaison, PLAN, "已补充")
    assert told[0].key == "duty.received"


async def test_what_comes_before_the_agreed_date_is_not_called_late(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    await home.ask(PLAN, "2026-04-10")
    await agreed(home)
    home.clock("2026-04-01")
    told = await home.submit(home.liaison, PLAN)
    assert told[0].key == "duty.received"


async def test_a_wish_taken_back_from_the_gate_may_be_put_forward_again(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    await home.ask(PLAN, "2026-04-10")
    await home.leader.press("报批")
    await home.leader.say("报批")
    await home.leader.press("撤回")
    shown = await home.card(home.liaison, PLAN)
    button = shown.data[shown.labels.index("申请调整时限")]
    assert (await home.liaison.press_data(button))[0].key == "unit.extension_new_on"
    await home.liaison.press("取消")
    await home.officer.say("/office")
    listed = await home.officer.press("时限调整")
    assert listed[-1].key == "unit.extension_asked"
    await home.officer.press("报批")
    assert home.leader.last.key == "motion.waits" or home.head.last.key == "motion.waits"


async def test_a_paper_decision_on_an_open_motion_is_entered_with_the_motion(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    await home.ask(PLAN, "2026-04-10")
    await home.leader.press("报批")
    await begin_paper(home)
    await home.officer.say("领导小组2026年第2次会议")
    await home.officer.press("今天")
    await home.officer.say("2026-04-10")
    await home.officer.say("工程验收推迟")
    await home.officer.press("没有材料")
    refused = await home.officer.press("确认提交")
    assert "正在报批" in refused[0].text
    assert (await home.duty("plan")).extended_to is None
