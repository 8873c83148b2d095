"""Milestones and duties: what started a clock, what is owed since, and how it stands."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from casework.counting import Offset
from casework.ladder import Rung
from casework.obligations import NO_DATE
from storage.base import Row, Session, Value
from storage.sealing import Compartment, Vault

State = Literal["open", "submitted", "returned", "accepted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """An event of a mission. `about` tells several of a kind apart; "" = the mission's own."""

    id: str
    stationing_id: str
    event: str
    happened_on: date
    actor: str
    at: int
    about: str = ""
    paper: bool = False
    words: Mapping[str, str] | None = None  # bearer, approval and the like; sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One dated obligation of one mission.

    `hard`: 逾期 may be said of it. `soft`: an internal date, never law. `next_on` is set by a
    return. `due` counts, `nominal_due` carries the ladder; both stay when a document is returned.
    `extended_to` is a later date that was agreed to; the date of the clause stays beside it.
    `period` is what was counted from `trigger_on`; None for a date that nothing recounts.
    """

    id: str
    stationing_id: str
    unit_id: str
    milestone_id: str
    obligation: str
    kind: str
    title: str
    obligor: str
    trigger_on: date
    nominal_due: date
    due: date
    basis: str
    strength: str
    citation: str
    count: str
    ladder: tuple[Rung, ...]
    calendar_version: str
    profile_version: str
    department_id: str = ""
    period: Offset | None = None
    provisional: bool = False
    soft: bool = False
    hard: bool = False
    state: State = "open"
    submitted_on: date | None = None
    next_on: date | None = None
    extended_to: date | None = None
    revision: int = 1
    next_check: int | None = None

    @property
    def open_ended(self) -> bool:
        """Whether no clause and no habit gives a date; such a row carries `NO_DATE`."""
        return self.due == NO_DATE


def add_milestone(db: Session, vault: Vault, new: Milestone) -> bool:
    """Keep an event; False where this mission has one of the kind already."""
    words = json.dumps(dict(new.words or {}), ensure_ascii=False).encode()
    row = db.one(
        "duties.add_milestone",
        id=new.id,
        stationing_id=new.stationing_id,
        event=new.event,
        about=new.about,
        happened_on=new.happened_on.isoformat(),
        paper=int(new.paper),
        actor=new.actor,
        at=new.at,
        words=vault.seal(Compartment.CONTENT, words, f"milestone.words:{new.id}"),
    )
    return row is not None


def milestone(
    db: Session, vault: Vault, stationing_id: str, event: str, about: str = ""
) -> Milestone | None:
    """One event of a mission, or None."""
    row = db.one("duties.milestone", stationing=stationing_id, event=event, about=about)
    return _milestone(vault, row) if row else None


def milestones(db: Session, vault: Vault, stationing_id: str) -> list[Milestone]:
    """Every event of a mission, the earliest first."""
    rows = db.all("duties.milestones", stationing=stationing_id)
    return [_milestone(vault, row) for row in rows]


def milestone_by_id(db: Session, vault: Vault, id: str) -> Milestone | None:
    """One event by its id."""
    row = db.one("duties.milestone_by_id", id=id)
    return _milestone(vault, row) if row else None


def add(db: Session, duty: Duty) -> bool:
    """Keep a new duty; False where the same event has brought it already."""
    row = db.one(
        "duties.add",
        id=duty.id,
        stationing_id=duty.stationing_id,
        unit_id=duty.unit_id,
        department_id=duty.department_id,
        milestone_id=duty.milestone_id,
        obligation=duty.obligation,
        kind=duty.kind,
        title=duty.title,
        obligor=duty.obligor,
        trigger_on=duty.trigger_on.isoformat(),
        **dated(duty),
    )
    return row is not None


def dated(duty: Duty) -> dict[str, Value]:
    """What a calendar and a profile say of a duty, as columns."""
    return {
        "period": _period_text(duty.period),
        "nominal_due": duty.nominal_due.isoformat(),
        "due": duty.due.isoformat(),
        "provisional": int(duty.provisional),
        "basis": duty.basis,
        "soft": int(duty.soft),
        "hard": int(duty.hard),
        "strength": duty.strength,
        "citation": duty.citation,
        "count": duty.count,
        "ladder": ladder_text(duty.ladder),
        "calendar_version": duty.calendar_version,
        "profile_version": duty.profile_version,
        "next_check": duty.next_check,
    }


def get(db: Session, id: str) -> Duty | None:
    """One duty."""
    row = db.one("duties.get", id=id)
    return _duty(row) if row else None


def of_unit(db: Session, unit_id: str) -> list[Duty]:
    """What a unit and its principal owe and owed, by due date."""
    return [_duty(row) for row in db.all("duties.of_unit", unit=unit_id)]


def of_department(db: Session, department_id: str) -> list[Duty]:
    """What a department owes and owed."""
    return [_duty(row) for row in db.all("duties.of_department", department=department_id)]


def of_stationing(db: Session, stationing_id: str) -> list[Duty]:
    """Every duty of a mission, whoever owes it."""
    return [_duty(row) for row in db.all("duties.of_stationing", stationing=stationing_id)]


def standing(db: Session, state: State, limit: int = 200) -> list[Duty]:
    """Duties in a state, the earliest date first."""
    return [_duty(row) for row in db.all("duties.standing", state=state, limit=limit)]


def due_now(db: Session, now: int, limit: int) -> list[Duty]:
    """Duties whose next rung has come; the cost grows with their number alone."""
    return [_duty(row) for row in db.all("duties.due_now", now=now, limit=limit)]


def recused_from(db: Session, unit_id: str) -> frozenset[str]:
    """Who sees nothing of a unit (004 二(五)): no list, no notice, no act."""
    return frozenset(row["person_id"] for row in db.all("duties.recused_from", unit=unit_id))


def next_due(db: Session) -> int | None:
    """When the next rung of any duty comes (epoch seconds), None where nothing is ahead."""
    row = db.one("duties.next_due")
    return int(row["next_check"]) if row else None


def check_next(db: Session, id: str, next_check: int | None) -> None:
    """When the planner looks at a duty again; None = not before something happens to it."""
    db.run("duties.check_next", id=id, next_check=next_check)


def move(db: Session, duty: Duty, to: Duty) -> bool:
    """Compare-and-set of state, submission, next date and check; False if it stood otherwise."""
    row = db.one(
        "duties.set_state",
        id=duty.id,
        was=duty.state,
        state=to.state,
        submitted_on=_text(to.submitted_on),
        next_on=_text(to.next_on),
        next_check=to.next_check,
    )
    return row is not None


def revise(db: Session, duty: Duty) -> None:
    """Write a duty's dates and ladder anew under the next revision."""
    db.run(
        "duties.revise",
        id=duty.id,
        nominal_due=duty.nominal_due.isoformat(),
        due=duty.due.isoformat(),
        provisional=int(duty.provisional),
        hard=int(duty.hard),
        count=duty.count,
        ladder=ladder_text(duty.ladder),
        calendar_version=duty.calendar_version,
        extended_to=_text(duty.extended_to),
        next_check=duty.next_check,
    )


def keep_dates(db: Session, id: str, calendar_version: str) -> None:
    """A newer calendar gave the same dates."""
    db.run("duties.same_dates", id=id, calendar_version=calendar_version)


def from_row(row: Row) -> Duty:
    """The duty of a row of its table, for the statements of other topics."""
    return _duty(row)


def _milestone(vault: Vault, row: Row) -> Milestone:
    plain = vault.open(Compartment.CONTENT, row["words"], f"milestone.words:{row['id']}")
    return Milestone(
        id=row["id"],
        stationing_id=row["stationing_id"],
        event=row["event"],
        about=row["about"],
        happened_on=date.fromisoformat(row["happened_on"]),
        paper=bool(row["paper"]),
        actor=row["actor"],
        at=row["at"],
        words=json.loads(plain),
    )


_DATES = ("trigger_on", "nominal_due", "due")
_FLAGS = ("provisional", "soft", "hard")
_LIKE_ROW = Duty.__slots__


def _duty(row: Row) -> Duty:
    values: dict[str, Any] = {name: row[name] for name in _LIKE_ROW}
    values |= {name: date.fromisoformat(row[name]) for name in _DATES}
    values |= {name: bool(row[name]) for name in _FLAGS}
    values["submitted_on"] = _date(row["submitted_on"])
    values["next_on"] = _date(row["next_on"])
    values["extended_to"] = _date(row["extended_to"])
    values["ladder"] = _ladder(row["ladder"])
    values["period"] = Offset(**json.loads(row["period"])) if row["period"] else None
    return Duty(**values)


def ladder_text(ladder: Sequence[Rung]) -> str:
    """A ladder as its row keeps it."""
    names = Rung.__slots__
    rows = [{name: getattr(rung, name) for name in names} for rung in ladder]
    return json.dumps(rows, ensure_ascii=False, default=str)


def _ladder(text: str) -> tuple[Rung, ...]:
    return tuple(_rung(values) for values in json.loads(text))


def _rung(values: dict[str, Any]) -> Rung:
    people = {name: tuple(values[name]) for name in ("to", "copy", "propose_to")}
    return Rung(**{**values, **people, "send_on": date.fromisoformat(values["send_on"])})


def _period_text(period: Offset | None) -> str:
    return json.dumps(asdict(period)) if period else ""


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def moved(duty: Duty, **changes: Any) -> Duty:
    """The duty with some fields changed, for `move` and `revise`."""
    return replace(duty, **changes)
