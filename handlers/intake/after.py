"""After filing: the receipt, the proof that it was noted, the question about notices."""

from casework.receipt import shown_code
from handlers.arrivals import announce
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Form, Problem, Question
from handlers.intake.filing import Filed
from handlers.intake.packaged import phrases
from handlers.messages import Choice, Reply, Text
from storage import push_links, receipts, scopes
from storage.push_links import lane_value
from storage.reports import Report

AFTER = "after_filing"
RECEIPT_VISIBLE = 3600
"""Seconds after which the message with the query phrase is deleted again, where possible."""


def hand_over(desk: Desk, filed: Filed) -> list[Reply]:
    """Everything that follows a filing, the receipt first."""
    report = filed.report
    lead = (Text("receipt.many_today"),) if _count(desk, report.stationing_id) else ()
    phrase = phrases().shown(filed.phrase)
    receipt = Reply(
        key=_words_for(report),
        values={
            "code": shown_code(filed.code),
            "pass": phrase,
            "pass_latin": filed.phrase,
            "time": desk.now,
        },
        lead=lead,
        vanish_after=RECEIPT_VISIBLE,
        protect=True,
    )
    first, second = _places(desk)
    context = {
        "report": report.id,
        "scope": scopes.scope_of(report.stationing_id),
        "first": first + 1,
        "second": second + 1,
        "proof": _proof(desk, report.id, phrase[first] + phrase[second]),
        "named": report.named or report.queue == "superior",
    }
    return [
        receipt,
        *open_form(desk, AFTER, context=context),
        *announce(desk, report),
    ]


def _words_for(report: Report) -> str:
    if report.queue == "superior":
        return "receipt.superior"
    return "receipt.real_name" if report.named else "receipt.anonymous"


def _count(desk: Desk, stationing_id: str) -> bool:
    """Count this filing; whether the chat is now over the day's number."""
    a = desk.event.address
    scope = scopes.scope_of(stationing_id)
    value = lane_value((a.channel, a.account, a.chat))
    lane = scopes.index(desk.db, desk.vault, scope, value, desk.draw(32), desk.at)
    n = scopes.count_filing(desk.db, scope, lane, desk.today.isoformat())
    return n > int(desk.setting("intake.reports_per_day"))


def _places(desk: Desk) -> tuple[int, int]:
    """Two different places in the phrase, in order."""
    first = desk.draw(1)[0] % 12
    second = (first + 1 + desk.draw(1)[0] % 11) % 12
    return min(first, second), max(first, second)


def _proof(desk: Desk, report_id: str, characters: str) -> str:
    return desk.vault.index("receipt", f"proof:{report_id}:{characters}").hex()


def _check_proof(desk: Desk, answers: Answers, value: object) -> bool:
    context = answers["_"]
    typed = "".join(str(value).split())
    whole = phrases().read(typed)
    if whole:
        shown = phrases().shown(whole)
        typed = shown[context["first"] - 1] + shown[context["second"] - 1]
    if _proof(desk, context["report"], typed) != context["proof"]:
        raise Problem("receipt.proof_wrong")
    receipts.noted(desk.db, context["report"], desk.at)
    return True


def _finish(desk: Desk, answers: Answers) -> list[Reply]:
    if answers.get("push") == "push":
        a = desk.event.address
        push_links.keep(
            desk.db,
            desk.vault,
            answers["_"]["report"],
            answers["_"]["scope"],
            (a.channel, a.account, a.chat),
            desk.draw(32),
            desk.at,
        )
    return [Reply(key="receipt.end")]


FORM = Form(
    id=AFTER,
    questions=(
        Question(
            key="proof",
            ask="receipt.ask_proof",
            values=lambda desk, a: {"first": a["_"]["first"], "second": a["_"]["second"]},
            check=_check_proof,
            optional=True,
            coded=True,
        ),
        Question(
            key="push",
            ask="receipt.ask_push",
            kind="choice",
            choices=(
                Choice(code="no", key="button.no_reminder"),
                Choice(code="push", key="button.remind_me"),
            ),
            when=lambda a: not a["_"]["named"],
            optional=True,
        ),
    ),
    done=_finish,
    cancelled="receipt.end",
    life_hours=2,
)
