"""One-time permissions to read a report on a page of our own, each bound to one person."""

from dataclasses import dataclass

from storage.base import Session
from storage.sealing import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Who may read which report now."""

    report_id: str
    person_id: str


def allow(
    db: Session, vault: Vault, token: str, allowed: Reading, *, at: int, expires_at: int
) -> None:
    """Keep a permission; of the token itself only a keyed index stays."""
    db.run(
        "readings.add",
        token=vault.index("token", token),
        report_id=allowed.report_id,
        person_id=allowed.person_id,
        at=at,
        expires_at=expires_at,
    )


def use(db: Session, vault: Vault, token: str, at: int) -> Reading | None:
    """Take a permission; None when it is unknown, used or too old."""
    row = db.one("readings.use", token=vault.index("token", token), at=at)
    if row is None:
        return None
    return Reading(report_id=row["report_id"], person_id=row["person_id"])


def sweep(db: Session, before: int) -> None:
    """Forget permissions that ran out before a moment."""
    db.run("readings.sweep", before=before)
