"""代行: recorded with its days, carried by every act under it, over when its days are."""

import pytest

from tests.handlers.conftest import MakeWorld
from tests.handlers.motion_house import ROUTES, MotionHouse
from tests.handlers.team_house import build


@pytest.fixture
async def house(make_world: MakeWorld) -> MotionHouse:
    return MotionHouse((await build(make_world(ROUTES), "jilin-2017")).world)


async def record(
    house: MotionHouse, seat: str, who: str, first: str = "今天", last: str = "2026-03-10"
) -> str:
    """An officer enters it; the key of the answer."""
    await house.officer.say("/office")
    await house.officer.press("代行登记")
    await house.officer.press("登记代行")
    await house.officer.press(seat)
    await house.officer.press(who)
    await (house.officer.press(first) if first == "今天" else house.officer.say(first))
    await house.officer.say(last)
    return (await house.officer.say("组长授权，办字〔2026〕5号"))[0].key


async def test_a_member_acts_for_the_leader_within_his_days_and_every_act_says_so(
    house: MotionHouse,
) -> None:
    assert await record(house, "第一组组长", "柏景行") == "motion.stand_in_recorded"
    assert house.keys("bob")[-1] == "motion.stand_in_told"
    motion = await house.put("ann", seats=("team_leader",))
    await house.agree("bob")
    step = (await house.steps(motion))[0]
    assert step.person_id == "bob"
    assert step.words["acting"]["from"] == "2026-03-02"
    assert step.words["acting"]["until"] == "2026-03-10"
    shown = await house.ann.say("/motions")
    assert shown[0].key == "motion.none"


async def test_it_is_over_the_day_after_its_last(house: MotionHouse) -> None:
    await record(house, "第一组组长", "柏景行", last="2026-03-03")
    house.world.pass_time(days=2)
    await house.put("ann", seats=("team_leader",))
    assert "motion.waits" not in house.keys("bob")


async def test_it_does_not_hold_before_its_first_day(house: MotionHouse) -> None:
    await record(house, "第一组组长", "柏景行", first="2026-03-05")
    await house.put("ann", seats=("team_leader",))
    assert "motion.waits" not in house.keys("bob")


async def test_taken_back_it_ends_at_once(house: MotionHouse) -> None:
    await record(house, "第一组组长", "柏景行")
    await house.officer.say("/office")
    await house.officer.press("代行登记")
    shown = await house.officer.press("终止柏景行的代行")
    assert shown[0].key == "motion.stand_in_ended"
    await house.put("ann", seats=("team_leader",))
    assert "motion.waits" not in house.keys("bob")


async def test_a_leading_seat_acts_for_the_office_but_never_on_its_own_motion(
    house: MotionHouse,
) -> None:
    await record(house, "办公室", "费长明")
    await house.put("vice", seats=("office",), subject="own")
    assert "motion.waits" not in house.keys("vice")
    motion = await house.put("lead", seats=("office",))
    await house.agree("vice")
    assert (await house.steps(motion))[0].words["acting"]["until"] == "2026-03-10"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-03-01", "", "不能从今天"),
        ("今天", "2026-03-01", "不能早于开始日期"),
        ("今天", "2027-06-01", "最长366天"),
    ],
)
async def test_days_that_cannot_be_are_asked_again(
    house: MotionHouse, first: str, last: str, words: str
) -> None:
    await house.officer.say("/office")
    await house.officer.press("代行登记")
    await house.officer.press("登记代行")
    await house.officer.press("办公室")
    await house.officer.press("费长明")
    shown = await (house.officer.press(first) if first == "今天" else house.officer.say(first))
    if last:
        shown = await house.officer.say(last)
    assert words in shown[0].text


async def test_nobody_records_his_own(house: MotionHouse) -> None:
    await house.officer.say("/office")
    await house.officer.press("代行登记")
    await house.officer.press("登记代行")
    shown = await house.officer.press("办公室")
    assert "欧阳明" not in shown[0].labels
    assert "尚可为" in shown[0].labels
