"""报送: what counts as handed in, when, and how it is accepted or returned."""

from casework.mission import Recusal
from storage import people
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import ROUTES, House, build


async def signed(make_world: MakeWorld, profile: str = "county-2012") -> House:
    home = await build(make_world(ROUTES), profile)
    await home.signed("2026-01-30")
    return home


async def test_an_empty_submission_is_none(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.liaison.say("/duties")
    await home.liaison.press("报送")
    await home.liaison.press("没有材料")
    await home.liaison.press("跳过")
    refused = await home.liaison.press("确认提交")
    assert "未构成报送" in refused[0].text
    await home.liaison.press("取消")
    listed = await home.liaison.say("/duties")
    assert "待办理" in listed[0].text
    assert home.officer.last.key == "office.unit_signed"


async def test_an_empty_file_is_no_submission(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.liaison.say("/duties")
    await home.liaison.press("报送")
    await home.liaison.send_file("整改方案.docx", size=0, kind="document")
    await home.liaison.press("完成")
    await home.liaison.press("跳过")
    assert "未构成报送" in (await home.liaison.press("确认提交"))[0].text


async def test_a_file_alone_is_enough(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.liaison.say("/duties")
    await home.liaison.press("报送")
    await home.liaison.send_file("整改方案.pdf", kind="document")
    await home.liaison.press("完成")
    await home.liaison.press("跳过")
    told = await home.liaison.press("确认提交")
    assert told[0].key == "duty.received"


async def test_the_first_submission_starts_the_six_months_and_a_return_does_not_move_them(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    home.clock("2026-03-10")
    told = await home.submit(home.liaison, "整改方案")
    assert [shown.key for shown in told] == ["duty.received", "duty.timeline"]
    assert "自2026年3月10日次日起6个月，至2026年9月10日" in told[1].text
    assert "甲镇报送：整改方案（第1版" in home.officer.last.text
    assert home.leader.last.text == home.officer.last.text  # 003-17 经巡视组审核

    home.clock("2026-03-16")
    await home.leader.press("退回修改")
    await home.leader.say("责任没有落实到人")
    assert "日期应当晚于今天" in (await home.leader.say("2026-03-16"))[0].text
    await home.leader.say("2026-03-27")
    assert "请于2026年3月27日前再次报送" in home.liaison.last.text
    assert "原定日期（期限2026年3月19日）" in home.liaison.last.text

    home.clock("2026-03-25")
    told = await home.submit(home.liaison, "整改方案", "已补充责任人")
    assert [shown.key for shown in told] == ["duty.received"]
    assert "第2版已收到，报送日期仍以首次报送的2026年3月10日为准" in told[0].text
    listed = await home.liaison.say("/duties")
    assert any("至2026年9月10日" in shown.text for shown in listed)

    await home.through()
    assert home.liaison.last.key == "duty.accepted"
    listed = await home.liaison.say("/duties")
    plan = next(shown for shown in listed if shown.text.startswith("整改方案"))
    assert "已办结，2026年3月10日报送" in plan.text
    assert plan.labels == []


async def test_a_document_is_decided_once(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    home.clock("2026-03-10")
    await home.submit(home.liaison, "整改方案")
    stale = home.leader.last.data[1]
    await home.through()
    again = await home.leader.press_data(stale)
    assert again[0].key == "form.stale_card"


async def test_the_team_sees_what_came_and_decides_only_where_the_clause_says_so(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world, "suixi-2016")
    await home.submit(home.liaison, "整改情况报告", "共12项，逐项落实")
    assert home.leader.last.key == "office.document_came"
    assert home.leader.last.labels == ["查看"]
    forged = home.officer.last.data[1].split(":")
    opened = await home.leader.press("查看")
    assert "逐项落实" in opened[1].text
    told = await home.leader.press_data(
        ":".join((*home.leader.heard[0].data[0].split(":")[:2], forged[-1]))
    )
    assert told[-1].key == "form.stale_card"
    assert home.officer.last.key == "office.document_came"


async def test_words_are_opened_only_where_contents_may_be_shown(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.submit(home.liaison, "整改方案", "共12项，逐项落实")
    assert "逐项落实" not in home.officer.last.text
    opened = await home.officer.press("查看")
    assert opened[1].text == "共12项，逐项落实"
    home.officer.content = False
    opened = await home.officer.press("查看")
    assert opened[0].key == "office.read_in_web"


async def test_a_late_submission_is_told_how_late(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    home.clock("2026-03-24")
    told = await home.submit(home.liaison, "整改方案")
    assert "晚于期限3个工作日" in told[0].text


async def test_paper_rules_by_its_own_date_and_starts_the_next_period(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    home.clock("2026-03-24")
    await home.officer.say("/office")
    await home.officer.press("登记纸质报送")
    await home.officer.press("甲镇 · 整改方案")
    assert "日期不能早于时限起算日" in (await home.officer.say("2026-01-29"))[0].text
    await home.officer.say("2026-03-18")
    await home.officer.say("李四")
    await home.officer.press("没有材料")
    told = await home.officer.say("纸质方案一份")
    assert "报送日期为2026年3月18日" in told[0].text
    assert "至2026年9月18日" in home.liaison.last.text


async def test_a_department_answers_by_its_letter(make_world: MakeWorld) -> None:
    home = await build(make_world(ROUTES), "suixi-2016")
    home.clock("2025-12-16")
    await home.officer.say("/office")
    await home.officer.press("登记移交函送达")
    await home.officer.press("甲镇")
    await home.officer.press("县纪委")
    await home.officer.say("第3号")
    await home.officer.press("今天")
    told = await home.submit(home.clerk, "纪律检查机关反馈办理情况")
    assert told[0].key == "duty.received"
    await home.officer.press("审核通过")
    assert home.clerk.last.key == "duty.accepted"


async def test_suixi_and_jilin_end_with_both_reports_accepted(make_world: MakeWorld) -> None:
    home = await signed(make_world, "suixi-2016")
    await home.submit(home.liaison, "整改情况报告")
    await home.officer.press("审核通过")
    await home.submit(home.principal, "主要负责人组织落实情况报告")
    await home.officer.press("审核通过")
    listed = await home.liaison.say("/duties")
    answered = [shown.text for shown in listed if "情况报告（" in shown.text]
    assert len(answered) == 2
    assert all("已办结" in text for text in answered)


async def test_an_internal_duty_is_closed_the_same_way(make_world: MakeWorld) -> None:
    home = await signed(make_world, "suixi-2016")
    await home.submit(home.liaison, "整改情况报告")
    title = "进驻、反馈、整改情况党内通报、社会公开"  # 六（六）: no number, an internal date
    listed = await home.liaison.say("/duties")
    public = next(shown for shown in listed if shown.text.startswith(title))
    assert "非规定时限" in public.text
    told = await home.submit(home.liaison, title, "已在县政府网站公开")
    assert told[0].key == "duty.received"


async def test_what_is_done_is_not_handed_in_again(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    listed = await home.liaison.say("/duties")
    button = listed[0].data[0]
    await home.submit(home.liaison, "整改方案")
    await home.through()
    assert "不需要再次报送" in (await home.liaison.press_data(button))[0].text


async def test_the_principal_may_hand_in_and_another_unit_may_not(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    listed = await home.liaison.say("/duties")
    tried = await home.stranger.press_data(listed[0].data[0])
    assert tried[0].key == "form.stale_card"
    assert (await home.submit(home.principal, "整改方案"))[0].key == "duty.received"


async def test_whoever_is_recused_from_the_unit_sees_nothing_of_it(make_world: MakeWorld) -> None:
    home = await signed(make_world)  # 004 二（五） 回避
    entry = Recusal(person_id="leader", unit_id="a")
    vault = home.world.kit.vault
    await home.world.storage.transact(lambda db: people.recuse(db, vault, entry, id="x", at=1))
    await home.submit(home.liaison, "整改方案")
    assert home.leader.heard == []
    assert home.officer.last.key == "office.document_came"
    await home.tick("2026-03-20")
    assert home.leader.heard == []


async def test_a_recused_officer_neither_lists_nor_decides(make_world: MakeWorld) -> None:
    home = await signed(make_world, "suixi-2016")
    await home.submit(home.liaison, "整改情况报告")
    entry = Recusal(person_id="officer", unit_id="a")
    vault = home.world.kit.vault
    await home.world.storage.transact(lambda db: people.recuse(db, vault, entry, id="x", at=1))
    refused = await home.officer.press("审核通过")
    assert refused[0].key == "office.only_reviewer"
    await home.officer.say("/office")
    assert (await home.officer.press("审核报送"))[0].key == "office.nothing_to_review"
    await home.officer.say("/office")
    assert (await home.officer.press("待决定提醒"))[0].key == "office.nothing_to_supervise"
