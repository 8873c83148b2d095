"""What seats decided on paper about proposals for reports, sealed under the report's key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage import report_texts, reports
from storage.base import Session
from storage.sealing import DataKey, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDecision:
    """One paper. `words` holds verdict, document, held_on, attendees, reason and file ids.

    It is the seat's decision; `entered_by` only typed it in.
    """

    id: str
    report_id: str
    proposal_id: str
    seat: str
    words: Mapping[str, Any]
    entered_by: str
    at: int


def add(db: Session, vault: Vault, new: PaperDecision) -> None:
    """Keep a paper."""
    words = json.dumps(dict(new.words), ensure_ascii=False).encode()
    db.run(
        "paper_decisions.add",
        id=new.id,
        report=new.report_id,
        proposal=new.proposal_id,
        seat=new.seat,
        words=_key(db, vault, new.report_id).seal(words, _place(new.id)),
        entered_by=new.entered_by,
        at=new.at,
    )


def of_report(db: Session, vault: Vault, report_id: str) -> list[PaperDecision]:
    """The papers on a report, oldest first."""
    key = _key(db, vault, report_id)
    return [
        PaperDecision(
            id=row["id"],
            report_id=row["report_id"],
            proposal_id=row["proposal_id"],
            seat=row["seat"],
            words=json.loads(key.open(bytes(row["words"]), _place(row["id"]))),
            entered_by=row["entered_by"],
            at=row["at"],
        )
        for row in db.all("paper_decisions.of_report", report=report_id)
    ]


def _key(db: Session, vault: Vault, report_id: str) -> DataKey:
    key = reports.data_key(db, vault, report_id)
    if key is None:
        raise report_texts.Shredded
    return key


def _place(id: str) -> str:
    return f"paper_decision.words:{id}"
