"""Documents handed in for a duty: numbered versions, sealed words, the steps of their review."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from casework.review_path import Act, Taken
from storage.base import Row, Session
from storage.sealing import Compartment, Vault

State = Literal["prepared", "handed", "accepted", "returned", "overtaken", "withdrawn"]
Verdict = Literal["agree", "return"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version. Its files hang on the owner `document:<id>`.

    `words`: summary, bearer, signer. `kind` is that of the duty. `signed`: how the principal
    stands for his own report: "own" (confirmed here), "paper", or "" where no clause asks for it.
    A prepared one waits for that signature: its version is negative and it counts as nothing yet.
    """

    id: str
    duty_id: str
    version: int
    handed_on: date
    actor: str
    at: int
    words: Mapping[str, str]
    paper: bool = False
    kind: str = ""
    signed: str = ""
    signed_by: str = ""
    state: State = "handed"
    decided_by: str = ""
    decided_at: int = 0
    reason: str = ""
    next_on: date | None = None

    @property
    def owner(self) -> str:
        """The owner string of its attachments."""
        return f"document:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """One recorded step of a review. `words`: reason; name and day of an opinion on paper."""

    id: str
    document_id: str
    act: Act
    verdict: Verdict
    actor: str
    at: int
    words: Mapping[str, str]

    @property
    def taken(self) -> Taken:
        """The same for the rules."""
        return Taken(act=self.act, actor=self.actor)


def add(db: Session, vault: Vault, new: Document) -> None:
    """Keep a version; undecided earlier ones are overtaken by it."""
    db.run("documents.overtake_prepared", duty=new.duty_id)
    if new.state != "prepared":
        db.run("duties.overtake_documents", duty=new.duty_id)
    words = json.dumps(dict(new.words), ensure_ascii=False).encode()
    db.run(
        "duties.add_document",
        id=new.id,
        duty_id=new.duty_id,
        version=new.version,
        state=new.state,
        kind=new.kind,
        signed=new.signed,
        signed_by=new.signed_by,
        handed_on=new.handed_on.isoformat(),
        paper=int(new.paper),
        actor=new.actor,
        at=new.at,
        words=vault.seal(Compartment.CONTENT, words, f"document.words:{new.id}"),
    )


def of(db: Session, vault: Vault, duty_id: str) -> list[Document]:
    """Every version handed in for a duty, oldest first."""
    return [_document(vault, row) for row in db.all("duties.documents", duty=duty_id)]


def next_version(db: Session, duty_id: str, *, prepared: bool = False) -> int:
    """The number of the next version, or of the next one that waits for a signature (< 0)."""
    row = db.one("documents.versions", duty=duty_id)
    if prepared:
        return int(row["lowest"]) - 1 if row else -1
    return int(row["highest"]) + 1 if row else 1


def prepared(db: Session, vault: Vault, duty_id: str) -> Document | None:
    """What waits for the principal's signature."""
    row = db.one("documents.prepared", duty=duty_id)
    return _document(vault, row) if row else None


def sign(db: Session, document: Document, *, by: str, on: date, version: int) -> bool:
    """The principal stands for it: from now on it is handed in; False where it is not waiting."""
    db.run("duties.overtake_documents", duty=document.duty_id)
    row = db.one(
        "documents.sign",
        id=document.id,
        version=version,
        signed_by=by,
        handed_on=on.isoformat(),
    )
    return row is not None


def withdraw(db: Session, id: str) -> bool:
    """A prepared one is given back to whoever wrote it; False where it is not waiting."""
    return db.one("documents.withdraw", id=id) is not None


def take_step(db: Session, vault: Vault, new: StepTaken) -> bool:
    """Record a step; False where this person took it before."""
    words = json.dumps(dict(new.words), ensure_ascii=False).encode()
    row = db.one(
        "documents.take_step",
        id=new.id,
        document_id=new.document_id,
        step=new.act,
        verdict=new.verdict,
        actor=new.actor,
        at=new.at,
        words=vault.seal(Compartment.CONTENT, words, f"document_step.words:{new.id}"),
    )
    return row is not None


def steps(db: Session, vault: Vault, document_id: str) -> list[StepTaken]:
    """The recorded steps of a document, the oldest first."""
    return [
        StepTaken(
            id=row["id"],
            document_id=row["document_id"],
            act=row["step"],
            verdict=row["verdict"],
            actor=row["actor"],
            at=row["at"],
            words=json.loads(
                vault.open(Compartment.CONTENT, row["words"], f"document_step.words:{row['id']}")
            ),
        )
        for row in db.all("documents.steps", document=document_id)
    ]


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
        kind=row["kind"],
        signed=row["signed"],
        signed_by=row["signed_by"],
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
