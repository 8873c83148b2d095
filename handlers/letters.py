"""移交函: the office enters that a department received a transfer; its months begin with that."""

from datetime import date

from casework.errors import MoveNotAllowed
from casework.hygiene import is_blank
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_lines import card_values
from handlers.duty_rights import office, sees_unit
from handlers.dutybook import TRANSFER, mission_of, record_event
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.messages import Choice, Priority, Reply
from handlers.reach import to_person
from storage import missions, people


def begin_letter(desk: Desk) -> list[Reply]:
    """Open the form for a transfer letter; it knows the letter's number and nothing of a tip."""
    office(desk)
    if not missions.departments(desk.db):
        return [Reply(key="office.no_department")]
    return open_form(desk, LETTER.id)


def _missions(desk: Desk, answers: Answers) -> Choices:
    approved = (m for m in missions.every(desk.db) if m.approved)
    return mission_choices(m for m in approved if sees_unit(desk, m.unit_id))


def _departments(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=d.id, label=d.name) for d in missions.departments(desk.db))


def _number(desk: Desk, answers: Answers, value: str) -> str:
    if is_blank(value) or len(value) > 60:
        raise Problem("office.letter_number_short")
    return value.strip()


def _enter(desk: Desk, answers: Answers) -> list[Reply]:
    office(desk)
    mission = mission_of(desk, answers["mission"])
    department = missions.department(desk.db, answers["department"])
    on = date.fromisoformat(answers["on"])
    letter = answers["letter"]
    about = desk.vault.index("letter", f"{answers['department']}|{letter}").hex()[:32]
    started = record_event(
        desk,
        mission,
        TRANSFER,
        on,
        about=about,
        paper=True,
        words={"letter": letter},
        department=department,
    )
    if started is None:
        raise MoveNotAllowed("office.letter_known", letter=letter)
    name = department.name if department else ""
    told = [
        reply
        for person in people.holders(
            desk.db, "department_member", department=answers["department"]
        )
        for duty in started
        for reply in to_person(
            desk,
            person,
            Reply(
                key="duty.letter_timeline",
                values={**card_values(desk, duty), "letter": letter},
                priority=Priority.NOTICE,
            ),
        )
    ]
    dues = [duty.due for duty in started]
    values = {"department": name, "letter": letter, "due": dues[0] if dues else ""}
    return [Reply(key="office.letter_recorded", values=values), *told]


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
        Question(key="letter", ask="office.letter_number", check=_number),
        Question(key="on", ask="office.letter_on", choices=(TODAY,), check=past_day),
    ),
    done=_enter,
)
FORMS = (LETTER,)
