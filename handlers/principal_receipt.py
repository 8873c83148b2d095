"""签收 of the principal's own feedback (004 五(五) 分别反馈): apart from the body's, no clock."""

from datetime import date

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.mission import Stationing
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import answering, me, office, sees_unit, watching
from handlers.dutybook import mission_of, record_event
from handlers.feedback_text import PRINCIPAL, addressees, delivered
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.frozen import profile_of
from handlers.hours import open_now
from handlers.messages import Choice, Priority, Reply, code_of
from handlers.mission_names import choice_label
from handlers.reach import to_person
from storage import duties, missions
from storage.cards import Card

SIGN_CARD, PAPER = "principal_sign", "principal_paper_sign"
RUNGS = (1, 3, 5)  # working days; the last is for the office
RECEIVED = "feedback.principal_received"
"""Kept for the record; both reports are counted from the body's receipt (004 五(五))."""


def principal_cards(desk: Desk, mission: Stationing) -> list[Reply]:
    """The 签收 card for the principal alone."""
    replies: list[Reply] = []
    for person in answering(desk, mission, "unit_principal"):
        one = card(
            desk,
            SIGN_CARD,
            mission.id,
            (Choice(code="sign", key="button.sign"),),
            key="motion.sign_principal",
            values={"team": mission.team_name, "unit": mission.unit_name},
            person=person,
            lives_hours=24 * 365,
            priority=Priority.NOTICE,
        )
        replies += to_person(desk, person, one)
    return replies


def _sign(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    mission = mission_of(desk, pressed.subject)
    if me(desk).id not in answering(desk, mission, "unit_principal"):
        raise NotAllowed("duty.wrong_unit", unit=mission.unit_name)
    if delivered(desk, mission, PRINCIPAL) is None:
        raise MoveNotAllowed("duty.nothing_to_sign", unit=mission.unit_name)
    if record_event(desk, mission, RECEIVED, desk.today) is None:
        found = duties.milestone(desk.db, desk.vault, mission.id, RECEIVED)
        on = found.happened_on if found else desk.today
        raise MoveNotAllowed("duty.already_signed", unit=mission.unit_name, on=on)
    values = {"unit": mission.unit_name, "on": desk.today}
    return [Reply(key="motion.principal_signed", values=values)]


def begin_paper(desk: Desk) -> list[Reply]:
    """The office enters that the principal signed on paper."""
    office(desk)
    if not _unsigned(desk):
        return [Reply(key="office.nothing_unsigned")]
    return open_form(desk, PAPER)


def unsigned(desk: Desk) -> list[Stationing]:
    """Missions in which the principal's own feedback was delivered and is not signed for."""
    return [
        m
        for m in missions.every(desk.db)
        if m.approved and PRINCIPAL in addressees(profile_of(desk, m))
        if delivered(desk, m, PRINCIPAL) is not None
        if duties.milestone(desk.db, desk.vault, m.id, RECEIVED) is None
    ]


def _unsigned(desk: Desk) -> list[Stationing]:
    return [m for m in unsigned(desk) if sees_unit(desk, m.unit_id)]


def remind(desk: Desk) -> list[Reply]:
    """A tick: the principal after 1 and 3 working days, the office after 5 (非规定时限)."""
    if not open_now(desk):
        return []
    replies: list[Reply] = []
    for mission in unsigned(desk):
        on = delivered(desk, mission, PRINCIPAL)
        days = desk.rules.calendar.workdays_between(on, desk.today) if on else 0
        rung = max((n for n in RUNGS if n <= days), default=0)
        if rung:
            replies += _nudge(desk, mission, rung, on)
    return replies


def _nudge(desk: Desk, mission: Stationing, rung: int, on: date | None) -> list[Reply]:
    to = answering(desk, mission, "unit_principal")
    if rung == RUNGS[-1]:
        to = watching(desk, "office", mission.unit_id)
    replies: list[Reply] = []
    for person in to:
        told = Reply(
            key="motion.principal_unsigned",
            values={"unit": mission.unit_name, "on": on},
            priority=Priority.REMINDER,
            dedupe=f"principal_sign:{mission.id}:{rung}:{person}",
        )
        replies += to_person(desk, person, told)
    return replies


def _choices(desk: Desk, answers: Answers) -> Choices:
    listed = _unsigned(desk)
    return tuple(Choice(code=code_of(m.id), label=choice_label(desk, m)) for m in listed)


def _mission(desk: Desk, answers: Answers, value: str) -> str:
    found = next((m.id for m in _unsigned(desk) if code_of(m.id) == value), None)
    if found is None:
        raise Gone()
    return found


def _since_delivery(desk: Desk, answers: Answers, value: str) -> str:
    day = past_day(desk, answers, value)
    on = delivered(desk, mission_of(desk, answers["mission"]), PRINCIPAL)
    if on is not None and day < on.isoformat():
        raise Problem("office.before_delivery", on=on)
    return day


def _enter(desk: Desk, answers: Answers) -> list[Reply]:
    office(desk)
    mission, on = mission_of(desk, answers["mission"]), date.fromisoformat(answers["on"])
    words = {"bearer": answers["bearer"]}
    if record_event(desk, mission, RECEIVED, on, paper=True, words=words) is None:
        raise MoveNotAllowed("duty.already_signed", unit=mission.unit_name, on=on)
    return [Reply(key="motion.principal_signed", values={"unit": mission.unit_name, "on": on})]


FORMS: tuple[Form, ...] = (
    Form(
        id=PAPER,
        staff=True,
        questions=(
            Question(
                key="mission",
                ask="office.which_mission",
                kind="choice",
                choices=_choices,
                check=_mission,
            ),
            Question(
                key="on",
                ask="office.signed_on",
                choices=(TODAY,),
                check=_since_delivery,
                coded=True,
            ),
            Question(key="bearer", ask="office.bearer"),
        ),
        done=_enter,
    ),
)
CARDS: dict[str, CardAction] = {SIGN_CARD: _sign}
