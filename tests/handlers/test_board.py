"""督办台: due, near and overdue by mission and level; one tap; the log; the special report."""

from datetime import date, timedelta
from functools import partial

import pytest

from casework.mission import Recusal
from handlers import board_rows
from handlers.reminders import plan_reminders
from storage import duties, pauses, people, reminders, special_reports
from storage.duties import Duty
from storage.pauses import Pause
from tests.handlers.conftest import MakeWorld
from tests.handlers.public_house import clock, owed, signed
from tests.handlers.talk import World
from tests.handlers.team_house import ROUTES, House, build


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    """Jia town signed for its feedback on 2026-03-16; the plan is due thirty working days on."""
    made = await build(make_world(ROUTES), "county-2012")
    await signed(made.world)
    return made


async def recuse(house: House, person: str, unit: str = "a") -> None:
    from_unit = Recusal(person_id=person, unit_id=unit)
    vault, at = house.world.kit.vault, int(house.world.now.timestamp())
    await house.world.storage.transact(
        lambda db: people.recuse(db, vault, from_unit, id=f"r-{person}", at=at, checked=True)
    )


async def ledger(world: World, duty: Duty) -> list[reminders.Reminder]:
    return await world.storage.read(lambda db: reminders.ledger(db, duty.id))


async def open_plan(house: House, person: str = "officer") -> str:
    """Open the plan's card from the board; its words."""
    await house.chats[person].say("/board")
    shown = await house.chats[person].press("甲镇 · ")
    return shown[-1].text


STANDS = [(-30, "ahead"), (-3, "near"), (0, "today"), (1, "over"), (40, "over")]


@pytest.mark.parametrize(("days", "stand"), STANDS)
async def test_a_duty_of_the_law_is_near_due_or_overdue(
    house: House, days: int, stand: str
) -> None:
    """003 第十七条: thirty working days."""
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=days)).isoformat())
    await house.officer.say("/board")
    words = {"ahead": "在期", "near": "临近", "today": "今日到期", "over": "逾期"}[stand]
    assert words in house.officer.last.text


async def test_what_has_no_number_in_the_law_is_never_called_overdue(house: House) -> None:
    plan = await owed(house.world, "plan")
    soft = duties.moved(plan, hard=False, soft=True)
    found: list[str] = []

    def look(desk):  # type: ignore[no-untyped-def]
        found.append(board_rows.stand(desk, soft))
        found.append(board_rows.stand(desk, duties.moved(plan, extended_to=desk.today)))
        found.append(board_rows.stand(desk, duties.moved(plan, provisional=True)))
        found.append(board_rows.stand(desk, duties.moved(plan, state="submitted")))
        return []

    clock(house.world, (plan.due + timedelta(days=9)).isoformat())
    await house.world.tick(look)
    assert found == ["passed", "extended", "provisional", "review"]


async def test_the_word_and_the_command_show_counts_and_the_way_to_the_page(house: House) -> None:
    first = await house.officer.say("督办")
    second = await house.officer.say("/board")
    assert first[-1].text == second[-1].text
    assert "甲镇：" in first[-1].text
    assert first[-1].labels[:3] == ["打开网页", "提醒记录", "专报建议"]
    shown = await house.officer.press("打开网页")
    assert "https://example.test/desk#" in shown[-1].text


async def test_only_the_office_and_the_leading_group_read_the_board(house: House) -> None:
    for person in ("ann", "lead", "liaison", "clerk"):
        for word in ("/board", "/log"):
            shown = await house.chats[person].say(word)
            assert shown[-1].key == "office.only_office", (person, word)
    assert (await house.head.say("/board"))[-1].key == "board.board"


async def test_the_leading_group_reads_without_buttons_to_urge(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=2)).isoformat())
    await open_plan(house, "head")
    assert house.head.last.labels == ["提醒记录"]
    await open_plan(house)
    assert house.officer.last.labels == ["催办", "督办", "专报建议", "提醒记录"]


async def test_one_tap_sends_the_prepared_text_and_the_ledger_keeps_it(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=2)).isoformat())
    await open_plan(house)
    shown = await house.officer.press("催办")
    assert "【催办】甲镇" in shown[-1].text
    assert "已逾期" in shown[-1].text
    assert "主送：连络川" in shown[-1].text
    before = len(house.liaison.heard)
    await house.officer.press("发出")
    (told,) = house.liaison.heard[before:]
    assert told.text.startswith("【催办】甲镇")
    lines = [r for r in await ledger(house.world, plan) if r.template == "by_hand"]
    assert {(r.recipient, r.purpose, r.level, r.state) for r in lines} == {
        ("liaison", "to", "催办", "sent"),
        ("lead", "copy", "催办", "sent"),
        ("officer", "copy", "催办", "sent"),
        ("second", "copy", "催办", "sent"),
    }
    assert any(s.text.startswith("【抄送】") or "抄" in s.text for s in house.lead.heard)


async def test_the_planner_does_not_send_an_officers_act_again(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=2)).isoformat())
    await house.world.tick(partial(plan_reminders, limit=50))
    await open_plan(house)
    await house.officer.press("催办")
    await house.officer.press("发出")
    before = len(house.liaison.heard)
    await house.world.tick(partial(plan_reminders, limit=50))
    assert len(house.liaison.heard) == before


async def test_a_note_is_added_before_it_is_sent(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=2)).isoformat())
    await open_plan(house)
    await house.officer.press("督办")
    await house.officer.press("加写说明")
    assert "不要超过300个字" in (await house.officer.say("长" * 301))[-1].text
    shown = await house.officer.say("请于本周五前报送")
    assert "说明：请于本周五前报送" in shown[-1].text
    await house.officer.press("确认提交")
    assert "【督办】" in house.liaison.last.text
    assert "请于本周五前报送" in house.liaison.last.text


async def test_pressing_twice_sends_once(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=2)).isoformat())
    await open_plan(house)
    await house.officer.press("催办")
    data = house.officer.last.data[0]
    await house.officer.press_data(data)
    before = len(house.liaison.heard)
    await house.officer.press_data(data)
    assert len(house.liaison.heard) == before


async def test_at_night_the_message_waits_for_the_next_working_day(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, "2026-05-08", "20:00")
    assert plan.due < date(2026, 5, 8)
    await open_plan(house)
    await house.officer.press("催办")
    await house.officer.press("发出")
    leaves = house.liaison.last.not_before
    assert leaves > int(house.world.now.timestamp()) + 12 * 3600


async def test_nothing_provisional_submitted_or_not_yet_due_is_pressed(house: House) -> None:
    await open_plan(house)
    assert "督办" not in house.officer.last.labels
    assert "催办" in house.officer.last.labels
    await house.officer.press("催办")
    plan = await owed(house.world, "plan")
    to = duties.moved(plan, state="submitted", submitted_on=date(2026, 3, 17))
    await house.world.storage.transact(lambda db: duties.move(db, plan, to))
    shown = await house.officer.press("发出")
    assert shown[-1].key == "board.may_not_urge"


async def test_what_is_paused_says_so_and_is_not_pressed(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=2)).isoformat())
    until = plan.due + timedelta(days=20)
    rest = Pause(id="p", duty_id=plan.id, until=until, reason="换届", actor="officer", at=1)
    vault = house.world.kit.vault
    await house.world.storage.transact(lambda db: pauses.add(db, vault, rest))
    assert "暂停提醒至" in await open_plan(house)
    assert house.officer.last.labels == ["专报建议", "提醒记录"]
    clock(house.world, until.isoformat())
    assert "暂停提醒至" not in await open_plan(house)
    assert "督办" in house.officer.last.labels


async def test_whoever_is_recused_sees_nothing_of_the_unit(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=2)).isoformat())
    await open_plan(house, "second")
    await house.second.press("催办")
    await recuse(house, "second")
    assert (await house.second.press("发出"))[-1].key == "office.only_office"
    assert "甲镇" not in (await house.second.say("/board"))[-1].text
    assert (await house.second.say("/log"))[-1].key == "board.log_empty"
    await recuse(house, "head")
    assert "甲镇" not in (await house.head.say("/board"))[-1].text


async def test_the_log_tells_what_when_to_whom_and_whether_it_arrived(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=2)).isoformat())
    assert (await house.officer.say("/log"))[-1].key == "board.log_empty"
    await open_plan(house)
    await house.officer.press("催办")
    await house.officer.press("发出")
    (shown,) = await house.officer.say("/log")
    line = next(one for one in shown.text.splitlines() if "联络员" in one)
    assert "催办" in line
    assert "甲镇" in line
    assert "主送联络员连络川" in line
    assert "正在发送" in line  # no dispatcher runs here
    to = duties.moved(plan, state="submitted", submitted_on=date(2026, 5, 6))
    await house.world.storage.transact(lambda db: duties.move(db, plan, to))
    (shown,) = await house.officer.say("/log")
    assert "2026年5月6日报送" in shown.text


async def test_the_log_of_many_lines_is_read_page_by_page(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=2)).isoformat())
    for _ in range(3):
        await open_plan(house)
        await house.officer.press("催办")
        await house.officer.press("发出")
        house.world.pass_time(minutes=1)
    (first,) = await house.officer.say("/log")
    assert "第1/2页，共12条" in first.text
    (second,) = await house.officer.press("更多")
    assert "第2/2页" in second.text
    assert second.labels == []
    assert (await house.officer.say("/log 99"))[-1].text == second.text
    assert (await house.officer.say("/log 甲镇"))[-1].text == first.text
    assert (await house.officer.say("/log 乙局"))[-1].key == "board.log_empty"
    assert (await house.officer.say("/log 无此单位"))[-1].key == "board.log_no_unit"


async def special(house: House, text: str = "") -> None:
    await open_plan(house)
    await house.officer.press("专报建议")
    await (house.officer.say(text) if text else house.officer.press("采用此稿"))
    await house.officer.press("确认提交")


async def test_the_draft_of_a_special_report_holds_dates_and_acts_and_nothing_of_reports(
    house: House,
) -> None:
    await house.file("镇长让施工队虚报了三百方石料，会计可以作证。")
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=12)).isoformat())
    await open_plan(house)
    await house.officer.press("催办")
    await house.officer.press("发出")
    await open_plan(house)
    shown = await house.officer.press("专报建议")
    text = shown[-1].text
    for words in ("甲镇", "已逾期", "催办，发送", "未报送", "第十七条"):
        assert words in text
    assert "石料" not in text
    assert "反映" not in text


async def test_the_leading_group_decides_on_a_special_report_that_the_office_edited(
    house: House,
) -> None:
    """000 十 (D13): what goes up needs the leading group; 004 五(四) (E46)."""
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=12)).isoformat())
    await special(house, "建议对甲镇整改方案逾期情况进行督办。")
    vault = house.world.kit.vault
    read = partial(special_reports.of, vault=vault, stationing_id="m-a")
    (one,) = await house.world.storage.read(read)
    assert (one.state, one.text) == ("proposed", "建议对甲镇整改方案逾期情况进行督办。")
    await house.head.press("同意")
    shown = await house.head.press("跳过")
    (one,) = await house.world.storage.read(read)
    assert one.state == "agreed"
    assert "board.special_on_paper" in {s.key for s in shown}
    assert all("同意" not in s.labels for s in house.officer.heard)


async def test_a_special_report_on_a_whole_mission_counts_duties_and_nothing_else(
    house: House,
) -> None:
    """004 五(四): a report on what is general, to the leading group."""
    await house.file("镇长让施工队虚报了三百方石料，会计可以作证。")
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=12)).isoformat())
    await house.officer.say("/board")
    await house.officer.press("专报建议")
    shown = await house.officer.press("甲镇")
    assert "逾期1项" in shown[-1].text
    assert "整改方案：期限" in shown[-1].text
    assert "石料" not in shown[-1].text
    await house.officer.press("采用此稿")
    await house.officer.press("确认提交")
    await house.head.press("同意")
    await house.head.press("跳过")
    vault = house.world.kit.vault
    read = partial(special_reports.of, vault=vault, stationing_id="m-a")
    (one,) = await house.world.storage.read(read)
    assert (one.state, one.duty_id) == ("agreed", "")


async def test_a_refused_special_report_stays_on_record_as_refused(house: House) -> None:
    plan = await owed(house.world, "plan")
    clock(house.world, (plan.due + timedelta(days=12)).isoformat())
    await special(house)
    await house.head.press("不同意")
    await house.head.say("先由办公室再催一次")
    vault = house.world.kit.vault
    read = partial(special_reports.of, vault=vault, stationing_id="m-a")
    (one,) = await house.world.storage.read(read)
    assert one.state == "refused"
