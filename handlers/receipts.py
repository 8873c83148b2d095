"""Receipts in use: the state, answers, additions, withdrawal; by number and phrase only."""

from datetime import timedelta
from typing import Any

from casework.lifecycle import State, outward
from casework.receipt import read_code, shown_code, split_receipt
from handlers import supplements
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.intake.packaged import phrases
from handlers.intake.places import inspection_word
from handlers.intake.wording import check_account, files_of, joined, refuse_phrase, shown
from handlers.messages import Choice, Reply, Text
from storage import missions, questions, receipts, reports
from storage.reports import Report

ASK, OPENED = "receipt", "receipt_opened"
GUESSES = 5
"""Wrong receipts of one conversation within an hour; after them every answer is the same."""
SLOW = timedelta(seconds=4)
_ANSWER = "q."
QUESTION_SHOWN = 500
TOLD = {
    "status.received": "status.received_text",
    "status.need_more": "status.need_more_text",
    "status.processing": "status.processing_text",
    "status.out_of_scope": "status.out_of_scope_text",
    "status.done": "status.done_text",
}
"""What is told beside each of the five words."""


def status(desk: Desk, argument: str) -> list[Reply]:
    """/status, 查询."""
    return _ask(desk, argument, "")


def add(desk: Desk, argument: str) -> list[Reply]:
    """/add, 补充."""
    return _ask(desk, argument, "add")


def _ask(desk: Desk, argument: str, purpose: str) -> list[Reply]:
    if desk.me is not None:
        return [Reply(key="status.bound_chat")]
    if argument:
        code, phrase = split_receipt(argument, phrases())
        if code and phrase:
            return _look(desk, code, phrase, purpose)
    return open_form(desk, ASK, context={"purpose": purpose})


def _check_code(desk: Desk, answers: Answers, value: Any) -> str:
    code, phrase = split_receipt(str(value), phrases())
    code = code or read_code(str(value))
    if code is None:
        raise Problem("status.code_malformed")
    if phrase:
        answers["phrase"] = phrase
    return code


def _check_phrase(desk: Desk, answers: Answers, value: Any) -> str:
    phrase = phrases().read(str(value)) or split_receipt(str(value), phrases())[1]
    if phrase is None:
        raise Problem("status.phrase_malformed")
    return phrase


def _found(desk: Desk, answers: Answers) -> list[Reply]:
    return _look(desk, answers["code"], answers["phrase"], answers["_"].get("purpose", ""))


def _look(desk: Desk, code: str, phrase: str, purpose: str) -> list[Reply]:
    """Open the report, or give the one answer that wrong, expired and deleted receipts all get."""
    lane = desk.talk.lane
    used_up = receipts.misses(desk.db, lane, desk.at) >= GUESSES
    report = receipts.find(desk.db, desk.vault, code, phrase)
    if used_up or report is None:
        if not used_up:
            receipts.missed(desk.db, desk.new_id(), lane, desk.at)
        return [Reply(key="status.unknown_code", not_before=desk.now + SLOW)]
    answers = {"act": "add"} if purpose == "add" else None
    return _opened(desk, report, answers)


def _opened(desk: Desk, report: Report, answers: Answers | None = None) -> list[Reply]:
    return open_form(desk, OPENED, answers=answers, context={"report": report.id})


def _report(desk: Desk, answers: Answers) -> Report:
    report = reports.get(desk.db, answers["_"]["report"])
    if report is None:
        raise Problem("status.unknown_code")
    return report


def _state_values(desk: Desk, answers: Answers) -> dict[str, Any]:
    report = _report(desk, answers)
    word = outward_word(desk, report)
    asked = questions.pending(desk.db, desk.vault, report.id)
    if asked:
        word = "status.need_more"
    stationing = missions.stationing(desk.db, report.stationing_id or "-")
    values = {
        "code": shown_code(reports.code(desk.db, desk.vault, report.id)),
        "xc": inspection_word(desk, stationing),
    }
    told: list[Text] = [Text(TOLD[word], values)]
    for number, question in enumerate(asked, start=1):
        words = _words(question)
        told.append(Text("status.question", {"n": number, "text": words}))
    return {"told": told}


def outward_word(desk: Desk, report: Report) -> str:
    """The text key of one of the five words (domain 5.5)."""
    main = reports.get(desk.db, report.merged_into) if report.merged_into else None
    head = main or report
    return outward(
        State(report.state),
        feedback_delivered=_delivered(desk, head),
        main=State(main.state) if main else None,
    )


def _delivered(desk: Desk, report: Report) -> bool:
    """Whether the mission's feedback is out; before that nothing reads as handled."""
    if not report.stationing_id:
        return True
    return supplements.feedback_delivered(desk, report.stationing_id)


def _acts(desk: Desk, answers: Answers) -> Choices:
    report = _report(desk, answers)
    asked = questions.pending(desk.db, desk.vault, report.id)
    answer = tuple(
        Choice(code=f"{_ANSWER}{q.id}", key="status.answer", values={"n": number})
        for number, q in enumerate(asked, start=1)
    )
    return (
        *answer,
        Choice(code="add", key="status.add"),
        Choice(code="withdraw", key="status.withdraw"),
        Choice(code="end", key="status.end"),
    )


def _says_more(answers: Answers) -> bool:
    act = str(answers.get("act", ""))
    return act == "add" or act.startswith(_ANSWER)


def _prompt(desk: Desk, answers: Answers) -> dict[str, Any]:
    act = str(answers["act"])
    if not act.startswith(_ANSWER):
        return {"prompt": Text("status.add_prompt")}
    question = questions.get(desk.db, desk.vault, act.removeprefix(_ANSWER))
    if question is None or not question.pending:
        return {"prompt": Text("status.add_prompt")}
    return {"prompt": _words(question)}


def _words(question: questions.Question) -> Text | str:
    return Text(question.text_key) if question.text_key else shown(question.text, QUESTION_SHOWN)


def _check_more(desk: Desk, answers: Answers, value: Any) -> Any:
    refuse_phrase(desk, joined(value), answers["_"]["report"])
    try:
        return check_account(desk, answers, value)
    except Problem as problem:
        if problem.soft:
            return value  # a short addition is an addition
        raise


def _act(desk: Desk, answers: Answers) -> list[Reply]:
    report = _report(desk, answers)
    act = str(answers["act"])
    if act == "end" or (act == "withdraw" and answers.get("sure") != "yes"):
        return [Reply(key="status.ended")]
    if act == "withdraw":
        return supplements.withdraw(desk, report)
    words, files = joined(answers["more"]), files_of(answers["more"])
    question = questions.get(desk.db, desk.vault, act.removeprefix(_ANSWER))
    replies = supplements.add(desk, report, words, files, question)
    supplements.drop_rest(desk)
    return [*replies, *_again(desk, report)]


def _again(desk: Desk, report: Report) -> list[Reply]:
    """The state once more, when questions are left; otherwise the talk is over."""
    if questions.pending(desk.db, desk.vault, report.id):
        return _opened(desk, report)
    return []


COMMANDS = {"status": status, "add": add}
FORMS = (
    Form(
        id=ASK,
        questions=(
            Question(key="code", ask="status.ask_code", check=_check_code, coded=True),
            Question(key="phrase", ask="status.ask_phrase", check=_check_phrase, coded=True),
        ),
        done=_found,
        cancelled="status.ended",
        life_hours=1,
    ),
    Form(
        id=OPENED,
        questions=(
            Question(
                key="act", ask="status.opened", kind="choice", values=_state_values, choices=_acts
            ),
            Question(
                key="more",
                ask="status.ask_more",
                kind="long",
                values=_prompt,
                check=_check_more,
                when=_says_more,
            ),
            Question(
                key="sure",
                ask="status.ask_withdraw",
                kind="confirm",
                values=lambda desk, a: {"xc": inspection_word(desk)},
                when=lambda a: a.get("act") == "withdraw",
            ),
        ),
        done=_act,
        cancelled="status.ended",
        life_hours=1,
    ),
)
