"""The office records that approved feedback was delivered; the unit's people sign for it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from casework.errors import MoveNotAllowed
from casework.mission import Stationing
from handlers.cards import card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import answering, office, sees_unit
from handlers.dutybook import DELIVERED, RECEIVED, add_sign_duty, mission_of, record_event
from handlers.feedback_text import (
    BODY,
    KIND,
    PRINCIPAL,
    addressees,
    agreed,
    delivered,
    delivered_event,
    feedback_duties,
    motion_of,
    reading_cards,
    send_copies,
)
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.frozen import profile_of
from handlers.fulfilment import close
from handlers.messages import Choice, Priority, Reply, Text, code_of
from handlers.mission_names import choice_label, team_of
from handlers.principal_receipt import principal_cards
from handlers.reach import to_person
from storage import duties, missions, motions
from storage.motions import Motion

SIGN_CARD = "duty_sign"


def begin_feedback(desk: Desk) -> list[Reply]:
    """Open the form in which the office records a delivery."""
    office(desk)
    if not _aims(desk):
        return [Reply(key="office.no_mission_for_feedback")]
    return open_form(desk, FEEDBACK.id)


def undelivered(desk: Desk) -> list[Stationing]:
    """Missions that began and whose feedback to the body is not recorded."""
    return [m for m in _begun(desk) if not _happened(desk, m, DELIVERED)]


def _aims(desk: Desk) -> list[tuple[Stationing, str]]:
    """What may be delivered: the body's feedback, and the principal's own where that is apart."""
    first = [(m, BODY) for m in undelivered(desk)]
    apart = [m for m in _begun(desk) if PRINCIPAL in addressees(profile_of(desk, m))]
    own = [m for m in apart if delivered(desk, m, PRINCIPAL) is None]
    return [
        *first,
        *(
            (m, PRINCIPAL)
            for m in own
            if _happened(desk, m, DELIVERED) or agreed(desk, m, PRINCIPAL)
        ),
    ]


def unsigned(desk: Desk) -> list[Stationing]:
    """Missions whose feedback was delivered and is not signed for."""
    delivered = [m for m in _begun(desk) if _happened(desk, m, DELIVERED)]
    return [m for m in delivered if not _happened(desk, m, RECEIVED)]


def mission_choices(desk: Desk, listed: Iterable[Stationing]) -> Choices:
    """One button for each mission, by unit and team, and by round where these are not enough."""
    return tuple(Choice(code=code_of(m.id), label=choice_label(desk, m)) for m in listed)


def chosen_mission(desk: Desk, answers: Answers, code: str) -> str:
    """The id of the mission whose button was pressed."""
    found = (m.id for m in missions.every(desk.db) if code_of(m.id) == code)
    return next(found, code)


def sign_cards(desk: Desk, mission: Stationing) -> list[Reply]:
    """The 签收 card for everybody who may sign for the unit."""
    return [
        reply
        for person in answering(desk, mission)
        for reply in to_person(desk, person, sign_card(desk, mission, person))
    ]


def sign_card(desk: Desk, mission: Stationing, person: str) -> Reply:
    """The 签收 card of one person."""
    terms = profile_of(desk, mission).terms
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
    aims = _aims(desk)
    own = (
        Choice(
            code=code_of(f"{m.id}|{PRINCIPAL}"),
            key="motion.deliver_principal",
            values={"unit": m.unit_name, "team": team_of(desk, m)},
        )
        for m, to in aims
        if to == PRINCIPAL
    )
    return (*mission_choices(desk, (m for m, to in aims if to == BODY)), *own)


def _aim(desk: Desk, answers: Answers, code: str) -> str:
    """The mission, with what its motion says about the rest of the questions beside it."""
    apart = {code_of(f"{m.id}|{to}"): m.id for m, to in _aims(desk) if to == PRINCIPAL}
    to = PRINCIPAL if code in apart else BODY
    mission = mission_of(desk, apart.get(code) or chosen_mission(desk, answers, code))
    put = motion_of(desk, mission, to)
    if put is not None and put.state in ("open", "refused"):
        raise Problem(f"motion.feedback_{put.state}", unit=mission.unit_name)
    gate = profile_of(desk, mission).gate_of(KIND)
    answers["_"] |= {
        "to": to,
        "paper": agreed(desk, mission, to) is None,
        "consult": bool(gate and gate.consult),
    }
    return mission.id


def _on_paper(answers: Answers) -> bool:
    """Nothing was put here: the approval is entered from paper with the delivery."""
    return bool(answers["_"].get("paper", True))


def _heard_on_paper(answers: Answers) -> bool:
    return _on_paper(answers) and bool(answers["_"].get("consult"))


def _approved(desk: Desk, answers: Answers, value: str) -> str:
    if value != "yes":
        raise Problem("office.feedback_needs_approval")
    return value


def _who_approves(desk: Desk, answers: Answers) -> dict[str, Any]:
    """The profile's gate (003-11 同意 and 沟通; 004 五(五) 县委同意), for the question."""
    profile = profile_of(desk, mission_of(desk, answers["mission"]))
    gate = profile.gate_of(KIND)
    return {"cite": f"{profile.profile.instrument}{gate.cite.article}" if gate else ""}


def _delivery_day(desk: Desk, answers: Answers, value: str) -> str:
    """Not ahead, not before the stationing, not before it was agreed to."""
    day = past_day(desk, answers, value)
    mission = mission_of(desk, answers["mission"])
    if day < mission.starts_on.isoformat():
        raise Problem("office.before_stationing", start=mission.starts_on)
    motion = agreed(desk, mission, answers["_"].get("to", BODY))
    if motion is not None and day < _decided_on(desk, motion):
        raise Problem("motion.before_approval", on=date.fromisoformat(_decided_on(desk, motion)))
    return day


def _decided_on(desk: Desk, motion: Motion) -> str:
    """The day of the last approval: that of the paper, else when it was pressed."""
    last = [s for s in motions.steps(desk.db, desk.vault, motion) if s.verdict == "agree"][-1]
    pressed = datetime.fromtimestamp(last.at, desk.zone).date().isoformat()
    return str(last.words.get("held_on") or pressed)


def _summary(desk: Desk, answers: Answers) -> dict[str, Any]:
    mission = mission_of(desk, answers["mission"])
    told = {"on": date.fromisoformat(answers["on"]), "approval": _approval(desk, answers)}
    return {"unit": mission.unit_name, "team": mission.team_name, **told}


def _approval(desk: Desk, answers: Answers) -> Any:
    if _on_paper(answers):
        return answers["approval"]
    mission = mission_of(desk, answers["mission"])
    motion = agreed(desk, mission, answers["_"]["to"])
    assert motion is not None
    return Text(
        "motion.approved_here",
        {"on": date.fromisoformat(_decided_on(desk, motion)), "version": motion.version},
    )


def _deliver(desk: Desk, answers: Answers) -> list[Reply]:
    office(desk)
    mission, to = mission_of(desk, answers["mission"]), answers["_"].get("to", BODY)
    on = date.fromisoformat(answers["on"])
    motion = agreed(desk, mission, to)
    if motion is None and not _on_paper(answers):
        raise MoveNotAllowed("motion.feedback_refused", unit=mission.unit_name)
    words = {"motion": motion.id} if motion else {"approval": answers["approval"]}
    if motion is None and answers.get("consulted"):
        words["consulted"] = answers["consulted"]
    if record_event(desk, mission, delivered_event(to), on, words=words) is None:
        raise MoveNotAllowed("office.feedback_known", unit=mission.unit_name)
    _fulfilled(desk, mission, to, on)
    if to == PRINCIPAL:
        cards = principal_cards(desk, mission)
    else:
        add_sign_duty(desk, mission, on)
        cards = sign_cards(desk, mission)
    key = "office.feedback_recorded" if cards else "office.nobody_to_sign"
    recorded = Reply(key=key, values={"unit": mission.unit_name, "on": on})
    rest = [*reading_cards(desk, mission, to), *send_copies(desk, mission, to)]
    return [recorded, *rest, *cards]


def _fulfilled(desk: Desk, mission: Stationing, to: str, on: date) -> None:
    """The duty to feed back to this addressee is done on the day."""
    ids = {item.id for item in feedback_duties(profile_of(desk, mission), to)}
    for duty in duties.of_stationing(desk.db, mission.id):
        if duty.obligation in ids:
            close(desk, duty, on)


FEEDBACK = Form(
    id="office_feedback",
    staff=True,
    questions=(
        Question(
            key="mission",
            ask="office.which_mission",
            kind="choice",
            choices=_choices,
            check=_aim,
        ),
        Question(
            key="agreed",
            ask="office.is_feedback_approved",
            values=_who_approves,
            kind="choice",
            when=_on_paper,
            choices=(
                Choice(code="yes", key="button.agree"),
                Choice(code="no", key="button.disagree"),
            ),
            check=_approved,
        ),
        Question(
            key="approval",
            ask="office.approval_words",
            name="office.name_approval",
            when=_on_paper,
        ),
        Question(key="consulted", ask="motion.ask_consulted", when=_heard_on_paper),
        Question(
            key="on",
            ask="office.delivered_on",
            name="office.name_day",
            choices=(TODAY,),
            check=_delivery_day,
        ),
    ),
    review="office.feedback_review",
    summary=_summary,
    done=_deliver,
)
FORMS = (FEEDBACK,)
