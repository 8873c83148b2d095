"""The office records that feedback was delivered; the unit's people are asked to sign for it."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from casework.errors import MoveNotAllowed
from casework.mission import Stationing
from handlers.cards import card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import answering, office, sees_unit
from handlers.dutybook import DELIVERED, RECEIVED, add_sign_duty, mission_of, record_event
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.messages import Choice, Priority, Reply
from handlers.reach import to_person
from storage import duties, missions

SIGN_CARD = "duty_sign"
LONGEST_CODE = 40  # bytes of a button


def begin_feedback(desk: Desk) -> list[Reply]:
    """Open the form in which the office records a delivery."""
    office(desk)
    if not undelivered(desk):
        return [Reply(key="office.no_mission_for_feedback")]
    return open_form(desk, FEEDBACK.id)


def undelivered(desk: Desk) -> list[Stationing]:
    """Missions that began and whose feedback is not recorded."""
    return [m for m in _begun(desk) if not _happened(desk, m, DELIVERED)]


def unsigned(desk: Desk) -> list[Stationing]:
    """Missions whose feedback was delivered and is not signed for."""
    delivered = [m for m in _begun(desk) if _happened(desk, m, DELIVERED)]
    return [m for m in delivered if not _happened(desk, m, RECEIVED)]


def mission_choices(listed: Iterable[Stationing]) -> Choices:
    """One button for each mission, by unit and team."""
    return tuple(Choice(code=_code(m.id), label=f"{m.unit_name} · {m.team_name}") for m in listed)


def chosen_mission(desk: Desk, answers: Answers, code: str) -> str:
    """The id of the mission whose button was pressed."""
    found = (m.id for m in missions.every(desk.db) if _code(m.id) == code)
    return next(found, code)


def _code(id: str) -> str:
    """The id itself, or where it is too long for a button a digest of it."""
    return (
        id if len(id) <= LONGEST_CODE else hashlib.blake2s(id.encode(), digest_size=15).hexdigest()
    )


def sign_cards(desk: Desk, mission: Stationing) -> list[Reply]:
    """The 签收 card for everybody who may sign for the unit."""
    return [
        reply
        for person in answering(desk, mission)
        for reply in to_person(desk, person, sign_card(desk, mission, person))
    ]


def sign_card(desk: Desk, mission: Stationing, person: str) -> Reply:
    """The 签收 card of one person."""
    terms = desk.rules.profiles[mission.profile_id].terms
    values = {"team": mission.team_name, "unit": mission.unit_name, "xc": terms.inspect}
    return card(
        desk,
        SIGN_CARD,
        mission.id,
        (Choice(code="sign", key="button.sign"),),
        key="duty.sign_feedback",
        values=values,
        person=person,
        lives_hours=24 * 365,
        priority=Priority.NOTICE,
    )


def _begun(desk: Desk) -> list[Stationing]:
    begun = [m for m in missions.every(desk.db) if m.starts_on <= desk.today and m.approved]
    return [m for m in begun if sees_unit(desk, m.unit_id)]


def _happened(desk: Desk, mission: Stationing, event: str) -> bool:
    return duties.milestone(desk.db, desk.vault, mission.id, event) is not None


def _choices(desk: Desk, answers: Answers) -> Choices:
    return mission_choices(undelivered(desk))


def _approved(desk: Desk, answers: Answers, value: str) -> str:
    if value != "yes":
        raise Problem("office.feedback_needs_approval")
    return value


def _who_approves(desk: Desk, answers: Answers) -> dict[str, Any]:
    """The profile's gate (003-11 同意 and 沟通; 004 五(五) 县委同意), for the question."""
    mission = mission_of(desk, answers["mission"])
    profile = desk.rules.profiles[mission.profile_id]
    gate = profile.gate_of("feedback")
    return {"cite": f"{profile.profile.instrument}{gate.cite.article}" if gate else ""}


def _not_before_stationing(desk: Desk, answers: Answers, value: str) -> str:
    day = past_day(desk, answers, value)
    mission = mission_of(desk, answers["mission"])
    if day < mission.starts_on.isoformat():
        raise Problem("office.before_stationing", start=mission.starts_on)
    return day


def _summary(desk: Desk, answers: Answers) -> dict[str, Any]:
    mission = mission_of(desk, answers["mission"])
    return {"unit": mission.unit_name, "team": mission.team_name, **_told(answers)}


def _told(answers: Answers) -> dict[str, Any]:
    return {"on": date.fromisoformat(answers["on"]), "approval": answers["approval"]}


def _deliver(desk: Desk, answers: Answers) -> list[Reply]:
    office(desk)
    mission = mission_of(desk, answers["mission"])
    on = date.fromisoformat(answers["on"])
    words = {"approval": answers["approval"]}
    if record_event(desk, mission, DELIVERED, on, words=words) is None:
        raise MoveNotAllowed("office.feedback_known", unit=mission.unit_name)
    add_sign_duty(desk, mission, on)
    cards = sign_cards(desk, mission)
    key = "office.feedback_recorded" if cards else "office.nobody_to_sign"
    return [Reply(key=key, values={"unit": mission.unit_name, "on": on}), *cards]


FEEDBACK = Form(
    id="office_feedback",
    staff=True,
    questions=(
        Question(
            key="mission",
            ask="office.which_mission",
            kind="choice",
            choices=_choices,
            check=chosen_mission,
        ),
        Question(
            key="agreed",
            ask="office.is_feedback_approved",
            values=_who_approves,
            kind="choice",
            choices=(
                Choice(code="yes", key="button.agree"),
                Choice(code="no", key="button.disagree"),
            ),
            check=_approved,
        ),
        Question(key="approval", ask="office.approval_words", name="office.name_approval"),
        Question(
            key="on",
            ask="office.delivered_on",
            name="office.name_day",
            choices=(TODAY,),
            check=_not_before_stationing,
        ),
    ),
    review="office.feedback_review",
    summary=_summary,
    done=_deliver,
)
FORMS = (FEEDBACK,)
