"""移交函: signed for by the department, never twice, given back, read, answered by item."""

import pytest

from casework.lifecycle import State
from casework.mission import Seat
from handlers.desk import Desk
from handlers.messages import Reply
from handlers.reminders import plan_reminders
from handlers.transfers import decided
from storage import audit, duties, letters, people, sendings
from storage.base import Session
from storage.duties import Duty
from storage.reports import Report
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import Chat, Shown
from tests.handlers.team_house import ROUTES, House, build

LETTER = "移交函〔2026〕3号"
REASON = "有具体事实，属于对方职责"
WORDS = "三月初镇里的修路款有一部分没有入账，会计可以作证。"


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def decide(house: House, receiver: str = "移交纪", *, head: str = "head") -> Report:
    """A report is filed, and its transfer decided by everybody whom the gate names."""
    report = await house.file(WORDS)
    code = house.filed[report.id].code
    await house.ann.say(f"/queue {code}")
    for label in ("认领", "处置", receiver, REASON):
        await house.ann.press(label)
    for person in ("lead", "officer", head):
        if (await house.report(report)).state != State.DECIDED:
            await house.chats[person].say(f"/queue {code}")
            await house.chats[person].press("同意")
    assert (await house.report(report)).state == State.DECIDED
    return report


async def send(house: House, report: Report, number: str = LETTER, day: str = "今天") -> Shown:
    """The office records the sending; what it reads last."""
    await house.officer.say(f"/queue {house.filed[report.id].code}")
    await house.officer.press("登记发出")
    shown = await house.officer.say(number)
    if house.officer.last.labels and "今天" in house.officer.last.labels:
        shown = await answer(house.officer, day)
    return shown[-1]


async def owe(house: House, report: Report) -> None:
    """What follows the last agreement, whoever gives it."""

    def follow(desk: Desk) -> list[Reply]:
        decided(desk, report)
        return []

    await house.world.tick(follow)


async def answer(chat: Chat, words: str) -> list[Shown]:
    return await (chat.press(words) if words in chat.last.labels else chat.say(words))


async def owed(house: House, department: str = "disc") -> list[Duty]:
    return await house.world.storage.read(lambda db: duties.of_department(db, department))


async def test_the_department_signs_by_number_alone_and_its_months_begin(house: House) -> None:
    report = await decide(house)
    await send(house, report)
    card = house.clerk.last
    assert card.key == "transfer.sign"
    assert LETTER in card.text
    assert "签收" in card.labels
    assert "修路款" not in card.text
    assert "甲镇" not in card.text
    house.world.pass_time(days=1)
    shown = await house.clerk.press("签收")
    assert "2026年6月3日" in shown[-1].text  # 004 六（三）: 3 months from the receipt
    (duty,) = await owed(house)
    assert (duty.basis, str(duty.trigger_on)) == ("text", "2026-03-03")
    assert house.officer.last.key == "transfer.signed_notice"
    assert (await house.report(report)).next_on == "2026-06-03"


async def test_a_letter_is_signed_once_and_by_its_own_department(house: House) -> None:
    report = await decide(house)
    await send(house, report)
    card = house.clerk.last.data[0]
    other = [("clerk", Seat(role="department_member", department="org"))]
    await house.world.storage.transact(lambda db: _seats(db, other))
    assert "不是发给您所在部门的" in (await house.clerk.press_data(card))[-1].text
    back = [("clerk", Seat(role="department_member", department="disc"))]
    await house.world.storage.transact(lambda db: _seats(db, back))
    await house.clerk.say("/letters")
    again = house.clerk.last.data[0]
    await house.clerk.press("签收")
    assert (await house.clerk.press_data(again))[-1].key == "form.stale_card"
    await house.officer.say(f"/queue {house.filed[report.id].code}")
    shown = await house.officer.press("登记回执")
    assert "已于2026年3月2日签收，不能再次签收" in shown[-1].text
    assert len(await owed(house)) == 1


def _seats(db: Session, changed: list[tuple[str, Seat]]) -> None:
    held = [(p, s) for p in ("officer",) for s in people.seats(db, p)]
    people.put_seats(db, "r", [*held, *changed])


@pytest.mark.parametrize("typed", [LETTER, "移交函[2026]3号", " 移交函 （2026） 3号"])
async def test_a_letter_number_is_used_once_a_year(house: House, typed: str) -> None:
    await send(house, await decide(house))
    second = await decide(house, "移交组织")
    shown = await send(house, second, typed)
    assert "同一年内不能重复使用" in shown.text
    assert "县纪委" in shown.text
    assert (await house.report(second)).state == State.DECIDED
    house.world.pass_time(days=366)
    await house.officer.say("取消")
    assert "发出已登记" in (await send(house, second, typed)).text


# what is typed, and what the officer reads
DAYS = (
    ("2026-3-1", "发出日期不能早于批准日期2026年3月2日"),
    ("2026-3-9", "日期不能在今天以后"),
    ("三月的一天", "没有看懂日期"),
)


@pytest.mark.parametrize(("day", "line"), DAYS)
async def test_a_sending_lies_between_the_decision_and_today(
    house: House, day: str, line: str
) -> None:
    report = await decide(house)
    assert line in (await send(house, report, day=day)).text
    assert (await house.report(report)).state == State.DECIDED


@pytest.mark.parametrize(
    ("number", "line"), [("……", "没有看到文字内容"), ("函" * 61, "不超过60个字")]
)
async def test_what_is_no_letter_number_is_asked_again(
    house: House, number: str, line: str
) -> None:
    report = await decide(house)
    assert line in (await send(house, report, number)).text
    assert (await house.report(report)).state == State.DECIDED


async def test_receipt_and_feedback_cannot_come_before_what_they_answer(house: House) -> None:
    report = await decide(house)
    house.world.pass_time(days=7)
    await send(house, report)
    await house.officer.press("登记回执")
    shown = await house.officer.say("2026-3-8")
    assert "不能早于发出日期2026年3月9日" in shown[-1].text
    house.world.pass_time(days=3)
    await house.officer.press("登记回执")
    await house.officer.say("2026-3-11")
    await house.officer.press("跳过")
    await house.officer.press("登记办理情况")
    assert "不能早于签收日期2026年3月11日" in (await house.officer.say("2026-3-10"))[-1].text
    assert "不能在今天以后" in (await house.officer.say("2026-4-1"))[-1].text
    assert (await house.report(report)).state == State.TRANSFERRED


async def test_several_items_go_with_one_letter_and_each_is_answered(house: House) -> None:
    first, second = await decide(house), await decide(house)
    await send(house, first)
    shown = await house.officer.press("另1件随此函发出")
    assert "共2件" in shown[-1].text
    assert (await house.report(second)).state == State.TRANSFERRED
    await house.clerk.press("签收")
    for report, left in ((first, ["open"]), (second, ["accepted"])):
        await house.officer.say(f"/queue {house.filed[report.id].code}")
        await house.officer.press("登记办理情况")
        await house.officer.press("今天")
        await house.officer.say("已办结")
        assert (await house.report(report)).state == State.FEEDBACK_IN
        assert [duty.state for duty in await owed(house)] == left


async def test_an_item_entered_behind_the_signature_is_received_with_its_letter(
    house: House,
) -> None:
    first, second = await decide(house), await decide(house)
    await send(house, first)
    await house.clerk.press("签收")
    await send(house, second)
    now = await house.report(second)
    assert (now.state, now.next_on) == (State.TRANSFERRED, "2026-06-02")
    assert len(await owed(house)) == 1
    assert [s.key for s in house.clerk.heard].count("transfer.sign") == 1


async def test_a_further_item_of_a_letter_has_the_letters_day(house: House) -> None:
    first = await decide(house)
    await send(house, first)
    house.world.pass_time(days=1)
    second = await decide(house)
    assert "已登记为2026年3月2日发出" in (await send(house, second)).text


async def test_what_is_given_back_stops_its_clock_and_goes_elsewhere(house: House) -> None:
    report = await decide(house)
    await send(house, report)
    await house.clerk.press("签收")
    await house.clerk.say("/letters")
    await house.clerk.press("退回此函")
    await house.clerk.say("管理权限在市纪委")
    assert house.clerk.last.key == "transfer.back_kept"
    told = house.officer.last
    assert told.key == "transfer.given_back"
    assert "管理权限" not in told.text
    assert [duty.state for duty in await owed(house)] == ["accepted"]
    assert (await house.report(report)).state == State.DECIDED
    await house.officer.say("/office")
    assert "管理权限在市纪委" in (await house.officer.press("发文登记"))[-1].text
    await house.officer.say(f"/queue {house.filed[report.id].code}")
    await house.officer.press("登记发出")
    assert "改发" in house.officer.last.text or "县纪委" in house.officer.last.labels
    await house.officer.press("县纪委")
    assert "不能重复使用" in (await house.officer.say(LETTER))[-1].text
    await house.officer.say("移交函〔2026〕4号")
    await house.officer.press("今天")
    assert (await house.report(report)).state == State.TRANSFERRED


async def test_what_is_answered_cannot_be_given_back(house: House) -> None:
    report = await decide(house)
    await send(house, report)
    await house.clerk.press("签收")
    await house.clerk.say("/letters")
    await house.officer.say(f"/queue {house.filed[report.id].code}")
    await house.officer.press("登记办理情况")
    await house.officer.press("今天")
    await house.officer.say("已办结")
    await house.clerk.press("退回此函")
    assert "已有反馈" in (await house.clerk.say("不属于本部门职责"))[-1].text
    assert (await house.report(report)).state == State.FEEDBACK_IN


async def test_what_was_given_back_may_be_judged_anew_and_nothing_else_may(house: House) -> None:
    report = await decide(house)
    await house.officer.say(f"/queue {house.filed[report.id].code}")
    assert "重新研判" not in house.officer.last.labels
    await send(house, report)
    await house.clerk.press("退回此函")
    await house.clerk.say("不属于本部门职责")
    await house.officer.say(f"/queue {house.filed[report.id].code}")
    await house.officer.press("重新研判")
    now = await house.report(report)
    assert (now.state, now.disposition, now.holder) == (State.ACCEPTED, "", "")
    assert now.next_on


async def test_a_department_reads_what_was_handed_over_and_nothing_else(house: House) -> None:
    report = await decide(house)
    await send(house, report)
    await house.officer.press("附移交摘要")
    await house.officer.say("反映甲镇一笔工程款未按规定入账，请依规核实。")
    await house.officer.press("完成")
    shown = await house.clerk.press("查看")
    assert "工程款未按规定入账" in shown[-1].text
    told = "".join(s.text for s in house.clerk.heard)
    assert "会计可以作证" not in told
    assert house.filed[report.id].code not in told
    (letter,) = await house.world.storage.read(
        lambda db: letters.of_department(db, house.world.kit.vault, "disc")
    )
    acts = await house.world.storage.read(lambda db: audit.about(db, letter.id))
    assert [a["action"] for a in acts] == ["letter.sent", "letter.read"]


async def test_copied_words_are_told_before_they_are_handed_over(house: House) -> None:
    report = await decide(house)
    await send(house, report)
    await house.officer.press("附移交摘要")
    await house.officer.say("据反映，三月初镇里的修路款有一部分没有入账。")
    assert "1处与反映原文相同" in (await house.officer.press("完成"))[-1].text
    await house.officer.press("完成")
    shown = await house.clerk.press("查看")
    assert "修路款" in shown[-1].text


async def test_where_no_content_may_be_shown_the_department_gets_none(house: House) -> None:
    report = await decide(house)
    await send(house, report)
    await house.officer.press("附移交摘要")
    await house.officer.say("反映甲镇一笔工程款未按规定入账，请依规核实。")
    await house.officer.press("完成")
    house.clerk.content = False
    shown = await house.clerk.press("查看")
    assert shown[-1].key == "team.on_page"
    assert "工程款" not in shown[-1].text


async def test_letters_are_for_departments_alone(house: House) -> None:
    for person in ("liaison", "ann"):
        shown = await house.chats[person].say("来函")
        assert shown[-1].key == "transfer.only_departments"
    assert (await house.clerk.say("来函"))[-1].key == "transfer.no_letters"


async def test_a_reminder_to_the_department_says_the_number_and_nothing_more(house: House) -> None:
    await send(house, await decide(house))
    await house.clerk.press("签收")
    house.world.now = house.world.now.replace(month=5, day=8)
    told = [s for s in await house.world.tick(lambda d: plan_reminders(d, 50))]
    mine = [s for s in told if s.parcel.chat == "clerk"]
    assert mine
    for one in mine:
        assert LETTER in one.text
        assert "修路款" not in one.text
        assert "甲镇" not in one.text


async def test_paper_and_chat_know_the_same_letter(house: House) -> None:
    await send(house, await decide(house))
    await house.officer.say("/office")
    await house.officer.press("登记移交函送达")
    await house.officer.press("甲镇")
    await house.officer.press("县纪委")
    await house.officer.say(LETTER)
    shown = await house.officer.press("今天")
    assert "2026年6月2日" in shown[-1].text
    assert len(await owed(house)) == 1
    await house.clerk.say("/letters")
    assert "签收" not in house.clerk.last.labels
    await house.officer.say("/office")
    await house.officer.press("登记移交函送达")
    await house.officer.press("甲镇")
    await house.officer.press("县委组织部")
    await house.officer.say(LETTER)
    assert "同一年内不能重复使用" in (await house.officer.press("今天"))[-1].text


# profile, event kind of the duty (obligation id), "" = the instrument names none
DUTIES = (
    ("suixi-2016", "transfer-lead"),  # 004 四（五）: a lead while the team is stationed
    ("county-2012", "transfer"),  # 003 第十三条
    ("jilin-2017", ""),  # 002 五（四） names no duty to send
)


@pytest.mark.parametrize(("profile", "obligation"), DUTIES)
async def test_a_decided_transfer_is_owed_until_it_is_sent(
    make_world: MakeWorld, profile: str, obligation: str
) -> None:
    house = await build(make_world(ROUTES), profile)
    report = await house.file(WORDS)
    code = house.filed[report.id].code
    await house.ann.say(f"/queue {code}")
    tier = "省" if profile == "county-2012" else REASON
    for label in ("认领", "处置", "移交纪", tier):
        await house.ann.press(label)
    for person in ("lead", "officer", "second" if profile == "jilin-2017" else "head"):
        await house.chats[person].say(f"/queue {code}")
        await house.chats[person].press("同意")
        if "今天" in house.chats[person].last.labels:
            await house.chats[person].press("今天")
            await house.chats[person].say("常委会第9次会议，同意移交")
    now = await house.report(report)
    assert now.state == State.DECIDED
    await owe(house, now)
    of_mission = house.world.storage.read(lambda db: duties.of_stationing(db, "m-a"))
    found = [d for d in await of_mission if d.kind == "transfer"]
    assert [d.obligation for d in found] == ([obligation] if obligation else [])
    assert all(d.soft and d.state == "open" for d in found)
    assert (await house.liaison.say("/duties"))[-1].key == "duty.none"
    await send(house, report)
    after = await house.world.storage.read(lambda db: duties.of_stationing(db, "m-a"))
    assert all(d.state == "accepted" for d in after if d.kind == "transfer")


async def test_what_is_about_the_office_stands_in_no_list_of_the_office(house: House) -> None:
    report = await house.file(category="inspector", whom="office")
    code = house.filed[report.id].code
    await house.claim("head")
    await house.propose("head", "移交纪检监察机关", REASON)
    await house.vice.say(f"/queue {code}")
    await house.vice.press("同意")
    now = await house.report(report)
    await owe(house, now)
    await house.head.say(f"/queue {code}")
    await house.head.press("登记发出")
    await house.head.say(LETTER)
    await house.head.press("今天")
    await house.officer.say("/office")
    assert (await house.officer.press("发文登记"))[-1].key == "transfer.no_letters_sent"
    own = await decide(house)
    shown = await send(house, own)
    assert "本年度已经使用过" in shown.text
    assert "县纪委" not in shown.text
    await house.clerk.press("签收")
    assert await owed(house) == []
    sent = await house.world.storage.read(
        lambda db: sendings.of(db, house.world.kit.vault, report.id)
    )
    assert sent[-1].received_on == "2026-03-02"


async def test_nobody_of_the_team_sends_anything_outside(house: House) -> None:
    """004 四(五): 统一交给巡察办; the office sends what the leading group has decided."""
    report = await decide(house)
    for person in ("ann", "lead"):
        shown = await house.chats[person].say(f"/queue {house.filed[report.id].code}")
        assert "登记发出" not in shown[-1].labels
    await house.officer.say(f"/queue {house.filed[report.id].code}")
    assert "登记发出" in house.officer.last.labels


async def test_a_letter_of_a_county_names_the_tier_of_its_receiver(
    make_world: MakeWorld,
) -> None:
    """003 第十三条: 分别移交省、市两级."""
    house = await build(make_world(ROUTES), "county-2012")
    report = await house.file(WORDS)
    code = house.filed[report.id].code
    await house.ann.say(f"/queue {code}")
    for label in ("认领", "处置", "移交纪", "省"):
        await house.ann.press(label)
    for person in ("lead", "officer", "head"):
        await house.chats[person].say(f"/queue {code}")
        await house.chats[person].press("同意")
    await send(house, report)
    (letter,) = await house.world.storage.read(
        lambda db: letters.of_department(db, house.world.kit.vault, "disc")
    )
    assert (letter.tier, letter.disposition) == ("省", "transfer_discipline")


async def enter(house: House, number: str, day: str) -> list[Shown]:
    """The office enters from paper that 县纪委 has a letter about 甲镇."""
    await house.officer.say("/office")
    await house.officer.press("登记移交函送达")
    await house.officer.press("甲镇")
    await house.officer.press("县纪委")
    await house.officer.say(number)
    return await answer(house.officer, day)


async def test_a_receipt_from_paper_is_not_before_the_sending_and_not_entered_twice(
    house: House,
) -> None:
    await send(house, await decide(house))
    assert "不能早于发出日期2026年3月2日" in (await enter(house, LETTER, "2026-03-01"))[-1].text
    assert await owed(house) == []
    await house.officer.say("取消")
    await enter(house, LETTER, "今天")
    assert "已登记过" in (await enter(house, LETTER, "今天"))[-1].text
    assert len(await owed(house)) == 1


async def test_the_same_number_of_the_next_year_has_a_clock_of_its_own(house: House) -> None:
    await enter(house, "3号", "今天")
    house.world.pass_time(days=366)
    await enter(house, "3号", "今天")
    assert [str(duty.trigger_on) for duty in await owed(house)] == ["2026-03-02", "2027-03-03"]
