"""暂停提醒: the office lets reminders rest until a day; it is told, and ends by itself."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from casework.errors import MoveNotAllowed
from casework.hygiene import displayable
from handlers.day_answers import coming_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_lines import title
from handlers.duty_rights import office, sees_unit
from handlers.dutybook import mission_of
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.hours import open_now
from handlers.messages import Choice, Priority, Reply
from handlers.public_check import for_the_unit
from handlers.reach import to_person
from handlers.recipients import concerned
from handlers.wire import dump
from storage import audit, duties, pauses
from storage.duties import Duty, State
from storage.pauses import Pause

REASON_MAX = 300
LONGEST_DAYS = 92
OFFERED = 20
_LIVE: tuple[State, ...] = ("open", "returned")


def begin_pause(desk: Desk) -> list[Reply]:
    """Open the form; the pauses that stand are shown first."""
    office(desk)
    standing = [one for one in pauses.standing(desk.db, desk.vault) if _sees(desk, one)]
    lines = [_standing_line(desk, one) for one in standing[:OFFERED]]
    if not _pausable(desk):
        return [Reply(key="ladder.nothing_to_pause"), *lines]
    return [*lines, *open_form(desk, PAUSE.id)]


def resume(desk: Desk, limit: int) -> list[Reply]:
    """A tick: pauses whose day has come end, and whoever was told of them is told again."""
    if not open_now(desk):
        return []
    replies: list[Reply] = []
    for one in pauses.over(desk.db, desk.vault, desk.today, limit):
        duty = duties.get(desk.db, one.duty_id)
        if not pauses.end(desk.db, one.id, desk.at) or duty is None:
            continue
        _audit(desk, "program", "reminders.resumed", duty, one)
        if duty.state in _LIVE:
            replies += _tell(desk, duty, one, "ladder.resumed", "resumed")
    return replies


def _done(desk: Desk, answers: Answers) -> list[Reply]:
    person = office(desk)
    duty = duties.get(desk.db, answers["duty"])
    if duty is None or not _may_pause(desk, duty):
        raise MoveNotAllowed("ladder.cannot_pause")
    one = Pause(
        id=desk.new_id(),
        duty_id=duty.id,
        until=date.fromisoformat(answers["until"]),
        reason=answers["reason"],
        actor=person.id,
        at=desk.at,
    )
    if not pauses.add(desk.db, desk.vault, one):
        raise MoveNotAllowed("ladder.already_paused")
    _audit(desk, person.id, "reminders.paused", duty, one)
    told = _tell(desk, duty, one, "ladder.paused", "paused", but=person.id)
    return [Reply(key="ladder.pause_kept", values=_values(desk, duty, one)), *told]


def _tell(desk: Desk, duty: Duty, one: Pause, key: str, name: str, but: str = "") -> list[Reply]:
    told = Reply(key=key, values=_values(desk, duty, one), priority=Priority.NOTICE)
    people = concerned(desk, duty, mission_of(desk, duty.stationing_id))
    return [
        reply
        for person in people
        if person != but
        for reply in to_person(desk, person, replace(told, dedupe=f"{name}:{one.id}:{person}"))
    ]


def _values(desk: Desk, duty: Duty, one: Pause) -> dict[str, Any]:
    return {
        "unit": mission_of(desk, duty.stationing_id).unit_name,
        "doc": title(duty),
        "until": one.until,
        "due": duty.due,
        "reason": one.reason,
    }


def _standing_line(desk: Desk, one: Pause) -> Reply:
    duty = duties.get(desk.db, one.duty_id)
    values = _values(desk, duty, one) if duty else {}
    return Reply(key="ladder.pause_stands", values=values)


def _sees(desk: Desk, one: Pause) -> bool:
    duty = duties.get(desk.db, one.duty_id)
    return duty is not None and sees_unit(desk, duty.unit_id)


def _may_pause(desk: Desk, duty: Duty) -> bool:
    return duty.state in _LIVE and bool(duty.ladder) and sees_unit(desk, duty.unit_id)


def _pausable(desk: Desk) -> list[Duty]:
    paused = {one.duty_id for one in pauses.standing(desk.db, desk.vault)}
    standing = [d for state in _LIVE for d in duties.standing(desk.db, state)]
    return [d for d in standing if d.id not in paused and _may_pause(desk, d)][:OFFERED]


def _choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=duty.id, label=_label(desk, duty)) for duty in _pausable(desk))


def _label(desk: Desk, duty: Duty) -> str:
    unit = mission_of(desk, duty.stationing_id).unit_name
    values = {"unit": unit, "doc": title(duty), "due": duty.due}
    return desk.rules.say("ladder.pause_choice", dump(values), desk.talk.locale)


def _longest(desk: Desk, answers: Answers) -> dict[str, Any]:
    return {"max": LONGEST_DAYS}


def _until(desk: Desk, answers: Answers, value: str) -> str:
    day = coming_day(desk, answers, value)
    if date.fromisoformat(day) > desk.today + timedelta(days=LONGEST_DAYS):
        raise Problem("ladder.pause_too_long", n=LONGEST_DAYS)
    return day


def _reason(desk: Desk, answers: Answers, value: str) -> str:
    words = displayable(value).strip()
    if len(words) > REASON_MAX:
        raise Problem("ladder.reason_too_long", n=REASON_MAX)
    duty = duties.get(desk.db, answers["duty"])
    if duty is None or duty.department_id:
        return words
    return for_the_unit(desk, mission_of(desk, duty.stationing_id), words)


def _audit(desk: Desk, actor: str, action: str, duty: Duty, one: Pause) -> None:
    audit.write(
        desk.db,
        at=desk.at,
        actor=actor,
        action=action,
        object=duty.id,
        facts={"until": one.until.isoformat()},
    )


PAUSE = Form(
    id="reminder_pause",
    staff=True,
    questions=(
        Question(key="duty", ask="ladder.pause_which", kind="choice", choices=_choices),
        Question(key="until", ask="ladder.pause_until", values=_longest, check=_until),
        Question(key="reason", ask="ladder.pause_reason", check=_reason),
    ),
    done=_done,
)
FORMS = (PAUSE,)
