"""004, 2016: two gates of transfer, two feedbacks, two reports within two months."""

from datetime import date

from storage.base import Storage
from tests.scenarios.inspection import UNIT, Inspection, assert_habits, assert_told, inspection
from tests.scenarios.steps import (
    FACTS,
    add_item,
    agree,
    agree_on_paper,
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
OWN = "主要负责人组织落实情况报告"
BOX = "巡察意见箱：镇政府一楼。举报电话：0759-1234567，工作日8:30至17:30。"
TOLD: dict[str, str] = {
    "leader": """
        2025-03-03 motion.told_agreed
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-03-06 card.unclaimed
        2025-03-06 card.decision_waits
        2025-03-07 motion.proposals_wait
        2025-03-07 immediate.text_reviewed
        2025-03-07 card.agreed
        2025-03-10 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-04-11 event.owed_now
        2025-04-11 motion.told_agreed ×2
        2025-07-09 office.document_came ×2
        2025-07-09 rectification.moved
    """,
    "deputy, second": """
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-07-09 office.document_came ×2
        2025-07-09 rectification.moved ×2
    """,
    "member": """
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-03-07 card.agreed
        2025-07-09 office.document_came ×2
        2025-07-09 rectification.moved ×2
    """,
    "office": """
        2025-03-03 motion.waits
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-03-06 card.urgent_report
        2025-03-07 card.decision_waits
        2025-03-07 card.sending_waits
        2025-03-07 card.agreed
        2025-03-07 card.sending_waits
        2025-03-07 immediate.confirm_card
        2025-03-07 card.decision_waits
        2025-03-07 card.sending_waits
        2025-03-10 card.unclaimed_office
        2025-03-10 transfer.signed_notice ×2
        2025-03-10 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-03-12 immediate.result_examined
        2025-04-07 card.urgent
        2025-04-07 card.agreed
        2025-04-07 card.sending_waits
        2025-04-07 transfer.signed_notice
        2025-04-08 card.new_reports
        2025-04-11 motion.told_agreed
        2025-04-11 motion.carry_out
        2025-04-11 motion.waits_paper
        2025-04-11 motion.feedback_may_go
        2025-04-11 motion.waits_paper
        2025-04-11 motion.feedback_may_go
        2025-04-24 office.unit_signed
        2025-04-24 motion.told_agreed ×2
        2025-04-24 motion.carry_out
        2025-06-09 office.document_came ×3
        2025-06-27 reminder.digest
        · 迟发:抄送:催办:整改情况报告
        · 迟发:抄送:催办:主要负责人组织落实情况报告
        2025-07-01 reminder.digest
        · 抄送:督办:整改情况报告
        · 抄送:督办:主要负责人组织落实情况报告
        2025-07-08 reminder.digest  # a question, sent by nobody
        · 请示:专报:整改情况报告
        · 请示:专报:主要负责人组织落实情况报告
        2025-07-09 office.document_came ×2
        2025-07-09 rectification.moved
        2025-07-09 rectification.publication_came
        2025-07-09 motion.told_agreed
        2025-10-09 reminder.digest  # 六（五）
        · 提示:回访等督促整改并报告
    """,
    "office2": """
        2025-03-03 motion.waits
        2025-03-03 unit.display_told
        2025-03-05 card.new_reports
        2025-03-06 card.urgent_report
        2025-03-06 card.decision_waits
        2025-03-07 motion.proposals_wait
        2025-03-07 card.decision_waits
        2025-03-07 card.sending_waits ×2
        2025-03-07 immediate.confirm_card
        2025-03-07 card.decision_waits
        2025-03-07 card.sending_waits
        2025-03-10 card.unclaimed_office
        2025-03-10 transfer.signed_notice ×2
        2025-03-10 immediate.unit_signed
        2025-03-12 immediate.result_came
        2025-03-12 immediate.result_examined
        2025-04-07 card.urgent
        2025-04-07 card.decision_waits
        2025-04-07 transfer.signed_notice
        2025-04-08 card.new_reports
        2025-04-11 motion.waits_paper ×3
        2025-04-24 office.unit_signed
        2025-04-24 motion.waits
        2025-04-24 motion.carry_out
        2025-06-09 office.document_came ×3
        2025-06-27 reminder.digest
        · 迟发:抄送:催办:整改情况报告
        · 迟发:抄送:催办:主要负责人组织落实情况报告
        2025-07-01 reminder.digest
        · 抄送:督办:整改情况报告
        · 抄送:督办:主要负责人组织落实情况报告
        2025-07-08 reminder.digest
        · 请示:专报:整改情况报告
        · 请示:专报:主要负责人组织落实情况报告
        2025-07-09 office.document_came ×2
        2025-07-09 rectification.moved
        2025-07-09 rectification.publication_came
        2025-07-09 motion.waits
        2025-10-09 reminder.digest
        · 提示:回访等督促整改并报告
    """,
    "head": """
        2025-03-05 card.new_reports
        2025-03-06 card.urgent_report
        2025-03-07 card.decision_waits
        2025-03-07 card.agreed
        2025-03-07 card.decision_waits ×2
        2025-03-10 transfer.signed_notice
        2025-04-11 motion.waits
        2025-04-11 motion.waits_paper ×3  # 县委 decides on paper
        2025-04-24 motion.waits ×2
        2025-10-10 rectification.followup_told
    """,
    "vice": """
        2025-03-05 card.new_reports
        2025-03-06 card.urgent_report
        2025-03-06 card.decision_waits
        2025-03-07 motion.proposals_wait
        2025-03-07 card.decision_waits ×3
        2025-03-10 transfer.signed_notice
        2025-04-11 motion.waits
        2025-04-11 motion.waits_paper ×2
        2025-04-24 motion.waits ×2
        2025-10-10 rectification.followup_told
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
        · 提示:主要负责人组织落实情况报告
        2025-06-10 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人组织落实情况报告
        2025-06-19 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人组织落实情况报告
        2025-06-23 rectification.reminder
        2025-06-24 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人组织落实情况报告
        2025-06-27 reminder.digest  # the 25th was missed: once, late
        · 迟发:催办:整改情况报告
        · 迟发:催办:主要负责人组织落实情况报告
        2025-06-30 rectification.reminder
        2025-07-01 rectification.reminder
        2025-07-08 rectification.reminder
        2025-07-09 unit.principal_confirmed
        2025-07-09 duty.accepted ×2
        2025-07-09 rectification.moved
    """,
    "principal": """
        2025-03-03 unit.display_wanted
        2025-03-10 immediate.notice
        2025-03-12 immediate.notice_done
        2025-04-22 motion.feedback_readable
        2025-04-22 duty.sign_feedback
        2025-04-22 motion.feedback_readable
        2025-04-22 motion.sign_principal  # 五（五） 分别反馈
        2025-04-23 reminder.digest
        · 提示:签收反馈
        2025-04-23 motion.principal_unsigned
        2025-04-24 duty.timeline ×2  # 五（五）
        2025-06-10 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人组织落实情况报告
        2025-06-19 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人组织落实情况报告
        2025-06-24 reminder.digest
        · 提示:整改情况报告
        · 提示:主要负责人组织落实情况报告
        2025-06-27 reminder.digest
        · 迟发:催办:整改情况报告
        · 迟发:催办:主要负责人组织落实情况报告
        2025-07-01 reminder.digest  # 七（七）4 is quoted
        · 督办:整改情况报告
        · 督办:主要负责人组织落实情况报告
        2025-07-09 unit.report_to_confirm
        2025-07-09 duty.accepted ×2
        2025-07-09 rectification.moved
    """,
    "discipline": """
        2025-03-10 transfer.sign ×3
        2025-05-09 reminder.digest  # 六（三）: 3 months, one before
        · 提示:纪律检查机关反馈办理情况 ×2
        2025-05-26 reminder.digest
        · 提示:纪律检查机关反馈办理情况 ×2
        2025-06-09 duty.accepted ×2
    """,
    "organization": """
        2025-04-07 transfer.sign
        2025-06-06 reminder.digest
        · 提示:组织部门反馈办理情况
        2025-06-09 duty.accepted
    """,
    "follower": """
        2025-04-24 public.something_new
        2025-07-09 public.something_new
    """,
}


async def stationed(h: Inspection) -> None:
    """From the announcement to the end of the stationing."""
    await approve_notice(h)
    await h.until("2025-03-03")
    await publish(h, "leader", "公告补充", BOX, seats=("office",))  # 五（二）
    assert BOX in await h.page()
    await display_notice(h)
    await h.minutes(1)
    follower = h.chats["follower"] = h.world.chat("follower")
    await follower.start("f_m1")
    await h.act("follower", "关注", ends="public.followed")
    await h.until("2025-03-05")
    await citizens_report(h)
    await h.report(
        "yang", "办公室有人打听是谁反映的，还把名字告诉别人。", whom="巡察办的人", category=()
    )
    await h.minutes(16)
    assert (await h.filed("li")).concerns_principal
    for citizen, seen in (("wu", {"office", "office2"}), ("yang", {"head", "vice"})):  # 七（四）
        staff = ("leader", "deputy", "member", "second", "office", "office2", "head", "vice")
        assert {one for one in staff if await h.in_queue(one, citizen)} == seen
    await h.until("2025-03-06")
    await propose(h, "member", "zhang", "移交纪检监察机关", FACTS)
    await report_urgently(h, "li")  # 四（四）、五（三）
    await propose(h, "head", "yang", "移交纪检监察机关", FACTS)
    await propose(h, "office", "wu", "移交纪检监察机关", FACTS)
    await h.until("2025-03-07")
    await approve(h, "zhang", ("leader",), ("office",), ("head",))  # 四（五）: 巡察期间
    await approve(h, "yang", ("vice",))
    await approve(h, "wu", ("office2",), ("head",))
    await write_notice(h, main="wang", twin="zhao")
    await approve(h, "wang", ("office",), ("head",))
    await h.until("2025-03-10")
    await send(h, "zhang", "移交函〔2025〕1号")
    await send(h, "wu", "移交函〔2025〕2号")
    await h.queue("head", "yang", "登记发出", "领导小组函〔2025〕1号", "今天", ends="team.item")
    for _ in range(3):
        await h.act("discipline", "/letters", "签收", ends="transfer.signed")
    await notice_comes_home(h)
    await h.until("2025-03-12")
    await notice_is_answered(h)
    for citizen in ("wang", "zhao"):
        await h.queue("office", citizen, "办结", ends="team.item|team.done_here")
        assert "正在按规定办理" in await h.status(citizen)  # nothing shows before the feedback
    await h.until("2025-03-14")
    await h.queue("head", "yang", "登记办理情况", "今天", "已处理", ends="team.item")
    await h.queue("head", "yang", "办结", ends="team.item|team.done_here")
    await h.until("2025-04-07")


async def fed_back(h: Inspection) -> None:
    """From the team's report to both feedbacks and both 签收."""
    words = ("4月3日全组讨论，五人参加", "已提交巡察报告")  # 五（四）: 集体讨论
    await enter(h, "leader", "县委巡察组提交", *words, ends="event.recorded_alone")
    words = ("今天", "4月3日全组讨论", "已提交专题报告", "确认提交")
    await h.owed("leader", "普遍性、倾向性问题", *words, ends="event.closed")
    await h.act("leader", "/queue", "收口", "确认收口", ends="closing.closed")
    await propose(h, "office", "li", "移交组织部门", FACTS)
    await approve(h, "li", ("office2",))  # 六（一）: a result, the office decides
    await send(h, "li", "移交函〔2025〕3号")
    await h.act("organization", "/letters", "签收", ends="transfer.signed")
    await enter(h, "office", "本批巡察结束", "本批一个组")
    await h.until("2025-04-11")
    hearing = ("今天", "领导小组第3次会议", "听取第一组汇报", "确认提交")
    await h.owed("head", "领导小组听取汇报", *hearing, ends="event.closed")
    opinion = ("其他报批", f"{UNIT} · 第一组", "处理意见", "拟按意见处理。", "完成")
    await h.act("office", "/motions", *opinion, ends="motion.put")  # 五（四）: 报县委决定
    await h.act("vice", "/motions", "同意", "跳过", ends="motion.forwarded")
    await agree_on_paper(h, "office2", "县委常委会纪要〔2025〕5号")
    await enter(h, "office", "县委巡察工作领导小组同意", "会议同意")
    for aim in ("领导班子", "主要负责人"):  # 五（五）: 分别反馈
        await propose_feedback(h, POINTS, aim=aim)
        await agree_on_paper(h, "office2", "县委常委会纪要〔2025〕6号")
    await h.until("2025-04-22")
    await deliver(h)
    await deliver(h, f"{UNIT} · 第一组（向主要负责人）")
    (shown,) = await h.act("liaison", "查看", ends="motion.feedback_text")
    own = next(one for one in h.chats["principal"].heard if "主要负责人" in one.text)
    (told,) = await h.chats["principal"].press_data(own.data[0])
    for text in (shown.text, told.text):
        assert "2. 村级财务管理不规范" in text
        assert "选人用人" not in text  # 除涉及其本人的问题外
    await h.until("2025-04-24")
    await h.act("liaison", "签收", ends="duty.signed")
    receipt = next(o for o in h.chats["principal"].heard if o.key == "motion.sign_principal")
    (told, *_) = await h.chats["principal"].press_data(receipt.data[0])
    assert told.key == "motion.principal_signed"
    owed = await h.duties()
    for doc in ("report", "principal-report"):  # 五（五）: 2 months, 24 June is a Tuesday
        assert (owed[doc].due, owed[doc].basis) == (date(2025, 6, 24), "text")
    await add_item(h, "供水设施老化", "更换水泵", "2025-06-30")
    await publish(h, "office", "反馈情况", "反馈指出三方面问题。", seats=("office2", "head"))
    inform = ("其他报批", f"{UNIT} · 第一组", "通报有关领导", "通报整改要求。", "完成")
    await h.act("office", "/motions", *inform, ends="motion.put")  # 五（六）
    await agree(h, "head")
    words = ("今天", "已通报", "确认提交")
    await h.owed("office", "向县委、县政府有关领导", *words, ends="event.closed")


async def rectified(h: Inspection) -> None:
    """Two reports late, three days of downtime over the first step, then the visit."""
    await h.until("2025-06-09")
    # of 领导小组函 the department owes nothing to the office: the leading group watches that one
    for department in ("discipline", "discipline", "organization"):
        words = ("/duties", "报送", "没有材料", "已核实", "确认提交")
        await h.act(department, *words, ends="duty.received")
        await h.act("office", "/reviews", "审核通过", ends="office.accepted")
    await h.until("2025-06-24")
    await h.down_until("2025-06-27")  # over the 催办 of the 25th
    await h.until("2025-07-09")
    await hand_in(
        h, "liaison", "整改情况报告", file="整改情况报告.docx", ends="duty.received_late"
    )
    await hand_in(h, "liaison", OWN, file=f"{OWN}.docx", ends="unit.prepared")
    await h.act("principal", "确认报送", ends="duty.received_late")
    for _ in range(2):
        await h.act("office", "/reviews", "审核通过", ends="office.accepted")
    await strike_off(h, 1)
    words = ("登记公开情况", "今天", "网站", "https://example.test/zg", "跳过", "没有材料")
    await h.act("liaison", "/items", *words, ends="rectification.published")
    assert "问题均已完成整改" not in await h.page()
    await publish(h, "office", "整改情况", "问题均已完成整改。", seats=("office2",))
    assert "问题均已完成整改" in await h.page()
    await h.until("2025-10-10")
    await visit(h)  # 六（五）
    await h.until("2025-10-13")


async def test_an_inspection_by_the_opinions_of_suixi(storage: Storage) -> None:
    start, end, today = date(2025, 3, 3), date(2025, 4, 3), date(2025, 2, 10)
    h = await inspection(storage, "suixi-2016", start=start, end=end, today=today)
    await stationed(h)
    await fed_back(h)
    await rectified(h)
    owed = await h.duties()
    assert {k for k, duty in owed.items() if duty.state != "accepted"} == set()
    assert_told(h, TOLD)
    assert_habits(h)
    assert "已按规定处理" in await h.status("wang")
    await h.snoop()
    assert h.leaks(kept=(BOX,)) == []
    assert h.leaks(("discipline", "organization", "civil"), words=False) == []
    assert h.secrets_in(await h.page()) == []
