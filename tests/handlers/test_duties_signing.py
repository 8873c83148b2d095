"""签收: who may sign, what signing starts, and what the office enters from paper."""

import ast
from pathlib import Path

import pytest

import handlers
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import ROUTES, House, build

OWN_MODULES = (
    "duties",
    "duty_lines",
    "duty_rights",
    "dutybook",
    "feedback",
    "signing",
    "submissions",
    "reviews",
    "letters",
    "office",
    "supervision",
    "reminders",
    "reminder_lines",
    "recalculation",
)


async def house(make_world: MakeWorld, profile: str = "county-2012") -> House:
    return await build(make_world(ROUTES), profile)


@pytest.mark.parametrize("name", OWN_MODULES)
def test_nothing_of_a_report_can_reach_a_unit(name: str) -> None:
    path = Path(next(iter(handlers.__path__))) / f"{name}.py"
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    words = {n.name for n in nodes if isinstance(n, ast.alias)}
    words |= {f"{n.module}" for n in nodes if isinstance(n, ast.ImportFrom)}
    assert not any("report" in word.lower() or word in ("items", "reading") for word in words)


async def test_delivery_asks_the_unit_alone_to_sign(make_world: MakeWorld) -> None:
    home = await house(make_world)
    told = await home.deliver("2026-01-29")
    assert told[0].key == "office.feedback_recorded"
    assert "【签收】第一组已向甲镇反馈巡视意见" in home.liaison.last.text
    assert home.principal.last.labels == ["签收"]
    for other in (home.stranger, home.leader, home.head, home.clerk):
        assert other.heard == []


async def test_feedback_without_approval_is_not_recorded(make_world: MakeWorld) -> None:
    home = await house(make_world)
    home.clock("2026-01-29")
    await home.officer.say("/office")
    await home.officer.press("登记反馈")
    asked = await home.officer.press("甲镇")
    assert "第十一条" in asked[0].text  # 003-11: 经领导小组同意
    refused = await home.officer.press("不同意")
    assert "未经同意不能登记反馈" in refused[0].text
    assert home.liaison.heard == []


async def test_signing_starts_the_clocks_and_explains_every_date(make_world: MakeWorld) -> None:
    home = await house(make_world)
    told = await home.signed("2026-01-30", delivered="2026-01-29")
    assert told[0].key == "duty.signed"
    plan = told[1].text
    assert "整改方案" in plan
    assert "2026年3月19日前报送，尚有30个工作日" in plan  # V03
    assert "2月14日第11个（调休上班）；2月15日至2月23日休息" in plan
    assert "第十七条" in plan
    assert home.officer.last.key == "office.unit_signed"
    listed = await home.liaison.say("整改")
    assert [shown.key for shown in listed[:2]] == ["duty.card", "duty.projected"]
    assert [shown.labels for shown in listed[2:]] == [["日历"]]
    assert "预计于2026年9月20日到期" in listed[1].text


async def test_signing_twice_is_refused_with_the_date_that_stands(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.deliver("2026-01-29")
    button = home.principal.last.data[0]
    await home.liaison.press("签收")
    home.clock("2026-02-02")
    again = await home.principal.press_data(button)
    assert "甲镇已于2026年1月29日签收，不能再次签收" in again[0].text
    listed = await home.principal.say("/duties")
    assert "应于2026年3月18日前报送，尚有28个工作日" in listed[0].text


async def test_another_unit_cannot_sign(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.deliver("2026-01-29")
    tried = await home.stranger.press_data(home.liaison.last.data[0])
    assert tried[0].key != "duty.signed"
    assert (await home.stranger.say("/duties"))[0].key == "duty.none"
    listed = await home.liaison.say("/duties")
    assert listed[0].key == "duty.sign_feedback"


@pytest.mark.parametrize("who", ["leader", "head", "officer"])
async def test_the_inspecting_side_lists_nothing_of_what_a_unit_owes(
    make_world: MakeWorld, who: str
) -> None:
    home = await house(make_world)
    await home.signed("2026-01-29")
    listed = await home.chats[who].say("/duties")
    assert "整改方案" not in "".join(shown.text for shown in listed)
    assert not any("报送" in label for shown in listed for label in shown.labels)


@pytest.mark.parametrize("who", ["liaison", "leader", "clerk", "stranger"])
async def test_the_office_is_for_the_office(make_world: MakeWorld, who: str) -> None:
    home = await house(make_world)
    assert (await home.chats[who].say("/office"))[0].key == "office.only_office"


async def test_a_signature_on_paper_rules_by_its_own_date(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.deliver("2026-01-29")
    home.clock("2026-02-04")
    await home.officer.say("/office")
    await home.officer.press("登记纸质签收")
    await home.officer.press("甲镇")
    assert "日期不能早于反馈日期" in (await home.officer.say("2026-01-28"))[0].text
    assert "日期不能晚于今天" in (await home.officer.say("2026-02-05"))[0].text
    assert "没有看懂这个日期" in (await home.officer.say("昨天"))[0].text
    await home.officer.say("2026年1月30日")
    await home.officer.say("张三")
    told = await home.officer.press("没有材料")
    assert told[0].key == "office.paper_signed"
    assert "2026年3月19日" in home.liaison.last.text
    assert (await home.liaison.press("签收"))[0].key == "duty.already_signed"


@pytest.mark.parametrize(
    ("profile", "documents"),
    [
        ("county-2012", {"整改方案": "2026年3月19日"}),
        # 004 五（五）: two documents in two months; 02-16 is a holiday, due on 02-24 (L02)
        (
            "suixi-2016",
            {"整改情况报告": "2026年2月24日", "主要负责人组织落实情况报告": "2026年2月24日"},
        ),
        (
            "jilin-2017",
            {
                "整改情况报告": "2026年2月24日",
                "主要负责人履行整改第一责任人责任情况报告": "2026年2月24日",
            },
        ),
    ],
)
async def test_each_regime_starts_its_own_duties(
    make_world: MakeWorld, profile: str, documents: dict[str, str]
) -> None:
    home = await house(make_world, profile)
    day = "2026-01-30" if profile == "county-2012" else "2025-12-16"
    told = await home.signed(day)
    texts = [shown.text for shown in told[1:]]
    assert len(texts) == len(documents)
    for name, due in documents.items():
        assert any(text.startswith(f"【时限告知】{name}：") and due in text for text in texts)


async def test_a_start_that_is_only_inferred_says_so(make_world: MakeWorld) -> None:
    home = await house(make_world, "jilin-2017")
    told = await home.signed("2025-12-16")
    assert "参照《中共吉林省委关于建立巡察制度的意见》五（四）推算" in told[1].text
    assert "依据" not in told[1].text


async def test_a_department_gets_its_months_by_letter_number_only(make_world: MakeWorld) -> None:
    home = await house(make_world, "suixi-2016")
    home.clock("2025-12-16")
    await home.officer.say("/office")
    await home.officer.press("登记移交函送达")
    await home.officer.press("甲镇")
    await home.officer.press("县纪委")
    await home.officer.say("遂巡移〔2025〕3号")
    told = await home.officer.press("今天")
    assert "2026年3月16日" in told[0].text
    assert "移交函（遂巡移〔2025〕3号）" in home.clerk.last.text
    listed = await home.clerk.say("/duties")
    assert "六（三）" in listed[0].text
    assert home.liaison.heard == []


async def test_other_departments_get_an_internal_date_marked_as_such(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world, "suixi-2016")
    home.clock("2025-12-16")
    await home.officer.say("/office")
    await home.officer.press("登记移交函送达")
    await home.officer.press("甲镇")
    await home.officer.press("县民政局")
    await home.officer.say("第7号")
    told = await home.officer.press("今天")
    assert "2026年3月16日" in told[0].text
    await home.officer.say("/office")
    listed = await home.officer.press("待决定提醒")
    assert "非规定时限" in listed[0].text
