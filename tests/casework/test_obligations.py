"""Obligations from events: chains, projections, soft targets, and what may climb by itself."""

from datetime import date

import pytest

from bot.profile_files import packaged_common, packaged_profiles
from casework.calendar import WorkCalendar
from casework.ladder import rungs
from casework.obligations import Dated, can_be_overdue, climbs, dated_obligations

COMMON = packaged_common()
CALENDAR = WorkCalendar()
SIGNED = {"feedback.received": date(2026, 1, 30)}


def one(profile: str, obligation: str, events: dict[str, date]) -> Dated:
    listed = dated_obligations(packaged_profiles()[profile], COMMON, events, CALENDAR)
    return next(item for item in listed if item.obligation.id == obligation)


@pytest.mark.parametrize("profile", sorted(packaged_profiles()))
def test_the_order_is_the_profiles_and_missing_events_have_no_dates(profile: str) -> None:
    listed = dated_obligations(packaged_profiles()[profile], COMMON, {}, CALENDAR)
    assert [x.obligation.id for x in listed] == [
        o.id for o in packaged_profiles()[profile].obligation
    ]
    assert all(x.due is None and x.trigger_date is None for x in listed)
    assert all(rungs(x, COMMON, CALENDAR) == [] for x in listed)


def test_the_report_of_2012_is_projected_while_the_plan_is_missing() -> None:
    report = one("county-2012", "report", SIGNED)
    assert report.projected
    assert report.trigger_date is None
    assert report.basis == "inferred"
    assert report.due is not None
    assert report.due.nominal == date(2026, 9, 19)  # the plan is due on 2026-03-19 (V03)
    assert report.due.legal == date(2026, 9, 20)  # a make-up Sunday
    assert not climbs(report)
    assert rungs(report, COMMON, CALENDAR) == []


def test_the_report_of_2012_runs_from_the_first_submission_of_the_plan() -> None:
    report = one("county-2012", "report", {**SIGNED, "plan.submitted": date(2026, 3, 10)})
    assert (report.projected, report.basis) == (False, "text")
    assert report.due is not None
    assert report.due.nominal == date(2026, 9, 10)
    assert climbs(report)


@pytest.mark.parametrize(
    ("profile", "obligation", "event", "day", "alone"),
    [
        # 003-17: must, text, a number, a trigger in the text
        ("county-2012", "plan", "feedback.received", date(2026, 1, 30), True),
        ("county-2012", "notice", "stationing.start", date(2026, 2, 26), True),
        # 003-5 原则上; 003-3 一般
        ("county-2012", "briefing", "batch.ended", date(2026, 1, 30), False),
        ("county-2012", "stationing-length", "stationing.start", date(2026, 1, 30), False),
        # 004 五（五）, 六（三）
        ("suixi-2016", "report", "feedback.received", date(2025, 12, 16), True),
        ("suixi-2016", "principal-report", "feedback.received", date(2025, 12, 16), True),
        ("suixi-2016", "transfer-feedback-org", "transfer.received", date(2025, 12, 16), True),
        # 002 五（四） gives the number and no start: the trigger is inferred
        ("jilin-2017", "report", "feedback.received", date(2025, 12, 16), False),
        # 及时: no number in the clause
        ("provincial-2009", "plan", "feedback.received", date(2026, 1, 30), False),
        # a count that runs into an unannounced year
        ("county-2012", "plan", "feedback.received", date(2026, 12, 1), False),
    ],
)
def test_only_certain_numbers_of_the_text_climb_by_themselves(
    profile: str, obligation: str, event: str, day: date, alone: bool
) -> None:
    found = one(profile, obligation, {event: day})
    assert climbs(found) is alone
    for rung in rungs(found, COMMON, CALENDAR):
        assert rung.alone is (alone or rung.level == "提示")


def test_the_leading_group_is_only_ever_proposed_to() -> None:
    for ladder in COMMON.ladder:
        for step in ladder.steps:
            assert "leading_group" not in [*step.to, *step.copy_to]


@pytest.mark.parametrize("profile", ["provincial-2009", "central"])
def test_a_prompt_duty_has_an_internal_date_and_never_a_legal_one(profile: str) -> None:
    found = one(profile, "urgent-report", {"finding.important": date(2026, 3, 2)} | SEVERE)
    assert found.soft
    assert found.basis == "default"
    assert found.due is not None
    assert found.due.legal == date(2026, 3, 3)
    assert not can_be_overdue(found)


SEVERE = {"finding.severe": date(2026, 3, 2)}


def test_silence_stays_silence() -> None:
    feedback = one("central", "feedback", {"team_report.approved": date(2026, 3, 2)})
    assert feedback.trigger_date == date(2026, 3, 2)
    assert feedback.due is None
    assert feedback.basis == "text"


def test_in_principle_is_dated_but_never_overdue() -> None:
    briefing = one("county-2012", "briefing", {"batch.ended": date(2026, 1, 30)})
    assert briefing.due is not None
    assert not can_be_overdue(briefing)


def test_an_inferred_trigger_makes_the_date_inferred() -> None:
    assert one("jilin-2017", "report", SIGNED).basis == "inferred"
    assert one("suixi-2016", "report", SIGNED).basis == "text"


def test_the_prompt_ladder_goes_to_the_obligor() -> None:
    found = one("suixi-2016", "announcement", {"stationing.start": date(2026, 3, 2)})
    ladder = rungs(found, COMMON, CALENDAR)
    assert [(r.at, r.send_on, r.to) for r in ladder] == [
        (0, date(2026, 3, 3), ("team",)),
        (3, date(2026, 3, 6), ("team",)),
    ]


def test_a_citation_names_instrument_article_and_words() -> None:
    plan = one("county-2012", "plan", SIGNED)
    assert plan.citation.startswith(
        "《省、自治区、直辖市党委对县（市、区、旗）巡视工作实施办法》第十七条："
    )
    assert "30个工作日内报送整改方案" in plan.citation
    assert plan.short_citation.endswith("第十七条")
