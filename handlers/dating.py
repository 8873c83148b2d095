"""From an event and a clause to a duty with its date, its count, its ground and its reminders."""

from dataclasses import replace
from datetime import date

from casework.counting import due
from casework.ladder import PROMPT, Rung, rungs, send_on
from casework.mission import Department, Stationing
from casework.obligations import NO_DATE, Dated, can_be_overdue, dated, dated_obligations
from casework.profiles import Obligation
from casework.rulebooks import Rulebook
from casework.starts import DEPARTMENT_KINDS
from handlers.desk import Desk
from handlers.frozen import rulebook_of
from handlers.hours import opening
from storage import duties, missions
from storage.duties import Duty, Milestone


def duty_for(
    desk: Desk,
    book: Rulebook,
    mission: Stationing,
    milestone: Milestone,
    item: Obligation,
    department: Department | None = None,
) -> Duty:
    """The duty that a clause hangs on this event; without a date where nothing gives one."""
    calendar = desk.rules.calendar
    one = dated(item, book.profile, book.common, milestone.happened_on, {}, calendar)
    internal = item.basis == "default"
    end = one.due
    made = Duty(
        id=desk.new_id(),
        stationing_id=mission.id,
        unit_id=mission.unit_id,
        department_id=department.id if department else _department(desk, item),
        milestone_id=milestone.id,
        obligation=item.id,
        kind=item.kind,
        title="" if internal else item.title,
        obligor=item.obligor,
        trigger_on=milestone.happened_on,
        period=one.period,
        nominal_due=end.nominal if end else NO_DATE,
        due=end.legal if end else NO_DATE,
        provisional=bool(end and end.provisional),
        basis=one.basis,
        soft=one.soft,
        hard=can_be_overdue(one),
        strength=item.strength,
        citation="" if internal else one.short_citation,
        count=end.count if end else "",
        ladder=_ladder(desk, book, one),
        calendar_version=calendar.version,
        profile_version=book.profile.version,
    )
    return duties.moved(made, next_check=next_opening(desk, allowed(made), frozenset()))


def date_again(desk: Desk, duty: Duty) -> Duty | None:
    """The duty by today's calendar and its own frozen period; None where nothing counts it."""
    if duty.period is None:
        return None
    calendar = desk.rules.calendar
    end = due(duty.trigger_on, duty.period, calendar, desk.rules.common.calendar.rolls)
    hard = duty.strength == "must" and not duty.soft and not end.provisional
    alone = hard and duty.basis == "text"
    ladder = tuple(
        replace(rung, send_on=send_on(rung, end, calendar), alone=alone or rung.level == PROMPT)
        for rung in duty.ladder
    )
    return duties.moved(
        duty,
        nominal_due=end.nominal,
        due=end.legal,
        provisional=end.provisional,
        hard=hard,
        count=end.count,
        ladder=ladder,
        calendar_version=calendar.version,
    )


def projected(desk: Desk, mission: Stationing) -> list[Dated]:
    """Dates that only follow from another duty's date, while its event has not come (003-17)."""
    if mission.profile_id not in desk.rules.profiles:
        return []
    book = rulebook_of(desk, mission)
    happened = duties.milestones(desk.db, desk.vault, mission.id)
    events = {m.event: m.happened_on for m in happened if not m.about}
    listed = dated_obligations(book.profile, book.common, events, desk.rules.calendar)
    return [one for one in listed if one.projected and one.due is not None]


def next_opening(desk: Desk, ladder: tuple[Rung, ...], done: frozenset[int]) -> int | None:
    """When the next rung that may come by itself or be asked for is due; None = never."""
    left = [rung.send_on for rung in ladder if rung.number not in done]
    return opening(desk, min(left)) if left else None


def allowed(duty: Duty) -> tuple[Rung, ...]:
    """The rungs that may come at all: a provisional date never climbs beyond 提示."""
    return tuple(rung for rung in duty.ladder if rung.level == PROMPT or not duty.provisional)


def is_late(duty: Duty, today: date) -> bool:
    """Whether a day counted back from an event had passed before anybody could keep it."""
    before = duty.period is not None and duty.period.direction == "before"
    return before and duty.due < today


def _department(desk: Desk, item: Obligation) -> str:
    """The only department of the kind that owes this; where there are several, the office asks."""
    kind = DEPARTMENT_KINDS.get(item.obligor)
    if kind is None or item.kind == "transfer_feedback":
        return ""
    found = [d.id for d in missions.departments(desk.db) if d.kind == kind]
    return found[0] if len(found) == 1 else ""


def _ladder(desk: Desk, book: Rulebook, one: Dated) -> tuple[Rung, ...]:
    """The rungs after the event, a short period having no early ones; all of a countdown."""
    every = rungs(one, book.common, desk.rules.calendar)
    start = one.trigger_date
    if one.period is not None and one.period.direction == "before":
        return tuple(every)
    return tuple(rung for rung in every if start is None or rung.send_on > start)
