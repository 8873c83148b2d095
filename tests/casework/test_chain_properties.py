"""Dates of whole chains against a naive count and against another library, 2009 to 2026."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.profile_files import packaged_common, packaged_profiles
from casework.calendar import WorkCalendar
from casework.counting import Offset, due
from casework.ladder import rungs
from casework.obligations import Dated, can_be_overdue, climbs, dated_obligations
from tests.casework.dates import naive_months, naive_workdays

COMMON, PROFILES, CALENDAR = packaged_common(), packaged_profiles(), WorkCalendar()
KNOWN = st.dates(date(2009, 2, 1), date(2026, 2, 1))
ROOMY = st.dates(date(2010, 6, 1), date(2025, 1, 31))  # whatever follows stays in known years


def _open_days() -> frozenset[date]:
    """Every working day by the other library; it knows the years from 2009 to 2026."""
    other = holidays.country_holidays("CN", years=range(2008, 2028))
    first, days = date(2008, 1, 1), (date(2027, 12, 31) - date(2008, 1, 1)).days
    every = (first + timedelta(days=n) for n in range(days))
    return frozenset(day for day in every if other.is_working_day(day))


OPEN_DAYS = _open_days()


def works(day: date) -> bool:
    return day in OPEN_DAYS


def rolled(day: date, step: int) -> date:
    while not works(day):
        day += timedelta(days=step)
    return day


@given(KNOWN, st.integers(1, 60), st.sampled_from([1, -1]))
def test_working_days_equal_those_of_the_other_library(day: date, n: int, sign: int) -> None:
    direction = "after" if sign > 0 else "before"
    found = due(day, Offset(n=n, unit="workday", direction=direction), CALENDAR)
    assert found.legal == naive_workdays(day, n, sign, works)


@given(ROOMY, st.integers(1, 18))
def test_months_clip_and_roll_as_a_naive_count_does(day: date, n: int) -> None:
    found = due(day, Offset(n=n, unit="month"), CALENDAR)
    nominal = naive_months(day, n)  # 民法典 202
    assert (found.nominal, found.legal) == (nominal, rolled(nominal, 1))  # 民法典 203


@given(ROOMY, st.integers(1, 18))
def test_a_period_back_from_an_event_rolls_away_from_it(day: date, n: int) -> None:
    for unit, nominal in (
        ("month", naive_months(day, -n)),
        ("day", day - timedelta(days=n)),
    ):
        found = due(day, Offset(n=n, unit=unit, direction="before"), CALENDAR)  # type: ignore[arg-type]
        assert (found.nominal, found.legal) == (nominal, rolled(nominal, -1))


def one(profile: str, obligation: str, events: dict[str, date]) -> Dated:
    listed = dated_obligations(PROFILES[profile], COMMON, events, CALENDAR)
    return next(item for item in listed if item.obligation.id == obligation)


@given(ROOMY)
def test_the_notice_is_ten_working_days_before_the_stationing(start: date) -> None:
    notice = one("county-2012", "notice", {"stationing.start": start})  # 003 第十二条（二）
    assert notice.due is not None
    assert notice.due.legal == naive_workdays(start, 10, -1, works)
    between = [
        notice.due.legal + timedelta(days=k) for k in range((start - notice.due.legal).days)
    ]
    assert sum(works(day) for day in between) == 10


@given(ROOMY)
def test_the_projected_report_follows_from_the_due_date_of_the_plan(signed: date) -> None:
    plan = naive_workdays(signed, 30, 1, works)  # 003 第十七条
    report = one("county-2012", "report", {"feedback.received": signed})
    assert report.due is not None
    assert report.due.nominal == naive_months(plan, 6)
    assert report.due.legal == rolled(naive_months(plan, 6), 1)
    assert (report.projected, report.basis) == (True, "inferred")
    assert not can_be_overdue(report)
    assert rungs(report, COMMON, CALENDAR) == []


@given(ROOMY, st.integers(0, 120))
def test_the_report_runs_from_the_first_submission_whenever_that_was(signed: date, n: int) -> None:
    handed = signed + timedelta(days=n)
    events = {"feedback.received": signed, "plan.submitted": handed}
    report = one("county-2012", "report", events)
    assert report.due is not None
    assert report.due.nominal == naive_months(handed, 6)
    assert not report.projected


@given(ROOMY)
def test_documents_of_one_clause_fall_due_on_one_day(signed: date) -> None:
    for profile in ("jilin-2017", "suixi-2016"):  # 002 五（四）; 004 五（五）
        pair = [
            one(profile, name, {"feedback.received": signed})
            for name in ("report", "principal-report")
        ]
        assert {found.due.legal for found in pair if found.due} == {
            rolled(naive_months(signed, 2), 1)
        }
        assert {found.obligation.obligor for found in pair} == {"target_unit", "target_principal"}


@pytest.mark.parametrize("profile", sorted(PROFILES))
@given(ROOMY)
def test_no_internal_date_is_ever_law(profile: str, day: date) -> None:
    every = dict.fromkeys(COMMON.values.trigger, day)
    for found in dated_obligations(PROFILES[profile], COMMON, every, CALENDAR):
        if found.obligation.offset is None:
            assert not can_be_overdue(found)
            assert not climbs(found)
            assert found.basis == "default" or found.due is None
        if found.obligation.strength == "in_principle":
            assert not can_be_overdue(found)
        if found.due is not None:
            assert works(found.due.legal)
