"""A transfer starts the department's months with its receipt and ends with its feedback."""

import pytest

from casework.lifecycle import State
from storage import duties, sendings
from storage.duties import Duty
from storage.reports import Report
from tests.handlers.conftest import MakeWorld
from tests.handlers.team_house import ROUTES, House, build

LETTER = "移交函〔2026〕3号"
REASON = "有具体事实，属于对方职责"
APPROVING = {
    "suixi-2016": (("lead",), ("officer",), ("head",)),
    "jilin-2017": (("lead",), ("officer",), ("second", "今天", "常委会第9次会议，同意移交")),
    "county-2012": (("lead",), ("officer",), ("head",)),
    "provincial-2009": (("lead",), ("officer",), ("head",)),
    "central": (("lead",), ("officer",), ("head",)),
}


async def sent(house: House, profile: str) -> Report:
    """A report is transferred and the letter recorded."""
    report = await house.file()
    code = house.filed[report.id].code
    await house.ann.say(f"/queue {code}")
    for label in ("认领", "处置", "移交纪", "省" if profile == "county-2012" else REASON):
        await house.ann.press(label)
    for person, *words in APPROVING[profile]:
        chat = house.chats[person]
        if (await house.report(report)).state == State.DECIDED:
            break
        await chat.say(f"/queue {code}")
        await chat.press("同意")
        for word in words:
            await (chat.press(word) if word in chat.last.labels else chat.say(word))
    assert (await house.report(report)).state == State.DECIDED
    await house.officer.say(f"/queue {code}")
    await house.officer.press("登记发出")
    await house.officer.say(LETTER)
    await house.officer.press("今天")
    return report


async def received(house: House, report: Report) -> None:
    """The office records that the department has the letter."""
    await house.officer.say(f"/queue {house.filed[report.id].code}")
    await house.officer.press("登记回执")
    await house.officer.press("今天")
    await house.officer.press("跳过")


async def owed(house: House, department: str = "disc") -> list[Duty]:
    return await house.world.storage.read(lambda db: duties.of_department(db, department))


# profile, due (2026-03-02 + 3 months), basis of the date, what the officer reads
CLOCKS = (
    ("suixi-2016", "2026年6月2日", "text"),  # 004 六（三）
    ("jilin-2017", "2026年6月2日", "inferred"),  # 002 五（四）, the start is inferred
    ("county-2012", "2026年6月2日", "default"),  # 003 gives no limit: 非规定时限
    ("provincial-2009", "2026年6月2日", "default"),  # 000 五: 及时, no number
    ("central", "2026年6月2日", "default"),  # 001: 及时督办, no number
)


@pytest.mark.parametrize(("profile", "due", "basis"), CLOCKS)
async def test_the_receipt_starts_the_three_months_of_the_department(
    make_world: MakeWorld, profile: str, due: str, basis: str
) -> None:
    house = await build(make_world(ROUTES), profile)
    report = await sent(house, profile)
    assert await owed(house) == []
    await received(house, report)
    assert due in house.officer.last.text
    (duty,) = await owed(house)
    assert duty.basis == basis
    told = house.clerk.last
    assert told.key == "duty.letter_timeline"
    assert LETTER in told.text
    assert due in told.text
    assert ("非规定时限" in told.text) == (basis == "default")
    assert "修路款" not in told.text
    now = await house.report(report)
    assert now.state == State.TRANSFERRED
    assert now.next_on == "2026-06-02"


async def test_feedback_entered_by_the_office_ends_the_duty(make_world: MakeWorld) -> None:
    house = await build(make_world(ROUTES))
    report = await sent(house, "suixi-2016")
    await received(house, report)
    await house.open("officer")
    await house.officer.press("登记办理情况")
    await house.officer.press("今天")
    await house.officer.say("已立案并给予处分")
    (duty,) = await owed(house)
    assert (duty.state, str(duty.submitted_on)) == ("accepted", "2026-03-02")
    await house.officer.press("办结")
    assert (await house.report(report)).state == State.FINISHED


async def test_the_departments_own_feedback_once_accepted_ends_the_item(
    make_world: MakeWorld,
) -> None:
    house = await build(make_world(ROUTES))
    report = await sent(house, "suixi-2016")
    await received(house, report)
    listed = await house.clerk.say("/duties")
    assert "六（三）" in listed[0].text
    await house.clerk.press("报送")
    await house.clerk.press("没有材料")
    await house.clerk.say("已办结")
    await house.clerk.press("确认提交")
    assert "office.document_came" not in house.keys("lead")
    assert (await house.report(report)).state == State.TRANSFERRED
    await house.officer.press("审核通过")
    assert (await house.report(report)).state == State.FINISHED
    vault = house.world.kit.vault
    found = await house.world.storage.read(lambda db: sendings.of(db, vault, report.id))
    assert found[-1].back == "已办结"


async def test_one_letter_for_two_items_is_one_duty_and_ends_both(make_world: MakeWorld) -> None:
    house = await build(make_world(ROUTES))
    first = await sent(house, "suixi-2016")
    await received(house, first)
    second = await sent(house, "suixi-2016")  # entered late: its letter is signed for already
    assert len(await owed(house)) == 1
    await house.clerk.say("/duties")
    await house.clerk.press("报送")
    await house.clerk.press("没有材料")
    await house.clerk.say("两件均已办结")
    await house.clerk.press("确认提交")
    await house.officer.press("审核通过")
    for report in (first, second):
        assert (await house.report(report)).state == State.FINISHED


async def test_what_is_decided_has_an_internal_date_by_which_it_leaves(
    make_world: MakeWorld,
) -> None:
    house = await build(make_world(ROUTES))
    await house.file()
    await house.claim("ann")
    await house.propose("ann", "转办", "县信访局", "个人诉求，应由有关部门处理")
    for person in ("lead", "officer"):
        await house.open(person)
        await house.chats[person].press("同意")
    shown = (await house.open("officer"))[-1]
    assert "下一步日期：2026年3月16日" in shown.text  # 10 working days
