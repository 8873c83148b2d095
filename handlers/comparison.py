"""What words for a unit share with the reports about it, as lines for whoever may know."""

from collections.abc import Sequence

from casework.errors import Gone
from casework.shared_words import Shared, Source, shared
from handlers.desk import Desk
from handlers.messages import Text
from handlers.visibility import seats
from storage import attachments, immediate, missions, report_texts, reports
from storage.immediate import UnitText
from storage.reports import Report

KINDS = {
    "run": "immediate.shared_run",
    "name": "immediate.shared_name",
    "amount": "immediate.shared_amount",
    "date": "immediate.shared_date",
    "file": "immediate.shared_file",
}


def findings(desk: Desk, text: UnitText) -> tuple[Shared, ...]:
    """What the text shares with any report of the unit, its sources or not (003 第九条)."""
    mission = missions.stationing(desk.db, text.stationing_id)
    if mission is None:
        raise Gone
    words = immediate.words(desk.db, desk.vault, text).get("text", "")
    return compare(desk, mission.unit_id, words)


def compare(desk: Desk, unit_id: str, words: str) -> tuple[Shared, ...]:
    """What any words that are to leave for a unit share with the reports about it."""
    held = missions.of_unit(desk.db, unit_id)
    found = [r for m in held for r in reports.of_stationing(desk.db, m.id)]
    found += [r for r in reports.of_stationing(desk.db, "") if r.unit_id == unit_id]
    return shared(words, (_source(desk, r) for r in found if r.queue != "superior"))


def lines(desk: Desk, found: Sequence[Shared]) -> list[Text]:
    """The findings as lines: those in reports that exist for whoever looks, and no others."""
    return [
        Text(KINDS[one.kind], {"words": one.words, "n": n})
        for one in found
        if (n := sum(_exists(desk, key) for key in one.keys))
    ]


def _exists(desk: Desk, report_id: str) -> bool:
    """A finding must not tell of a report that does not exist for whoever looks."""
    report = reports.get(desk.db, report_id)
    return report is not None and bool(seats(desk, report))


def _source(desk: Desk, report: Report) -> Source:
    parts = report_texts.of(desk.db, desk.vault, report.id)
    listed = attachments.of(desk.db, desk.vault, f"report:{report.id}")
    named = ("names", "subject_names")
    return Source(
        key=report.id,
        words=tuple(p.text for p in parts if p.field not in (*named, "source")),
        names=tuple(p.text for p in parts if p.field in named),
        files=tuple(f.name for f in listed if f.name),
    )


def fingerprints(desk: Desk, found: Sequence[Shared]) -> list[str]:
    """What was found, so that a later finding is noticed, without a word of it."""
    return [desk.vault.index("finding", f"{s.kind}|{s.words}").hex()[:16] for s in found]
