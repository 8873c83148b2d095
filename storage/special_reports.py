"""Special reports 专报: drafts that went to the leading group, and how it decided."""

from dataclasses import dataclass
from typing import Literal

from storage.base import Row, Session
from storage.sealing import Compartment, Vault

State = Literal["proposed", "agreed", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialReport:
    """One report on a mission, or on one overdue duty of it (`duty_id`, else "")."""

    id: str
    stationing_id: str
    duty_id: str
    text: str
    proposer: str
    at: int
    state: State = "proposed"
    decided_at: int = 0


def add(db: Session, vault: Vault, new: SpecialReport) -> None:
    """Keep what goes to the leading group."""
    db.run(
        "special_reports.add",
        id=new.id,
        stationing=new.stationing_id,
        duty=new.duty_id,
        words=vault.seal(Compartment.CONTENT, new.text.encode(), _place(new.id)),
        proposer=new.proposer,
        at=new.at,
    )


def get(db: Session, vault: Vault, id: str) -> SpecialReport | None:
    """One report."""
    row = db.one("special_reports.get", id=id)
    return _report(vault, row) if row else None


def of(db: Session, vault: Vault, stationing_id: str) -> list[SpecialReport]:
    """Every report of a mission, the oldest first."""
    rows = db.all("special_reports.of", stationing=stationing_id)
    return [_report(vault, row) for row in rows]


def decide(db: Session, id: str, state: State, at: int) -> bool:
    """The decision, once; False where it was there already."""
    return db.one("special_reports.decide", id=id, state=state, at=at) is not None


def _report(vault: Vault, row: Row) -> SpecialReport:
    plain = vault.open(Compartment.CONTENT, row["words"], _place(row["id"]))
    return SpecialReport(
        id=row["id"],
        stationing_id=row["stationing_id"],
        duty_id=row["duty_id"],
        text=plain.decode(),
        proposer=row["proposer"],
        at=row["at"],
        state=row["state"],
        decided_at=row["decided_at"],
    )


def _place(id: str) -> str:
    return f"special_report.words:{id}"
