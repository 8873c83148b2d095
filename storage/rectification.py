"""Rectification items of a mission and what was done to each: sealed words, numbered versions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from casework.rectification import ItemState
from storage.base import Row, Session
from storage.sealing import Compartment, Vault

HIDDEN_FROM = 10_000
"""Items that were born hidden are counted from here, so that no gap tells the unit of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many items stand in one state, and how many of them are past their own date."""

    state: ItemState
    principal: bool
    n: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item. `words`: problem, task, person, department, measure, note.

    `due` is the unit's own date, no law. `principal`: never shown to a target-side account.
    """

    id: str
    stationing_id: str
    kind: str  # now | phased
    due: date
    words: Mapping[str, str]
    added_by: str
    at: int
    number: int = 0  # set when it is kept
    state: ItemState = ItemState.OPEN
    next_on: date | None = None
    percent: int = 0
    principal: bool = False
    applied_by: str = ""
    examined_by: str = ""
    next_check: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was done to an item. Its files hang on the owner `item_entry:<id>`."""

    id: str
    item_id: str
    version: int
    act: str
    side: str
    actor: str
    at: int
    words: Mapping[str, str]

    @property
    def owner(self) -> str:
        """The owner string of its attachments."""
        return f"item_entry:{self.id}"


def add(db: Session, vault: Vault, new: Item) -> None:
    """Keep a new item; the store gives it the next number of its mission."""
    db.run(
        "rectification.add",
        id=new.id,
        stationing=new.stationing_id,
        base=HIDDEN_FROM if new.principal else 0,
        kind=new.kind,
        due=new.due.isoformat(),
        principal=int(new.principal),
        next_check=new.next_check,
        actor=new.added_by,
        at=new.at,
        words=_sealed(vault, new.words, f"rectification_item.words:{new.id}"),
    )


def get(db: Session, vault: Vault, id: str) -> Item | None:
    """One item."""
    row = db.one("rectification.get", id=id)
    return _item(vault, row) if row else None


def of(db: Session, vault: Vault, stationing_id: str) -> list[Item]:
    """Every item of a mission, by number."""
    return [_item(vault, row) for row in db.all("rectification.of", stationing=stationing_id)]


def counts(db: Session, stationing_id: str, today: date) -> list[Count]:
    """How the items of a mission stand, without opening one."""
    rows = db.all("rectification.counts", stationing=stationing_id, today=today.isoformat())
    return [
        Count(
            state=ItemState(row["state"]),
            principal=bool(row["principal"]),
            n=row["n"],
            late=row["late"],
        )
        for row in rows
    ]


def missions(db: Session) -> list[str]:
    """The missions that have items."""
    return [row["stationing_id"] for row in db.all("rectification.missions")]


def change(db: Session, vault: Vault, item: Item, **changes: Any) -> Item | None:
    """Compare-and-set on the version; the item as it stands now, None if somebody was faster."""
    to = replace(item, **changes)
    row = db.one(
        "rectification.change",
        id=item.id,
        version=item.version,
        state=str(to.state),
        due=to.due.isoformat(),
        next_on=to.next_on.isoformat() if to.next_on else "",
        percent=to.percent,
        principal=int(to.principal),
        applied_by=to.applied_by,
        examined_by=to.examined_by,
        next_check=to.next_check,
        words=_sealed(vault, to.words, f"rectification_item.words:{item.id}"),
    )
    return replace(to, version=item.version + 1) if row else None


def due_now(db: Session, vault: Vault, now: int, limit: int) -> list[Item]:
    """Items whose next look has come; the cost grows with their number alone."""
    return [_item(vault, row) for row in db.all("rectification.due_now", now=now, limit=limit)]


def check_next(db: Session, id: str, next_check: int | None) -> None:
    """When the reminders look at an item again; None = not before something happens to it."""
    db.run("rectification.check_next", id=id, next_check=next_check)


def note(db: Session, vault: Vault, new: Entry) -> None:
    """Keep what was done to an item."""
    db.run(
        "rectification.note",
        id=new.id,
        item=new.item_id,
        version=new.version,
        act=new.act,
        side=new.side,
        actor=new.actor,
        at=new.at,
        words=_sealed(vault, new.words, f"rectification_entry.words:{new.id}"),
    )


def entries(db: Session, vault: Vault, item_id: str) -> list[Entry]:
    """The history of an item, oldest first."""
    return [_entry(vault, row) for row in db.all("rectification.entries", item=item_id)]


def _sealed(vault: Vault, words: Mapping[str, str], place: str) -> bytes:
    plain = json.dumps(dict(words), ensure_ascii=False).encode()
    return vault.seal(Compartment.CONTENT, plain, place)


def _item(vault: Vault, row: Row) -> Item:
    place = f"rectification_item.words:{row['id']}"
    return Item(
        id=row["id"],
        stationing_id=row["stationing_id"],
        number=row["number"],
        kind=row["kind"],
        state=ItemState(row["state"]),
        due=date.fromisoformat(row["due"]),
        next_on=date.fromisoformat(row["next_on"]) if row["next_on"] else None,
        percent=row["percent"],
        principal=bool(row["principal"]),
        applied_by=row["applied_by"],
        examined_by=row["examined_by"],
        next_check=row["next_check"],
        version=row["version"],
        added_by=row["added_by"],
        at=row["at"],
        words=json.loads(vault.open(Compartment.CONTENT, row["words"], place)),
    )


def _entry(vault: Vault, row: Row) -> Entry:
    place = f"rectification_entry.words:{row['id']}"
    return Entry(
        id=row["id"],
        item_id=row["item_id"],
        version=row["version"],
        act=row["act"],
        side=row["side"],
        actor=row["actor"],
        at=row["at"],
        words=json.loads(vault.open(Compartment.CONTENT, row["words"], place)),
    )
