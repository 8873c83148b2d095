"""延长进驻 (003 第三条): decided by whom the instrument names, then announced anew."""

from datetime import date

import pytest

from casework.mission import Stationing
from handlers import window_notices
from storage import missions
from tests.handlers.conftest import MakeWorld
from tests.handlers.motion_house import ROUTES, MotionHouse
from tests.handlers.team_house import WINDOW, build


async def start(make_world: MakeWorld, profile: str = "county-2012") -> MotionHouse:
    return MotionHouse((await build(make_world(ROUTES), profile)).world)


@pytest.fixture
async def house(make_world: MakeWorld) -> MotionHouse:
    return await start(make_world)


async def mission(house: MotionHouse) -> Stationing:
    found = await house.world.storage.read(lambda db: missions.stationing(db, "m-a"))
    assert found is not None
    return found


async def ask(house: MotionHouse, who: str = "lead", until: str = "2026-04-30") -> str:
    chat = house.chats[who]
    await chat.say("/motions")
    await chat.press("申请延长进驻")
    await chat.press("甲镇")
    shown = await chat.say(until)
    if shown[0].key != "motion.ask_extension_reason":
        return shown[0].text
    reason = "问题较多" if "问题较多" in chat.last.labels else "其他原因"
    await chat.press(reason)
    if reason == "其他原因":
        await chat.say("问题较多")
    return chat.last.key


async def test_on_agreement_the_end_and_the_window_move_and_a_new_notice_is_due(
    house: MotionHouse,
) -> None:
    assert await ask(house) == "motion.put"
    motion = await house.motion("stationing_extension")
    assert motion.basis.startswith("inferred ")
    assert "第三条" in motion.basis
    assert motion.details["reason"] == "问题较多"
    assert (await mission(house)).ends_on == date(2026, 4, 10)
    shown = await house.agree("head")
    assert shown[-1].key == "motion.extended"
    now = await mission(house)
    assert now.ends_on == date(2026, 4, 30)
    assert now.accept_until == WINDOW[1] + 20 * 86_400
    told = await house.world.tick(window_notices.remind)
    assert {s.parcel.chat for s in told} == {"officer", "second"}


# who decides the length, by instrument (domain 2.1 stationing)
DECIDERS = (
    ("county-2012", "leading_group"),
    ("jilin-2017", "leading_group"),
    ("suixi-2016", "sponsor_committee"),
    ("provincial-2009", "leading_group"),
    ("central", "leading_group"),
)


@pytest.mark.parametrize(("profile", "seat"), DECIDERS)
async def test_the_instrument_says_who_decides(
    make_world: MakeWorld, profile: str, seat: str
) -> None:
    house = await start(make_world, profile)
    await ask(house, "officer")
    assert (await house.motion("stationing_extension")).seats == (seat,)


async def test_refused_nothing_moves(house: MotionHouse) -> None:
    await ask(house)
    await house.head.press("不同意")
    await house.head.say("任务可以按期完成")
    assert (await mission(house)).ends_on == date(2026, 4, 10)


@pytest.mark.parametrize("until", ["2026-04-10", "2026-03-20", "2028-01-01", "下周"])
async def test_an_end_that_is_no_extension_is_asked_again(house: MotionHouse, until: str) -> None:
    assert await ask(house, until=until) not in ("motion.put", "")
    assert (await mission(house)).ends_on == date(2026, 4, 10)


async def test_a_stationing_that_has_ended_is_not_extended(house: MotionHouse) -> None:
    house.world.pass_time(days=45)
    await house.lead.say("/motions")
    shown = await house.lead.press("申请延长进驻")
    assert shown[0].key == "motion.no_mission_to_extend"


async def test_a_member_does_not_ask_for_it(house: MotionHouse) -> None:
    shown = await house.ann.say("/motions")
    assert "申请延长进驻" not in shown[0].labels
    await house.dep.say("/motions")  # a deputy without a delegation
    shown = await house.dep.press("申请延长进驻")
    assert shown[0].key == "motion.no_mission_to_extend"
