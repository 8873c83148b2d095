"""Words of the inspecting side on their way to the unit: nothing a report said leaves unseen."""

import pytest

from handlers.routes import ROUTES
from tests.handlers import team_house
from tests.handlers.conftest import MakeWorld
from tests.handlers.team_house import House

STORY = "镇里的修路款有一部分没有入账，会计可以作证"


@pytest.fixture
async def home(make_world: MakeWorld) -> House:
    """The whole program, one report on file, one item applied for."""
    found = await team_house.build(make_world(ROUTES))
    await found.file(STORY)
    unit = found.liaison
    await unit.say("/items")
    await unit.press("逐项填写")
    for said in ("公车私用", "清退", "张三", "办公室", "建立台账", "2026-03-31"):
        await unit.say(said)
    await unit.press("立即整改")
    await unit.say("无备注")
    await unit.press("申请销号")
    await unit.say("已清退")
    await unit.send_file("凭证.jpg", kind="photo")
    await unit.press("完成")
    boards = await found.lead.say("/items")
    await found.lead.press_data(boards[0].data[0])
    await found.lead.press("1.")
    return found


async def test_a_reason_that_shares_words_with_a_report_is_shown_before_it_leaves(
    home: House,
) -> None:
    heard = len(home.told("liaison"))
    await home.lead.press("退回整改")
    told = await home.lead.say("有人说修路款有一部分没有入账")
    assert "修路款有一部分没有入账" in told[0].text
    assert "请改写" in told[0].text
    assert home.told("liaison")[heard:] == []
    await home.lead.say("凭证不全，请补齐")
    await home.lead.press("跳过")
    shown = "".join(one.text for one in home.told("liaison")[heard:])
    assert "第1项：推进中" in shown
    await home.liaison.say("/items")
    await home.liaison.press("查看清单")
    await home.liaison.press("1.")
    history = (await home.liaison.press("记录和佐证"))[0].text
    assert "凭证不全，请补齐" in history
    assert "修路款" not in history


async def test_an_opinion_is_for_the_inspecting_side_alone(home: House) -> None:
    await home.lead.press("审查通过")
    await home.lead.say("与群众反映的情况已核对")
    await home.liaison.say("/items")
    await home.liaison.press("查看清单")
    await home.liaison.press("1.")
    history = (await home.liaison.press("记录和佐证"))[0].text
    assert "进驻组：审查通过" in history
    assert "群众反映" not in history
    assert "黎正声" not in history


async def test_no_account_of_the_unit_is_told_of_the_report_by_any_of_it(home: House) -> None:
    await home.lead.press("审查通过")
    await home.lead.say("证据齐全")
    told = "".join(one.text for one in home.told("liaison"))
    assert not any(STORY[n : n + 8] in told for n in range(len(STORY) - 7))
