"""登记: letters, calls, visits and box papers come into the same ledger by the same rules."""

import pytest

from casework.receipt import read_code
from storage import attachments, entries, identities, report_texts, reports
from storage.reports import Report
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import Chat
from tests.handlers.team_house import ROUTES, House, build


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def begin(chat: Chat, channel: str, unit: str = "甲镇") -> None:
    await chat.say("登记")
    await chat.press(channel)
    await chat.press(unit)
    await chat.press("今天")


async def finish(chat: Chat, words: str, *identity: str, whom: str = "其他干部") -> None:
    await chat.press("党员干部违纪问题")
    await chat.press("收钱收物")
    await chat.press(whom)
    await chat.press("跳过")
    await chat.say(words)
    await chat.press("完成")
    for answer in identity or ("匿名",):
        await (chat.press(answer) if answer in chat.last.labels else chat.say(answer))
    await chat.press("确认提交")


async def ledger(house: House, unit: str = "m-a") -> list[Report]:
    return await house.world.storage.read(lambda db: reports.of_stationing(db, unit))


async def test_a_letter_is_filed_with_its_scan_and_told_to_the_team(house: House) -> None:
    await begin(house.ann, "来信")
    await house.ann.press("党员干部违纪问题")
    await house.ann.press("收钱收物")
    await house.ann.press("其他干部")
    await house.ann.press("跳过")
    await house.ann.send_file("信件扫描.jpg")
    await house.ann.say("来信说镇里三年没有公开账目。")
    await house.ann.press("完成")
    await house.ann.press("匿名")
    await house.ann.press("确认提交")
    (report,) = await ledger(house)
    vault = house.world.kit.vault
    entry = await house.world.storage.read(lambda db: entries.of(db, vault, report.id))
    assert entry is not None
    assert (entry.channel, entry.arrived_on, entry.entered_by) == ("letter", "2026-03-02", "ann")
    texts = await house.world.storage.read(lambda db: report_texts.of(db, vault, report.id))
    assert {t.author for t in texts} == {"ann"}
    files = await house.world.storage.read(
        lambda db: attachments.of(db, vault, f"report:{report.id}")
    )
    assert len(files) == 1
    await house.bundle()
    assert house.keys("bob")[-1] == "card.new_reports"
    assert "card.new_reports" not in house.keys("ann")  # who brought it in knows it


async def test_a_visitors_name_is_sealed_apart_and_the_slip_handed_over(house: House) -> None:
    await begin(house.ann, "来访")
    await finish(house.ann, "来访反映修路款的事。", "实名", "来访人甲", "跳过")
    (report,) = await ledger(house)
    slip = next(s for s in house.told("ann") if s.key == "entry.slip")
    code = read_code(slip.text.split("编号：")[1].split("\n")[0])
    vault = house.world.kit.vault
    assert code == await house.world.storage.read(lambda db: reports.code(db, vault, report.id))
    identity = await house.world.storage.read(lambda db: identities.unseal(db, vault, report.id))
    assert identity is not None
    assert identity.real_name == "来访人甲"
    await house.open("bob")
    shown = await house.bob.press("查看")
    assert all("来访人甲" not in s.text for s in shown)


async def test_a_box_needs_two_people_and_a_count_and_goes_paper_by_paper(house: House) -> None:
    await begin(house.ann, "意见箱")
    shown = await house.ann.say("安若澜")
    assert "两人" in shown[-1].text
    await house.ann.say("安若澜、柏景行")
    for wrong in ("许多", "0", "１０００００"):
        assert "数字" in (await house.ann.say(wrong))[-1].text
    await house.ann.say("2")
    await finish(house.ann, "意见箱第一份：账目不公开。")
    assert "登记下一份" in [label for s in house.told("ann") for label in s.labels]
    await house.ann.press("登记下一份")
    await finish(house.ann, "意见箱第二份：公车私用。")
    found = await ledger(house)
    vault = house.world.kit.vault
    kept = [
        await house.world.storage.read(lambda db, r=r: entries.of(db, vault, r.id)) for r in found
    ]
    assert [(e.channel, e.papers) for e in kept if e] == [("box", 2), ("box", 2)]
    assert sorted(int(e.details["n"]) for e in kept if e) == [1, 2]
    assert all(e.details["witnesses"] == "安若澜 柏景行" for e in kept if e)
    assert not house.ann.last.labels or "登记下一份" not in house.ann.last.labels


async def test_an_entry_about_the_team_goes_where_the_team_cannot_see_it(house: House) -> None:
    await begin(house.ann, "来电")
    await finish(house.ann, "来电反映组里有人打听消息。", whom="组内工作人员")
    (report,) = await ledger(house)
    assert (report.queue, report.hidden) == ("office", True)
    assert (await house.ann.say("/queue"))[-1].key == "team.queue_empty"


async def test_an_entry_that_names_a_member_is_hidden_from_that_member(house: House) -> None:
    await begin(house.ann, "来信")
    await finish(house.ann, "来信提到柏景行参加了宴请。")
    assert (await house.bob.say("/queue"))[-1].key == "team.queue_empty"


async def test_nothing_is_entered_where_the_chat_may_carry_no_content(house: House) -> None:
    pocket = house.world.chat("ann", content=False)
    assert (await pocket.say("/enter"))[-1].key == "entry.on_page"
    assert (await pocket.say("来信内容"))[-1].key != "entry.ask_channel"


@pytest.mark.parametrize("typed", ["2026-3-3", "2027-1-1"])
async def test_a_paper_cannot_have_come_tomorrow(house: House, typed: str) -> None:
    await house.ann.say("/enter")
    await house.ann.press("来信")
    await house.ann.press("甲镇")
    shown = await house.ann.say(typed)
    assert "不能在今天以后" in shown[-1].text


async def test_a_citizen_cannot_enter(house: House) -> None:
    passer_by = house.world.chat("somebody")
    assert (await passer_by.say("/enter"))[-1].key == "error.not_allowed"
