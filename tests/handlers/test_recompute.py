"""A mission keeps the rules it started under; only an explicit, audited recompute moves it."""

from datetime import date
from functools import partial

import pytest

from bot.profile_files import packaged_common, packaged_profiles
from casework.profiles import OffsetRule, Profile
from handlers.desk import Desk
from handlers.dutybook import mission_of
from handlers.frozen import freeze_approved, profile_of, rulebook_of
from handlers.recompute import Busy, begin, compare, step
from storage import recomputes
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.planner_house import (
    NOTICE_2027,
    ROUTES,
    PlannerHouse,
    days,
    planner_house,
)
from tests.handlers.talk import Shown

CLOSED = {"year": [{"year": 2026, "rest": [date(2026, 3, 12), date(2026, 3, 13)]}]}
"""An amendment of a year that was certain: two days off more."""


def county(days: int) -> Profile:
    """The county profile with another number of working days for the plan of 003-17."""
    profile = packaged_profiles()["county-2012"]
    offset = OffsetRule(n=days, unit="workday", direction="after")
    changed = [
        item.model_copy(update={"offset": offset}) if item.id == "plan" else item
        for item in profile.obligation
    ]
    return profile.model_copy(update={"obligation": changed})


async def signed(make_world: MakeWorld) -> PlannerHouse:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    return home


async def run(home: PlannerHouse, limit: int = 100) -> list[Shown]:
    told: list[Shown] = []
    while await home.world.storage.read(recomputes.running):
        told += await home.world.tick(partial(step, limit=limit))
    return told


async def ask(home: PlannerHouse) -> list[Shown]:
    await home.officer.say("/office")
    return await home.officer.press("更正时限")


async def test_a_mission_keeps_its_profile_when_the_file_changes(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    home.know(profile=county(20))
    await home.recount()
    await home.look()
    plan = await home.duty("plan")
    assert plan.due == date(2026, 3, 19)
    assert plan.profile_version == packaged_profiles()["county-2012"].version

    told: list[int] = []

    def look(desk: Desk) -> None:
        item = profile_of(desk, mission_of(desk, MISSION)).obligation_of("plan")
        told.extend([item.offset.n] if item and item.offset else [])

    await home.act(look)
    assert told == [30]


async def test_an_event_after_a_change_of_the_file_is_dated_by_the_kept_rules(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.happen("2026-01-29", "feedback.delivered")
    home.know(profile=county(20))
    await home.happen("2026-01-30", "feedback.received")
    assert (await home.duty("plan")).due == date(2026, 3, 19)


async def test_an_approved_mission_gets_its_rules_before_anything_happens(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    for _ in range(2):
        await home.world.tick(partial(freeze_approved, limit=10))
    assert (await home.audited()).count("rulebook.frozen") == 2  # one for each mission
    home.know(profile=county(20))
    await home.happen("2026-01-30", "feedback.received")
    assert (await home.duty("plan")).due == date(2026, 3, 19)


async def test_soft_targets_and_ladders_are_kept_with_the_profile(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    bare = packaged_common().model_copy(update={"soft_target": [], "ladder": []})
    home.know(common=bare)
    seen: list[int] = []

    def look(desk: Desk) -> None:
        seen.append(len(rulebook_of(desk, mission_of(desk, MISSION)).common.ladder))

    await home.act(look)
    assert seen[0] > 0


async def test_another_calendar_moves_no_certain_date_and_the_office_hears_of_it_once(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    home.know(calendar=CLOSED)
    assert await home.recount() == []
    told = await home.look()
    assert [shown.parcel.chat for shown in told] == ["officer"]
    assert "新的放假安排会改变1项已确定的时限" in told[0].text
    assert await home.look() == []
    assert (await home.duty("plan")).due == date(2026, 3, 19)


async def test_the_office_sees_old_and_new_dates_before_it_confirms(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    home.know(calendar=CLOSED)
    home.clock("2026-03-02")
    (shown,) = await ask(home)
    assert "甲镇 · 整改方案：2026年3月19日 → 2026年3月23日（放假安排公布）" in shown.text
    assert (await home.duty("plan")).due == date(2026, 3, 19)
    assert (await home.officer.press("确认更正"))[0].key == "ladder.recompute_begun"
    told = await run(home)
    assert {one.key for one in told} == {"reminder.calendar_changed"}
    assert sorted(one.parcel.chat for one in told) == ["leader", "liaison", "officer", "principal"]
    assert (
        "【时限更正】甲镇：因放假安排公布，整改方案期限由2026年3月19日更正为2026年3月23日"
        in told[0].text
    )
    plan = await home.duty("plan")
    assert (plan.due, plan.revision) == (date(2026, 3, 23), 2)
    assert (await ask(home))[0].key == "ladder.nothing_to_recompute"


async def test_a_changed_profile_is_applied_by_the_recompute_alone_and_audited(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    home.know(profile=county(20))
    home.clock("2026-02-09")
    (shown,) = await ask(home)
    assert "1项时限需要更正，1个任务适用的规定文本有变化" in shown.text
    assert "（适用规定更正）" in shown.text
    await home.officer.press("确认更正")
    told = await run(home)
    assert "因适用规定更正" in told[0].text
    plan = await home.duty("plan")
    assert plan.due == date(2026, 3, 5)
    assert plan.profile_version == county(20).version
    acts = await home.audited()
    assert [act for act in acts if act.startswith(("recompute", "rulebook"))] == [
        "rulebook.frozen",
        "rulebook.replaced",
        "recompute.begun",
        "recompute.finished",
    ]
    assert acts.count("duties.recalculated") == 1


async def test_reminders_follow_the_corrected_date_and_repeat_nothing(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    assert await home.day("2026-02-13") != []
    home.know(calendar=CLOSED)
    home.clock("2026-03-02")
    await ask(home)
    await home.officer.press("确认更正")
    await run(home)
    heard = {day: await home.day(day) for day in days("2026-03-10", "2026-03-24")}
    assert [day for day, lines in heard.items() if lines] == [
        "2026-03-10",
        "2026-03-18",
        "2026-03-23",
        "2026-03-24",
    ]
    assert all("2026年3月23日" in line for lines in heard.values() for line in lines)


async def test_a_recompute_while_another_runs_is_refused_and_changes_nothing(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    home.know(calendar=CLOSED)
    await home.act(lambda desk: begin(desk, "", actor="operator"))
    shown = await ask(home)
    assert "另一次时限更正正在进行" in shown[0].text
    with pytest.raises(Busy):
        await home.act(lambda desk: begin(desk, "", actor="operator"))
    assert (await home.duty("plan")).due == date(2026, 3, 19)
    await run(home)
    assert (await home.duty("plan")).due == date(2026, 3, 23)


async def test_a_recompute_that_was_broken_off_goes_on_where_it_stood(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    await home.happen("2026-01-30", "stationing.end")
    home.know(calendar=CLOSED, profile=county(20))
    every = len(await home.duties())
    await home.act(lambda desk: begin(desk, "", actor="operator"))
    first = await home.world.tick(partial(step, limit=1))
    rest = await run(home, limit=1)
    assert every > 1
    words = [shown.text for shown in first + rest if shown.parcel.chat == "liaison"]
    assert len(words) == len(set(words)) > 0
    left: list[int] = []
    await home.act(lambda desk: left.append(len(compare(desk))))
    assert left == [0]


async def test_what_changed_after_it_was_shown_is_not_applied(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    home.know(calendar=CLOSED)
    await ask(home)
    home.know(calendar={"year": [{"year": 2026, "rest": [date(2026, 3, 12)]}]})
    told = await home.officer.press("确认更正")
    assert "请重新核对" in told[0].text
    assert await home.world.storage.read(recomputes.running) is None


async def test_a_document_under_review_keeps_its_day_of_submission(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.hand_in("plan", "2026-03-10")
    home.know(calendar=CLOSED)
    await home.act(lambda desk: begin(desk, "", actor="operator"))
    await run(home)
    plan = await home.duty("plan")
    assert (plan.state, plan.submitted_on) == ("submitted", date(2026, 3, 10))
    assert plan.due == date(2026, 3, 23)
    assert plan.next_check is None


async def test_a_notice_makes_provisional_dates_certain_without_being_asked(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-12-01")
    assert (await home.duty("plan")).provisional
    home.know(calendar=NOTICE_2027)
    told = await home.recount()
    assert told
    plan = await home.duty("plan")
    assert (plan.due, plan.provisional) == (date(2027, 1, 14), False)
    assert await home.look() == []


@pytest.mark.parametrize("profile", sorted(packaged_profiles()))
async def test_the_same_files_move_nothing_under_any_regime(
    make_world: MakeWorld, profile: str
) -> None:
    home = await planner_house(make_world(ROUTES), profile)
    for event in packaged_common().values.trigger:
        await home.happen("2026-01-30", event)
    left: list[int] = []
    await home.act(lambda desk: left.append(len(compare(desk))))
    assert left == [0]
    assert len(await home.duties()) > 5
