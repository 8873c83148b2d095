"""Who was told of which report: the ledger behind bundled, content-free cards."""

from dataclasses import dataclass

from storage.base import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What waits to be told to a person: how many reports, and when the card leaves (0 = none)."""

    n: int
    goes_at: int


def add(db: Session, *, id: str, report_id: str, person_id: str, at: int, goes_at: int) -> None:
    """Remember that a person is told of a report at `goes_at`."""
    db.run(
        "announcements.add",
        id=id,
        report_id=report_id,
        person_id=person_id,
        at=at,
        goes_at=goes_at,
    )


def waiting(db: Session, person_id: str, now: int) -> Bundle:
    """What of the person's bundle has not left at `now`."""
    row = db.one("announcements.waiting", person_id=person_id, now=now)
    if row is None:
        return Bundle(n=0, goes_at=0)
    return Bundle(n=int(row["n"]), goes_at=int(row["goes_at"] or 0))


def told(db: Session, report_id: str) -> list[str]:
    """Ids of everybody who was or will be told."""
    return [r["person_id"] for r in db.all("announcements.told", report_id=report_id)]


def drop_card(db: Session, lane: bytes, topic: str, at: int) -> None:
    """A bundled card that has not left yet does not leave: nothing is left in it."""
    db.run("outbox.supersede", lane=lane, topic=topic, at=at)


def withdraw(db: Session, report_id: str, person_id: str, at: int) -> None:
    """The person is told no more; the count of a waiting bundle shrinks."""
    db.run("announcements.withdraw", report_id=report_id, person_id=person_id, at=at)
