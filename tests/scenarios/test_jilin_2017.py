"""002, 2017: the committee decides on paper; 2 and 3 months whose start is only inferred."""

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
    visit,
    write_notice,
)

POINTS = "供水等公共服务保障不到位。\n卫国平同志在选人用人上把关不严。\n村级财务管理不规范。"
PAPER = ("今天", "常委会第9次会议，同意移交")
OWN = "主要负责人履行整改第一责任人责任情况报告"
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
        2025-04-18 motion.told_agreed
        2025-07-01 board.message
        2025-07-03 office.document_came ×2
        2025-07-03 rectification.moved
    """,
    "deputy, second": """
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-07-03 office.document_came ×2
        2025-07-03 rectification.moved ×2
    """,
    "member": """
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-03-07 card.agreed
        2025-07-03 office.document_came ×2
        2025-07-03 rectification.moved ×2
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
        2025-04-18 motion.feedback_may_go
        2025-04-24 office.unit_signed
        2025-06-09 office.document_came ×3
        2025-06-25 reminder.digest  # the start is inferred: only asked
        · 请示:催办:整改情况报告
        · 请示:催办:主要负责人履行整改第一责任人责任情况报告
        2025-07-01 reminder.digest
        · 请示:督办:整改情况报告
        · 请示:督办:主要负责人履行整改第一责任人责任情况报告
        2025-07-03 office.document_came ×2
        2025-07-03 rectification.moved
        2025-07-10 rectification.publication_came
        2025-07-10 motion.told_agreed
    """,
    "office2": """
        2025-03-03 motion.waits
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-03-06 card.urgent_report
        2025-03-06 card.decision_waits ×2
        2025-03-07 motion.proposals_wait
        2025-03-07 card.decision_waits ×3
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
        2025-04-24 office.unit_signed
        2025-06-09 office.document_came ×3
        2025-06-25 reminder.digest
        · 请示:催办:整改情况报告
        · 请示:催办:主要负责人履行整改第一责任人责任情况报告
        2025-07-01 reminder.digest
        · 请示:督办:整改情况报告
        · 请示:督办:主要负责人履行整改第一责任人责任情况报告
        2025-07-01 board.message
        2025-07-03 office.document_came ×2
        2025-07-03 rectification.moved
        2025-07-10 rectification.publication_came
        2025-07-10 motion.waits
    """,
    "head, vice": """
        2025-03-06 card.urgent_report
        2025-03-07 card.decision_waits ×4
        2025-09-10 rectification.followup_told
    """,
    "liaison": """
        2025-03-03 unit.display_wanted
        2025-03-10 immediate.notice
        2025-03-12 immediate.notice_done
        2025-04-22 motion.feedback_readable
        2025-04-22 duty.sign_feedback
        2025-04-23 reminder.digest
        · 提示:签收反馈
        2025-05-23 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人履行整改第一责任人责任情况报告
        2025-06-10 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人履行整改第一责任人责任情况报告
        2025-06-19 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人履行整改第一责任人责任情况报告
        2025-06-23 rectification.reminder
        2025-06-24 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人履行整改第一责任人责任情况报告
        2025-06-30 rectification.reminder
        2025-07-01 rectification.reminder
        2025-07-03 duty.accepted ×2
        2025-07-03 rectification.moved
    """,
    "principal": """
        2025-03-03 unit.display_wanted
        2025-03-10 immediate.notice
        2025-03-12 immediate.notice_done
        2025-04-22 motion.feedback_readable
        2025-04-22 duty.sign_feedback
        2025-04-23 reminder.digest
        · 提示:签收反馈
        2025-04-24 duty.timeline ×2  # 五（四）
        2025-06-10 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人履行整改第一责任人责任情况报告
        2025-06-19 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人履行整改第一责任人责任情况报告
        2025-06-24 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人履行整改第一责任人责任情况报告
        2025-07-01 board.message  # 督办 by an officer
        2025-07-03 duty.accepted ×2
        2025-07-03 rectification.moved
    """,
    "discipline": """
        2025-03-10 transfer.sign ×2
        2025-05-09 reminder.digest  # 五（四）: 3 months, one before
        · 提示:纪检监察机关反馈办理情况 ×2
        2025-05-26 reminder.digest
        · 提示:纪检监察机关反馈办理情况 ×2
        2025-06-09 duty.accepted ×2
    """,
    "organization": """
        2025-03-10 transfer.sign
        2025-05-09 reminder.digest
        · 提示:组织部门反馈办理情况
        2025-05-26 reminder.digest
        · 提示:组织部门反馈办理情况
        2025-06-09 duty.accepted
    """,
}


async def stationed(h: Inspection) -> None:
    """From the notice to the end of the stationing."""
    await approve_notice(h)
    await h.until("2025-03-03")
    contacts = "联系电话：0431-1234567，工作日8:30至17:30。意见箱：镇政府一楼。"
    await publish(h, "office", "公告补充", contacts, seats=("office2",))
    assert contacts in await h.page()
    await display_notice(h)  # 六（四）
    await h.until("2025-03-05")
    await citizens_report(h)
    assert (await h.filed("li")).concerns_principal
    assert not await h.in_queue("leader", "wu")
    await h.until("2025-03-06")
    await propose(h, "member", "zhang", "移交纪检监察机关", FACTS)
    await report_urgently(h, "li")  # 五（一）、五（五）
    await propose(h, "leader", "li", "移交组织部门", FACTS)
    await propose(h, "office", "wu", "移交纪检监察机关", FACTS)
    await h.until("2025-03-07")
    # 五（四）: the committee decides, the office enters its minutes, never who proposed
    await approve(h, "zhang", ("leader",), ("office",), ("office2", *PAPER))
    await approve(h, "li", ("office",), ("office2", *PAPER))
    await approve(h, "wu", ("office2",), ("head", *PAPER))
    await write_notice(h, main="wang", twin="zhao")
    await approve(h, "wang", ("office",), ("head",))
    assert "immediate-rectification" not in await h.duties()  # not before the notice has left
    await h.until("2025-03-10")
    await send(h, "zhang", "移交函〔2025〕1号")
    await send(h, "li", "移交函〔2025〕2号")
    await send(h, "wu", "移交函〔2025〕3号")
    for department in ("discipline", "discipline", "organization"):
        (told, *_) = await h.act(department, "/letters", "签收", ends="transfer.signed")
        assert "2025年6月10日" in told.text  # three months
    feedback = (await h.duties())["transfer-feedback-discipline"]
    assert (feedback.due, feedback.basis) == (date(2025, 6, 10), "inferred")
    await notice_comes_home(h)
    await h.until("2025-03-12")
    await notice_is_answered(h)
    for citizen in ("wang", "zhao"):
        await h.queue("office", citizen, "办结", ends="team.item|team.done_here")
        assert "正在按规定办理" in await h.status(citizen)  # nothing shows before the feedback
    await h.until("2025-04-07")


async def fed_back(h: Inspection) -> None:
    """From the team's report to the 签收 of the feedback."""
    await h.act("leader", "/queue", "收口", "确认收口", ends="closing.closed")
    await enter(h, "office", "本批巡察结束", "本批一个组")
    await h.until("2025-04-18")
    hearing = ("今天", "书记专题会议", "听取第一组汇报", "确认提交")
    await h.owed("office", "党委常委会、书记专题会议听取汇报", *hearing, ends="event.closed")
    await enter(h, "office", "巡察工作领导小组同意", "会议同意")
    await propose_feedback(h, POINTS)
    await agree(h, "office2")
    await h.until("2025-04-22")
    await deliver(h)
    for person in ("liaison", "principal"):
        (shown,) = await h.act(person, "查看", ends="motion.feedback_text")
        assert "2. 村级财务管理不规范" in shown.text
        assert "选人用人" not in shown.text
    await h.until("2025-04-24")
    await h.act("liaison", "签收", ends="duty.signed")
    owed = await h.duties()
    for own in ("report", "principal-report"):  # 五（四）: 2 months, 24 June is a Tuesday
        assert (owed[own].due, owed[own].basis) == (date(2025, 6, 24), "inferred")
    await add_item(h, "供水设施老化", "更换水泵", "2025-06-30")


async def rectified(h: Inspection) -> None:
    """Both reports late: the ladder is put before the office, which presses one by hand."""
    await h.until("2025-06-09")
    for department in ("discipline", "discipline", "organization"):
        words = ("/duties", "报送", "没有材料", "已核实", "确认提交")
        await h.act(department, *words, ends="duty.received")
        await h.act("office", "/reviews", "审核通过", ends="office.accepted")
    await h.until("2025-07-01")
    await h.act("office", "/board", f"{UNIT} · 整改情况报告", "督办", "发出", ends="board.sent")
    await h.until("2025-07-03")
    await hand_in(
        h, "liaison", "整改情况报告", file="整改情况报告.docx", ends="duty.received_late"
    )
    own = "主要负责人履行整改第一责任人责任情况报告.docx"
    await hand_in(h, "principal", OWN, file=own, ends="duty.received_late")
    for _ in range(2):
        await h.act("office", "/reviews", "审核通过", ends="office.accepted")
    await strike_off(h, 1)
    await h.until("2025-07-10")
    words = ("登记公开情况", "今天", "党内通报", "跳过", "已在党内通报", "没有材料")
    await h.act("liaison", "/items", *words, ends="rectification.published")
    assert "问题均已完成整改" not in await h.page()
    await publish(h, "office", "整改情况", "问题均已完成整改。", seats=("office2",))
    assert "问题均已完成整改" in await h.page()
    await h.until("2025-09-10")
    await visit(h)
    await h.until("2026-01-05")
    await enter(h, "office", "印发年度计划", "年度总结")
    await h.owed("head", "报上一级", "今天", "已报告", "确认提交", ends="event.closed")
    words = ("今天", "条条有着落", "确认提交")
    await h.owed("office", "线索管理", *words, ends="event.closed")


async def test_an_inspection_by_the_opinions_of_jilin(storage: Storage) -> None:
    start, end, today = date(2025, 3, 3), date(2025, 4, 3), date(2025, 2, 10)
    h = await inspection(storage, "jilin-2017", start=start, end=end, today=today)
    await stationed(h)
    await fed_back(h)
    await rectified(h)
    owed = await h.duties()
    assert {k for k, duty in owed.items() if duty.state != "accepted"} == set()
    assert_told(h, TOLD)
    assert_habits(h)
    assert "已按规定处理" in await h.status("wang")
    await h.snoop()
    assert h.leaks() == []
    assert h.leaks(("discipline", "organization", "civil"), words=False) == []
    assert h.secrets_in(await h.page()) == []
