"""报送: a document is handed in for a duty, by the unit here or by the office from paper."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.hygiene import is_blank
from casework.mission import TEAM_ROLES, Stationing
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_lines import title
from handlers.duty_rights import (
    may_hand_in,
    me,
    office,
    sees_unit,
    team_reviews,
    watching,
    watching_team,
)
from handlers.dutybook import SUBMITTED, mission_of, record_event
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.messages import Choice, Priority, Reply
from handlers.reach import to_person
from handlers.signing import tell_unit, timelines
from handlers.wire import dump
from storage import attachments, audit, documents, duties, missions
from storage.cards import Card
from storage.documents import Document
from storage.duties import Duty

SUBMIT_CARD, REVIEW_CARD = "duty_submit", "office_document"


def duty_of(desk: Desk, id: str) -> Duty:
    """The duty. Raises Gone."""
    found = duties.get(desk.db, id)
    if found is None:
        raise Gone()
    return found


def hand_in(
    desk: Desk,
    duty: Duty,
    *,
    on: date,
    summary: str,
    files: Sequence[str],
    paper: bool = False,
    bearer: str = "",
) -> list[Reply]:
    """Keep a version of a document; the first one is the submission that counts (报送之日).

    Raises MoveNotAllowed once the duty is accepted, Problem where nothing was handed in.
    """
    if duty.state == "accepted" or duty.kind == "sign":
        raise MoveNotAllowed("duty.already_accepted", doc=title(duty))
    if not files and is_blank(summary):
        raise Problem("duty.nothing_handed_in")
    actor = me(desk).id
    version = len(documents.of(desk.db, desk.vault, duty.id)) + 1
    document = Document(
        id=desk.new_id(),
        duty_id=duty.id,
        version=version,
        handed_on=on,
        paper=paper,
        actor=actor,
        at=desk.at,
        words={"summary": summary, "bearer": bearer},
    )
    documents.add(desk.db, desk.vault, document)
    attachments.adopt(desk.db, list(files), document.owner)
    first = duty.submitted_on is None
    now = duties.moved(
        duty,
        state="submitted",
        submitted_on=duty.submitted_on or on,
        next_on=None,
        next_check=None,
    )
    duties.move(desk.db, duty, now)
    facts = {"version": version, "on": on.isoformat(), "paper": paper, "files": len(files)}
    audit.write(
        desk.db, at=desk.at, actor=actor, action="document.handed_in", object=duty.id, facts=facts
    )
    mission = mission_of(desk, duty.stationing_id)
    started = _chained(desk, duty, mission, on, paper) if first else []
    return [*_receipt(desk, now, version), *started, *_review_cards(desk, now, mission, document)]


def begin_submit(desk: Desk, duty: Duty) -> list[Reply]:
    """Open the form in which a document is handed in. Raises NotAllowed for another's duty."""
    if not may_hand_in(desk, me(desk), duty):
        raise NotAllowed("duty.not_yours")
    if duty.state == "accepted":
        raise MoveNotAllowed("duty.already_accepted", doc=title(duty))
    return open_form(desk, SUBMIT.id, context={"duty": duty.id})


def begin_paper_submit(desk: Desk) -> list[Reply]:
    """Open the form in which the office enters a document that came on paper."""
    office(desk)
    if not _awaited(desk):
        return [Reply(key="office.nothing_awaited")]
    return open_form(desk, PAPER_SUBMIT.id)


def submit_card(desk: Desk, duty: Duty, **fields: Any) -> Reply:
    """A card with 报送 for one duty."""
    choice = Choice(code="submit", key="button.submit")
    return card(desk, SUBMIT_CARD, duty.id, (choice,), person=me(desk).id, **fields)


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    return begin_submit(desk, duty_of(desk, pressed.subject))


def _chained(desk: Desk, duty: Duty, mission: Stationing, on: date, paper: bool) -> list[Reply]:
    """What the first submission starts: the report of 003-17 runs from that of the plan."""
    event = SUBMITTED.get(duty.kind)
    if event is None or duty.department_id:
        return []
    started = record_event(desk, mission, event, on, paper=paper)
    if paper:
        return tell_unit(desk, mission, started or [])
    return timelines(desk, started or [])


def _receipt(desk: Desk, duty: Duty, version: int) -> list[Reply]:
    late = desk.rules.calendar.workdays_between(duty.due, duty.submitted_on or duty.due)
    key = "duty.received_late" if duty.hard and late > 0 else "duty.received"
    values = {"doc": title(duty), "on": duty.submitted_on, "version": version, "over": late}
    return [Reply(key=key, values=values)]


def _review_cards(desk: Desk, duty: Duty, mission: Stationing, document: Document) -> list[Reply]:
    """The office and, where the clause says so, the leader decide; the rest of the team reads."""
    deciding = watching(desk, "office", mission.unit_id)
    if team_reviews(duty, mission, desk.rules):
        deciding += watching_team(desk, mission, "team_leader")
    reading = [] if duty.department_id else watching_team(desk, mission, *TEAM_ROLES)
    replies: list[Reply] = []
    for person in dict.fromkeys((*deciding, *reading)):
        told = review_card(desk, duty, mission, document, person, decides=person in deciding)
        replies += to_person(desk, person, told)
    return replies


def review_card(
    desk: Desk,
    duty: Duty,
    mission: Stationing,
    document: Document,
    person: str,
    *,
    decides: bool = True,
) -> Reply:
    """The card on which a document is opened and, by who decides, accepted or returned."""
    deciding = (
        Choice(code="accept", key="office.accept"),
        Choice(code="return", key="office.return"),
    )
    return card(
        desk,
        REVIEW_CARD,
        document.id,
        (Choice(code="open", key="button.open"), *(deciding if decides else ())),
        key="office.document_came",
        values={
            "unit": mission.unit_name,
            "doc": title(duty),
            "version": document.version,
            "on": document.handed_on,
            "due": duty.due,
        },
        person=person,
        lives_hours=24 * 90,
        priority=Priority.NOTICE,
    )


def _submit(desk: Desk, answers: Answers) -> list[Reply]:
    duty = duty_of(desk, answers["_"]["duty"])
    if not may_hand_in(desk, me(desk), duty):
        raise NotAllowed("duty.not_yours")
    return hand_in(
        desk, duty, on=desk.today, summary=answers["summary"] or "", files=_files(answers)
    )


def _enter(desk: Desk, answers: Answers) -> list[Reply]:
    office(desk)
    return hand_in(
        desk,
        duty_of(desk, answers["duty"]),
        on=date.fromisoformat(answers["on"]),
        summary=answers["summary"] or "",
        files=_files(answers),
        paper=True,
        bearer=answers["bearer"],
    )


def _files(answers: Answers) -> list[str]:
    """The files that hold something; an empty one is 未构成报送."""
    files = (answers["files"] or {}).get("files", ())
    return [file["id"] for file in files if file["size"] != 0]


def _awaited(desk: Desk) -> list[Duty]:
    waiting = [*duties.standing(desk.db, "open"), *duties.standing(desk.db, "returned")]
    return [d for d in waiting if d.kind != "sign" and sees_unit(desk, d.unit_id)]


def _choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=d.id, label=_label(desk, d)) for d in _awaited(desk))


def _label(desk: Desk, duty: Duty) -> str:
    owner = mission_of(desk, duty.stationing_id).unit_name
    if duty.department_id:
        department = missions.department(desk.db, duty.department_id)
        owner = department.name if department else ""
    values = {"owner": owner, "doc": title(duty), "due": duty.due}
    return desk.rules.say("office.duty_choice", dump(values), desk.talk.locale)


def _since_trigger(desk: Desk, answers: Answers, value: str) -> str:
    day = past_day(desk, answers, value)
    duty = duty_of(desk, answers["duty"])
    if day < duty.trigger_on.isoformat():
        raise Problem("office.before_trigger", on=duty.trigger_on)
    return day


def _doc(desk: Desk, answers: Answers) -> dict[str, Any]:
    return {"doc": title(duty_of(desk, answers["_"]["duty"]))}


_CONTENTS = (
    Question(key="files", ask="duty.files", kind="files", optional=True),
    Question(key="summary", ask="duty.summary", optional=True),
)
SUBMIT = Form(
    id="duty_submit",
    staff=True,
    questions=_CONTENTS,
    review="duty.submit_review",
    summary=_doc,
    done=_submit,
)
PAPER_SUBMIT = Form(
    id="office_paper_submit",
    staff=True,
    questions=(
        Question(key="duty", ask="office.which_duty", kind="choice", choices=_choices),
        Question(key="on", ask="office.submitted_on", choices=(TODAY,), check=_since_trigger),
        Question(key="bearer", ask="office.bearer"),
        *_CONTENTS,
    ),
    done=_enter,
)
FORMS = (SUBMIT, PAPER_SUBMIT)
CARDS: dict[str, CardAction] = {SUBMIT_CARD: _press}
