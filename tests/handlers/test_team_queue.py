"""The queue: who sees what, claiming, 下一件 and reading."""

import asyncio

import pytest

from handlers.intake.packaged import phrases
from handlers.reading import redeem
from storage import audit, missions, reports
from storage.identities import Identity
from tests.handlers.conftest import MakeWorld
from tests.handlers.team_house import ROUTES, House, build


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def test_a_new_report_is_announced_without_content_after_the_bundle_time(
    house: House,
) -> None:
    await house.file()
    assert await house.bundle(minutes=14) == []
    await house.bundle(minutes=1)
    for person in ("ann", "bob", "lead", "dep"):
        shown = house.told(person)[-1]
        assert shown.key == "card.new_reports"
        assert "修路款" not in shown.text
    for person in ("stranger", "officer", "head", "liaison"):
        assert not house.told(person)


async def test_reports_within_a_quarter_of_an_hour_are_told_once_in_one_card(
    house: House,
) -> None:
    await house.file()
    house.world.pass_time(minutes=5)
    await house.file("另一件事：低保名额给了亲戚。", category="masses")
    await house.bundle(minutes=10)
    assert "2件" in house.told("ann")[-1].text
    assert await house.bundle(minutes=0) == []
    await house.file("第三件事：公车私用。", category="style")
    await house.bundle()
    assert "1件" in house.told("ann")[-1].text
    assert house.keys("ann") == ["card.new_reports", "card.new_reports"]


async def test_what_a_colleague_took_meanwhile_is_not_announced(house: House) -> None:
    await house.file()
    await house.claim("bob")
    assert await house.bundle() == []


async def test_one_wins_the_claim_and_the_other_learns_who(house: House) -> None:
    report = await house.file()
    await house.open("ann")
    await house.open("bob")
    answers = await asyncio.gather(house.ann.press("认领"), house.bob.press("认领"))
    holder = (await house.report(report)).holder
    loser = "bob" if holder == "ann" else "ann"
    lost = answers[0] if loser == "ann" else answers[1]
    assert holder in ("ann", "bob")
    winner = "安若澜" if holder == "ann" else "柏景行"
    assert f"这件已由{winner}认领" in lost[-1].text


async def test_next_item_reads_classes_and_disposes_in_four_taps(house: House) -> None:
    report = await house.file()
    await house.ann.say("/queue")
    house.ann.inputs = 0
    shown = await house.ann.press("下一件")
    assert "修路款" in shown[0].text
    await house.ann.press("类别正确")
    await house.ann.press("深入了解")
    await house.ann.press("有具体线索可以了解")
    assert house.ann.inputs == 4
    assert (await house.report(report)).state == "proposed"


async def test_a_closed_mission_takes_the_right_to_read_with_it(house: House) -> None:
    await house.file()
    await house.open("ann")
    await house.world.storage.transact(lambda db: missions.set_state(db, "m-a", "closed"))
    assert (await house.ann.press("查看"))[-1].key == "team.not_there"
    assert (await house.ann.say("/queue"))[-1].key == "team.queue_empty"


async def test_a_person_of_another_team_sees_nothing(house: House) -> None:
    await house.file()
    assert (await house.stranger.say("/queue"))[-1].key == "team.queue_empty"


async def test_a_citizen_and_the_unit_have_no_queue(house: House) -> None:
    passer_by = house.world.chat("somebody")
    assert (await passer_by.say("/queue"))[-1].key == "error.not_allowed"
    assert (await house.liaison.say("/queue"))[-1].key == "error.not_allowed"


async def test_a_report_about_the_inspection_is_hidden_from_the_team(house: House) -> None:
    report = await house.file(category="inspector", whom="team")
    assert report.hidden
    for person in ("ann", "lead"):
        assert not house.told(person)
        assert (await house.chats[person].say("/queue"))[-1].key == "team.queue_empty"
    await house.bundle()
    assert house.keys("ann") == ["team.queue_empty"]
    assert house.told("officer")[-1].key in ("card.new_reports", "card.urgent")
    assert "共1件" in (await house.officer.say("/queue"))[-1].text


async def test_retaliation_alerts_office_and_leading_group_at_once_and_has_a_date(
    house: House,
) -> None:
    report = await house.file(category="retaliation")
    for person in ("officer", "second", "head"):
        shown = house.told(person)[-1]
        assert shown.key == "card.urgent"
        assert shown.not_before == int(house.world.now.timestamp())
    assert not house.told("ann")
    assert (await house.report(report)).next_on == "2026-03-03"


async def test_where_a_chat_may_carry_no_content_a_one_time_link_does(house: House) -> None:
    report = await house.file()
    pocket = house.world.chat("ann", content=False)
    await pocket.say("/queue")
    await pocket.press("打开1")
    shown = await pocket.press("查看")
    assert shown[0].key == "team.read_link"
    assert all("修路款" not in s.text for s in pocket.heard)
    token = shown[0].text.split("#")[1].split()[0]
    vault, at = house.world.kit.vault, int(house.world.now.timestamp())
    page = await house.world.storage.transact(lambda db: redeem(db, vault, token, at))
    assert page is not None
    assert page.person_id == "ann"
    assert any("修路款" in part.text for part in page.parts)
    again = await house.world.storage.transact(lambda db: redeem(db, vault, token, at))
    assert again is None
    history = await house.world.storage.read(lambda db: reports.history(db, report.id))
    assert [e.facts["where"] for e in history if e.what == "read"] == ["link", "page"]


@pytest.mark.parametrize("loss", ["late", "closed", "recused"])
async def test_a_link_opens_nothing_once_the_right_is_gone(house: House, loss: str) -> None:
    report = await house.file()
    pocket = house.world.chat("ann", content=False)
    await pocket.say("/queue")
    await pocket.press("打开1")
    token = (await pocket.press("查看"))[0].text.split("#")[1].split()[0]
    if loss == "late":
        house.world.pass_time(minutes=16)
    if loss == "closed":
        await house.world.storage.transact(lambda db: missions.set_state(db, "m-a", "closed"))
    if loss == "recused":
        await house.recuse(report, "ann")
    vault, at = house.world.kit.vault, int(house.world.now.timestamp())
    assert await house.world.storage.transact(lambda db: redeem(db, vault, token, at)) is None


async def test_release_puts_it_back_and_every_act_is_audited(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.ann.press("退回队列")
    now = await house.report(report)
    assert (now.holder, now.state) == ("", "submitted")
    rows = await house.world.storage.read(lambda db: db.all("audit.unlinked", limit=100))
    done = [r["action"] for r in rows if r["object"] == report.id]
    assert done == ["report.filed", "report.claim", "report.release"]


async def test_the_leader_assigns_and_a_member_may_not(house: House) -> None:
    report = await house.file()
    await house.open("ann")
    assert "指派" not in house.ann.last.labels
    await house.open("lead")
    await house.lead.press("指派")
    await house.lead.press("柏景行")
    assert (await house.report(report)).holder == "bob"
    assert house.keys("bob")[-1] == "card.assigned"


async def test_urgent_items_stand_first_then_marks_then_age(house: House) -> None:
    old = await house.file("最早的一件")
    house.world.pass_time(minutes=1)
    marked = await house.file("有标记的一件")
    house.world.pass_time(minutes=1)
    urgent = await house.file("急件")
    await house.change(urgent, urgent=True)
    await house.change(marked, marks=("focus1", "focus2"))
    shown = (await house.ann.say("/queue"))[-1]
    codes = [house.filed[r.id].code[-4:] for r in (urgent, marked, old)]
    places = [shown.text.index(code) for code in codes]
    assert places == sorted(places)


async def test_filters_and_pages(house: House) -> None:
    for number in range(10):
        await house.file(f"第{number}件事", unit="a" if number % 2 else "b")
    first = (await house.ann.say("/queue"))[-1]
    assert sum(label.startswith("打开") for label in first.labels) == 8
    await house.ann.press("更多")
    assert sum(label.startswith("打开") for label in house.ann.last.labels) == 2
    await house.ann.press("甲镇")
    assert "共5件" in house.ann.last.text
    await house.ann.press("我认领的")
    assert house.ann.last.key == "team.queue_empty"


async def test_the_audit_chain_holds_after_the_talks(house: House) -> None:
    await house.file()
    await house.claim("ann")
    await house.world.storage.transact(audit.link)
    at = int(house.world.now.timestamp())
    verdict = await house.world.storage.read(lambda db: audit.verify(db, at))
    assert verdict.sound


async def test_no_word_about_a_report_is_written_where_the_chat_may_carry_no_content(
    house: House,
) -> None:
    await house.file()
    pocket = house.world.chat("ann", content=False)
    await pocket.say("/queue")
    await pocket.press("打开1")
    await pocket.press("认领")
    assert (await pocket.press("备注"))[-1].key == "team.on_page"
    await pocket.press("请补充")
    assert (await pocket.press("自拟提问"))[-1].key == "team.on_page"
    await pocket.press("分类")
    assert "收钱收物" not in pocket.last.text
    await pocket.press("类别正确")
    assert "移交纪检监察机关（" not in pocket.last.text
    assert all("修路款" not in shown.text for shown in pocket.heard)


async def test_a_note_is_read_by_colleagues_and_never_by_the_reporter(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.ann.press("备注")
    await house.ann.say("与去年审计的发现一致")
    await house.ann.press("完成")
    await house.open("bob")
    shown = await house.bob.press("查看")
    assert "与去年审计的发现一致" in shown[0].text
    filed = house.filed[report.id]
    citizen = house.world.chat("anybody")
    await citizen.say(f"/status {filed.code} {phrases().shown(filed.phrase)}")
    assert all("审计的发现" not in s.text for s in citizen.heard)


async def test_a_pressed_report_reaches_the_offices_list_but_not_the_unit(house: House) -> None:
    report = await house.file()
    assert (await house.officer.say("/queue"))[-1].key == "team.queue_empty"
    await house.change(report, pressed=True)
    assert "可能受压" in (await house.officer.say("/queue"))[-1].text
    assert not house.told("liaison")


async def test_the_reporter_has_the_same_alias_everywhere_and_no_name(house: House) -> None:
    identity = Identity(real_name="来信人乙", contact="13800000000")
    await house.file(identity=identity)
    await house.open("ann")
    alias = house.ann.last.text.split("　")[0]
    await house.open("bob")
    assert house.bob.last.text.split("　")[0] == alias
    shown = await house.bob.press("查看")
    for told in (*shown, *house.told("ann")):
        assert "来信人乙" not in told.text
        assert "13800000000" not in told.text


async def test_the_leader_hands_a_members_claim_back_to_the_queue(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.open("bob")
    assert "退回队列" not in house.bob.last.labels
    await house.open("lead")
    await house.lead.press("退回队列")
    now = await house.report(report)
    assert (now.holder, now.state) == ("", "submitted")
    assert house.ann.last.key == "card.handed_back"
    assert "修路款" not in house.ann.last.text
    await house.claim("bob")
    assert (await house.report(report)).holder == "bob"
