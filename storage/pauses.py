"""Pauses: the reminders of a duty rest until a day, with a reason, and never for good."""

from dataclasses import dataclass
from datetime import date

from storage.base import Row, Session
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One pause. On `until` the reminders go on; `reason` is the office's own sentence."""

    id: str
    duty_id: str
    until: date
    reason: str
    actor: str
    at: int


def add(db: Session, vault: Vault, new: Pause) -> bool:
    """Keep a pause; False where the duty has one."""
    sealed = vault.seal(Compartment.CONTENT, new.reason.encode(), f"pause.reason:{new.id}")
    row = db.one(
        "planner.pause",
        id=new.id,
        duty_id=new.duty_id,
        until=new.until.isoformat(),
        reason=sealed,
        actor=new.actor,
        at=new.at,
    )
    return row is not None


def until(db: Session, duty_id: str) -> date | None:
    """The day on which the reminders of a duty go on; None where they are not paused."""
    row = db.one("planner.pause_of", duty=duty_id)
    return date.fromisoformat(row["until"]) if row else None


def over(db: Session, vault: Vault, day: date, limit: int) -> list[Pause]:
    """Pauses whose day has come."""
    rows = db.all("planner.pauses_over", day=day.isoformat(), limit=limit)
    return [_pause(vault, row) for row in rows]


def standing(db: Session, vault: Vault, limit: int = 200) -> list[Pause]:
    """Every pause that has not ended, the first to end first."""
    return [_pause(vault, row) for row in db.all("planner.pauses", limit=limit)]


def end(db: Session, id: str, at: int) -> bool:
    """The pause is over; False where it was."""
    return db.did("planner.end_pause", id=id, at=at)


def _pause(vault: Vault, row: Row) -> Pause:
    place = f"pause.reason:{row['id']}"
    return Pause(
        id=row["id"],
        duty_id=row["duty_id"],
        until=date.fromisoformat(row["until"]),
        reason=vault.open(Compartment.CONTENT, row["reason"], place).decode(),
        actor=row["actor"],
        at=row["at"],
    )
