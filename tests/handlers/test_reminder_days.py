"""One message per person and day, in that person's hours, telling whom it goes to and why."""

from collections import Counter
from dataclasses import replace

import pytest

from casework.mission import Seat
from tests.handlers.conftest import MakeWorld
from tests.handlers.planner_house import ROUTES, PlannerHouse, days, planner_house
from tests.handlers.talk import Shown

CITY = Seat(role="municipal_liaison")


@pytest.mark.parametrize("profile", ["county-2012", "suixi-2016", "jilin-2017", "provincial-2009"])
async def test_nobody_gets_two_reminder_messages_on_one_day(
    make_world: MakeWorld, profile: str
) -> None:
    home = await planner_house(make_world(ROUTES), profile)
    await home.signed("2026-01-30", delivered="2026-01-29")
    for event in ("stationing.end", "team_report.submitted", "batch.ended", "plan.submitted"):
        await home.happen("2026-01-30", event)
    heard = 0
    for day in days("2026-01-31", "2026-08-31"):
        told = [line for hour in ("09:00", "11:00", "16:00") for line in await home.day(day, hour)]
        heard += len(told)
        repeated = [who for who, n in Counter(t.partition(":")[0] for t in told).items() if n > 1]
        assert repeated == [], day
    assert heard > 10


async def test_what_comes_after_the_message_of_the_day_waits_for_the_next_working_day(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    await home.unsigned("2026-03-13")
    await home.day("2026-03-13")
    await home.happen("2026-03-15", "stationing.end")
    assert any("liaison" in told for told in await home.day("2026-03-16", "09:00"))
    assert await home.day("2026-03-16", "15:00") == []


async def test_a_message_tells_date_days_left_count_clause_and_receivers(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012", city=CITY)
    await home.signed("2026-01-30")
    told = {t.partition(":")[0]: t for t in await home.day("2026-03-20")}
    assert set(told) == {"liaison", "principal", "leader", "officer", "city"}
    for words in (
        "应于2026年3月19日报送",
        "已逾期1个工作日",
        "自2026年1月30日次日起算，第30个工作日为2026年3月19日",
        "依据《省、自治区、直辖市党委对县（市、区、旗）巡视工作实施办法》第十七条",
        "送：甲镇、县委书记、县长",
        "抄送：第一组、巡视办、市委联络机构",
    ):
        assert all(words in line for line in told.values()), words


async def test_the_municipal_liaison_has_copies_of_urging_and_supervision_alone(
    make_world: MakeWorld,
) -> None:
    """003-16: 市委联络机构协助督办 (D24)."""
    home = await planner_house(make_world(ROUTES), "county-2012", city=CITY)
    await home.signed("2026-01-30")
    heard = [t for day in days("2026-01-31", "2026-04-10") for t in await home.day(day)]
    theirs = [line for line in heard if line.startswith("city:")]
    assert ["【抄送】【催办】" in t or "【抄送】【督办】" in t for t in theirs] == [True, True]


@pytest.mark.parametrize("profile", ["jilin-2017", "suixi-2016"])
async def test_a_municipal_liaison_has_no_copies_where_no_clause_gives_them(
    make_world: MakeWorld, profile: str
) -> None:
    home = await planner_house(make_world(ROUTES), profile, city=CITY)
    await home.signed("2025-12-16")
    heard = [t for day in days("2025-12-17", "2026-04-10") for t in await home.day(day)]
    assert heard
    assert [line for line in heard if line.startswith("city:")] == []


async def test_the_principal_is_reminded_from_three_working_days_before(
    make_world: MakeWorld,
) -> None:
    """004 五(五) (E30), 000 五: the principal answers first for the rectification."""
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    heard = [
        (day, line)
        for day in days("2026-01-31", "2026-03-26")
        for line in await home.day(day)
        if line.startswith("principal:")
    ]
    assert [day for day, _ in heard] == ["2026-03-16", "2026-03-19", "2026-03-20", "2026-03-26"]


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("jilin-2017", "六（四）规定：整改不力和拒不整改的，严肃追究责任"),  # C26
        ("suixi-2016", "七（七）规定：拒不纠正存在的问题或者不按照要求整改的"),  # E44
        ("provincial-2009", "五规定：不予整改，或者整改不及时"),  # A29
    ],
)
async def test_the_consequence_of_the_clause_stands_in_supervision_texts_alone(
    make_world: MakeWorld, profile: str, words: str
) -> None:
    home = await planner_house(make_world(ROUTES), profile)
    await home.signed("2025-12-16")
    heard = []
    for day in days("2025-12-17", "2026-08-31"):
        heard += await home.day(day)
        while any("同意" in shown.labels for shown in await _asked(home)):
            await home.officer.press("同意")
            heard += await home.day(day, "10:00")
    pressed = [line for line in heard if "【督办】" in line]
    assert pressed
    assert all(words in line for line in pressed)
    assert not any(words in line for line in heard if "【督办】" not in line)


async def test_a_regime_without_such_a_clause_threatens_nothing(make_world: MakeWorld) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    heard = [line for day in days("2026-01-31", "2026-04-10") for line in await home.day(day)]
    pressed = [line for line in heard if "【督办】" in line]
    assert pressed
    assert not any(
        word in line for line in pressed for word in ("追究", "处分", "依照有关规定处理")
    )


async def test_a_unit_with_other_hours_is_reminded_in_its_own(make_world: MakeWorld) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    rules = home.world.kit.rules
    settings = {**rules.settings, "reminders.unit_hours": "08:00-12:00"}
    home.world.kit = replace(home.world.kit, rules=replace(rules, settings=settings))
    await home.signed("2026-01-30")
    assert [t.partition(":")[0] for t in await home.day("2026-03-20", "08:00")] == [
        "liaison",
        "principal",
    ]
    assert await home.day("2026-03-20", "08:30") == []
    assert [t.partition(":")[0] for t in await home.day("2026-03-20", "09:00")] == [
        "leader",
        "officer",
    ]


async def test_three_days_of_downtime_over_a_due_date_give_one_message_marked_late(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    await home.day("2026-03-18")
    told = await home.day("2026-03-23")
    theirs = [line for line in told if line.startswith("liaison:")]
    assert len(theirs) == 1
    assert theirs[0].count("【") == 1
    assert "（迟发）【催办】" in theirs[0]
    for day in days("2026-03-23", "2026-03-25"):
        assert await home.day(day, "16:00") == []


async def test_a_clock_set_back_never_repeats_a_message(make_world: MakeWorld) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    first = [line for day in days("2026-01-31", "2026-03-31") for line in await home.day(day)]
    again = [line for day in days("2026-01-31", "2026-03-31") for line in await home.day(day)]
    assert first
    assert again == []


async def test_an_extension_names_both_dates_and_never_says_that_the_legal_one_is_kept(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-01-30")
    await home.extend("plan", "2026-04-02")
    heard: dict[str, list[str]] = {}
    for day in days("2026-03-01", "2026-04-20"):
        for line in await home.day(day):
            heard.setdefault(line.partition(":")[0], []).append(line)
    assert [line.count("【") for line in heard["principal"]] == [1, 1, 1, 1]
    for line in heard["principal"]:
        assert "规定期限为2026年3月19日，经同意延至2026年4月2日" in line
        assert "未逾期" not in line
    assert "【提示】" in heard["principal"][0]
    assert "延长后又逾期1个工作日" in heard["principal"][2]
    assert "【督办】" in heard["principal"][3]


async def _asked(home: PlannerHouse) -> list[Shown]:
    if not any("待决定" in shown.text for shown in home.officer.heard[-1:]):
        return []
    return await home.officer.press("查看待决定事项")
