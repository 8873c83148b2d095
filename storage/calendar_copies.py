"""What each person's calendar was last told of each duty, so that a moved date follows it."""

from dataclasses import dataclass

from storage.base import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One entry in somebody's calendar: `sequence` grows with every sending."""

    duty_id: str
    sequence: int
    revision: int
    due: str  # ISO


def keep(
    db: Session, *, person_id: str, duty_id: str, sequence: int, revision: int, due: str, at: int
) -> None:
    """A person's calendar was told of a duty."""
    db.run(
        "calendar_copies.keep",
        person=person_id,
        duty=duty_id,
        sequence=sequence,
        revision=revision,
        due=due,
        at=at,
    )


def of_person(db: Session, person_id: str) -> dict[str, Copy]:
    """Everything a person's calendar was told, by duty."""
    rows = db.all("calendar_copies.of_person", person=person_id)
    return {
        row["duty_id"]: Copy(
            duty_id=row["duty_id"],
            sequence=row["sequence"],
            revision=row["revision"],
            due=row["due"],
        )
        for row in rows
    }


def readers(db: Session, duty_id: str) -> list[str]:
    """Whose calendars were told of a duty."""
    return [row["person_id"] for row in db.all("calendar_copies.of_duty", duty=duty_id)]


def moved(db: Session, limit: int) -> dict[str, list[str]]:
    """Person → duties that have other dates than their calendar says, or are done."""
    found: dict[str, list[str]] = {}
    for row in db.all("calendar_copies.moved", limit=limit):
        found.setdefault(row["person_id"], []).append(row["duty_id"])
    return found


def forget(db: Session, person_id: str, duty_id: str) -> None:
    """The calendar knows that the duty is done."""
    db.run("calendar_copies.forget", person=person_id, duty=duty_id)
