"""Decisions about a date taken on paper, entered by the office; whoever enters did not decide."""

from casework.errors import MoveNotAllowed
from casework.hygiene import displayable
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_lines import title
from handlers.duty_rights import me, office, sees_unit
from handlers.dutybook import mission_of
from handlers.extensions import (
    ASKED_CARD,
    NEW_ON,
    PAPERS,
    WHY,
    agreed,
    asked_card,
    duty_in,
    keep_new,
    refuse_settled,
    review_values,
    settle,
    taken_back,
    values_of,
)
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.handing_in import duty_of
from handlers.messages import Choice, Reply
from handlers.wire import dump
from storage import cards, duties, extensions, people
from storage.cards import Card
from storage.duties import Duty

PAPER_CARD = "extension_paper"
APPROVER_MIN = 4  # letters and digits


def waiting_extensions(desk: Desk) -> list[Reply]:
    """A card for every wish that nobody has put forward, and the way to enter a paper decision."""
    clerk = office(desk)
    listed: list[Reply] = []
    for one in extensions.waiting(desk.db, desk.vault):
        duty = duty_of(desk, one.duty_id)
        free = one.state == "asked" or taken_back(desk, one)
        if free and sees_unit(desk, duty.unit_id):
            listed.append(asked_card(desk, one, duty, clerk.id))
    choice = Choice(code="paper", key="unit.enter_extension")
    head = card(
        desk, PAPER_CARD, "", (choice,), key="unit.extensions", values={"n": len(listed)},
        person=clerk.id,
    )  # fmt: skip
    return [head, *listed]


def begin_paper_extension(desk: Desk) -> list[Reply]:
    """Open the form in which the office enters a decision taken on paper."""
    office(desk)
    if not _extendable(desk):
        return [Reply(key="unit.nothing_to_extend")]
    return open_form(desk, PAPER.id)


def _extendable(desk: Desk) -> list[Duty]:
    listed = [*duties.standing(desk.db, "open"), *duties.standing(desk.db, "returned")]
    owed = (d for d in listed if d.obligor in ("target_unit", "target_principal"))
    return [
        d for d in owed if d.kind != "sign" and not d.open_ended and sees_unit(desk, d.unit_id)
    ]


def _choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=d.id, label=_label(desk, d)) for d in _extendable(desk))


def _label(desk: Desk, duty: Duty) -> str:
    owner = mission_of(desk, duty.stationing_id).unit_name
    values = {"owner": owner, "doc": title(duty), "due": duty.due}
    return desk.rules.say("office.duty_choice", dump(values), desk.talk.locale)


def _enter(desk: Desk, answers: Answers) -> list[Reply]:
    """A decision on paper: body, day, reason and scan; whoever enters it did not decide it."""
    clerk = office(desk)
    duty = duty_in(desk, answers)
    refuse_settled(duty)
    for other in extensions.of(desk.db, desk.vault, duty.id):
        if other.state == "asked" or taken_back(desk, other):
            settle(desk, other, "overtaken", {})
            cards.close_all(desk.db, other.id, ASKED_CARD)
        elif other.state == "put":
            raise MoveNotAllowed("unit.extension_at_gate", doc=title(duty))
    answer = {"approver": answers["approver"], "on": answers["on"]}
    one = keep_new(
        desk,
        duty,
        answers,
        state="agreed",
        paper=True,
        decided_by=clerk.id,
        decided_at=desk.at,
        answer=answer,
    )
    mission = mission_of(desk, duty.stationing_id)
    values = {**values_of(duty, mission, one), "approver": answers["approver"]}
    told = Reply(key="unit.extension_entered", values=values)
    return [told, *agreed(desk, one, duty, mission, answer)]


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    return begin_paper_extension(desk)


def _approver(desk: Desk, answers: Answers, value: str) -> str:
    """Who decided, of whom whoever enters it is not one."""
    named = displayable(value).strip()
    if sum(c.isalnum() for c in named) < APPROVER_MIN:
        raise Problem("unit.extension_needs_approver")
    if people.name(desk.db, desk.vault, me(desk).id) in named:
        raise Problem("unit.enterer_is_approver")
    return named


PAPER = Form(
    id="office_extension",
    staff=True,
    questions=(
        Question(key="duty", ask="office.which_duty", kind="choice", choices=_choices),
        Question(key="approver", ask="unit.extension_approver", check=_approver),
        Question(key="on", ask="unit.extension_decided_on", choices=(TODAY,), check=past_day),
        NEW_ON,
        WHY,
        PAPERS,
    ),
    review="unit.extension_paper_review",
    summary=review_values,
    done=_enter,
)
FORMS = (PAPER,)
CARDS: dict[str, CardAction] = {PAPER_CARD: _press}
