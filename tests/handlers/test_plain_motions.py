"""Texts that need a decision: informing leaders, a statement, another method, the opinion."""

import pytest

from tests.handlers.conftest import MakeWorld
from tests.handlers.motion_house import ROUTES, MotionHouse
from tests.handlers.team_house import build


async def start(make_world: MakeWorld, profile: str) -> MotionHouse:
    return MotionHouse((await build(make_world(ROUTES), profile)).world)


async def put(house: MotionHouse, who: str, kind: str) -> str:
    chat = house.chats[who]
    await chat.say("/motions")
    await chat.press("其他报批")
    await chat.press("甲镇")
    if kind not in chat.last.labels:
        return chat.last.key
    await chat.press(kind)
    await chat.say("拟通报本轮巡察发现的共性问题。")
    return (await chat.press("完成"))[0].key


# instrument, who puts what, the seats in order, and the clause
KINDS = (
    ("suixi-2016", "officer", "通报有关领导及职能部门", ("leading_group",), "五（六）"),
    ("suixi-2016", "lead", "采用其他巡察方式", ("sponsor_committee",), "四（二）13"),
    (
        "suixi-2016",
        "officer",
        "处理意见报本级党委决定",
        ("leading_group", "sponsor_committee"),
        "五（四）",
    ),
    ("jilin-2017", "lead", "对重大问题表态", ("leading_group",), "五（五）"),
)


@pytest.mark.parametrize(("profile", "who", "kind", "seats", "clause"), KINDS)
async def test_each_is_put_to_the_seats_that_the_clause_names(
    make_world: MakeWorld,
    profile: str,
    who: str,
    kind: str,
    seats: tuple[str, ...],
    clause: str,
) -> None:
    house = await start(make_world, profile)
    assert await put(house, who, kind) == "motion.put"
    told = house.told("head")[-1]
    assert kind in told.text
    assert clause in told.text
    assert "共性问题" not in told.text
    if seats == ("sponsor_committee",):
        assert told.key == "motion.waits_paper"
        await house.paper("second")
    else:
        assert told.key == "motion.waits"
        await house.agree("head")
        if len(seats) == 2:
            await house.paper("second")
    assert house.keys("officer")[-1] in ("motion.carry_out", "motion.told_agreed")


async def test_an_instrument_without_the_gate_does_not_offer_it(make_world: MakeWorld) -> None:
    house = await start(make_world, "provincial-2009")
    await house.officer.say("/motions")
    shown = await house.officer.press("其他报批")
    assert shown[0].key == "motion.no_mission_for_motion"


async def test_the_team_does_not_put_what_the_office_prepares(make_world: MakeWorld) -> None:
    house = await start(make_world, "suixi-2016")
    assert await put(house, "ann", "通报有关领导及职能部门") == "motion.ask_kind"
