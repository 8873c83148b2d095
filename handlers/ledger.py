"""台账: one ledger for the office, in numbers, days and places, no content (004 六(二))."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.items import STATES
from handlers.proposing import NAMES
from storage import missions, reports, sendings
from storage.base import Session
from storage.reports import Report
from storage.sealing import Vault

QUEUES: Mapping[str, str] = {"team": "statistics.queue_team", "office": "statistics.queue_office"}
COLUMNS: tuple[str, ...] = (
    "statistics.col_code",
    "statistics.col_received",
    "statistics.col_unit",
    "statistics.col_queue",
    "statistics.col_state",
    "statistics.col_disposition",
    "statistics.col_letter",
    "statistics.col_receiver",
    "statistics.col_sent",
    "statistics.col_signed",
    "statistics.col_back",
    "statistics.col_next",
)
KEYED = (3, 4, 5)
"""The columns whose cells are keys of texts."""


def page(
    db: Session, vault: Vault, zone: ZoneInfo, *, after: str, before: int, limit: int
) -> tuple[list[list[str]], str]:
    """Up to `limit` reports from the id `after` on as rows, and the id to go on from ("" = done).

    What is about the office or above it stands in no ledger of the office.
    """
    found = reports.page(db, after, before, limit)
    rows = [
        row for report in found if report.queue in QUEUES for row in _rows(db, vault, zone, report)
    ]
    return rows, found[-1].id if len(found) == limit else ""


def worded(row: list[str], say: Callable[[str], str]) -> list[str]:
    """A row with its keys turned into words."""
    return [say(cell) if n in KEYED and cell else cell for n, cell in enumerate(row)]


def _rows(db: Session, vault: Vault, zone: ZoneInfo, report: Report) -> list[list[str]]:
    """One row for each letter of the report, or one where none has left."""
    unit = missions.unit(db, report.unit_id)
    head = [
        reports.code(db, vault, report.id),
        datetime.fromtimestamp(report.received_at, zone).date().isoformat(),
        unit.name if unit else "",
        QUEUES[report.queue],
        STATES[report.state],
        NAMES.get(report.disposition, ""),
    ]
    sent = [
        [str(s.letter["number"]), str(s.letter["to"]), s.sent_on, s.received_on, s.back_on]
        for s in sendings.of(db, vault, report.id)
    ]
    return [[*head, *letter, report.next_on] for letter in sent or [[""] * 5]]
