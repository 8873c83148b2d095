"""Who fills a role of the ladder here, and what the roles of a rung are called in a message."""

from collections.abc import Iterable
from typing import Any

from casework.ladder import MUNICIPAL, Rung
from casework.mission import Stationing
from casework.profiles import Profile
from handlers.desk import Desk
from handlers.duty_rights import answering, watching, watching_team
from handlers.messages import Text
from storage import missions, people
from storage.duties import Duty

_TERMS = ("target_unit", "target_principal", "office", "leading_group")


def holders(desk: Desk, duty: Duty, mission: Stationing, role: str) -> list[str]:
    """Who fills a role of the ladder; the office stands in where nobody does."""
    match role:
        case "target_unit":
            found = answering(desk, mission, "unit_liaison")
        case "target_principal":
            found = answering(desk, mission, "unit_principal")
            if not found:
                found = answering(desk, mission, "unit_liaison")
        case "team" | "team_leader":
            found = watching_team(desk, mission, "team_leader")
        case "leading_group":
            found = watching(desk, "leading_group", duty.unit_id)
        case "municipal_liaison" | "municipal_committee":
            found = people.holders(desk.db, MUNICIPAL)
        case _ if duty.department_id and role == duty.obligor:
            found = people.holders(desk.db, "department_member", department=duty.department_id)
        case _:
            found = []
    return found or watching(desk, "office", duty.unit_id)


def concerned(desk: Desk, duty: Duty, mission: Stationing) -> list[str]:
    """Whom a change of a date or of reminders concerns: who owes it, the leader, the office."""
    owing = [duty.obligor]
    if duty.obligor in ("target_unit", "target_principal"):
        owing = ["target_unit", "target_principal"]
    roles = (*owing, "team_leader", "office")
    listed = (person for role in roles for person in holders(desk, duty, mission, role))
    return list(dict.fromkeys(listed))


def rung_of(duty: Duty, number: int) -> Rung | None:
    """The rung of this number on the duty's present ladder."""
    return next((rung for rung in duty.ladder if rung.number == number), None)


def names(
    desk: Desk, duty: Duty, mission: Stationing, profile: Profile | None, roles: Iterable[str]
) -> Any:
    """The roles in the words of the mission, for a placeholder."""
    listed = list(dict.fromkeys(roles))
    words = [_name(desk, duty, mission, profile, role) for role in listed if role != MUNICIPAL]
    told = list(dict.fromkeys(filter(None, words)))
    if MUNICIPAL in listed:
        return Text("reminder.with_municipal", {"names": told})
    return told


def department_name(desk: Desk, duty: Duty) -> str:
    """The department that owes the duty, or nothing."""
    found = missions.department(desk.db, duty.department_id) if duty.department_id else None
    return found.name if found else ""


def _name(desk: Desk, duty: Duty, mission: Stationing, profile: Profile | None, role: str) -> str:
    if role in ("team", "team_leader"):
        return mission.team_name
    if role == "target_unit":
        return mission.unit_name
    if duty.department_id and role == duty.obligor:
        return department_name(desk, duty)
    if profile is None:
        return ""
    word = role if role in _TERMS else "office"
    return str(getattr(profile.terms, word))
