"""What is counted of reports: category, unit, day and landing of each; never a word of it."""

from dataclasses import dataclass

from storage.base import Row, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One report as a figure. `received_at`: epoch seconds; `next_on`: ISO date or ""."""

    report_id: str
    stationing_id: str
    unit_id: str
    category: str
    state: str
    queue: str
    disposition: str
    holder: str
    received_at: int
    next_on: str


def lines(
    db: Session,
    *,
    since: int = 0,
    until: int = 1 << 62,
    stationing_id: str = "",
    person_id: str = "",
) -> list[Line]:
    """Reports received in [since, until) (epoch seconds) of the team's and the office's queues.

    What is about the office or above it is in no count of the office; nor is what `person_id` is
    recused from.
    """
    rows = db.all(
        "statistics.lines",
        since=since,
        until=until,
        stationing_id=stationing_id,
        person_id=person_id,
    )
    return [_line(row) for row in rows]


def by_unit(db: Session, *, person_id: str = "") -> dict[str, int]:
    """How many reports each unit has, counted as `lines` counts."""
    rows = db.all("statistics.by_unit", person_id=person_id)
    return {row["unit_id"]: int(row["n"]) for row in rows}


def nowhere(db: Session, *, person_id: str = "") -> list[Line]:
    """Open reports that nobody holds and no date brings back (002 五(四): 件件有着落)."""
    return [_line(row) for row in db.all("statistics.nowhere", person_id=person_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Somebody opened a report; nothing of what it says."""

    at: int
    person_id: str
    report_id: str
    where: str


def readings(db: Session, limit: int, report_id: str = "") -> list[Read]:
    """Who opened reports, newest first; of one report where it is named."""
    rows = db.all("statistics.readings", report_id=report_id, limit=limit)
    return [
        Read(
            at=row["at"],
            person_id=row["actor"],
            report_id=row["report_id"],
            where=row["facts"],
        )
        for row in rows
    ]


def _line(row: Row) -> Line:
    return Line(
        report_id=row["id"],
        stationing_id=row["stationing_id"],
        unit_id=row["unit_id"],
        category=row["category"],
        state=row["state"],
        queue=row["queue"],
        disposition=row["disposition"],
        holder=row["holder"],
        received_at=row["received_at"],
        next_on=row["next_on"],
    )
