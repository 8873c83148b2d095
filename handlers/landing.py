"""The office brings a report to its landing: what was sent, what came back, finished, reopened."""

from casework.dispositions import Disposition, landing
from casework.errors import MoveNotAllowed
from casework.lifecycle import Act, Seat, State
from casework.permissions import Right
from handlers.arrivals import announce, workday_after
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.items import item_card, sends
from handlers.messages import Choice, Reply, Text
from handlers.moves import apply
from handlers.proposing import typed_day
from handlers.visibility import require, seats, see
from storage import audit, proposals, report_texts, sendings
from storage.reports import Report
from storage.sendings import Sending

SEND = "team_send"
BACK = "team_back"
CLARIFY = "team_clarify"


def send(desk: Desk, report: Report) -> list[Reply]:
    """Record the letter, notice or hand-over by which a decided item left the house."""
    _office(desk, report)
    require(desk, report, Right.WRITE, "disposal.send")
    return open_form(desk, SEND, {}, {"report": report.id})


def feedback(desk: Desk, report: Report) -> list[Reply]:
    """Record what came back: the department's or the unit's result."""
    _office(desk, report)
    return open_form(desk, BACK, {}, {"report": report.id, "act": str(Act.FEEDBACK)})


def receipt(desk: Desk, report: Report) -> list[Reply]:
    """Record that the receiving organ has it; a referred item ends with that."""
    _office(desk, report)
    return open_form(desk, BACK, {}, {"report": report.id, "act": str(Act.RECEIPT)})


def finish(desk: Desk, report: Report) -> list[Reply]:
    """办结归档. The reporter sees it once the mission's feedback is delivered."""
    _office(desk, report)
    return [item_card(desk, apply(desk, report, Act.FINISH, Seat.OFFICE), Text("team.finished"))]


def reopen(desk: Desk, report: Report) -> list[Reply]:
    """Take an ended item up again; it goes to the office's queue."""
    _office(desk, report)
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
    _office(desk, report)
    return open_form(desk, CLARIFY, {}, {"report": report.id})


def _office(desk: Desk, report: Report) -> None:
    if not sends(report, seats(desk, report)):
        raise MoveNotAllowed


def _sent(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    _office(desk, report)
    assert desk.me is not None
    proposal = proposals.last_of(desk.db, desk.vault, report.id)
    if proposal is None:
        raise MoveNotAllowed
    lands = landing(Disposition(proposal.disposition), sent=True)
    receiver = str(proposal.details.get("to", ""))
    sendings.add(
        desk.db,
        desk.vault,
        Sending(
            id=desk.new_id(),
            report_id=report.id,
            department_id=receiver if receiver.isascii() else "",
            letter={"number": answers["number"], "to": receiver},
            sent_on=answers["day"],
            entered_by=desk.me.id,
            at=desk.at,
        ),
    )
    moved = apply(desk, report, Act.SEND, Seat.OFFICE, lands=lands, facts={"day": answers["day"]})
    return [item_card(desk, moved, Text("team.sent"))]


def _came_back(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    _office(desk, report)
    assert desk.me is not None
    act = Act(answers["_"]["act"])
    moved = apply(desk, report, act, Seat.OFFICE, facts={"day": answers["day"]})
    sent = sendings.of(desk.db, desk.vault, report.id)
    if sent:
        sendings.came_back(
            desk.db,
            desk.vault,
            sent[-1],
            text=answers["text"] or "",
            day=answers["day"],
            by=desk.me.id,
            at=desk.at,
        )
    lead = "team.came_back" if moved.state == State.FEEDBACK_IN else "team.receipt_in"
    return [item_card(desk, moved, Text(lead))]


def _clarified(desk: Desk, answers: Answers) -> list[Reply]:
    """The clarification stands beside the item; the program publishes nothing by itself."""
    report = see(desk, answers["_"]["report"])
    _office(desk, report)
    assert desk.me is not None
    words = desk.rules.say(
        "disposition.note_clarify",
        {k: answers[k] for k in ("organ", "matter", "date", "how")},
        "zh_CN",
    )
    report_texts.add(
        desk.db, desk.vault, report.id, "clarification", words, desk.at, author=desk.me.id
    )
    audit.write(desk.db, at=desk.at, actor=desk.me.id, action="report.clarified", object=report.id)
    return [item_card(desk, report, Text("team.clarified"))]


def _day(desk: Desk, answers: Answers, value: str) -> str:
    day = typed_day(desk, value)
    if day > desk.today:
        raise Problem("disposition.day_ahead")
    return day.isoformat()


def _today(desk: Desk, answers: Answers) -> Choices:
    return (Choice(code="+0", key="disposition.today"),)


def next_review(desk: Desk) -> str:
    """A default date for what passes on without one: five working days, an internal date."""
    return workday_after(desk, 5)


FORMS: tuple[Form, ...] = (
    Form(
        id=SEND,
        staff=True,
        done=_sent,
        questions=(
            Question(key="number", ask="disposition.ask_letter"),
            Question(key="day", ask="disposition.ask_sent_on", choices=_today, check=_day),
        ),
    ),
    Form(
        id=BACK,
        staff=True,
        done=_came_back,
        questions=(
            Question(key="day", ask="disposition.ask_back_on", choices=_today, check=_day),
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
            Question(key="date", ask="disposition.ask_cleared_on", choices=_today, check=_day),
            Question(key="how", ask="disposition.ask_how"),
        ),
    ),
)
