"""An item's life as a table: who may do what in which state; 销号 by two persons."""

from datetime import date

import pytest

from casework.rectification import (
    BY,
    MOVES,
    ItemAct,
    ItemState,
    Side,
    overdue,
    possible,
    reminder_rungs,
    second_person,
    tally,
)

TABLE = {
    (ItemState.OPEN, Side.UNIT): {"progress", "change", "apply"},
    (ItemState.OPEN, Side.TEAM): set(),
    (ItemState.OPEN, Side.OFFICE): set(),
    (ItemState.WORKING, Side.UNIT): {"progress", "change", "apply"},
    (ItemState.WORKING, Side.TEAM): set(),
    (ItemState.WORKING, Side.OFFICE): set(),
    (ItemState.APPLIED, Side.UNIT): set(),
    (ItemState.APPLIED, Side.TEAM): {"examine", "refuse"},
    (ItemState.APPLIED, Side.OFFICE): {"refuse"},
    (ItemState.EXAMINED, Side.UNIT): set(),
    (ItemState.EXAMINED, Side.TEAM): {"confirm", "refuse"},
    (ItemState.EXAMINED, Side.OFFICE): {"confirm", "refuse"},
    (ItemState.CLOSED, Side.UNIT): set(),
    (ItemState.CLOSED, Side.TEAM): {"reopen"},
    (ItemState.CLOSED, Side.OFFICE): {"reopen"},
}


@pytest.mark.parametrize("state", ItemState)
@pytest.mark.parametrize("side", Side)
def test_each_side_has_its_acts_in_each_state(state: ItemState, side: Side) -> None:
    assert set(possible(state, side)) == TABLE[state, side]


@pytest.mark.parametrize("state", ItemState)
def test_whoever_has_no_seat_has_no_act(state: ItemState) -> None:
    assert possible(state, None) == []


def test_without_a_team_the_office_examines() -> None:
    assert ItemAct.EXAMINE in possible(ItemState.APPLIED, Side.OFFICE, team_there=False)


def test_only_a_confirmation_strikes_off_and_only_the_inspecting_side_confirms() -> None:
    closing = {act for (_, act), state in MOVES.items() if state is ItemState.CLOSED}
    assert closing == {ItemAct.CONFIRM}
    assert Side.UNIT not in BY[ItemAct.CONFIRM]
    assert {before for before, act in MOVES if act is ItemAct.CONFIRM} == {ItemState.EXAMINED}


def test_two_persons_are_two() -> None:
    assert second_person("b", "a", "c")
    assert not second_person("a", "a", "c")


@pytest.mark.parametrize(
    ("state", "today", "late"),
    [
        (ItemState.OPEN, "2026-03-31", False),
        (ItemState.OPEN, "2026-04-01", True),
        (ItemState.WORKING, "2026-04-01", True),
        (ItemState.APPLIED, "2026-04-01", False),
        (ItemState.CLOSED, "2026-04-01", False),
    ],
)
def test_past_the_own_date_only_while_it_is_under_way(
    state: ItemState, today: str, late: bool
) -> None:
    assert overdue(state, date(2026, 3, 31), date.fromisoformat(today)) is late


def test_the_days_of_a_reminder() -> None:
    told = [left for left in range(10, -13, -1) if reminder_rungs(left)]
    assert told == [5, 0, -1, -6, -11]


def test_the_tally_names_every_state() -> None:
    assert tally([ItemState.OPEN, ItemState.OPEN])[ItemState.OPEN] == 2
    assert set(tally([])) == set(ItemState)
