"""What reaches the unit holds nothing of any report, whatever stands in the reports."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.lifecycle import State
from casework.shared_words import RUN, runs
from handlers import immediate
from tests.handlers.conftest import MakeWorld
from tests.handlers.immediate_house import ASKED, TEXT, UnitHouse, unit_house

PLANTED = (
    "三月初镇里的修路款有一部分没有入账，会计王小明可以作证。",
    "付款三万五千元，日期是二〇二六年三月五日，收款人是赵铁柱。",
    "我是镇里的出纳，电话13900001111，请替我保密。",
    "照片里的账本编号是A-2026-0317，现藏在村东头的老屋。",
)
TARGET_SIDE = ("liaison", "chief")


def heard(house: UnitHouse) -> str:
    return "\n".join(s.text + "".join(s.labels) for p in TARGET_SIDE for s in house.told(p))


async def whole_way(house: UnitHouse, first: str, second: str) -> None:
    """From two reports with these words to the result of the unit."""
    main = await house.file(first, names="镇长助理李大力")
    await house.change(main, urgent=True)
    twin = await house.file(second)
    await house.write(house.filed[twin.id].code)
    await house.second()
    await house.resume()
    await house.lead.press("提交审定")
    await house.agree("officer")
    await house.agree("head", "今天", "市委复函同意")
    await house.send_out()
    await house.liaison.press("查看")
    house.world.pass_time(days=1)
    await house.world.tick(immediate.watch)
    await house.liaison.press("签收")
    for turn in (1, 2):
        await house.liaison.press("报送")
        await house.liaison.say("已公开全部收支")
        await house.liaison.press("没有材料")
        if turn == 1:
            await house.lead.press("退回补充")
            await house.lead.press("整改措施不具体")
    await house.lead.press("审核通过")
    await house.officer.press("登记办结")


@pytest.mark.parametrize("first", PLANTED)
@pytest.mark.parametrize("second", PLANTED[:2])
async def test_no_planted_word_reaches_the_units_side(
    make_world: MakeWorld, first: str, second: str
) -> None:
    house = await unit_house(make_world)
    await whole_way(house, first, second)
    told = heard(house)
    for source in (first, second, *ASKED, "李大力"):
        assert not runs(told, source, min(RUN, len(source)))
    for secret in ("王小明", "赵铁柱", "李大力", "13900001111", "35000", "三万五千"):
        assert secret not in told
    assert TEXT in told


@given(planted=st.text(alphabet="天地玄黄宇宙洪荒日月盈昃辰宿列张", min_size=RUN, max_size=40))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_words_of_the_unit_are_the_approved_ones_alone(planted: str) -> None:
    """The notice is made of the approved text; a planted run in it is always shown before."""
    leaking = f"{TEXT[:6]}{planted}"
    assert runs(leaking, planted)
    assert not runs(TEXT, planted)


async def test_the_items_own_buttons_and_lists_stay_closed_to_the_unit(
    make_world: MakeWorld,
) -> None:
    house = await unit_house(make_world)
    main, _ = await house.two()
    for person in TARGET_SIDE:
        for word in ("/queue", f"/queue {house.filed[main.id].code}", "/office"):
            assert (await house.chats[person].say(word))[-1].key != "team.item"
        assert (await house.chats[person].say("/notices"))[-1].key == "immediate.no_notices"


async def test_a_referral_to_the_unit_passes_the_same_checks(make_world: MakeWorld) -> None:
    """003 第十三条: 或者被巡视县党组织; without reporter and source text."""
    house = await unit_house(make_world)
    main, twin = await house.two()
    await house.write(house.filed[twin.id].code, kind="交被巡视党组织处理", days="10个工作日")
    assert "提交审定" not in house.lead.last.labels
    await house.second()
    await house.open("lead")
    await house.lead.press("处置")
    await house.lead.press("交被巡视党组织处理")
    await house.lead.press("提交审定")
    await house.agree("officer")
    await house.agree("head")
    assert (await house.report(main)).state == State.DECIDED
    assert not house.told("liaison")
    await house.send_out()
    for report in (main, twin):
        assert (await house.report(report)).state == State.TRANSFERRED
    assert "交办通知〔2026〕1号" in house.liaison.last.text
    await house.liaison.press("查看")
    assert TEXT in house.liaison.last.text
    assert "依据：《" in house.liaison.last.text


async def test_the_approvers_read_the_words_and_why(make_world: MakeWorld) -> None:
    house = await unit_house(make_world)
    _, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    await house.second()
    await house.resume()
    await house.lead.press("提交审定")
    await house.open("officer")
    shown = await house.officer.press("查看")
    told = "\n".join(s.text for s in shown)
    assert TEXT in told
    for said in (*ASKED, "来源2件"):
        assert said in told


async def test_a_chat_that_may_not_carry_words_gets_a_link_to_the_page(
    make_world: MakeWorld,
) -> None:
    house = await unit_house(make_world)
    await house.through()
    pocket = house.world.chat("liaison", content=False)
    shown = await pocket.press_data(house.told("liaison")[-1].data[0])
    assert [s.key for s in shown] == ["immediate.on_page"]
    assert TEXT not in heard(house)


async def test_nothing_is_written_for_a_unit_in_a_chat_without_words(
    make_world: MakeWorld,
) -> None:
    house = await unit_house(make_world)
    await house.two()
    await house.claim("lead")
    await house.lead.press("处置")
    offered = house.lead.last
    pocket = house.world.chat("lead", content=False)
    shown = await pocket.press_data(offered.data[offered.labels.index("立行立改")])
    assert [s.key for s in shown] == ["team.on_page"]
