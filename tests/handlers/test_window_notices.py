"""A moved window asks the office for a new notice until it is ticked off (003-2)."""

from functools import partial

import pytest

from handlers import window_notices
from storage import missions
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import World
from tests.handlers.team_house import ROUTES, WINDOW, House, build


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def move(world: World, mission: str = "m-a") -> None:
    """The plan moves the window of an approved mission."""
    at = int(world.now.timestamp())
    window = (WINDOW[0], WINDOW[1] + 86_400)
    moved = partial(missions.move_window, id=f"w-{at}", window=window, at=at, actor="operator")
    await world.storage.transact(lambda db: moved(db, mission))


async def test_the_office_is_asked_once_and_ticks_it_off(house: House) -> None:
    await move(house.world)
    for _ in range(3):
        await house.world.tick(window_notices.remind)
    assert house.keys("officer") == ["office.notice_wanted"]
    assert "甲镇" in house.officer.last.text
    assert house.keys("lead") == []
    assert "待发新公告1个" in (await house.officer.say("/office"))[-1].text
    shown = (await house.officer.press("发布新公告"))[-1]
    assert "/p/m-a" in shown.text
    assert "年" in shown.text
    assert (await house.officer.press("已发布"))[-1].key == "office.notice_recorded"
    assert (await house.officer.press("已发布"))[-1].key == "office.notice_known"
    (change,) = await house.world.storage.read(lambda db: missions.windows(db, "m-a"))
    assert change.noticed_at == int(house.world.now.timestamp())
    assert "待发新公告0个" in (await house.officer.say("/office"))[-1].text
    assert (await house.officer.press("发布新公告"))[-1].key == "office.no_notice_wanted"


async def test_a_notice_that_waits_stays_on_the_list(house: House) -> None:
    await move(house.world)
    await house.officer.say("/office")
    await house.officer.press("发布新公告")
    assert (await house.officer.press("稍后"))[-1].key == "office.notice_later"
    assert "待发新公告1个" in (await house.officer.say("/office"))[-1].text


async def test_nobody_but_the_office_ticks_it_off(house: House) -> None:
    await move(house.world)
    await house.officer.say("/office")
    shown = (await house.officer.press("发布新公告"))[-1]
    assert (await house.lead.press_data(shown.data[0]))[-1].key == "form.stale_card"
    (change,) = await house.world.storage.read(lambda db: missions.windows(db, "m-a"))
    assert change.noticed_at is None


async def test_the_office_is_not_asked_at_night(house: House) -> None:
    await move(house.world)
    house.world.pass_time(hours=12)
    assert await house.world.tick(window_notices.remind) == []
    house.world.pass_time(hours=12)
    assert [s.key for s in await house.world.tick(window_notices.remind)] == [
        "office.notice_wanted"
    ] * 2
