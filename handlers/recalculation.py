"""A new notice of holidays: open duties are counted again, and a changed date is announced."""

from handlers.desk import Desk
from handlers.duty_lines import title
from handlers.duty_rights import answering, watching
from handlers.dutybook import allowed, date_again, mission_of, next_opening
from handlers.messages import Priority, Reply
from handlers.reach import to_person
from storage import audit, duties, people, reminders
from storage.duties import Duty


def recalculate(desk: Desk, limit: int) -> list[Reply]:
    """Count up to `limit` open duties of an older calendar again; what to tell about changes."""
    version = desk.rules.calendar.version
    return [
        reply
        for duty in duties.of_other_calendar(desk.db, version, limit)
        for reply in _again(desk, duty, version)
    ]


def _again(desk: Desk, duty: Duty, version: str) -> list[Reply]:
    new = date_again(desk, duty)
    before = (duty.nominal_due, duty.due, duty.provisional)
    if new is None or (new.nominal_due, new.due, new.provisional) == before:
        duties.keep_dates(desk.db, duty.id, version)
        return []
    done = reminders.handled(desk.db, duty.id, duty.revision)
    ladder = tuple(rung for rung in new.ladder if rung.number not in done)
    if duty.state != "open":
        new = duties.moved(new, ladder=duty.ladder, next_check=duty.next_check)
    else:
        new = duties.moved(new, ladder=ladder)
        new = duties.moved(new, next_check=next_opening(desk, allowed(new), frozenset()))
    duties.revise(desk.db, new)
    facts = {"old": duty.due.isoformat(), "new": new.due.isoformat(), "calendar": version}
    audit.write(
        desk.db,
        at=desk.at,
        actor="program",
        action="duties.recalculated",
        object=duty.id,
        facts=facts,
    )
    return _announce(desk, duty, new)


def _announce(desk: Desk, duty: Duty, new: Duty) -> list[Reply]:
    mission = mission_of(desk, duty.stationing_id)
    changed = duty.due != new.due
    told = Reply(
        key="reminder.calendar_changed" if changed else "reminder.calendar_confirmed",
        values={
            "unit": mission.unit_name,
            "doc": title(duty),
            "old": duty.due,
            "new": new.due,
        },
        priority=Priority.NOTICE,
        dedupe=f"recalculated:{duty.id}:{duty.revision}",
    )
    if duty.department_id:
        listed = people.holders(desk.db, "department_member", department=duty.department_id)
    elif duty.obligor in ("target_unit", "target_principal"):
        listed = answering(desk, mission, "unit_liaison")
    else:
        listed = watching(desk, "office", duty.unit_id)
    replies: list[Reply] = []
    for person in dict.fromkeys(listed):
        mine = Reply(
            key=told.key,
            values=told.values,
            priority=told.priority,
            dedupe=f"{told.dedupe}:{person}",
        )
        replies += to_person(desk, person, mine)
    return replies
