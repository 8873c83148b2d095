"""Calendar files: the one file that writes .ics (RFC 5545)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event
from icalendar.enums import CLASS, STATUS, TRANSP

PRODID = "-//Jianjian//duties//ZH"


def write_calendar(title: str, stamp: int, days: Iterable[Mapping[str, Any]]) -> bytes:
    """An .ics of whole days.

    Each of `days`: uid, sequence, day (ISO), summary, description, alarms (days before, a list),
    cancelled (bool). `stamp` is epoch seconds.
    """
    at = datetime.fromtimestamp(stamp, UTC)
    held = list(days)
    calendar = Calendar.new(prodid=PRODID, method=_method(held), name=title)
    for day in held:
        calendar.add_component(_event(day, at))
    return bytes(calendar.to_ical())


def _method(days: list[Mapping[str, Any]]) -> str:
    """CANCEL where nothing but cancelled days is in it: a mixture stays a publication."""
    return "CANCEL" if days and all(day["cancelled"] for day in days) else "PUBLISH"


def _event(day: Mapping[str, Any], at: datetime) -> Event:
    start = date.fromisoformat(day["day"])
    event = Event.new(
        uid=day["uid"],
        sequence=int(day["sequence"]),
        stamp=at,
        start=start,
        end=start + timedelta(days=1),
        summary=day["summary"],
        description=day["description"],
        classification=CLASS.PRIVATE,
        status=STATUS.CANCELLED if day["cancelled"] else STATUS.CONFIRMED,
        transparency=TRANSP.TRANSPARENT,
    )
    if not day["cancelled"]:
        for before in day["alarms"]:
            event.add_component(_alarm(int(before), day["summary"]))
    return event


def _alarm(before: int, summary: str) -> Alarm:
    """Nine in the morning, so many days before the day itself."""
    alarm = Alarm.new(description=summary)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(hours=9) - timedelta(days=before))
    return alarm
