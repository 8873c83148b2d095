"""Workers: processes over one database; who lives, what a dead one leaves, who holds a lease."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from storage import outbox
from storage.base import Session

ALIVE = 3_000  # milliseconds after its last beat for which a worker counts as living
BEAT = 1_000  # milliseconds between two beats


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What one beat brought: the leases now held, and whose letters came over."""

    held: frozenset[str]
    buried: tuple[str, ...] = ()
    interrupted: int = 0
    inherited: bool = False  # letters of others, or nobody's, are now this worker's


def beat(
    db: Session, *, me: str, now: int, leases: Sequence[str], exactly_once: Collection[str] = ()
) -> Beat:
    """Say that this worker lives, take over what dead ones leave, hold what is free.

    `now` in epoch milliseconds. One unit: what is taken over is taken by one worker alone.
    """
    db.run("workers.beat", id=me, until=now + ALIVE)
    buried, interrupted = [], 0
    for row in db.all("workers.dead", now=now, me=me):
        if db.did("workers.bury", id=row["id"], now=now):
            buried.append(str(row["id"]))
            interrupted += _inherit(db, str(row["id"]), me, now // 1000, exactly_once)
    orphans = db.did("workers.inherit_letters", id="", heir=me)
    held = frozenset(
        name
        for name in leases
        if db.did("workers.hold", name=name, holder=me, until=now + ALIVE, now=now)
    )
    return Beat(
        held=held,
        buried=tuple(buried),
        interrupted=interrupted,
        inherited=bool(buried) or orphans,
    )


def leave(db: Session, *, me: str, at: int) -> None:
    """A worker that stops: its leases are free, what it had not handled is anybody's."""
    db.run("workers.release", holder=me)
    db.run("workers.inherit_letters", id=me, heir="")
    db.run("workers.free_messages", id=me)
    db.run("workers.leave", id=me)


def probe(db: Session, *, me: str, at: int) -> None:
    """A write that means nothing, to see whether the store takes any."""
    db.run("workers.probe", name=f"probe:{me}", holder=me, at=at)


def reserve(
    db: Session, *, channel: str, account: str, now: int, interval: float, places: int
) -> list[float]:
    """Take places on an account's line: moments (epoch milliseconds) at which one may leave."""
    span = round(interval * places)
    row = db.one("workers.reserve", channel=channel, account=account, now=now, span=span)
    assert row is not None
    begin = int(row["next_at"]) - span
    return [begin + number * interval for number in range(places)]


def _inherit(db: Session, dead: str, me: str, at: int, exactly_once: Collection[str]) -> int:
    db.run("workers.inherit_letters", id=dead, heir=me)
    count = outbox.settle_interrupted(db, at=at, exactly_once=exactly_once, worker=dead)
    db.run("workers.free_messages", id=dead)  # also those that are to leave once more
    return count
