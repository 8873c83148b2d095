"""The review of a draft: what will be filed, shown once more, and the draft it becomes."""

from typing import Any, cast

from casework.categories import Category
from casework.routing import Window
from handlers.desk import Desk
from handlers.forms import Answers
from handlers.intake.filing import Draft
from handlers.intake.wording import ACCOUNT_SHOWN, files_of, joined, shown
from handlers.messages import Text
from storage import missions
from storage.identities import Identity

_LINES = ("names", "when", "where", "earlier")


def summary(desk: Desk, answers: Answers) -> dict[str, Any]:
    """The placeholders of the review: one line for everything that was said."""
    lines = [
        _line("unit", answers["_"].get("unit_name") or Text("intake.unit_unknown")),
        _line("whom", Text(f"intake.whom_{answers['whom']}")),
        _line("group", _category(desk, answers).words(desk.talk.locale).label),
        _line("identity", _identity_word(answers)),
        _line("account", shown(joined(answers["account"]), ACCOUNT_SHOWN)),
    ]
    for key in _LINES:
        if answers.get(key):
            lines.append(_line(key, shown(answers[key])))
    if answers.get("source"):
        lines.append(_line("source", Text(f"intake.source_{answers['source']}")))
    files = _files(answers)
    if files:
        lines.append(_line("evidence", Text("intake.files", {"n": len(files)})))
    return {"lines": lines}


def draft(desk: Desk, answers: Answers) -> Draft:
    """The answers as a draft to file."""
    context = answers["_"]
    accepted = [(s, t) for s, t in context.get("missions", ()) if _stands(desk, s)]
    window = context.get("window", "open")
    if window == "planned" or (context.get("missions") and not accepted):
        window = "closed"
    return Draft(
        unit_id=context.get("unit", ""),
        missions=tuple(accepted),
        window=cast(Window, window),
        category=_category(desk, answers).id,
        whom=answers["whom"],
        origin="web",
        texts=_texts(answers),
        files=tuple(_files(answers)),
        identity=_identity(answers),
        insisted=_insisted(answers),
        earlier_code=answers.get("earlier_code") or "",
    )


def _stands(desk: Desk, stationing_id: str) -> bool:
    """Whether the mission still works; its window may have closed since the draft was begun."""
    stationing = missions.stationing(desk.db, stationing_id)
    return stationing is not None and stationing.state != "closed"


def _line(name: str, value: Any) -> Text:
    return Text("intake.line", {"name": Text(f"intake.name_{name}"), "value": value})


def _category(desk: Desk, answers: Answers) -> Category:
    return desk.rules.categories.by_id[answers["category"]]


def _identity_word(answers: Answers) -> Text:
    return Text("button.real_name" if answers["identity"] == "named" else "button.anonymous")


def _texts(answers: Answers) -> tuple[tuple[str, str], ...]:
    found = [("account", joined(answers["account"]))]
    found += [(key, answers.get(key) or "") for key in (*_LINES, "source")]
    return tuple((key, words) for key, words in found if words)


def _files(answers: Answers) -> list[str]:
    return files_of(answers["account"]) + files_of(answers.get("evidence"))


def _identity(answers: Answers) -> Identity | None:
    if answers["identity"] != "named":
        return None
    return Identity(
        real_name=answers["real_name"],
        contact=answers.get("contact") or "",
        contact_when=answers.get("contact_when") or "",
        may_contact=answers.get("may_contact") != "no",
    )


def _insisted(answers: Answers) -> str:
    if answers.get("elsewhere"):
        return str(answers["category"])
    return "window" if answers.get("outside") == "insist" else ""
