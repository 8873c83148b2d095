"""Checks on the words of a draft: empty, short, or holding a query phrase."""

from typing import Any

from casework.hygiene import clipped, is_blank, length, storable
from casework.receipt import codes_within
from handlers.desk import Desk
from handlers.forms import Answers, Problem
from handlers.intake.packaged import phrases
from storage import receipts, reports

SHORT = 20
"""Characters below which an account gets advice (domain 5.4)."""
FIELD_SHOWN = 200
ACCOUNT_SHOWN = 1200


def check_words(desk: Desk, answers: Answers, value: Any) -> str:
    """A single text: not empty, without a query phrase; NUL and half surrogates are dropped."""
    words = storable(str(value)).strip()
    if is_blank(words):
        raise Problem("form.empty")
    refuse_phrase(desk, words)
    return words


def check_account(desk: Desk, answers: Answers, value: Any) -> Any:
    """An account in parts: whatever its length it is kept; a short one gets advice once."""
    for part in value["parts"]:
        part["t"] = storable(part["t"])
    words = joined(value)
    refuse_phrase(desk, words)
    if not value["files"] and length(words) < SHORT:
        raise Problem("intake.too_short", soft=True)
    return value


def joined(value: Any) -> str:
    """The parts of a long answer as one text, in the order in which they came."""
    if not value:
        return ""
    return "\n".join(part["t"] for part in value.get("parts", ()))


def files_of(value: Any) -> list[str]:
    """The attachment ids of an answer."""
    return [file["id"] for file in (value or {}).get("files", ())]


def refuse_phrase(desk: Desk, text: str, report_id: str = "") -> None:
    """Refuse words that hold the query phrase of a report they name, or of `report_id`.

    The work is the same whether a report of that number exists: its time tells nothing.
    """
    named = [reports.by_code(desk.db, desk.vault, code) for code in codes_within(text)[:3]]
    wanted = [report_id] if report_id else []
    wanted += [report.id if report else "none" for report in named]
    candidates = phrases().within(text) if wanted else []
    found = [receipts.holds_phrase(desk.db, desk.vault, id, candidates) for id in wanted]
    if any(found):
        raise Problem("intake.phrase_inside")


def shown(text: str, limit: int = FIELD_SHOWN) -> str:
    """Words as the review shows them."""
    return clipped(text, limit)
