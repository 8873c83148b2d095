"""The office brings a report to its landing: what was sent, what came back, finished, reopened."""

from datetime import date

from casework.errors import MoveNotAllowed
from casework.lifecycle import Act, Seat, State
from casework.permissions import Right
from handlers.arrivals import announce, workday_after
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me
from handlers.forms import Answers, Form, Problem, Question
from handlers.items import item_card, sends
from handlers.messages import Reply, Text
from handlers.moves import apply
from handlers.posting import (
    given_back,
    last_sending,
    next_review,
    past_day,
    require_sender,
    today_choice,
)
from handlers.transfers import (
    already_signed,
    answered,
    letter_of,
    next_on,
    promised,
    receive,
    take_back,
)
from handlers.visibility import require, seats, see
from handlers.wire import dump
from storage import audit, letters, report_texts, reports, sendings
from storage.duties import Duty
from storage.reports import Report
from storage.sendings import Sending

BACK = "team_back"
CLARIFY = "team_clarify"


def feedback(desk: Desk, report: Report) -> list[Reply]:
    """Record what came back: the department's or the unit's result."""
    require_sender(desk, report)
    return open_form(desk, BACK, {}, {"report": report.id, "act": str(Act.FEEDBACK)})


def receipt(desk: Desk, report: Report) -> list[Reply]:
    """Record that the receiving organ has it; a referred item ends with that.

    Errors: MoveNotAllowed `transfer.already_signed` where its letter is signed for.
    """
    require_sender(desk, report)
    sent = last_sending(desk, report)
    letter = letters.get(desk.db, desk.vault, sent.letter_id) if sent is not None else None
    if letter is not None and letter.received_on:
        raise already_signed(desk, letter)
    return open_form(desk, BACK, {}, {"report": report.id, "act": str(Act.RECEIPT)})


def rejudge(desk: Desk, report: Report) -> list[Reply]:
    """What a receiver gave back is judged anew where another class of receiver is right.

    Errors: MoveNotAllowed where its letter was not given back.
    """
    require_sender(desk, report)
    if not given_back(desk, report):
        raise MoveNotAllowed("transfer.not_given_back")
    take_back(desk, report)
    again = next_on(report, next_review(desk))
    moved = apply(desk, report, Act.REJUDGE, Seat.OFFICE, holder="", disposition="", next_on=again)
    return [item_card(desk, moved, Text("transfer.rejudged")), *announce(desk, moved)]


def finish(desk: Desk, report: Report) -> list[Reply]:
    """办结归档. The reporter sees it once the mission's feedback is delivered."""
    require_sender(desk, report)
    return [item_card(desk, apply(desk, report, Act.FINISH, Seat.OFFICE), Text("team.finished"))]


def reopen(desk: Desk, report: Report) -> list[Reply]:
    """Take an ended item up again; it goes to the office's queue."""
    require_sender(desk, report)
    opened = apply(
        desk,
        report,
        Act.REOPEN,
        Seat.OFFICE,
        queue="leading" if report.queue == "leading" else "office",
        holder="",
        disposition="",
        merged_into="",
        queued_at=desk.at,
    )
    return [item_card(desk, opened, Text("team.reopened")), *announce(desk, opened)]


def review(desk: Desk, report: Report) -> list[Reply]:
    """End a hold: the item is judged again."""
    require(desk, report, Right.WRITE, "report.classify")
    held = seats(desk, report)
    seat = next(s for s in (Seat.LEADER, Seat.MEMBER, Seat.OFFICE, Seat.LEADING) if s in held)
    reviewed = apply(desk, report, Act.REVIEW, seat, disposition="")
    return [item_card(desk, reviewed, Text("team.reviewed"))]


def clarify(desk: Desk, report: Report) -> list[Reply]:
    """Record that somebody's name was cleared by the competent organ (000 四)."""
    require_sender(desk, report)
    return open_form(desk, CLARIFY, {}, {"report": report.id})


def _came_back(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    require_sender(desk, report)
    if answers["_"]["act"] == Act.RECEIPT:
        return _received(desk, report, answers)
    sent, day = last_sending(desk, report), answers["day"]
    moved = _answered(desk, report, sent, day, answers["text"] or "")
    letter = letters.get(desk.db, desk.vault, sent.letter_id) if sent is not None else None
    if letter is not None:
        answered(desk, letter, date.fromisoformat(day))
    return [item_card(desk, moved, Text("team.came_back"))]


def close_answered(desk: Desk, duty: Duty, day: date, summary: str) -> None:
    """A department's feedback was accepted: what its letter was about ends with that."""
    letter = letter_of(desk, duty)
    items = sendings.of_letter(desk.db, desk.vault, letter.id) if letter is not None else []
    for sent in items:
        report = reports.get(desk.db, sent.report_id)
        if report is None or report.state != State.TRANSFERRED:
            continue
        if sends(report, seats(desk, report)):
            moved = _answered(desk, report, sent, day.isoformat(), summary)
            apply(desk, moved, Act.FINISH, Seat.OFFICE, next_on="")


def _received(desk: Desk, report: Report, answers: Answers) -> list[Reply]:
    """The receiving organ has it: a transfer's months begin, anything else ends."""
    sent = last_sending(desk, report)
    letter = letters.get(desk.db, desk.vault, sent.letter_id) if sent is not None else None
    if letter is None:
        raise MoveNotAllowed
    on, text = date.fromisoformat(answers["day"]), answers["text"] or ""
    _, told = receive(desk, letter, on, paper=True, text=text)
    moved = see(desk, report.id)
    lead = Text("team.receipt_kept")
    if (due := promised(desk, letter)) is not None:
        lead = Text("team.months_begin", {"due": due})
    if moved.state == State.FINISHED:
        lead = Text("team.receipt_in")
    return [item_card(desk, moved, lead), *told]


def _answered(desk: Desk, report: Report, sent: Sending | None, day: str, text: str) -> Report:
    moved = apply(
        desk,
        report,
        Act.FEEDBACK,
        Seat.OFFICE,
        facts={"day": day},
        next_on=next_on(report, next_review(desk)),
    )
    if sent is not None:
        sendings.came_back(
            desk.db, desk.vault, sent, text=text, day=day, by=me(desk).id, at=desk.at
        )
    return moved


def _clarified(desk: Desk, answers: Answers) -> list[Reply]:
    """The clarification stands beside the item; the program publishes nothing by itself."""
    report = see(desk, answers["_"]["report"])
    require_sender(desk, report)
    assert desk.me is not None
    words = desk.rules.say(
        "disposition.note_clarify",
        dump({**answers, "_": None, "date": date.fromisoformat(answers["date"])}),
        "zh_CN",
    )
    report_texts.add(
        desk.db, desk.vault, report.id, "clarification", words, desk.at, author=desk.me.id
    )
    audit.write(desk.db, at=desk.at, actor=desk.me.id, action="report.clarified", object=report.id)
    return [item_card(desk, report, Text("team.clarified"))]


def _back_day(desk: Desk, answers: Answers, value: str) -> str:
    """A day between the sending (for feedback: the receipt) and today."""
    day = past_day(desk, answers, value)
    sent = last_sending(desk, see(desk, answers["_"]["report"]))
    if sent is not None and day < (sent.received_on or sent.sent_on):
        key = "transfer.before_received" if sent.received_on else "transfer.before_sent"
        raise Problem(key, on=date.fromisoformat(sent.received_on or sent.sent_on))
    return day


def sending_day(desk: Desk) -> str:
    """By when what is decided should have left: the internal date of `item.decided` (及时)."""
    target = desk.rules.common.soft_target_of("transfer")
    return workday_after(desk, target.n) if target else next_review(desk)


FORMS: tuple[Form, ...] = (
    Form(
        id=BACK,
        staff=True,
        done=_came_back,
        questions=(
            Question(
                key="day", ask="disposition.ask_back_on", choices=today_choice, check=_back_day
            ),
            Question(key="text", ask="disposition.ask_back_text", optional=True),
        ),
    ),
    Form(
        id=CLARIFY,
        staff=True,
        done=_clarified,
        questions=(
            Question(key="organ", ask="disposition.ask_organ"),
            Question(key="matter", ask="disposition.ask_matter"),
            Question(
                key="date", ask="disposition.ask_cleared_on", choices=today_choice, check=past_day
            ),
            Question(key="how", ask="disposition.ask_how"),
        ),
    ),
)
