"""Urgings: what officers sent about a duty by their own act, the words sealed."""

from dataclasses import dataclass

from storage.base import Session
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Urging:
    """One act. `number` counts a duty's own from 1; `reason` is what the officer added, or ""."""

    id: str
    duty_id: str
    number: int
    level: str
    reason: str
    actor: str
    at: int


def add(db: Session, vault: Vault, new: Urging) -> None:
    """Keep an act."""
    words = vault.seal(Compartment.CONTENT, new.reason.encode(), f"urging.words:{new.id}")
    db.run(
        "urgings.add",
        id=new.id,
        duty=new.duty_id,
        number=new.number,
        level=new.level,
        words=words,
        actor=new.actor,
        at=new.at,
    )


def of(db: Session, vault: Vault, duty_id: str) -> list[Urging]:
    """What was sent about a duty, the oldest first."""
    return [
        Urging(
            id=row["id"],
            duty_id=row["duty_id"],
            number=row["number"],
            level=row["level"],
            reason=vault.open(
                Compartment.CONTENT, row["words"], f"urging.words:{row['id']}"
            ).decode(),
            actor=row["actor"],
            at=row["at"],
        )
        for row in db.all("urgings.of", duty=duty_id)
    ]
