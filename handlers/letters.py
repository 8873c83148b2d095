"""移交函送达: the office enters from paper that a department received a letter."""

from datetime import date

from casework.errors import Gone, MoveNotAllowed
from casework.hygiene import is_blank
from casework.mission import Department, Stationing
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me, office, sees_unit
from handlers.dutybook import mission_of
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.messages import Choice, Reply, Text
from handlers.transfers import promised, receive, used
from storage import letters, missions, sendings
from storage.letters import Letter

__all__ = ["FORMS", "NUMBER_MAX", "begin_letter", "letter_book", "letter_number"]
NUMBER_MAX, SHOWN = 60, 20


def begin_letter(desk: Desk) -> list[Reply]:
    """Open the form for a transfer letter; it knows the letter's number and nothing of a tip."""
    office(desk)
    if not missions.departments(desk.db):
        return [Reply(key="office.no_department")]
    return open_form(desk, LETTER.id)


def letter_book(desk: Desk) -> list[Reply]:
    """发文登记: the newest letters, where each stands, and why one was given back."""
    office(desk)
    found = letters.newest(desk.db, desk.vault, SHOWN)
    lines = [_line(desk, letter) for letter in found if _sees(desk, letter)]
    if not lines:
        return [Reply(key="transfer.no_letters_sent")]
    return [Reply(key="transfer.book", values={"lines": lines}, content=_carries(desk))]


def _line(desk: Desk, letter: Letter) -> Text:
    items = sendings.of_letter(desk.db, desk.vault, letter.id)
    back = sum(bool(sent.back_on) for sent in items)
    values = {
        "letter": letter.number,
        "to": letter.to,
        "on": date.fromisoformat(letter.sent_on),
        "n": len(items),
        "state": _state(desk, letter, back, len(items)),
    }
    return Text("transfer.line", values)


def _state(desk: Desk, letter: Letter, back: int, items: int) -> Text:
    if letter.returned_on:
        reason = letter.reason if _carries(desk) else ""
        told = Text("transfer.because", {"reason": reason}) if reason else ""
        on = date.fromisoformat(letter.returned_on)
        return Text("transfer.state_back", {"on": on, "reason": told})
    if items and back == items:
        return Text("transfer.state_answered")
    if letter.received_on:
        on = date.fromisoformat(letter.received_on)
        return Text("transfer.state_received", {"on": on, "back": back})
    return Text("transfer.state_waiting")


def _carries(desk: Desk) -> bool:
    return desk.surface.content


def _sees(desk: Desk, letter: Letter) -> bool:
    mission = missions.stationing(desk.db, letter.stationing_id)
    return mission is None or sees_unit(desk, mission.unit_id)


def letter_number(desk: Desk, answers: Answers, value: str) -> str:
    """The number alone. Raises Problem where it is empty or too long to be one."""
    if is_blank(value) or len(value) > NUMBER_MAX:
        raise Problem("office.letter_number_short")
    return value.strip()


def _missions(desk: Desk, answers: Answers) -> Choices:
    approved = (m for m in missions.every(desk.db) if m.approved)
    return mission_choices(desk, (m for m in approved if sees_unit(desk, m.unit_id)))


def _departments(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=d.id, label=d.name) for d in missions.departments(desk.db))


def _enter(desk: Desk, answers: Answers) -> list[Reply]:
    office(desk)
    mission = mission_of(desk, answers["mission"])
    department = missions.department(desk.db, answers["department"])
    if department is None:
        raise Gone()
    on = date.fromisoformat(answers["on"])
    letter = _letter(desk, mission, department, answers["letter"], on)
    if letter.received_on:
        raise MoveNotAllowed("office.letter_known", letter=letter.number)
    _, told = receive(desk, letter, on, paper=True)
    shown = promised(desk, letter) or Text("transfer.no_date")
    values = {"department": department.name, "letter": letter.number, "due": shown}
    return [Reply(key="office.letter_recorded", values=values), *told]


def _letter(
    desk: Desk, mission: Stationing, department: Department, number: str, on: date
) -> Letter:
    """The letter as it was sent, or where its sending was not entered, as it is entered now.

    Errors: MoveNotAllowed where the number belongs to another letter of the year.
    """
    new = Letter(
        id=desk.new_id(),
        stationing_id=mission.id,
        department_id=department.id,
        number=number,
        to=department.name,
        disposition="",
        sent_on=on.isoformat(),
        entered_by=me(desk).id,
        at=desk.at,
    )
    this, before = (letters.by_number(desk.db, desk.vault, number, on.year - n) for n in (0, 1))
    for one in (this, before):
        over = one is not None and one is before and (one.received_on or one.returned_on)
        if one is not None and not over and (one.to, one.stationing_id) == (new.to, mission.id):
            return one
    if this is not None:
        raise used(this, new)
    letters.add(desk.db, desk.vault, new)
    return new


LETTER = Form(
    id="office_letter",
    staff=True,
    questions=(
        Question(
            key="mission",
            ask="office.which_mission",
            kind="choice",
            choices=_missions,
            check=chosen_mission,
        ),
        Question(
            key="department", ask="office.which_department", kind="choice", choices=_departments
        ),
        Question(key="letter", ask="office.letter_number", check=letter_number),
        Question(key="on", ask="office.letter_on", choices=(TODAY,), check=past_day),
    ),
    done=_enter,
)
FORMS = (LETTER,)
