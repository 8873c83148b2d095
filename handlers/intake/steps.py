"""The questions of a report, as data for the form engine."""

from typing import Any

from casework.categories import INSPECTOR, RETALIATION, UNSURE, Category
from casework.receipt import read_code
from handlers.desk import Desk
from handlers.forms import Answers, Choices, Problem, Question
from handlers.intake import places
from handlers.intake.likeness import named_seats
from handlers.intake.unit_search import search
from handlers.intake.wording import check_account, check_words
from handlers.messages import Choice, Text
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


def _unit_choices(desk: Desk, answers: Answers) -> Choices:
    close = _context(answers).get("close")
    if close:
        units = [u for u in missions.units(desk.db) if u.id in close]
        listed = [(u.id, u.name) for u in units]
    else:
        open_now = {s.unit_id: s.unit_name for s in missions.accepting(desk.db, desk.at)}
        listed = list(open_now.items())[:_LISTED]
    known = tuple(Choice(code=_UNIT + id, label=name) for id, name in listed)
    return (*known, Choice(code=places.UNKNOWN, key="intake.unit_unknown"))


def _check_unit(desk: Desk, answers: Answers, value: Any) -> str:
    context = _context(answers)
    value = _numbered(value, _unit_choices(desk, answers))
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


def _is_outside(answers: Answers) -> bool:
    return bool(_context(answers).get("window", "open") != "open")


def _outside_choices(desk: Desk, answers: Answers) -> Choices:
    always = desk.rules.categories.always_open()
    kept = tuple(_category_choice(desk, c) for c in always)
    return (*kept, Choice(code="insist", key="intake.insist"))


def _check_outside(desk: Desk, answers: Answers, value: Any) -> str:
    _forget_category(answers)
    if value != "insist":
        _choose(answers, desk.rules.categories.by_id[value])
    return str(value)


def _whom_choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=c, key=f"intake.whom_{c}") for c in WHOM)


def _check_whom(desk: Desk, answers: Answers, value: Any) -> str:
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


def _group_choices(desk: Desk, answers: Answers) -> Choices:
    locale = desk.talk.locale
    groups = [Choice(code=g.id, label=g.words(locale).label) for g in desk.rules.categories.group]
    return (*groups, _category_choice(desk, desk.rules.categories.by_id[UNSURE]))


def _check_group(desk: Desk, answers: Answers, value: Any) -> str:
    _forget_category(answers)
    if value == UNSURE:
        answers["category"] = UNSURE
    return str(value)


def _category_choices(desk: Desk, answers: Answers) -> Choices:
    found = desk.rules.categories.of_group(answers["group"])
    if not any(c.id == UNSURE for c in found):
        found = (*found, desk.rules.categories.by_id[UNSURE])
    return tuple(_category_choice(desk, c) for c in found)


def _category_choice(desk: Desk, category: Category) -> Choice:
    return Choice(code=category.id, label=category.words(desk.talk.locale).label)


def _category_hints(desk: Desk, answers: Answers) -> dict[str, Any]:
    found = [c.words(desk.talk.locale) for c in desk.rules.categories.of_group(answers["group"])]
    return {"hints": [Text("intake.hint", {"label": w.label, "hint": w.hint}) for w in found]}


def _check_category(desk: Desk, answers: Answers, value: Any) -> str:
    answers.pop("elsewhere", None)
    answers.pop("earlier_code", None)
    _context(answers)["redirect"] = bool(desk.rules.categories.by_id[value].redirect)
    return str(value)


def _redirected(answers: Answers) -> bool:
    return bool(_context(answers).get("redirect")) and answers.get("category") != UNSURE


def _insist_choices(desk: Desk, answers: Answers) -> Choices:
    return (Choice(code="insist", key="intake.insist"),)


def _check_earlier_code(desk: Desk, answers: Answers, value: Any) -> str:
    code = read_code(str(value))
    if code is None:
        raise Problem("status.code_malformed")
    return code


def _is_named(answers: Answers) -> bool:
    return answers.get("identity") == "named"


def _check_identity(desk: Desk, answers: Answers, value: Any) -> str:
    if value != "named":
        for key in ("real_name", "contact", "contact_when", "may_contact"):
            answers.pop(key, None)
    return str(value)


def _check_names(desk: Desk, answers: Answers, value: Any) -> str:
    words = check_words(desk, answers, value)
    context = _context(answers)
    seats = named_seats(desk, words)
    context["superior"] = answers.get("whom") == "leading" or "leading_group" in seats
    answers.pop("superior", None)
    return words


def _choices(prefix: str, *codes: str) -> Choices:
    return tuple(Choice(code=c, key=f"{prefix}_{c}") for c in codes)


def _account(*, first: bool) -> Question:
    return Question(
        key="account",
        ask="intake.ask_account",
        name="" if first else "intake.name_account",
        kind="long",
        check=check_account,
        when=(lambda a: bool(a["_"].get("first"))) if first else None,
    )


def _rest(key: str, **more: Any) -> Question:
    given = {"check": check_words, **more}
    return Question(
        key=key,
        ask=f"intake.ask_{key}",
        name=f"intake.name_{key}",
        optional=True,
        group="rest",
        **given,
    )


QUESTIONS = (
    _account(first=True),
    Question(
        key="unit",
        ask="intake.ask_unit",
        name="intake.name_unit",
        values=places.window_values,
        choices=_unit_choices,
        check=_check_unit,
        when=lambda a: not a["_"].get("entrance"),
    ),
    Question(
        key="outside",
        ask="intake.outside",
        kind="choice",
        values=places.window_values,
        choices=_outside_choices,
        check=_check_outside,
        when=_is_outside,
    ),
    Question(
        key="notice",
        ask="notice.must_read",
        kind="choice",
        values=places.window_values,
        choices=(Choice(code="read", key="button.read"),),
    ),
    Question(
        key="whom",
        ask="intake.ask_whom",
        name="intake.name_whom",
        kind="choice",
        values=places.window_values,
        choices=_whom_choices,
        check=_check_whom,
    ),
    Question(
        key="group",
        ask="intake.ask_group",
        name="intake.name_group",
        kind="choice",
        choices=_group_choices,
        check=_check_group,
    ),
    Question(
        key="category",
        ask="intake.ask_category",
        kind="choice",
        values=_category_hints,
        choices=_category_choices,
        check=_check_category,
    ),
    Question(
        key="elsewhere",
        ask="intake.elsewhere",
        kind="choice",
        values=places.window_values,
        choices=_insist_choices,
        when=_redirected,
    ),
    Question(
        key="earlier_code",
        ask="intake.ask_earlier_code",
        check=_check_earlier_code,
        when=lambda a: a.get("category") == RETALIATION,
        optional=True,
    ),
    Question(
        key="identity",
        ask="intake.ask_identity",
        name="intake.name_identity",
        kind="choice",
        choices=(
            Choice(code="anonymous", key="button.anonymous"),
            Choice(code="named", key="button.real_name"),
        ),
        check=_check_identity,
    ),
    Question(
        key="real_name",
        ask="intake.ask_real_name",
        name="intake.name_real_name",
        check=check_words,
        when=_is_named,
    ),
    Question(
        key="contact",
        ask="intake.ask_contact",
        name="intake.name_contact",
        check=check_words,
        when=_is_named,
        optional=True,
        group="contact",
    ),
    Question(
        key="contact_when",
        ask="intake.ask_contact_when",
        name="intake.name_contact_when",
        check=check_words,
        when=_is_named,
        optional=True,
        group="contact",
    ),
    Question(
        key="may_contact",
        ask="intake.ask_may_contact",
        name="intake.name_may_contact",
        kind="confirm",
        when=_is_named,
        optional=True,
        group="contact",
    ),
    _account(first=False),
    _rest("names", check=_check_names),
    _rest("when"),
    _rest("where"),
    _rest("source", kind="choice", choices=_choices("intake.source", *SOURCES), check=None),
    _rest(
        "evidence",
        kind="files",
        check=None,
        values=lambda desk, a: {"n": desk.setting("intake.files_max")},
    ),
    _rest("earlier"),
    Question(
        key="superior",
        ask="intake.superior",
        kind="choice",
        choices=_insist_choices,
        when=lambda a: bool(a["_"].get("superior")),
    ),
)
