"""收口 and what the program does by itself: nothing open stands without a queue and a date."""

from collections.abc import Callable

import pytest

from handlers import supplements, team_clock
from handlers.desk import Desk
from handlers.messages import Reply
from handlers.reading import redeem
from storage import missions, proposals, questions, reports
from tests.handlers.conftest import MakeWorld
from tests.handlers.team_house import ROUTES, House, build

Tick = Callable[[Desk], list[Reply]]


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def close(house: House, person: str = "lead", unit: str = "甲镇") -> None:
    await house.chats[person].say("/queue")
    await house.chats[person].press("收口")
    await house.chats[person].press(unit)


async def test_a_mission_is_not_closed_while_it_accepts(house: House) -> None:
    await close(house)
    assert house.lead.last.key == "closing.still_accepting"


async def test_closing_passes_everything_open_to_the_office_with_a_date(house: House) -> None:
    fresh = await house.file("还没有人看的件")
    house.world.pass_time(minutes=1)
    asked = await house.file("问过反映人的件")
    await house.change(asked, urgent=True)
    await house.claim("ann")
    await house.ann.press("请补充")
    await house.ann.press("☐ 时间")
    await house.ann.press("完成")
    hidden = await house.file(category="inspector", whom="team")
    house.world.pass_time(days=40)
    await close(house)
    assert "未办完2件" in house.lead.last.text  # nothing counts that is hidden from the leader
    assert "没有回答的提问1条" in house.lead.last.text
    before = len(house.told("officer"))
    await house.lead.press("确认收口")
    assert house.lead.last.key == "closing.closed"
    for report in (fresh, asked, hidden):
        now = await house.report(report)
        assert (now.queue, now.holder) == ("office", "")
        assert now.next_on
    await house.bundle()
    assert "card.new_reports" in [s.key for s in house.told("officer")[before:]]
    mission = await house.world.storage.read(lambda db: missions.stationing(db, "m-a"))
    assert mission is not None
    assert mission.state == "closed"
    for person in ("ann", "lead"):
        assert "乙局" not in house.chats[person].last.text
        assert (await house.chats[person].say("/queue"))[-1].key == "team.queue_empty"
    assert "共3件" in (await house.officer.say("/queue"))[-1].text


async def test_reading_rights_and_open_links_end_with_the_closing(house: House) -> None:
    await house.file()
    house.world.pass_time(days=40)
    pocket = house.world.chat("ann", content=False)
    await pocket.say("/queue")
    await pocket.press("打开1")
    token = (await pocket.press("查看"))[0].text.split("#")[1].split()[0]
    await close(house)
    await house.lead.press("确认收口")
    vault, at = house.world.kit.vault, int(house.world.now.timestamp())
    assert await house.world.storage.transact(lambda db: redeem(db, vault, token, at)) is None
    assert (await pocket.press("查看"))[-1].key in ("team.not_there", "form.stale_card")


async def test_a_proposal_that_waited_for_the_leader_waits_for_the_office(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "移交组织部门", "有具体事实，属于对方职责")
    house.world.pass_time(days=40)
    await close(house)
    await house.lead.press("确认收口")
    vault = house.world.kit.vault
    proposal = await house.world.storage.read(lambda db: proposals.open_of(db, vault, report.id))
    assert proposal is not None
    assert proposal.stages == ("office",)
    await house.open("officer")
    await house.officer.press("同意")
    assert (await house.report(report)).state == "decided"


async def test_an_unbriefed_important_report_about_the_body_stops_the_closing(
    house: House,
) -> None:
    report = await house.file(whom="body")
    await house.change(report, important=True)
    house.world.pass_time(days=40)
    await close(house)
    assert house.lead.last.key == "closing.unbriefed"  # 003 第十条
    await house.change(report, briefed=True)
    await close(house)
    assert house.lead.last.key == "closing.ask"


async def test_only_the_leader_and_the_office_can_close(house: House) -> None:
    for person, may in (("ann", False), ("dep", False), ("lead", True), ("officer", True)):
        shown = (await house.chats[person].say("/queue"))[-1]
        assert ("收口" in shown.labels) is may


async def test_later_sees_the_mission_left_open(house: House) -> None:
    house.world.pass_time(days=40)
    await close(house)
    await house.lead.press("稍后")
    mission = await house.world.storage.read(lambda db: missions.stationing(db, "m-a"))
    assert mission is not None
    assert mission.state == "open"


async def test_unclaimed_goes_to_the_leader_after_one_and_the_office_after_three_working_days(
    house: House,
) -> None:
    report = await house.file()  # Monday
    await house.world.tick(team_clock.unclaimed)
    assert "card.unclaimed" not in house.keys("lead")
    house.world.pass_time(days=1)
    await house.world.tick(team_clock.unclaimed)
    await house.world.tick(team_clock.unclaimed)
    assert house.keys("lead").count("card.unclaimed") == 1
    assert "非规定时限" in house.told("lead")[-1].text
    assert "card.unclaimed_office" not in house.keys("officer")
    house.world.pass_time(days=2, minutes=1)
    await house.world.tick(team_clock.unclaimed)
    assert house.keys("officer").count("card.unclaimed_office") == 1
    assert "共1件" in (await house.officer.say("/queue"))[-1].text
    assert (await house.report(report)).queue == "team"


async def test_a_weekend_does_not_count_as_waiting(house: House) -> None:
    house.world.pass_time(days=4)  # Friday
    await house.file()
    house.world.pass_time(days=2)  # Sunday
    await house.world.tick(team_clock.unclaimed)
    assert "card.unclaimed" not in house.keys("lead")


async def test_a_hold_comes_back_on_its_review_date(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "暂存", "留存备查，继续关注", "14天后")
    await house.open("lead")
    await house.lead.press("同意")
    house.world.pass_time(days=13)
    await house.world.tick(team_clock.dates)
    assert (await house.report(report)).state == "hold"
    house.world.pass_time(days=1)
    await house.world.tick(team_clock.dates)
    assert (await house.report(report)).state == "accepted"
    assert house.keys("ann")[-1] == "card.review_due"


async def test_retaliation_is_reviewed_weekly_until_it_lands(house: House) -> None:
    report = await house.file(category="retaliation")
    house.world.pass_time(days=1)
    await house.world.tick(team_clock.dates)
    assert house.keys("officer").count("card.retaliation_review") == 1
    assert house.keys("head").count("card.retaliation_review") == 1
    assert (await house.report(report)).next_on == "2026-03-10"
    await house.world.tick(team_clock.dates)
    house.world.pass_time(days=7)
    await house.world.tick(team_clock.dates)
    assert house.keys("officer").count("card.retaliation_review") == 2
    assert "card.retaliation_review" not in house.keys("ann")


async def test_the_morning_digest_comes_once_and_only_to_whom_something_waits(
    house: House,
) -> None:
    await house.file()
    await house.world.tick(team_clock.digest)
    await house.world.tick(team_clock.digest)
    assert house.keys("ann").count("digest.morning") == 1
    assert "共1件" in house.told("ann")[-1].text
    assert "digest.morning" not in house.keys("officer")
    assert "digest.morning" not in house.keys("liaison")
    house.world.pass_time(days=5)  # Saturday
    await house.world.tick(team_clock.digest)
    assert house.keys("ann").count("digest.morning") == 1


async def test_no_open_report_of_a_closed_mission_is_without_a_date(house: House) -> None:
    for number in range(3):
        await house.file(f"第{number}件")
    house.world.pass_time(days=40)
    await close(house)
    await house.lead.press("确认收口")
    found = await house.world.storage.read(lambda db: reports.of_stationing(db, "m-a"))
    assert [r for r in found if r.open and not r.next_on] == []


@pytest.mark.parametrize(
    "tick", [team_clock.unclaimed, team_clock.dates, team_clock.digest], ids=lambda t: t.__name__
)
async def test_nobody_is_reminded_at_night(house: House, tick: Tick) -> None:
    report = await house.file(category="retaliation")
    await house.file()
    house.world.pass_time(days=8, hours=14)  # 23:00 of a working day
    assert await house.world.tick(tick) == []
    assert (await house.report(report)).next_on == "2026-03-03"


async def test_an_answer_that_comes_after_the_closing_reaches_the_office(house: House) -> None:
    report = await house.file()
    await house.claim("ann")
    await house.ann.press("请补充")
    await house.ann.press("☐ 时间")
    await house.ann.press("完成")
    house.world.pass_time(days=40)
    await close(house)
    await house.lead.press("确认收口")
    vault = house.world.kit.vault

    def come_in(desk: Desk) -> list[Reply]:
        found = reports.get(desk.db, report.id)
        (asked,) = questions.pending(desk.db, vault, report.id)
        assert found is not None
        return [r for r in supplements.add(desk, found, "去年冬天", [], asked) if r.to is not None]

    before = len(house.told("ann"))
    await house.world.tick(come_in)
    assert house.keys("officer")[-1] == "card.added"
    assert len(house.told("ann")) == before
    now = await house.report(report)
    assert (now.queue, now.state) == ("office", "screening")
