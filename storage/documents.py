"""Documents handed in for a duty: numbered versions, sealed words, one decision each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from storage.base import Row, Session
from storage.sealing import Compartment, Vault

State = Literal["handed", "accepted", "returned", "overtaken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version. `words`: summary and bearer. Its files hang on the owner `document:<id>`."""

    id: str
    duty_id: str
    version: int
    handed_on: date
    actor: str
    at: int
    words: Mapping[str, str]
    paper: bool = False
    state: State = "handed"
    decided_by: str = ""
    decided_at: int = 0
    reason: str = ""
    next_on: date | None = None

    @property
    def owner(self) -> str:
        """The owner string of its attachments."""
        return f"document:{self.id}"


def add(db: Session, vault: Vault, new: Document) -> None:
    """Keep a version; undecided earlier ones are overtaken by it."""
    db.run("duties.overtake_documents", duty=new.duty_id)
    words = json.dumps(dict(new.words), ensure_ascii=False).encode()
    db.run(
        "duties.add_document",
        id=new.id,
        duty_id=new.duty_id,
        version=new.version,
        handed_on=new.handed_on.isoformat(),
        paper=int(new.paper),
        actor=new.actor,
        at=new.at,
        words=vault.seal(Compartment.CONTENT, words, f"document.words:{new.id}"),
    )


def of(db: Session, vault: Vault, duty_id: str) -> list[Document]:
    """Every version handed in for a duty, oldest first."""
    return [_document(vault, row) for row in db.all("duties.documents", duty=duty_id)]


def get(db: Session, vault: Vault, id: str) -> Document | None:
    """One version."""
    row = db.one("duties.document", id=id)
    return _document(vault, row) if row else None


def decide(
    db: Session,
    vault: Vault,
    id: str,
    state: State,
    *,
    actor: str,
    at: int,
    reason: str = "",
    next_on: date | None = None,
) -> bool:
    """Accept or return a version; False where somebody was faster."""
    sealed = vault.seal(Compartment.CONTENT, reason.encode(), f"document.reason:{id}")
    row = db.one(
        "duties.decide_document",
        id=id,
        state=state,
        actor=actor,
        at=at,
        reason=sealed,
        next_on=next_on.isoformat() if next_on else "",
    )
    return row is not None


def _document(vault: Vault, row: Row) -> Document:
    id = row["id"]
    reason = b""
    if row["reason"] is not None:
        reason = vault.open(Compartment.CONTENT, row["reason"], f"document.reason:{id}")
    return Document(
        id=id,
        duty_id=row["duty_id"],
        version=row["version"],
        state=row["state"],
        handed_on=date.fromisoformat(row["handed_on"]),
        paper=bool(row["paper"]),
        actor=row["actor"],
        at=row["at"],
        words=json.loads(vault.open(Compartment.CONTENT, row["words"], f"document.words:{id}")),
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        reason=reason.decode(),
        next_on=date.fromisoformat(row["next_on"]) if row["next_on"] else None,
    )
