"""`/duties` (整改): what everybody owes by their seat, with date, count, clause and what to do."""

from casework.errors import NotAllowed
from casework.mission import OFFICE_ROLES, TEAM_ROLES, Stationing
from handlers import duty_calendar
from handlers.dating import projected
from handlers.desk import Desk
from handlers.discharges import owed_by, owed_card
from handlers.duty_lines import card_values
from handlers.duty_rights import answering, departments_of, me, on_the_side_of, units_of
from handlers.dutybook import DELIVERED, RECEIVED, in_order
from handlers.feedback import sign_card
from handlers.messages import Reply
from handlers.submissions import submit_card
from storage import duties, missions
from storage.duties import Duty


def list_duties(desk: Desk, argument: str) -> list[Reply]:
    """What this person's unit, department or own seat owes; nothing of anybody else's.

    `argument` is the page of the list of the inspecting side.
    """
    person = me(desk)
    units, departments = units_of(person), departments_of(person)
    inside = person.has(*TEAM_ROLES, *OFFICE_ROLES)
    if not (units or departments or inside):
        raise NotAllowed("duty.only_units")
    shown: list[Reply] = []
    for unit in units:
        shown += _of_unit(desk, unit, person.id)
    for department in departments:
        owed = in_order(desk, duties.of_department(desk.db, department))
        shown += [_shown(desk, duty) for duty in owed]
    if inside:
        within = owed_by(desk, person)
        page = int(argument) if argument.isdecimal() and len(argument) < 4 else 1
        shown += [owed_card(desk, within, page)] if within else []
    return [*shown, duty_calendar.offer(desk)] if shown else [Reply(key="duty.none")]


def _of_unit(desk: Desk, unit: str, person: str) -> list[Reply]:
    shown: list[Reply] = []
    held = [m for m in missions.of_unit(desk.db, unit) if person in on_the_side_of(desk, m)]
    for mission in held:
        signed = duties.milestone(desk.db, desk.vault, mission.id, RECEIVED)
        delivered = duties.milestone(desk.db, desk.vault, mission.id, DELIVERED)
        waits = delivered is not None and signed is None
        if waits and person in answering(desk, mission):
            shown.append(sign_card(desk, mission, person))
    own = {mission.id for mission in held}
    listed = duties.of_unit(desk.db, unit)
    owed = in_order(desk, (d for d in listed if d.kind != "sign" and d.stationing_id in own))
    shown += [_shown(desk, duty) for duty in owed]
    for mission in held:
        shown += _projected(desk, mission)
    return shown


def _shown(desk: Desk, duty: Duty) -> Reply:
    values = card_values(desk, duty)
    if duty.state == "accepted":
        return Reply(key="duty.card", values=values)
    return submit_card(desk, duty, key="duty.card", values=values)


def _projected(desk: Desk, mission: Stationing) -> list[Reply]:
    return [
        Reply(
            key="duty.projected",
            values={
                "doc": one.obligation.title,
                "due": one.due.legal,
                "cite": one.short_citation,
            },
        )
        for one in projected(desk, mission)
        if one.due is not None and one.obligation.obligor in ("target_unit", "target_principal")
    ]


COMMANDS = {"duties": list_duties}
