"""整改台账 from a sheet: all rows right and a yes, or nothing imported and every fault named."""

from functools import partial

import pytest

from handlers.rectification_import import take_sheet
from storage import sheet_imports
from tests.handlers.conftest import MakeWorld
from tests.handlers.rectification_house import ROUTES, ItemHouse, build, good, sheet


@pytest.fixture
async def home(make_world: MakeWorld) -> ItemHouse:
    return await build(make_world(ROUTES))


async def test_a_right_sheet_is_shown_and_imported_on_a_yes(home: ItemHouse) -> None:
    told = await home.upload(sheet(good(1), good(2, "2026年4月30日")))
    assert "读到2项：新增2项" in told[0].text
    assert "从2026年3月31日到2026年4月30日" in told[0].text
    assert await home.items() == []
    shown = await home.liaison.press("查看")
    assert "第2行：问题1｜张三｜措施1｜2026年3月31日" in shown[0].text
    done = await home.liaison.press("确认导入")
    assert "已导入2项" in done[0].text
    assert [item.words["problem"] for item in await home.items()] == ["问题1", "问题2"]
    again = await home.liaison.press("确认导入")
    assert "已经处理过" in again[0].text
    assert len(await home.items()) == 2


async def test_no_row_is_imported_while_one_is_wrong(home: ItemHouse) -> None:
    bad = sheet(good(1), good(2, "3月底"), ["3", "问题", "", "", "", "措施", "2026-02-30", ""])
    told = await home.upload(bad)
    assert told[0].text.splitlines()[1:] == [
        "第3行“完成时限”：没有写明是哪一天，请写成“2026-03-31”的样子",
        "第4行“责任人”：不能为空；合并的单元格请拆分后逐行填写",
        "第4行“完成时限”：没有这一天，请核对后写成“2026-03-31”的样子",
    ]
    assert told[0].labels == []
    assert await home.items() == []


async def test_many_faults_fit_one_message(home: ItemHouse) -> None:
    told = await home.upload(sheet(*(good(n, "长期坚持") for n in range(1, 101))))
    assert len(told) == 1
    assert "第2行" in told[0].text
    assert "另有80处问题未列出" in told[0].text


@pytest.mark.parametrize(
    ("fault", "mend"),
    [
        ("too_big", "超过5兆"),
        ("bomb", "展开后过大"),
        ("macro", "不含宏"),
        ("encrypted", "去掉密码"),
        ("unreadable", "另存为 .xlsx"),
        ("failed", "重新发送"),
    ],
)
async def test_a_file_that_cannot_be_read_says_how_to_mend_it(
    home: ItemHouse, fault: str, mend: str
) -> None:
    told = await home.upload([], fault)
    assert mend in told[0].text
    assert "没有导入任何事项" in told[0].text


async def test_what_stands_there_is_not_imported_again(home: ItemHouse) -> None:
    await home.upload(sheet(good(1)))
    await home.liaison.press("确认导入")
    told = await home.upload(sheet(good(1), good(2)))
    assert "新增1项，台账中已有1项" in told[0].text
    await home.liaison.press("确认导入")
    assert len(await home.items()) == 2


async def test_a_sheet_can_be_dropped(home: ItemHouse) -> None:
    await home.upload(sheet(good(1)))
    assert "没有导入" in (await home.liaison.press("取消"))[0].text
    assert await home.items() == []
    assert "已经处理过" in (await home.liaison.press("确认导入"))[0].text


async def test_another_kind_of_file_is_refused_at_once(home: ItemHouse) -> None:
    await home.liaison.say("/items")
    await home.liaison.press("导入表格")
    await home.liaison.send_file("台账.docx", kind="document")
    assert "只能导入 .xlsx" in (await home.liaison.press("完成"))[0].text


async def test_one_file_is_one_file(home: ItemHouse) -> None:
    await home.liaison.say("/items")
    await home.liaison.press("导入表格")
    assert "只发送一份" in (await home.liaison.press("没有材料"))[0].text


async def test_only_the_unit_imports(home: ItemHouse) -> None:
    await home.liaison.say("/items")
    for who in (home.leader, home.officer):
        await who.say("/items")
        assert "导入表格" not in who.last.labels


async def test_the_worker_may_hand_a_sheet_over_twice(home: ItemHouse) -> None:
    await home.liaison.say("/items")
    await home.liaison.press("导入表格")
    await home.liaison.send_file("整改台账.xlsx", kind="document")
    await home.liaison.press("完成")
    assert await home.world.storage.read(sheet_imports.arrived) == []  # still on its way
    await home.fetched()
    found = await home.world.storage.read(sheet_imports.arrived)
    hand = partial(take_sheet, upload_id=found[0].id, rows=sheet(good(1)), fault="")
    assert len(await home.world.tick(hand)) == 1
    assert await home.world.tick(hand) == []


async def test_the_words_of_a_sheet_are_not_pushed(home: ItemHouse) -> None:
    told = await home.upload(sheet(good(1)))
    assert "问题1" not in told[0].text
    home.liaison.content = False
    assert "网页端" in (await home.liaison.press("查看"))[0].text


async def test_the_template_and_the_ledger_leave_as_sheets(home: ItemHouse) -> None:
    await home.add()
    await home.liaison.say("/items")
    told = await home.liaison.press("下载模板")
    made = told[0].parcel.body["f"][0][3]
    assert [" ".join(row) for row in made["rows"]] == [
        "序号 问题 整改任务 责任人 责任单位 整改措施 完成时限 整改类型 备注"
    ]
    told = await home.liaison.press("导出台账")
    rows = told[0].parcel.body["f"][0][3]["rows"]
    assert rows[1][1] == "公车私用"
    assert rows[1][-2:] == ["未启动", "0%"]
    home.officer.content = False
    await home.officer.say("/items")
    assert "网页端" in (await home.officer.press("导出台账"))[0].text
