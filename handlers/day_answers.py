"""Dates that people type: several ways to write one day, and why a day cannot be taken."""

import re
from datetime import date

from handlers.desk import Desk
from handlers.forms import Answers, Problem
from handlers.messages import Choice

TODAY = Choice(code="today", key="office.today")
_YEAR = r"(\d{4})\s*[-./\u5e74]\s*"
_MONTH = r"(\d{1,2})\s*[-./\u6708]\s*"
_DAY = re.compile(rf"{_YEAR}{_MONTH}(\d{{1,2}})\s*\u65e5?", re.ASCII)


def past_day(desk: Desk, answers: Answers, value: str) -> str:
    """A day up to today as ISO text. Raises Problem."""
    day = read_day(desk, value)
    if day > desk.today:
        raise Problem("office.day_in_future", today=desk.today)
    return day.isoformat()


def coming_day(desk: Desk, answers: Answers, value: str) -> str:
    """A day after today as ISO text. Raises Problem."""
    day = read_day(desk, value)
    if day <= desk.today:
        raise Problem("office.day_in_past", today=desk.today)
    return day.isoformat()


def read_day(desk: Desk, value: str) -> date:
    """Any day, as people write it or as the button 今天 says it. Raises Problem."""
    if value == TODAY.code:
        return desk.today
    found = _DAY.fullmatch(value.strip())
    try:
        if found is None:
            raise ValueError
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Problem("office.not_a_day") from None
    if not 2000 <= day.year <= 2200:
        raise Problem("office.not_a_day")
    return day
