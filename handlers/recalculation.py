"""A new notice of holidays: provisional dates follow it, others wait for an explicit recompute."""

from dataclasses import replace

from handlers.desk import Desk
from handlers.dutybook import mission_of
from handlers.frozen import rulebook_of
from handlers.messages import Priority, Reply
from handlers.reach import to_person
from handlers.redating import again, apply, differs
from storage import duties, people, planner
from storage.duties import Duty


def recalculate(desk: Desk, limit: int) -> list[Reply]:
    """A tick: up to `limit` provisional dates of an older calendar are counted again."""
    version = desk.rules.calendar.version
    listed = planner.provisional(desk.db, version, limit)
    return [reply for duty in listed for reply in _again(desk, duty, version)]


def look_ahead(desk: Desk, limit: int) -> list[Reply]:
    """A tick: which certain dates today's calendar would move; the office hears of it once."""
    version = desk.rules.calendar.version
    now = planner.look(desk.db, version)
    if now.done_at:
        return []
    old = planner.of_other_calendar(desk.db, version)
    page = planner.live(desk.db, now.after, limit) if old else []
    moved = sum(_would_move(desk, duty, version) for duty in page)
    through = len(page) < limit
    now = replace(
        now,
        after=page[-1].id if page else now.after,
        differ=now.differ + moved,
        done_at=desk.at if through else 0,
    )
    planner.keep_look(desk.db, now)
    return _tell_office(desk, now) if through and now.differ else []


def _again(desk: Desk, duty: Duty, version: str) -> list[Reply]:
    new = again(desk, duty, rulebook_of(desk, mission_of(desk, duty.stationing_id)))
    if new is None or not differs(duty, new):
        duties.keep_dates(desk.db, duty.id, version)
        return []
    return apply(desk, duty, new, actor="program")


def _would_move(desk: Desk, duty: Duty, version: str) -> bool:
    """Whether the certain date of an open duty is another one by this calendar."""
    if duty.provisional or duty.calendar_version == version:
        return False
    new = again(desk, duty, rulebook_of(desk, mission_of(desk, duty.stationing_id)))
    if new is not None and differs(duty, new):
        return True
    duties.keep_dates(desk.db, duty.id, version)
    return False


def _tell_office(desk: Desk, now: planner.Look) -> list[Reply]:
    told = Reply(
        key="ladder.calendar_differs",
        values={"n": now.differ},
        priority=Priority.NOTICE,
        dedupe=f"calendar:{now.version}",
    )
    return [
        reply
        for person in people.holders(desk.db, "office")
        for reply in to_person(desk, person, replace(told, dedupe=f"{told.dedupe}:{person}"))
    ]
