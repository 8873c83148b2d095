"""One-time links by which a person of the office opens the supervision board on a page."""

from storage.base import Session
from storage.sealing import Vault


def allow(db: Session, vault: Vault, token: str, person_id: str, *, at: int, until: int) -> None:
    """Keep a link until a moment; of the token itself only a keyed index stays."""
    db.run("board_links.sweep", at=at)
    index = vault.index("token", f"board:{token}")
    db.run("board_links.add", token=index, person=person_id, expires_at=until)


def take(db: Session, vault: Vault, token: str, at: int) -> str | None:
    """Whose link it is, once; None when it is unknown, used or too old."""
    row = db.one("board_links.take", token=vault.index("token", f"board:{token}"), at=at)
    return str(row["person_id"]) if row else None
