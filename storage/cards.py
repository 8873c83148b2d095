"""Cards: messages with buttons outside a form, bound to a subject and to whom they went."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from storage.base import Row, Session
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card. `person` is the bound person ("" for a citizen's card, then `lane` binds it).

    `choices` are its buttons as plain JSON: [code, text key, label, values].
    """

    nonce: str
    action: str
    subject: str
    person: str = ""
    lane: bytes | None = None
    choices: Sequence[Sequence[Any]] = ()
    expires_at: int = 0
    closed: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """What this card offered; nothing else may come back from it."""
        return frozenset(str(choice[0]) for choice in self.choices)


def deal(db: Session, vault: Vault, card: Card, at: int) -> None:
    """Keep a new card."""
    plain = json.dumps(card.choices, ensure_ascii=False).encode()
    db.run(
        "cards.deal",
        nonce=card.nonce,
        action=card.action,
        subject=card.subject,
        person=card.person,
        lane=card.lane,
        choices=vault.seal(Compartment.CHANNEL, plain, _place(card.nonce)),
        at=at,
        expires_at=card.expires_at,
    )


def find(db: Session, vault: Vault, nonce: str) -> Card | None:
    """The card of a button, open or closed."""
    row = db.one("cards.find", nonce=nonce)
    return None if row is None else _card(vault, row)


def newest(db: Session, vault: Vault, *, person: str, lane: bytes, at: int) -> list[Card]:
    """The open cards last dealt to a person, or to a citizen's conversation; newest first."""
    if person:
        rows = db.all("cards.newest_of_person", person=person, at=at)
    else:
        rows = db.all("cards.newest_of_lane", lane=lane, at=at)
    return [_card(vault, row) for row in rows]


def close_all(db: Session, subject: str, action: str = "") -> None:
    """No button of the cards about `subject` acts any more (of one action, or of all)."""
    db.run("cards.close_all", subject=subject, action=action)


def _place(nonce: str) -> str:
    return f"card.choices:{nonce}"


def _card(vault: Vault, row: Row) -> Card:
    choices = vault.open(Compartment.CHANNEL, bytes(row["choices"]), _place(row["nonce"]))
    return Card(
        nonce=row["nonce"],
        action=row["action"],
        subject=row["subject"],
        person=row["person"],
        lane=None if row["lane"] is None else bytes(row["lane"]),
        choices=json.loads(choices),
        expires_at=int(row["expires_at"]),
        closed=bool(row["closed"]),
    )
