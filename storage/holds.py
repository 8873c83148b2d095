"""Holds: a store that must not speak: a restored copy until its release, one that was moved."""

from storage.base import Session, StorageError

RESTORED = "restored"
MOVED = "moved"


class MovedAway(StorageError):
    """The rows of this store live elsewhere now."""


def put(db: Session, name: str, at: int) -> bool:
    """From now on nothing is received or sent; False where this hold stood already."""
    return db.did("holds.put", name=name, at=at)


def drop(db: Session, name: str) -> None:
    """Take one hold away; without it nothing happens."""
    db.run("holds.drop", name=name)


def standing(db: Session) -> str:
    """Why the installation is silent; "" = it is not.

    Errors: MovedAway, so that no program starts on a store whose rows live elsewhere.
    """
    names = [str(row["name"]) for row in db.all("holds.any")]
    if MOVED in names:
        raise MovedAway(
            "this store was moved away: write the new address into [storage] url; "
            "to go on here all the same, `jianjian release`"
        )
    return names[0] if names else ""


def lift(db: Session) -> bool:
    """Let it speak; False where it was not held."""
    return db.did("holds.lift")
