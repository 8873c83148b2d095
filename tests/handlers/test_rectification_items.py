"""整改台账: typed one by one, worked on, listed; what each side sees of it, and never sees."""

from dataclasses import replace
from datetime import date

import pytest

from casework.rectification import ItemState
from handlers import rectification_cards
from handlers.desk import Desk
from handlers.duty_calendar import changes
from handlers.messages import Reply
from handlers.rectification_reminders import remind_items
from handlers.routes import TICKS
from storage import missions
from storage.base import Session
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.rectification_house import ROUTES, ItemHouse, build

UNIT_SIDE = ("liaison", "principal")


@pytest.fixture
async def home(make_world: MakeWorld) -> ItemHouse:
    return await build(make_world(ROUTES))


async def test_an_item_is_typed_one_by_one(home: ItemHouse) -> None:
    told = await home.add()  # A22 分解责任、落实到人、明确时限
    assert "已登记为第1项" in told[0].text
    assert "责任人：张三" in told[0].text
    item = (await home.items())[0]
    assert item.words["measure"] == "建立台账"
    assert item.due.isoformat() == "2026-03-31"
    assert [entry.act for entry in await home.history()] == ["added"]


@pytest.mark.parametrize(("button", "kind"), [("立即整改", "now"), ("分步整改", "phased")])  # A23
async def test_an_item_is_solved_at_once_or_in_phases(
    home: ItemHouse, button: str, kind: str
) -> None:
    await home.liaison.say("台账")
    await home.liaison.press("逐项填写")
    for said in ("问题", "任务", "李四", "财务股", "措施", "2026年6月30日"):
        await home.liaison.say(said)
    assert "分步" in home.liaison.last.text
    await home.liaison.press(button)
    await home.liaison.say("备注")
    assert (await home.items())[0].kind == kind


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("3月底", "没有写明是哪一天"),
        ("2026-02-30", "没有这一天"),
        ("下周", "没有看懂这个日期"),
    ],
)
async def test_a_date_that_is_no_day_is_asked_again(
    home: ItemHouse, typed: str, told: str
) -> None:
    await home.liaison.say("/items")
    await home.liaison.press("逐项填写")
    await home.liaison.say("问题")
    await home.liaison.press("跳过")
    await home.liaison.say("张三")
    await home.liaison.press("跳过")
    await home.liaison.say("措施")
    assert told in (await home.liaison.say(typed))[0].text
    assert await home.items() == []


async def test_progress_is_kept_entry_by_entry(home: ItemHouse) -> None:
    await home.add()
    for text, percent in (("开了动员会", "20"), ("清退一辆", "60%")):
        await home.open(home.liaison)
        await home.liaison.press("填写进度")
        await home.liaison.say(text)
        await home.liaison.say(percent)
        await home.liaison.press("没有材料")
        told = await home.liaison.press("跳过")
    assert "进度：60%" in told[0].text
    item = (await home.items())[0]
    assert item.state is ItemState.WORKING
    kept = await home.history()
    assert [entry.version for entry in kept] == [1, 2, 3]
    assert [entry.actor for entry in kept] == ["liaison"] * 3
    await home.open(home.officer)
    shown = await home.officer.press("记录和佐证")
    assert "开了动员会" in shown[0].text
    assert "清退一辆" in shown[0].text


async def test_a_percentage_is_a_number_up_to_a_hundred(home: ItemHouse) -> None:
    await home.add()
    await home.open(home.liaison)
    await home.liaison.press("填写进度")
    await home.liaison.say("进展顺利")
    assert "0 到 100" in (await home.liaison.say("150"))[0].text


async def test_a_changed_date_leaves_the_old_one_in_the_history(home: ItemHouse) -> None:
    await home.add()
    await home.open(home.liaison)
    await home.liaison.press("变更")
    await home.liaison.press("完成时限")
    await home.liaison.say("2026-06-30")
    told = await home.liaison.say("涉及诉讼")
    assert "2026年6月30日" in told[0].text
    assert "2026-03-31 → 2026-06-30; 涉及诉讼" in (await home.history())[-1].words["text"]


async def test_the_team_and_the_office_read_and_another_unit_does_not(home: ItemHouse) -> None:
    await home.add()
    for who in (home.leader, home.member, home.officer, home.principal):
        assert "公车私用" in (await home.open(who))[0].text
    told = await home.stranger.say("/items")
    assert all("共0项" in shown.text for shown in told)
    refused = await home.clerk.say("/items")
    assert refused[0].key == "rectification.nothing_yours"


async def test_whoever_is_recused_sees_nothing_of_the_unit(home: ItemHouse) -> None:
    await home.add()
    await home.recuse("leader")
    told = await home.leader.say("/items")
    assert all("甲镇" not in shown.text for shown in told)


async def test_words_stand_only_on_surfaces_for_content(home: ItemHouse) -> None:
    await home.add()
    home.officer.content = False
    told = await home.open(home.officer)
    assert "公车私用" not in "".join(shown.text for shown in home.officer.heard)
    assert "网页端" in told[0].text
    assert "网页端" in (await home.officer.press("记录和佐证"))[0].text


async def test_what_concerns_the_principal_reaches_no_account_of_the_unit(
    home: ItemHouse,
) -> None:
    await home.add(problem="班子成员超标用房")
    await home.add(problem="公车私用")
    await home.open(home.liaison)
    button = home.liaison.last.data[0]
    await home.open(home.leader)
    await home.leader.press("标为涉主要负责人")
    for name in UNIT_SIDE:
        who = home.chats[name]
        heard = len(who.heard)
        await who.say("/items")
        await who.press("查看清单")
        assert "超标用房" not in "".join(shown.text for shown in who.heard[heard:])
        assert "共1项" in who.heard[heard].text
    assert (await home.liaison.press_data(button))[0].key == "error.gone"
    assert "超标用房" in (await home.open(home.officer))[0].text


async def test_the_mark_is_cleared_by_another_person(home: ItemHouse) -> None:
    await home.add()
    await home.open(home.leader)
    await home.leader.press("标为涉主要负责人")
    refused = await home.leader.press("解除涉主要负责人标记")
    assert "标记人以外的人" in refused[0].text
    await home.open(home.officer)
    assert "已解除标记" in (await home.officer.press("解除涉主要负责人标记"))[0].text
    assert "公车私用" in (await home.open(home.liaison))[0].text


async def test_an_item_staff_enter_stays_hidden_and_leaves_no_gap(home: ItemHouse) -> None:
    await home.add()
    await home.leader.say("/items")
    await home.leader.press("登记涉主要负责人事项")
    for said in ("主要负责人事项", "跳过", "王五", "跳过", "措施", "2026-04-30"):
        await (home.leader.press(said) if said == "跳过" else home.leader.say(said))
    await home.leader.press("立即整改")
    await home.leader.press("跳过")
    await home.add(problem="又一项")
    own = await home.liaison.say("/items")
    assert "共2项" in own[0].text
    await home.liaison.press("查看清单")
    assert [label.partition(".")[0] for label in home.liaison.last.labels] == ["1", "2"]
    assert "主要负责人事项" not in "".join(shown.text for shown in home.liaison.heard)
    hidden = next(item for item in await home.items() if item.principal)
    assert hidden.number > 10_000


async def test_items_past_their_own_date_are_counted_but_never_called_overdue_by_law(
    home: ItemHouse,
) -> None:
    await home.add(due="2026-03-10")
    home.clock("2026-03-20")
    for who in (home.liaison, home.leader, home.officer):
        told = await who.say("/items")
        assert "1项已过本单位自定时限（非规定时限）" in told[0].text
        assert "逾期" not in told[0].text
    await home.liaison.press("查看清单")
    assert "已超过8个工作日" in home.liaison.last.text


async def test_the_excerpt_and_the_lines_hold_plan_items_and_no_word(home: ItemHouse) -> None:
    await home.add(due="2026-03-10")
    await home.add(problem="班子成员超标用房")
    await home.open(home.leader, 2)
    await home.leader.press("标为涉主要负责人")
    home.clock("2026-03-20")
    seen: dict[str, object] = {}

    def look(desk: Desk) -> list[Reply]:
        mission = missions.stationing(desk.db, MISSION)
        assert mission is not None
        seen["excerpt"] = rectification_cards.excerpt(desk, mission)
        seen["lines"] = rectification_cards.due_lines(desk, mission, target_side=True)
        return []

    await home.world.tick(look)
    assert seen["excerpt"] == {
        "open": 1, "working": 0, "applied": 0, "examined": 0, "closed": 0, "total": 1, "late": 1,
    }  # fmt: skip
    assert len(seen["lines"]) == 1  # type: ignore[arg-type]
    assert "公车私用" not in str(seen["lines"])


async def test_the_own_dates_come_in_one_message_per_person_and_day(home: ItemHouse) -> None:
    await home.add(due="2026-03-31", problem="一")
    await home.add(due="2026-03-31", problem="二")
    assert await home.remind("2026-03-23") == []
    assert await home.remind("2026-03-24", "08:00") == []  # before the working hours
    told = await home.remind("2026-03-24")  # five working days before
    assert len(told) == 1
    assert told[0].startswith("liaison: 【提示】")
    assert "第1项" in told[0]
    assert "第2项" in told[0]
    assert "非规定时限" in told[0]
    assert await home.remind("2026-03-24", "10:00") == []
    assert len(await home.remind("2026-03-31")) == 1
    assert "已超过1个工作日" in (await home.remind("2026-04-01"))[0]
    assert await home.remind("2026-04-02") == []


async def test_after_downtime_the_reminder_comes_once_and_says_that_it_is_late(
    home: ItemHouse,
) -> None:
    await home.add(due="2026-03-31")
    told = await home.remind("2026-04-03")
    assert len(told) == 1
    assert "（迟发）" in told[0]
    assert await home.remind("2026-03-31") == []  # the clock set back repeats nothing
    assert await home.remind("2026-04-03", "11:00") == []


async def test_what_waits_for_striking_off_is_not_reminded(home: ItemHouse) -> None:
    await home.add(due="2026-03-31")
    await home.apply()
    assert await home.remind("2026-03-31") == []


async def test_a_next_date_is_named_as_well_as_the_own_date(home: ItemHouse) -> None:
    await home.add(due="2026-06-30")
    await home.open(home.liaison)
    await home.liaison.press("填写进度")
    await home.liaison.say("已部署")
    await home.liaison.press("跳过")
    await home.liaison.press("没有材料")
    assert "下一节点2026年4月30日" in (await home.liaison.say("2026年4月30日"))[0].text
    assert len(await home.remind("2026-04-30")) == 1
    assert await home.remind("2026-05-08") == []  # a next date gone by is not nagged about
    assert len(await home.remind("2026-06-30")) == 1


async def test_whoever_has_many_missions_chooses_one(home: ItemHouse) -> None:
    def more(db: Session) -> None:
        first = missions.stationing(db, MISSION)
        assert first is not None
        for n in range(4):
            new = replace(first, id=f"more-{n}", starts_on=date(2025, 1, 6 + n))
            missions.put_stationing(db, new, entry=f"more-{n}")
            missions.set_state(db, new.id, "open")

    await home.add()
    await home.world.storage.transact(more)
    told = await home.officer.say("/items")
    assert told[0].key == "rectification.pick"
    assert len(told[0].labels) == 5
    await home.officer.press_data(told[0].data[-1])
    assert home.officer.last.key == "rectification.board"


async def test_a_date_long_gone_is_named_every_fifth_working_day(home: ItemHouse) -> None:
    await home.add(due="2001-01-01")
    assert await home.remind("2026-03-03") == []
    told = await home.remind("2026-03-09")
    assert len(told) == 1
    assert "迟发" not in told[0]
    assert await home.remind("2026-03-10") == []
    assert len(await home.remind("2026-03-16")) == 1


def test_the_program_itself_looks_at_items_and_calendars() -> None:
    acting = {getattr(tick, "func", tick) for _, _, tick in TICKS}
    assert {remind_items, changes} <= acting
