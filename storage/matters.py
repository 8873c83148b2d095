"""Matters of a principal and urgent reports to the leading group, beside the report itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from storage import report_texts, reports
from storage.base import Row, Session
from storage.sealing import DataKey, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Somebody asks to take the mark 涉及主要负责人 back."""

    asked_by: str
    asked_at: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """One urgent report: `words` holds what and why (003 第九条, 004 四(四))."""

    id: str
    report_id: str
    criterion: str
    words: Mapping[str, str]
    author: str
    at: int


def looked_to(db: Session, report_id: str, unit_id: str) -> int | None:
    """Up to which version of its words a report was looked through for this unit; None = never."""
    row = db.one("matters.looked_to", report_id=report_id)
    return None if row is None or row["unit_id"] != unit_id else int(row["looked_to"])


def look(db: Session, vault: Vault, report_id: str, unit_id: str, version: int) -> None:
    """Note how far a report was looked through for the principal of a unit."""
    why = _key(db, vault, report_id).seal(b"", _why_place(report_id))
    db.run("matters.look", report_id=report_id, unit_id=unit_id, looked_to=version, why=why)


def ask(db: Session, vault: Vault, report_id: str, person_id: str, why: str, at: int) -> None:
    """Keep the request to take the mark back."""
    sealed = _key(db, vault, report_id).seal(why.encode(), _why_place(report_id))
    db.one("matters.ask", report_id=report_id, person_id=person_id, at=at, why=sealed)


def asked(db: Session, vault: Vault, report_id: str) -> Request | None:
    """The request that waits for another person, or None."""
    row = db.one("matters.asked", report_id=report_id)
    if row is None:
        return None
    why = _key(db, vault, report_id).open(bytes(row["why"]), _why_place(report_id))
    return Request(asked_by=row["asked_by"], asked_at=row["asked_at"], why=why.decode())


def answer(db: Session, report_id: str) -> bool:
    """End the request; False where it was answered before."""
    return db.one("matters.answer", report_id=report_id) is not None


def urge(db: Session, vault: Vault, new: Urgent) -> None:
    """Keep an urgent report under the key of its report."""
    words = json.dumps(dict(new.words), ensure_ascii=False).encode()
    db.run(
        "matters.urge",
        id=new.id,
        report_id=new.report_id,
        criterion=new.criterion,
        words=_key(db, vault, new.report_id).seal(words, _urgent_place(new.id)),
        author=new.author,
        at=new.at,
    )


def urgent(db: Session, vault: Vault, urgent_id: str) -> Urgent | None:
    """One urgent report; None where it, or the key of its report, is gone."""
    row = db.one("matters.urgent", id=urgent_id)
    if row is None or reports.data_key(db, vault, row["report_id"]) is None:
        return None
    return _urgent(db, vault, row)


def urgent_of(db: Session, vault: Vault, report_id: str) -> list[Urgent]:
    """The urgent reports made about one report, oldest first."""
    rows = db.all("matters.urgent_of", report_id=report_id)
    return [_urgent(db, vault, row) for row in rows]


def _urgent(db: Session, vault: Vault, row: Row) -> Urgent:
    key = _key(db, vault, row["report_id"])
    return Urgent(
        id=row["id"],
        report_id=row["report_id"],
        criterion=row["criterion"],
        words=json.loads(key.open(bytes(row["words"]), _urgent_place(row["id"]))),
        author=row["author"],
        at=row["at"],
    )


def _key(db: Session, vault: Vault, report_id: str) -> DataKey:
    key = reports.data_key(db, vault, report_id)
    if key is None:
        raise report_texts.Shredded
    return key


def _why_place(report_id: str) -> str:
    return f"principal_matter.why:{report_id}"


def _urgent_place(urgent_id: str) -> str:
    return f"urgent_report.words:{urgent_id}"
