"""Receipts: the keyed verifier of a query phrase, and the budget of wrong guesses of a chat."""

import hmac
from collections.abc import Iterable

from storage import reports
from storage.base import Session
from storage.reports import Report
from storage.sealing import Vault


def keep_phrase(db: Session, vault: Vault, report_id: str, phrase: str, at: int) -> None:
    """Keep the keyed verifier of a phrase in its canonical form."""
    db.run(
        "receipts.keep_pass",
        report_id=report_id,
        verifier=_verifier(vault, report_id, phrase),
        made_at=at,
    )


def find(db: Session, vault: Vault, code: str, phrase: str) -> Report | None:
    """The report of this number and phrase (canonical forms), or None for every kind of miss.

    Both reads and the comparison are done in every case, so that the answer's time tells nothing.
    A shredded report is a miss.
    """
    report = reports.by_code(db, vault, code)
    report_id = report.id if report is not None else "none"
    right = is_phrase(db, vault, report_id, phrase)
    alive = reports.data_key(db, vault, report_id) is not None
    return report if right and alive else None


def is_phrase(db: Session, vault: Vault, report_id: str, phrase: str) -> bool:
    """Whether this is the report's query phrase (canonical form)."""
    return holds_phrase(db, vault, report_id, [phrase])


def holds_phrase(db: Session, vault: Vault, report_id: str, phrases: Iterable[str]) -> bool:
    """Whether one of these is the report's query phrase; all are compared in every case."""
    row = db.one("receipts.pass_of", report_id=report_id)
    kept = bytes(row["verifier"]) if row is not None else bytes(32)
    found = [hmac.compare_digest(kept, _verifier(vault, report_id, p)) for p in phrases]
    return any(found)


def noted(db: Session, report_id: str, at: int) -> None:
    """The reporter typed a part of the phrase back."""
    db.run("receipts.noted", report_id=report_id, at=at)


def missed(db: Session, guess_id: str, lane: bytes, at: int) -> None:
    """Remember one wrong receipt of this conversation; older ones than an hour are dropped."""
    db.run("receipts.forget_misses", before=at - 3600)
    db.run("receipts.missed", id=guess_id, lane=lane, at=at)


def misses(db: Session, lane: bytes, at: int) -> int:
    """How many wrong receipts this conversation gave within the last hour."""
    row = db.one("receipts.misses", lane=lane, since=at - 3600)
    return 0 if row is None else int(row["n"])


def _verifier(vault: Vault, report_id: str, phrase: str) -> bytes:
    return vault.index("receipt", f"phrase:{report_id}:{phrase}")
