"""`jianjian recompute` inside the program: shown, confirmed as shown, one at a time."""

from datetime import date, datetime

import pytest

from bot.control import ControlError
from bot.recomputing import Recomputing
from handlers.recompute import begin
from storage import recomputes
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.planner_house import ROUTES, PlannerHouse, planner_house
from tests.handlers.talk import ZONE

CLOSED = {"year": [{"year": 2026, "rest": [date(2026, 3, 12), date(2026, 3, 13)]}]}
ALL = {"mission": ""}


class Hand:
    """A clock that stands where the house stands."""

    def __init__(self, home: PlannerHouse) -> None:
        self.zone = ZONE
        self._home = home

    def now(self) -> datetime:
        return self._home.world.now


async def house(make_world: MakeWorld) -> tuple[PlannerHouse, Recomputing]:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    home.know(calendar=CLOSED)
    home.clock("2026-03-02")
    command = Recomputing(home.world.storage, Hand(home), lambda: home.world.kit, None)
    return home, command


async def test_what_was_shown_is_applied_once_it_is_confirmed(make_world: MakeWorld) -> None:
    home, command = await house(make_world)
    shown = await command.compare({"mission": MISSION})
    (row,) = shown["changes"]
    assert (row["unit"], row["old"], row["new"]) == ("甲镇", "2026-03-19", "2026-03-23")
    assert (await home.duty("plan")).due == date(2026, 3, 19)
    done = await command.apply({"mission": MISSION, "seen": shown["seen"]})
    assert done == {"changed": 1}
    assert (await home.duty("plan")).due == date(2026, 3, 23)
    assert (await command.compare(ALL))["changes"] == []
    acts = await home.audited()
    assert acts.count("recompute.begun") == acts.count("recompute.finished") == 1


async def test_a_run_that_stands_refuses_another_in_one_line(make_world: MakeWorld) -> None:
    home, command = await house(make_world)
    shown = await command.compare(ALL)
    await home.act(lambda desk: begin(desk, "", actor="officer"))
    with pytest.raises(ControlError) as refused:
        await command.apply({"mission": "", "seen": shown["seen"]})
    assert str(refused.value) == (
        "another recompute is running; wait for it to finish and try again"
    )
    assert refused.value.exit_code == 2
    assert (await home.duty("plan")).due == date(2026, 3, 19)
    await command.finish()
    assert await home.world.storage.read(recomputes.running) is None
    assert (await home.duty("plan")).due == date(2026, 3, 23)


async def test_dates_that_moved_since_they_were_shown_are_not_applied(
    make_world: MakeWorld,
) -> None:
    home, command = await house(make_world)
    with pytest.raises(ControlError) as refused:
        await command.apply({"mission": "", "seen": "something else"})
    assert "run `jianjian recompute` again" in str(refused.value)
    assert (await home.duty("plan")).due == date(2026, 3, 19)


async def test_an_unknown_mission_is_named(make_world: MakeWorld) -> None:
    _, command = await house(make_world)
    with pytest.raises(ControlError) as refused:
        await command.compare({"mission": "nowhere"})
    assert str(refused.value) == "nowhere: no mission has this id; see `jianjian plan show`"
