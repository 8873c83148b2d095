"""One step of a form as it is shown: its question or review, its buttons, and what was pressed."""

from typing import Any

from handlers.desk import Desk
from handlers.forms import Choices, Form, Question
from handlers.messages import Choice, Kind, Reply, Text

BACK, SKIP, REST, CANCEL = "_back", "_skip", "_rest", "_cancel"
DONE, NONE, OK, EDIT = "_done", "_none", "_ok", "_edit"
REVIEW, PICK = "_review", "_pick"
LABELS = {
    BACK: "button.back",
    SKIP: "button.skip",
    REST: "button.skip_rest",
    CANCEL: "button.cancel",
    DONE: "button.done",
    NONE: "button.no_evidence",
    OK: "button.confirm",
    EDIT: "button.edit",
}
State = dict[str, Any]


def current_question(desk: Desk) -> Question | None:
    """The question that waits for an answer, None at a review or without a form."""
    state = desk.talk.form
    if not state or state["at"] in (REVIEW, PICK):
        return None
    return form_of(desk).question(state["at"])


def show(desk: Desk, *lead: Text) -> Reply:
    """The current step again, with texts put before it."""
    state = state_of(desk)
    form = form_of(desk)
    if state["at"] == REVIEW:
        values = form.summary(desk, state["a"]) if form.summary else {}
        return step_reply(desk, form.review, values, lead, content=form.content and form.staff)
    if state["at"] == PICK:
        return step_reply(desk, "form.pick_answer", {}, lead)
    question = form.question(state["at"])
    values = question.values(desk, state["a"]) if question.values else {}
    return step_reply(desk, question.ask, values, lead)


def chosen_code(desk: Desk) -> str | None:
    """The code of what was pressed or typed: a shown button, its label, or its number."""
    event, state = desk.event, state_of(desk)
    own, controls = _offers(desk)
    if event.kind is Kind.CHOICE:
        nonce, _, code = event.choice.partition(":")
        shown = {c.code for c in (*own, *controls)}
        return code if nonce == state["nonce"] and code in shown else None
    if event.kind is not Kind.TEXT:
        return None
    typed = event.text.strip()
    question = current_question(desk)
    listed = own or (controls if state["at"] == REVIEW else ())
    numbered = question is None or not (question.free or question.coded)
    if typed.isdecimal() and numbered and 0 < int(typed[:4]) <= len(listed):
        return listed[int(typed[:4]) - 1].code
    wanted = typed.casefold()
    locale = desk.talk.locale
    for choice in (*own, *controls):
        if desk.rules.label(choice, locale).strip().casefold() == wanted:
            return choice.code
    return None


def _offers(desk: Desk) -> tuple[Choices, Choices]:
    """The step's own choices and its controls."""
    state, form = state_of(desk), form_of(desk)
    if state["at"] == REVIEW:
        codes = [OK] if not form.review_choices else []
        if any(q.name for q in form.questions):
            codes.append(EDIT)
        return form.review_choices, _buttons([*codes, BACK, CANCEL])
    if state["at"] == PICK:
        named = [q for q in form.questions if q.name and q.asked(state["a"])]
        return tuple(Choice(code=q.key, key=q.name) for q in named), _buttons([BACK, CANCEL])
    question = form.question(state["at"])
    codes = []
    if question.kind == "long":
        codes.append(DONE)
    if question.kind == "files":
        codes.append(DONE if state.get("part", {}).get("files") else NONE)
    if question.optional and question.kind != "files":
        codes.append(SKIP)
    if question.optional and question.group and _rest_is_optional(desk, question):
        codes.append(REST)
    if state["trail"]:
        codes.append(BACK)
    return question.offers(desk, state["a"]), _buttons([*codes, CANCEL])


def rest_of(desk: Desk, question: Question) -> list[Question]:
    """The open questions of the same group that come after this one."""
    form, answers = form_of(desk), state_of(desk)["a"]
    later = form.questions[form.questions.index(question) + 1 :]
    return [q for q in later if q.group == question.group and q.key not in answers]


def _rest_is_optional(desk: Desk, question: Question) -> bool:
    rest = rest_of(desk, question)
    return bool(rest) and all(q.optional for q in rest)


def _buttons(codes: list[str]) -> Choices:
    return tuple(Choice(code=c, key=LABELS[c]) for c in codes)


def step_reply(
    desk: Desk,
    key: str,
    values: Any,
    lead: tuple[Text, ...],
    *,
    topic: str = "",
    content: bool = False,
) -> Reply:
    own, controls = _offers(desk)
    nonce = state_of(desk)["nonce"]
    return Reply(
        key=key,
        values=values,
        lead=lead,
        choices=(*own, *controls),
        nonce=nonce,
        topic=topic,
        content=content,
    )


def state_of(desk: Desk) -> State:
    """The open form of this conversation, which must be there."""
    assert desk.talk.form is not None
    return desk.talk.form


def form_of(desk: Desk) -> Form:
    """The table of the open form."""
    form: Form = desk.forms[state_of(desk)["id"]]
    return form
