"""Plan, report and principal's report are separate documents, each by its own obligor."""

from datetime import date

import pytest

from handlers.desk import Desk
from handlers.dutybook import TRANSFER, mission_of, record_event
from storage import missions
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.unit_house import ROUTES, UnitHouse, build

REPORT = "整改情况报告"
OWN = "主要负责人组织落实情况报告"


async def signed(make_world: MakeWorld, profile: str = "suixi-2016", *without: str) -> UnitHouse:
    home = await build(make_world(ROUTES), profile, without=without)
    await home.signed("2026-01-30")
    return home


async def opened(home: UnitHouse, doc: str) -> None:
    shown = await home.card(home.liaison, doc)
    await home.liaison.press_data(shown.data[0])


async def test_the_principals_report_is_refused_for_the_bodys(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await opened(home, REPORT)
    await home.liaison.send_file(f"{OWN}.docx")
    refused = await home.liaison.press("完成")
    assert f"看起来是“{OWN}”，而这里报送的是“{REPORT}”" in refused[0].text
    await home.liaison.send_file("整改情况报告.docx")
    await home.liaison.send_file("附件一 台账.xlsx")
    await home.liaison.press("完成")
    await home.liaison.press("跳过")
    await home.liaison.press("确认提交")
    (report,) = await home.versions("report")
    assert report.kind == "report"
    assert (await home.duty("principal_report")).state == "open"


async def test_spoken_words_are_no_document(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await opened(home, REPORT)
    await home.liaison.send_file("语音.ogg", kind="voice")
    refused = await home.liaison.press("完成")
    assert "应当是书面材料" in refused[0].text
    assert await home.versions("report") == []


async def test_the_liaison_prepares_and_the_principal_confirms(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    told = await home.submit(home.liaison, OWN, "已逐项部署")
    assert told[0].key == "unit.prepared"
    assert await home.versions("principal_report") == []
    assert (await home.duty("principal_report")).submitted_on is None
    assert home.officer.last.key == "office.unit_signed"
    assert home.principal.last.labels == ["查看", "确认报送", "退回联络员"]
    assert (await home.principal.press("查看"))[1].text == "已逐项部署"
    home.clock("2026-02-04")
    told = await home.principal.press("确认报送")
    assert told[0].key == "duty.received"
    (report,) = await home.versions("principal_report")
    assert (report.version, report.signed, report.signed_by) == (1, "own", "principal")
    assert str((await home.duty("principal_report")).submitted_on) == "2026-02-04"
    assert home.liaison.last.key == "unit.principal_confirmed"
    assert home.officer.last.key == "office.document_came"


async def test_the_principal_gives_it_back_with_a_reason(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.submit(home.liaison, OWN, "已逐项部署")
    await home.principal.press("退回联络员")
    assert (await home.principal.say("请补充督促情况"))[0].key == "unit.gave_back"
    assert "请补充督促情况" in home.liaison.last.text
    again = await home.principal.press("确认报送")
    assert again[0].key == "form.stale_card"
    await home.submit(home.liaison, OWN, "已补充")
    await home.principal.press("确认报送")
    assert [v.version for v in await home.versions("principal_report")] == [1]


async def test_only_the_newest_prepared_report_can_be_confirmed(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.submit(home.liaison, OWN, "第一稿")
    stale = home.principal.last.data[1]
    await home.submit(home.liaison, OWN, "第二稿")
    assert (await home.principal.press_data(stale))[0].key == "form.stale_card"
    await home.principal.press("确认报送")
    (report,) = await home.versions("principal_report")
    assert report.words["summary"] == "第二稿"


async def test_without_a_principals_account_the_signature_on_paper_is_recorded(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world, "jilin-2017", "principal")
    await opened(home, "主要负责人履行整改第一责任人责任情况报告")
    await home.liaison.press("没有材料")
    asked = await home.liaison.say("已履行第一责任人责任")
    assert "在纸质报告上签字的主要负责人" in asked[0].text
    await home.liaison.say("罗正平，2026年1月30日")
    told = await home.liaison.press("确认提交")
    assert told[0].key == "duty.received"
    (report,) = await home.versions("principal_report")
    assert (report.signed, report.words["signer"]) == ("paper", "罗正平，2026年1月30日")


async def test_the_office_enters_the_principals_report_from_paper_with_its_signer(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    await home.officer.say("/office")
    await home.officer.press("登记纸质报送")
    await home.officer.press(f"甲镇 · {OWN}")
    await home.officer.press("今天")
    await home.officer.say("李四")
    await home.officer.press("没有材料")
    await home.officer.say("罗正平，2026年1月30日")
    told = await home.officer.say("纸质报告一份")
    assert told[0].key == "duty.received"
    (report,) = await home.versions("principal_report")
    assert (report.paper, report.signed) == (True, "paper")


async def test_what_is_handed_in_is_stated_to_be_true(make_world: MakeWorld) -> None:
    home = await signed(make_world)  # 002 六(四), 004 七(五): 全面、客观、真实
    await opened(home, REPORT)
    await home.liaison.press("没有材料")
    review = await home.liaison.say("共12项")
    assert "全面、客观、真实" in review[0].text


async def test_a_submission_after_acceptance_is_refused_even_from_an_open_form(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    await home.submit(home.liaison, REPORT, "第一稿")
    await opened(home, REPORT)
    await home.liaison.press("没有材料")
    await home.liaison.say("第二稿")
    await home.officer.press("审核通过")
    refused = await home.liaison.press("确认提交")
    assert "已办结，不需要再次报送" in refused[0].text
    assert len(await home.versions("report")) == 1


@pytest.mark.parametrize("profile", ["suixi-2016", "county-2012"])
async def test_the_units_own_supervisors_read_and_hand_in_nothing(
    make_world: MakeWorld, profile: str
) -> None:
    home = await signed(make_world, profile)  # 000 五: 单位纪检、组织
    doc = REPORT if profile == "suixi-2016" else "整改方案"
    assert "duty.timeline" in home.keys(home.watch)
    home.clock("2026-02-03")
    await home.submit(home.liaison, doc, "共12项")
    assert home.watch.last.labels == ["报送记录"]
    (record,) = await home.watch.press("报送记录")
    assert "待审核" in record.text
    assert (await home.watch.press("第1版"))[1].text == "共12项"
    assert all("报送" not in shown.labels for shown in home.watch.heard)
    assert all("签收" not in shown.labels for shown in home.watch.heard)


async def test_the_teams_reading_ends_with_the_acceptance(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    await home.submit(home.liaison, REPORT, "共12项")
    await home.officer.press("审核通过")
    assert (await home.leader.press("查看"))[0].key == "form.stale_card"


async def test_a_department_states_that_its_information_is_true_and_complete(
    make_world: MakeWorld,
) -> None:
    home = await build(make_world(ROUTES), "suixi-2016")  # 004 七(二): 如实完整提供信息
    home.clock("2026-02-03")

    def transfer(desk: Desk) -> None:
        department = missions.department(desk.db, "discipline")
        mission = mission_of(desk, MISSION)
        record_event(desk, mission, TRANSFER, date(2026, 2, 3), about="x", department=department)

    await home.act(transfer)
    (shown,) = [s for s in await home.clerk.say("/duties") if "报送" in s.labels]
    assert "申请调整时限" not in shown.labels
    await home.clerk.press_data(shown.data[0])
    await home.clerk.press("没有材料")
    review = await home.clerk.say("已办理")
    assert "如实、完整" in review[0].text
    assert (await home.clerk.press("确认提交"))[0].key == "duty.received"
    await home.officer.press("审核通过")
    assert home.clerk.last.key == "duty.accepted"
