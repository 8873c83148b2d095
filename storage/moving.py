"""Moving house: what was bound to processes of the old store finds its way in the new one."""

from storage.base import Session

_GONE = "gone"


def settle_in(db: Session, *, shared: bool) -> None:
    """Free what processes of the old store had in hand; `shared`: several may work on the new.

    What was leaving is settled at the first start, as after a kill: alone a process settles what
    bears no name; of several, the one that buries the dead settles what bears the dead one's.
    """
    db.run("moving.free_letters")
    db.run("moving.free_messages")
    db.run("moving.forget_workers")
    db.run("moving.forget_leases")
    if db.did("moving.give_leaving", heir=_GONE if shared else "") and shared:
        db.run("moving.name_dead", id=_GONE)
