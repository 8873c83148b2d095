"""Proposals for reports: a seat's decision entered from paper, 代行 with its dates, reminders."""

import pytest

from casework.lifecycle import State
from handlers import waiting
from storage import paper_decisions, proposals
from storage.proposals import Approval
from storage.reports import Report
from tests.handlers.conftest import MakeWorld
from tests.handlers.motion_house import ROUTES, MotionHouse, settle
from tests.handlers.talk import Shown


@pytest.fixture
async def house(make_world: MakeWorld) -> MotionHouse:
    return await settle(make_world(ROUTES), "suixi-2016")


async def proposed(house: MotionHouse) -> Report:
    """A lead for the discipline organ, agreed to by leader and office (004 四(五))."""
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "移交纪检监察机关", "有具体事实，属于对方职责")
    for person in ("lead", "officer"):
        await house.open(person)
        await house.chats[person].press("同意")
    return report


async def enter(house: MotionHouse, who: str = "second", verdict: str = "同意") -> list[Shown]:
    chat = house.chats[who]
    await chat.say("/motions")
    await chat.press("登记处置的纸质决定")
    await chat.press(chat.last.labels[0])
    await chat.press(verdict)
    await chat.say("领导小组会议纪要〔2026〕2号")
    await chat.press("今天")
    await chat.say("组长、两名副组长")
    await chat.say("同意移交。")
    return await chat.press("没有材料")


async def approvals(house: MotionHouse, report: Report) -> list[Approval]:
    vault = house.world.kit.vault

    def read(db: object) -> list[Approval]:
        found = proposals.last_of(db, vault, report.id)  # type: ignore[arg-type]
        return [] if found is None else proposals.approvals(db, vault, found)  # type: ignore[arg-type]

    return await house.world.storage.read(read)


async def test_the_leading_groups_decision_is_entered_and_counts_as_its_own(
    house: MotionHouse,
) -> None:
    report = await proposed(house)
    await enter(house)
    assert (await house.report(report)).state == State.DECIDED
    last = (await approvals(house, report))[-1]
    assert (last.seat, last.paper, last.person_id) == ("leading_group", True, "second")
    vault = house.world.kit.vault
    kept = await house.world.storage.read(
        lambda db: paper_decisions.of_report(db, vault, report.id)
    )
    assert [(p.seat, p.entered_by) for p in kept] == [("leading_group", "second")]
    assert kept[0].words["attendees"] == "组长、两名副组长"
    assert kept[0].words["held_on"] == "2026-03-02"


async def test_a_refusal_on_paper_returns_it(house: MotionHouse) -> None:
    report = await proposed(house)
    await enter(house, verdict="不同意")
    assert (await house.report(report)).state == State.ACCEPTED
    assert "card.returned" in house.keys("ann")


async def test_who_proposed_does_not_enter_the_paper(house: MotionHouse) -> None:
    await house.file(category="inspector", whom="team")  # lies in the office's queue
    await house.claim("second")
    await house.propose("second", "移交纪检监察机关", "有具体事实，属于对方职责")
    await house.second.say("/motions")
    shown = await house.second.press("登记处置的纸质决定")
    assert shown[0].key == "motion.no_proposal_waits"
    await house.officer.say("/motions")
    shown = await house.officer.press("登记处置的纸质决定")
    assert shown[0].key == "motion.ask_proposal"


async def test_who_agreed_at_an_earlier_stage_does_not_enter_the_next_ones_paper(
    house: MotionHouse,
) -> None:
    await proposed(house)
    await house.officer.say("/motions")
    shown = await house.officer.press("登记处置的纸质决定")
    assert shown[0].key == "motion.no_proposal_waits"


async def test_no_word_of_the_report_is_in_the_list(house: MotionHouse) -> None:
    await proposed(house)
    await house.second.say("/motions")
    shown = await house.second.press("登记处置的纸质决定")
    assert "修路款" not in shown[0].text + "".join(shown[0].labels)
    shown = await house.ann.say("/motions")
    assert "登记处置的纸质决定" not in shown[0].labels


async def test_whoever_is_recused_is_not_offered_it(house: MotionHouse) -> None:
    report = await proposed(house)
    await house.recuse(report, "second")
    await house.second.say("/motions")
    await house.second.press("登记处置的纸质决定")
    assert house.second.last.key == "motion.no_proposal_waits"


async def test_entered_twice_the_second_changes_nothing(house: MotionHouse) -> None:
    report = await proposed(house)
    for person in ("head", "second"):
        chat = house.chats[person]
        await chat.say("/motions")
        await chat.press("登记处置的纸质决定")
        await chat.press(chat.last.labels[0])
    await house.head.press("同意")
    await house.second.press("同意")
    for person in ("head", "second"):
        chat = house.chats[person]
        await chat.say("纪要2号")
        await chat.press("今天")
        await chat.press("跳过")
        await chat.press("跳过")
        await chat.press("没有材料")
    assert "已经办结" in house.second.last.text
    assert len([a for a in await approvals(house, report) if a.paper]) == 1


async def record(house: MotionHouse, seat: str, who: str) -> None:
    await house.officer.say("/office")
    await house.officer.press("代行登记")
    await house.officer.press("登记代行")
    await house.officer.press(seat)
    await house.officer.press(who)
    await house.officer.press("今天")
    await house.officer.say("2026-03-10")
    await house.officer.say("组长授权")


async def test_a_member_who_acts_for_the_leader_approves_and_the_record_says_so(
    house: MotionHouse,
) -> None:
    await record(house, "第一组组长", "柏景行")
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "深入了解", "有具体线索可以了解")
    await house.open("bob")
    await house.bob.press("同意")
    assert (await house.report(report)).state == State.EXPLORE
    given = (await approvals(house, report))[0]
    assert (given.person_id, given.seat) == ("bob", "leader")
    assert (given.acting["from"], given.acting["until"]) == ("2026-03-02", "2026-03-10")


async def test_a_deputys_delegation_is_on_record_with_its_dates(house: MotionHouse) -> None:
    await house.lead.say("/queue")
    await house.lead.press("委托副组长")
    await house.lead.press("委托戴维新")
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "深入了解", "有具体线索可以了解")
    await house.open("dep")
    await house.dep.press("同意")
    given = (await approvals(house, report))[0]
    assert (given.acting["from"], given.acting["until"]) == ("2026-03-02", "2026-04-01")


async def test_a_leading_seat_acts_for_the_office(house: MotionHouse) -> None:
    await record(house, "办公室", "费长明")
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "移交组织部门", "有具体事实，属于对方职责")
    await house.open("lead")
    await house.lead.press("同意")
    await house.open("vice")
    await house.vice.press("同意")
    assert (await house.report(report)).state == State.DECIDED
    given = (await approvals(house, report))[-1]
    assert (given.person_id, given.seat) == ("vice", "office")
    assert given.acting["until"] == "2026-03-10"


async def test_a_proposal_that_waits_is_put_before_its_approvers_once_a_working_day(
    house: MotionHouse,
) -> None:
    await house.file()
    await house.claim("ann")
    await house.propose("ann", "深入了解", "有具体线索可以了解")
    assert not await house.world.tick(waiting.remind)
    house.world.pass_time(days=1)
    told = await house.world.tick(waiting.remind)
    assert [(s.parcel.chat, s.key) for s in told] == [("lead", "motion.proposals_wait")]
    assert "修路款" not in told[0].text
    assert not await house.world.tick(waiting.remind)
