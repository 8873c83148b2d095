"""Who sits where for the rectification items of a mission, checked again at every act."""

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.mission import TEAM_ROLES, Stationing
from casework.rectification import ItemAct, Side, possible, second_person
from handlers.desk import Desk
from handlers.duty_rights import answering, me, sees_unit, watching, watching_team
from handlers.dutybook import mission_of
from storage import rectification
from storage.rectification import Item


def side_of(desk: Desk, mission: Stationing) -> Side | None:
    """The person's side for this mission; whoever answers for the unit is nothing else."""
    person = me(desk)
    if person.id in answering(desk, mission):
        return Side.UNIT
    if person.id in watching_team(desk, mission, *TEAM_ROLES):
        return Side.TEAM
    if person.has("office") and sees_unit(desk, mission.unit_id):
        return Side.OFFICE
    return None


def need_side(desk: Desk, mission: Stationing, *sides: Side) -> Side:
    """The person's side, which must be one of these (all of them if none is named)."""
    held = side_of(desk, mission)
    if held is None or (sides and held not in sides):
        raise NotAllowed("rectification.not_yours")
    return held


def listens(desk: Desk, mission: Stationing) -> bool:
    """Whether the person sits in the leading group and is not recused from the unit."""
    return me(desk).id in watching(desk, "leading_group", mission.unit_id)


def need_reader(desk: Desk, mission: Stationing) -> None:
    """Follow-ups are read by the inspecting side and the leading group, never by the unit."""
    if side_of(desk, mission) in (Side.TEAM, Side.OFFICE):
        return
    if side_of(desk, mission) is Side.UNIT or not listens(desk, mission):
        raise NotAllowed("rectification.not_yours")


def item_of(desk: Desk, id: str) -> tuple[Item, Stationing, Side]:
    """The item, its mission and the person's side.

    Raises Gone where there is none, and just so where the unit must not know of it.
    """
    item = rectification.get(desk.db, desk.vault, id)
    if item is None:
        raise Gone()
    mission = mission_of(desk, item.stationing_id)
    side = need_side(desk, mission)
    if side is Side.UNIT and item.principal:
        raise Gone()
    return item, mission, side


def items_of(desk: Desk, mission: Stationing, side: Side) -> list[Item]:
    """The items of a mission that this side may see."""
    listed = rectification.of(desk.db, desk.vault, mission.id)
    return [item for item in listed if side is not Side.UNIT or not item.principal]


def acts_of(desk: Desk, item: Item, mission: Stationing, side: Side) -> list[ItemAct]:
    """What this side may do to the item now."""
    there = bool(watching_team(desk, mission, *TEAM_ROLES))
    return possible(item.state, side, team_there=there)


def need_act(desk: Desk, item: Item, mission: Stationing, side: Side, act: ItemAct) -> None:
    """Raises MoveNotAllowed where the person may not do this to the item now.

    Who confirms is neither who examined nor who applied.
    """
    if act not in acts_of(desk, item, mission, side):
        raise MoveNotAllowed("rectification.not_now", n=item.number)
    first = (item.examined_by, item.applied_by)
    if act is ItemAct.CONFIRM and not second_person(me(desk).id, *first):
        raise MoveNotAllowed("rectification.same_person", n=item.number)
