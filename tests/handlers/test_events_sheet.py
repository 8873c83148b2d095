"""A mission's sheet and checklist: who reads what, and how a step is ticked off."""

from functools import partial

import pytest

from handlers.desk import Desk
from storage import duties
from storage.duties import Duty
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.event_house import ROUTES, EventHouse, built
from tests.handlers.talk import Chat, Shown


async def house(make_world: MakeWorld, profile: str = "county-2012") -> EventHouse:
    home = await built(make_world(ROUTES), profile)
    await home.day("2025-12-20")
    return home


async def sheet(who: Chat) -> list[Shown]:
    await who.say("/events")
    await who.press("查看任务记录")
    return await who.press("甲镇")


async def checklist(home: EventHouse) -> list[Shown]:
    await home.officer.say("/events")
    await home.officer.press("任务清单")
    return await home.officer.press("甲镇")


async def test_the_sheet_names_what_happened_what_is_owed_and_what_is_projected(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world)
    await home.happens("feedback.received", "2025-12-19")
    told = (await sheet(home.officer))[0].text
    assert "2025年11月3日 巡视组进驻" in told
    assert "2025年12月19日 签收反馈意见" in told
    assert "整改方案（待办理）：应于2026年2月2日前报送" in told
    assert "集中巡视时间（已于2025年12月12日办结）" in told
    assert "整改情况报告（推算）：按前一项期限推算，预计于2026年8月3日到期" in told  # 003 第十七条
    assert "参照《省、自治区、直辖市党委对县（市、区、旗）巡视工作实施办法》第十七条推算" in told


async def test_notes_are_shown_only_where_words_may_be(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.enter(home.leader, "发现重要情况", "2025-12-10", note="某项目反映集中")
    assert "某项目反映集中" in (await sheet(home.leader))[-1].text
    narrow = home.world.chat("leader", content=False)
    shown = await sheet(narrow)
    assert shown[-1].key == "event.notes_elsewhere"
    assert not any("某项目反映集中" in one.text for one in shown)


def _accept(duty: Duty, desk: Desk) -> bool:
    return duties.move(desk.db, duty, duties.moved(duty, state="accepted"))


async def test_the_former_leader_reads_documents_for_a_year(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.happens("feedback.received", "2025-12-19")
    await home.submit(home.liaison, "整改方案", "逐项整改")
    for duty in (await home.owed()).values():  # until then the team reviews (003-17)
        await home.acts(partial(_accept, duty))
    await home.close((MISSION, "m-b"))
    home.clock("2026-12-12")
    shown = await sheet(home.leader)  # 003 第十八条 一年之内
    assert shown[-1].key == "event.sheet_document"
    await home.leader.press("查看")
    assert "逐项整改" in home.leader.last.text
    button = shown[-1].data[0]
    home.clock("2026-12-13")
    refused = await home.leader.press_data(button)
    assert not any("逐项整改" in one.text for one in refused)


STEPS = (
    ("county-2012", "协调省、市有关部门通报", "第十二条（三）"),  # D17
    ("county-2012", "协调进驻和汇报", "第十二条（四）"),  # D17
    ("county-2012", "审核提交巡视情况报告", "第十二条（五）"),  # D18
    ("county-2012", "向省级党委报告", "第五条"),  # D05
    ("suixi-2016", "巡察工作方案", "五（一）"),  # E19
    ("suixi-2016", "沟通通报机制", "五（一）"),  # E20
    ("suixi-2016", "督促主动整改", "五（一）"),  # E22
    ("suixi-2016", "报县委决定", "五（四）"),  # E26
    ("suixi-2016", "直接听取整改情况汇报", "六（五）"),  # E37
    ("jilin-2017", "报上一级", "六（二）"),  # C24
    ("jilin-2017", "接受上级巡视巡察办", "六（三）"),  # C28
    ("provincial-2009", "年度计划由领导小组", "一"),  # A01
    ("provincial-2009", "报送巡视工作信息", "一"),  # A04
    ("central", "审计、信访等部门了解情况", "巡视准备"),  # B11
)


@pytest.mark.parametrize(("profile", "step", "article"), STEPS)
async def test_a_step_without_a_date_is_on_the_checklist_with_its_clause(
    make_world: MakeWorld, profile: str, step: str, article: str
) -> None:
    home = await house(make_world, profile)
    lines = (await checklist(home))[0].text.split("\n")
    line = next(line for line in lines if step in line)
    assert "〔未完成〕" in line
    assert article in line


async def test_the_office_ticks_a_step_once_with_its_day(make_world: MakeWorld) -> None:
    home = await house(make_world)
    first = (await checklist(home))[0]
    await home.officer.press("办结2")
    refused = await home.officer.say("2025年12月21日")
    assert refused[-1].key == "event.ticked_on"  # a day in the future
    await home.officer.say("2025年11月3日")
    told = await home.officer.say("进驻动员会已经召开")
    assert told[0].text == "【任务清单】已登记：协调进驻和汇报等事项，2025年11月3日完成。"
    assert "2. 〔2025年11月3日完成〕协调进驻" in told[1].text
    assert "办结2" not in told[1].labels
    await home.officer.press_data(first.data[1])  # an old card
    await home.officer.press("今天")
    again = await home.officer.say("再次登记")
    assert "已经登记完成，不重复登记" in again[-1].text
    await home.officer.press("取消")
    assert "2. 〔2025年11月3日完成〕" in (await checklist(home))[0].text


async def test_the_checklist_is_the_offices(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.leader.say("/events")
    assert "任务清单" not in home.leader.last.labels
    card = (await checklist(home))[0]
    assert (await home.leader.press_data(card.data[0]))[-1].key == "form.stale_card"
