"""Rungs as data: who may climb alone, who has copies, and the same rungs on another day."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.profile_files import packaged_common, packaged_profiles
from casework.calendar import WorkCalendar
from casework.ladder import ABOVE, MUNICIPAL, PROMPT, URGING, Rung, redated, rungs
from casework.obligations import dated
from casework.profiles import Profile
from casework.rulebooks import Rulebook, rulebook

CALENDAR, COMMON, PROFILES = WorkCalendar(), packaged_common(), packaged_profiles()
DAY = date(2026, 1, 30)


def ladder(profile: str, duty: str, day: date = DAY) -> list[Rung]:
    book: Profile = PROFILES[profile]
    item = book.obligation_of(duty)
    assert item is not None
    return rungs(dated(item, book, COMMON, day, {}, CALENDAR), COMMON, CALENDAR)


@pytest.mark.parametrize(
    ("profile", "duty", "copied"),
    [
        ("county-2012", "plan", True),  # 003-17 抄报, 003-16 协助督办
        ("county-2012", "report", True),
        ("county-2012", "notice", False),
        ("suixi-2016", "report", False),
        ("jilin-2017", "report", False),
    ],
)
def test_the_municipal_liaison_sees_the_urging_where_the_clause_copies_its_committee(
    profile: str, duty: str, copied: bool
) -> None:
    levels = {rung.level for rung in ladder(profile, duty) if MUNICIPAL in rung.copy}
    assert levels == (set(URGING) if copied else set())


@pytest.mark.parametrize("profile", PROFILES)
def test_no_rung_that_leaves_alone_troubles_a_leading_group_or_a_committee(profile: str) -> None:
    for item in PROFILES[profile].obligation:
        for rung in ladder(profile, item.id):
            if rung.alone and rung.level != PROMPT:
                assert not ABOVE & {*rung.to, *rung.copy}, item.id


@pytest.mark.parametrize("day", [date(2026, 4, 2), date(2026, 10, 9), date(2026, 3, 23)])
def test_rungs_on_another_day_keep_everything_but_their_day(day: date) -> None:
    before = tuple(ladder("county-2012", "plan"))
    after = redated(before, day, CALENDAR)
    assert [(r.number, r.level, r.to, r.copy, r.alone) for r in after] == [
        (r.number, r.level, r.to, r.copy, r.alone) for r in before
    ]
    by_number = {rung.number: rung.send_on for rung in after}
    assert by_number[4] == day  # on the day itself
    assert by_number[5] == CALENDAR.add_workdays(day, 1)
    assert by_number[2] == CALENDAR.add_workdays(day, -10)
    assert all(CALENDAR.is_workday(rung.send_on) for rung in after)


@given(day=st.dates(min_value=date(2009, 1, 1), max_value=date(2026, 6, 30)))
@settings(max_examples=60, deadline=None)
def test_rungs_fall_on_working_days_and_in_their_order(day: date) -> None:
    for profile, duty in (
        ("county-2012", "plan"),
        ("county-2012", "report"),
        ("suixi-2016", "report"),
    ):
        every = ladder(profile, duty, day)
        assert [rung.number for rung in every] == list(range(1, len(every) + 1))
        sent = [rung.send_on for rung in every]
        assert sent == sorted(sent)
        assert all(CALENDAR.is_workday(rung.send_on) for rung in every)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_provisional_date_has_no_rung_that_climbs_alone(profile: str) -> None:
    for item in PROFILES[profile].obligation:
        one = dated(item, PROFILES[profile], COMMON, date(2027, 3, 1), {}, CALENDAR)
        if one.due is not None and one.due.provisional:
            alone = [r for r in rungs(one, COMMON, CALENDAR) if r.alone]
            assert {rung.level for rung in alone} <= {PROMPT}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_rulebook_read_again_says_what_the_files_said(profile: str) -> None:
    book = Rulebook(profile=PROFILES[profile], common=COMMON)
    kept = rulebook(book.text)
    assert (kept.profile, kept.text, kept.digest) == (book.profile, book.text, book.digest)
    assert kept.profile.version == PROFILES[profile].version
    for item in kept.profile.obligation:
        assert kept.common.ladder_of(item.ladder) == COMMON.ladder_of(item.ladder)
        assert kept.common.soft_target_of(item.kind) == COMMON.soft_target_of(item.kind)
    assert kept.common.calendar == COMMON.calendar


def test_what_no_duty_of_a_profile_uses_does_not_change_its_rulebook() -> None:
    county = PROFILES["county-2012"]
    fewer = COMMON.model_copy(
        update={"ladder": [one for one in COMMON.ladder if one.id != "target-report-2m"]}
    )
    assert (
        Rulebook(profile=county, common=fewer).digest
        == Rulebook(profile=county, common=COMMON).digest
    )
    none = COMMON.model_copy(update={"soft_target": []})
    assert (
        Rulebook(profile=county, common=none).digest
        != Rulebook(profile=county, common=COMMON).digest
    )
