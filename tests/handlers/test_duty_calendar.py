"""日历: the open duties of a scope as an .ics, neutral titles, and again when a date moves."""

from datetime import date, timedelta
from functools import partial

import pytest
from icalendar import Calendar, Event

from bot.made_files import make_file
from handlers.duty_calendar import changes, send_again
from storage import duties
from storage.duties import Duty
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.rectification_house import ROUTES, ItemHouse, build
from tests.handlers.talk import Shown


@pytest.fixture
async def home(make_world: MakeWorld) -> ItemHouse:
    found = await build(make_world(ROUTES), "county-2012")
    await found.signed("2026-01-30")
    found.clock("2026-02-02")
    return found


def events(shown: Shown) -> dict[str, Event]:
    """The days of the file behind a message, by the text of their title."""
    name, mime, made = shown.parcel.body["f"][0][1:]
    assert (name, mime) == ("件件时限.ics", "text/calendar")
    calendar = Calendar.from_ical(make_file(made))
    return {str(e["SUMMARY"]): e for e in calendar.walk("VEVENT") if isinstance(e, Event)}


async def plan(home: ItemHouse) -> Duty:
    listed = await home.world.storage.read(lambda db: duties.of_stationing(db, MISSION))
    return next(duty for duty in listed if duty.kind == "plan")


async def move(home: ItemHouse, **changed: object) -> None:
    """The date of the plan is written anew, as a recalculation or an extension does."""
    duty = await plan(home)
    await home.world.storage.transact(lambda db: duties.revise(db, duties.moved(duty, **changed)))


async def again(home: ItemHouse) -> list[Shown]:
    return await home.world.tick(partial(changes, limit=50))


async def test_the_unit_gets_its_duties_by_the_legal_day(home: ItemHouse) -> None:
    told = await home.liaison.say("日历")
    found = events(told[0])
    due = (await plan(home)).due
    event = found["整改方案"]
    assert event.start == due
    assert event.end == due + timedelta(days=1)
    assert event["SEQUENCE"] == 1
    words = str(event["DESCRIPTION"])
    assert "第十七条" in words  # the clause
    assert "按工作日计算" in words  # how it was counted
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [
        timedelta(hours=9) - timedelta(days=days) for days in (7, 1, 0)
    ]
    assert all("甲镇" not in title for title in found)


async def test_staff_get_theirs_with_the_name_of_the_unit(home: ItemHouse) -> None:
    assert "甲镇 · 整改方案" in events((await home.leader.say("/calendar"))[0])
    assert "甲镇 · 整改方案" in events((await home.officer.say("/calendar"))[0])


async def test_another_unit_has_none_of_it(home: ItemHouse) -> None:
    assert (await home.stranger.say("/calendar"))[0].key == "duty.none"
    assert (await home.head.say("/calendar"))[0].key == "rectification.no_calendar"


async def test_the_recused_get_nothing_of_the_unit(home: ItemHouse) -> None:
    await home.recuse("leader")
    assert (await home.leader.say("/calendar"))[0].key == "duty.none"


async def test_asking_twice_keeps_the_same_entries(home: ItemHouse) -> None:
    first = events((await home.liaison.say("/calendar"))[0])["整改方案"]
    second = events((await home.liaison.say("/calendar"))[0])["整改方案"]
    assert first["UID"] == second["UID"]
    assert first["SEQUENCE"] == second["SEQUENCE"]


async def test_a_moved_date_follows_by_itself_once(home: ItemHouse) -> None:
    before = events((await home.liaison.say("/calendar"))[0])["整改方案"]
    assert await again(home) == []
    await move(home, due=date(2026, 4, 1))
    told = await again(home)
    assert [shown.parcel.chat for shown in told] == ["liaison"]
    after = events(told[0])["整改方案"]
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.start == date(2026, 4, 1)
    assert await again(home) == []


async def test_it_waits_for_working_hours(home: ItemHouse) -> None:
    await home.liaison.say("/calendar")
    await move(home, due=date(2026, 4, 1))
    home.clock("2026-02-08")  # a Sunday
    assert await again(home) == []
    home.clock("2026-02-09")
    assert len(await again(home)) == 1


async def test_a_provisional_date_is_called_expected_and_rings_no_bell(home: ItemHouse) -> None:
    await move(home, provisional=True)
    event = events((await home.liaison.say("/calendar"))[0])["整改方案（预计）"]
    assert list(event.walk("VALARM")) == []


async def test_a_duty_that_is_done_is_cancelled_and_then_forgotten(home: ItemHouse) -> None:
    await home.liaison.say("/calendar")
    duty = await plan(home)
    done = duties.moved(duty, state="accepted", submitted_on=date(2026, 2, 3), next_check=None)
    await home.world.storage.transact(lambda db: duties.move(db, duty, done))
    told = await again(home)
    event = events(told[0])["整改方案"]
    assert event["STATUS"] == "CANCELLED"
    assert event["SEQUENCE"] > 1
    assert await again(home) == []
    listed = await home.liaison.say("/calendar")
    assert not listed[0].parcel.body.get("f") or "整改方案" not in events(listed[0])


async def test_whoever_moves_a_date_may_send_it_at_once(home: ItemHouse) -> None:
    await home.liaison.say("/calendar")
    await move(home, due=date(2026, 4, 1))
    duty = await plan(home)
    told = await home.world.tick(lambda desk: send_again(desk, duty))
    assert [shown.parcel.chat for shown in told] == ["liaison"]
    assert await again(home) == []


async def test_whoever_has_no_more_to_do_with_it_gets_no_more(home: ItemHouse) -> None:
    await home.leader.say("/calendar")
    await home.recuse("leader")
    await move(home, due=date(2026, 4, 1))
    assert await again(home) == []


async def test_an_internal_date_is_called_so(make_world: MakeWorld) -> None:
    home = await build(make_world(ROUTES), "suixi-2016")
    await home.signed("2026-01-30")
    await home.submit(home.liaison, "整改情况报告")
    found = events((await home.liaison.say("/calendar"))[0])
    assert any(title.endswith("（内部提醒，非规定时限）") for title in found)


async def test_an_extension_stands_beside_the_legal_day(home: ItemHouse) -> None:
    legal = (await plan(home)).due
    await home.liaison.say("/calendar")
    await move(home, extended_to=date(2026, 4, 10))
    event = events((await again(home))[0])["整改方案"]
    assert event.start == legal  # an extension never erases the legal date
    assert "经批准延期至：2026年4月10日（原期限不变）" in str(event["DESCRIPTION"])


async def test_a_board_may_offer_the_file(home: ItemHouse) -> None:
    await home.liaison.say("/items")
    told = await home.liaison.press("日历")
    assert "整改方案" in events(told[0])
