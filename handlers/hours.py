"""Working hours of the people we remind: when a day opens, and whether it is open now."""

from datetime import date, datetime, time

from handlers.desk import Desk

DEFAULT = "09:00-17:30"


def opening(desk: Desk, day: date) -> int:
    """The instant (epoch seconds) at which reminders of `day` may leave."""
    return int(datetime.combine(day, _span(desk)[0], desk.zone).timestamp())


def open_now(desk: Desk) -> bool:
    """Whether reminders may leave now: a working day, within the hours of `reminders.hours`."""
    local = desk.now.astimezone(desk.zone)
    first, last = _span(desk)
    return desk.rules.calendar.is_workday(local.date()) and first <= local.time() < last


def _span(desk: Desk) -> tuple[time, time]:
    text = str(desk.rules.settings.get("reminders.hours", DEFAULT))
    first, _, last = text.partition("-")
    return time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
