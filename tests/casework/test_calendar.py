"""The work calendar: notices, overlay, estimates, and where it is only provisional."""

from datetime import date, timedelta
from typing import Any

import holidays
import pytest

from casework.calendar import WorkCalendar, overlay
from casework.calendar_care import period, uncovered
from casework.errors import DataError
from casework.statutory import statutory_days
from tests.casework.dates import by_table, calendar_table

PUBLISHED = WorkCalendar()
FIRST, LAST = date(2009, 1, 1), date(2026, 12, 31)


def days() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def test_every_day_equals_the_table_made_from_the_notices() -> None:
    differing = [day for day in days() if PUBLISHED.is_workday(day) != by_table(day)]
    assert len(days()) == 6574
    assert differing == []


def test_every_day_equals_an_independent_library() -> None:
    other = holidays.country_holidays("CN", years=range(2009, 2027))
    differing = [day for day in days() if PUBLISHED.is_workday(day) != other.is_working_day(day)]
    assert differing == []


def test_the_table_itself_loads_as_an_overlay_and_changes_no_day() -> None:
    same = WorkCalendar(overlay(calendar_table(), "cn_calendar.toml"))
    assert [day for day in days() if same.is_workday(day) != PUBLISHED.is_workday(day)] == []
    assert same.complete_through == PUBLISHED.complete_through == date(2026, 11, 30)
    assert same.version != PUBLISHED.version


@pytest.mark.parametrize("year", range(2027, 2041))
def test_an_unannounced_year_rests_on_its_statutory_days_and_no_others(year: int) -> None:
    names = ("observed", "substituted")
    other = holidays.country_holidays("CN", years=year, language="en_US")
    by_law = {day for day, name in other.items() if not any(n in name for n in names)}
    # the library folds a statutory day that meets another one into the day after
    if not {date(year, 10, 1), date(year, 10, 2), date(year, 10, 3)} <= by_law:
        by_law |= {date(year, 10, n) for n in (1, 2, 3)}
    assert statutory_days(year) == by_law
    worked = [d for d in by_law if PUBLISHED.is_workday(d)]
    assert worked == []


@pytest.mark.parametrize(
    ("day", "provisional", "estimated"),
    [
        (date(2026, 11, 30), False, False),
        (date(2026, 12, 1), True, False),  # the next notice may still change December
        (date(2027, 1, 4), True, True),
        (date(2025, 12, 31), False, False),
    ],
)
def test_a_day_knows_how_sure_it_is(day: date, provisional: bool, estimated: bool) -> None:
    assert PUBLISHED.is_provisional(day) is provisional
    assert PUBLISHED.is_estimated(day) is estimated


def notice_2027(**more: Any) -> dict[str, Any]:
    year = {
        "year": 2027,
        "rest": [date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 8), date(2027, 2, 9)],
        "work": [date(2027, 2, 20)],
    }
    return {"schema_version": 1, "last_notice": date(2026, 11, 25), "year": [year], **more}


def test_a_new_notice_makes_its_year_certain_up_to_its_own_december() -> None:
    announced = WorkCalendar(overlay(notice_2027(), "overlay.toml"))
    assert announced.is_workday(date(2027, 2, 20))
    assert not announced.is_workday(date(2027, 2, 9))
    assert announced.is_workday(date(2027, 5, 3))
    assert not announced.is_provisional(date(2026, 12, 15))
    assert not announced.is_provisional(date(2027, 11, 30))
    assert announced.is_provisional(date(2027, 12, 1))


def test_an_amendment_changes_its_days_and_leaves_the_rest_of_the_year() -> None:
    table = {"year": [{"year": 2026, "rest": [date(2026, 12, 28)], "work": [date(2026, 12, 26)]}]}
    amended = WorkCalendar(overlay(table, "overlay.toml"))
    assert not amended.is_workday(date(2026, 12, 28))
    assert amended.is_workday(date(2026, 12, 26))
    assert not amended.is_workday(date(2026, 10, 5))


def test_the_version_changes_with_the_overlay() -> None:
    first = WorkCalendar(overlay(notice_2027(), "o.toml")).version
    second = WorkCalendar(overlay(notice_2027(complete_through=date(2027, 12, 31)), "o.toml"))
    assert len({first, second.version, PUBLISHED.version}) == 3


def year(number: int, **lists: Any) -> dict[str, Any]:
    return {"year": [{"year": number, **lists}]}


BAD_OVERLAYS = [
    (
        year(2027, rest=[date(2027, 2, 8)], work=[date(2027, 2, 8)]),
        "2027-02-08 is both in rest and in work",
    ),
    (year(2027, rest=[date(2026, 12, 31)]), "move it to the table of 2026"),
    (year(2027, rest=["soon"]), "year[1].rest[1] is not a date"),
    (year(2027, off=[]), "year[1].off is not a key of this format"),
    ({"year": [{"rest": []}]}, "year[1].year is missing"),
    ({"year": [{"year": 2027}, {"year": 2027}]}, "year 2027 is listed twice"),
    (year(2029), "year 2027 is missing; add a [[year]] table"),
    (notice_2027(complete_through=date(2028, 3, 1)), "lies in a year that nobody lists"),
    ({"complete": True}, "complete is not a key of this format"),
    (
        year(2027, work=[date(2027, 3, 3)]),
        "work of [[year]] 2027 lists 2027-03-03, a Wednesday that is worked anyway",
    ),
    (year(2026, work=[date(2026, 3, 3)]), "2026-03-03, a Tuesday that is worked anyway"),
]


@pytest.mark.parametrize(("table", "said"), BAD_OVERLAYS, ids=[s for _, s in BAD_OVERLAYS])
def test_a_wrong_overlay_is_refused_in_one_line_with_its_mend(
    table: dict[str, Any], said: str
) -> None:
    with pytest.raises(DataError) as refused:
        overlay(table, "holidays-2027.toml")
    assert str(refused.value).startswith("holidays-2027.toml: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_overlay_that_contradicts_itself_gets_one_line_for_each_fault() -> None:
    table = {
        "year": [
            {
                "year": 2027,
                "rest": [date(2027, 2, 8), date(2026, 12, 31)],
                "work": [date(2027, 2, 8), date(2027, 3, 3)],
            },
            {"year": 2027},
            {"year": 2029},
        ],
        "complete_through": date(2031, 1, 1),
    }
    with pytest.raises(DataError) as refused:
        overlay(table, "holidays.toml")
    lines = str(refused.value).splitlines()
    assert all(line.startswith("holidays.toml: ") for line in lines)
    for said in (
        "year 2027 is listed twice; join",
        "lists 2026-12-31; move it to the table of 2026",
        "2027-02-08 is both in rest and in work",
        "2027-03-03, a Wednesday that is worked anyway",
        "year 2028 is missing; add",
        "complete_through 2031-01-01 lies in a year that nobody lists",
    ):
        assert sum(said in line for line in lines) == 1, said
    assert len(lines) == 6


def test_a_weekday_may_be_worked_again_where_the_notice_had_given_it_off() -> None:
    table = {"year": [{"year": 2026, "work": [date(2026, 2, 18)]}]}
    assert WorkCalendar(overlay(table, "o.toml")).is_workday(date(2026, 2, 18))


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 11, 14), None),
        (date(2026, 11, 15), 2027),
        (date(2026, 12, 31), 2027),
        (date(2027, 3, 1), 2027),
    ],
)
def test_a_year_without_a_notice_is_asked_for_from_the_middle_of_november(
    today: date, year: int | None
) -> None:
    assert uncovered(PUBLISHED, today) == year


def test_a_year_with_a_notice_is_not_asked_for() -> None:
    announced = WorkCalendar(overlay(notice_2027(), "overlay.toml"))
    assert uncovered(announced, date(2026, 12, 31)) is None
    assert uncovered(announced, date(2027, 11, 15)) == 2028


def test_it_is_asked_for_monthly_and_near_the_end_weekly() -> None:
    stretches = {period(date(2026, 11, 15) + timedelta(days=n), 2027) for n in range(60)}
    assert stretches == {
        *("2026-11", "2026-12", "2026-W51", "2026-W52", "2026-W53"),
        *("2027-W01", "2027-W02"),
    }


def test_workdays_are_counted_both_ways() -> None:
    monday = date(2026, 3, 2)
    assert PUBLISHED.add_workdays(monday, 5) == date(2026, 3, 9)
    assert PUBLISHED.add_workdays(date(2026, 3, 9), -5) == monday
    assert PUBLISHED.workdays_between(monday, date(2026, 3, 9)) == 5
    assert PUBLISHED.workdays_between(date(2026, 3, 9), monday) == -5
    assert PUBLISHED.next_workday(date(2026, 2, 15)) == date(2026, 2, 24)
    assert PUBLISHED.previous_workday(date(2026, 2, 23)) == date(2026, 2, 14)
