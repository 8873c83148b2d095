"""A rectification item 整改事项: its states, who may move it, and 销号 by two persons."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum


class ItemState(StrEnum):
    """Where an item stands; only `CLOSED` is 已销号."""

    OPEN = "open"  # 未启动
    WORKING = "working"  # 推进中
    APPLIED = "applied"  # 已完成待销号: the unit applied with evidence
    EXAMINED = "examined"  # one person found it done, another has still to confirm
    CLOSED = "closed"  # 已销号


class ItemAct(StrEnum):
    """What may be done to an item."""

    PROGRESS = "progress"
    CHANGE = "change"  # another person, measure or date; the old words stay in the history
    APPLY = "apply"
    EXAMINE = "examine"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    REOPEN = "reopen"


class Side(StrEnum):
    """On which side of the table a person sits, for one mission."""

    UNIT = "unit"
    TEAM = "team"
    OFFICE = "office"


_UNDER_WAY = (ItemState.OPEN, ItemState.WORKING)
MOVES: Mapping[tuple[ItemState, ItemAct], ItemState] = {
    **{(state, ItemAct.PROGRESS): ItemState.WORKING for state in _UNDER_WAY},
    **{(state, ItemAct.CHANGE): state for state in _UNDER_WAY},
    **{(state, ItemAct.APPLY): ItemState.APPLIED for state in _UNDER_WAY},
    (ItemState.APPLIED, ItemAct.EXAMINE): ItemState.EXAMINED,
    (ItemState.APPLIED, ItemAct.REFUSE): ItemState.WORKING,
    (ItemState.EXAMINED, ItemAct.CONFIRM): ItemState.CLOSED,
    (ItemState.EXAMINED, ItemAct.REFUSE): ItemState.WORKING,
    (ItemState.CLOSED, ItemAct.REOPEN): ItemState.WORKING,
}
"""What each act makes of each state; what is not here is not possible (issue: 销号 by two)."""

_INSPECTING = frozenset({Side.TEAM, Side.OFFICE})
BY: Mapping[ItemAct, frozenset[Side]] = {
    ItemAct.PROGRESS: frozenset({Side.UNIT}),
    ItemAct.CHANGE: frozenset({Side.UNIT}),
    ItemAct.APPLY: frozenset({Side.UNIT}),
    ItemAct.EXAMINE: frozenset({Side.TEAM}),
    ItemAct.CONFIRM: _INSPECTING,
    ItemAct.REFUSE: _INSPECTING,
    ItemAct.REOPEN: _INSPECTING,
}
"""Which side does what: the unit works and applies, the inspecting side decides."""


def possible(state: ItemState, side: Side | None, *, team_there: bool = True) -> list[ItemAct]:
    """The acts this side has in this state, in order.

    Without an unrecused team (`team_there` False) the office examines and a second officer
    confirms. `side` None has none.
    """
    acts = [act for act in ItemAct if (state, act) in MOVES]
    return [act for act in acts if side is not None and side in _sides(act, team_there)]


def _sides(act: ItemAct, team_there: bool) -> frozenset[Side]:
    if act is ItemAct.EXAMINE and not team_there:
        return frozenset({Side.OFFICE})
    return BY[act]


def second_person(person: str, *others: str) -> bool:
    """Whether `person` differs from everybody who acted before: 销号 is never one person's."""
    return person not in others


def overdue(state: ItemState, due: date, today: date) -> bool:
    """Past the unit's own date without an application; never said to be a legal limit."""
    return state in _UNDER_WAY and today > due


def tally(states: Iterable[ItemState]) -> dict[ItemState, int]:
    """How many items stand in each state, every state named."""
    listed = list(states)
    return {state: listed.count(state) for state in ItemState}


NEAR, OVER, AGAIN = 5, 1, 5
"""Working days: reminded so long before the own date, so long after it, and again each time."""


def reminder_rungs(workdays_left: int) -> bool:
    """Whether an item is named on a day that lies so many workdays before its date.

    Negative = after it: on the first working day after and every fifth from there.
    """
    if workdays_left >= 0:
        return workdays_left in (NEAR, 0)
    return (-workdays_left - OVER) % AGAIN == 0
