"""The office is told that the next year has no calendar: once a month, near its end each week."""

from dataclasses import replace

from casework.calendar_care import period, uncovered
from handlers.desk import Desk
from handlers.hours import open_now
from handlers.messages import Priority, Reply
from handlers.reach import to_person
from storage import people, planner


def care(desk: Desk) -> list[Reply]:
    """A tick: ask for the notice on days off of a year that nobody covers yet."""
    year = uncovered(desk.rules.calendar, desk.today)
    if year is None or not open_now(desk):
        return []
    stretch = period(desk.today, year)
    if not planner.tell_calendar(desk.db, year, stretch, desk.at):
        return []
    values = {"year": year, "last": desk.rules.calendar.complete_through}
    told = Reply(key="ladder.calendar_ends", values=values, priority=Priority.NOTICE)
    return [
        reply
        for person in people.holders(desk.db, "office")
        for reply in to_person(
            desk, person, replace(told, dedupe=f"calendar-care:{year}:{stretch}:{person}")
        )
    ]
