"""What may be answered to each question of a report, and what an answer changes."""

from typing import Any

from casework.categories import INSPECTOR, RETALIATION, UNSURE, Category
from casework.receipt import read_code
from handlers.desk import Desk
from handlers.forms import Answers, Choices, Problem
from handlers.intake import places
from handlers.intake.likeness import named_seats
from handlers.intake.unit_search import search
from handlers.intake.wording import check_words
from handlers.messages import Choice, Text
from handlers.superior import configured
from storage import missions

WHOM = (
    "body",
    "principal",
    "member",
    "lower",
    "cadre",
    "unsure",
    "team",
    "office",
    "leading",
    "none",
)
"""主要反映谁: five of the unit, 不清楚, three of the inspection itself, 都不是."""
_INSPECTION = frozenset({"team", "office", "leading"})
SOURCES = ("self", "seen", "papers", "heard", "known")
_LISTED = 10
_UNIT = "u."


def _context(answers: Answers) -> dict[str, Any]:
    found: dict[str, Any] = answers["_"]
    return found


def unit_choices(desk: Desk, answers: Answers) -> Choices:
    close = _context(answers).get("close")
    if close:
        units = [u for u in missions.units(desk.db) if u.id in close]
        listed = [(u.id, u.name) for u in units]
    else:
        open_now = {s.unit_id: s.unit_name for s in missions.accepting(desk.db, desk.at)}
        listed = list(open_now.items())[:_LISTED]
    known = tuple(Choice(code=_UNIT + id, label=name) for id, name in listed)
    return (*known, Choice(code=places.UNKNOWN, key="intake.unit_unknown"))


def check_unit(desk: Desk, answers: Answers, value: Any) -> str:
    context = _context(answers)
    value = _numbered(value, unit_choices(desk, answers))
    close = context.pop("close", None)
    _forget_outside(answers)
    if value == places.UNKNOWN:
        places.settle_unknown(context)
        return places.UNKNOWN
    units = missions.units(desk.db)
    if value.startswith(_UNIT):
        found = [u for u in units if u.id == value.removeprefix(_UNIT)]
    else:
        among = [u for u in units if u.id in close] if close else []
        found = search(value, among) or search(value, units)
    if not found:
        raise Problem("intake.unit_not_found")
    if len(found) > 1:
        context["close"] = [u.id for u in found]
        raise Problem("intake.unit_several")
    places.settle(desk, context, found[0].id)
    return found[0].id


def _numbered(value: str, choices: Choices) -> str:
    """A typed number picks from the list here too, where free words are allowed."""
    typed = value.strip()
    if typed.isdecimal() and 0 < int(typed[:4]) <= len(choices):
        return choices[int(typed[:4]) - 1].code
    return typed


def _forget_outside(answers: Answers) -> None:
    for key in ("outside", "notice"):
        answers.pop(key, None)


def is_outside(answers: Answers) -> bool:
    return bool(_context(answers).get("window", "open") != "open")


def outside_choices(desk: Desk, answers: Answers) -> Choices:
    always = desk.rules.categories.always_open()
    kept = tuple(_category_choice(desk, c) for c in always)
    return (*kept, Choice(code="insist", key="intake.insist"))


def check_outside(desk: Desk, answers: Answers, value: Any) -> str:
    _forget_category(answers)
    if value != "insist":
        _choose(answers, desk.rules.categories.by_id[value])
    return str(value)


def whom_choices(desk: Desk, answers: Answers) -> Choices:
    words = {"xc": places.values(desk, _context(answers))["xc"]}
    return tuple(Choice(code=c, key=f"intake.whom_{c}", values=words) for c in WHOM)


def check_whom(desk: Desk, answers: Answers, value: Any) -> str:
    context = _context(answers)
    if value in _INSPECTION and answers.get("category") != RETALIATION:
        _choose(answers, desk.rules.categories.by_id[INSPECTOR])
        context["preset"] = True
    elif context.pop("preset", False):
        _forget_category(answers)
    context["superior"] = value == "leading"
    answers.pop("superior", None)
    return str(value)


def _choose(answers: Answers, category: Category) -> None:
    answers["group"], answers["category"] = category.group, category.id


def _forget_category(answers: Answers) -> None:
    for key in ("group", "category", "elsewhere", "earlier_code"):
        answers.pop(key, None)


def group_choices(desk: Desk, answers: Answers) -> Choices:
    locale = desk.talk.locale
    groups = [Choice(code=g.id, label=g.words(locale).label) for g in desk.rules.categories.group]
    return (*groups, _category_choice(desk, desk.rules.categories.by_id[UNSURE]))


def check_group(desk: Desk, answers: Answers, value: Any) -> str:
    _forget_category(answers)
    if value == UNSURE:
        answers["category"] = UNSURE
    return str(value)


def category_choices(desk: Desk, answers: Answers) -> Choices:
    found = desk.rules.categories.of_group(answers["group"])
    if not any(c.id == UNSURE for c in found):
        found = (*found, desk.rules.categories.by_id[UNSURE])
    return tuple(_category_choice(desk, c) for c in found)


def _category_choice(desk: Desk, category: Category) -> Choice:
    return Choice(code=category.id, label=category.words(desk.talk.locale).label)


def category_hints(desk: Desk, answers: Answers) -> dict[str, Any]:
    found = [c.words(desk.talk.locale) for c in desk.rules.categories.of_group(answers["group"])]
    return {"hints": [Text("intake.hint", {"label": w.label, "hint": w.hint}) for w in found]}


def check_category(desk: Desk, answers: Answers, value: Any) -> str:
    answers.pop("elsewhere", None)
    answers.pop("earlier_code", None)
    _context(answers)["redirect"] = bool(desk.rules.categories.by_id[value].redirect)
    return str(value)


def redirected(answers: Answers) -> bool:
    return bool(_context(answers).get("redirect")) and answers.get("category") != UNSURE


def insist_choices(desk: Desk, answers: Answers) -> Choices:
    return (Choice(code="insist", key="intake.insist"),)


def superior_values(desk: Desk, answers: Answers) -> dict[str, Any]:
    """Whether it can be sealed here, or only be told elsewhere."""
    return {"how": Text("superior.sealed" if configured(desk) else "superior.refused")}


def superior_choices(desk: Desk, answers: Answers) -> Choices:
    return insist_choices(desk, answers) if configured(desk) else ()


def check_earlier_code(desk: Desk, answers: Answers, value: Any) -> str:
    code = read_code(str(value))
    if code is None:
        raise Problem("status.code_malformed")
    return code


def is_named(answers: Answers) -> bool:
    return answers.get("identity") == "named"


def check_identity(desk: Desk, answers: Answers, value: Any) -> str:
    if value != "named":
        for key in ("real_name", "contact", "contact_when", "may_contact"):
            answers.pop(key, None)
    return str(value)


def check_names(desk: Desk, answers: Answers, value: Any) -> str:
    words = check_words(desk, answers, value)
    context = _context(answers)
    seats = named_seats(desk, words)
    context["superior"] = answers.get("whom") == "leading" or "leading_group" in seats
    answers.pop("superior", None)
    return words
