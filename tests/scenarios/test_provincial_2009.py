"""000, 2009: every duty 及时, no number anywhere; nothing climbs beyond 提示 by itself."""

from datetime import date

from storage.base import Storage
from tests.scenarios.inspection import Inspection, assert_habits, assert_told, inspection
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
    visit,
    write_notice,
)

PLAN = "整改方案（分解责任、落实到人、明确时限）"
POINTS = "供水等公共服务保障不到位。\n卫国平同志在选人用人上把关不严。\n村级财务管理不规范。"
TOLD: dict[str, str] = {
    "leader": """
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-03-06 card.unclaimed
        2025-03-06 card.decision_waits
        2025-03-07 motion.proposals_wait
        2025-03-07 card.agreed
        2025-03-07 immediate.text_reviewed
        2025-03-07 card.agreed
        2025-03-10 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-04-18 event.owed_now
        2025-04-21 motion.told_agreed
        2025-06-24 office.document_came
        2025-06-24 rectification.moved
        2025-08-28 rectification.moved
        2025-12-22 office.document_came
    """,
    "deputy, second": """
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-06-24 office.document_came
        2025-06-24 rectification.moved ×2
        2025-08-28 rectification.moved ×2
        2025-12-22 office.document_came
    """,
    "member": """
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-03-07 card.agreed
        2025-06-24 office.document_came
        2025-06-24 rectification.moved ×2
        2025-08-28 rectification.moved ×2
        2025-12-22 office.document_came
    """,
    "office": """
        2025-03-03 motion.told_agreed
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
        2025-03-10 transfer.signed_notice ×3
        2025-03-10 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-03-12 immediate.result_examined
        2025-04-07 card.urgent
        2025-04-08 card.new_reports
        2025-04-18 motion.waits
        2025-04-21 motion.waits_reminder
        2025-04-21 motion.feedback_may_go
        2025-04-24 office.unit_signed
        2025-04-24 motion.told_agreed
        2025-06-05 office.document_came ×3
        2025-06-11 reminder.digest  # 五 names no number: only asked
        · 请示:催办:整改方案（分解责任、落实到人、明确时限）
        2025-06-17 reminder.digest
        · 请示:督办:整改方案（分解责任、落实到人、明确时限）
        2025-06-24 reminder.digest
        · 请示:专报:整改方案（分解责任、落实到人、明确时限）
        2025-06-24 office.document_came
        2025-06-24 rectification.moved
        2025-08-28 rectification.moved
        2025-12-22 office.document_came
        2025-12-22 rectification.publication_came
        2025-12-22 motion.told_agreed
    """,
    "office2": """
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
        2025-03-10 transfer.signed_notice ×3
        2025-03-10 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-03-12 immediate.result_examined
        2025-04-07 card.urgent
        2025-04-08 card.new_reports
        2025-04-18 motion.waits
        2025-04-21 motion.waits_reminder
        2025-04-24 office.unit_signed
        2025-04-24 motion.waits
        2025-06-05 office.document_came ×3
        2025-06-11 reminder.digest
        · 请示:催办:整改方案（分解责任、落实到人、明确时限）
        2025-06-17 reminder.digest
        · 请示:督办:整改方案（分解责任、落实到人、明确时限）
        2025-06-24 reminder.digest
        · 请示:专报:整改方案（分解责任、落实到人、明确时限）
        2025-06-24 office.document_came
        2025-06-24 rectification.moved
        2025-08-28 rectification.moved
        2025-12-22 office.document_came
        2025-12-22 rectification.publication_came
        2025-12-22 motion.waits
    """,
    "head, vice": """
        2025-03-06 card.urgent_report  # 三 重大事项报告制度
        2025-03-07 card.decision_waits ×4
        2025-06-24 unit.document_for_you
        2025-12-22 unit.document_for_you
        2026-03-10 rectification.followup_told
    """,
    "liaison": """
        2025-03-03 unit.display_wanted
        2025-03-10 immediate.notice
        2025-03-12 immediate.notice_done
        2025-04-22 motion.feedback_readable
        2025-04-22 duty.sign_feedback
        2025-04-23 reminder.digest
        · 提示:签收反馈
        2025-05-12 reminder.digest  # an internal date
        · 提示:整改方案（分解责任、落实到人、明确时限）
        2025-05-26 reminder.digest
        · 提示:整改方案（分解责任、落实到人、明确时限）
        2025-06-05 reminder.digest
        · 提示:整改方案（分解责任、落实到人、明确时限）
        2025-06-10 reminder.digest
        · 提示:整改方案（分解责任、落实到人、明确时限）
        2025-06-24 duty.accepted
        2025-06-24 rectification.moved
        2025-08-22 rectification.reminder
        2025-08-28 rectification.moved
        2025-09-24 reminder.digest
        · 提示:整改情况报告
        2025-11-24 reminder.digest
        · 提示:整改情况报告
        2025-12-10 reminder.digest
        · 提示:整改情况报告
        2025-12-19 reminder.digest
        · 提示:整改情况报告
        2025-12-22 duty.accepted
    """,
    "principal": """
        2025-03-03 unit.display_wanted
        2025-03-10 immediate.notice
        2025-03-12 immediate.notice_done
        2025-04-22 motion.feedback_readable
        2025-04-22 duty.sign_feedback
        2025-04-23 reminder.digest
        · 提示:签收反馈
        2025-04-24 duty.timeline
        2025-06-05 reminder.digest
        · 提示:整改方案（分解责任、落实到人、明确时限）
        2025-06-10 reminder.digest
        · 提示:整改方案（分解责任、落实到人、明确时限）
        2025-06-24 duty.accepted
        2025-06-24 rectification.moved
        2025-08-28 rectification.moved
        2025-11-24 reminder.digest
        · 提示:整改情况报告
        2025-12-19 reminder.digest
        · 提示:整改情况报告
        2025-12-22 duty.accepted
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
}


async def stationed(h: Inspection) -> None:
    """From the notice to the end of the stationing."""
    await approve_notice(h)
    await h.until("2025-03-03")
    contacts = "联系电话：0554-1234567，工作日8:30至17:30。意见箱：镇政府一楼。"
    await publish(h, "office", "公告补充", contacts, seats=("office2",))
    assert contacts in await h.page()
    await display_notice(h)
    await h.until("2025-03-05")
    await citizens_report(h)
    assert (await h.filed("li")).concerns_principal
    assert not await h.in_queue("leader", "wu")
    await h.until("2025-03-06")
    await propose(h, "member", "zhang", "移交纪检监察机关", FACTS)
    await report_urgently(h, "li")
    await propose(h, "leader", "li", "移交组织部门", FACTS)
    await propose(h, "office", "wu", "移交纪检监察机关", FACTS)
    await h.until("2025-03-07")
    await approve(h, "zhang", ("leader",), ("office",), ("head",))  # 五: 按程序
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
    await h.until("2025-03-12")
    await notice_is_answered(h)
    for citizen in ("wang", "zhao"):
        await h.queue("office", citizen, "办结", ends="team.item|team.done_here")
        assert "正在按规定办理" in await h.status(citizen)  # nothing shows before the feedback
    await h.until("2025-04-07")


async def fed_back(h: Inspection) -> None:
    """From the team's report to the 签收 of the feedback."""
    words = ("跳过", "已提交书面报告")
    await enter(h, "leader", "巡视组提交", *words, ends="event.recorded_alone")
    await h.act("leader", "/queue", "收口", "确认收口", ends="closing.closed")
    await h.until("2025-04-08")
    await enter(h, "office", "本批巡视结束", "本批一个组")
    await h.until("2025-04-18")
    hearing = ("今天", "领导小组第3次会议", "听取第一组汇报", "确认提交")
    await h.owed("head", "领导小组听取汇报", *hearing, ends="event.closed")
    hearing = ("今天", "省委常委会第9次会议", "听取本批情况", "确认提交")
    await h.owed("head", "党委常委会定期听取汇报", *hearing, ends="event.closed")
    await enter(h, "office", "巡视工作领导小组同意", "会议同意")
    await propose_feedback(h, POINTS)
    await h.until("2025-04-21")
    await agree(h, "office2")  # 000 names no gate: leader and office
    await h.until("2025-04-22")
    await deliver(h)
    for person in ("liaison", "principal"):
        (shown,) = await h.act(person, "查看", ends="motion.feedback_text")
        assert "2. 村级财务管理不规范" in shown.text
        assert "选人用人" not in shown.text
    await h.until("2025-04-24")
    await h.act("liaison", "签收", ends="duty.signed")
    text = "反馈指出公共服务、财务管理等方面的问题。"
    await publish(h, "office", "反馈情况", text, seats=("office2",))
    await add_item(h, "供水设施老化", "更换水泵", "2025-07-31")
    await add_item(h, "村级账目不公开", "按季公开", "2025-08-29")


async def rectified(h: Inspection) -> None:
    """From the plan, which comes late, to the last follow-up visit."""
    await h.until("2025-06-05")
    for department in ("discipline", "discipline", "organization"):
        words = ("/duties", "报送", "没有材料", "已核实", "确认提交")
        await h.act(department, *words, ends="duty.received")
        await h.act("office", "/reviews", "审核通过", ends="office.accepted")
    await h.until("2025-06-24")  # ten working days after the internal date of the plan
    await hand_in(h, "liaison", PLAN, file="整改方案.docx", ends="duty.received")
    await h.act("office", "/office", "审核报送", "审核通过", ends="office.accepted")
    await h.act("head", "查看", "已收到", ends="unit.receipt_recorded")
    await strike_off(h, 1)
    await h.until("2025-08-28")
    await strike_off(h, 2)
    await h.until("2025-12-22")
    await hand_in(h, "liaison", "整改情况报告", file="整改情况报告.docx", ends="duty.received")
    await h.act("office", "/office", "审核报送", "审核通过", ends="office.accepted")
    words = ("登记公开情况", "今天", "公开栏", "跳过", "整改情况已张贴", "没有材料")
    await h.act("liaison", "/items", *words, ends="rectification.published")
    assert "问题均已完成整改" not in await h.page()
    await publish(h, "office", "整改情况", "问题均已完成整改。", seats=("office2",))
    assert "问题均已完成整改" in await h.page()
    await h.until("2026-01-05")
    await enter(h, "office", "印发年度计划", "年度总结")
    await h.owed("office", "抄报年度", "今天", "已抄报", "确认提交", ends="event.closed")
    await h.until("2026-03-10")
    await visit(h)
    await h.until("2026-03-12")


async def test_an_inspection_by_the_opinions_of_2009(storage: Storage) -> None:
    start, end, today = date(2025, 3, 3), date(2025, 4, 3), date(2025, 2, 10)
    h = await inspection(storage, "provincial-2009", start=start, end=end, today=today)
    await stationed(h)
    await fed_back(h)
    await rectified(h)
    owed = await h.duties()
    # 及时: thirty working days and six months are internal dates of common.toml, never law
    assert (owed["plan"].due, owed["report"].due) == (date(2025, 6, 10), date(2025, 12, 24))
    assert not any(duty.hard for duty in owed.values())
    assert {duty.state for duty in owed.values()} == {"accepted"}
    assert_told(h, TOLD)
    assert_habits(h)
    assert "已按规定处理" in await h.status("wang")
    await h.snoop()
    assert h.leaks() == []
    assert h.leaks(("discipline", "organization", "civil"), words=False) == []
    assert h.secrets_in(await h.page()) == []
