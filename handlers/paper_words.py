"""What is asked about a decision on paper (纪要、批示) and about a hearing, and how it is kept."""

from typing import Any

from handlers.day_answers import TODAY, past_day
from handlers.forms import Answers, Question


def paper_questions(when: Any = None) -> tuple[Question, ...]:
    """Document with its number, day, attendees, words and scan of one decision on paper."""
    return (
        Question(key="document", ask="motion.ask_document", when=when),
        Question(
            key="held_on",
            ask="motion.ask_held_on",
            choices=(TODAY,),
            check=past_day,
            when=when,
            coded=True,
        ),
        Question(key="attendees", ask="motion.ask_attendees", optional=True, when=when),
        Question(key="words", ask="motion.ask_words", optional=True, when=when),
        Question(key="scan", ask="motion.ask_scan", kind="files", optional=True, when=when),
    )


def paper_words(answers: Answers) -> dict[str, Any]:
    """The answers as a step keeps them."""
    return {
        "document": answers["document"],
        "held_on": answers["held_on"],
        "attendees": answers.get("attendees") or "",
        "reason": answers.get("words") or "",
        "files": scans(answers),
    }


def scans(answers: Answers) -> list[str]:
    """The ids of the scanned pages."""
    return [file["id"] for file in (answers.get("scan") or {}).get("files", ())]


def hearing_questions() -> tuple[Question, ...]:
    """When, with whom and with which words somebody was heard; asked while that is missing."""
    return (
        Question(
            key="heard_on",
            ask="motion.ask_heard_on",
            choices=(TODAY,),
            check=past_day,
            when=_missing,
            coded=True,
        ),
        Question(key="heard_with", ask="motion.ask_heard_with", when=_missing),
        Question(key="heard_words", ask="motion.ask_heard_words", when=_missing),
    )


def hearing(answers: Answers) -> dict[str, Any]:
    """The hearing as a step keeps it."""
    return {
        "held_on": answers["heard_on"],
        "with": answers["heard_with"],
        "reason": answers["heard_words"],
    }


def _missing(answers: Answers) -> bool:
    return bool(answers["_"].get("needs")) and answers.get("verdict") != "refuse"
