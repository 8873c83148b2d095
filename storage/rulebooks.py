"""The rulebooks that missions started under: each text once, each mission its own."""

from casework.rulebooks import Rulebook, rulebook
from storage.base import Session


def of_mission(db: Session, stationing_id: str) -> Rulebook | None:
    """The frozen rulebook of a mission, or None while it has none."""
    row = db.one("rulebooks.of_mission", stationing=stationing_id)
    return rulebook(row["body"]) if row else None


def give(db: Session, stationing_id: str, book: Rulebook, at: int) -> bool:
    """Freeze a mission's rulebook; False where it has one already."""
    _keep(db, book, at)
    return (
        db.one("rulebooks.give", stationing=stationing_id, digest=book.digest, at=at) is not None
    )


def replace(db: Session, stationing_id: str, book: Rulebook, at: int) -> None:
    """Put a mission under another rulebook; only an explicit recompute may do that."""
    _keep(db, book, at)
    db.run("rulebooks.replace", stationing=stationing_id, digest=book.digest, at=at)


def without(db: Session, limit: int) -> list[str]:
    """Approved missions that have no rulebook yet."""
    return [row["id"] for row in db.all("rulebooks.without", limit=limit)]


def _keep(db: Session, book: Rulebook, at: int) -> None:
    db.run(
        "rulebooks.keep",
        digest=book.digest,
        profile_id=book.profile.id,
        version=book.profile.version,
        body=book.text,
        at=at,
    )
