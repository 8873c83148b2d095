"""From a trigger to a due date: offsets, month ends, rolls, and the count that explains itself."""

import calendar as gregorian
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from casework.calendar import ONE_DAY, WorkCalendar

Unit = Literal["workday", "day", "month", "year"]
Direction = Literal["before", "after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """`n` units before or after an event, the event's own day not counted (民法典 201)."""

    n: int
    unit: Unit
    direction: Direction = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolls:
    """What happens to a period that ends on a rest day (民法典 203); workday periods never do."""

    forward: frozenset[str] = field(default=frozenset({"day", "month", "year"}))  # units that roll
    backward: bool = True  # a period counted backwards rolls away from its event


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A dated end.

    `nominal` before the roll (ladders hang on it), `legal` after it (overdue counts from it);
    `provisional` if the count touches a day that the next notice may change; `count` the notation:
    runs of dates with their running numbers, days off in brackets.
    """

    nominal: date
    legal: date
    provisional: bool
    count: str


STANDARD = Rolls()


def due(trigger: date, offset: Offset, calendar: WorkCalendar, rolls: Rolls = STANDARD) -> Due:
    """Count `offset` from `trigger`.

    民法典 201 (first day not counted), 202 (corresponding day or month end), 203 (rest day).
    """
    if offset.unit == "workday":
        return _by_workdays(trigger, offset, calendar)
    sign = 1 if offset.direction == "after" else -1
    nominal = shift(trigger, sign * offset.n, offset.unit)
    legal = nominal
    if offset.direction == "after" and offset.unit in rolls.forward:
        legal = calendar.next_workday(nominal)
    elif offset.direction == "before" and rolls.backward:
        legal = calendar.previous_workday(nominal)
    step = ONE_DAY if legal >= nominal else -ONE_DAY
    touched = _days(nominal, legal, step)
    return Due(
        nominal=nominal,
        legal=legal,
        provisional=any(calendar.is_provisional(day) for day in touched),
        count=_period_notation(trigger, offset, nominal, legal, calendar),
    )


def shift(day: date, n: int, unit: Unit) -> date:
    """`day` moved by `n` days, months or years; month ends are clipped and never sticky."""
    if unit == "day":
        return day + timedelta(days=n)
    months = day.year * 12 + day.month - 1 + n * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last = gregorian.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _by_workdays(trigger: date, offset: Offset, calendar: WorkCalendar) -> Due:
    sign = 1 if offset.direction == "after" else -1
    end = calendar.add_workdays(trigger, sign * offset.n)
    step = sign * ONE_DAY
    counted = _days(trigger + step, end, step) if offset.n else [trigger]
    return Due(
        nominal=end,
        legal=end,
        provisional=any(calendar.is_provisional(day) for day in counted),
        count=_run_notation(counted, calendar) if offset.n else f"{trigger}",
    )


def _days(first: date, last: date, step: timedelta) -> list[date]:
    return [first + n * step for n in range(abs((last - first).days) + 1)]


def _run_notation(days: list[date], calendar: WorkCalendar) -> str:
    """`02-09..13=6-10; 02-14 make-up=11; [02-15..23 off]; …` over consecutive `days`."""
    parts: list[str] = []
    number = 0
    for kind, run in _runs(days, calendar):
        if kind == "rest":
            if any(day.weekday() < 5 for day in run):
                parts.append(_off(run, calendar))
            continue
        first, number = number + 1, number + len(run)
        span = f"{first}" if first == number else f"{first}-{number}"
        mark = " make-up" if kind == "make-up" else ""
        parts.append(f"{_span(run)}{mark}={span}")
    return "; ".join(parts)


def _runs(days: list[date], calendar: WorkCalendar) -> list[tuple[str, list[date]]]:
    runs: list[tuple[str, list[date]]] = []
    for day in days:
        kind = "rest"
        if calendar.is_workday(day):
            kind = "work" if day.weekday() < 5 else "make-up"
        if runs and runs[-1][0] == kind:
            runs[-1][1].append(day)
        else:
            runs.append((kind, [day]))
    return runs


def _off(run: list[date], calendar: WorkCalendar) -> str:
    estimated = any(day.weekday() < 5 and calendar.is_estimated(day) for day in run)
    return f"[{_span(run)} off{', statutory' if estimated else ''}]"


def _span(run: list[date]) -> str:
    first, last = run[0], run[-1]
    if first == last:
        return f"{first:%m-%d}"
    return (
        f"{first:%m-%d}..{last:%d}"
        if first.month == last.month
        else f"{first:%m-%d}..{last:%m-%d}"
    )


def _period_notation(
    trigger: date, offset: Offset, nominal: date, legal: date, calendar: WorkCalendar
) -> str:
    sign = "+" if offset.direction == "after" else "-"
    text = f"{trigger} {sign} {offset.n} {offset.unit} = {nominal}"
    if offset.unit in ("month", "year") and nominal.day != trigger.day:
        text += " (month end)"
    if legal != nominal:
        step = ONE_DAY if legal > nominal else -ONE_DAY
        off = _days(nominal, legal - step, step)
        text += f"; [{_span(off)} off]; {legal}"
    return text
