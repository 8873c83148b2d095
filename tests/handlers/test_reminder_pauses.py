"""A pause is never silent and never for good; an idle review goes before the office."""

import pytest

from tests.handlers.conftest import MakeWorld
from tests.handlers.planner_house import ROUTES, PlannerHouse, days, planner_house
from tests.handlers.talk import Shown

WHO = ["leader", "liaison", "principal"]


async def paused(make_world: MakeWorld, until: str = "2026-03-20") -> PlannerHouse:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    home.clock("2026-03-10")
    await home.pause("整改方案", until, "该县受灾，正在抢险")
    return home


def told(home: PlannerHouse, key: str) -> list[Shown]:
    return [shown for chat in home.chats.values() for shown in chat.heard if shown.key == key]


async def test_everybody_concerned_hears_of_a_pause_with_its_reason_and_end(
    make_world: MakeWorld,
) -> None:
    home = await paused(make_world)
    heard = told(home, "ladder.paused")
    assert sorted(shown.parcel.chat for shown in heard) == WHO
    for shown in heard:
        assert "暂停至2026年3月20日，届时自动恢复。原因：该县受灾，正在抢险" in shown.text
        assert "期限2026年3月19日不因此变动" in shown.text
    assert "2026年3月20日自动恢复" in home.officer.last.text


async def test_a_pause_ends_by_itself_and_the_highest_step_comes_late_once(
    make_world: MakeWorld,
) -> None:
    home = await paused(make_world, until="2026-03-24")
    for day in days("2026-03-11", "2026-03-23"):
        assert await home.day(day) == [], day
    lines = await home.day("2026-03-24")
    theirs = [line for line in lines if line.startswith("liaison:")]
    assert any("【恢复提醒】" in line for line in theirs)
    (reminder,) = [line for line in theirs if "提醒：\n" in line]
    assert "（迟发）【催办】" in reminder
    assert "【督办】" in "".join(await home.day("2026-03-26"))


async def test_a_reminder_that_waits_rests_with_its_duty(make_world: MakeWorld) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    await home.day("2026-03-05", "08:59")
    home.clock("2026-03-05", "08:59")
    await home.pause("整改方案", "2026-03-09", "核对收文日期")
    assert await home.day("2026-03-05", "10:00") == []
    assert "（迟发）" in "".join(await home.day("2026-03-09"))


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        ("2026-03-10", "", "晚于今天"),
        ("2026-09-30", "", "暂停最长92天"),
        ("2026-03-20", "\u200b", "没有看到文字内容"),
        ("2026-03-20", "长" * 301, "控制在300字以内"),
    ],
)
async def test_a_pause_without_end_or_reason_is_refused_and_pauses_nothing(
    make_world: MakeWorld, until: str, reason: str, said: str
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    home.clock("2026-03-10")
    shown = await home.pause("整改方案", until, reason)
    assert said in shown[-1].text
    assert told(home, "ladder.paused") == []
    assert await home.day("2026-03-16") != []


async def test_a_second_pause_of_the_same_duty_is_not_offered(make_world: MakeWorld) -> None:
    home = await paused(make_world)
    await home.officer.say("/office")
    shown = await home.officer.press("暂停提醒")
    assert [one.key for one in shown] == ["ladder.nothing_to_pause", "ladder.pause_stands"]


async def test_only_the_office_may_pause(make_world: MakeWorld) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    listed = await home.liaison.say("/office")
    assert not any("暂停提醒" in shown.labels for shown in listed)


async def test_a_submission_nobody_decides_goes_before_the_office_after_five_working_days(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    await home.hand_in("plan", "2026-03-10")
    heard = {day: await home.day(day) for day in days("2026-03-10", "2026-04-03")}
    idle = {day: lines for day, lines in heard.items() if lines}
    assert list(idle) == ["2026-03-17", "2026-03-24", "2026-03-31"]
    for lines in idle.values():
        assert [line.partition(":")[0] for line in lines] == ["officer"]
        assert "甲镇报送的整改方案已满5个工作日未作审核决定" in lines[0]


async def test_each_version_is_counted_by_itself_and_a_decision_ends_it(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    await home.hand_in("plan", "2026-03-10")
    await home.day("2026-03-10")
    await home.hand_in("plan", "2026-03-13")
    assert [day for day in days("2026-03-13", "2026-03-23") if await home.day(day)] == [
        "2026-03-20"
    ]
    await home.decide("plan")
    assert [day for day in days("2026-03-24", "2026-04-10") if await home.day(day)] == []
