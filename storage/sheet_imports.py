"""Uploaded sheets on their way to items: waiting for their bytes, read, taken over or dropped."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

from casework.rectification_sheet import DraftItem
from storage.base import Session
from storage.sealing import Compartment, Vault

State = Literal["waiting", "ready", "refused", "taken", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One sheet that somebody sent in; `items` only while it is ready."""

    id: str
    stationing_id: str
    person_id: str
    attachment_id: str
    at: int
    state: State = "waiting"
    items: tuple[DraftItem, ...] = ()

    @property
    def owner(self) -> str:
        """The owner string of its file."""
        return f"import:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A sheet whose bytes have come (`state` stored) or never will (failed, refused)."""

    id: str
    attachment_id: str
    state: str
    reason: str


def add(db: Session, new: Upload) -> None:
    """Keep that a sheet came in."""
    db.run(
        "sheet_imports.add",
        id=new.id,
        stationing=new.stationing_id,
        person=new.person_id,
        attachment=new.attachment_id,
        at=new.at,
    )


def get(db: Session, vault: Vault, id: str) -> Upload | None:
    """One uploaded sheet, with what was read from it."""
    row = db.one("sheet_imports.get", id=id)
    if row is None:
        return None
    items: tuple[DraftItem, ...] = ()
    if row["items"] is not None:
        plain = vault.open(Compartment.CONTENT, row["items"], _place(id))
        items = tuple(
            DraftItem(**{**one, "due": date.fromisoformat(one["due"])})
            for one in json.loads(plain)
        )
    return Upload(
        id=row["id"],
        stationing_id=row["stationing_id"],
        person_id=row["person_id"],
        attachment_id=row["attachment_id"],
        at=row["at"],
        state=row["state"],
        items=items,
    )


def arrived(db: Session, limit: int = 4) -> list[Arrived]:
    """Sheets that wait to be read and whose file is no longer on its way, oldest first."""
    return [
        Arrived(
            id=row["id"],
            attachment_id=row["attachment_id"],
            state=row["file_state"],
            reason=row["reason"],
        )
        for row in db.all("sheet_imports.waiting", limit=limit)
    ]


def ready(db: Session, vault: Vault, id: str, items: Sequence[DraftItem]) -> bool:
    """The sheet was read and waits for a yes; False where it was settled before."""
    plain = json.dumps([asdict(item) for item in items], ensure_ascii=False, default=str)
    sealed = vault.seal(Compartment.CONTENT, plain.encode(), _place(id))
    row = db.one("sheet_imports.settle", id=id, was="waiting", state="ready", items=sealed)
    return row is not None


def settle(db: Session, id: str, *, was: State, state: State) -> bool:
    """The sheet is refused, taken over or dropped; what was read from it is gone with that."""
    row = db.one("sheet_imports.settle", id=id, was=was, state=state, items=None)
    return row is not None


def _place(id: str) -> str:
    return f"sheet_import.items:{id}"
