"""The log of reminders as it is read: what went to whom, when, at which level, how it stands."""

from dataclasses import dataclass
from datetime import date

from storage.base import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One reminder to one person. `delivery` is the outbox state of its message, "" if unknown."""

    id: str
    duty_id: str
    stationing_id: str
    unit_id: str
    title: str
    kind: str
    due: date
    recipient: str
    purpose: str
    level: str
    late: bool
    state: str
    at: int
    delivery: str


def page(
    db: Session, *, reader: str, stationing: str = "", duty: str = "", skip: int = 0, limit: int
) -> list[LogLine]:
    """The newest first; nothing of units from which the reader is recused."""
    rows = db.all(
        "reminder_log.page",
        person=reader,
        stationing=stationing,
        duty=duty,
        skip=skip,
        limit=limit,
    )
    return [
        LogLine(
            id=row["id"],
            duty_id=row["duty_id"],
            stationing_id=row["stationing_id"],
            unit_id=row["unit_id"],
            title=row["title"],
            kind=row["kind"],
            due=date.fromisoformat(row["due"]),
            recipient=row["recipient"],
            purpose=row["purpose"],
            level=row["level"],
            late=bool(row["late"]),
            state=row["state"],
            at=row["at"],
            delivery=_delivery(db, row["recipient"], row["at"]),
        )
        for row in rows
    ]


def size(db: Session, *, reader: str, stationing: str = "", duty: str = "") -> int:
    """How many lines `page` would give in all."""
    row = db.one("reminder_log.size", person=reader, stationing=stationing, duty=duty)
    return int(row["n"]) if row else 0


def levels(db: Session) -> dict[str, frozenset[str]]:
    """Duty → the levels at which something went out, for the duties that are not done."""
    found: dict[str, set[str]] = {}
    for row in db.all("reminder_log.levels"):
        found.setdefault(row["duty_id"], set()).add(row["level"])
    return {duty: frozenset(known) for duty, known in found.items()}


def _delivery(db: Session, recipient: str, at: int) -> str:
    """The best of the person's chats counts: whoever got it in one has got it."""
    states = {row["state"] for row in db.all("reminder_log.delivery", recipient=recipient, at=at)}
    for state in ("sent", "sending", "planned", "uncertain", "failed"):
        if state in states:
            return state
    return ""
