"""One tap 催办 or 督办: the text is prepared, an officer sends it, the ledger keeps it."""

from datetime import datetime
from typing import Any

from casework.errors import MoveNotAllowed, NotAllowed
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_lines import title
from handlers.duty_rights import office, sees_unit
from handlers.dutybook import mission_of
from handlers.forms import Answers, Form, Problem, Question
from handlers.hours import open_for, opening
from handlers.messages import Choice, Policy, Priority, Reply, Text
from handlers.public_check import for_the_unit
from handlers.reach import to_person
from handlers.urging_texts import LEVEL_CODES, prepared
from storage import audit, cards, duties, people, reminders, urgings
from storage.cards import Card
from storage.duties import Duty
from storage.reminders import Reminder
from storage.urgings import Urging

URGE_CARD = "urge"
FIRST_RUNG = 1000
"""Officers' acts take numbers above those of every ladder."""
LONGEST_REASON = 300


def prepare(desk: Desk, duty: Duty, level: str, reason: str = "") -> list[Reply]:
    """Show the prepared text to the officer, who may send it, add a reason, or let it be."""
    person = office(desk)
    ready = prepared(desk, duty, level, reason)
    code = next(code for code, known in LEVEL_CODES.items() if known == level)
    values = {"text": ready.text, "to": _names(desk, ready.to), "copy": _names(desk, ready.copy)}
    choices = [Choice(code="send", key="board.do_send")]
    if not reason:
        choices.append(Choice(code="reason", key="board.do_reason"))
    return [
        card(
            desk,
            URGE_CARD,
            f"{duty.id}:{code}:{duty.revision}:{len(urgings.of(desk.db, desk.vault, duty.id))}",
            (*choices, Choice(code="no", key="button.no")),
            key="board.prepared",
            values={**values, "reason": reason},
            person=person.id,
        )
    ]


def send(desk: Desk, duty: Duty, level: str, reason: str = "") -> list[Reply]:
    """Send it as the officer's act: one message and one line of the ledger for each person."""
    officer = office(desk)
    if not sees_unit(desk, duty.unit_id):
        raise NotAllowed("office.only_office")
    if len(reason) > LONGEST_REASON:
        raise MoveNotAllowed("board.note_too_long", n=LONGEST_REASON)
    ready = prepared(desk, duty, level, reason)
    number = 1 + len(urgings.of(desk.db, desk.vault, duty.id))
    act = Urging(
        id=desk.new_id(),
        duty_id=duty.id,
        number=number,
        level=level,
        reason=reason,
        actor=officer.id,
        at=desk.at,
    )
    urgings.add(desk.db, desk.vault, act)
    facts = {"level": level, "number": number, "to": len(ready.to), "copies": len(ready.copy)}
    audit.write(
        desk.db, at=desk.at, actor=officer.id, action="duties.urged", object=duty.id, facts=facts
    )
    sent = [reply for person in ready.to for reply in _tell(desk, duty, act, person, ready.text)]
    copied = Text("reminder.copy", {"line": ready.text})
    for person in ready.copy:
        sent += _tell(desk, duty, act, person, copied, copy=True)
    return sent


def _tell(
    desk: Desk, duty: Duty, act: Urging, person: str, text: Text, *, copy: bool = False
) -> list[Reply]:
    """The message to one person, in working hours, and its line in the ledger."""
    number = desk.new_id()
    told = Reply(
        key="board.message",
        values={"text": text},
        priority=Priority.REMINDER,
        policy=Policy.HOLD,
        not_before=_in_hours(desk, person),
        dedupe=f"reminder:{number}",
    )
    replies = to_person(desk, person, told)
    line = Reminder(
        id=number,
        duty_id=duty.id,
        revision=duty.revision,
        rung=FIRST_RUNG + act.number,
        recipient=person,
        purpose="copy" if copy else "to",
        level=act.level,
        template="by_hand",
        send_on=desk.today,
        state="sent" if replies else "unreachable",
        at=desk.at,
    )
    reminders.remind(desk.db, line)
    return replies


def _names(desk: Desk, persons: tuple[str, ...]) -> list[str]:
    return [people.name(desk.db, desk.vault, person) for person in persons]


def _in_hours(desk: Desk, person: str) -> datetime | None:
    """The next opening where this person does not work now."""
    if open_for(desk, person):
        return None
    day = desk.today
    if not desk.rules.calendar.is_workday(day) or opening(desk, day) <= desk.at:
        day = desk.rules.calendar.add_workdays(day, 1)
    return datetime.fromtimestamp(opening(desk, day), desk.zone)


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    office(desk)
    duty_id, level_code, revision, sent = pressed.subject.split(":")
    duty = duties.get(desk.db, duty_id)
    known = len(urgings.of(desk.db, desk.vault, duty_id))
    if duty is None or str(duty.revision) != revision or str(known) != sent:
        raise MoveNotAllowed("board.moved_on")
    if not sees_unit(desk, duty.unit_id):
        raise NotAllowed("office.only_office")
    level = LEVEL_CODES[level_code]
    if code == "reason":
        return open_form(desk, REASON.id, context={"duty": duty_id, "level": level})
    cards.close_all(desk.db, pressed.subject, URGE_CARD)
    values = {"doc": title(duty)}
    if code != "send":
        return [Reply(key="board.not_sent", values=values)]
    replies = send(desk, duty, level)
    return [Reply(key="board.sent", values=values), *replies]


def _short(desk: Desk, answers: Answers, reason: str) -> str:
    if len(reason) > LONGEST_REASON:
        raise Problem("board.note_too_long", n=LONGEST_REASON)
    duty = _meant(desk, answers)
    if duty.department_id:
        return reason
    return for_the_unit(desk, mission_of(desk, duty.stationing_id), reason)


def _preview(desk: Desk, answers: Answers) -> dict[str, Any]:
    duty = _meant(desk, answers)
    ready = prepared(desk, duty, answers["_"]["level"], answers["reason"])
    return {"text": ready.text, "to": _names(desk, ready.to), "copy": _names(desk, ready.copy)}


def _with_reason(desk: Desk, answers: Answers) -> list[Reply]:
    duty = _meant(desk, answers)
    replies = send(desk, duty, answers["_"]["level"], answers["reason"])
    return [Reply(key="board.sent", values={"doc": title(duty)}), *replies]


def _meant(desk: Desk, answers: Answers) -> Duty:
    duty = duties.get(desk.db, answers["_"]["duty"])
    if duty is None or not sees_unit(desk, duty.unit_id):
        raise NotAllowed("office.only_office")
    return duty


REASON = Form(
    id="urge_reason",
    staff=True,
    questions=(
        Question(key="reason", ask="board.ask_reason", name="board.name_reason", check=_short),
    ),
    done=_with_reason,
    review="board.prepared",
    summary=_preview,
)
CARDS: dict[str, CardAction] = {URGE_CARD: _press}
FORMS = (REASON,)
