"""The office hears in time that the next year has no calendar, and not too often."""

from handlers.calendar_care import care
from tests.handlers.conftest import MakeWorld
from tests.handlers.planner_house import NOTICE_2027, ROUTES, PlannerHouse, days, planner_house


async def told_on(home: PlannerHouse, first: str, last: str) -> list[str]:
    found = []
    for day in days(first, last):
        home.clock(day, "10:00")
        for shown in await home.world.tick(care):
            assert shown.parcel.chat == "officer"
            assert "2027年放假安排尚未录入" in shown.text
            found.append(day)
    return found


async def test_the_office_is_told_monthly_from_15_november_and_weekly_at_the_end(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES))
    assert await told_on(home, "2026-11-01", "2027-01-10") == [
        "2026-11-16",  # the first working day
        "2026-12-01",
        "2026-12-15",
        "2026-12-21",
        "2026-12-28",
        "2027-01-04",
    ]


async def test_with_the_notice_nobody_is_told(make_world: MakeWorld) -> None:
    home = await planner_house(make_world(ROUTES))
    home.know(calendar=NOTICE_2027)
    assert await told_on(home, "2026-11-01", "2026-12-31") == []


async def test_a_restart_and_a_clock_set_back_repeat_nothing(make_world: MakeWorld) -> None:
    home = await planner_house(make_world(ROUTES))
    assert await told_on(home, "2026-11-16", "2026-11-20") == ["2026-11-16"]
    assert await told_on(home, "2026-11-16", "2026-11-20") == []
