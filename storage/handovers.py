"""Handovers of a unit's liaison: proposed, confirmed, told; and what moves with the seat."""

from dataclasses import dataclass
from typing import Literal

from storage.base import Row, Session
from storage.sealing import Compartment, Vault

State = Literal["proposed", "done", "refused", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One handover of the seat at `unit_id` in `round_id` from `old_person` to somebody.

    `new_person` is empty until a person of that name is in the plan; `told`: the successor has
    read what is open.
    """

    id: str
    unit_id: str
    round_id: str
    old_person: str
    new_name: str
    proposed_by: str
    proposed_at: int
    new_person: str = ""
    state: State = "proposed"
    confirmed_by: str = ""
    confirmed_at: int = 0


def add(db: Session, vault: Vault, new: Handover) -> None:
    """Keep a proposal."""
    db.run(
        "handovers.add",
        id=new.id,
        unit=new.unit_id,
        round=new.round_id,
        old=new.old_person,
        new=new.new_person,
        name=vault.seal(Compartment.STAFF, new.new_name.encode(), _place(new.id)),
        by=new.proposed_by,
        at=new.proposed_at,
    )


def get(db: Session, vault: Vault, id: str) -> Handover | None:
    """One handover."""
    row = db.one("handovers.get", id=id)
    return _handover(vault, row) if row else None


def standing(db: Session, vault: Vault, state: State) -> list[Handover]:
    """Those in a state that is not the last one, the oldest first."""
    return [_handover(vault, row) for row in db.all("handovers.standing", state=state)]


def settle(
    db: Session, one: Handover, state: State, *, by: str, at: int, new_person: str = ""
) -> bool:
    """Move it on from the state in which it was read; False where somebody was faster."""
    row = db.one(
        "handovers.settle",
        id=one.id,
        was=one.state,
        state=state,
        by=by,
        at=at,
        new=new_person or one.new_person,
    )
    return row is not None


def move_reminders(db: Session, one: Handover, new_person: str) -> None:
    """Reminders that were planned for the leaving liaison go to the successor."""
    values = {"unit": one.unit_id, "round": one.round_id}
    db.run("handovers.move_reminders", old=one.old_person, new=new_person, **values)


def _place(id: str) -> str:
    return f"handover.new_name:{id}"


def _handover(vault: Vault, row: Row) -> Handover:
    name = vault.open(Compartment.STAFF, row["new_name"], _place(row["id"]))
    return Handover(
        id=row["id"],
        unit_id=row["unit_id"],
        round_id=row["round_id"],
        old_person=row["old_person"],
        new_person=row["new_person"],
        new_name=name.decode(),
        state=row["state"],
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
        confirmed_by=row["confirmed_by"],
        confirmed_at=row["confirmed_at"],
    )
