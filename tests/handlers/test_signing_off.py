"""销号: by two persons, with evidence; sent back, reopened, never by the same or the recused."""

import pytest

from casework.rectification import ItemState
from tests.handlers.conftest import MakeWorld
from tests.handlers.rectification_house import ROUTES, ItemHouse, build


@pytest.fixture
async def home(make_world: MakeWorld) -> ItemHouse:
    found = await build(make_world(ROUTES))
    await found.add()
    return found


async def state(home: ItemHouse) -> ItemState:
    return (await home.items())[0].state


async def test_one_examines_and_another_confirms(home: ItemHouse) -> None:
    await home.apply()
    assert await state(home) is ItemState.APPLIED
    assert "第1项：已完成待销号" in home.leader.last.text
    told = await home.decide(home.leader, "审查通过", "证据齐全")
    assert "须由另一人确认" in told[0].text
    assert await state(home) is ItemState.EXAMINED
    told = await home.decide(home.officer, "确认销号", "同意")
    assert "第1项已销号" in told[0].text
    assert await state(home) is ItemState.CLOSED
    assert "第1项：已销号" in home.liaison.last.text
    kept = [(e.act, e.side, e.actor) for e in await home.history()]
    assert kept == [
        ("added", "unit", "liaison"),
        ("apply", "unit", "liaison"),
        ("examine", "team", "leader"),
        ("confirm", "office", "officer"),
    ]


async def test_another_team_member_may_confirm(home: ItemHouse) -> None:
    await home.apply()
    await home.decide(home.leader, "审查通过", "证据齐全")
    await home.decide(home.member, "确认销号", "跳过")
    assert await state(home) is ItemState.CLOSED


async def test_striking_off_by_one_and_the_same_person_is_refused(home: ItemHouse) -> None:
    await home.apply()
    await home.decide(home.leader, "审查通过", "证据齐全")
    refused = await home.decide(home.leader, "确认销号")
    assert "销号须两人分别办理，请由另一人确认" in refused[0].text
    assert await state(home) is ItemState.EXAMINED
    assert len(await home.history()) == 3


async def test_a_refused_confirmation_holds_even_in_a_form_that_was_open_before(
    home: ItemHouse,
) -> None:
    """Two confirm at once: the slower one changes nothing."""
    await home.apply()
    await home.decide(home.leader, "审查通过", "证据齐全")
    await home.decide(home.officer, "确认销号")
    await home.decide(home.deputy, "确认销号", "跳过")
    late = await home.officer.press("跳过")
    assert late[0].key != "rectification.item"
    assert len(await home.history()) == 4


async def test_an_application_needs_evidence(home: ItemHouse) -> None:
    await home.open(home.liaison)
    await home.liaison.press("申请销号")
    await home.liaison.say("已完成")
    told = await home.liaison.press("没有材料")
    assert "未构成销号申请" in told[0].text
    assert await state(home) is ItemState.OPEN


async def test_an_empty_file_is_no_evidence(home: ItemHouse) -> None:
    await home.open(home.liaison)
    await home.liaison.press("申请销号")
    await home.liaison.say("已完成")
    await home.liaison.send_file("空.jpg", size=0, kind="photo")
    assert "未构成销号申请" in (await home.liaison.press("完成"))[0].text


async def test_the_evidence_is_there_for_whoever_decides(home: ItemHouse) -> None:
    await home.apply()
    await home.fetched()
    await home.open(home.leader)
    shown = await home.leader.press("记录和佐证")
    assert "附材料1份" in shown[0].text
    assert shown[0].parcel.body["f"][0][1] == "清退凭证.jpg"


@pytest.mark.parametrize("who", ["leader", "officer"])
async def test_a_refusal_with_its_reason_returns_the_item(home: ItemHouse, who: str) -> None:
    await home.apply()
    if who == "officer":
        await home.decide(home.leader, "审查通过", "证据齐全")
    told = await home.decide(home.chats[who], "退回整改", "凭证不全", "2026-04-15")
    assert "已退回整改" in told[0].text
    assert "第1项：推进中" in home.liaison.last.text
    opened = await home.open(home.liaison)
    assert "2026年4月15日" in opened[0].text
    assert "凭证不全" in (await home.liaison.press("记录和佐证"))[0].text
    await home.apply()
    await home.decide(home.leader, "审查通过", "已补齐")  # the examiner starts anew
    await home.decide(home.officer, "确认销号", "跳过")
    assert await state(home) is ItemState.CLOSED


@pytest.mark.parametrize("who", ["leader", "member", "officer", "deputy"])
async def test_what_came_back_is_reopened_at_any_time(home: ItemHouse, who: str) -> None:
    await home.strike_off()
    home.clock("2027-03-01")
    told = await home.decide(home.chats[who], "重新打开", "改了又犯")
    assert "已重新打开" in told[0].text
    assert await state(home) is ItemState.WORKING
    assert [entry.act for entry in await home.history()][-1] == "reopen"
    assert "推进中" in home.liaison.last.text


async def test_the_unit_never_decides_about_itself(home: ItemHouse) -> None:
    await home.apply()
    await home.open(home.liaison)
    assert home.liaison.last.labels == ["记录和佐证"]
    await home.decide(home.leader, "审查通过", "证据齐全")
    await home.open(home.principal)
    assert home.principal.last.labels == ["记录和佐证"]


async def test_the_recused_neither_examines_nor_confirms(home: ItemHouse) -> None:
    await home.apply()
    await home.open(home.member)
    button = next(
        data
        for label, data in zip(home.member.last.labels, home.member.last.data, strict=True)
        if label == "审查通过"
    )
    await home.recuse("member")
    refused = await home.member.press_data(button)
    assert refused[0].key == "rectification.not_yours"
    assert await state(home) is ItemState.APPLIED


async def test_without_a_team_the_office_examines_and_another_officer_confirms(
    home: ItemHouse,
) -> None:
    await home.recuse("leader")
    await home.recuse("member")
    await home.apply()
    await home.decide(home.officer, "审查通过", "证据齐全")
    assert "销号须两人" in (await home.decide(home.officer, "确认销号"))[0].text
    await home.decide(home.deputy, "确认销号", "跳过")
    assert await state(home) is ItemState.CLOSED


async def test_what_the_unit_reads_names_no_inspector(home: ItemHouse) -> None:
    await home.strike_off()
    await home.open(home.liaison)
    shown = (await home.liaison.press("记录和佐证"))[0].text
    assert "进驻组：审查通过" in shown
    assert "leader" not in shown
    assert "officer" not in shown
