"""Who may do what with duties: the seats of the person, checked again at every act."""

from casework.errors import NotAllowed
from casework.mission import DEPARTMENT_ROLES, TARGET_ROLES, TEAM_ROLES, Stationing
from casework.review_path import Step, review_path, told_at_the_end
from handlers.desk import Desk, Person
from handlers.frozen import known_profile
from storage import duties, missions, people
from storage.duties import Duty


def me(desk: Desk) -> Person:
    """The bound person of this chat. Raises NotAllowed for anybody else."""
    if desk.me is None:
        raise NotAllowed()
    return desk.me


def office(desk: Desk) -> Person:
    """The person, who must sit in the office."""
    person = me(desk)
    if not person.has("office"):
        raise NotAllowed("office.only_office")
    return person


def units_of(person: Person) -> list[str]:
    """The units for which the person signs and hands in, or reads."""
    return list(dict.fromkeys(r.unit for r in person.roles if r.role in TARGET_ROLES and r.unit))


def departments_of(person: Person) -> list[str]:
    """The departments for which the person answers."""
    held = (r.department for r in person.roles if r.role in DEPARTMENT_ROLES)
    return list(dict.fromkeys(name for name in held if name))


def answering(desk: Desk, mission: Stationing, *roles: str) -> list[str]:
    """The people who answer for the mission's unit in its own round (一次一授权)."""
    held = [
        person
        for role in roles or ("unit_liaison", "unit_principal")
        for person in people.holders(
            desk.db, role, unit=mission.unit_id, round_id=mission.round_id
        )
    ]
    return list(dict.fromkeys(held))


def on_the_side_of(desk: Desk, mission: Stationing) -> list[str]:
    """Who reads what the unit owes: its answering people, its own 纪检、组织 (000 五)."""
    return answering(desk, mission, *sorted(TARGET_ROLES))


def reachable_principals(desk: Desk, mission: Stationing) -> list[str]:
    """The unit's principals who have a chat here and so can stand for their own report."""
    held = answering(desk, mission, "unit_principal")
    return [person for person in held if people.addresses(desk.db, desk.vault, person)]


def may_sign(desk: Desk, person: Person, mission: Stationing) -> bool:
    """签收 is the unit's own people's act alone."""
    return person.id in answering(desk, mission)


def may_hand_in(desk: Desk, person: Person, duty: Duty) -> bool:
    """报送: the unit's people for the unit, the department's for the department."""
    if duty.department_id:
        return duty.department_id in departments_of(person)
    owed_by_unit = duty.obligor in ("target_unit", "target_principal")
    mission = missions.stationing(desk.db, duty.stationing_id)
    return owed_by_unit and mission is not None and may_sign(desk, person, mission)


def reads_own(desk: Desk, person: Person, duty: Duty, mission: Stationing) -> bool:
    """Whether the document is the person's own unit's or department's."""
    if duty.department_id:
        return duty.department_id in departments_of(person)
    owed_by_unit = duty.obligor in ("target_unit", "target_principal")
    return owed_by_unit and person.id in on_the_side_of(desk, mission)


def path_of(desk: Desk, duty: Duty, mission: Stationing) -> tuple[Step, ...]:
    """The steps of what is handed in for this duty, by the mission's profile."""
    profile = known_profile(desk, mission)
    return review_path(profile.obligation_of(duty.obligation) if profile else None)


def in_seat(desk: Desk, mission: Stationing, seat: str) -> list[str]:
    """Who sits in a seat of a review, none of them recused from the unit."""
    if seat == "team_leader":
        return watching_team(desk, mission, seat)
    return watching(desk, seat, mission.unit_id)


def may_open(desk: Desk, person: Person, duty: Duty, mission: Stationing) -> bool:
    """The office; who is told at the end; the mission's whole team until it is accepted.

    The team's reading outlives the stationing and gives no access to any report (domain 6).
    """
    if person.id in duties.recused_from(desk.db, mission.unit_id):
        return False
    if person.has("office"):
        return True
    if duty.state == "accepted":
        told = told_at_the_end(path_of(desk, duty, mission))
        return any(person.has(step.seat) for step in told)
    if duty.department_id:
        return False
    return person.id in watching_team(desk, mission, *TEAM_ROLES)


def watching(desk: Desk, role: str, unit: str) -> list[str]:
    """Who holds a seat of the inspecting side and is not recused from the unit."""
    recused = duties.recused_from(desk.db, unit)
    return [p for p in people.holders(desk.db, role) if p not in recused]


def watching_team(desk: Desk, mission: Stationing, *roles: str) -> list[str]:
    """Who sits there in the mission's team, in its round, and is not recused from the unit."""
    recused = duties.recused_from(desk.db, mission.unit_id)
    held = [
        person
        for role in sorted(roles)
        for person in people.holders(
            desk.db, role, team=mission.team_id, round_id=mission.round_id
        )
    ]
    return [p for p in dict.fromkeys(held) if p not in recused]


def sees_unit(desk: Desk, unit: str) -> bool:
    """Whether the person of this chat is not recused from the unit."""
    return me(desk).id not in duties.recused_from(desk.db, unit)
