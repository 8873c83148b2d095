"""The working days of mainland China: notices, the operator's overlay, honest estimates."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any

import chinese_calendar
from pydantic import BaseModel, ConfigDict, ValidationError

from casework.errors import DataError
from casework.faults import first_fault
from casework.statutory import statutory_days

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What the operator adds to the published calendar (a checked overlay file).

    A year unknown to the library is taken whole from here; in a year the library knows, the listed
    days are changed and the others stay.
    """

    years: frozenset[int] = frozenset()
    rest: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    complete_through: date | None = None
    last_notice: date | None = None


class _Year(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    year: int
    rest: list[date] = []
    work: list[date] = []


class _OverlayFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    schema_version: int = 1
    complete_through: date | None = None
    last_notice: date | None = None
    year: list[_Year] = []


def overlay(table: Mapping[str, Any], file: str) -> Overlay:
    """Check a parsed overlay. Raises DataError: a line for each fault with file, key and mend."""
    try:
        read = _OverlayFile.model_validate(table)
    except ValidationError as fault:
        raise DataError(f"{file}: {first_fault(fault)}") from None
    made = Overlay(
        years=frozenset(item.year for item in read.year),
        rest=frozenset(day for item in read.year for day in item.rest),
        work=frozenset(day for item in read.year for day in item.work),
        complete_through=read.complete_through,
        last_notice=read.last_notice,
    )
    faults = [*_faults_of_years(read.year), *_faults_of_span(made)]
    if faults:
        raise DataError("\n".join(f"{file}: {fault}" for fault in faults))
    return made


def _faults_of_years(listed: list[_Year]) -> Iterator[str]:
    years = [item.year for item in listed]
    for year in sorted({year for year in years if years.count(year) > 1}):
        yield f"year {year} is listed twice; join its two [[year]] tables"
    for item in listed:
        yield from _faults_of_days(item)


def _faults_of_days(item: _Year) -> Iterator[str]:
    """What a year says against itself: a day elsewhere, off and worked, or made up for nothing."""
    where = f"[[year]] {item.year}"
    for day in sorted({*item.rest, *item.work}):
        if day.year != item.year:
            yield f"{where} lists {day}; move it to the table of {day.year}"
    for day in sorted(set(item.rest) & set(item.work)):
        yield (f"{day} is both in rest and in work of {where}; keep it in one of the two lists")
    for day in sorted(set(item.work) - set(item.rest)):
        if day.year == item.year and _worked_anyway(day):
            yield (
                f"work of {where} lists {day}, a {day:%A} that is worked anyway; a make-up day "
                "is a Saturday or a Sunday, so correct or remove it"
            )


def _worked_anyway(day: date) -> bool:
    published = day.year in _published_years()
    return day.weekday() < 5 and (_published_workday(day) if published else True)


def _faults_of_span(made: Overlay) -> Iterator[str]:
    known = made.years | _published_years()
    missing = sorted(set(range(min(known), max(known) + 1)) - known)
    if missing:
        yield f"year {missing[0]} is missing; add a [[year]] table for it"
    if made.complete_through is not None and made.complete_through.year not in known:
        yield (
            f"complete_through {made.complete_through} lies in a year that nobody lists; "
            f"add [[year]] {made.complete_through.year} or set an earlier date"
        )


class WorkCalendar:
    """Which day is a working day, and how sure that is.

    Days in a year without a notice are estimated by the statutory holidays alone; those, and the
    December of the last published year (the next notice may still change it), are provisional.
    Source: State Council notices; 民法典 203; 全国年节及纪念日放假办法.
    """

    def __init__(self, added: Overlay | None = None) -> None:
        self._added = added or Overlay()
        self._years = self._added.years | _published_years()
        last = date(max(self._years), 11, 30)
        self.complete_through: date = max(last, self._added.complete_through or last)

    @property
    def last_year(self) -> int:
        """The last year that a notice covers."""
        return max(self._years)

    @property
    def version(self) -> str:
        """A short text that names this calendar; it changes whenever a day could have changed."""
        added = self._added
        if added == Overlay():
            return f"chinesecalendar-{version('chinesecalendar')}"
        days = ",".join(
            [f"-{day}" for day in sorted(added.rest)]
            + [f"+{day}" for day in sorted(added.work)]
            + [str(year) for year in sorted(added.years)]
            + [str(self.complete_through)]
        )
        digest = hashlib.sha256(days.encode()).hexdigest()[:8]
        return f"chinesecalendar-{version('chinesecalendar')}+{digest}"

    def is_workday(self, day: date) -> bool:
        """Whether people work on `day`, make-up weekend days included."""
        if day in self._added.work:
            return True
        if day in self._added.rest:
            return False
        if day.year in _published_years():
            return _published_workday(day)
        if day.year in self._added.years:
            return day.weekday() < 5
        return day.weekday() < 5 and day not in _statutory(day.year)

    def is_provisional(self, day: date) -> bool:
        """Whether the next notice may still change `day`."""
        return day.year not in self._years or day > self.complete_through

    def is_estimated(self, day: date) -> bool:
        """Whether no notice covers the year of `day` at all."""
        return day.year not in self._years

    def next_workday(self, day: date) -> date:
        """The first working day on or after `day`."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def previous_workday(self, day: date) -> date:
        """The last working day on or before `day`."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it if negative), `day` not counted.

        With `count` 0 the day comes back as it is.
        """
        step = ONE_DAY if count >= 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days lie in (first, last]; negative if `last` is earlier."""
        if last < first:
            return -self.workdays_between(last, first)
        return sum(
            self.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1)
        )


@cache
def _published_years() -> frozenset[int]:
    years: set[int] = set()
    year = 2004
    while True:
        try:
            chinese_calendar.is_workday(date(year, 1, 1))
        except NotImplementedError:
            return frozenset(years)
        years.add(year)
        year += 1


@cache
def _published_workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))  # looks through its whole table each time


@cache
def _statutory(year: int) -> frozenset[date]:
    return statutory_days(year)
