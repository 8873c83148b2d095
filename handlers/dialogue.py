"""The form engine: one answer in, the next question out, and every way back."""

import json
from typing import Any

from casework.hygiene import is_blank
from handlers.desk import Desk, base32
from handlers.evidence import drop_files, files_in, take_files
from handlers.form_steps import (
    BACK,
    CANCEL,
    EDIT,
    OK,
    PICK,
    REST,
    REVIEW,
    SKIP,
    State,
    chosen_code,
    form_of,
    rest_of,
    show,
    state_of,
    step_reply,
)
from handlers.forms import Answers, Problem, Question
from handlers.messages import Incoming, Kind, Reply, Text

LONGEST = 100_000
"""Characters of one answer in parts; whoever writes more goes on with 补充 or a file."""


def open_form(
    desk: Desk, form_id: str, answers: Answers | None = None, context: Answers | None = None
) -> list[Reply]:
    """Open a form; one that is open already waits under it and comes back afterwards.

    `answers` are known beforehand and not asked; `context` is kept as `answers["_"]`.
    """
    current = desk.talk.form
    given = {**(answers or {}), "_": dict(context or {})}
    if current and current["id"] == form_id and current["a"].get("_") == given["_"]:
        return [show(desk, Text("form.resumed"))]
    if not desk.forms[form_id].staff:
        current = _without(current, form_id)
    desk.talk.form = {
        "id": form_id,
        "at": "",
        "nonce": "",
        "a": given,
        "trail": [],
        "m": {},
        "under": current,
    }
    return _advance(desk)


def _without(state: State | None, form_id: str) -> State | None:
    """The waiting forms without those of one id: a citizen's form is never open twice."""
    if state is None:
        return None
    under = _without(state["under"], form_id)
    return under if state["id"] == form_id else {**state, "under": under}


def expired(desk: Desk) -> bool:
    """Whether the open form has outlived its life since the last answer."""
    if not desk.talk.form:
        return False
    form = form_of(desk)
    hours = form.life_hours if form.staff else min(form.life_hours, _draft_hours(desk))
    return desk.at - desk.talk.touched_at > hours * 3600


def _draft_hours(desk: Desk) -> int:
    return int(desk.setting("intake.draft_hours"))


def cancel(desk: Desk) -> list[Reply]:
    """Close the open form and keep nothing of it."""
    form = form_of(desk)
    if form.on_cancel:
        form.on_cancel(desk, state_of(desk)["a"])
    _close(desk)
    drop_files(desk, desk.talk.form)
    return [Reply(key=form.cancelled), *_resume(desk)]


def answer(desk: Desk) -> list[Reply]:
    """Take the event as the answer to the current step."""
    event = desk.event
    state = state_of(desk)
    if event.kind is Kind.EDIT:
        return _take_edit(desk)
    code = chosen_code(desk)
    if event.kind is Kind.CHOICE and code is None:
        return [show(desk, Text("form.stale"))]
    if code is not None and code.startswith("_"):
        return _control(desk, code)
    if state["at"] == PICK:
        return _correct(desk, code) if code else [show(desk, Text("form.pick_one"))]
    if state["at"] == REVIEW:
        return _finish(desk, code) if code else [show(desk, Text("form.pick_one"))]
    question = form_of(desk).question(state["at"])
    if question.kind in ("long", "files"):
        return _collect(desk, question)
    try:
        value = _single_value(desk, question, code)
    except Problem as problem:
        return [show(desk, Text(problem.text_key, problem.values))]
    return _settle(desk, question, value)


def _single_value(desk: Desk, question: Question, code: str | None) -> str:
    if question.kind in ("choice", "confirm"):
        if code is None:
            raise Problem("form.pick_one")
        return code
    if code is not None:
        return code
    if desk.event.kind not in (Kind.TEXT, Kind.LOCATION):
        raise Problem("form.words_please")
    if is_blank(desk.event.text):
        raise Problem("form.empty")
    state_of(desk)["m"][question.key] = desk.event.message_id
    return desk.event.text


def _collect(desk: Desk, question: Question) -> list[Reply]:
    """One more message or file of an answer that goes on until 完成."""
    event, state = desk.event, state_of(desk)
    blank: State = {"parts": [], "files": []} if question.kind == "long" else {"files": []}
    value = state.setdefault("part", blank)
    lead: list[Text] = []
    if event.kind is Kind.FILE:
        told = files_in(state["a"])
        lead += take_files(desk, value["files"], len(told))
    words = event.text
    if question.kind == "long" and not is_blank(words):
        if len(words) + sum(len(part["t"]) for part in value["parts"]) > LONGEST:
            return [show(desk, *lead, Text("form.too_long"))]
        value["parts"].append({"m": event.message_id, "t": words})
        state.pop("soft", None)
    elif event.kind is not Kind.FILE:
        text = "form.empty" if question.kind == "long" else "form.files_or_done"
        return [show(desk, Text(text))]
    values = {"parts": len(value.get("parts", ())), "files": len(value["files"])}
    return [step_reply(desk, "form.more", values, tuple(lead), topic="form.more")]


def _control(desk: Desk, code: str) -> list[Reply]:
    state = state_of(desk)
    if code == CANCEL:
        return cancel(desk)
    if code == BACK:
        return _back(desk)
    if code == OK:
        return _finish(desk, code)
    if code == EDIT:
        state["at"] = PICK
        return [_step(desk)]
    question = form_of(desk).question(state["at"])
    if code == SKIP:
        return _keep(desk, question, None)
    if code == REST:
        for later in rest_of(desk, question):
            state["a"][later.key] = None
        return _keep(desk, question, None)
    value = state.get("part") or {"parts": [], "files": []}
    if question.kind == "files":
        value = {"files": value["files"]}
    elif not value["parts"] and not value["files"]:
        return [show(desk, Text("form.empty"))]
    return _settle(desk, question, value)


def _settle(desk: Desk, question: Question, value: Any) -> list[Reply]:
    state = state_of(desk)
    if question.check:
        try:
            value = question.check(desk, state["a"], value)
        except Problem as problem:
            told = _told(desk, question, value)
            if not (problem.soft and state.get("soft") == told):
                state["soft"] = told if problem.soft else ""
                return [show(desk, Text(problem.text_key, problem.values))]
    return _keep(desk, question, value)


def _told(desk: Desk, question: Question, value: Any) -> str:
    """To what an advice was given: for staff to this very answer, so that no other one passes."""
    if not form_of(desk).staff:
        return question.key
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return f"{question.key}:{desk.vault.index('advice', plain).hex()[:16]}"


def _keep(desk: Desk, question: Question, value: Any) -> list[Reply]:
    state = state_of(desk)
    state["a"][question.key] = value
    if question.key not in state["trail"]:
        state["trail"].append(question.key)
    state.pop("part", None)
    state.pop("soft", None)
    return _advance(desk)


def _advance(desk: Desk) -> list[Reply]:
    state, form = state_of(desk), form_of(desk)
    question = form.next_open(state["a"])
    if question is None and not form.review:
        return _finish(desk, OK)
    state["at"] = REVIEW if question is None else question.key
    return [_step(desk)]


def _step(desk: Desk) -> Reply:
    """Enter a step: its buttons get a nonce of their own, the old ones turn stale."""
    state_of(desk)["nonce"] = base32(desk.draw(10))
    return show(desk)


def _back(desk: Desk) -> list[Reply]:
    state = state_of(desk)
    if state["at"] == PICK:
        state["at"] = REVIEW
        return [_step(desk)]
    if not state["trail"]:
        return [show(desk)]
    key = state["trail"].pop()
    last = state["a"].pop(key, None)
    if isinstance(last, dict):
        state["part"] = last  # what was told stays told; 完成 takes it again
    else:
        state.pop("part", None)
    state["at"] = key
    return [_step(desk)]


def _correct(desk: Desk, key: str) -> list[Reply]:
    state = state_of(desk)
    old = state["a"].pop(key, None)
    state.pop("part", None)
    if isinstance(old, dict) and form_of(desk).question(key).kind == "files":
        state["part"] = old
    state["at"] = key
    return [_step(desk)]


def _finish(desk: Desk, code: str) -> list[Reply]:
    state, form = state_of(desk), form_of(desk)
    if code != OK:
        state["a"]["_review"] = code
    _close(desk)
    try:
        replies = form.done(desk, state["a"])
    except Problem as problem:
        desk.talk.form = state
        if state["at"] != REVIEW:
            last = state["trail"].pop()
            state["a"].pop(last, None)
            state["at"] = last
        return [show(desk, Text(problem.text_key, problem.values))]
    if desk.talk.form is state["under"]:
        replies = [*replies, *_resume(desk)]
    return replies


def _resume(desk: Desk) -> list[Reply]:
    return [show(desk, Text("form.resumed"))] if desk.talk.form else []


def _close(desk: Desk) -> None:
    desk.talk.form = state_of(desk)["under"]


def _take_edit(desk: Desk) -> list[Reply]:
    """An edited message counts until the report is confirmed; afterwards nothing here knows it."""
    event, state = desk.event, state_of(desk)
    if is_blank(event.text):
        return []
    for part in (state.get("part") or {}).get("parts", ()):
        if part["m"] == event.message_id:
            part["t"] = event.text
    for question in form_of(desk).questions:
        old = state["a"].get(question.key)
        new = _edited(state, question, old, event)
        if new == old:
            continue
        try:
            state["a"][question.key] = (
                question.check(desk, state["a"], new) if question.check else new
            )
        except Problem as problem:
            if not problem.soft or form_of(desk).staff:
                return [show(desk, Text(problem.text_key, problem.values))]
            state["a"][question.key] = new
    return _advance(desk) if state["at"] == REVIEW else []


def _edited(state: State, question: Question, old: Any, event: Incoming) -> Any:
    """The answer as the edited message leaves it."""
    if isinstance(old, str) and state["m"].get(question.key) == event.message_id:
        return event.text
    if not isinstance(old, dict) or not old.get("parts"):
        return old
    parts = [
        {**part, "t": event.text} if part["m"] == event.message_id else part
        for part in old["parts"]
    ]
    return {**old, "parts": parts}
