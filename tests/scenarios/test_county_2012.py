"""003, 2012: notice backward, two keys, plan, report, copies to the city, the year after."""

from datetime import date

from storage.base import Storage
from tests.scenarios.inspection import UNIT, Inspection, assert_habits, assert_told, inspection
from tests.scenarios.steps import (
    FACTS,
    add_item,
    agree,
    approve,
    approve_notice,
    citizens_report,
    deliver,
    display_notice,
    enter,
    hand_in,
    notice_comes_home,
    notice_is_answered,
    propose,
    propose_feedback,
    publish,
    report_urgently,
    send,
    strike_off,
    transfer_to_unit,
    visit,
    write_notice,
)

POINTS = "供水等公共服务保障不到位。\n卫国平同志在选人用人上把关不严。\n村级财务管理不规范。"
HEARD = ("今天", "市委副书记", "同意反馈")
TOLD: dict[str, str] = {
    "leader": """
        2025-03-03 motion.told_agreed
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports ×2
        2025-03-06 card.unclaimed
        2025-03-06 card.decision_waits
        2025-03-07 motion.proposals_wait
        2025-03-07 card.agreed
        2025-03-07 immediate.text_reviewed
        2025-03-07 card.agreed
        2025-03-10 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-03-12 immediate.text_reviewed
        2025-03-12 card.agreed
        2025-03-12 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-03-20 event.personnel_told  # 第十八条
        2025-03-28 motion.told_agreed
        2025-05-06 event.owed_now
        2025-05-08 motion.told_agreed
        2025-06-04 unit.extension_asked
        2025-06-04 motion.told_agreed
        2025-06-04 unit.extension_agreed
        2025-07-08 office.document_came
        2025-07-15 office.document_came
        2025-10-29 rectification.moved
        2026-01-09 reminder.digest
        · 抄送:催办:整改情况报告
        2026-01-13 board.message
        2026-01-26 office.document_came
        2026-04-10 event.consult_told  # 第十八条
    """,
    "deputy, second": """
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports ×2
        2025-03-20 event.personnel_told  # 第十八条
        2025-06-04 unit.extension_agreed
        2025-07-08 office.document_came
        2025-07-15 office.document_came
        2025-10-29 rectification.moved ×2
        2026-01-26 office.document_came
    """,
    "member": """
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports ×2
        2025-03-07 card.agreed
        2025-03-20 event.personnel_told  # 第十八条
        2025-06-04 unit.extension_agreed
        2025-07-08 office.document_came
        2025-07-15 office.document_came
        2025-10-29 rectification.moved ×2
        2026-01-26 office.document_came
    """,
    "office": """
        2025-02-10 reminder.digest  # 第十二条（二）: five working days before 02-17
        · 提示:书面通知巡视工作安排
        2025-02-14 reminder.digest  # one working day before
        · 提示:书面通知巡视工作安排
        2025-03-03 motion.waits
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-03-06 card.urgent_report
        2025-03-06 card.decision_waits
        2025-03-07 motion.proposals_wait
        2025-03-07 card.decision_waits
        2025-03-07 card.sending_waits ×2
        2025-03-07 card.agreed
        2025-03-07 card.sending_waits
        2025-03-07 immediate.confirm_card
        2025-03-07 card.decision_waits
        2025-03-07 card.sending_waits
        2025-03-10 card.unclaimed_office
        2025-03-10 transfer.signed_notice ×3
        2025-03-10 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-03-12 immediate.result_examined
        2025-03-12 immediate.confirm_card
        2025-03-12 card.decision_waits
        2025-03-12 card.sending_waits
        2025-03-12 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-03-12 immediate.result_examined
        2025-03-28 office.notice_wanted  # 第三条
        2025-04-14 card.urgent
        2025-04-15 card.new_reports
        2025-05-08 motion.feedback_may_go
        2025-05-13 office.unit_signed
        2025-06-04 office.document_came ×3
        2025-06-04 motion.waits
        2025-06-04 unit.extension_agreed
        2025-07-08 office.document_came
        2025-07-15 office.document_came
        2025-07-15 unit.document_examined
        2025-10-29 rectification.moved
        2026-01-09 reminder.digest
        · 抄送:催办:整改情况报告
        2026-01-15 reminder.digest
        · 抄送:督办:整改情况报告
        2026-01-22 reminder.digest  # ten: a question, sent by nobody
        · 请示:专报:整改情况报告
        2026-01-22 motion.told_agreed
        2026-01-26 office.document_came
        2026-01-26 unit.document_examined
        2026-04-10 office.document_came
    """,
    "office2": """
        2025-02-10 reminder.digest
        · 提示:书面通知巡视工作安排
        2025-02-14 reminder.digest
        · 提示:书面通知巡视工作安排
        2025-03-03 motion.waits
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-03-06 card.urgent_report
        2025-03-06 card.decision_waits ×2
        2025-03-07 motion.proposals_wait
        2025-03-07 card.decision_waits
        2025-03-07 card.sending_waits ×3
        2025-03-07 immediate.confirm_card
        2025-03-07 card.decision_waits
        2025-03-07 card.sending_waits
        2025-03-10 card.unclaimed_office
        2025-03-10 transfer.signed_notice ×3
        2025-03-10 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-03-12 immediate.result_examined
        2025-03-12 immediate.confirm_card
        2025-03-12 card.decision_waits
        2025-03-12 card.sending_waits
        2025-03-12 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-03-12 immediate.result_examined
        2025-03-28 office.notice_wanted
        2025-04-14 card.urgent
        2025-04-15 card.new_reports
        2025-05-08 motion.feedback_may_go
        2025-05-13 office.unit_signed
        2025-06-04 office.document_came ×3
        2025-06-04 motion.waits
        2025-06-04 unit.extension_agreed
        2025-07-08 office.document_came
        2025-07-15 office.document_came
        2025-07-15 unit.document_examined
        2025-10-29 rectification.moved
        2026-01-09 reminder.digest
        · 抄送:催办:整改情况报告
        2026-01-13 board.message
        2026-01-15 reminder.digest
        · 抄送:督办:整改情况报告
        2026-01-22 reminder.digest
        · 请示:专报:整改情况报告
        2026-01-26 office.document_came
        2026-01-26 unit.document_examined
        2026-04-10 event.consult_told
        2026-04-10 office.document_came
    """,
    "head, vice": """
        2025-03-06 card.urgent_report  # 第九条
        2025-03-07 card.decision_waits ×4
        2025-03-12 card.decision_waits
        2025-03-28 motion.waits
        2025-05-06 motion.waits  # 第十一条
        2025-05-07 motion.waits_reminder
        2025-05-08 motion.waits_reminder
        2025-06-04 motion.waits
        2025-07-15 unit.document_for_you
        2026-01-22 motion.waits  # 专报 put by an officer, never by itself
        2026-01-26 unit.document_for_you
        2026-02-03 rectification.followup_told
    """,
    "liaison": """
        2025-03-03 unit.display_wanted
        2025-03-10 immediate.notice
        2025-03-12 immediate.notice_done
        2025-03-12 immediate.notice
        2025-03-12 immediate.notice_done
        2025-05-12 motion.feedback_readable
        2025-05-12 duty.sign_feedback
        2025-05-13 reminder.digest
        · 提示:签收反馈
        2025-05-27 reminder.digest  # 20 working days before
        · 提示:整改方案
        2025-06-04 unit.extension_agreed
        2025-06-04 rectification.calendar_again
        2025-06-11 reminder.digest  # 20 before the agreed day; both dates named
        · 提示:整改方案
        2025-06-25 reminder.digest
        · 提示:整改方案
        2025-07-04 reminder.digest
        · 提示:整改方案
        2025-07-08 duty.returned
        2025-07-08 rectification.calendar_again
        2025-07-15 reminder.digest  # a working day before the next date
        · 提示:整改方案
        2025-07-15 duty.accepted
        2025-07-15 rectification.calendar_again
        2025-09-30 reminder.digest  # 3 months before is a rest day
        · 提示:整改情况报告
        2025-10-24 rectification.reminder
        2025-10-29 rectification.moved
        2025-12-08 reminder.digest
        · 提示:整改情况报告
        2025-12-24 reminder.digest
        · 提示:整改情况报告
        2026-01-05 reminder.digest
        · 提示:整改情况报告
        2026-01-08 reminder.digest
        · 提示:整改情况报告
        2026-01-09 reminder.digest  # 第十七条: one working day late
        · 催办:整改情况报告
        2026-01-13 board.message
        2026-01-26 duty.accepted
    """,
    "principal": """
        2025-03-03 unit.display_wanted
        2025-03-10 immediate.notice
        2025-03-12 immediate.notice_done
        2025-03-12 immediate.notice
        2025-03-12 immediate.notice_done
        2025-05-12 motion.feedback_readable
        2025-05-12 duty.sign_feedback
        2025-05-13 reminder.digest
        · 提示:签收反馈
        2025-05-13 duty.timeline
        2025-06-04 unit.extension_agreed
        2025-07-04 reminder.digest
        · 提示:整改方案
        2025-07-08 duty.returned
        2025-07-15 duty.accepted
        2025-10-29 rectification.moved
        2025-12-08 reminder.digest
        · 提示:整改情况报告
        2026-01-05 reminder.digest
        · 提示:整改情况报告
        2026-01-08 reminder.digest
        · 提示:整改情况报告
        2026-01-09 reminder.digest
        · 催办:整改情况报告
        2026-01-13 board.message
        2026-01-15 reminder.digest  # five working days late
        · 督办:整改情况报告
        2026-01-26 duty.accepted
    """,
    "discipline": """
        2025-03-10 transfer.sign ×2
        2025-05-09 reminder.digest
        · 提示:办理情况 ×2
        2025-05-26 reminder.digest
        · 提示:办理情况 ×2
        2025-06-04 duty.accepted ×2
    """,
    "organization": """
        2025-03-10 transfer.sign
        2025-05-09 reminder.digest
        · 提示:办理情况
        2025-05-26 reminder.digest
        · 提示:办理情况
        2025-06-04 duty.accepted
        2026-04-10 duty.accepted
    """,
    "city": """
        2025-05-12 motion.feedback_copy  # 第十一条 抄送
        2025-06-04 unit.extension_agreed
        2025-07-15 unit.document_copy  # 第十七条 抄报
        2026-01-09 reminder.digest  # 第十六条
        · 抄送:催办:整改情况报告
        2026-01-13 board.message  # pressed by an officer
        2026-01-15 reminder.digest
        · 抄送:督办:整改情况报告
        2026-01-26 unit.document_copy  # 第十七条 抄报
    """,
}


async def announced(h: Inspection) -> None:
    """第十二条（二）: ten working days before, in writing, to the county and to its city."""
    await approve_notice(h)
    await h.run_ticks()
    # 2025-03-03 back: 28 27 26 25 24 · 21 20 19 18 17 February
    assert (await h.duties())["notice"].due == date(2025, 2, 17)
    await h.until("2025-02-14")
    words = ("今天", "已书面通知县和市委", "确认提交")
    await h.owed("office", "书面通知巡视工作安排", *words, ends="event.closed")


async def stationed(h: Inspection) -> None:
    """The stationing, longer than planned (第三条)."""
    await h.until("2025-03-03")
    contacts = "联系电话：0554-1234567，工作日8:30至17:30。意见箱：镇政府一楼。"
    await publish(h, "leader", "公告补充", contacts, seats=("office",))
    assert contacts in await h.page()
    await display_notice(h)
    await h.until("2025-03-05")
    await citizens_report(h)
    await h.report("sun", "乡道上的路灯坏了大半年，晚上孩子放学看不见路，摔伤过两个人。")
    await h.minutes(16)
    assert (await h.filed("li")).concerns_principal
    assert not await h.in_queue("leader", "wu")
    await h.until("2025-03-06")
    await propose(h, "member", "zhang", "移交纪检监察机关", "市")
    await report_urgently(h, "li")  # 第九条、第十条
    await propose(h, "leader", "li", "移交组织部门", "省", FACTS)
    await propose(h, "office", "wu", "移交纪检监察机关", "省")
    await h.until("2025-03-07")
    await approve(h, "zhang", ("leader",), ("office",), ("head",))  # 第十三条
    await approve(h, "li", ("office",), ("head",))
    await approve(h, "wu", ("office2",), ("head",))
    await write_notice(h, main="wang", twin="zhao")
    await approve(h, "wang", ("office",), ("head", "今天", "市委复函同意"))  # 第九条
    await h.until("2025-03-10")
    await send(h, "zhang", "移交函〔2025〕1号")
    await send(h, "li", "移交函〔2025〕2号")
    await send(h, "wu", "移交函〔2025〕3号")
    for department in ("discipline", "discipline", "organization"):
        await h.act(department, "/letters", "签收", ends="transfer.signed")
    await notice_comes_home(h)
    await h.until("2025-03-12")
    await notice_is_answered(h)
    for citizen in ("wang", "zhao"):
        await h.queue("office", citizen, "办结", ends="team.item|team.done_here")
        assert "正在按规定办理" in await h.status(citizen)  # nothing shows before the feedback
    await transfer_to_unit(h, "sun")
    await h.until("2025-03-20")
    await enter(h, "office", "班子成员调整", "一名班子成员调整", ends="event.recorded_alone")
    await h.until("2025-03-28")
    steps = ("申请延长进驻", UNIT, "2025-04-11", "问题较多")
    await h.act("leader", "/motions", *steps, ends="motion.put")
    await agree(h, "head")
    await h.until("2025-03-31")
    await h.act("office", "/office", "发布新公告", "已发布", ends="office.notice_recorded")
    await h.until("2025-04-14")


async def fed_back(h: Inspection) -> None:
    """From the team's report to the 签收 of the feedback."""
    words = ("跳过", "已提交巡视报告")
    await enter(h, "leader", "巡视组提交", *words, ends="event.recorded_alone")
    for doc in ("举报班子及成员的重要问题全部汇报", "重大问题专题报告"):  # 第十条
        words = ("今天", "已当面汇报并书面报送", "确认提交")
        await h.owed("leader", doc, *words, ends="event.closed")
    await h.act("leader", "/queue", "收口", "确认收口", ends="closing.closed")
    await enter(h, "office", "本批巡视结束", "本批一个组")
    # 第五条: 15-18 (4) · 21-25 (9) · 27 (10, worked Sunday) · 28-30 (13) April
    # 6-9 (17) · 12-16 (22) · 19-23 (27) · 26 27 28 (30) May; 1-5 May at rest
    assert (await h.duties())["briefing"].due == date(2025, 5, 28)
    await h.until("2025-05-06")
    hearing = ("今天", "领导小组第3次会议", "听取第一组汇报", "确认提交")
    await h.owed("head", "领导小组听取汇报", *hearing, ends="event.closed")
    await enter(h, "office", "巡视工作领导小组同意", "会议同意")
    await propose_feedback(h, POINTS)
    await h.until("2025-05-08")
    await agree(h, "head", hearing=HEARD)  # 第十一条: 反馈前要与市委沟通
    await h.until("2025-05-12")
    await deliver(h)
    for person in ("liaison", "principal", "city"):
        (shown,) = await h.act(person, "查看", ends="motion.feedback_text")
        assert "2. 村级财务管理不规范" in shown.text
        assert "选人用人" not in shown.text
    await h.until("2025-05-13")
    await h.act("liaison", "签收", ends="duty.signed")
    # 第十七条: 14-16 (3) · 19-23 (8) · 26-30 (13) May; 31 May - 2 June at rest
    # 3-6 (17) · 9-13 (22) · 16-20 (27) · 23 24 25 (30) June
    assert (await h.duties())["plan"].due == date(2025, 6, 25)


async def planned(h: Inspection) -> None:
    """The plan: extended once, returned once; the legal clock runs from the first submission."""
    await h.until("2025-06-04")
    for department in ("discipline", "discipline", "organization"):
        words = ("/duties", "报送", "没有材料", "已核实", "确认提交")
        await h.act(department, *words, ends="duty.received")
        await h.act("office", "/reviews", "审核通过", ends="office.accepted")
    words = ("今天", "已跟踪办理", "确认提交")
    await h.owed("office", "跟踪督办", *words, ends="event.closed")
    await h.act("liaison", "/calendar", ends="rectification.calendar")
    wish = ("2025-07-09", "工程验收推迟", "没有材料", "确认提交")
    await h.duty("liaison", "整改方案", "申请调整时限", *wish, ends="unit.extension_sent")
    await h.act("leader", "报批", ends="motion.put")
    await agree(h, "office", "head")
    plan = (await h.duties())["plan"]
    assert (plan.due, plan.extended_to) == (date(2025, 6, 25), date(2025, 7, 9))
    await h.until("2025-07-08")
    await hand_in(h, "liaison", "整改方案", file="整改方案.docx", ends="duty.received")
    await h.act("leader", "退回修改", "责任没有落实到人", "2025-07-16", ends="office.returned")
    await h.until("2025-07-15")
    await hand_in(h, "liaison", "整改方案", file="整改方案修改稿.docx", ends="duty.received")
    await h.act("leader", "审核通过", ends="unit.examined")
    await h.act("office", "审核无误，转报", ends="office.accepted")
    await h.act("head", "已收到", ends="unit.receipt_recorded")
    assert (await h.milestones())["plan.submitted"] == "2025-07-08"
    assert (await h.duties())["report"].due == date(2026, 1, 8)  # six months, a Thursday
    await add_item(h, "供水设施老化", "更换水泵", "2025-10-31")


async def reported(h: Inspection) -> None:
    """The report comes late, so that every step of the ladder is climbed; then the visit."""
    await h.until("2025-10-29")
    await strike_off(h, 1)
    await h.until("2026-01-13")
    urge = ("/board", f"{UNIT} · 整改情况报告", "催办", "发出")
    await h.act("office", *urge, ends="board.sent")  # 第十六条: the city has its copy of this too
    await h.until("2026-01-22")  # 9 · 12-16 · 19-22 January: ten working days late
    draft = ("/board", "专报建议", UNIT, "整改情况报告", "采用此稿", "确认提交")
    await h.act("office", *draft, ends="motion.put")
    await agree(h, "head")
    await h.until("2026-01-26")
    await hand_in(
        h, "liaison", "整改情况报告", file="整改情况报告.docx", ends="duty.received_late"
    )
    await h.act("leader", "审核通过", ends="unit.examined")
    await h.act("office", "审核无误，转报", ends="office.accepted")
    await h.until("2026-02-03")
    await visit(h)
    words = ("今天", "已报送省委并抄报", "确认提交")
    await h.owed("office", "年度综合分析报告", *words, ends="event.closed")
    await h.until("2026-04-10")  # the last day within the year of 第十八条 is 2026-04-11
    await enter(h, "office", "拟提拔使用", "征求巡视组意见")
    consult = "提拔使用或换届考察听取巡视组意见"
    words = ("没有材料", "已听取巡视组意见", "确认提交")
    await h.duty("organization", consult, "报送", *words, ends="duty.received")
    await h.act("office", "/reviews", "审核通过", ends="office.accepted")
    await h.until("2026-04-13")


async def test_an_inspection_of_a_county_by_the_method_of_2012(storage: Storage) -> None:
    start, end, today = date(2025, 3, 3), date(2025, 4, 2), date(2025, 2, 6)
    h = await inspection(storage, "county-2012", start=start, end=end, today=today, city=True)
    await announced(h)
    await stationed(h)
    await fed_back(h)
    await planned(h)
    await reported(h)
    owed = await h.duties()
    assert {k for k, duty in owed.items() if duty.state != "accepted"} == set()
    assert_told(h, TOLD)
    assert_habits(h)
    assert "已按规定处理" in await h.status("wang")
    await h.snoop()
    assert h.leaks() == []
    assert h.leaks(("discipline", "organization", "civil", "city"), words=False) == []
    assert h.secrets_in(await h.page()) == []
