"""`/calendar` (日历): a person's open duties as an .ics, and again when a date moves."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from casework.errors import NotAllowed
from casework.mission import TEAM_ROLES
from handlers.cards import CardAction, card
from handlers.desk import Desk, Person
from handlers.duty_lines import count, ground, title
from handlers.duty_rights import answering, departments_of, me, units_of, watching, watching_team
from handlers.dutybook import mission_of
from handlers.hours import open_now
from handlers.messages import Choice, OutFile, Policy, Priority, Reply, Text
from handlers.reach import to_person
from handlers.wire import dump
from storage import calendar_copies, duties, missions, people
from storage.calendar_copies import Copy
from storage.cards import Card
from storage.duties import Duty

OFFER_CARD = "duty_calendar"
MIME = "text/calendar"
ALARMS = (7, 1, 0)
"""Days before the legal day on which a calendar rings at nine."""

MOST = 1_000  # days of one file, the earliest first
_OPEN = ("open", "returned", "submitted")


def send(desk: Desk, argument: str) -> list[Reply]:
    """The file with every open duty of the person's scope; a moved date follows by itself."""
    person = me(desk)
    found = _scope(desk, person)
    if found is None:
        raise NotAllowed("rectification.no_calendar")
    listed = sorted(
        (d for d in found if d.state in _OPEN and not d.open_ended), key=lambda duty: duty.due
    )[:MOST]
    if not listed:
        return [Reply(key="duty.none")]
    known = calendar_copies.of_person(desk.db, person.id)
    file = _file(desk, person.id, listed, known, staff=_is_staff(person))
    return [Reply(key="rectification.calendar", values={"n": len(listed)}, files=(file,))]


def offer(desk: Desk) -> Reply:
    """A card with 日历, for the end of a board of duties."""
    choice = Choice(code="send", key="rectification.do_calendar")
    key = "rectification.calendar_offer"
    return card(desk, OFFER_CARD, me(desk).id, (choice,), key=key, person=me(desk).id)


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    return send(desk, "")


def send_again(desk: Desk, duty: Duty) -> list[Reply]:
    """The one duty again to everybody whose calendar holds it: other dates, or cancelled.

    To be called in the unit that moves the date; `changes` finds what nobody called it for.
    """
    return [
        reply
        for person in calendar_copies.readers(desk.db, duty.id)
        for reply in _again(desk, person, [duty.id])
    ]


def changes(desk: Desk, limit: int) -> list[Reply]:
    """One tick: every calendar that no longer says what the duties say, one message each."""
    if not open_now(desk):
        return []
    moved = calendar_copies.moved(desk.db, limit)
    return [reply for person, ids in moved.items() for reply in _again(desk, person, ids)]


def _again(desk: Desk, person_id: str, ids: Iterable[str]) -> list[Reply]:
    seats = people.seats(desk.db, person_id)
    scope = _scope(desk, Person(id=person_id, roles=seats)) or []
    within = {duty.id: duty for duty in scope}
    known = calendar_copies.of_person(desk.db, person_id)
    for id in ids:
        if id not in within:
            calendar_copies.forget(desk.db, person_id, id)
    listed = [within[id] for id in ids if id in within]
    if not listed:
        return []
    staff = _is_staff(Person(id=person_id, roles=seats))
    file = _file(desk, person_id, listed, known, staff=staff)
    first = listed[0].id
    sequence = known[first].sequence + 1 if first in known else 0
    told = Reply(
        key="rectification.calendar_again",
        values={"n": len(listed)},
        files=(file,),
        priority=Priority.NOTICE,
        policy=Policy.HOLD,
        dedupe=f"calendar:{person_id}:{first}:{sequence}",
    )
    return to_person(desk, person_id, told)


def _scope(desk: Desk, person: Person) -> list[Duty] | None:
    """The duties the person has to do with; None for who has none by office.

    The unit its own, a department its own, the team those of its missions, the office all.
    """
    units, departments = units_of(person), departments_of(person)
    if units or departments:
        owed = [d for unit in units for d in duties.of_unit(desk.db, unit)]
        owed = [d for d in owed if person.id in answering(desk, mission_of(desk, d.stationing_id))]
        return owed + [d for name in departments for d in duties.of_department(desk.db, name)]
    if not _is_staff(person):
        return None
    found: list[Duty] = []
    for mission in missions.every(desk.db):
        office = person.id in watching(desk, "office", mission.unit_id)
        if office or person.id in watching_team(desk, mission, *TEAM_ROLES):
            listed = duties.of_stationing(desk.db, mission.id)
            found += [d for d in listed if office or not _of_items(d)]
    return found


def _of_items(duty: Duty) -> bool:
    """Whether it follows from single reports, of which some are hidden from the team."""
    return bool(duty.department_id) or duty.kind == "transfer"


def _is_staff(person: Person) -> bool:
    return person.has("office", *TEAM_ROLES)


def _file(
    desk: Desk, person_id: str, listed: Sequence[Duty], known: dict[str, Copy], *, staff: bool
) -> OutFile:
    days = []
    for duty in listed:
        before = known.get(duty.id)
        sequence = _sequence(duty, before)
        days.append(_day(desk, duty, sequence, staff=staff))
        _keep(desk, person_id, duty, sequence)
    say = desk.rules.say
    name = say("rectification.calendar_name", {}, desk.talk.locale)
    made = {"kind": "calendar", "title": name, "stamp": desk.at, "days": days}
    return OutFile(name=f"{name}.ics", mime=MIME, made=made)


def _sequence(duty: Duty, before: Copy | None) -> int:
    """The revision, and more than before whenever something changed."""
    if before is None:
        return duty.revision
    same = before.revision == duty.revision and before.due == duty.due.isoformat()
    if same and duty.state != "accepted":
        return before.sequence
    return max(before.sequence + 1, duty.revision)


def _keep(desk: Desk, person_id: str, duty: Duty, sequence: int) -> None:
    if duty.state == "accepted":
        calendar_copies.forget(desk.db, person_id, duty.id)
        return
    calendar_copies.keep(
        desk.db,
        person_id=person_id,
        duty_id=duty.id,
        sequence=sequence,
        revision=duty.revision,
        due=duty.due.isoformat(),
        at=desk.at,
    )


def _day(desk: Desk, duty: Duty, sequence: int, *, staff: bool) -> dict[str, Any]:
    """One whole day: the legal day. Nothing of any report; the unit's name for staff alone."""
    unit = mission_of(desk, duty.stationing_id).unit_name if staff else ""
    values = {"doc": title(duty), "unit": unit}
    key = "rectification.calendar_staff" if staff else "rectification.calendar_own"
    mark = _mark(duty)
    words = [Text(key, values), *mark]
    extended = duty.extended_to
    lines = [Text("rectification.calendar_due", {"due": duty.due})]
    if extended:
        lines.append(Text("rectification.calendar_extended", {"on": extended}))
    if duty.next_on:
        lines.append(Text("rectification.calendar_next", {"on": duty.next_on}))
    lines += [count(duty), ground(duty), Text("rectification.calendar_of", {"on": desk.today})]
    alarms = [] if duty.provisional or duty.state == "submitted" else list(ALARMS)
    if extended and extended > duty.due:
        alarms = [n - (extended - duty.due) // timedelta(days=1) for n in alarms]
    return {
        "uid": f"{duty.id}@jianjian",
        "sequence": sequence,
        "day": duty.due.isoformat(),
        "summary": "".join(_said(desk, text) for text in words),
        "description": "\n".join(_said(desk, text) for text in lines),
        "alarms": alarms,
        "cancelled": duty.state == "accepted",
    }


def _mark(duty: Duty) -> list[Text]:
    if duty.provisional:
        return [Text("rectification.calendar_provisional")]
    return [Text("rectification.calendar_soft")] if duty.soft else []


def _said(desk: Desk, text: Text) -> str:
    """The words of a text, for a file."""
    return desk.rules.say(text.key, dump(text.values), desk.talk.locale)


COMMANDS = {"calendar": send}
CARDS: dict[str, CardAction] = {OFFER_CARD: _press}
