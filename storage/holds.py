"""Holds: an installation that was restored stays silent until a person releases it."""

from storage.base import Session

RESTORED = "restored"


def put(db: Session, name: str, at: int) -> None:
    """From now on nothing is received or sent."""
    db.run("holds.put", name=name, at=at)


def standing(db: Session) -> str:
    """Why the installation is silent; "" = it is not."""
    row = db.one("holds.any")
    return str(row["name"]) if row else ""


def lift(db: Session) -> bool:
    """Let it speak; False where it was not held."""
    return db.did("holds.lift")
