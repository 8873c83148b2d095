"""The planner's tick: what should have been sent by now, from rows alone, and each of it once."""

from collections.abc import Iterator
from dataclasses import replace

from casework.ladder import PROMPT, Rung
from casework.mission import Stationing
from handlers.cards import card
from handlers.desk import Desk
from handlers.dutybook import allowed, in_order, mission_of, next_opening
from handlers.hours import any_open, open_for, opening
from handlers.messages import Choice, Policy, Priority, Reply, Text
from handlers.reach import to_person
from handlers.recipients import holders
from handlers.reminder_lines import REVIEW_IDLE, line
from storage import audit, duties, pauses, planner, reminders
from storage.duties import Duty
from storage.reminders import Purpose, Reminder, State

SEE_CARD = "reminder_see"
LIVE = ("open", "returned")
LINES = 8  # as many as one message of the shortest surface holds


def plan_reminders(desk: Desk, limit: int) -> list[Reply]:
    """One tick: settle up to `limit` duties whose rung has come, then up to `limit` people's day.

    Nothing leaves outside a person's working hours, and nobody gets a second message on a day.
    While more duties wait than one tick takes, nothing is sent, so that all of one person's
    duties of a day come in one message.
    """
    if not any_open(desk):
        return []
    come = duties.due_now(desk.db, desk.at, limit)
    for duty in come:
        _settle(desk, duty)
    if len(come) == limit:
        return []
    return [reply for person in list(_waiting(desk, limit)) for reply in _message(desk, person)]


def next_reminder(desk: Desk) -> int | None:
    """When the planner next has something to do (epoch seconds); None = nothing is ahead."""
    return duties.next_due(desk.db)


def send_agreed(desk: Desk, duty: Duty, rung: Rung) -> None:
    """An officer agreed: the rung goes to its people, 专报 to those it was proposed for."""
    mission = mission_of(desk, duty.stationing_id)
    if rung.propose_to:
        _remind_roles(desk, duty, mission, rung, rung.propose_to, "to")
        return
    _remind_roles(desk, duty, mission, rung, rung.to, "to")
    _remind_roles(desk, duty, mission, rung, rung.copy, "copy")


def _waiting(desk: Desk, limit: int) -> Iterator[str]:
    """Up to `limit` people who work now, whoever else waits for their own hours."""
    after, found = "", 0
    while found < limit:
        page = planner.waiting(desk.db, desk.today, after, limit)
        for person in page:
            if found < limit and open_for(desk, person):
                found += 1
                yield person
        if len(page) < limit:
            return
        after = page[-1]


def _settle(desk: Desk, duty: Duty) -> None:
    """Put the highest rung that has come into the ledger, the lower ones as superseded."""
    rest = pauses.until(desk.db, duty.id)
    if rest is not None and rest > desk.today:
        duties.check_next(desk.db, duty.id, opening(desk, rest))
        return
    ladder = allowed(duty)
    done = reminders.handled(desk.db, duty.id, duty.revision)
    come = [r for r in ladder if r.send_on <= desk.today and r.number not in done]
    if come and duty.state in LIVE:
        top = max(come, key=lambda rung: (rung.send_on, rung.number))
        for rung in come:
            if rung is not top:
                _write(desk, duty, rung, "", "", "superseded")
        _raise(desk, duty, top)
    now = done | {rung.number for rung in come}
    check = next_opening(desk, ladder, frozenset(now)) if duty.state in LIVE else None
    duties.check_next(desk.db, duty.id, check)


def _raise(desk: Desk, duty: Duty, rung: Rung) -> None:
    mission = mission_of(desk, duty.stationing_id)
    if rung.propose_to or not (rung.alone or rung.level == PROMPT):
        _remind_roles(desk, duty, mission, rung, ("office",), "ask")
    else:
        _remind_roles(desk, duty, mission, rung, rung.to, "to")
        _remind_roles(desk, duty, mission, rung, rung.copy, "copy")
    facts = {"rung": rung.number, "level": rung.level, "revision": duty.revision}
    audit.write(
        desk.db, at=desk.at, actor="program", action="duties.reminded", object=duty.id, facts=facts
    )


def _remind_roles(
    desk: Desk,
    duty: Duty,
    mission: Stationing,
    rung: Rung,
    roles: tuple[str, ...],
    purpose: Purpose,
) -> None:
    listed = [person for role in roles for person in holders(desk, duty, mission, role)]
    for person in dict.fromkeys(listed):
        _write(desk, duty, rung, person, purpose, "planned")
    if roles and not listed:
        _write(desk, duty, rung, "", purpose, "unreachable")


def _write(
    desk: Desk, duty: Duty, rung: Rung, person: str, purpose: Purpose, state: State
) -> None:
    new = Reminder(
        id=desk.new_id(),
        duty_id=duty.id,
        revision=duty.revision,
        rung=rung.number,
        recipient=person,
        purpose=purpose,
        level=rung.level,
        template=rung.template,
        send_on=rung.send_on,
        late=rung.send_on < desk.today,
        state=state,
        at=desk.at,
    )
    reminders.remind(desk.db, new)


def _message(desk: Desk, person: str) -> list[Reply]:
    """Everything that waits for one person as one message; nothing where it has been overtaken."""
    live = _still_wanted(desk, person)
    if not live:
        return []
    order = [duty.id for duty in in_order(desk, (duty for _, duty in live))]
    live.sort(key=lambda pair: order.index(pair[1].id))
    sent = to_person(desk, person, _digest(desk, person, live))
    for one, _ in live:
        state: State = "sent" if sent else "unreachable"
        reminders.settle(desk.db, one.id, "asked" if one.purpose == "ask" else state, desk.at)
    if sent:
        planner.claim_day(desk.db, person, desk.today, desk.at)
    return sent


def _still_wanted(desk: Desk, person: str) -> list[tuple[Reminder, Duty]]:
    """What waits for a person: of each duty the highest rung, and every question to an officer."""
    live: dict[tuple[str, str], tuple[Reminder, Duty]] = {}
    for one in reminders.waiting_for(desk.db, person):
        duty = duties.get(desk.db, one.duty_id)
        if duty is None or not _wanted(duty, one):
            reminders.settle(desk.db, one.id, "superseded", desk.at)
            continue
        if _paused(desk, duty):
            continue
        place = (duty.id, _line_of(one))
        lower = live.get(place)
        if lower is not None:
            reminders.settle(desk.db, lower[0].id, "superseded", desk.at)
        live[place] = (replace(one, late=one.late or one.send_on < desk.today), duty)
    return list(live.values())


def _line_of(one: Reminder) -> str:
    """Which line of a duty this is: a question is its own, an idle review stands beside a rung."""
    if one.purpose == "ask":
        return one.id
    return REVIEW_IDLE if one.template == REVIEW_IDLE else ""


def _wanted(duty: Duty, one: Reminder) -> bool:
    """Whether the duty still stands as it stood when the reminder was planned."""
    if one.template == REVIEW_IDLE:
        return duty.state == "submitted"
    return duty.state in LIVE and duty.revision == one.revision


def _paused(desk: Desk, duty: Duty) -> bool:
    rest = pauses.until(desk.db, duty.id)
    return rest is not None and rest > desk.today


def _digest(desk: Desk, person: str, live: list[tuple[Reminder, Duty]]) -> Reply:
    lines = [line(desk, duty, one) for one, duty in live[:LINES]]
    if len(live) > LINES:
        lines.append(Text("reminder.more", {"n": len(live) - LINES}))
    values = {"day": desk.today, "lines": lines}
    told = Reply(key="reminder.digest", values=values)
    if any(one.purpose == "ask" for one, _ in live):
        see = (Choice(code="see", key="reminder.see_questions"),)
        told = card(desk, SEE_CARD, person, see, key=told.key, values=values, person=person)
    return replace(
        told,
        priority=Priority.REMINDER,
        policy=Policy.HOLD,
        dedupe=f"reminder:{live[0][0].id}",
    )
