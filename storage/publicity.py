"""Publications of the rectification by the unit: day, manner, link, words; files beside them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from storage.base import Row, Session
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One publication. `manner` is party | board | site | media; `words`: link, text."""

    id: str
    stationing_id: str
    published_on: date
    manner: str
    actor: str
    at: int
    words: Mapping[str, str]

    @property
    def owner(self) -> str:
        """The owner string of its attachments."""
        return f"publication:{self.id}"


def add(db: Session, vault: Vault, new: Publication) -> None:
    """Keep a publication."""
    plain = json.dumps(dict(new.words), ensure_ascii=False).encode()
    db.run(
        "publicity.add",
        id=new.id,
        stationing=new.stationing_id,
        published_on=new.published_on.isoformat(),
        manner=new.manner,
        actor=new.actor,
        at=new.at,
        words=vault.seal(Compartment.CONTENT, plain, _place(new.id)),
    )


def get(db: Session, vault: Vault, id: str) -> Publication | None:
    """One publication."""
    row = db.one("publicity.get", id=id)
    return _publication(vault, row) if row else None


def of(db: Session, vault: Vault, stationing_id: str) -> list[Publication]:
    """What a unit published about a mission, oldest first."""
    rows = db.all("publicity.of", stationing=stationing_id)
    return [_publication(vault, row) for row in rows]


def _publication(vault: Vault, row: Row) -> Publication:
    words = vault.open(Compartment.CONTENT, row["words"], _place(row["id"]))
    return Publication(
        id=row["id"],
        stationing_id=row["stationing_id"],
        published_on=date.fromisoformat(row["published_on"]),
        manner=row["manner"],
        actor=row["actor"],
        at=row["at"],
        words=json.loads(words),
    )


def _place(id: str) -> str:
    return f"publication_record.words:{id}"
