"""签收: the unit signs for the feedback, by button or on paper; that day starts its clocks."""

from collections.abc import Mapping
from datetime import date

from casework.errors import MoveNotAllowed, NotAllowed
from casework.mission import Stationing
from handlers.cards import CardAction
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_lines import card_values
from handlers.duty_rights import may_sign, me, office, on_the_side_of, watching
from handlers.dutybook import (
    DELIVERED,
    RECEIVED,
    mission_of,
    record_event,
    sign_duty,
)
from handlers.feedback import SIGN_CARD, chosen_mission, mission_choices, unsigned
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.messages import Priority, Reply
from handlers.reach import to_person
from storage import attachments, audit, duties
from storage.cards import Card
from storage.duties import Duty


def sign(
    desk: Desk,
    mission: Stationing,
    on: date,
    *,
    paper: bool = False,
    words: Mapping[str, str] | None = None,
) -> list[Duty]:
    """Sign for the feedback; the duties that begin with it.

    Raises MoveNotAllowed where nothing was delivered, or it was signed before.
    """
    db, vault = desk.db, desk.vault
    if duties.milestone(db, vault, mission.id, DELIVERED) is None:
        raise MoveNotAllowed("duty.nothing_to_sign", unit=mission.unit_name)
    started = record_event(desk, mission, RECEIVED, on, paper=paper, words=words)
    if started is None:
        before = duties.milestone(db, vault, mission.id, RECEIVED)
        signed = before.happened_on if before else on
        raise MoveNotAllowed("duty.already_signed", unit=mission.unit_name, on=signed)
    waiting = sign_duty(desk, mission)
    if waiting is not None:
        done = duties.moved(waiting, state="accepted", submitted_on=on, next_check=None)
        duties.move(db, waiting, done)
    return started


def timelines(desk: Desk, started: list[Duty]) -> list[Reply]:
    """时限告知: what the unit owes from now on, each date explained."""
    owed = [duty for duty in started if duty.obligor in ("target_unit", "target_principal")]
    return [Reply(key="duty.timeline", values=card_values(desk, duty)) for duty in owed]


def begin_paper_sign(desk: Desk) -> list[Reply]:
    """Open the form in which the office enters a 签收 from paper."""
    office(desk)
    if not unsigned(desk):
        return [Reply(key="office.nothing_unsigned")]
    return open_form(desk, PAPER_SIGN.id)


def _press(desk: Desk, card: Card, code: str) -> list[Reply]:
    mission = mission_of(desk, card.subject)
    if not may_sign(desk, me(desk), mission):
        raise NotAllowed("duty.wrong_unit", unit=mission.unit_name)
    started = sign(desk, mission, desk.today)
    told = Reply(key="duty.signed", values={"unit": mission.unit_name, "on": desk.today})
    others = [p for p in on_the_side_of(desk, mission) if p != me(desk).id]
    rest = _to_all(desk, started, others)
    return [told, *timelines(desk, started), *rest, *_tell_office(desk, mission)]


def _tell_office(desk: Desk, mission: Stationing) -> list[Reply]:
    values = {"unit": mission.unit_name, "on": desk.today}
    notice = Reply(key="office.unit_signed", values=values, priority=Priority.NOTICE)
    return [
        reply
        for person in watching(desk, "office", mission.unit_id)
        for reply in to_person(desk, person, notice)
    ]


def _choices(desk: Desk, answers: Answers) -> Choices:
    return mission_choices(desk, unsigned(desk))


def _since_delivery(desk: Desk, answers: Answers, value: str) -> str:
    day = past_day(desk, answers, value)
    delivered = duties.milestone(desk.db, desk.vault, answers["mission"], DELIVERED)
    if delivered is not None and day < delivered.happened_on.isoformat():
        raise Problem("office.before_delivery", on=delivered.happened_on)
    return day


def _enter(desk: Desk, answers: Answers) -> list[Reply]:
    clerk = office(desk)
    mission = mission_of(desk, answers["mission"])
    on = date.fromisoformat(answers["on"])
    started = sign(desk, mission, on, paper=True, words={"bearer": answers["bearer"]})
    entry = duties.milestone(desk.db, desk.vault, mission.id, RECEIVED)
    scans = [file["id"] for file in (answers["scan"] or {}).get("files", ())]
    if entry is not None and scans:
        attachments.adopt(desk.db, scans, f"document:{entry.id}")
        audit.write(
            desk.db,
            at=desk.at,
            actor=clerk.id,
            action="scan.kept",
            object=entry.id,
            facts={"files": len(scans)},
        )
    values = {"unit": mission.unit_name, "on": on, "n": len(started)}
    return [Reply(key="office.paper_signed", values=values), *tell_unit(desk, mission, started)]


def tell_unit(desk: Desk, mission: Stationing, started: list[Duty]) -> list[Reply]:
    """The same 时限告知 to the unit's people, where the office entered the event from paper."""
    return _to_all(desk, started, on_the_side_of(desk, mission))


def _to_all(desk: Desk, started: list[Duty], persons: list[str]) -> list[Reply]:
    """To each of them; the principal owes a report of his own (004 五(五), 002 五(四))."""
    return [
        reply
        for person in persons
        for timeline in timelines(desk, started)
        for reply in to_person(desk, person, timeline)
    ]


PAPER_SIGN = Form(
    id="office_paper_sign",
    staff=True,
    questions=(
        Question(
            key="mission",
            ask="office.which_mission",
            kind="choice",
            choices=_choices,
            check=chosen_mission,
        ),
        Question(key="on", ask="office.signed_on", choices=(TODAY,), check=_since_delivery),
        Question(key="bearer", ask="office.bearer"),
        Question(key="scan", ask="office.scan", kind="files", optional=True),
    ),
    done=_enter,
)
FORMS = (PAPER_SIGN,)
CARDS: dict[str, CardAction] = {SIGN_CARD: _press}
