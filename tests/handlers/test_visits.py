"""回访 and what else follows the rectification: recorded, reopened, told, duties fulfilled."""

import pytest

from casework.rectification import ItemState
from storage import audit, duties
from storage.duties import Duty
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.rectification_house import ROUTES, ItemHouse, build


@pytest.fixture
async def home(make_world: MakeWorld) -> ItemHouse:
    """004: the report is in, so that 回访 and 公开 are owed; two items, the first struck off."""
    found = await build(make_world(ROUTES), "suixi-2016")
    await found.signed("2026-01-30")
    await found.submit(found.liaison, "整改情况报告")
    found.clock("2026-03-02")
    await found.add(problem="公车私用")
    await found.add(problem="违规补贴")
    await found.strike_off()
    return found


async def owed(home: ItemHouse, kind: str) -> list[Duty]:
    listed = await home.world.storage.read(lambda db: duties.of_stationing(db, MISSION))
    return [duty for duty in listed if duty.kind == kind]


async def visit(home: ItemHouse, looked: str = "全部", unfinished: str = "1") -> str:
    """The office records a visit; what it is told."""
    home.clock("2026-05-12")
    await home.officer.say("/office")
    await home.officer.press("登记回访")
    await home.officer.press("甲镇")
    await home.officer.press("回访")
    await home.officer.press("今天")
    await home.officer.say("办公室李四、一组王五")
    await (home.officer.press if looked in ("全部", "无") else home.officer.say)(looked)
    if looked != "无":
        await (home.officer.press if unfinished in ("全部", "无") else home.officer.say)(
            unfinished
        )
    await home.officer.say("总体有进展，公车管理反弹")
    return (await home.officer.press("没有材料"))[0].text


async def test_a_visit_reopens_what_is_unfinished_and_fulfils_the_duty(home: ItemHouse) -> None:
    assert [duty.state for duty in await owed(home, "followup_visit")] == ["open"]  # E36
    told = await visit(home)
    assert "查看2项，未到位1项，重新打开1项，办结期限事项1件" in told
    assert [item.state for item in await home.items()] == [ItemState.WORKING, ItemState.OPEN]
    assert (await home.history(1))[-1].act == "reopen"
    assert (await home.history(2))[-1].act == "visited"
    done = (await owed(home, "followup_visit"))[0]
    assert (done.state, str(done.submitted_on)) == ("accepted", "2026-05-12")


async def test_the_leading_group_hears_counts_and_reads_the_words_where_it_may(
    home: ItemHouse,
) -> None:
    await visit(home)  # 六(五) 向领导小组报告
    assert home.head.last.key == "rectification.followup_told"
    assert "未到位1项" in home.head.last.text
    assert "公车" not in home.head.last.text
    shown = await home.head.press("查看")
    assert "公车管理反弹" in shown[0].text
    assert "序号：1" in shown[0].text
    home.head.content = False
    assert "网页端" in (await home.head.press("查看"))[0].text


async def test_the_unit_hears_that_an_item_is_open_again_and_no_conclusion(
    home: ItemHouse,
) -> None:
    heard = len(home.liaison.heard)
    await visit(home)
    told = "".join(shown.text for shown in home.liaison.heard[heard:])
    assert "第1项：推进中" in told
    assert "反弹" not in told
    await home.liaison.say("/items")
    assert "回访记录" not in home.liaison.last.labels


@pytest.mark.parametrize(
    ("looked", "unfinished", "told"),
    [
        ("3", "", "没有第3项"),
        ("一", "", "没有第一项"),
        ("2", "1", "第1项不在本次查看的事项中"),
    ],
)
async def test_a_number_that_is_no_item_is_asked_again(
    home: ItemHouse, looked: str, unfinished: str, told: str
) -> None:
    await home.officer.say("/items")
    await home.officer.press("登记回访")
    await home.officer.press("回访")
    await home.officer.press("今天")
    await home.officer.say("李四")
    answer = await home.officer.say(looked)
    if unfinished:
        answer = await home.officer.say(unfinished)
    assert told in answer[0].text


async def test_a_visit_is_not_in_the_future_nor_before_the_stationing(home: ItemHouse) -> None:
    await home.officer.say("/items")
    await home.officer.press("登记回访")
    await home.officer.press("回访")
    assert (await home.officer.say("2026-12-31"))[0].text.startswith("日期不能晚于今天")
    assert "2025年11月3日" in (await home.officer.say("2025-11-01"))[0].text


async def test_the_leading_group_may_hear_directly(home: ItemHouse) -> None:
    await home.head.say("/items")  # E37 领导小组可以直接听取整改情况汇报
    await home.head.press("登记回访")
    assert home.head.last.labels[0] == "领导小组听取整改情况汇报"
    await home.head.press("领导小组听取整改情况汇报")
    await home.head.press("今天")
    await home.head.say("组长、副组长，甲镇党委书记")
    await home.head.say("要求限期完成剩余一项")
    told = await home.head.press("没有材料")
    assert "领导小组听取整改情况汇报" in told[0].text
    await home.officer.say("/items")
    await home.officer.press("回访记录")
    assert "限期完成" in (await home.officer.press("查看"))[0].text


async def test_a_special_inspection_of_the_rectification_is_recorded(home: ItemHouse) -> None:
    await home.leader.say("/items")  # E12 整改情况可专项巡察
    await home.leader.press("登记回访")
    await home.leader.press("整改情况专项巡察")
    await home.leader.press("今天")
    await home.leader.say("第一组")
    await home.leader.press("全部")
    await home.leader.press("无")
    await home.leader.say("已全部整改")
    assert "整改情况专项巡察" in (await home.leader.press("没有材料"))[0].text


async def test_accountability_is_recorded_by_the_office_with_what_was_late(
    home: ItemHouse,
) -> None:
    home.clock("2026-04-20")  # A29: the second item is past its own date
    await home.leader.say("/items")
    await home.leader.press("登记回访")
    assert "对不予整改、整改不力的追责情况" not in home.leader.last.labels
    await home.officer.say("/items")
    await home.officer.press("登记回访")
    await home.officer.press("对不予整改")
    await home.officer.press("今天")
    await home.officer.say("县委会议")
    await home.officer.say("对有关负责人批评教育")
    told = await home.officer.press("没有材料")
    assert "当日超过自定时限未完成的1项" in told[0].text
    rows = await home.world.storage.read(lambda db: db.all("followups.of", stationing=MISSION))
    kept = await home.world.storage.read(lambda db: audit.about(db, rows[0]["id"]))
    assert kept[0]["facts"]["late"] == 1


async def publish(home: ItemHouse, *, link: str = "https://example.test/zg") -> str:
    await home.liaison.say("/items")
    await home.liaison.press("登记公开情况")
    await home.liaison.press("今天")
    await home.liaison.press("网站")
    await (home.liaison.say(link) if link else home.liaison.press("跳过"))
    await home.liaison.press("跳过")
    return (await home.liaison.press("没有材料"))[0].text


async def test_a_publication_is_recorded_and_its_duty_is_done(home: ItemHouse) -> None:
    duty = (await owed(home, "publicity"))[0]  # A28 C16 E38
    assert "七（七）6" in duty.citation  # E44(6) 不按要求公开整改情况
    assert duty.soft  # 及时: an internal date, never law
    told = await publish(home)
    assert "以网站方式公开整改情况" in told
    assert "已办结" in told
    done = (await owed(home, "publicity"))[0]
    assert (done.state, str(done.submitted_on)) == ("accepted", "2026-03-02")
    shown = await home.officer.press("查看")
    assert "https://example.test/zg" in shown[0].text
    home.officer.content = False
    assert "网页端" in (await home.officer.press("查看"))[0].text


async def test_a_publication_with_nothing_to_show_is_none(home: ItemHouse) -> None:
    assert "链接、文字、文件或照片中的一种" in await publish(home, link="")
    assert (await owed(home, "publicity"))[0].state == "open"


async def test_a_second_publication_is_kept_beside_the_first(home: ItemHouse) -> None:
    await publish(home)
    await home.liaison.say("/items")
    await home.liaison.press("登记公开情况")
    assert "已登记：2026年3月2日 网站" in home.liaison.last.text


@pytest.mark.parametrize("link", ["www.example.test", "https://a b", "javascript:alert(1)"])
async def test_a_link_that_is_none_is_asked_again(home: ItemHouse, link: str) -> None:
    await home.liaison.say("/items")
    await home.liaison.press("登记公开情况")
    await home.liaison.press("今天")
    await home.liaison.press("公开栏")
    assert "http" in (await home.liaison.say(link))[0].text
    assert home.liaison.last.key == "rectification.ask_link"


async def test_only_the_unit_records_its_publications(home: ItemHouse) -> None:
    await home.officer.say("/items")
    assert "登记公开情况" not in home.officer.last.labels
