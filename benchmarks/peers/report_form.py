"""The benchmark's seven updates as a form of the product's own engine; it files a real report."""

from typing import Any

from casework.receipt import shown_code
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Choices, Form, Question
from handlers.intake.filing import Draft, file_report
from handlers.intake.packaged import phrases
from handlers.messages import Choice, Reply, Text

REPORT = "benchmark"
STATIONING, TEAM, UNIT = "c1-qingshi", "c1", "qingshi"
WHOM = ("body", "principal", "member", "lower")
TEXTS = ("account", "when", "where")


def begin(desk: Desk, argument: str) -> list[Reply]:
    """/report: the form from its first question, whatever was open."""
    desk.talk.form = None
    return open_form(desk, REPORT)


def _categories(desk: Desk, answers: Answers) -> Choices:
    locale = desk.talk.locale
    found = [c for c in desk.rules.categories.category if not c.redirect][:6]
    return tuple(Choice(code=c.id, label=c.words(locale).label) for c in found)


def _summary(desk: Desk, answers: Answers) -> dict[str, Any]:
    lines = [("whom", Text(f"intake.whom_{answers['whom']}"))]
    lines += [(key, answers[key]) for key in TEXTS]
    return {
        "lines": [
            Text("intake.line", {"name": Text(f"intake.name_{key}"), "value": value})
            for key, value in lines
        ]
    }


def _file(desk: Desk, answers: Answers) -> list[Reply]:
    draft = Draft(
        unit_id=UNIT,
        missions=((STATIONING, TEAM),),
        window="open",
        category=answers["category"],
        whom=answers["whom"],
        origin="web",
        texts=tuple((key, answers[key]) for key in TEXTS),
    )
    filed = file_report(desk, draft)
    values = {
        "code": shown_code(filed.code),
        "pass": phrases().shown(filed.phrase),
        "pass_latin": filed.phrase,
        "time": desk.now,
    }
    return [Reply(key="receipt.anonymous", values=values, protect=True)]


FORM = Form(
    id=REPORT,
    questions=(
        Question(
            key="whom",
            ask="intake.ask_whom",
            kind="choice",
            choices=tuple(Choice(code=code, key=f"intake.whom_{code}") for code in WHOM),
        ),
        Question(key="category", ask="intake.ask_group", kind="choice", choices=_categories),
        Question(key="account", ask="intake.ask_account"),
        Question(key="when", ask="intake.ask_when"),
        Question(key="where", ask="intake.ask_where"),
    ),
    done=_file,
    review="intake.review",
    summary=_summary,
)
