"""Recusal in the team's work: no row, no count, no notice; also when it is found later."""

from functools import partial

import pytest

from casework.mission import Recusal
from handlers import supplements
from handlers.desk import Desk
from handlers.messages import Reply
from handlers.recusals import look_through
from storage import people, reports
from storage.base import Session
from storage.reports import Report
from tests.handlers.conftest import MakeWorld
from tests.handlers.team_house import ROUTES, House, build


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def add(house: House, report: Report, words: str) -> None:
    """The reporter adds words."""

    def come_in(desk: Desk) -> list[Reply]:
        found = reports.get(desk.db, report.id)
        assert found is not None
        added = supplements.add(desk, found, words, [])
        return [r for r in added if r.to is not None]

    await house.world.tick(come_in)


async def test_whoever_is_named_sees_no_row_no_count_and_no_notice(house: House) -> None:
    await house.file("会计柏景行把修路款存进了自己的账户。")
    other = await house.file("另一件没有点名的事。")
    await house.bundle()
    assert "1件" in house.told("bob")[-1].text
    shown = (await house.bob.say("/queue"))[-1]
    assert "共1件" in shown.text
    assert house.filed[other.id].code[-4:] in shown.text


async def test_a_claimed_report_is_gone_for_a_holder_recused_later(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await add(house, report, "补充：经手人就是安若澜。")
    now = await house.report(report)
    assert now.holder == ""
    assert now.state == "submitted"
    assert (await house.ann.press("查看"))[-1].key in ("team.not_there", "form.stale_card")
    assert (await house.ann.say("/queue"))[-1].key == "team.queue_empty"
    assert "card.added" not in house.keys("ann")
    assert "共1件" in (await house.bob.say("/queue"))[-1].text


async def test_a_card_that_waits_is_taken_back_on_a_later_match(house: House) -> None:
    report = await house.file()
    await add(house, report, "补充：柏景行在场。")
    await house.bundle()
    assert "card.new_reports" not in house.keys("bob")
    assert "card.new_reports" in house.keys("ann")


async def test_declaring_a_unit_hides_everything_of_it_at_once(house: House) -> None:
    here = await house.file(unit="a")
    await house.file("乙局的事", unit="b")
    await house.change(here, urgent=True)
    await house.claim("bob")
    await house.bob.say("/recuse")
    await house.bob.press("单位")
    await house.bob.press("甲镇")
    await house.bob.press("确认提交")
    assert (await house.report(here)).holder == ""
    shown = (await house.bob.say("/queue"))[-1]
    assert "共1件" in shown.text
    await house.file("甲镇的又一件", unit="a")
    assert "共1件" in (await house.bob.say("/queue"))[-1].text


async def test_declaring_names_hides_what_names_them(house: House) -> None:
    await house.file("镇长邱水生收了红包。")
    await house.bob.say("/recuse")
    await house.bob.press("人员")
    shown = await house.bob.say("邱")
    assert "没有看懂姓名" in shown[-1].text
    await house.bob.say("邱水生、万里行")
    await house.bob.press("确认提交")
    assert (await house.bob.say("/queue"))[-1].key == "team.queue_empty"
    assert "共1件" in (await house.ann.say("/queue"))[-1].text
    await house.world.tick(partial(look_through, limit=25))
    assert (await house.bob.say("/queue"))[-1].key == "team.queue_empty"


async def declare(house: House, *names: str) -> None:
    """The member bob steps back from people."""
    await house.bob.say("/recuse")
    await house.bob.press("人员")
    await house.bob.say("、".join(names))
    await house.bob.press("确认提交")


async def test_new_names_hide_everything_on_file_until_it_is_looked_through(
    house: House,
) -> None:
    for n in range(12):
        await house.file(f"第{n}件：修路款没有入账。")
    named = await house.file("镇长邱水生收了红包。")
    await house.claim("bob")
    await declare(house, "邱水生")
    assert (await house.bob.press("查看"))[-1].key == "team.not_there"
    counts = []
    for _ in range(4):
        counts.append((await house.bob.say("/queue"))[-1].text)
        await house.world.tick(partial(look_through, limit=5))
    assert "没有件" in counts[0]
    assert all(
        f"共{least}件" in text or f"共{least + 1}件" in text
        for least, text in ((4, counts[1]), (9, counts[2]))
    )
    shown = (await house.bob.say("/queue"))[-1]
    assert "共12件" in shown.text
    code = house.filed[named.id].code
    assert (await house.bob.say(f"/queue {code}"))[-1].key == "team.not_there"
    assert "共13件" in (await house.ann.say("/queue"))[-1].text


async def test_a_claim_outlives_the_looking_through_unless_the_report_names_somebody(
    house: House,
) -> None:
    clean = await house.file("修路款没有入账。")
    await house.claim("bob")
    dirty = await house.file("镇长邱水生收了红包。")
    await house.bob.say(f"/queue {house.filed[dirty.id].code}")
    await house.bob.press("认领")
    await declare(house, "邱水生")
    assert (await house.report(dirty)).holder == ""
    assert (await house.report(clean)).holder == "bob"
    await house.world.tick(partial(look_through, limit=5))
    assert (await house.report(clean)).holder == "bob"
    assert "共1件" in (await house.bob.say("/queue"))[-1].text


async def test_what_is_filed_after_the_declaration_is_seen_at_once(house: House) -> None:
    await declare(house, "邱水生")
    house.world.pass_time(seconds=5)
    await house.file("修路款没有入账。")
    await house.file("镇长邱水生收了红包。")
    assert "共1件" in (await house.bob.say("/queue"))[-1].text


async def test_a_recusal_of_the_plan_hides_what_was_on_file_before(house: House) -> None:
    await house.file(unit="a")
    other = await house.file("乙局局长邱水生收了红包。", unit="b")
    vault = house.world.kit.vault
    at = int(house.world.now.timestamp())
    unit = Recusal(person_id="bob", unit_id="a")
    names = Recusal(person_id="bob", names=("邱水生",))

    def register(db: Session) -> None:
        people.recuse(db, vault, unit, id="x1", at=at, round_id="r")
        people.recuse(db, vault, names, id="x2", at=at, round_id="r")

    await house.world.storage.transact(register)
    assert (await house.bob.say("/queue"))[-1].key == "team.queue_empty"
    for _ in range(3):
        await house.world.tick(partial(look_through, limit=25))
    assert (await house.bob.say("/queue"))[-1].key == "team.queue_empty"
    assert "bob" in await house.world.storage.read(lambda db: reports.recused(db, other.id))


async def test_the_leader_looks_at_a_members_declaration_and_nobody_at_the_own(
    house: House,
) -> None:
    await house.bob.say("/recuse")
    await house.bob.press("单位")
    await house.bob.press("乙局")
    await house.bob.press("确认提交")
    assert house.keys("lead")[-1] == "card.recusal_waits"
    assert "回避申报" not in (await house.bob.say("/queue"))[-1].labels
    assert "回避申报" not in (await house.ann.say("/queue"))[-1].labels
    await house.lead.say("/queue")
    await house.lead.press("回避申报")
    assert "乙局" in house.lead.last.text
    assert (await house.lead.press("同意"))[-1].key == "recusal.approved"
    assert (await house.lead.press("同意"))[-1].key == "team.changed"


async def test_the_office_looks_at_a_leaders_declaration(house: House) -> None:
    await house.lead.say("/recuse")
    await house.lead.press("单位")
    await house.lead.press("乙局")
    await house.lead.press("确认提交")
    assert house.keys("officer")[-1] == "card.recusal_waits"


async def test_a_recused_leader_is_not_told_of_a_proposal(house: House) -> None:
    report = await house.file()
    await house.recuse(report, "lead")
    before = len(house.told("lead"))
    await house.claim("ann")
    await house.propose("ann", "深入了解", "有具体线索可以了解")
    assert len(house.told("lead")) == before


async def test_the_recused_cannot_press_an_old_card(house: House) -> None:
    report = await house.file()
    await house.open("bob")
    await house.recuse(report, "bob")
    for label in ("认领", "查看"):
        assert (await house.bob.press(label))[-1].key == "team.not_there"
    assert (await house.report(report)).holder == ""


async def test_a_strangers_click_on_anothers_card_changes_nothing(house: House) -> None:
    report = await house.file()
    await house.open("ann")
    data = house.ann.last.data[house.ann.last.labels.index("认领")]
    shown = await house.stranger.press_data(data)
    assert shown[-1].key == "form.stale_card"
    assert (await house.report(report)).holder == ""


async def test_a_proposal_never_waits_for_a_leader_who_cannot_see_it(house: House) -> None:
    report = await house.file()
    await house.recuse(report, "lead")
    await house.claim("ann")
    await house.propose("ann", "深入了解", "有具体线索可以了解")
    assert house.keys("officer")[-1] == "card.decision_waits"
    await house.open("officer")
    await house.officer.press("同意")
    assert (await house.report(report)).state == "explore"


async def test_a_leader_recused_after_the_proposal_hands_it_to_the_office(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "深入了解", "有具体线索可以了解")
    await add(house, report, "补充：组长黎正声和他是战友。")
    assert (await house.lead.say("/queue"))[-1].key == "team.queue_empty"
    await house.open("officer")
    await house.officer.press("同意")
    assert (await house.report(report)).state == "explore"
