"""Who is told of which report, and when: the ledger behind bundled, content-free cards."""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.base import Session, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One person is to be told of one report at `goes_at`; `told_at` 0 = not yet."""

    id: str
    report_id: str
    person_id: str
    at: int
    goes_at: int
    told_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What one person is told in one card: `n` reports that nobody has taken meanwhile."""

    person_id: str
    n: int
    goes_at: int


def add(db: Session, notices: Sequence[Notice]) -> None:
    """Remember who is to be told."""
    rows: list[dict[str, Value]] = [
        {
            "id": n.id,
            "report_id": n.report_id,
            "person_id": n.person_id,
            "at": n.at,
            "goes_at": n.goes_at,
            "told_at": n.told_at,
        }
        for n in notices
    ]
    db.many("announcements.add", rows)


def ripe(db: Session, now: int, limit: int) -> list[Bundle]:
    """Up to `limit` bundles whose time has come at `now`, one for each person."""
    return [
        Bundle(person_id=r["person_id"], n=int(r["n"]), goes_at=int(r["goes_at"]))
        for r in db.all("announcements.ripe", now=now, limit=limit)
    ]


def waiting(db: Session, now: int) -> list[str]:
    """Ids of the reports in bundles whose time has come at `now`."""
    return [r["report_id"] for r in db.all("announcements.waiting", now=now)]


def tell(db: Session, person_id: str, now: int) -> None:
    """The person's bundle is told; what comes later is a bundle of its own."""
    db.run("announcements.tell", person_id=person_id, now=now)


def told(db: Session, report_id: str) -> list[str]:
    """Ids of everybody who was or will be told."""
    return [r["person_id"] for r in db.all("announcements.told", report_id=report_id)]


def withdraw(db: Session, report_id: str, person_id: str, at: int) -> None:
    """The person is told no more; a bundle that has not left shrinks."""
    db.run("announcements.withdraw", report_id=report_id, person_id=person_id, at=at)
