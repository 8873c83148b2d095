"""`/duties` (整改): what a unit or a department owes, with date, count, clause and what to do."""

from casework.errors import NotAllowed
from casework.mission import Stationing
from casework.obligations import dated_obligations
from handlers.desk import Desk
from handlers.duty_lines import card_values
from handlers.duty_rights import answering, departments_of, me, units_of
from handlers.dutybook import DELIVERED, RECEIVED, in_order
from handlers.feedback import sign_card
from handlers.messages import Reply
from handlers.submissions import submit_card
from storage import duties, missions
from storage.duties import Duty


def list_duties(desk: Desk, argument: str) -> list[Reply]:
    """Everything this person's unit or department owes; nothing of anybody else's."""
    person = me(desk)
    units, departments = units_of(person), departments_of(person)
    if not units and not departments:
        raise NotAllowed("duty.only_units")
    shown: list[Reply] = []
    for unit in units:
        shown += _of_unit(desk, unit, person.id)
    for department in departments:
        owed = in_order(desk, duties.of_department(desk.db, department))
        shown += [_shown(desk, duty) for duty in owed]
    return shown or [Reply(key="duty.none")]


def _of_unit(desk: Desk, unit: str, person: str) -> list[Reply]:
    shown: list[Reply] = []
    held = [m for m in missions.of_unit(desk.db, unit) if person in answering(desk, m)]
    for mission in held:
        signed = duties.milestone(desk.db, desk.vault, mission.id, RECEIVED)
        delivered = duties.milestone(desk.db, desk.vault, mission.id, DELIVERED)
        if delivered is not None and signed is None:
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
    """Dates that only follow from another duty's date, while its event has not come (003-17)."""
    profile = desk.rules.profiles.get(mission.profile_id)
    if profile is None:
        return []
    happened = duties.milestones(desk.db, desk.vault, mission.id)
    events = {m.event: m.happened_on for m in happened if not m.about}
    listed = dated_obligations(profile, desk.rules.common, events, desk.rules.calendar)
    return [
        Reply(
            key="duty.projected",
            values={
                "doc": one.obligation.title,
                "due": one.due.legal,
                "cite": one.short_citation,
            },
        )
        for one in listed
        if one.projected and one.due is not None
    ]


COMMANDS = {"duties": list_duties}
