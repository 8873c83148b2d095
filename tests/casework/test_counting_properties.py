"""Counting against an independent brute-force count."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import WorkCalendar
from casework.counting import Offset, due, shift
from tests.casework.dates import by_table, naive_months, naive_workdays

CALENDAR = WorkCalendar()
DAYS = st.dates(date(2010, 1, 1), date(2025, 6, 30))


@given(DAYS, st.integers(1, 60), st.sampled_from([1, -1]))
def test_workdays_equal_a_count_one_by_one(trigger: date, n: int, sign: int) -> None:
    direction = "after" if sign > 0 else "before"
    found = due(trigger, Offset(n=n, unit="workday", direction=direction), CALENDAR)
    assert found.legal == found.nominal == naive_workdays(trigger, n, sign, by_table)
    assert CALENDAR.is_workday(found.legal)
    assert not found.provisional


@given(DAYS, st.integers(1, 13))
def test_months_clip_and_roll_forward_to_the_first_working_day(trigger: date, n: int) -> None:
    found = due(trigger, Offset(n=n, unit="month"), CALENDAR)
    assert found.nominal == naive_months(trigger, n)
    between = [
        found.nominal + timedelta(days=k) for k in range((found.legal - found.nominal).days)
    ]
    assert by_table(found.legal)
    assert not any(by_table(day) for day in between)


@given(DAYS, st.integers(1, 400), st.sampled_from(["day", "month", "year"]))
def test_a_period_counted_backwards_never_rolls_towards_its_event(
    trigger: date, n: int, unit: str
) -> None:
    n = n if unit == "day" else n % 24 + 1 if unit == "month" else 1
    found = due(trigger, Offset(n=n, unit=unit, direction="before"), CALENDAR)  # type: ignore[arg-type]
    assert found.legal <= found.nominal < trigger
    assert CALENDAR.is_workday(found.legal)


@given(DAYS, st.integers(1, 5))
def test_a_year_is_twelve_months(trigger: date, n: int) -> None:
    assert shift(trigger, n, "year") == shift(trigger, 12 * n, "month")


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_adding_workdays_is_additive_from_a_working_day(day: date, a: int, b: int) -> None:
    start = CALENDAR.next_workday(day)
    stepped = CALENDAR.add_workdays(CALENDAR.add_workdays(start, a), b)
    assert stepped == CALENDAR.add_workdays(start, a + b)
    assert CALENDAR.workdays_between(start, stepped) == a + b


@given(DAYS, st.integers(1, 60))
def test_the_notation_numbers_every_counted_day_once(trigger: date, n: int) -> None:
    count = due(trigger, Offset(n=n, unit="workday"), CALENDAR).count
    numbers: list[int] = []
    for part in count.split("; "):
        if part.startswith("["):
            continue
        span = part.rpartition("=")[2]
        first, _, last = span.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    assert numbers == list(range(1, n + 1))


@given(st.dates(date(2026, 10, 1), date(2027, 3, 1)), st.integers(1, 40))
def test_a_count_is_provisional_as_soon_as_it_touches_an_unsure_day(trigger: date, n: int) -> None:
    found = due(trigger, Offset(n=n, unit="workday"), CALENDAR)
    assert found.provisional is (found.legal > CALENDAR.complete_through)
