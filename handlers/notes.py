"""Internal notes on a report: for those who work on it, never sent out."""

from casework.permissions import Right
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Form, Question
from handlers.items import item_card
from handlers.messages import Reply, Text
from handlers.visibility import require, see
from storage import audit, notes, reports
from storage.reports import Report

NOTE = "team_note"


def write(desk: Desk, report: Report) -> list[Reply]:
    """Ask for the words of a note."""
    require(desk, report, Right.WRITE, "report.classify")
    if not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    return open_form(desk, NOTE, {}, {"report": report.id})


def _written(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    require(desk, report, Right.WRITE, "report.classify")
    assert desk.me is not None
    notes.add(
        desk.db,
        desk.vault,
        id=desk.new_id(),
        report_id=report.id,
        text="\n".join(part["t"] for part in answers["text"]["parts"]),
        author=desk.me.id,
        at=desk.at,
    )
    reports.record(desk.db, report.id, desk.at, desk.me.id, "noted")
    audit.write(desk.db, at=desk.at, actor=desk.me.id, action="report.noted", object=report.id)
    return [item_card(desk, report, Text("team.noted"))]


FORMS: tuple[Form, ...] = (
    Form(
        id=NOTE,
        staff=True,
        questions=(Question(key="text", ask="team.ask_note", kind="long"),),
        done=_written,
    ),
)
