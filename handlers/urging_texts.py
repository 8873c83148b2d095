"""What would leave by a tap 催办 or 督办: the words, who gets them, and whether it may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.errors import MoveNotAllowed
from casework.ladder import MUNICIPAL, PRESS
from casework.mission import Stationing
from handlers.desk import Desk
from handlers.duty_lines import named, place, title
from handlers.duty_rights import answering, watching, watching_team
from handlers.dutybook import mission_of
from handlers.frozen import known_profile
from handlers.messages import Text
from handlers.recipients import names
from handlers.reminder_lines import consequence, stands_on
from storage import pauses, people
from storage.duties import Duty

LEVEL_CODES: Mapping[str, str] = {"urge": "催办", "press": "督办"}
_LIVE = ("open", "returned")
_UNIT = ("target_unit", "target_principal")
_HEADS: Mapping[str, str] = {"催办": "board.head_urge", "督办": "board.head_press"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What would leave: the words, who gets them, who has copies."""

    text: Text
    to: tuple[str, ...]
    copy: tuple[str, ...]


def may_urge(desk: Desk, duty: Duty, level: str) -> bool:
    """Nothing provisional, undated, paused or handed in is pressed, and never a leading group."""
    dated = not duty.provisional and not duty.open_ended
    if duty.state not in _LIVE or not dated or paused_until(desk, duty) is not None:
        return False
    owed_below = duty.obligor in (*_UNIT, "team") or bool(duty.department_id)
    return owed_below and (level == "催办" or desk.today > duty.due)


def paused_until(desk: Desk, duty: Duty) -> date | None:
    """The day on which the reminders of a duty go on, while they rest."""
    rest = pauses.until(desk.db, duty.id)
    return rest if rest is not None and rest > desk.today else None


def prepared(desk: Desk, duty: Duty, level: str, reason: str = "") -> Prepared:
    """The text of an act with its recipients. Raises MoveNotAllowed where it may not be."""
    if not may_urge(desk, duty, level):
        raise MoveNotAllowed("board.may_not_urge", doc=title(duty))
    mission = mission_of(desk, duty.stationing_id)
    to, copy = _people(desk, duty, mission, level)
    values = {
        "head": Text(_HEADS[level]),
        "unit": place(desk, duty),
        "doc": named(desk, duty),
        "when": _when(desk, duty),
        "basis": stands_on(duty),
        **_receivers(desk, duty, mission, level),
        "reason": Text("board.reason", {"reason": reason}) if reason else "",
        "consequence": (consequence(desk, duty) or "") if level == PRESS else "",
    }
    return Prepared(text=Text("board.urging", values), to=to, copy=copy)


def _people(
    desk: Desk, duty: Duty, mission: Stationing, level: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """To whom, and who has a copy: 督办 goes to the principal, 催办 to the liaison as well."""
    team = watching_team(desk, mission, "team_leader")
    if duty.department_id:
        to = people.holders(desk.db, "department_member", department=duty.department_id)
        copy: list[str] = []
    elif duty.obligor in _UNIT:
        principal = answering(desk, mission, "unit_principal")
        liaison = answering(desk, mission, "unit_liaison")
        to = (principal or liaison) if level == "督办" else [*liaison, *principal]
        copy = [*team, *_city(desk, duty, mission)]
    else:
        to, copy = team, []
    if not to:
        raise MoveNotAllowed("board.nobody_to_urge", unit=mission.unit_name)
    seen = dict.fromkeys(to)
    officers = watching(desk, "office", duty.unit_id)
    kept = [p for p in dict.fromkeys([*copy, *officers]) if p not in seen]
    return tuple(seen), tuple(kept)


def _receivers(desk: Desk, duty: Duty, mission: Stationing, level: str) -> dict[str, Any]:
    """The same in roles, for the text itself: whom it goes to and who has copies."""
    to, copy = ["team_leader"], ["office"]
    if duty.department_id:
        to = [duty.obligor]
    elif duty.obligor in _UNIT:
        principal = level == "督办" and bool(answering(desk, mission, "unit_principal"))
        to = ["target_principal"] if principal else list(_UNIT)
        city = [MUNICIPAL] if _city(desk, duty, mission) else []
        copy = ["team_leader", "office", *city]
    profile = known_profile(desk, mission)
    copies = names(desk, duty, mission, profile, copy)
    return {
        "to": names(desk, duty, mission, profile, to),
        "copies": Text("reminder.copies", {"copies": copies}),
    }


def _city(desk: Desk, duty: Duty, mission: Stationing) -> list[str]:
    """003-16: where the clause has the city copied, its liaison office sees the urging too."""
    profile = known_profile(desk, mission)
    item = profile.obligation_of(duty.obligation) if profile else None
    copied = any(c.to == "municipal_committee" for c in item.copies) if item else False
    return people.holders(desk.db, MUNICIPAL) if copied else []


def _when(desk: Desk, duty: Duty) -> Text:
    """逾期 is said of certain numbers of the law alone; an extension stands beside the date.

    A date of our own and one that holds in principle (原则上) are called what they are.
    """
    left = desk.rules.calendar.workdays_between(desk.today, duty.due)
    values: dict[str, Any] = {"due": duty.due, "left": left, "over": -left}
    if desk.today <= duty.due:
        key = "board.date_internal" if duty.soft else "board.date_ahead"
        if duty.strength == "in_principle":
            key = "board.date_principle"
    else:
        key = "board.date_over" if duty.hard else "board.date_passed"
    told = Text(key, values)
    if duty.extended_to is None:
        return told
    return Text("board.date_extended", {"told": told, "extended": duty.extended_to})
