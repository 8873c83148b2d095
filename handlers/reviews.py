"""Review by the clause: examined, passed on, received; or returned with a next date."""

from collections.abc import Mapping
from datetime import date

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.hygiene import displayable
from casework.mission import Stationing
from casework.review_path import Step, second_person
from handlers.cards import CardAction
from handlers.day_answers import coming_day, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.document_reading import open_document, versions
from handlers.duty_lines import limit, named, owner, title
from handlers.duty_rights import (
    in_seat,
    may_open,
    me,
    office,
    on_the_side_of,
    path_of,
    sees_unit,
)
from handlers.dutybook import mission_of
from handlers.forms import Answers, Form, Problem, Question
from handlers.frozen import profile_of
from handlers.handing_in import duty_of
from handlers.landing import close_answered
from handlers.messages import Choice, Priority, Reply
from handlers.public_check import for_the_unit
from handlers.reach import to_person
from handlers.returning import reopen
from handlers.review_cards import (
    RECEIVE_CARD,
    REVIEW_CARD,
    end_cards,
    review_card,
    review_cards,
    step_of,
)
from storage import audit, cards, documents, duties, people
from storage.cards import Card
from storage.documents import Document, StepTaken, Verdict
from storage.duties import Duty

REASON_MAX = 1_000
Case = tuple[Document, Duty, Stationing]


def waiting_reviews(desk: Desk, argument: str = "") -> list[Reply]:
    """A card for every document that waits for its review, as far as I have a part in it."""
    person = me(desk)
    if not person.has("office", "team_leader"):
        raise NotAllowed("office.only_reviewer")
    listed = []
    for duty in duties.standing(desk.db, "submitted"):
        mission = mission_of(desk, duty.stationing_id)
        for document in documents.of(desk.db, desk.vault, duty.id):
            step = step_of(desk, duty, mission, document)
            if document.state != "handed" or step is None:
                continue
            mine = person.id in in_seat(desk, mission, step.seat)
            if mine or (person.has("office") and sees_unit(desk, mission.unit_id)):
                listed.append(review_card(desk, duty, mission, document, person.id, step))
    return listed or [Reply(key="office.nothing_to_review")]


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    document, duty, mission = _case(desk, pressed.subject)
    if code in ("open", "versions"):
        if not may_open(desk, me(desk), duty, mission):
            raise NotAllowed("office.only_reviewer")
        if code == "versions":
            return versions(desk, duty)
        return open_document(desk, duty, mission, document)
    context = {"document": document.id}
    if code == "opinion":
        office(desk)
        _paper_step(desk, document, duty, mission)
        return open_form(desk, OPINION.id, context=context)
    step = _my_step(desk, document, duty, mission)
    if code == "accept":
        return _agree(desk, document, duty, mission, step)
    return open_form(desk, RETURN.id, context=context)


def _case(desk: Desk, document_id: str) -> Case:
    """The document with what it belongs to. Raises Gone."""
    document = documents.get(desk.db, desk.vault, document_id)
    if document is None:
        raise Gone()
    duty = duty_of(desk, document.duty_id)
    return document, duty, mission_of(desk, duty.stationing_id)


def _my_step(desk: Desk, document: Document, duty: Duty, mission: Stationing) -> Step:
    """The step that waits, which must be mine and not that of whoever took the one before.

    Raises MoveNotAllowed once decided, NotAllowed where the step is another's (003-17).
    """
    step = step_of(desk, duty, mission, document)
    person = me(desk).id
    seats = {one.seat for one in path_of(desk, duty, mission)} if step is None else {step.seat}
    if not any(person in in_seat(desk, mission, seat) for seat in seats):
        raise NotAllowed("office.only_reviewer")
    if step is None or document.state != "handed":
        raise MoveNotAllowed("office.document_decided", doc=title(duty))
    taken = [one.taken for one in documents.steps(desk.db, desk.vault, document.id)]
    if not second_person(taken, person):
        raise NotAllowed("unit.second_person", doc=title(duty))
    return step


def _paper_step(desk: Desk, document: Document, duty: Duty, mission: Stationing) -> Step:
    """The team's step, which the office may enter from paper. Raises MoveNotAllowed."""
    step = step_of(desk, duty, mission, document)
    if not sees_unit(desk, mission.unit_id):
        raise NotAllowed("office.only_reviewer")
    if step is None or step.act != "examine" or document.state != "handed":
        raise MoveNotAllowed("office.document_decided", doc=title(duty))
    return step


def _record(
    desk: Desk,
    document: Document,
    step: Step,
    verdict: Verdict,
    *,
    actor: str = "",
    **words: str,
) -> None:
    taken = StepTaken(
        id=desk.new_id(),
        document_id=document.id,
        act=step.act,
        verdict=verdict,
        actor=actor or me(desk).id,
        at=desk.at,
        words=words,
    )
    if not documents.take_step(desk.db, desk.vault, taken):
        raise MoveNotAllowed("unit.step_taken")
    facts = {"step": step.act, "verdict": verdict, "paper": bool(actor)}
    _audit(desk, "document.step", document.id, facts)


def _agree(
    desk: Desk,
    document: Document,
    duty: Duty,
    mission: Stationing,
    step: Step,
    actor: str = "",
    **words: str,
) -> list[Reply]:
    """Take the step; after the last one the document is through and the duty is done."""
    _record(desk, document, step, "agree", actor=actor, **words)
    cards.close_all(desk.db, document.id, REVIEW_CARD)
    values = {"unit": mission.unit_name, "doc": title(duty)}
    if step_of(desk, duty, mission, document) is not None:
        office_ = profile_of(desk, mission).terms.office
        told = Reply(key="unit.examined", values={**values, "office": office_})
        return [told, *review_cards(desk, duty, mission, document, news=False)]
    return _accept(desk, document, duty, mission)


def _accept(desk: Desk, document: Document, duty: Duty, mission: Stationing) -> list[Reply]:
    if not documents.decide(
        desk.db, desk.vault, document.id, "accepted", actor=me(desk).id, at=desk.at
    ):
        raise MoveNotAllowed("office.document_decided", doc=title(duty))
    done = duties.moved(duty, state="accepted", next_check=None)
    duties.move(desk.db, duty, done)
    close_answered(desk, duty, document.handed_on, document.words.get("summary", ""))
    _audit(desk, "document.accepted", duty.id, {"version": document.version})
    values = {"unit": owner(desk, duty, mission.unit_name), "doc": named(desk, duty)}
    told = Reply(key="duty.accepted", values=values, priority=Priority.NOTICE)
    return [
        Reply(key="office.accepted", values=values),
        *_tell_owers(desk, duty, told),
        *end_cards(desk, done, mission, document, path_of(desk, duty, mission)),
    ]


def _return(desk: Desk, answers: Answers) -> list[Reply]:
    document, duty, mission = _case(desk, answers["_"]["document"])
    step = _my_step(desk, document, duty, mission)
    return _send_back(desk, document, duty, mission, step, answers)


def _send_back(
    desk: Desk,
    document: Document,
    duty: Duty,
    mission: Stationing,
    step: Step,
    answers: Answers,
    actor: str = "",
    **words: str,
) -> list[Reply]:
    """退回修改 with a reason and a next date; the date of the clause does not move."""
    next_on, reason = date.fromisoformat(answers["next_on"]), answers["reason"]
    _record(desk, document, step, "return", actor=actor, reason=reason, **words)
    if not documents.decide(
        desk.db,
        desk.vault,
        document.id,
        "returned",
        actor=me(desk).id,
        at=desk.at,
        reason=reason,
        next_on=next_on,
    ):
        raise MoveNotAllowed("office.document_decided", doc=title(duty))
    reopen(desk, duty, next_on)
    cards.close_all(desk.db, document.id, REVIEW_CARD)
    _audit(desk, "document.returned", duty.id, {"next": next_on.isoformat()})
    values = {
        "unit": owner(desk, duty, mission.unit_name),
        "doc": named(desk, duty),
        "next": next_on,
        "limit": limit(duty),
    }
    told = Reply(
        key="duty.returned", values={**values, "reason": reason}, priority=Priority.NOTICE
    )
    return [Reply(key="office.returned", values=values), *_tell_owers(desk, duty, told)]


def _opinion(desk: Desk, answers: Answers) -> list[Reply]:
    """审核意见 of the team on paper: whoever enters it is not who examined."""
    office(desk)
    document, duty, mission = _case(desk, answers["_"]["document"])
    step = _paper_step(desk, document, duty, mission)
    words = {"name": answers["name"], "on": answers["on"], "entered_by": me(desk).id}
    if answers["verdict"] == "return":
        return _send_back(desk, document, duty, mission, step, answers, actor="paper", **words)
    return _agree(desk, document, duty, mission, step, actor="paper", **words)


def _received(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Who is told at the end opens it or says that it has come (报送领导小组)."""
    document, duty, mission = _case(desk, pressed.subject)
    person = me(desk)
    if not may_open(desk, person, duty, mission):
        raise NotAllowed("office.only_reviewer")
    if code == "open":
        return open_document(desk, duty, mission, document)
    receives = (s for s in path_of(desk, duty, mission) if s.act == "receive")
    step = next((s for s in receives if person.has(s.seat)), None)
    if step is None:
        raise NotAllowed("office.only_reviewer")
    _record(desk, document, step, "agree")
    values = {"unit": mission.unit_name, "doc": title(duty), "on": desk.today}
    return [Reply(key="unit.receipt_recorded", values=values)]


def _short(desk: Desk, answers: Answers, value: str) -> str:
    if len(value) > REASON_MAX:
        raise Problem("office.reason_too_long", n=REASON_MAX)
    return displayable(value).strip()


def _told_reason(desk: Desk, answers: Answers, value: str) -> str:
    """The unit reads the reason: what it shares with reports is shown once, then it is yours."""
    reason = _short(desk, answers, value)
    _, duty, mission = _case(desk, answers["_"]["document"])
    return reason if duty.department_id else for_the_unit(desk, mission, reason)


def _not_my_own_name(desk: Desk, answers: Answers, value: str) -> str:
    """Two persons: whoever enters an opinion does not enter his own."""
    name = displayable(value).strip()
    if people.name(desk.db, desk.vault, me(desk).id) in name:
        raise Problem("unit.not_your_own_opinion")
    return name


def _since_handed_in(desk: Desk, answers: Answers, value: str) -> str:
    day = past_day(desk, answers, value)
    document, _, _ = _case(desk, answers["_"]["document"])
    if day < document.handed_on.isoformat():
        raise Problem("unit.before_handed_in", on=document.handed_on)
    return day


def _tell_owers(desk: Desk, duty: Duty, told: Reply) -> list[Reply]:
    if duty.department_id:
        owers = people.holders(desk.db, "department_member", department=duty.department_id)
    else:
        owers = on_the_side_of(desk, mission_of(desk, duty.stationing_id))
    return [r for person in dict.fromkeys(owers) for r in to_person(desk, person, told)]


def _audit(desk: Desk, action: str, object: str, facts: Mapping[str, object]) -> None:
    actor = me(desk).id
    audit.write(desk.db, at=desk.at, actor=actor, action=action, object=object, facts=facts)


def _returning(answers: Answers) -> bool:
    return bool(answers.get("verdict", "return") == "return")


_WHY: tuple[Question, ...] = (
    Question(key="reason", ask="office.return_reason", check=_told_reason, when=_returning),
    Question(key="next_on", ask="office.next_on", check=coming_day, when=_returning),
)
RETURN = Form(id="office_return", staff=True, questions=_WHY, done=_return)
OPINION = Form(
    id="office_paper_opinion",
    staff=True,
    questions=(
        Question(
            key="verdict",
            ask="unit.which_opinion",
            kind="choice",
            choices=(
                Choice(code="agree", key="office.accept"),
                Choice(code="return", key="office.return"),
            ),
        ),
        Question(key="name", ask="unit.whose_opinion", check=_not_my_own_name),
        Question(key="on", ask="unit.opinion_on", check=_since_handed_in),
        *_WHY,
    ),
    done=_opinion,
)
FORMS = (RETURN, OPINION)
COMMANDS = {"reviews": waiting_reviews}
CARDS: dict[str, CardAction] = {REVIEW_CARD: _press, RECEIVE_CARD: _received}
