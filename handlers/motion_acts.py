"""What a person does with a motion: read it, agree, refuse, record a hearing, take it back."""

from dataclasses import replace

from casework.errors import Gone, NotAllowed
from handlers.cards import CardAction
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me
from handlers.dutybook import mission_of
from handlers.forms import Answers, Form, Question
from handlers.messages import Reply, Text
from handlers.motion_texts import SEATS, named, readable
from handlers.motions import (
    ACTION,
    check,
    choices_of,
    decide,
    may_hear,
    motion_card,
    note,
    sees,
    unheard,
)
from handlers.paper_words import hearing, hearing_questions
from handlers.public_check import for_the_unit, shared_words
from storage import audit, cards, motions
from storage.cards import Card
from storage.motions import Motion

AGREE, REFUSE, HEARD, PAPER = "motion_agree", "motion_refuse", "motion_heard", "motion_paper"
READ_BY_UNIT = frozenset({"duty_extension"})
"""Kinds whose refusal is told to the unit with its reason."""
LEAVES = frozenset({"feedback"})
"""Kinds whose text leaves for a unit: whoever decides sees what it shares with reports."""


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    motion = motions.get(desk.db, desk.vault, pressed.subject)
    person = me(desk).id
    if motion is None or not sees(desk, motion, person):
        raise Gone("motion.settled")
    if code == "open":
        return _show(desk, motion, person)
    if motion.state != "open":
        raise Gone("motion.settled")
    if code == "withdraw":
        return _withdraw(desk, motion, person)
    context = {"motion": motion.id, "needs": list(unheard(desk, motion))}
    if code == "heard":
        return open_form(desk, HEARD, {}, context)
    check(desk, motion, paper=code == "paper")
    if not (motion.last_stage and code in ("agree", "paper")):
        context["needs"] = []
    return open_form(desk, {"agree": AGREE, "refuse": REFUSE, "paper": PAPER}[code], {}, context)


def _show(desk: Desk, motion: Motion, person: str) -> list[Reply]:
    """The text here where the surface may carry it, else where to read it; audited either way."""
    if not desk.surface.content:
        return [Reply(key="motion.on_page", values={"link": desk.surface.public_url})]
    audit.write(desk.db, at=desk.at, actor=person, action="motion.read", object=motion.id)
    choices = choices_of(desk, motion, person) if motion.state == "open" else ()
    shown = readable(desk, motion)
    if motion.kind in LEAVES:
        mission = mission_of(desk, motion.stationing_id)
        shared = shared_words(desk, mission, motion.text)
        shown = replace(shown, lead=(shared,) if isinstance(shared, Text) else ())
    rest = tuple(c for c in choices if c.code != "open")
    if not rest:
        return [shown]
    return [shown, motion_card(desk, motion, person, key="motion.card")]


def _withdraw(desk: Desk, motion: Motion, person: str) -> list[Reply]:
    if person != motion.proposer:
        raise NotAllowed("motion.wrong_seat", seat=Text(SEATS[motion.seat]))
    note(desk, motion, "withdraw", {})
    if not motions.settle(desk.db, motion, "withdrawn", desk.at):
        raise Gone("motion.settled")
    cards.close_all(desk.db, motion.id, ACTION)
    return [Reply(key="motion.withdrawn", values={"title": named(motion)})]


def of_form(desk: Desk, answers: Answers) -> Motion:
    """The motion for which a form was opened, if it still waits. Raises Gone."""
    motion = motions.get(desk.db, desk.vault, answers["_"]["motion"])
    if motion is None or motion.state != "open":
        raise Gone("motion.settled")
    return motion


def hear(desk: Desk, motion: Motion, answers: Answers) -> None:
    """Keep who was heard, as far as the form asked for it."""
    for body in answers["_"].get("needs", ()):
        if "heard_on" in answers and body in unheard(desk, motion):
            note(desk, motion, "heard", hearing(answers), seat=body)


def _agree_done(desk: Desk, answers: Answers) -> list[Reply]:
    motion = of_form(desk, answers)
    check(desk, motion)
    hear(desk, motion, answers)
    return decide(desk, motion, "agree", {"reason": answers.get("reason") or ""})


def _refuse_done(desk: Desk, answers: Answers) -> list[Reply]:
    return decide(desk, of_form(desk, answers), "refuse", {"reason": answers["reason"]})


def _reason(desk: Desk, answers: Answers, value: str) -> str:
    """Why not; where the unit will read it, what it shares with reports is shown first."""
    motion = of_form(desk, answers)
    if motion.kind not in READ_BY_UNIT:
        return value
    return for_the_unit(desk, mission_of(desk, motion.stationing_id), value)


def _heard_done(desk: Desk, answers: Answers) -> list[Reply]:
    motion = of_form(desk, answers)
    if not may_hear(desk, motion, me(desk).id):
        raise Gone("motion.settled")
    hear(desk, motion, answers)
    return [Reply(key="motion.heard", values={"title": named(motion)})]


FORMS: tuple[Form, ...] = (
    Form(
        id=AGREE,
        staff=True,
        questions=(
            *hearing_questions(),
            Question(key="reason", ask="motion.ask_agree_reason", optional=True),
        ),
        done=_agree_done,
    ),
    Form(
        id=REFUSE,
        staff=True,
        questions=(Question(key="reason", ask="motion.ask_refuse_reason", check=_reason),),
        done=_refuse_done,
    ),
    Form(id=HEARD, staff=True, questions=hearing_questions(), done=_heard_done),
)
CARDS: dict[str, CardAction] = {ACTION: _press}
