"""Shared data of the date tests: vectors, the hand-made calendar table, and naive counts."""

import calendar as gregorian
import json
import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "data"


def vectors() -> list[dict[str, Any]]:
    return list(_file()["vectors"])


def ladder_vectors() -> list[dict[str, Any]]:
    return list(_file()["ladder_vectors"])


@cache
def _file() -> dict[str, Any]:
    return dict(json.loads((HERE / "deadline_vectors.json").read_text(encoding="utf-8")))


@cache
def calendar_table() -> dict[str, Any]:
    return tomllib.loads((HERE / "cn_calendar.toml").read_text(encoding="utf-8"))


@cache
def _lists() -> tuple[frozenset[date], frozenset[date]]:
    years = calendar_table()["year"]
    return (
        frozenset(day for year in years for day in year["rest"]),
        frozenset(day for year in years for day in year["work"]),
    )


def by_table(day: date) -> bool:
    """A working day by the hand-made table alone; New Year is off in an unannounced year."""
    rest, work = _lists()
    if (day.month, day.day) == (1, 1):
        return False
    return day in work or (day.weekday() < 5 and day not in rest)


def without_make_up(day: date) -> bool:
    return by_table(day) and day.weekday() < 5


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def naive_workdays(trigger: date, n: int, sign: int, works: Any, counted: bool = False) -> date:
    """Count working days one by one; with `counted` the trigger day is the first one."""
    day, left = trigger, n
    if counted and works(day):
        left -= 1
    while left:
        day += timedelta(days=sign)
        left -= works(day)
    return day


def naive_months(trigger: date, n: int) -> date:
    """The same day `n` months on, found by stepping back from day 31 until the month has it."""
    year, month = divmod(trigger.year * 12 + trigger.month - 1 + n, 12)
    for number in range(trigger.day, 0, -1):
        if number <= gregorian.monthrange(year, month + 1)[1]:
            return date(year, month + 1, number)
    raise AssertionError


def overflowing_months(trigger: date, n: int) -> date:
    """The mistake: a missing day runs over into the next month."""
    year, month = divmod(trigger.year * 12 + trigger.month - 1 + n, 12)
    return date(year, month + 1, 1) + timedelta(days=trigger.day - 1)
