"""What never climbs by itself: a year of the real planner under every regime, nobody tapping."""

import re

import pytest

from casework.ladder import ABOVE, PROMPT
from casework.mission import Seat
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.planner_house import ROUTES, PlannerHouse, days, planner_house

SEATS = {
    "city": Seat(role="municipal_liaison"),
    "org": Seat(role="department_member", department="civil"),
}
EVENTS = (
    "stationing.end",
    "batch.ended",
    "finding.important",
    "finding.fixable",
    "team_report.submitted",
    "team_report.approved",
    "feedback.delivered",
    "feedback.received",
    "plan.submitted",
    "report.submitted",
    "item.decided",
    "plan_or_summary.issued",
    "year.ended",
)
CLIMBED = re.compile(r"【(催办|督办|专报建议)】")
PROFILES = ("provincial-2009", "jilin-2017", "central", "county-2012", "suixi-2016")


async def a_year(home: PlannerHouse, *events: str) -> dict[str, list[str]]:
    """Every event on one day, and then a year on the test clock in which nobody does anything."""
    for event in events:
        await home.happen("2025-06-30", event)
    heard: dict[str, list[str]] = {}
    for day in days("2025-07-01", "2026-06-30"):
        for line in await home.day(day):
            heard.setdefault(line.partition(":")[0], []).append(line)
    return heard


@pytest.mark.parametrize("profile", ["provincial-2009", "jilin-2017"])
async def test_a_prompt_duty_and_an_inferred_start_never_urge_a_unit_by_themselves(
    make_world: MakeWorld, profile: str
) -> None:
    """provincial-2009 says 及时 throughout; Jilin's two months start at an inferred event."""
    home = await planner_house(make_world(ROUTES), profile, **SEATS)
    heard = await a_year(home, "feedback.delivered", "feedback.received", "plan.submitted")
    told = [line for who in ("liaison", "principal") for line in heard.get(who, ())]
    assert told
    assert [line for line in told if CLIMBED.search(line)] == []
    assert any("【待决定】" in line for line in heard["officer"])


@pytest.mark.parametrize("profile", PROFILES)
async def test_nothing_above_a_notice_reaches_a_leading_group_or_a_committee_by_itself(
    make_world: MakeWorld, profile: str
) -> None:
    home = await planner_house(make_world(ROUTES), profile, **SEATS)
    heard = await a_year(home, *EVENTS)
    assert not any(CLIMBED.search(line) for line in heard.get("head", ()))
    for duty in await home.duties():
        for rung in duty.ladder:
            if rung.alone and rung.level != PROMPT:
                assert not ABOVE & {*rung.to, *rung.copy}


@pytest.mark.parametrize("profile", PROFILES)
async def test_only_hard_numbers_of_a_clause_leave_above_a_notice_without_a_tap(
    make_world: MakeWorld, profile: str
) -> None:
    home = await planner_house(make_world(ROUTES), profile, **SEATS)
    await a_year(home, *EVENTS)
    known = {duty.id: duty for duty in await home.duties()}
    sent = await home.ledger()
    climbed = [one for one in sent if one.level != PROMPT and one.state == "sent"]
    for one in climbed:
        duty = known[one.duty_id]
        assert (duty.strength, duty.basis, duty.soft) == ("must", "text", False), duty.obligation
        assert duty.period is not None
    if profile in ("county-2012", "suixi-2016"):
        assert climbed


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_soft_date_is_never_told_as_a_limit_of_the_clause(
    make_world: MakeWorld, profile: str
) -> None:
    home = await planner_house(make_world(ROUTES), profile, **SEATS)
    heard = await a_year(home, *EVENTS)
    soft = {str(duty.title) for duty in await home.duties() if duty.soft and duty.title}
    for lines in heard.values():
        for block in "\n".join(lines).split("\n【"):
            if any(f"：{title}，" in block or f"距{title}" in block for title in soft):
                assert "非规定时限" in block
                assert "逾期" not in block
                assert "报送期限" not in block


async def test_the_mission_of_the_year_has_duties(make_world: MakeWorld) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await a_year(home, "feedback.received")
    assert {duty.stationing_id for duty in await home.duties()} == {MISSION}
