"""Reminders of the unit's own dates: one message per person and day, by number, never as law."""

from casework.mission import Stationing
from casework.rectification import reminder_rungs
from handlers.desk import Desk
from handlers.duty_rights import answering
from handlers.dutybook import mission_of
from handlers.hours import open_now
from handlers.messages import Policy, Priority, Reply, Text
from handlers.reach import to_person
from handlers.rectification_acts import LONG_AGO, UNDER_WAY, next_look
from handlers.rectification_cards import line
from storage import rectification
from storage.rectification import Item

LINES = 15  # as many as one message holds


def remind_items(desk: Desk, limit: int) -> list[Reply]:
    """One tick: everybody's items that are near their own date or past it.

    Nothing leaves outside working hours; rungs missed while nobody ran it are told once.
    """
    if not open_now(desk):
        return []
    come = rectification.due_now(desk.db, desk.vault, desk.at, limit)
    told: dict[str, list[tuple[Stationing, Item]]] = {}
    for item in come:
        live = item.state in UNDER_WAY and not item.principal
        check = next_look(desk, item.due, item.next_on) if live else None
        rectification.check_next(desk.db, item.id, check)
        if not live:
            continue
        mission = mission_of(desk, item.stationing_id)
        asked = answering(desk, mission, "unit_liaison") or answering(desk, mission)
        for person in asked:
            told.setdefault(person, []).append((mission, item))
    return [reply for person, items in told.items() for reply in _message(desk, person, items)]


def _late(desk: Desk, item: Item) -> bool:
    """Whether the rung of this item was missed: today is no day on which it is named."""
    days = [day for day in (item.due, item.next_on) if day is not None]
    if item.due < desk.today - LONG_AGO:
        return False
    left = [desk.rules.calendar.workdays_between(desk.today, day) for day in days]
    return not any(reminder_rungs(n) for n in left)


def _message(desk: Desk, person: str, items: list[tuple[Stationing, Item]]) -> list[Reply]:
    lines = [
        Text("rectification.reminder_line", {"unit": mission.unit_name, "line": line(desk, item)})
        for mission, item in items[:LINES]
    ]
    if len(items) > LINES:
        lines.append(Text("rectification.reminder_more", {"n": len(items) - LINES}))
    key = "rectification.reminder"
    if any(_late(desk, item) for _, item in items):
        key = "rectification.reminder_late"
    told = Reply(
        key=key,
        values={"day": desk.today, "lines": lines},
        priority=Priority.REMINDER,
        policy=Policy.HOLD,
        dedupe=f"items:{person}:{desk.today.isoformat()}:{items[0][1].id}",
    )
    return to_person(desk, person, told)
