"""The reminder ledger: once for each duty, revision, rung and recipient, for ever."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from storage.base import Row, Session

State = Literal["planned", "sent", "superseded", "asked", "agreed", "declined", "unreachable"]
Purpose = Literal["to", "copy", "ask", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One line of the ledger. `recipient` is a person id, "" for a rung set aside as a whole.

    `purpose` "ask" is a question to an officer whether the rung may leave (state `asked`).
    """

    id: str
    duty_id: str
    revision: int
    rung: int
    recipient: str
    purpose: Purpose
    level: str
    template: str
    send_on: date
    state: State
    at: int
    late: bool = False


def remind(db: Session, new: Reminder) -> bool:
    """Write a line; False where the ledger has it."""
    row = db.one(
        "duties.remind",
        id=new.id,
        duty_id=new.duty_id,
        revision=new.revision,
        rung=new.rung,
        recipient=new.recipient,
        purpose=new.purpose,
        level=new.level,
        template=new.template,
        send_on=new.send_on.isoformat(),
        late=int(new.late),
        state=new.state,
        at=new.at,
    )
    return row is not None


def handled(db: Session, duty_id: str, revision: int) -> frozenset[int]:
    """The rungs of a revision that the ledger knows."""
    rows = db.all("duties.handled_rungs", duty=duty_id, revision=revision)
    return frozenset(row["rung"] for row in rows)


def waiting_for(db: Session, person_id: str) -> list[Reminder]:
    """The planned reminders of one person."""
    return [_reminder(row) for row in db.all("duties.waiting_for", recipient=person_id)]


def settle(db: Session, id: str, state: State, at: int) -> None:
    """A planned reminder was sent, set aside, or found no chat."""
    db.run("duties.settle", id=id, state=state, at=at)


def open_questions(db: Session, limit: int = 200) -> list[Reminder]:
    """Rungs that wait for an officer, and reminders that found no chat."""
    return [_reminder(row) for row in db.all("duties.asked", limit=limit)]


def answer(db: Session, duty_id: str, revision: int, rung: int, state: State, at: int) -> bool:
    """Answer the question about a rung for all officers; False where it was answered."""
    rows = db.all(
        "duties.settle_question", duty=duty_id, revision=revision, rung=rung, state=state, at=at
    )
    return bool(rows)


def ledger(db: Session, duty_id: str) -> list[Reminder]:
    """Everything that was reminded, set aside or asked about a duty."""
    return [_reminder(row) for row in db.all("duties.ledger", duty=duty_id)]


def _reminder(row: Row) -> Reminder:
    return Reminder(
        id=row["id"],
        duty_id=row["duty_id"],
        revision=row["revision"],
        rung=row["rung"],
        recipient=row["recipient"],
        purpose=row["purpose"],
        level=row["level"],
        template=row["template"],
        send_on=date.fromisoformat(row["send_on"]),
        late=bool(row["late"]),
        state=row["state"],
        at=row["at"],
    )
