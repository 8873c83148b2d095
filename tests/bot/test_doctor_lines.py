"""What the doctor says of the calendar."""

from datetime import date

import pytest

from bot.cli.doctor import LOOKS, calendar_lines
from casework.calendar import WorkCalendar, overlay

NOTICE = {"year": [{"year": 2027, "rest": [date(2027, 1, 1)]}]}


@pytest.mark.parametrize("today", [date(2026, 11, 15), date(2026, 12, 31), date(2027, 2, 1)])
def test_a_missing_year_is_named_with_its_mend(today: date) -> None:
    lines = [line.text for line in calendar_lines(WorkCalendar(), today)]
    assert "is certain up to 2026-11-30" in lines[0]
    assert lines[1].startswith("2027 has no notice on days off")
    assert "[[year]] year = 2027" in lines[1]
    assert "calendar.overlay" in lines[1]


@pytest.mark.parametrize(
    ("calendar", "today"),
    [
        (WorkCalendar(), date(2026, 11, 14)),
        (WorkCalendar(overlay(NOTICE, "o.toml")), date(2026, 12, 31)),
    ],
)
def test_nothing_is_asked_for_before_its_time_or_once_it_is_there(
    calendar: WorkCalendar, today: date
) -> None:
    assert len(list(calendar_lines(calendar, today))) == 1


def test_every_part_is_looked_at_in_its_order() -> None:
    assert list(LOOKS) == ["machine", "folder", "keys", "calendar", "program", "store"]
