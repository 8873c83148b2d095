"""Dispositions walked through the chats, each instrument with its own approvers (domain 5.6)."""

import pytest

from casework.lifecycle import State
from handlers import supplements
from handlers.desk import Desk
from handlers.messages import Reply
from storage import proposals, reports, sendings
from tests.handlers.conftest import MakeWorld
from tests.handlers.team_house import ROUTES, House, build

Answers = tuple[str, ...]


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def agree(house: House, person: str, *answers: str) -> None:
    """The first report of the person's queue is agreed to."""
    chat = house.chats[person]
    await house.open(person)
    await chat.press("同意")
    for answer in answers:
        await (chat.press(answer) if answer in chat.last.labels else chat.say(answer))


# disposition, its answers, where it lands after the leader's agreement alone
INSIDE: tuple[tuple[str, Answers, str], ...] = (
    ("直接了结", ("有权机关已有结论",), "finished"),
    ("深入了解", ("问题重要，需要核对",), "explore"),
    ("暂存", ("留存备查，继续关注", "30天后"), "hold"),
    ("不属于受理范围", ("与本单位无关",), "out_of_scope"),
)


@pytest.mark.parametrize(("disposition", "answers", "lands"), INSIDE)
async def test_what_the_leader_decides_alone(
    house: House, disposition: str, answers: Answers, lands: str
) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", disposition, *answers)
    assert (await house.report(report)).state == State.PROPOSED
    assert house.keys("lead")[-1] == "card.decision_waits"
    assert not house.told("officer")
    await agree(house, "lead")
    assert (await house.report(report)).state == lands
    assert house.keys("ann")[-1] == "card.agreed"


async def test_a_hold_carries_its_review_date_moved_to_a_working_day(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "暂存", "留存备查，继续关注", "2026-5-2")
    await agree(house, "lead")
    assert (await house.report(report)).next_on == "2026-05-06"  # 2026-05-01..05 are days off


@pytest.mark.parametrize("typed", ["昨天", "2026-2-30", "2026-3-2", "99999999999999999999"])
async def test_an_impossible_review_date_is_asked_again(house: House, typed: str) -> None:
    report = await house.file()
    await house.claim("ann")
    shown = await house.propose("ann", "暂存", "留存备查，继续关注", typed)
    assert "日期" in shown[-1].text
    assert (await house.report(report)).state == State.SCREENING
    await house.ann.press("14天后")
    assert (await house.report(report)).state == State.PROPOSED


async def test_the_proposer_never_approves_and_another_seat_steps_in(house: House) -> None:
    report = await house.file()
    await house.claim("lead")
    await house.propose("lead", "深入了解", "有具体线索可以了解")
    await house.open("lead")
    assert "同意" not in house.lead.last.labels
    assert house.keys("officer")[-1] == "card.decision_waits"
    await agree(house, "officer")
    assert (await house.report(report)).state == State.EXPLORE


async def test_a_returned_proposal_comes_back_with_the_reason_on_record(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "直接了结", "经补充仍无具体事实")
    await house.open("lead")
    await house.lead.press("不同意")
    await house.lead.say("还没有请反映人补充")
    now = await house.report(report)
    assert (now.state, now.holder, now.disposition) == (State.ACCEPTED, "ann", "")
    assert house.keys("ann")[-1] == "card.returned"
    assert all("还没有请反映人补充" not in shown.text for shown in house.told("ann"))


async def test_an_important_report_about_the_body_is_not_closed_unbriefed(house: House) -> None:
    report = await house.file(whom="principal")
    await house.change(report, important=True)
    await house.claim("ann")
    shown = await house.propose("ann", "直接了结", "经补充仍无具体事实")
    assert "已汇报" in shown[-1].text
    assert (await house.report(report)).state == State.SCREENING


async def test_only_the_leader_ticks_that_it_was_briefed(house: House) -> None:
    report = await house.file(whom="principal")
    await house.change(report, important=True)
    await house.claim("ann")
    await house.ann.press("标记")
    assert not any("已向领导小组" in label for label in house.ann.last.labels)
    await house.open("lead")
    await house.lead.press("标记")
    await house.lead.press("☐ 已向领导小组负责同志汇报")
    assert (await house.report(report)).briefed


async def test_an_important_item_needs_the_groups_discussion_on_record(house: House) -> None:
    report = await house.file()
    await house.change(report, important=True)
    await house.claim("ann")
    await house.propose("ann", "深入了解", "问题重要，需要核对")
    await agree(house, "lead", "今天", "全组五人参加，一致同意深入了解")
    assert (await house.report(report)).state == State.EXPLORE
    vault = house.world.kit.vault
    made = await house.world.storage.read(lambda db: proposals.decisions(db, vault, report.id))
    assert [(d.body, d.held_on) for d in made] == [("team", "2026-03-02")]


# instrument, disposition and answers, then who agrees with what (domain 5.6)
GATES: tuple[tuple[str, str, Answers, tuple[tuple[str, Answers], ...]], ...] = (
    (
        "suixi-2016",  # 004 四(五): a lead in stationing goes to the leading group
        "移交纪检监察机关",
        ("有具体事实，属于对方职责",),
        (("lead", ()), ("officer", ()), ("head", ())),
    ),
    (
        "suixi-2016",  # 004 六(一): the office decides
        "移交组织部门",
        ("有具体事实，属于对方职责",),
        (("lead", ()), ("officer", ())),
    ),
    (
        "suixi-2016",
        "移交政法机关",
        ("有具体事实，属于对方职责",),
        (("lead", ()), ("officer", ()), ("head", ())),
    ),
    (
        "county-2012",  # 003 第十三条, two levels
        "移交纪检监察机关",
        ("省",),
        (("lead", ()), ("officer", ()), ("head", ())),
    ),
    (
        "jilin-2017",  # 002 五(四): the committee decides, the office records it
        "移交组织部门",
        ("有具体事实，属于对方职责",),
        (("lead", ()), ("officer", ()), ("second", ("今天", "常委会第9次会议，同意移交"))),
    ),
    (
        "central",
        "移交其他单位",
        ("县民政局",),
        (("lead", ()), ("officer", ()), ("head", ())),
    ),
    (
        "provincial-2009",
        "移交纪检监察机关",
        ("有具体事实，属于对方职责",),
        (("lead", ()), ("officer", ()), ("head", ())),
    ),
)


@pytest.mark.parametrize(("profile", "disposition", "answers", "approvals"), GATES)
async def test_a_transfer_passes_the_gates_of_its_instrument_and_comes_home(
    make_world: MakeWorld,
    profile: str,
    disposition: str,
    answers: Answers,
    approvals: tuple[tuple[str, Answers], ...],
) -> None:
    house = await build(make_world(ROUTES), profile)
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", disposition, *answers)
    for person, given in approvals:
        assert (await house.report(report)).state in (State.PROPOSED, State.APPROVING)
        await agree(house, person, *given)
    assert (await house.report(report)).state == State.DECIDED
    assert "card.sending_waits" in house.keys("officer")
    await home(house, disposition)
    assert (await house.report(report)).state == State.FINISHED


async def home(house: House, disposition: str) -> None:
    """The office records the letter, what came back, and the end."""
    await house.open("officer")
    await house.officer.press("登记发出")
    await house.officer.say("移交函〔2026〕3号")
    await house.officer.press("今天")
    assert "发出已登记" in house.officer.last.text
    await house.officer.press("登记办理情况")
    await house.officer.press("今天")
    await house.officer.say("已办结并给予处理")
    assert "办理情况已反馈" in house.officer.last.text
    await house.officer.press("办结")


async def test_a_referral_ends_with_the_receipt(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "转办", "县信访局", "个人诉求，应由有关部门处理")
    await agree(house, "lead")
    await agree(house, "officer")
    await house.open("officer")
    await house.officer.press("登记发出")
    await house.officer.say("转办函5号")
    await house.officer.press("今天")
    assert (await house.report(report)).state == State.REFERRED
    await house.officer.press("登记回执")
    await house.officer.press("今天")
    await house.officer.press("跳过")
    assert (await house.report(report)).state == State.FINISHED
    vault = house.world.kit.vault
    sent = await house.world.storage.read(lambda db: sendings.of(db, vault, report.id))
    assert [(s.letter["number"], s.letter["to"], s.back_on) for s in sent] == [
        ("转办函5号", "县信访局", "2026-03-02")
    ]


async def test_a_merge_keeps_both_and_shares_their_recusals(house: House) -> None:
    main = await house.file("修路款的事")
    await house.recuse(main, "bob")
    twin = await house.file("还是修路款的事")
    house.world.pass_time(minutes=1)
    await house.claim("ann")
    await house.ann.press("退回队列")
    await house.change(twin, urgent=True)  # first in the queue
    await house.claim("ann")
    code = house.filed[main.id].code
    await house.propose("ann", "合并办理", code, "反映的是同一事实")
    await agree(house, "lead")
    merged = await house.report(twin)
    assert (merged.state, merged.merged_into) == (State.MERGED, main.id)
    hidden = await house.world.storage.read(lambda db: reports.recused(db, twin.id))
    assert "bob" in hidden


@pytest.mark.parametrize("typed", ["XXXX", "没有", "2345678923"])
async def test_merging_into_what_is_not_there_is_asked_again(house: House, typed: str) -> None:
    report = await house.file()
    await house.claim("ann")
    shown = await house.propose("ann", "合并办理", typed)
    assert "没有找到" in shown[-1].text
    assert (await house.report(report)).state == State.SCREENING


async def test_one_cannot_merge_into_what_one_may_not_see(house: House) -> None:
    secret = await house.file(category="inspector", whom="team")
    await house.file()
    await house.claim("ann")
    shown = await house.propose("ann", "合并办理", house.filed[secret.id].code)
    assert "没有找到" in shown[-1].text


async def test_a_reroute_goes_to_the_other_queue_and_is_announced_there(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "改派", "办公室", "本组不宜办理")
    await agree(house, "lead")
    before = len(house.told("second"))
    await agree(house, "officer")
    now = await house.report(report)
    assert (now.queue, now.state, now.holder) == ("office", State.SUBMITTED, "")
    await house.bundle()
    assert "card.new_reports" in [s.key for s in house.told("second")[before:]]
    assert (await house.ann.say("/queue"))[-1].key == "team.queue_empty"


async def test_the_office_clears_a_name_and_takes_an_ended_item_up_again(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "直接了结", "有权机关已有结论")
    await agree(house, "lead")
    await house.officer.say(f"/queue {house.filed[report.id].code}")
    await house.officer.press("登记澄清")
    for answer in ("县纪委", "修路款入账", "2026-3-1", "当面告知本人和单位"):
        await house.officer.say(answer)
    await house.officer.press("查看")
    assert any("不属实" in shown.text for shown in house.told("officer"))
    await house.officer.press("重新办理")
    now = await house.report(report)
    assert (now.state, now.queue) == (State.SCREENING, "office")
    assert "共1件" in (await house.officer.say("/queue"))[-1].text


async def test_a_number_one_may_not_see_is_as_good_as_none(house: House) -> None:
    secret = await house.file(category="inspector", whom="team")
    known = await house.ann.say(f"/queue {house.filed[secret.id].code}")
    unknown = await house.ann.say("/queue 2222222222")
    assert known[-1].key == "team.not_there"
    assert unknown[-1].key in ("team.not_there", "team.queue_empty")


async def test_a_matter_for_the_office_leaves_the_team_when_it_is_classified(
    house: House,
) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.ann.press("分类")
    await house.ann.press("整改和巡视巡察工作")
    await house.ann.press("反映巡视巡察工作人员")
    now = await house.report(report)
    assert (now.queue, now.hidden, now.holder) == ("office", True, "")
    assert (await house.ann.say("/queue"))[-1].key == "team.queue_empty"
    await house.bundle()
    assert house.keys("officer") == ["card.new_reports"]


async def test_a_member_suggests_an_urgent_report_and_the_leader_makes_it(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.ann.press("专报")
    assert house.keys("lead")[-1] == "card.urgent_asked"
    assert not house.told("head")
    await house.open("lead")
    await house.lead.press("专报")
    await house.lead.press("重要问题线索")
    await house.lead.say("修路款去向不明，账本可能被毁")
    await house.lead.say("证据有灭失的危险")
    now = await house.report(report)
    assert now.important
    assert now.briefed
    assert house.keys("head")[-1] == "card.urgent_report"
    assert "card.urgent_report" in house.keys("officer")


async def test_a_deputy_approves_only_under_a_recorded_delegation(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "深入了解", "有具体线索可以了解")
    await house.open("dep")
    assert "同意" not in house.dep.last.labels
    await house.lead.say("/queue")
    await house.lead.press("委托副组长")
    await house.lead.press("委托戴维新")
    await agree(house, "dep")
    assert (await house.report(report)).state == State.EXPLORE
    await house.lead.say("/queue")
    await house.lead.press("委托副组长")
    await house.lead.press("收回对戴维新的委托")
    assert house.keys("dep")[-1] == "card.delegation_ended"


async def test_two_approvers_at_once_settle_it_once(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "移交组织部门", "有具体事实，属于对方职责")
    await agree(house, "lead")
    await house.open("officer")
    await house.open("second")
    await house.officer.press("同意")
    await house.second.press("同意")
    assert (await house.report(report)).state == State.DECIDED
    assert "现在的状态不能这样办" in house.second.last.text


async def test_the_last_four_characters_find_the_main_item_too(house: House) -> None:
    main = await house.file("修路款的事")
    twin = await house.file("还是修路款的事")
    await house.change(twin, urgent=True)
    await house.claim("ann")
    await house.propose("ann", "合并办理", house.filed[main.id].code[-4:], "反映的是同一事实")
    await agree(house, "lead")
    assert (await house.report(twin)).merged_into == main.id


async def test_what_is_added_to_a_merged_item_reaches_whoever_works_on_the_main_one(
    house: House,
) -> None:
    main = await house.file("修路款的事")
    twin = await house.file("还是修路款的事")
    await house.change(twin, urgent=True, state="merged", merged_into=main.id)
    await house.claim("bob")

    def come_in(desk: Desk) -> list[Reply]:
        found = reports.get(desk.db, twin.id)
        assert found is not None
        return [r for r in supplements.add(desk, found, "还有一张照片", []) if r.to is not None]

    await house.world.tick(come_in)
    assert house.keys("bob")[-1] == "card.added"
    assert "card.added" not in house.keys("ann")


async def test_what_is_for_the_leader_alone_no_member_sees(house: House) -> None:
    report = await house.file()
    await house.change(report, leader_only=True)  # 004 五(一)
    assert (await house.ann.say("/queue"))[-1].key == "team.queue_empty"
    assert "共1件" in (await house.lead.say("/queue"))[-1].text


async def test_what_is_about_the_office_is_worked_on_and_sent_by_the_leading_group(
    house: House,
) -> None:
    report = await house.file(category="inspector", whom="office")
    assert report.queue == "leading"
    await house.bundle()
    assert "card.new_reports" in house.keys("head")
    for person in ("officer", "second", "lead", "ann"):
        assert not house.told(person)
        assert (await house.chats[person].say("/queue"))[-1].key == "team.queue_empty"
    await house.claim("head")
    await house.propose("head", "移交纪检监察机关", "有具体事实，属于对方职责")
    assert house.keys("vice")[-1] == "card.decision_waits"
    await agree(house, "vice")
    assert (await house.report(report)).state == State.DECIDED
    await house.open("head")
    await house.head.press("登记发出")
    await house.head.say("移交函1号")
    await house.head.press("今天")
    assert (await house.report(report)).state == State.TRANSFERRED
    assert not [k for k in house.keys("officer") if k.startswith("card.")]


async def test_a_proposal_that_nobody_else_could_approve_is_refused_with_a_mend(
    house: House,
) -> None:
    report = await house.file(category="inspector", whom="office")
    await house.recuse(report, "vice")
    await house.claim("head")
    shown = await house.propose("head", "直接了结", "有权机关已有结论")
    assert "没有别人可以审定" in shown[-1].text
    assert (await house.report(report)).state == State.SCREENING
