"""The doors of the intake: a start payload, the word 举报, or simply telling what happened."""

from dataclasses import replace
from typing import Any

from handlers.desk import Desk
from handlers.dialogue import answer, cancel, open_form
from handlers.evidence import drop_files
from handlers.form_steps import show
from handlers.forms import Answers, Form
from handlers.intake import after, places
from handlers.intake.filing import file_report
from handlers.intake.review import draft, summary
from handlers.intake.steps import QUESTIONS
from handlers.messages import Kind, Reply, Text
from storage import missions, scopes

INTAKE = "intake"


def start(desk: Desk, payload: str) -> list[Reply]:
    """/start: `s_<stationing>` or `u_<unit>` opens the intake for it, nothing greets."""
    kind, _, name = payload.partition("_")
    if not payload:
        return [Reply(key="greeting.welcome")]
    if kind == "s":
        stationing = missions.stationing(desk.db, name)
        if stationing is not None:
            return _open(desk, stationing.unit_id, stationing.id)
    if kind == "u" and missions.unit(desk.db, name) is not None:
        return _open(desk, name)
    return [Reply(key="intake.unknown_entrance")]


def report(desk: Desk, argument: str) -> list[Reply]:
    """/report, 举报: begin, or go on with what was begun."""
    return _open(desk)


def tell(desk: Desk) -> list[Reply] | None:
    """Words, pictures or a voice outside any form: the account comes first. None: greet."""
    event = desk.event
    told = event.kind is Kind.FILE or (event.kind is Kind.TEXT and len(event.text.strip()) >= 40)
    if not told or desk.me is not None:
        return None
    _open(desk, first=True)
    first, *more = answer(desk)
    lead = (Text("greeting.account_first"), *first.lead)
    return [replace(first, lead=lead), *more]


def _open(
    desk: Desk, unit_id: str = "", stationing_id: str = "", *, first: bool = False
) -> list[Reply]:
    if desk.me is not None:
        return [Reply(key="intake.bound_chat")]
    if _is_waiting(desk.talk.form):
        while desk.talk.form and desk.talk.form["id"] != INTAKE:
            cancel(desk)
        return [show(desk, Text("form.resumed"))]
    context: dict[str, Any] = {"begun": desk.at, "first": first}
    if unit_id:
        places.settle(desk, context, unit_id, stationing_id)
        context["entrance"] = True
    return open_form(desk, INTAKE, context=context)


def _is_waiting(state: dict[str, Any] | None) -> bool:
    """Whether a report is being written, perhaps under a form that was opened meanwhile."""
    return state is not None and (state["id"] == INTAKE or _is_waiting(state["under"]))


def _file(desk: Desk, answers: Answers) -> list[Reply]:
    filed = file_report(desk, draft(desk, answers))
    drop_files(desk, desk.talk.form)
    return after.hand_over(desk, filed)


def _dropped(desk: Desk, answers: Answers) -> None:
    """Somebody who was sent elsewhere is counted; nothing else is kept."""
    context = answers.get("_", {})
    day = desk.today.isoformat()
    if context.get("window", "open") != "open" and "outside" not in answers:
        scopes.turn_away(desk.db, day, "window")
    elif context.get("superior") and "superior" not in answers:
        scopes.turn_away(desk.db, day, "superior")
    elif context.get("redirect") and "elsewhere" not in answers:
        scopes.turn_away(desk.db, day, str(answers.get("category", "")))


COMMANDS = {"start": start, "report": report}
FORMS = (
    Form(
        id=INTAKE,
        questions=QUESTIONS,
        done=_file,
        review="intake.review",
        summary=summary,
        cancelled="intake.cancelled",
        on_cancel=_dropped,
    ),
    after.FORM,
)
