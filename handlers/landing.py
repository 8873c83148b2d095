"""The office brings a report to its landing: what was sent, what came back, finished, reopened."""

from datetime import date

from casework.categories import RETALIATION
from casework.dispositions import Disposition, landing, received
from casework.errors import MoveNotAllowed
from casework.lifecycle import Act, Seat, State
from casework.permissions import Right
from handlers import letters
from handlers.arrivals import announce, workday_after
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.items import item_card, sends
from handlers.messages import Choice, Reply, Text
from handlers.moves import apply
from handlers.proposing import typed_day
from handlers.visibility import require, seats, see
from handlers.wire import dump
from storage import audit, missions, proposals, report_texts, reports, sendings
from storage.duties import Duty
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
    moved = apply(
        desk,
        report,
        Act.SEND,
        Seat.OFFICE,
        lands=lands,
        facts={"day": answers["day"]},
        next_on=_by(report, next_review(desk)),
    )
    return [item_card(desk, moved, Text("team.sent"))]


def _came_back(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    _office(desk, report)
    assert desk.me is not None
    if answers["_"]["act"] == Act.RECEIPT:
        return _received(desk, report, answers)
    sent, day = _last_sending(desk, report), answers["day"]
    moved = _answered(desk, report, sent, day, answers["text"] or "")
    mission = missions.stationing(desk.db, report.stationing_id)
    if sent is not None and mission is not None:
        letter, on = str(sent.letter["number"]), date.fromisoformat(day)
        letters.answered(desk, mission, sent.department_id, letter, on)
    return [item_card(desk, moved, Text("team.came_back"))]


def close_answered(desk: Desk, duty: Duty, day: date, summary: str) -> None:
    """A department's feedback was accepted: what its letter was about ends with that."""
    number = letters.number_of(desk, duty)
    if not number:
        return
    for report in reports.of_stationing(desk.db, duty.stationing_id):
        if report.state != State.TRANSFERRED or not sends(report, seats(desk, report)):
            continue
        sent = _last_sending(desk, report)
        if sent is None or sent.letter["number"] != number:
            continue
        if sent.department_id == duty.department_id:
            moved = _answered(desk, report, sent, day.isoformat(), summary)
            apply(desk, moved, Act.FINISH, Seat.OFFICE, next_on="")


def _received(desk: Desk, report: Report, answers: Answers) -> list[Reply]:
    """The receiving organ has it: a transfer's months begin, anything else ends."""
    proposal = proposals.last_of(desk.db, desk.vault, report.id)
    if proposal is None:
        raise MoveNotAllowed
    lands = received(Disposition(proposal.disposition))
    due, told = _start_months(desk, report, answers["day"])
    moved = apply(
        desk,
        report,
        Act.RECEIPT,
        Seat.OFFICE,
        lands=lands,
        facts={"day": answers["day"]},
        next_on=_by(report, due or next_review(desk)),
    )
    lead = Text("team.receipt_kept")
    if due:
        lead = Text("team.months_begin", {"due": date.fromisoformat(due)})
    if moved.state == State.FINISHED:
        lead = Text("team.receipt_in")
        _keep_answer(desk, _last_sending(desk, report), answers["day"], answers["text"] or "")
    return [item_card(desk, moved, lead), *told]


def _start_months(desk: Desk, report: Report, day: str) -> tuple[str, list[Reply]]:
    """The day ("" = none) by which a department owes feedback for the letter, told to it.

    What is about the office stays with the leading group and in no list of the office.
    """
    sent = _last_sending(desk, report)
    mission = missions.stationing(desk.db, report.stationing_id)
    if report.state != State.TRANSFERRED or report.queue == "leading" or sent is None:
        return "", []
    department = missions.department(desk.db, sent.department_id)
    if mission is None or department is None:
        return "", []
    number = str(sent.letter["number"])
    begun = letters.received(desk, mission, department, number, date.fromisoformat(day)) or []
    owed = letters.owed(desk, mission, department.id, number)
    due = min((duty.due.isoformat() for duty in owed), default="")
    return due, letters.tell_department(desk, department, number, begun)


def _answered(desk: Desk, report: Report, sent: Sending | None, day: str, text: str) -> Report:
    moved = apply(
        desk,
        report,
        Act.FEEDBACK,
        Seat.OFFICE,
        facts={"day": day},
        next_on=_by(report, next_review(desk)),
    )
    _keep_answer(desk, sent, day, text)
    return moved


def _keep_answer(desk: Desk, sent: Sending | None, day: str, text: str) -> None:
    assert desk.me is not None
    if sent is not None:
        sendings.came_back(
            desk.db, desk.vault, sent, text=text, day=day, by=desk.me.id, at=desk.at
        )


def _last_sending(desk: Desk, report: Report) -> Sending | None:
    found = sendings.of(desk.db, desk.vault, report.id)
    return found[-1] if found else None


def _by(report: Report, day: str) -> str:
    """The next date of an item; reports about retaliation keep their weekly one."""
    return report.next_on if report.category == RETALIATION and report.next_on else day


def _clarified(desk: Desk, answers: Answers) -> list[Reply]:
    """The clarification stands beside the item; the program publishes nothing by itself."""
    report = see(desk, answers["_"]["report"])
    _office(desk, report)
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


def _day(desk: Desk, answers: Answers, value: str) -> str:
    day = typed_day(desk, value)
    if day > desk.today:
        raise Problem("disposition.day_ahead")
    return day.isoformat()


def _today(desk: Desk, answers: Answers) -> Choices:
    return (Choice(code="+0", key="disposition.today"),)


def sending_day(desk: Desk) -> str:
    """By when what is decided should have left: the internal date of `item.decided` (及时)."""
    target = desk.rules.common.soft_target_of("transfer")
    return workday_after(desk, target.n) if target else next_review(desk)


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
