"""审核: who examines, who passes on, who is told, by the clause of each profile."""

import pytest

from tests.handlers.conftest import MakeWorld
from tests.handlers.unit_house import ROUTES, UnitHouse, build


async def handed_in(make_world: MakeWorld, profile: str, doc: str) -> UnitHouse:
    home = await build(make_world(ROUTES), profile)
    await home.signed("2026-01-30")
    home.clock("2026-02-03")
    await home.submit(home.liaison, doc, "共12项，逐项落实")
    return home


async def test_the_team_examines_and_the_office_passes_on(make_world: MakeWorld) -> None:
    home = await handed_in(make_world, "county-2012", "整改方案")  # 003-17
    assert home.leader.last.labels == ["查看", "审核通过", "退回修改"]
    assert home.officer.last.labels == ["查看", "登记巡视组书面意见"]
    assert home.member.last.labels == ["查看"]
    assert home.city.heard == []
    assert (await home.leader.press("审核通过"))[0].key == "unit.examined"
    assert home.officer.last.key == "unit.document_examined"
    assert home.officer.last.labels == ["查看", "审核无误，转报", "退回修改"]
    assert (await home.duty("plan")).state == "submitted"
    assert (await home.officer.press("审核无误，转报"))[0].key == "office.accepted"
    assert (await home.duty("plan")).state == "accepted"
    assert home.liaison.last.key == "duty.accepted"
    assert "已经巡视组审核、通过巡视办" in home.head.last.text
    assert "【抄报】甲镇的整改方案" in home.city.last.text
    (plan,) = await home.versions("plan")
    taken = [(step.act, step.actor) for step in await home.steps(plan)]
    assert sorted(taken) == [("examine", "leader"), ("pass_on", "officer")]


async def test_the_leading_group_receives_and_the_city_reads_its_copy(
    make_world: MakeWorld,
) -> None:
    home = await handed_in(make_world, "county-2012", "整改方案")
    await home.leader.press("审核通过")
    await home.officer.press("审核无误，转报")
    assert "共12项" not in home.head.last.text
    opened = await home.head.press("查看")
    assert opened[1].text == "共12项，逐项落实"
    assert (await home.head.press("已收到"))[0].key == "unit.receipt_recorded"
    assert (await home.head.press("已收到"))[0].key == "unit.step_taken"
    assert home.city.last.labels == ["查看"]
    home.city.content = False
    assert (await home.city.press("查看"))[0].key == "office.read_in_web"


async def test_the_office_cannot_pass_on_before_the_team_has_examined(
    make_world: MakeWorld,
) -> None:
    home = await handed_in(make_world, "county-2012", "整改方案")
    await home.officer.say("/office")
    (waiting,) = await home.officer.press("审核报送")
    assert waiting.labels == ["查看", "登记巡视组书面意见"]


async def test_nobody_passes_on_what_he_examined_himself(make_world: MakeWorld) -> None:
    home = await handed_in(make_world, "county-2012", "整改方案")
    await home.world.storage.transact(home.seat_both)
    await home.leader.press("审核通过")
    refused = await home.leader.press("审核无误，转报")
    assert refused[0].key == "unit.second_person"
    assert (await home.duty("plan")).state == "submitted"
    await home.officer.press("审核无误，转报")
    assert (await home.duty("plan")).state == "accepted"


async def test_an_opinion_on_paper_is_entered_by_somebody_else(make_world: MakeWorld) -> None:
    home = await handed_in(make_world, "county-2012", "整改方案")
    await home.officer.press("登记巡视组书面意见")
    await home.officer.press("审核通过")
    assert "登记人不能同时是审核人" in (await home.officer.say("officer 组长"))[0].text
    await home.officer.say("沈予安 组长")
    assert "不能早于报送日期" in (await home.officer.say("2026-02-02"))[0].text
    await home.officer.say("2026-02-03")
    assert home.officer.last.key == "unit.document_examined"
    (plan,) = await home.versions("plan")
    (step,) = await home.steps(plan)
    assert (step.act, step.actor, step.words["name"]) == ("examine", "paper", "沈予安 组长")
    await home.officer.press("审核无误，转报")
    assert home.liaison.last.key == "duty.accepted"


async def test_an_opinion_on_paper_may_return_the_document(make_world: MakeWorld) -> None:
    home = await handed_in(make_world, "county-2012", "整改方案")
    await home.officer.press("登记巡视组书面意见")
    await home.officer.press("退回修改")
    await home.officer.say("沈予安 组长")
    await home.officer.say("2026-02-03")
    await home.officer.say("责任没有落实到人")
    await home.officer.say("2026-02-13")
    assert home.liaison.last.key == "duty.returned"
    assert "责任没有落实到人" in home.liaison.last.text


@pytest.mark.parametrize(
    ("profile", "doc"),
    [("jilin-2017", "整改情况报告"), ("suixi-2016", "整改情况报告")],  # 002 五(四), 004 五(五)
)
async def test_where_no_review_is_ordered_the_office_takes_it_in(
    make_world: MakeWorld, profile: str, doc: str
) -> None:
    home = await handed_in(make_world, profile, doc)
    assert home.leader.last.labels == ["查看"]
    assert home.officer.last.labels == ["查看", "审核通过", "退回修改"]
    await home.officer.press("审核通过")
    assert home.liaison.last.key == "duty.accepted"
    assert home.head.heard == []
    assert home.city.heard == []


async def test_in_the_province_it_goes_to_the_leading_group_through_the_office(
    make_world: MakeWorld,
) -> None:
    home = await handed_in(
        make_world, "provincial-2009", "整改方案（分解责任、落实到人、明确时限）"
    )
    await home.officer.press("审核通过")  # 000 五: 呈报领导小组
    assert home.head.last.key == "unit.document_for_you"
    assert "已由" in home.head.last.text


async def test_every_version_stays_readable_with_its_result_and_reason(
    make_world: MakeWorld,
) -> None:
    home = await handed_in(make_world, "county-2012", "整改方案")
    await home.leader.press("退回修改")
    await home.leader.say("责任没有落实到人")
    await home.leader.say("2026-02-13")
    home.clock("2026-02-10")
    await home.submit(home.liaison, "整改方案", "已补充责任人")
    assert home.leader.last.labels[-1] == "报送记录"
    (record,) = await home.leader.press("报送记录")
    assert "第1版，2026年2月3日报送：退回修改" in record.text
    assert "责任没有落实到人" in record.text
    assert "第2版，2026年2月10日报送：待审核" in record.text
    opened = await home.leader.press("第1版")
    assert opened[1].text == "共12项，逐项落实"
    await home.liaison.say("/duties")
    (record,) = await home.liaison.press("报送记录")
    assert "责任没有落实到人" in record.text
    assert (await home.liaison.press("第2版"))[1].text == "已补充责任人"


async def test_an_older_version_is_decided_by_nobody(make_world: MakeWorld) -> None:
    home = await handed_in(make_world, "suixi-2016", "整改情况报告")
    stale = home.officer.last.data[1]
    home.clock("2026-02-04")
    await home.submit(home.liaison, "整改情况报告", "第二稿")
    assert (await home.officer.press_data(stale))[0].key == "form.stale_card"
    states = [version.state for version in await home.versions("report")]
    assert states == ["overtaken", "handed"]


async def test_the_day_of_the_first_submission_survives_a_return_and_the_legal_date_too(
    make_world: MakeWorld,
) -> None:
    home = await handed_in(make_world, "county-2012", "整改方案")
    before = await home.duty("plan")
    await home.leader.press("退回修改")
    await home.leader.say("责任没有落实到人")
    await home.leader.say("2026-02-13")
    after = await home.duty("plan")
    assert (after.due, after.submitted_on) == (before.due, before.submitted_on)
    assert (after.state, str(after.next_on)) == ("returned", "2026-02-13")
    assert {rung.level for rung in after.ladder} == {"提示"}


async def test_the_leader_finds_what_waits_for_the_team(make_world: MakeWorld) -> None:
    home = await handed_in(make_world, "county-2012", "整改方案")
    (waiting,) = await home.leader.say("审核")
    assert waiting.labels == ["查看", "审核通过", "退回修改"]
    await home.leader.press("审核通过")
    assert (await home.leader.say("/reviews"))[0].key == "office.nothing_to_review"
    (waiting,) = await home.officer2.say("/reviews")
    assert "审核无误，转报" in waiting.labels
    for nobody in (home.liaison, home.member, home.city):
        assert (await nobody.say("/reviews"))[0].key == "office.only_reviewer"
