"""移交函: the office enters that a department received a transfer; its months begin with that."""

from datetime import date

from casework.errors import Gone, MoveNotAllowed
from casework.hygiene import is_blank
from casework.mission import Department, Stationing
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_lines import card_values
from handlers.duty_rights import me, office, sees_unit
from handlers.dutybook import TRANSFER, mission_of, record_event
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.messages import Choice, Priority, Reply
from handlers.reach import to_person
from storage import audit, duties, missions, people
from storage.duties import Duty


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
    if department is None:
        raise Gone()
    letter = answers["letter"]
    started = received(desk, mission, department, letter, date.fromisoformat(answers["on"]))
    if started is None:
        raise MoveNotAllowed("office.letter_known", letter=letter)
    values = {"department": department.name, "letter": letter, "due": _first_due(started)}
    told = tell_department(desk, department, letter, started)
    return [Reply(key="office.letter_recorded", values=values), *told]


def received(
    desk: Desk, mission: Stationing, department: Department, letter: str, on: date
) -> list[Duty] | None:
    """A department has a letter: what it owes from that day; None where that was known before."""
    return record_event(
        desk,
        mission,
        TRANSFER,
        on,
        about=_about(desk, department.id, letter),
        paper=True,
        words={"letter": letter},
        department=department,
    )


def answered(desk: Desk, mission: Stationing, department_id: str, letter: str, on: date) -> None:
    """The department's feedback on a letter was entered: it owes nothing more for it."""
    for duty in owed(desk, mission, department_id, letter):
        first = duty.submitted_on or on
        done = duties.moved(duty, state="accepted", submitted_on=first, next_check=None)
        duties.move(desk.db, duty, done)
        audit.write(
            desk.db,
            at=desk.at,
            actor=me(desk).id,
            action="document.accepted",
            object=duty.id,
            facts={"on": on.isoformat(), "paper": True},
        )


def owed(desk: Desk, mission: Stationing, department_id: str, letter: str) -> list[Duty]:
    """What a department still owes for a letter."""
    about = _about(desk, department_id, letter)
    came = duties.milestone(desk.db, desk.vault, mission.id, TRANSFER, about)
    listed = duties.of_stationing(desk.db, mission.id) if came else []
    return [d for d in listed if came and d.milestone_id == came.id and d.state != "accepted"]


def number_of(desk: Desk, duty: Duty) -> str:
    """The letter under which a department owes something; "" for any other duty."""
    if not duty.department_id:
        return ""
    came = duties.milestone_by_id(desk.db, desk.vault, duty.milestone_id)
    return (came.words or {}).get("letter", "") if came else ""


def tell_department(
    desk: Desk, department: Department, letter: str, started: list[Duty]
) -> list[Reply]:
    """The dates of a letter to everybody of the department; nothing of what it is about."""
    return [
        reply
        for person in people.holders(desk.db, "department_member", department=department.id)
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


def _about(desk: Desk, department_id: str, letter: str) -> str:
    """What tells one letter from the others, without saying its number."""
    return desk.vault.index("letter", f"{department_id}|{letter}").hex()[:32]


def _first_due(started: list[Duty]) -> date | str:
    return started[0].due if started else ""


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
