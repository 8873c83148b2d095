"""How a letter, call, visit or box paper came in: day, count, witnesses; keyed in by staff."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storage import report_texts, reports
from storage.base import Session
from storage.sealing import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `channel`: letter | call | visit | box. `papers` were counted when the box was
    opened.

    `details` is plain JSON, sealed: the two `witnesses` of a box, the `place`.
    """

    report_id: str
    channel: str
    arrived_on: str
    papers: int
    entered_by: str
    at: int
    details: Mapping[str, Any] = field(default_factory=dict)


def add(db: Session, vault: Vault, new: Entry) -> None:
    """Keep an entry under its report's key."""
    key = reports.data_key(db, vault, new.report_id)
    if key is None:
        raise report_texts.Shredded
    details = json.dumps(dict(new.details), ensure_ascii=False).encode()
    db.run(
        "entries.add",
        report_id=new.report_id,
        channel=new.channel,
        arrived_on=new.arrived_on,
        papers=new.papers,
        details=key.seal(details, _place(new.report_id)),
        entered_by=new.entered_by,
        at=new.at,
    )


def of(db: Session, vault: Vault, report_id: str) -> Entry | None:
    """How the report came in, or None when the reporter filed it here or it is shredded."""
    row = db.one("entries.of", report_id=report_id)
    key = reports.data_key(db, vault, report_id)
    if row is None or key is None:
        return None
    return Entry(
        report_id=report_id,
        channel=row["channel"],
        arrived_on=row["arrived_on"],
        papers=row["papers"],
        entered_by=row["entered_by"],
        at=row["at"],
        details=json.loads(key.open(bytes(row["details"]), _place(report_id))),
    )


def _place(report_id: str) -> str:
    return f"staff_entry.details:{report_id}"
