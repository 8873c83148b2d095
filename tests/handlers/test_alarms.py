"""The office hears, once a day and without any content, when something stands still."""

from collections.abc import Callable

import pytest

from handlers import alarms
from storage.base import Session
from tests.handlers import duty_house
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import ROUTES, House


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await duty_house.build(make_world(ROUTES), "county-2012")


def event(state: str, at: int) -> Callable[[Session], None]:
    """An event that came at a moment and stands in a state."""

    def unit(db: Session) -> None:
        db.run(
            "inbox.accept",
            channel="web",
            account="web",
            event_id="stuck",
            lane=b"l",
            body=b"b",
            received_at=at,
            worker="",
        )
        if state == "poison":
            db.run("inbox.quarantine", id=1, reason="ValueError")

    return unit


@pytest.mark.parametrize(
    ("state", "minutes", "told"),
    [
        ("new", 4, []),
        ("new", 6, ["alarm.events_wait"]),
        ("poison", 1, ["alarm.events_aside"]),
    ],
)
async def test_events_that_wait_too_long_are_told_to_the_office(
    house: House, state: str, minutes: int, told: list[str]
) -> None:
    house.clock("2026-03-03", "10:00")
    at = int(house.world.now.timestamp())
    await house.world.storage.transact(event(state, at - minutes * 60))
    shown = await house.world.tick(alarms.watch)
    assert [s.key for s in shown] == told
    assert {s.parcel.chat for s in shown} <= {"officer"}
    assert await house.world.tick(alarms.watch) == []


async def test_the_same_trouble_is_told_again_the_next_day(house: House) -> None:
    house.clock("2026-03-03", "10:00")
    at = int(house.world.now.timestamp())
    await house.world.storage.transact(event("new", at - 3600))
    assert [s.key for s in await house.world.tick(alarms.watch)] == ["alarm.events_wait"]
    house.clock("2026-03-04", "10:00")
    assert "alarm.events_wait" in [s.key for s in await house.world.tick(alarms.watch)]


async def test_an_installation_in_order_raises_no_alarm(house: House) -> None:
    house.clock("2026-03-03", "10:00")
    assert await house.world.tick(alarms.watch) == []
