"""001: no number anywhere and no plan; one authorisation for one mission; the liaison changes."""

from datetime import date

from storage.base import Storage
from tests.scenarios.inspection import (
    SUCCESSOR,
    Inspection,
    assert_habits,
    assert_told,
    inspection,
)
from tests.scenarios.steps import (
    FACTS,
    add_item,
    agree,
    approve,
    approve_notice,
    citizens_report,
    deliver,
    enter,
    hand_over,
    notice_comes_home,
    notice_is_answered,
    propose,
    propose_feedback,
    publish,
    report_urgently,
    send,
    strike_off,
    visit,
    write_notice,
)

POINTS = "供水等公共服务保障不到位。\n卫国平同志在选人用人上把关不严。\n村级财务管理不规范。"
TOLD: dict[str, str] = {
    "leader": """
        2025-03-03 motion.told_agreed
        2025-03-05 card.new_reports
        2025-03-06 card.unclaimed
        2025-03-06 card.decision_waits
        2025-03-07 motion.proposals_wait
        2025-03-07 card.agreed
        2025-03-07 immediate.text_reviewed
        2025-03-07 card.agreed
        2025-03-10 immediate.unit_signed
        2025-03-17 card.date_due ×2
        2025-03-18 card.date_due ×2
        2025-03-18 immediate.notice_over
        2025-03-18 immediate.result_came
        2025-05-16 event.owed_now
        2025-05-16 motion.told_agreed
        2025-07-30 rectification.moved
    """,
    "deputy, second": """
        2025-03-05 card.new_reports
        2025-07-30 rectification.moved ×2
    """,
    "member": """
        2025-03-05 card.new_reports
        2025-03-07 card.agreed
        2025-07-30 rectification.moved ×2
    """,
    "office": """
        2025-03-03 motion.waits
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
        2025-03-10 transfer.signed_notice ×3
        2025-03-10 immediate.unit_signed
        2025-03-18 immediate.notice_over
        2025-03-18 immediate.result_came
        2025-03-18 immediate.result_examined
        2025-05-06 card.urgent
        2025-05-07 card.new_reports
        2025-05-16 motion.waits
        2025-05-16 motion.feedback_may_go
        2025-05-20 office.unit_signed
        2025-06-05 office.document_came ×3
        2025-07-30 rectification.moved
    """,
    "office2": """
        2025-03-03 motion.waits
        2025-03-05 card.new_reports
        2025-03-06 card.urgent_report
        2025-03-06 card.decision_waits ×2
        2025-03-07 motion.proposals_wait
        2025-03-07 card.decision_waits
        2025-03-07 card.sending_waits ×3
        2025-03-07 immediate.confirm_card
        2025-03-07 card.decision_waits
        2025-03-07 card.sending_waits
        2025-03-10 transfer.signed_notice ×3
        2025-03-10 immediate.unit_signed
        2025-03-18 immediate.notice_over
        2025-03-18 immediate.result_came
        2025-03-18 immediate.result_examined
        2025-05-06 card.urgent
        2025-05-07 card.new_reports
        2025-05-16 motion.waits
        2025-05-20 office.unit_signed
        2025-06-05 office.document_came ×3
        2025-07-30 rectification.moved
    """,
    "head, vice": """
        2025-03-06 card.urgent_report  # 巡视了解: 及时报告
        2025-03-07 card.decision_waits ×4
        2025-09-10 rectification.followup_told
    """,
    "liaison": """
        2025-03-10 immediate.notice
        2025-03-17 immediate.notice_due
        2025-03-18 immediate.notice_done
        2025-05-19 motion.feedback_readable
        2025-05-19 duty.sign_feedback
        2025-05-20 reminder.digest
        · 提示:签收反馈
        2025-05-21 unit.handover_over  # the seat has ended
    """,
    "principal": """
        2025-03-10 immediate.notice
        2025-03-17 immediate.notice_due
        2025-03-18 immediate.notice_done
        2025-05-19 motion.feedback_readable
        2025-05-19 duty.sign_feedback
        2025-05-20 reminder.digest
        · 提示:签收反馈
        2025-07-30 rectification.moved
    """,
    "discipline": """
        2025-03-10 transfer.sign ×2
        2025-05-09 reminder.digest
        · 提示:办理情况 ×2
        2025-05-26 reminder.digest
        · 提示:办理情况 ×2
        2025-06-05 duty.accepted ×2
    """,
    "organization": """
        2025-03-10 transfer.sign
        2025-05-09 reminder.digest
        · 提示:办理情况
        2025-05-26 reminder.digest
        · 提示:办理情况
        2025-06-05 duty.accepted
    """,
    "successor": """
        2025-05-21 unit.handover_nothing
        2025-07-24 rectification.reminder
        2025-07-30 rectification.moved
    """,
}


async def stationed(h: Inspection) -> None:
    """From the notice to the end of the stationing."""
    await approve_notice(h)
    await h.until("2025-03-03")
    words = ("今天", "通知已印发", "确认提交")
    await h.owed("office", "印发巡视通知", *words, ends="event.closed")
    contacts = "联系电话：010-1234567。邮政信箱：第001号。"  # 公布…联系方式
    await publish(h, "leader", "公告补充", contacts, seats=("office",))
    assert contacts in await h.page()
    await h.until("2025-03-05")
    await citizens_report(h)
    assert (await h.filed("li")).concerns_principal
    assert not await h.in_queue("leader", "wu")
    await h.until("2025-03-06")
    await propose(h, "member", "zhang", "移交纪检监察机关", FACTS)
    await report_urgently(h, "li")  # 发现领导干部涉嫌严重违纪违法等问题，及时报告
    await propose(h, "leader", "li", "移交组织部门", FACTS)
    await propose(h, "office", "wu", "移交纪检监察机关", FACTS)
    await h.until("2025-03-07")
    await approve(h, "zhang", ("leader",), ("office",), ("head",))  # 对领导小组决定的事项
    await approve(h, "li", ("office",), ("head",))
    await approve(h, "wu", ("office2",), ("head",))
    await write_notice(h, main="wang", twin="zhao")
    await approve(h, "wang", ("office",), ("head",))
    await h.until("2025-03-10")
    await send(h, "zhang", "移交函〔2025〕1号")
    await send(h, "li", "移交函〔2025〕2号")
    await send(h, "wu", "移交函〔2025〕3号")
    for department in ("discipline", "discipline", "organization"):
        await h.act(department, "/letters", "签收", ends="transfer.signed")
    await notice_comes_home(h)
    await h.until("2025-03-18")  # a working day after the internal date of the unit's answer
    await notice_is_answered(h)
    for citizen in ("wang", "zhao"):
        await h.queue("office", citizen, "办结", ends="team.item|team.done_here")
        assert "正在按规定办理" in await h.status(citizen)  # nothing shows before the feedback
    await h.until("2025-05-06")


async def fed_back(h: Inspection) -> None:
    """From the team's report to the 签收 of the feedback; a rest day lies between."""
    words = ("跳过", "已书面汇报")
    await enter(h, "leader", "中央巡视组提交", *words, ends="event.recorded_alone")
    await h.act("leader", "/queue", "收口", "确认收口", ends="closing.closed")
    await h.until("2025-05-16")
    await enter(h, "office", "中央巡视工作领导小组同意", "会议同意")
    await propose_feedback(h, POINTS)
    await agree(h, "office2")
    await h.until("2025-05-19")
    await deliver(h)
    await h.until("2025-05-20")
    await h.act("principal", "签收", ends="duty.signed")


async def rectified(h: Inspection) -> None:
    """What the office watches, a new liaison, the last visit."""
    await h.until("2025-05-21")
    await add_item(h, "供水设施老化", "更换水泵", "2025-07-31")
    await hand_over(h, "于一舟")
    await h.until("2025-06-05")
    for department in ("discipline", "discipline", "organization"):
        words = ("/duties", "报送", "没有材料", "已核实", "确认提交")
        await h.act(department, *words, ends="duty.received")
        await h.act("office", "/reviews", "审核通过", ends="office.accepted")
    await h.until("2025-07-30")
    await strike_off(h, 1, SUCCESSOR)
    await h.until("2025-09-10")
    await visit(h)
    words = ("今天", "实地检查一次", "确认提交")
    await h.owed("office", "对整改情况开展监督检查", *words, ends="event.closed")
    await h.until("2025-09-12")


async def test_an_inspection_as_the_page_of_about_2013_tells_it(storage: Storage) -> None:
    start, end, today = date(2025, 3, 3), date(2025, 5, 4), date(2025, 2, 10)
    h = await inspection(storage, "central", start=start, end=end, today=today)
    await stationed(h)
    await fed_back(h)
    await rectified(h)
    owed = await h.duties()
    assert not any(duty.hard for duty in owed.values())
    assert not {"plan", "report", "principal_report"} & {d.kind for d in owed.values()}
    assert {duty.state for duty in owed.values()} == {"accepted"}
    assert_told(h, TOLD)
    assert_habits(h)
    assert "已按规定处理" in await h.status("wang")
    await h.snoop("principal", SUCCESSOR)
    assert h.leaks() == []
    assert h.leaks(("discipline", "organization", "civil"), words=False) == []
    assert h.secrets_in(await h.page()) == []
