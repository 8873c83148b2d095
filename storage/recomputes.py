"""Recomputes: one at a time, kept until it is through, so that a stop only interrupts it."""

from dataclasses import dataclass

from storage.base import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Recompute:
    """A run over the open duties of one mission ("" = all), and how far it has come."""

    id: str
    mission: str
    actor: str
    after: str
    changed: int
    started_at: int


def begin(db: Session, *, id: str, mission: str, actor: str, at: int) -> bool:
    """Start a run; False while another one has not finished."""
    row = db.one("planner.begin_recompute", id=id, mission=mission, actor=actor, at=at)
    return row is not None


def running(db: Session) -> Recompute | None:
    """The run that has not finished."""
    row = db.one("planner.running_recompute")
    if row is None:
        return None
    return Recompute(
        id=row["id"],
        mission=row["mission"],
        actor=row["actor"],
        after=row["after"],
        changed=row["changed"],
        started_at=row["started_at"],
    )


def step(db: Session, run: Recompute, *, after: str, changed: int, finished_at: int) -> bool:
    """Note how far a run has come; False where somebody else took that step."""
    return db.did(
        "planner.step_recompute",
        id=run.id,
        was=run.after,
        after=after,
        changed=changed,
        finished_at=finished_at,
    )


def changed(db: Session, id: str) -> int:
    """How many duties a run has given other dates so far."""
    row = db.one("planner.recompute", id=id)
    return int(row["changed"]) if row else 0
