"""Before a text becomes public: what it shares with reports, shown to whoever may see those."""

from casework.mission import Stationing
from casework.shared_words import Shared, Source, shared
from handlers.desk import Desk
from handlers.forms import Problem
from handlers.messages import Text
from handlers.visibility import seats
from storage import attachments, missions, report_texts, reports
from storage.reports import Report

LISTED = 20
_NAMES = ("names", "subject_names")


def shared_words(desk: Desk, mission: Stationing, text: str) -> Text | str:
    """The runs, names, amounts, dates and files in common, as words for a review; "" for none.

    Reports that do not exist for the reader are not looked at: their count would tell of them.
    """
    found = _findings(desk, mission, text)
    if not found:
        return ""
    if not desk.surface.content:
        return Text("public.shares_count", {"n": len(found)})
    lines = [Text("public.shared_line", {"words": one.words}) for one in found[:LISTED]]
    return Text("public.shares", {"lines": lines, "n": len(found)})


def for_the_unit(desk: Desk, mission: Stationing, words: str) -> str:
    """Words that a unit will read, unless they share something with a report: that is shown first.

    Raises Problem, soft: the very same words pass when they are sent again.
    """
    found = shared_words(desk, mission, words)
    if found:
        raise Problem("rectification.shares", soft=True, found=found)
    return words


def _findings(desk: Desk, mission: Stationing, text: str) -> tuple[Shared, ...]:
    held = missions.of_unit(desk.db, mission.unit_id)
    listed = [r for m in held for r in reports.of_stationing(desk.db, m.id)]
    listed += [r for r in reports.of_stationing(desk.db, "") if r.unit_id == mission.unit_id]
    return shared(text, (_source(desk, r) for r in listed if seats(desk, r)))


def _source(desk: Desk, report: Report) -> Source:
    parts = report_texts.of(desk.db, desk.vault, report.id)
    files = attachments.of(desk.db, desk.vault, f"report:{report.id}")
    return Source(
        key=report.id,
        words=tuple(p.text for p in parts if p.field not in (*_NAMES, "source")),
        names=tuple(p.text for p in parts if p.field in _NAMES),
        files=tuple(f.name for f in files if f.name),
    )
