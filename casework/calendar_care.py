"""When somebody must care for the calendar: the next year has no notice and its time is near."""

from datetime import date

from casework.calendar import WorkCalendar

FIRST = (11, 15)
"""Notices come out between late October and early December (domain 3): from here on it is due."""
WEEKLY = (12, 15)


def uncovered(calendar: WorkCalendar, today: date) -> int | None:
    """The first year that no notice covers, once it is time to ask for it; else None."""
    year = calendar.last_year + 1
    if today.year >= year or (today.year == year - 1 and (today.month, today.day) >= FIRST):
        return year
    return None


def period(today: date, year: int) -> str:
    """The stretch in which one message about a year is enough: a month, a week near its end."""
    if today.year >= year or (today.month, today.day) >= WEEKLY:
        iso = today.isocalendar()
        return f"{iso.year}-W{iso.week:02}"
    return f"{today:%Y-%m}"
