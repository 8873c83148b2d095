"""Motions 报批件: what is put to a gate, the sealed text it carries, and every step of its way."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from storage.base import Row, Session
from storage.sealing import Compartment, DataKey, Vault

State = Literal["open", "agreed", "refused", "withdrawn"]
Verdict = Literal["agree", "refuse", "heard", "withdraw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """One motion. `text` never changes; what is put again on the same subject is a new version.

    `seats` decide one after the other, `stage` is the index of the present one, `since` the
    moment it began to wait (epoch seconds). `title` is a text key with its values. `consult` are
    the bodies that must be heard before the last seat agrees.
    """

    id: str
    kind: str
    subject: str
    stationing_id: str
    proposer: str
    seats: tuple[str, ...]
    title: tuple[str, Mapping[str, Any]]
    text: str
    basis: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    consult: tuple[str, ...] = ()
    stage: int = 0
    state: State = "open"
    version: int = 1
    at: int = 0
    since: int = 0
    settled_at: int = 0

    @property
    def seat(self) -> str:
        """The seat that decides now."""
        return self.seats[self.stage]

    @property
    def last_stage(self) -> bool:
        """Whether this decision settles it."""
        return self.stage == len(self.seats) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: who, when, on which version of the text, on which basis, with which words.

    `paper`: the body decided on paper and `person_id` only entered it. `words` holds the reason,
    and what the paper says (document, number, held_on, attendees), or who acted for whom (acting).
    """

    stage: int
    seat: str
    verdict: Verdict
    person_id: str
    version: int
    basis: str
    at: int
    paper: bool = False
    words: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""


def add(db: Session, vault: Vault, new: Motion, *, key: bytes) -> None:
    """Put a motion under a data key of its own; `key` is 32 drawn bytes."""
    data_key, wrapped = vault.new_data_key(Compartment.CONTENT, _key_place(new.id), key)
    body = {
        "title": new.title,
        "text": new.text,
        "details": dict(new.details),
        "files": new.files,
    }
    db.run(
        "motions.add",
        id=new.id,
        kind=new.kind,
        subject=new.subject,
        stationing=new.stationing_id,
        proposer=new.proposer,
        seats=json.dumps(new.seats),
        basis=new.basis,
        consult=json.dumps(new.consult),
        wrapped_key=wrapped,
        body=data_key.seal(json.dumps(body, ensure_ascii=False).encode(), _place(new.id)),
        at=new.at,
    )


def get(db: Session, vault: Vault, id: str) -> Motion | None:
    """One motion, or None."""
    return _maybe(vault, db.one("motions.get", id=id))


def open_of(db: Session, vault: Vault, kind: str, subject: str) -> Motion | None:
    """The motion on a subject that waits for a decision, or None."""
    return _maybe(vault, db.one("motions.open_of", kind=kind, subject=subject))


def last_of(db: Session, vault: Vault, kind: str, subject: str) -> Motion | None:
    """The newest motion on a subject, however it ended, or None."""
    return _maybe(vault, db.one("motions.last_of", kind=kind, subject=subject))


def waiting(db: Session, vault: Vault) -> list[Motion]:
    """Every motion that waits for a decision, the oldest first."""
    return [_motion(vault, row) for row in db.all("motions.waiting")]


def idle(db: Session, vault: Vault, before: int) -> list[Motion]:
    """Motions whose present seat has not decided since before a moment (epoch seconds)."""
    return [_motion(vault, row) for row in db.all("motions.idle", before=before)]


def of_mission(db: Session, vault: Vault, stationing_id: str, kind: str) -> list[Motion]:
    """Every motion of one kind in a mission, oldest first."""
    rows = db.all("motions.of_mission", stationing=stationing_id, kind=kind)
    return [_motion(vault, row) for row in rows]


def advance(db: Session, motion: Motion, at: int) -> bool:
    """Hand it on to its next seat; False means somebody else was faster."""
    return db.one("motions.advance", id=motion.id, stage=motion.stage, at=at) is not None


def settle(db: Session, motion: Motion, state: State, at: int) -> bool:
    """End it; False means somebody else was faster."""
    row = db.one("motions.settle", id=motion.id, stage=motion.stage, state=state, at=at)
    return row is not None


def step(db: Session, vault: Vault, motion: Motion, given: Step) -> None:
    """Record a step under the motion's key."""
    words = json.dumps(dict(given.words), ensure_ascii=False).encode()
    db.run(
        "motions.step",
        id=given.id,
        motion=motion.id,
        stage=given.stage,
        seat=given.seat,
        verdict=given.verdict,
        person=given.person_id,
        paper=int(given.paper),
        version=given.version,
        basis=given.basis,
        words=_key_of(db, vault, motion.id).seal(words, _step_place(given.id)),
        at=given.at,
    )


def steps(db: Session, vault: Vault, motion: Motion) -> list[Step]:
    """What happened to a motion, oldest first."""
    key = _key_of(db, vault, motion.id)
    return [
        Step(
            id=row["id"],
            stage=row["stage"],
            seat=row["seat"],
            verdict=row["verdict"],
            person_id=row["person_id"],
            paper=bool(row["paper"]),
            version=row["version"],
            basis=row["basis"],
            words=json.loads(key.open(bytes(row["words"]), _step_place(row["id"]))),
            at=row["at"],
        )
        for row in db.all("motions.steps", motion=motion.id)
    ]


def _maybe(vault: Vault, row: Row | None) -> Motion | None:
    return None if row is None else _motion(vault, row)


def _motion(vault: Vault, row: Row) -> Motion:
    key = vault.data_key(Compartment.CONTENT, bytes(row["wrapped_key"]), _key_place(row["id"]))
    body = json.loads(key.open(bytes(row["body"]), _place(row["id"])))
    return Motion(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"],
        stationing_id=row["stationing_id"],
        proposer=row["proposer"],
        seats=tuple(json.loads(row["seats"])),
        title=(body["title"][0], body["title"][1]),
        text=body["text"],
        basis=row["basis"],
        details=body["details"],
        files=tuple(body["files"]),
        consult=tuple(json.loads(row["consult"])),
        stage=row["stage"],
        state=row["state"],
        version=row["version"],
        at=row["at"],
        since=row["since"],
        settled_at=row["settled_at"],
    )


def _key_of(db: Session, vault: Vault, id: str) -> DataKey:
    row = db.one("motions.get", id=id)
    assert row is not None
    return vault.data_key(Compartment.CONTENT, bytes(row["wrapped_key"]), _key_place(id))


def _key_place(id: str) -> str:
    return f"motion.wrapped_key:{id}"


def _place(id: str) -> str:
    return f"motion.body:{id}"


def _step_place(id: str) -> str:
    return f"motion_step.words:{id}"
