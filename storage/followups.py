"""Follow-ups of the rectification: visits, hearings, special inspections, accountability."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from storage.base import Row, Session
from storage.sealing import Compartment, Vault

Kind = Literal["visit", "hearing", "special", "accountability"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followup:
    """One follow-up. `words`: who, conclusion. `found`: item id → 已整改 (True) or 未到位.

    `late` is how many items stood past the unit's own date on that day (A29: the record).
    """

    id: str
    stationing_id: str
    kind: Kind
    held_on: date
    actor: str
    at: int
    words: Mapping[str, str]
    found: Mapping[str, bool]
    late: int = 0

    @property
    def owner(self) -> str:
        """The owner string of its attachments."""
        return f"followup:{self.id}"

    @property
    def unfinished(self) -> int:
        """How many of the items looked at are 未到位."""
        return sum(not done for done in self.found.values())


def add(db: Session, vault: Vault, new: Followup) -> None:
    """Keep a follow-up and what was found of each item."""
    plain = json.dumps(dict(new.words), ensure_ascii=False).encode()
    db.run(
        "followups.add",
        id=new.id,
        stationing=new.stationing_id,
        kind=new.kind,
        held_on=new.held_on.isoformat(),
        looked=len(new.found),
        unfinished=new.unfinished,
        late=new.late,
        actor=new.actor,
        at=new.at,
        words=vault.seal(Compartment.CONTENT, plain, _place(new.id)),
    )
    for item, done in new.found.items():
        db.run("followups.look", followup=new.id, item=item, done=int(done))


def get(db: Session, vault: Vault, id: str) -> Followup | None:
    """One follow-up."""
    row = db.one("followups.get", id=id)
    return _followup(db, vault, row) if row else None


def of(db: Session, vault: Vault, stationing_id: str) -> list[Followup]:
    """The follow-ups of a mission, oldest first."""
    rows = db.all("followups.of", stationing=stationing_id)
    return [_followup(db, vault, row) for row in rows]


def _followup(db: Session, vault: Vault, row: Row) -> Followup:
    words = vault.open(Compartment.CONTENT, row["words"], _place(row["id"]))
    found = db.all("followups.items", followup=row["id"])
    return Followup(
        id=row["id"],
        stationing_id=row["stationing_id"],
        kind=row["kind"],
        held_on=date.fromisoformat(row["held_on"]),
        actor=row["actor"],
        at=row["at"],
        words=json.loads(words),
        found={one["item_id"]: bool(one["done"]) for one in found},
        late=row["late"],
    )


def _place(id: str) -> str:
    return f"followup.words:{id}"
