"""Attacks on supervision: around checks, through second seats, by counting what is hidden."""

import pytest

from casework.lifecycle import State
from handlers.desk import Desk
from handlers.dutybook import mission_of, record_event
from handlers.messages import Reply
from storage import duties
from tests.handlers import rectification_house
from tests.handlers.conftest import MakeWorld
from tests.handlers.immediate_house import TEXT, UnitHouse, unit_house
from tests.handlers.motion_house import ROUTES, MotionHouse
from tests.handlers.rectification_house import ItemHouse, good, sheet
from tests.handlers.talk import Chat, Shown
from tests.handlers.team_house import House, build

TIP = "会计把三十二万修路款转进了镇长弟弟的公司"


@pytest.fixture
async def house(make_world: MakeWorld) -> UnitHouse:
    return await unit_house(make_world)


@pytest.fixture
async def gates(make_world: MakeWorld) -> MotionHouse:
    return MotionHouse((await build(make_world(ROUTES), "jilin-2017")).world)


@pytest.fixture
async def items(make_world: MakeWorld) -> ItemHouse:
    home = await rectification_house.build(make_world(rectification_house.ROUTES))
    await home.add()
    return home


def keys(shown: list[Shown]) -> list[str]:
    return [one.key for one in shown]


async def test_nobody_confirms_what_came_after_they_looked(house: UnitHouse) -> None:
    """003 第九条: the second person confirms what was read, not what came meanwhile."""
    _, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    await house.lead.press("送另一人复核")
    await house.officer.press("查看")
    await house.file(f"我早就说过：{TEXT}")
    shown = await house.officer.press("确认看不出来源")
    assert any("您查看之后又有新的反映内容" in one.text for one in shown)
    await house.resume()
    assert "提交审定" not in house.lead.last.labels
    await house.officer.press("确认看不出来源")
    await house.resume()
    assert "提交审定" in house.lead.last.labels


async def test_a_text_from_a_hidden_report_begins_no_duty_that_the_team_sees(
    house: UnitHouse,
) -> None:
    main, twin = await house.two()
    for report in (main, twin):
        await house.change(report, hidden=True, queue="office")

    async def owed() -> list[str]:
        listed = await house.world.storage.read(lambda db: duties.of_stationing(db, "m-a"))
        return [duty.kind for duty in listed]

    officer = house.officer
    await house.claim("officer")
    await officer.press("处置")
    await officer.press("立行立改")
    for answer in ("多次有人来访", "违反财务公开规定", "公开即可解决"):
        await officer.say(answer)
    await officer.press("跳过")
    await officer.press("5个工作日")
    await officer.say(TEXT)
    shown = await officer.press("完成")
    assert "immediate.standing" in keys(shown)
    assert "immediate_rectification" not in await owed()


async def test_what_was_decided_on_reports_stands_in_no_sheet_or_calendar_of_the_team(
    house: UnitHouse,
) -> None:
    """Items about inspectors are hidden from the team: their transfer must not be counted."""

    def sent(desk: Desk) -> list[Reply]:
        mission = mission_of(desk, "m-a")
        record_event(desk, mission, "item.decided", desk.today, about="0" * 32)
        return []

    async def read(who: Chat) -> str:
        await who.say("/events")
        await who.press("查看任务记录")
        return "".join(one.text for one in await who.press("甲镇"))

    before = [await read(house.lead), *keys(await house.lead.say("/calendar"))]
    await house.world.tick(sent)
    assert [await read(house.lead), *keys(await house.lead.say("/calendar"))] == before
    assert "分类移交" in await read(house.officer)


async def applied(make_world: MakeWorld) -> House:
    """The whole program, one report on file, one item of the unit applied for and open."""
    found = await build(make_world(ROUTES))
    await found.file(f"{TIP}，账本在档案室第二个柜子里。")
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
    await found.lead.press("退回整改")
    return found


async def test_an_advice_taken_on_one_text_lets_no_other_text_pass(make_world: MakeWorld) -> None:
    """The check is of the words that leave: others sent afterwards are looked at anew."""
    home = await applied(make_world)
    first = await home.lead.say("账本在档案室第二个柜子里，请交出")
    assert "请改写后再发" in first[0].text
    other = await home.lead.say(f"{TIP}，请解释")
    assert "请改写后再发" in other[0].text
    same = await home.lead.say(f"{TIP}，请解释")
    assert "请改写后再发" not in same[0].text


async def test_an_edited_message_does_not_get_past_the_check(make_world: MakeWorld) -> None:
    home = await applied(make_world)
    await home.lead.say("佐证不足，请补充")
    told = await home.lead.edit(home.lead.last_sent, f"{TIP}，请解释")
    assert "请改写后再发" in told[0].text
    await home.lead.press("跳过")
    await home.liaison.say("/items")
    await home.liaison.press("查看清单")
    await home.liaison.press("1.")
    history = (await home.liaison.press("记录和佐证"))[0].text
    assert "佐证不足" in history
    assert "三十二万" not in history


async def test_the_same_hand_does_not_agree_from_two_seats(house: UnitHouse) -> None:
    """A seat of the leading group that acts for the office agrees to one proposal once."""
    for answer in ("代行登记", "登记代行", "办公室", "何主峰", "今天"):
        if answer == "代行登记":
            await house.officer.say("/office")
        await house.officer.press(answer)
    await house.officer.say("2026-03-20")
    await house.officer.say("办字〔2026〕5号")
    main, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    await house.second()
    await house.resume()
    await house.lead.press("提交审定")
    await house.agree("head")
    assert (await house.report(main)).state == State.APPROVING
    await house.open("head")
    shown = await house.head.press("同意")
    assert shown[0].key == "motion.decided_before"
    assert (await house.report(main)).state == State.APPROVING
    await house.agree("vice", "今天", "市委复函同意")
    assert (await house.report(main)).state == State.DECIDED


async def test_who_entered_a_paper_does_not_decide_from_the_next_seat(gates: MotionHouse) -> None:
    motion = await gates.put("ann", seats=("team_leader", "office"))
    await gates.decide("officer", motion, paper=True)
    onward = await gates.motion()
    assert onward.stage == 1
    shown = await gates.officer.say("/motions")
    assert "同意" not in [label for one in shown for label in one.labels]
    await gates.decide("second", onward)
    assert (await gates.motion()).state == "agreed"


async def test_a_unit_learns_nothing_of_hidden_items_by_trying_words(items: ItemHouse) -> None:
    """An uploaded sheet counts what stands there already: never what staff entered."""
    await items.leader.say("/items")
    await items.leader.press("登记涉主要负责人")
    for answer in ("问题7", "跳过", "张三", "跳过", "措施7", "2026-03-31", "立即整改", "跳过"):
        chat = items.leader
        await (chat.press(answer) if answer in chat.last.labels else chat.say(answer))
    assert [item.principal for item in await items.items()].count(True) == 1
    shown = await items.upload(sheet(good(7)))
    assert "已有" not in shown[0].text or "0项" in shown[0].text


async def test_an_old_button_does_not_make_the_first_hand_the_second(items: ItemHouse) -> None:
    """Whoever set a mark does not take it off, not even after somebody pressed an old button."""
    await items.open(items.leader)
    old = items.leader.last
    await items.open(items.member)
    await items.member.press("标为涉主要负责人")
    await items.leader.press_data(old.data[old.labels.index("标为涉主要负责人")])
    assert [e.act for e in await items.history()].count("principal") == 1
    await items.open(items.member)
    shown = await items.member.press("解除")
    assert shown[0].key == "rectification.clear_needs_another"
