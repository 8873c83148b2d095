"""What tired people read: dates said as what they are, many things in one message."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework.mission import Round, Team, Unit
from casework.obligations import NO_DATE
from handlers import team_clock
from handlers.desk import Desk
from handlers.duty_lines import limit, when
from handlers.messages import Reply, Text
from handlers.mission_names import choice_label, unit_of
from handlers.urging_texts import prepared
from storage import duties, missions
from storage.base import Session
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.duty_house import ROUTES as DUTY_ROUTES
from tests.handlers.duty_house import House as DutyHouse
from tests.handlers.duty_house import build as build_duties
from tests.handlers.motion_house import MotionHouse
from tests.handlers.public_house import clock, owed, signed
from tests.handlers.team_house import ROUTES, House, build


async def letter_on_paper(home: DutyHouse, department: str, number: str) -> str:
    """The office enters from paper that a department has its letter; what it is told."""
    await home.officer.say("/office")
    for label in ("登记移交函送达", "甲镇", department):
        await home.officer.press(label)
    await home.officer.say(number)
    return (await home.officer.press("今天"))[0].text


async def said_to(house: House, text: Callable[[Desk], Text]) -> str:
    """A text as the officer reads it."""

    def tell(desk: Desk) -> list[Reply]:
        made = text(desk)
        to = house.officer.address
        return [Reply(key=made.key, values=made.values, to=to, dedupe="said")]

    return (await house.world.tick(tell))[0].text


LETTERS = [
    ("suixi-2016", "县纪委", "应于2026年3月16日前", "六（三）"),
    ("jilin-2017", "县纪委", "应于2026年3月16日前", "推算"),
    ("provincial-2009", "县纪委", "内部提醒日期2026年3月16日", "非规定时限"),
    ("county-2012", "县纪委", "内部提醒日期2026年3月16日", "非规定时限"),
    ("suixi-2016", "县民政局", "内部提醒日期2026年3月16日", "非规定时限"),
]


@pytest.mark.parametrize(("profile", "department", "when", "ground"), LETTERS)
async def test_the_date_of_an_answer_is_said_as_what_it_is(
    make_world: MakeWorld, profile: str, department: str, when: str, ground: str
) -> None:
    """002 五(四), 004 六(三): three months for 纪检 and 组织; nobody else has a limit."""
    home = await build_duties(make_world(DUTY_ROUTES), profile)
    home.clock("2025-12-16")
    told = await letter_on_paper(home, department, "移〔2025〕3号")
    assert when in told
    assert ground in told


async def test_two_letters_of_a_department_are_told_apart(make_world: MakeWorld) -> None:
    home = await build_duties(make_world(DUTY_ROUTES), "county-2012")
    home.clock("2025-12-16")
    for number in ("移〔2025〕3号", "移〔2025〕4号"):
        await letter_on_paper(home, "县纪委", number)
    shown = [one.text for one in await home.clerk.say("/duties")]
    assert sorted("移〔2025〕3号" in text for text in shown[:2]) == [False, True]
    assert sorted("移〔2025〕4号" in text for text in shown[:2]) == [False, True]
    await home.submit(home.clerk, "移交事项办理情况反馈", "已核实")
    came = home.officer.last
    assert came.key == "office.document_came"
    assert came.text.startswith("县纪委报送：")
    assert "移〔2025〕" in came.text
    assert "内部提醒日期2026年3月16日，非规定时限" in came.text
    await home.officer.press("审核通过")
    assert home.clerk.last.text.startswith("【办结】县纪委：")


SOFT: dict[str, Any] = {"soft": True, "hard": False, "basis": "default"}
LIMITS: list[tuple[dict[str, Any], str]] = [
    ({}, "期限2026年4月28日"),
    ({"extended_to": date(2026, 5, 12)}, "规定期限2026年4月28日，经同意调整至2026年5月12日"),
    (SOFT, "内部提醒日期2026年4月28日，非规定时限"),
    ({"due": NO_DATE}, "规定未设时限"),
]


@pytest.mark.parametrize(("changes", "said"), LIMITS)
async def test_the_date_beside_what_was_handed_in_is_said_as_what_it_is(
    make_world: MakeWorld, changes: dict[str, Any], said: str
) -> None:
    house = await build(make_world(ROUTES), "county-2012")
    await signed(house.world)
    duty = replace(await owed(house.world, "plan"), **changes)
    assert await said_to(house, lambda desk: limit(duty)) == said


async def test_what_was_handed_in_within_an_extension_still_shows_both_dates(
    make_world: MakeWorld,
) -> None:
    house = await build(make_world(ROUTES), "county-2012")
    await signed(house.world)
    duty = await owed(house.world, "plan")
    later = replace(duty, extended_to=date(2026, 5, 12), submitted_on=date(2026, 5, 8))
    told: list[str] = []

    def look(desk: Desk) -> list[Reply]:
        told.extend(when(desk, one).key for one in (later, replace(later, extended_to=None)))
        return []

    await house.world.tick(look)
    assert told == ["event.when_extended", "duty.when_plain"]  # never 尚有 nor 逾期 any more


async def test_the_office_enters_from_paper_what_others_owe_alone(make_world: MakeWorld) -> None:
    """What the inspecting side owes ends with 办结, never as a document to be reviewed."""
    house = await build(make_world(ROUTES), "county-2012")
    await signed(house.world)
    listed = await house.world.storage.read(lambda db: duties.of_stationing(db, "m-a"))
    await house.officer.say("/office")
    shown = await house.officer.press("登记纸质报送")
    within = [d for d in listed if d.obligor in ("office", "team", "leading_group")]
    assert any("整改方案" in label for label in shown[0].labels)
    assert not any(str(d.title) in label for d in within for label in shown[0].labels)


URGED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "期限2026年4月28日", "依据《"),
    (SOFT, "内部提醒日期2026年4月28日（非规定时限）", "非规定时限"),
    ({"strength": "in_principle"}, "原则上于2026年4月28日前", "依据《"),
    ({"basis": "inferred"}, "期限2026年4月28日", "推算"),
]


@pytest.mark.parametrize(("changes", "when_said", "ground"), URGED)
async def test_a_text_sent_by_hand_says_its_date_its_count_its_ground_and_its_receivers(
    make_world: MakeWorld, changes: dict[str, Any], when_said: str, ground: str
) -> None:
    house = await build(make_world(ROUTES), "county-2012")
    await signed(house.world)
    duty = replace(await owed(house.world, "plan"), **changes)
    clock(house.world, "2026-04-20")
    told = await said_to(house, lambda desk: prepared(desk, duty, "催办").text)
    head, basis = told.split("算法：", 1)
    assert when_said in head
    assert "逾期" not in head
    assert ground in basis
    assert "送：甲镇" in basis
    assert "抄送：" in basis


async def test_ten_that_nobody_claimed_are_one_message(make_world: MakeWorld) -> None:
    house = await build(make_world(ROUTES))
    for _ in range(3):
        await house.file()
    house.world.pass_time(days=1)
    await house.world.tick(team_clock.unclaimed)
    told = [one for one in house.told("lead") if one.key == "card.unclaimed"]
    assert [one.text[:3] for one in told] == ["有3件"]
    await house.file()
    house.world.pass_time(days=1)
    for _ in range(2):
        await house.world.tick(team_clock.unclaimed)
    told = [one for one in house.told("lead") if one.key == "card.unclaimed"]
    assert [one.text[:3] for one in told] == ["有3件", "有4件"]


async def test_motions_that_wait_are_one_message_a_day(motions: MotionHouse) -> None:
    await motions.put()
    await motions.put(subject="m-b", kind="other")
    motions.world.pass_time(days=1)
    told = [one for one in await motions.remind() if one.parcel.chat == "officer"]
    assert [one.text[:6] for one in told] == ["有2件报批事"]


@pytest.fixture
async def motions(make_world: MakeWorld) -> MotionHouse:
    """The team's house with motions."""
    made = await build(make_world(ROUTES))
    return MotionHouse(made.world)


async def test_two_rounds_at_one_unit_are_told_apart(make_world: MakeWorld) -> None:
    """002 二, 003 第二条: a unit is inspected again, by the same team, while the first runs on."""
    home = await build_duties(make_world(DUTY_ROUTES), "county-2012")
    await home.world.storage.transact(_second_round)
    names: list[str] = []

    def look(desk: Desk) -> list[Reply]:
        found = [m for m in missions.every(desk.db) if m.unit_name == "甲镇"]
        names.extend(choice_label(desk, m) for m in found)
        names.extend(unit_of(desk, m) for m in found)
        return []

    await home.world.tick(look)
    assert names == [
        "甲镇 · 第一组 · 第一轮",
        "甲镇 · 第一组 · 第二轮",
        "甲镇 · 第一轮",
        "甲镇 · 第二轮",
    ]
    await home.officer.say("/office")
    shown = await home.officer.press("登记反馈")
    assert "甲镇 · 第一组 · 第二轮" in shown[0].labels


def _second_round(db: Session) -> None:
    first = missions.stationing(db, MISSION)
    assert first is not None
    again = Round(id="r2", name="第二轮", profile_id="county-2012")
    team = Team(id="one", name="第一组")
    missions.put_places(db, again, units=[Unit(id="a", name="甲镇")], teams=[team], departments=[])
    later = replace(first, id="m-again", round_id="r2", starts_on=date(2025, 12, 15))
    missions.put_stationing(db, later, entry="e-again")
    missions.approve(db, "m-again", at=1, actor="officer")
