"""Every date of a duty stands in plain words for the liaison who has to meet it."""

import re
from datetime import date

import pytest

from casework.counting import Offset, due
from handlers.day_runs import in_words
from handlers.messages import Text
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import ROUTES, House, build

MACHINE = re.compile(r"\d{4}-\d\d-\d\d|\d\d-\d\d|\.\.|=")
PLAN = (
    "自2026年1月29日次日起按工作日计算：1月30日第1个；2月2日至2月6日第2至6个；"
    "2月9日至2月13日第7至11个；2月14日第12个（调休上班）；2月15日至2月23日休息；"
    "2月24日至2月27日第13至16个；2月28日第17个（调休上班）；3月2日至3月6日第18至22个；"
    "3月9日至3月13日第23至27个；3月16日至3月18日第28至30个。"
)


async def home(make_world: MakeWorld, profile: str) -> House:
    house = await build(make_world(ROUTES), profile)
    await house.signed("2026-01-29")
    return house


@pytest.mark.parametrize("profile", ["county-2012", "suixi-2016", "jilin-2017"])
async def test_the_liaison_reads_date_days_left_count_clause_and_basis(
    make_world: MakeWorld, profile: str
) -> None:
    house = await home(make_world, profile)
    listed = [s for s in await house.liaison.say("/duties") if s.key == "duty.card"]
    assert listed
    for shown in listed:
        assert re.search(r"应于2026年\d{1,2}月\d{1,2}日", shown.text)
        assert re.search(r"尚有\d+个工作日", shown.text)
        assert "自2026年1月29日次日起" in shown.text
        assert re.search(r"(依据：|参照)《", shown.text)
        assert not MACHINE.search(shown.text)


async def test_a_count_of_working_days_says_which_days_were_off(make_world: MakeWorld) -> None:
    house = await home(make_world, "county-2012")
    assert PLAN in (await house.liaison.say("/duties"))[0].text


async def test_duties_of_one_day_stand_in_the_order_of_the_profile(
    make_world: MakeWorld,
) -> None:
    house = await home(make_world, "suixi-2016")
    listed = [s.text.split("（")[0] for s in await house.liaison.say("/duties")]
    assert listed[:2] == ["整改情况报告", "主要负责人组织落实情况报告"]
    told = [line for day in range(16, 31) for line in await house.tick(f"2026-03-{day}")]
    both = [line for line in told if all(name in line for name in listed[:2])]
    assert both
    for line in both:
        places = [line.index(name) for name in listed[:2]]
        assert places == sorted(places)


async def test_every_count_of_the_year_can_be_said(make_world: MakeWorld) -> None:
    calendar = make_world(ROUTES).kit.rules.calendar
    for month in range(1, 13):
        for n in (5, 30):
            period = Offset(n=n, unit="workday")
            found = due(date(2025, month, 17), period, calendar)
            assert isinstance(in_words(found.count), Text)
