"""What the clock and people make happen in a mission: missing events, fulfilments, checklists."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from storage import duties
from storage.base import Row, Session
from storage.duties import Duty
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    """How a duty without a document was done: when, by whose entry, and in which words."""

    duty_id: str
    done_on: date
    actor: str
    at: int
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A step of a mission's checklist that is done."""

    id: str
    stationing_id: str
    item: str
    done_on: date
    actor: str
    at: int
    words: str


def without_event(db: Session, event: str, limit: int) -> list[str]:
    """Approved running missions that lack an event of their own, the earliest first."""
    return [row["id"] for row in db.all("events.without_event", event=event, limit=limit)]


def begun_without(db: Session, event: str, today: date, limit: int) -> list[str]:
    """Missions that began and whose last day lies before `today`, without this event."""
    rows = db.all("events.begun_without", event=event, today=today.isoformat(), limit=limit)
    return [row["id"] for row in rows]


def moved_starts(db: Session, event: str, limit: int) -> list[tuple[str, str]]:
    """(mission, milestone) where a planned first day is no longer the one that was counted."""
    rows = db.all("events.moved_starts", event=event, limit=limit)
    return [(row["id"], row["milestone_id"]) for row in rows]


def move_milestone(db: Session, id: str, happened_on: date) -> None:
    """A day that only was planned moves."""
    db.run("events.move_milestone", id=id, happened_on=happened_on.isoformat())


def hang_on(db: Session, duty: Duty) -> None:
    """Count a duty from another day; its dates are written by `duties.revise`."""
    db.run("events.hang_on", id=duty.id, trigger_on=duty.trigger_on.isoformat())


def standing_of(db: Session, stationing_id: str, obligation: str) -> list[Duty]:
    """What stands of one obligation of a mission, the oldest first."""
    rows = db.all("events.standing_of", stationing=stationing_id, obligation=obligation)
    return [duties.from_row(row) for row in rows]


def owed_within(db: Session, limit: int) -> list[Duty]:
    """What stands and is owed by the inspecting side, or by nobody's account, by due date."""
    return [duties.from_row(row) for row in db.all("events.owed_by", limit=limit)]


def keep_fulfilment(db: Session, vault: Vault, new: Fulfilment) -> bool:
    """Keep how a duty was done; False where that is known."""
    row = db.one(
        "events.keep_fulfilment",
        duty=new.duty_id,
        done_on=new.done_on.isoformat(),
        actor=new.actor,
        at=new.at,
        words=_sealed(vault, new.words, f"fulfilment.words:{new.duty_id}"),
    )
    return row is not None


def fulfilment(db: Session, vault: Vault, duty_id: str) -> Fulfilment | None:
    """How a duty was done, or None."""
    row = db.one("events.fulfilment", duty=duty_id)
    if row is None:
        return None
    return Fulfilment(
        duty_id=duty_id,
        done_on=date.fromisoformat(row["done_on"]),
        actor=row["actor"],
        at=row["at"],
        words=_opened(vault, row, f"fulfilment.words:{duty_id}"),
    )


def mark(db: Session, vault: Vault, new: Mark) -> bool:
    """Tick a step of a checklist; False where it is ticked."""
    row = db.one(
        "events.mark",
        id=new.id,
        stationing=new.stationing_id,
        item=new.item,
        done_on=new.done_on.isoformat(),
        actor=new.actor,
        at=new.at,
        words=_sealed(vault, {"words": new.words}, f"checklist_mark.words:{new.id}"),
    )
    return row is not None


def marks(db: Session, vault: Vault, stationing_id: str) -> list[Mark]:
    """The steps of a mission that are done."""
    return [
        Mark(
            id=row["id"],
            stationing_id=stationing_id,
            item=row["item"],
            done_on=date.fromisoformat(row["done_on"]),
            actor=row["actor"],
            at=row["at"],
            words=_opened(vault, row, f"checklist_mark.words:{row['id']}").get("words", ""),
        )
        for row in db.all("events.marks", stationing=stationing_id)
    ]


def _sealed(vault: Vault, words: Mapping[str, str], place: str) -> bytes:
    plain = json.dumps(dict(words), ensure_ascii=False).encode()
    return vault.seal(Compartment.CONTENT, plain, place)


def _opened(vault: Vault, row: Row, place: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(vault.open(Compartment.CONTENT, row["words"], place))
    return found
