"""The backlog: how much waits in each table and since when, by indexes alone; no content."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.base import Session

TABLES = ("inbox", "outbox", "files", "reminders", "audit")
"""Where something can wait; each has a statement `backlog.<table>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """How many rows stand in one state, and since when the first (epoch seconds, 0 = none)."""

    n: int
    since: int = 0

    def age(self, now: int) -> int:
        """Seconds for which the first has waited; 0 where none does."""
        return max(0, now - self.since) if self.since else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Everything that waits in the store at one moment."""

    piles: Mapping[str, Mapping[str, Pile]]  # table → state → pile; every state is there
    attempts: int  # of the waiting message that was tried most often
    planner: int  # when the planner had to look at the first duty, 0 = at none yet
    workers: int  # processes that live on this store; 0 where it is never shared
    acts: bool  # whether this process is the one that acts by itself


def look(db: Session, *, now: int, now_ms: int, worker: str = "", lease: str = "") -> Backlog:
    """Count what waits. `worker` is this process's name where several share the store."""
    attempts = db.one("backlog.attempts", now=now)
    planner = db.one("duties.first_check")
    living = db.one("backlog.workers", now=now_ms)
    held = db.one("backlog.lease", name=lease, holder=worker, now=now_ms) if worker else True
    return Backlog(
        piles={table: _piles(db, table, now) for table in TABLES},
        attempts=int(attempts["most"] or 0) if attempts else 0,
        planner=int(planner["first"] or 0) if planner else 0,
        workers=int(living["n"]) if living else 0,
        acts=bool(held),
    )


def _piles(db: Session, table: str, now: int) -> Mapping[str, Pile]:
    values = {"now": now} if table == "outbox" else {}
    return {
        str(row["state"]): Pile(n=int(row["n"]), since=int(row["since"] or 0))
        for row in db.all(f"backlog.{table}", **values)
    }
