"""What the days bring by themselves: the notice before, start, end, and the year's end."""

from datetime import date

import pytest

from casework.obligations import NO_DATE
from storage import duties, missions
from storage.base import Session
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.event_house import ROUTES, EventHouse, built

# the missions run from 2025-11-03 to 2025-12-12


async def house(make_world: MakeWorld, profile: str = "county-2012") -> EventHouse:
    return await built(make_world(ROUTES), profile)


async def test_the_notice_is_owed_ten_working_days_before_the_stationing(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world)
    assert await home.day("2025-09-15") == []
    notice = (await home.owed())["notice"]  # 003 第十二条（二）
    assert (notice.due, notice.trigger_on) == (date(2025, 10, 20), date(2025, 11, 3))
    assert (notice.obligor, notice.hard, notice.soft) == ("office", True, False)
    assert [rung.send_on for rung in notice.ladder] == [
        date(2025, 10, 13),
        date(2025, 10, 17),
        date(2025, 10, 21),
    ]
    assert "stationing.start" not in await home.milestones()


async def test_a_notice_that_can_no_longer_be_in_time_is_recorded_as_late_and_told(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world)
    told = await home.day("2025-10-27")
    assert {shown.key for shown in told} == {"event.notice_late"}
    assert "应不晚于2025年10月20日完成，该日期已过" in home.officer.last.text
    assert "第十二条（二）" in home.officer.last.text
    listed = await home.officer.say("/duties")
    assert (
        "甲镇：书面通知巡视工作安排。应于2025年10月20日前完成，已逾期5个工作日" in listed[0].text
    )
    assert await home.day("2025-10-27", "10:00") == []  # told once


async def test_a_notice_without_a_number_stands_without_a_date(make_world: MakeWorld) -> None:
    home = await house(make_world, "central")
    await home.day("2025-10-27")
    notice = (await home.owed())["notice"]  # 001 巡视准备: 印发巡视通知
    assert (notice.due, notice.next_check, notice.ladder) == (NO_DATE, None, ())
    assert "印发巡视通知。无期限" in (await home.officer.say("/duties"))[0].text


async def test_the_start_and_the_end_happen_on_the_clock(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.day("2025-11-02")
    assert "stationing.start" not in await home.milestones()
    await home.day("2025-11-04")
    assert (await home.milestones())["stationing.start"] == date(2025, 11, 3)
    length = (await home.owed())["stationing-length"]
    assert (length.due, length.strength, length.hard) == (
        date(2025, 12, 3),
        "in_principle",
        False,
    )
    await home.day("2025-12-12")
    assert "stationing.end" not in await home.milestones()  # its last day is not over
    await home.day("2025-12-13")
    assert (await home.milestones())["stationing.end"] == date(2025, 12, 12)
    owed = await home.owed()
    assert owed["stationing-length"].state == "accepted"
    assert (owed["team-report"].obligor, owed["team-report"].soft) == ("team", True)
    assert owed["complaints-brief"].hard is False  # 003 第十条: 都要, but no number


async def test_a_day_of_the_clock_is_kept_once(make_world: MakeWorld) -> None:
    home = await house(make_world)
    for _ in range(3):
        await home.day("2025-12-20")
    assert sorted(await home.milestones()) == [
        "stationing.end",
        "stationing.planned",
        "stationing.start",
    ]
    assert len(await home.acts(lambda desk: duties.of_stationing(desk.db, MISSION))) == 4


async def test_a_first_day_that_moves_moves_the_notice(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.day("2025-09-15")

    def later(db: Session) -> None:
        mission = missions.stationing(db, MISSION)
        assert mission is not None
        moved = {name: getattr(mission, name) for name in mission.__slots__}
        moved["starts_on"] = date(2025, 11, 10)
        missions.put_stationing(db, type(mission)(**moved), entry="e-a")

    await home.world.storage.transact(later)
    await home.day("2025-09-16")
    notice = (await home.owed())["notice"]
    assert (notice.trigger_on, notice.due) == (date(2025, 11, 10), date(2025, 10, 27))


async def test_the_year_ends_once_for_all_missions_of_a_profile(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.day("2025-12-31")
    assert "year.ended" not in await home.milestones()
    await home.day("2026-01-01")
    await home.day("2026-01-02")
    found = [(await home.owed(m)).get("annual-synthesis") for m in (MISSION, "m-b")]
    made = [duty for duty in found if duty is not None]
    assert [(duty.obligor, duty.due) for duty in made] == [("office", NO_DATE)]  # 003 第十四条
    assert "2025：年度综合分析报告。无期限" in (await home.officer.say("/duties"))[0].text


@pytest.mark.parametrize("profile", ["central", "jilin-2017", "provincial-2009", "suixi-2016"])
async def test_no_yearly_duty_is_made_where_the_instrument_names_none(
    make_world: MakeWorld, profile: str
) -> None:
    home = await house(make_world, profile)
    await home.day("2026-01-05")
    assert "year.ended" not in await home.milestones()


async def test_a_mission_whose_texts_are_not_approved_has_no_clock(make_world: MakeWorld) -> None:
    home = await house(make_world)

    def unapproved(db: Session) -> None:
        mission = missions.stationing(db, MISSION)
        assert mission is not None
        fresh = {name: getattr(mission, name) for name in mission.__slots__} | {"id": "m-new"}
        missions.put_stationing(db, type(mission)(**fresh), entry="e-new")

    await home.world.storage.transact(unapproved)
    await home.day("2026-01-05")
    assert await home.milestones("m-new") == {}


async def test_the_special_report_begins_with_the_end_of_the_stationing(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world, "suixi-2016")
    await home.day("2025-12-15")
    special = (await home.owed())["special-report"]  # 004 五（四） 应当形成专题报告
    assert (special.obligor, special.soft, special.hard) == ("team", True, False)
    assert special.trigger_on == date(2025, 12, 12)


async def test_what_has_no_date_is_never_reminded(make_world: MakeWorld) -> None:
    home = await house(make_world, "central")
    await home.day("2025-12-15")
    owed = await home.owed()
    dateless = {name for name, duty in owed.items() if duty.open_ended}
    assert dateless == {"notice", "team-report"}  # 001 names no limit for either
    told: list[str] = []
    for day in ("2025-12-16", "2026-03-02", "2026-12-14"):
        told += await home.tick(day)
    assert not any("巡视通知" in line or "巡视汇报" in line for line in told)


async def test_a_projected_date_is_shown_and_never_reminded(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.day("2025-12-15")
    await home.happens("feedback.received", "2025-12-19")
    shown = await home.liaison.say("/duties")
    assert "整改情况报告（推算）" in shown[-2].text  # 003 第十七条
    told = await home.tick("2026-08-10")  # after the projected day of the report
    assert any("整改方案" in line for line in told)
    assert not any("整改情况报告" in line for line in told)
