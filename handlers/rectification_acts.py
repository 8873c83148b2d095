"""One act on a rectification item: moved, noted, its files kept and audited, in one unit."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from casework.errors import Gone
from casework.rectification import (
    AGAIN,
    MOVES,
    NEAR,
    ItemAct,
    ItemState,
    Side,
    reminder_rungs,
)
from handlers.desk import Desk
from handlers.duty_rights import me
from handlers.hours import opening
from storage import attachments, audit, rectification
from storage.rectification import Entry, Item

ONE_DAY = timedelta(days=1)
LONG_AGO = timedelta(days=60)
"""How far back working days are counted to find the day of a reminder."""

UNDER_WAY = (ItemState.OPEN, ItemState.WORKING)
ADDED, HIDDEN, CLEARED, VISITED = "added", "principal", "cleared", "visited"
"""What else the history of an item may hold besides the acts of its life."""


def add_item(desk: Desk, item: Item, side: Side, *, source: str) -> None:
    """Keep a new item with the first line of its history."""
    check = None if item.principal else next_look(desk, item.due)
    new = Item(
        id=item.id,
        stationing_id=item.stationing_id,
        kind=item.kind,
        due=item.due,
        words=item.words,
        principal=item.principal,
        added_by=me(desk).id,
        at=desk.at,
        next_check=check,
    )
    rectification.add(desk.db, desk.vault, new)
    _note(desk, new, ADDED, side, {"source": source}, version=1)
    _audit(desk, "item.added", item.id, {"kind": item.kind, "source": source})


def act_on(
    desk: Desk,
    item: Item,
    side: Side,
    act: ItemAct,
    *,
    said: Mapping[str, str],
    files: Sequence[str] = (),
    **changes: Any,
) -> Item:
    """Move an item, keep what was said of it and how else it changes. Raises Gone if overtaken."""
    changes["state"] = MOVES[item.state, act]
    return _write(desk, item, side, str(act), said, files, changes)


def mark(desk: Desk, item: Item, side: Side, what: str, **changes: Any) -> Item:
    """Flag an item, or note a visit, without moving it. Raises Gone."""
    return _write(desk, item, side, what, {}, (), changes)


def _write(
    desk: Desk,
    item: Item,
    side: Side,
    what: str,
    said: Mapping[str, str],
    files: Sequence[str],
    changes: Mapping[str, Any],
) -> Item:
    state = changes.get("state", item.state)
    principal = changes.get("principal", item.principal)
    days = (changes.get("due", item.due), changes.get("next_on", item.next_on))
    reminded = state in UNDER_WAY and not principal
    check = next_look(desk, *days) if reminded else None
    done = rectification.change(desk.db, desk.vault, item, **{**changes, "next_check": check})
    if done is None:
        raise Gone("rectification.overtaken")
    entry = _note(desk, done, what, side, said, version=done.version)
    attachments.adopt(desk.db, list(files), entry.owner)
    facts = {"side": str(side), "state": str(done.state), "files": len(files)}
    _audit(desk, f"item.{what}", item.id, facts)
    return done


def next_look(desk: Desk, due: date, next_on: date | None = None) -> int:
    """The opening of the next working day on which the item is to be named, after today.

    The unit's own date is named before, on and again after it; a next date only up to its day.
    """
    days = [_rung_day(desk, due)]
    if next_on is not None and next_on > desk.today:
        day = _rung_day(desk, next_on)
        days += [day] if day <= next_on else []
    return opening(desk, min(days))


def _rung_day(desk: Desk, target: date) -> date:
    calendar = desk.rules.calendar
    if target < desk.today - LONG_AGO:
        return calendar.add_workdays(desk.today, AGAIN)
    day = calendar.next_workday(max(desk.today + ONE_DAY, target - NEAR * 6 * ONE_DAY))
    while not reminder_rungs(calendar.workdays_between(day, target)):
        day = calendar.next_workday(day + ONE_DAY)
    return day


def _note(
    desk: Desk, item: Item, what: str, side: Side, words: Mapping[str, str], *, version: int
) -> Entry:
    entry = Entry(
        id=desk.new_id(),
        item_id=item.id,
        version=version,
        act=what,
        side=str(side),
        actor=me(desk).id,
        at=desk.at,
        words=words,
    )
    rectification.note(desk.db, desk.vault, entry)
    return entry


def _audit(desk: Desk, action: str, object: str, facts: Mapping[str, Any]) -> None:
    actor = me(desk).id
    audit.write(desk.db, at=desk.at, actor=actor, action=action, object=object, facts=facts)
