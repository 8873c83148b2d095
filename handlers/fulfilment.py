"""办结: a duty that ends without a document is done on a day, by an act or an entry of staff."""

from collections.abc import Mapping
from datetime import date

from casework.mission import Stationing
from handlers.desk import Desk
from storage import audit, duties, events
from storage.duties import Duty
from storage.events import Fulfilment

LIVE = ("open", "returned")
DOCUMENTS = frozenset({"plan", "report", "principal_report"})
"""Kinds that end only when what was handed in is accepted (003-17)."""


def fulfil(
    desk: Desk,
    mission: Stationing,
    kind: str,
    on: date,
    *,
    about: str = "",
    words: Mapping[str, str] | None = None,
) -> list[Duty]:
    """The open duties of a kind are done on a day; those of one event, where `about` is given.

    What waits for a document stays with its review. [] where none is open, so it may be repeated.
    """
    listed = [d for d in duties.of_stationing(desk.db, mission.id) if d.kind == kind]
    if about:
        listed = [d for d in listed if _about(desk, d) == about]
    return [done for d in listed if (done := close(desk, d, on, words=words)) is not None]


def close(
    desk: Desk, duty: Duty, on: date, *, words: Mapping[str, str] | None = None
) -> Duty | None:
    """One duty is done; None where it no longer stands open."""
    if duty.state not in LIVE or duty.kind in DOCUMENTS or duty.kind == "sign":
        return None
    done = duties.moved(duty, state="accepted", submitted_on=on, next_on=None, next_check=None)
    if not duties.move(desk.db, duty, done):
        return None
    actor = desk.me.id if desk.me else "program"
    entry = Fulfilment(duty_id=duty.id, done_on=on, actor=actor, at=desk.at, words=words or {})
    events.keep_fulfilment(desk.db, desk.vault, entry)
    audit.write(
        desk.db,
        at=desk.at,
        actor=actor,
        action="duties.fulfilled",
        object=duty.id,
        facts={"kind": duty.kind, "on": on.isoformat()},
    )
    return done


def _about(desk: Desk, duty: Duty) -> str:
    event = duties.milestone_by_id(desk.db, desk.vault, duty.milestone_id)
    return event.about if event else ""
