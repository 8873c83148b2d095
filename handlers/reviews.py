"""Whoever reviews opens what was handed in, accepts it, or returns it with a next date."""

from collections.abc import Callable
from datetime import date

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.hygiene import displayable
from casework.ladder import PROMPT, Rung
from casework.mission import Stationing
from handlers.cards import CardAction
from handlers.day_answers import coming_day
from handlers.desk import Desk, Person
from handlers.dialogue import open_form
from handlers.duty_lines import title
from handlers.duty_rights import answering, may_open, may_review, me, office, sees_unit
from handlers.dutybook import mission_of, next_opening
from handlers.forms import Answers, Form, Problem, Question
from handlers.landing import close_answered
from handlers.messages import OutFile, Priority, Reply
from handlers.reach import to_person
from handlers.submissions import REVIEW_CARD, duty_of, review_card
from storage import attachments, audit, cards, documents, duties, people
from storage.cards import Card
from storage.documents import Document
from storage.duties import Duty

PAGE, REASON_MAX = 3_000, 1_000  # characters in one message
RETURN_DAYS = ((-1, "returned_due"), (0, "returned_due"), (1, "returned_late"))
"""Rungs of a returned document, in working days from its next date; all of them 提示."""


def waiting_reviews(desk: Desk) -> list[Reply]:
    """A card for every document that waits for a decision of the office."""
    clerk = office(desk)
    listed = []
    for duty in duties.standing(desk.db, "submitted"):
        handed = [d for d in documents.of(desk.db, desk.vault, duty.id) if d.state == "handed"]
        mission = mission_of(desk, duty.stationing_id)
        if not sees_unit(desk, mission.unit_id):
            continue
        listed += [review_card(desk, duty, mission, d, clerk.id) for d in handed]
    return listed or [Reply(key="office.nothing_to_review")]


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    if code == "open":
        document, duty, mission, _ = _case(desk, pressed.subject, may_open)
        return _open(desk, duty, mission, document)
    document, duty, _, _ = _case(desk, pressed.subject)
    if document.state != "handed":
        raise MoveNotAllowed("office.document_decided", doc=title(duty))
    if code == "accept":
        return _accept(desk, document)
    return open_form(desk, RETURN.id, context={"document": document.id})


def _case(
    desk: Desk, document_id: str, allowed: Callable[..., bool] = may_review
) -> tuple[Document, Duty, Stationing, Person]:
    """The document with what it belongs to. Raises Gone, or NotAllowed for anybody else's."""
    person = me(desk)
    document = documents.get(desk.db, desk.vault, document_id)
    if document is None:
        raise Gone()
    duty = duty_of(desk, document.duty_id)
    mission = mission_of(desk, duty.stationing_id)
    if not allowed(desk, person, duty, mission):
        raise NotAllowed("office.only_reviewer")
    return document, duty, mission, person


def _open(desk: Desk, duty: Duty, mission: Stationing, document: Document) -> list[Reply]:
    _audit(desk, "document.read", document.id)
    if not desk.surface.content:
        return [Reply(key="office.read_in_web", values={"url": desk.surface.public_url})]
    listed = attachments.of(desk.db, desk.vault, document.owner)
    stored = [file for file in listed if file.state == "stored"]
    heading = [
        Reply(
            key="office.document_words",
            values={
                "unit": mission.unit_name,
                "doc": title(duty),
                "version": document.version,
                "on": document.handed_on,
                "stored": len(stored),
                "files": len(listed),
            },
            files=tuple(OutFile(attachment=f.id, name=f.name, mime=f.mime) for f in stored),
            content=True,
        )
    ]
    summary = displayable(document.words.get("summary", ""))
    pages = [summary[at : at + PAGE] for at in range(0, len(summary), PAGE)]
    told = [Reply(key="office.document_page", values={"words": p}, content=True) for p in pages]
    return [*heading, *told]


def _accept(desk: Desk, document: Document) -> list[Reply]:
    document, duty, mission, person = _case(desk, document.id)
    if not documents.decide(
        desk.db, desk.vault, document.id, "accepted", actor=person.id, at=desk.at
    ):
        raise MoveNotAllowed("office.document_decided", doc=title(duty))
    duties.move(desk.db, duty, duties.moved(duty, state="accepted", next_check=None))
    close_answered(desk, duty, document.handed_on, document.words.get("summary", ""))
    cards.close_all(desk.db, document.id, REVIEW_CARD)
    _audit(desk, "document.accepted", duty.id)
    values = {"unit": mission.unit_name, "doc": title(duty)}
    told = Reply(key="duty.accepted", values=values, priority=Priority.NOTICE)
    return [Reply(key="office.accepted", values=values), *_tell_owers(desk, duty, told)]


def _return(desk: Desk, answers: Answers) -> list[Reply]:
    document, duty, mission, person = _case(desk, answers["_"]["document"])
    next_on = date.fromisoformat(answers["next_on"])
    if not documents.decide(
        desk.db,
        desk.vault,
        document.id,
        "returned",
        actor=person.id,
        at=desk.at,
        reason=answers["reason"],
        next_on=next_on,
    ):
        raise MoveNotAllowed("office.document_decided", doc=title(duty))
    _reopen(desk, duty, next_on)
    cards.close_all(desk.db, document.id, REVIEW_CARD)
    _audit(desk, "document.returned", duty.id)
    values = {"unit": mission.unit_name, "doc": title(duty), "next": next_on, "due": duty.due}
    told = Reply(
        key="duty.returned",
        values={**values, "reason": answers["reason"]},
        priority=Priority.NOTICE,
    )
    return [Reply(key="office.returned", values=values), *_tell_owers(desk, duty, told)]


def _short(desk: Desk, answers: Answers, value: str) -> str:
    if len(value) > REASON_MAX:
        raise Problem("office.reason_too_long", n=REASON_MAX)
    return displayable(value).strip()


def _reopen(desk: Desk, duty: Duty, next_on: date) -> None:
    """The duty stays open towards its next date; the date of the clause does not move."""
    ladder = tuple(
        Rung(
            number=number,
            at=days,
            unit="workday",
            level=PROMPT,
            send_on=_rung_day(desk, next_on, days),
            to=("office",) if template == "returned_late" else (duty.obligor,),
            copy=(),
            propose_to=(),
            template=template,
            alone=True,
        )
        for number, (days, template) in enumerate(RETURN_DAYS, 1)
    )
    ahead = tuple(rung for rung in ladder if rung.send_on > desk.today)
    check = next_opening(desk, ahead, frozenset())
    back = duties.moved(duty, state="returned", next_on=next_on, next_check=check, ladder=ahead)
    duties.move(desk.db, duty, back)
    duties.revise(desk.db, back)


def _rung_day(desk: Desk, next_on: date, days: int) -> date:
    calendar = desk.rules.calendar
    return calendar.add_workdays(next_on, days) if days else calendar.previous_workday(next_on)


def _tell_owers(desk: Desk, duty: Duty, told: Reply) -> list[Reply]:
    if duty.department_id:
        owers = people.holders(desk.db, "department_member", department=duty.department_id)
    else:
        owers = answering(desk, mission_of(desk, duty.stationing_id))
    return [r for person in dict.fromkeys(owers) for r in to_person(desk, person, told)]


def _audit(desk: Desk, action: str, object: str) -> None:
    actor = me(desk).id
    audit.write(desk.db, at=desk.at, actor=actor, action=action, object=object, facts={})


RETURN = Form(
    id="office_return",
    staff=True,
    questions=(
        Question(key="reason", ask="office.return_reason", check=_short),
        Question(key="next_on", ask="office.next_on", check=coming_day),
    ),
    done=_return,
)
FORMS = (RETURN,)
CARDS: dict[str, CardAction] = {REVIEW_CARD: _press}
