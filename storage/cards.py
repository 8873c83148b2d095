"""Cards: messages with buttons outside a form, bound to a subject and to whom they went."""

from dataclasses import dataclass

from storage.base import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card. `person` is the bound person ("" for a citizen's card, then `lane` binds it)."""

    nonce: str
    action: str
    subject: str
    person: str = ""
    lane: bytes | None = None
    expires_at: int = 0
    closed: bool = False


def deal(db: Session, card: Card) -> None:
    """Keep a new card."""
    db.run(
        "cards.deal",
        nonce=card.nonce,
        action=card.action,
        subject=card.subject,
        person=card.person,
        lane=card.lane,
        expires_at=card.expires_at,
    )


def find(db: Session, nonce: str) -> Card | None:
    """The card of a button, open or closed."""
    row = db.one("cards.find", nonce=nonce)
    if row is None:
        return None
    return Card(
        nonce=row["nonce"],
        action=row["action"],
        subject=row["subject"],
        person=row["person"],
        lane=None if row["lane"] is None else bytes(row["lane"]),
        expires_at=int(row["expires_at"]),
        closed=bool(row["closed"]),
    )


def close_all(db: Session, subject: str, action: str = "") -> None:
    """No button of the cards about `subject` acts any more (of one action, or of all)."""
    db.run("cards.close_all", subject=subject, action=action)
