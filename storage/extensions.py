"""Wishes for another date: what was asked or decided, by whom, and how it ended; sealed words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from storage.base import Row, Session
from storage.sealing import Compartment, Vault

State = Literal["asked", "put", "agreed", "refused", "overtaken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One wish or decision. Its files hang on the owner `extension:<id>`.

    `was_on` is the date that stood when it was asked for; `paper`: the office entered a decision
    taken on paper. `answer` holds the approver, the paper's day, or the reason of a refusal.
    """

    id: str
    duty_id: str
    asked_by: str
    asked_at: int
    reason: str
    was_on: date
    new_on: date
    state: State = "asked"
    paper: bool = False
    decided_by: str = ""
    decided_at: int = 0
    answer: Mapping[str, str] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        """The owner string of its attachments."""
        return f"extension:{self.id}"


def add(db: Session, vault: Vault, new: Extension) -> None:
    """Keep a wish, or a decision that came on paper."""
    db.run(
        "extensions.add",
        id=new.id,
        duty_id=new.duty_id,
        asked_by=new.asked_by,
        asked_at=new.asked_at,
        reason=vault.seal(Compartment.CONTENT, new.reason.encode(), _place("reason", new.id)),
        was_on=new.was_on.isoformat(),
        new_on=new.new_on.isoformat(),
        state=new.state,
        paper=int(new.paper),
        decided_by=new.decided_by,
        decided_at=new.decided_at,
        answer=_sealed(vault, new.id, new.answer),
    )


def get(db: Session, vault: Vault, id: str) -> Extension | None:
    """One of them."""
    row = db.one("extensions.get", id=id)
    return _extension(vault, row) if row else None


def of(db: Session, vault: Vault, duty_id: str) -> list[Extension]:
    """Everything asked and decided about the date of a duty, oldest first."""
    return [_extension(vault, row) for row in db.all("extensions.of", duty=duty_id)]


def waiting(db: Session, vault: Vault) -> list[Extension]:
    """What is neither agreed to nor refused, the oldest first."""
    return [_extension(vault, row) for row in db.all("extensions.waiting")]


def settle(
    db: Session,
    vault: Vault,
    one: Extension,
    state: State,
    *,
    actor: str,
    at: int,
    answer: Mapping[str, str] | None = None,
) -> bool:
    """Move it on from the state in which it was read; False where somebody was faster."""
    row = db.one(
        "extensions.settle",
        id=one.id,
        was=one.state,
        state=state,
        decided_by=actor,
        decided_at=at,
        answer=_sealed(vault, one.id, answer or {}),
    )
    return row is not None


def _sealed(vault: Vault, id: str, words: Mapping[str, str]) -> bytes:
    plain = json.dumps(dict(words), ensure_ascii=False).encode()
    return vault.seal(Compartment.CONTENT, plain, _place("answer", id))


def _place(column: str, id: str) -> str:
    return f"extension.{column}:{id}"


def _extension(vault: Vault, row: Row) -> Extension:
    id = row["id"]
    reason = vault.open(Compartment.CONTENT, row["reason"], _place("reason", id))
    answer: Mapping[str, str] = {}
    if row["answer"] is not None:
        answer = json.loads(vault.open(Compartment.CONTENT, row["answer"], _place("answer", id)))
    return Extension(
        id=id,
        duty_id=row["duty_id"],
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        reason=reason.decode(),
        was_on=date.fromisoformat(row["was_on"]),
        new_on=date.fromisoformat(row["new_on"]),
        state=row["state"],
        paper=bool(row["paper"]),
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        answer=answer,
    )
