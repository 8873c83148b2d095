"""What the planner remembers beside the ledger: days, looks at the calendar, idle reviews."""

from dataclasses import asdict, dataclass
from datetime import date

from storage.base import Row, Session
from storage.duties import Duty, dated, from_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """A document without a decision; `times` is how often the office was told of it."""

    id: str
    duty_id: str
    version: int
    times: int = 0
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How far the open duties were looked through for a calendar, and how many would move."""

    version: str
    after: str = ""
    differ: int = 0
    done_at: int = 0


def waiting(db: Session, day: date, after: str, limit: int) -> list[str]:
    """People, in the order of their ids from one onwards, whose reminders may leave on `day`."""
    rows = db.all("planner.waiting_people", day=day.isoformat(), after=after, limit=limit)
    return [row["recipient"] for row in rows]


def claim_day(db: Session, person_id: str, day: date, at: int) -> bool:
    """Take a person's one message of a day; False where it has left."""
    return db.did("planner.claim_day", person=person_id, day=day.isoformat(), at=at)


def provisional(db: Session, calendar_version: str, limit: int) -> list[Duty]:
    """Open duties whose provisional date was counted with another calendar."""
    rows = db.all("planner.provisional", calendar_version=calendar_version, limit=limit)
    return [from_row(row) for row in rows]


def of_other_calendar(db: Session, calendar_version: str) -> bool:
    """Whether any open duty with a certain date was counted with another calendar."""
    return db.one("planner.of_other_calendar", calendar_version=calendar_version) is not None


def live(db: Session, after: str, limit: int, stationing_id: str = "") -> list[Duty]:
    """Open duties in the order of their ids, of one mission or of all."""
    if stationing_id:
        found = db.all(
            "planner.live_of_mission", stationing=stationing_id, after=after, limit=limit
        )
    else:
        found = db.all("planner.live", after=after, limit=limit)
    return [from_row(row) for row in found]


def redate(db: Session, duty: Duty) -> None:
    """Write a duty as another profile or calendar dates it, under the next revision."""
    db.run("planner.redate", id=duty.id, **dated(duty))


def unwatched(db: Session, limit: int) -> list[Idle]:
    """Documents that wait for a decision and whose days nobody counts yet."""
    return [_idle(row) for row in db.all("planner.unwatched", limit=limit)]


def watch(db: Session, document_id: str, next_on: date) -> None:
    """Count the days of a document; on `next_on` it is idle."""
    db.run("planner.watch", document=document_id, next_on=next_on.isoformat())


def idle(db: Session, day: date, limit: int) -> list[Idle]:
    """Documents whose day has come without a decision."""
    return [_idle(row) for row in db.all("planner.idle", day=day.isoformat(), limit=limit)]


def watch_on(db: Session, document_id: str, next_on: date) -> None:
    """The office was told; tell it again on `next_on`."""
    db.run("planner.watch_on", document=document_id, next_on=next_on.isoformat())


def look(db: Session, version: str) -> Look:
    """How far the duties were looked through for this calendar."""
    row = db.one("planner.look", version=version)
    if row is None:
        return Look(version=version)
    return Look(version=version, after=row["after"], differ=row["differ"], done_at=row["done_at"])


def keep_look(db: Session, now: Look) -> None:
    """Note how far the look has come."""
    db.run("planner.keep_look", **asdict(now))


def tell_calendar(db: Session, year: int, period: str, at: int) -> bool:
    """Whether the office is yet to be told in this period that a year has no calendar."""
    return db.did("planner.tell_calendar", year=year, period=period, at=at)


def _idle(row: Row) -> Idle:
    return Idle(
        id=row["id"],
        duty_id=row["duty_id"],
        version=row["version"],
        times=row.get("times", 0),
        at=row.get("at", 0),
    )
