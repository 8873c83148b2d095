"""Working hours of the people we remind: when a day opens, and whether it is open now."""

from datetime import date, datetime, time

from casework.mission import DEPARTMENT_ROLES, UNIT_ROLES
from handlers.desk import Desk
from storage import people

DEFAULT = "09:00-17:30"
OURS = "reminders.hours"
_OTHERS = (("reminders.unit_hours", UNIT_ROLES), ("reminders.department_hours", DEPARTMENT_ROLES))
"""Where a unit or a department works other hours than the office; "" = the same."""


def opening(desk: Desk, day: date) -> int:
    """The instant (epoch seconds) at which the first reminders of `day` may leave."""
    first = min(_span(desk, name)[0] for name in (OURS, *(name for name, _ in _OTHERS)))
    return int(datetime.combine(day, first, desk.zone).timestamp())


def open_now(desk: Desk) -> bool:
    """Whether the inspecting side works now: a working day, within `reminders.hours`."""
    return _works(desk, OURS)


def any_open(desk: Desk) -> bool:
    """Whether anybody works now whom we remind."""
    return any(_works(desk, name) for name in (OURS, *(name for name, _ in _OTHERS)))


def open_for(desk: Desk, person_id: str) -> bool:
    """Whether this person works now, by the seat that the person holds."""
    held = {seat.role for seat in people.seats(desk.db, person_id)}
    theirs = next((name for name, roles in _OTHERS if held and held <= roles), OURS)
    return _works(desk, theirs)


def _works(desk: Desk, name: str) -> bool:
    local = desk.now.astimezone(desk.zone)
    first, last = _span(desk, name)
    return desk.rules.calendar.is_workday(local.date()) and first <= local.time() < last


def _span(desk: Desk, name: str) -> tuple[time, time]:
    settings = desk.rules.settings
    text = str(settings.get(name) or settings.get(OURS, DEFAULT))
    first, _, last = text.partition("-")
    return time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
