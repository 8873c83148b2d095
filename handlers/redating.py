"""A date counted again: by another calendar or rulebook, with who hears of it (【时限更正】)."""

from dataclasses import replace
from datetime import date

from casework.ladder import Rung, redated, rungs
from casework.obligations import Dated, can_be_overdue, dated
from casework.rulebooks import Rulebook
from handlers.desk import Desk
from handlers.duty_lines import title
from handlers.dutybook import allowed, date_again, mission_of, next_opening
from handlers.messages import Priority, Reply, Text
from handlers.reach import to_person
from handlers.recipients import concerned
from storage import audit, duties, planner, reminders
from storage.duties import Duty

_FACTS = (
    "period",
    "nominal_due",
    "due",
    "provisional",
    "basis",
    "soft",
    "hard",
    "strength",
    "citation",
)


def again(desk: Desk, duty: Duty, book: Rulebook) -> Duty | None:
    """The duty as this rulebook and today's calendar date it; None where nothing counts it."""
    item = book.profile.obligation_of(duty.obligation)
    if item is None:
        return date_again(desk, duty)
    calendar = desk.rules.calendar
    one = dated(item, book.profile, book.common, duty.trigger_on, {}, calendar)
    if one.due is None:
        return None
    return duties.moved(
        duty,
        period=one.period,
        nominal_due=one.due.nominal,
        due=one.due.legal,
        provisional=one.due.provisional,
        basis=one.basis,
        soft=one.soft,
        hard=can_be_overdue(one),
        strength=item.strength,
        citation=duty.citation if item.basis == "default" else one.short_citation,
        count=one.due.count,
        ladder=_ladder(desk, duty, one, book),
        calendar_version=calendar.version,
        profile_version=book.profile.version,
    )


def differs(duty: Duty, new: Duty) -> bool:
    """Whether anything that people were told would be said otherwise."""
    return any(getattr(duty, name) != getattr(new, name) for name in _FACTS)


def apply(desk: Desk, duty: Duty, new: Duty, *, actor: str) -> list[Reply]:
    """Write the new date with its ladder, audit it, and tell whom it concerns."""
    if duty.state == "open":
        done = reminders.handled(desk.db, duty.id, duty.revision)
        left = (r for r in new.ladder if r.number not in done or r.send_on > desk.today)
        new = duties.moved(new, ladder=tuple(left))
        new = duties.moved(new, next_check=next_opening(desk, allowed(new), frozenset()))
    else:  # what waits for a review or a next date keeps the ladder of that
        new = duties.moved(new, ladder=duty.ladder, next_check=duty.next_check)
    planner.redate(desk.db, new)
    facts = {
        "old": duty.due.isoformat(),
        "new": new.due.isoformat(),
        "calendar": new.calendar_version,
        "profile": new.profile_version,
    }
    audit.write(
        desk.db,
        at=desk.at,
        actor=actor,
        action="duties.recalculated",
        object=duty.id,
        facts=facts,
    )
    return _announce(desk, duty, new)


def reason(duty: Duty, new: Duty) -> Text:
    """Why a date is another one now."""
    other_rules = duty.profile_version != new.profile_version or duty.period != new.period
    if not other_rules:
        return Text("ladder.why_calendar")
    if duty.calendar_version == new.calendar_version:
        return Text("ladder.why_profile")
    return Text("ladder.why_both")


def day_of(duty: Duty) -> date | Text:
    """The date of a duty for a message; there may be none."""
    return Text("ladder.no_date") if duty.open_ended else duty.due


def _ladder(desk: Desk, duty: Duty, one: Dated, book: Rulebook) -> tuple[Rung, ...]:
    calendar = desk.rules.calendar
    every = rungs(one, book.common, calendar)
    backward = one.period is not None and one.period.direction == "before"
    ladder = tuple(r for r in every if backward or r.send_on > duty.trigger_on)
    return redated(ladder, duty.extended_to, calendar) if duty.extended_to else ladder


def _announce(desk: Desk, duty: Duty, new: Duty) -> list[Reply]:
    mission = mission_of(desk, duty.stationing_id)
    moved = duty.due != new.due
    if not moved and not (duty.provisional and not new.provisional):
        return []
    told = Reply(
        key="reminder.calendar_changed" if moved else "reminder.calendar_confirmed",
        values={
            "unit": mission.unit_name,
            "doc": title(duty),
            "old": day_of(duty),
            "new": day_of(new),
            "why": reason(duty, new),
        },
        priority=Priority.NOTICE,
    )
    return [
        reply
        for person in concerned(desk, duty, mission)
        for reply in to_person(desk, person, _to(told, duty, person))
    ]


def _to(told: Reply, duty: Duty, person: str) -> Reply:
    return replace(told, dedupe=f"recalculated:{duty.id}:{duty.revision}:{person}")
