"""The bytes of an .ics: folded, escaped, whole days, cancelled where a duty is done."""

from datetime import date
from typing import Any

import pytest
from icalendar import Calendar

from bot.calendar_files import write_calendar
from bot.made_files import make_file

DAY: dict[str, Any] = {
    "uid": "a@jianjian",
    "sequence": 2,
    "day": "2026-03-31",
    "summary": "整改方案；甲, 乙\\n",
    "description": "依据：第十七条\n" + "很长" * 100,
    "alarms": [7, 0],
    "cancelled": False,
}


def test_lines_are_folded_and_come_back_as_they_were() -> None:
    data = write_calendar("时限", 1_767_225_600, [DAY])
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    event = Calendar.from_ical(data).walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == DAY["summary"]
    assert str(event["DESCRIPTION"]) == DAY["description"]
    assert event["DTSTART"].dt == date(2026, 3, 31)
    assert event["DTEND"].dt == date(2026, 4, 1)
    assert event["DTSTAMP"].dt.isoformat() == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("cancelled", "method"),
    [((True,), "CANCEL"), ((True, False), "PUBLISH"), ((), "PUBLISH")],
)
def test_only_a_file_of_cancelled_days_cancels(cancelled: tuple[bool, ...], method: str) -> None:
    days = [{**DAY, "uid": str(n), "cancelled": gone} for n, gone in enumerate(cancelled)]
    calendar = Calendar.from_ical(write_calendar("时限", 0, days))
    assert calendar["METHOD"] == method
    for day, event in zip(days, calendar.walk("VEVENT"), strict=True):
        assert (event["STATUS"] == "CANCELLED") is day["cancelled"]
        assert bool(event.walk("VALARM")) is not day["cancelled"]


def test_what_nobody_knows_to_make_is_no_file() -> None:
    with pytest.raises(KeyError):
        make_file({"kind": "poem"})
