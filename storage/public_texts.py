"""Texts of the public page: proposed, public, refused or withdrawn, the words sealed."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Literal

from storage.base import Row, Session
from storage.sealing import Compartment, Vault

Kind = Literal["notice", "feedback", "rectification"]
State = Literal["handed", "proposed", "public", "refused", "withdrawn"]
ALL_TOLD = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicText:
    """One text for the public page of a mission.

    `handed` waits for the office to take it up, `proposed` for the motion's decision. `told_to` is
    the place of the last follower who was told, ALL_TOLD once all were.
    """

    id: str
    stationing_id: str
    kind: Kind
    dated: date
    text: str
    proposer: str
    at: int
    link: str = ""
    state: State = "proposed"
    public_at: int = 0
    told_to: int = 0
    closed_by: str = ""
    closed_at: int = 0
    reason: str = ""


def add(db: Session, vault: Vault, new: PublicText) -> None:
    """Keep a new one."""
    db.run(
        "public_texts.add",
        id=new.id,
        stationing=new.stationing_id,
        kind=new.kind,
        state=new.state,
        dated=new.dated.isoformat(),
        words=_seal(vault, new.id, "words", {"text": new.text, "link": new.link}),
        proposer=new.proposer,
        at=new.at,
    )


def get(db: Session, vault: Vault, id: str) -> PublicText | None:
    """One text."""
    row = db.one("public_texts.get", id=id)
    return _text(vault, row) if row else None


def of(db: Session, vault: Vault, stationing_id: str) -> list[PublicText]:
    """Every text of one mission, the newest day first."""
    rows = db.all("public_texts.of", stationing=stationing_id)
    return [_text(vault, row) for row in rows]


def standing(db: Session, vault: Vault, state: State) -> list[PublicText]:
    """Every text in one state, the oldest first."""
    return [_text(vault, row) for row in db.all("public_texts.standing", state=state)]


def move(
    db: Session, vault: Vault, was: PublicText, to: State, *, actor: str, at: int, reason: str = ""
) -> bool:
    """From one state to the next; False where somebody was faster."""
    row = db.one(
        "public_texts.move",
        id=was.id,
        was=was.state,
        state=to,
        public_at=at if to == "public" else was.public_at,
        actor=actor,
        closed_at=at,
        reason=_seal(vault, was.id, "reason", {"reason": reason}) if reason else None,
    )
    return row is not None


def untold(db: Session, vault: Vault) -> list[PublicText]:
    """What is public and of which not every follower has been told."""
    return [_text(vault, row) for row in db.all("public_texts.untold")]


def told(db: Session, id: str, place: int) -> None:
    """Followers up to `place` have been told; ALL_TOLD = everybody."""
    db.run("public_texts.told", id=id, place=place)


def _seal(vault: Vault, id: str, column: str, words: dict[str, str]) -> bytes:
    plain = json.dumps(words, ensure_ascii=False).encode()
    return vault.seal(Compartment.CONTENT, plain, f"public_text.{column}:{id}")


def _open(vault: Vault, row: Row, column: str) -> dict[str, str]:
    if row[column] is None:
        return {}
    place = f"public_text.{column}:{row['id']}"
    opened: dict[str, str] = json.loads(vault.open(Compartment.CONTENT, row[column], place))
    return opened


def _text(vault: Vault, row: Row) -> PublicText:
    words = _open(vault, row, "words")
    return PublicText(
        id=row["id"],
        stationing_id=row["stationing_id"],
        kind=row["kind"],
        dated=date.fromisoformat(row["dated"]),
        text=words["text"],
        link=words["link"],
        proposer=row["proposer"],
        at=row["at"],
        state=row["state"],
        public_at=row["public_at"],
        told_to=row["told_to"],
        closed_by=row["closed_by"],
        closed_at=row["closed_at"],
        reason=_open(vault, row, "reason").get("reason", ""),
    )
