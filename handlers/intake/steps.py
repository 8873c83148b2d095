"""The questions of a report, as data for the form engine."""

from typing import Any

from casework.categories import RETALIATION
from handlers.forms import Question
from handlers.intake import places
from handlers.intake.answers import (
    SOURCES,
    category_choices,
    category_hints,
    check_category,
    check_earlier_code,
    check_group,
    check_identity,
    check_names,
    check_outside,
    check_unit,
    check_whom,
    group_choices,
    insist_choices,
    is_named,
    is_outside,
    outside_choices,
    redirected,
    superior_choices,
    superior_values,
    unit_choices,
    whom_choices,
)
from handlers.intake.wording import check_account, check_words
from handlers.messages import Choice


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
        choices=unit_choices,
        check=check_unit,
        when=lambda a: not a["_"].get("entrance"),
    ),
    Question(
        key="outside",
        ask="intake.outside",
        kind="choice",
        values=places.window_values,
        choices=outside_choices,
        check=check_outside,
        when=is_outside,
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
        choices=whom_choices,
        check=check_whom,
    ),
    Question(
        key="group",
        ask="intake.ask_group",
        name="intake.name_group",
        kind="choice",
        choices=group_choices,
        check=check_group,
    ),
    Question(
        key="category",
        ask="intake.ask_category",
        kind="choice",
        values=category_hints,
        choices=category_choices,
        check=check_category,
    ),
    Question(
        key="elsewhere",
        ask="intake.elsewhere",
        kind="choice",
        values=places.window_values,
        choices=insist_choices,
        when=redirected,
    ),
    Question(
        key="earlier_code",
        ask="intake.ask_earlier_code",
        values=places.window_values,
        check=check_earlier_code,
        coded=True,
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
        check=check_identity,
    ),
    Question(
        key="real_name",
        ask="intake.ask_real_name",
        name="intake.name_real_name",
        check=check_words,
        when=is_named,
    ),
    Question(
        key="contact",
        ask="intake.ask_contact",
        name="intake.name_contact",
        check=check_words,
        when=is_named,
        optional=True,
        group="contact",
    ),
    Question(
        key="contact_when",
        ask="intake.ask_contact_when",
        name="intake.name_contact_when",
        check=check_words,
        when=is_named,
        optional=True,
        group="contact",
    ),
    Question(
        key="may_contact",
        ask="intake.ask_may_contact",
        name="intake.name_may_contact",
        kind="confirm",
        when=is_named,
        optional=True,
        group="contact",
    ),
    _account(first=False),
    _rest("names", check=check_names),
    _rest("when"),
    _rest("where"),
    _rest(
        "source",
        kind="choice",
        choices=tuple(Choice(code=c, key=f"intake.source_{c}") for c in SOURCES),
        check=None,
    ),
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
        values=superior_values,
        choices=superior_choices,
        when=lambda a: bool(a["_"].get("superior")),
    ),
)
