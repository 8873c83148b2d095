"""记事: what the office and the team enter, what follows by the profile, and what is refused."""

from datetime import date

import pytest

from casework.mission import Recusal, Seat
from casework.obligations import NO_DATE
from handlers.desk import Desk
from handlers.dutybook import mission_of, record_event
from handlers.fulfilment import fulfil
from storage import people, team
from storage.base import Session
from storage.duties import Duty
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION, SEATS
from tests.handlers.event_house import ROUTES, EventHouse, built


async def house(
    make_world: MakeWorld, profile: str = "county-2012", day: str = "2025-12-20"
) -> EventHouse:
    home = await built(make_world(ROUTES), profile)
    await home.day(day)
    return home


# profile, button, day, obligation, obligor, due, soft, hard
FOLLOWS = (
    # 003 第五条: 原则上在每批巡视结束后30个工作日内
    (
        "county-2012",
        "本批巡视结束",
        "2025年12月19日",
        "briefing",
        "leading_group",
        "2026-02-02",
        False,
    ),
    # 000 一 听取巡视情况汇报, 及时: an internal date
    (
        "provincial-2009",
        "本批巡视结束",
        "2025-12-19",
        "briefing",
        "leading_group",
        "2026-02-02",
        True,
    ),
    # 002 五（四） 党委常委会、书记专题会议及时听取
    (
        "jilin-2017",
        "本批巡察结束",
        "2025-12-19",
        "committee-briefing",
        "sponsor_committee",
        "2026-02-02",
        True,
    ),
    # 004 五（四） 及时听取汇报，报县委决定
    ("suixi-2016", "本批巡察结束", "2025-12-19", "briefing", "leading_group", "2026-02-02", True),
    # 000 五 及时将巡视测评情况移交: no soft target, so no date
    ("provincial-2009", "完成巡视测评", "2025-12-19", "evaluation-transfer", "office", "", False),
    # 000 一 抄报; 002 六（二）
    ("provincial-2009", "印发年度计划", "2025-12-19", "upward-report", "office", "", False),
    ("jilin-2017", "印发年度计划", "2025-12-19", "upward-report", "leading_group", "", False),
    # 000 五 重要情况及时报告
    ("provincial-2009", "整改中的重要情况", "2025-12-19", "supervision", "office", "", False),
    # 003 第十一条 及时反馈 after 领导小组同意
    ("county-2012", "巡视工作领导小组同意", "2025-12-19", "feedback", "team", "2026-01-12", True),
    # 003 第九条
    ("county-2012", "发现重要情况", "2025-12-10", "urgent-report", "team", "2025-12-11", True),
    # 001 巡视了解
    ("central", "发现领导干部涉嫌严重", "2025-12-10", "urgent-report", "team", "2025-12-11", True),
    # 003 第九条: 提出处理意见，督促 is the team's
    (
        "county-2012",
        "发现可以立行立改",
        "2025-12-10",
        "immediate-rectification",
        "team",
        "2025-12-17",
        True,
    ),
)


@pytest.mark.parametrize(
    ("profile", "button", "day", "obligation", "obligor", "due", "soft"), FOLLOWS
)
async def test_what_an_entered_event_brings(
    make_world: MakeWorld,
    profile: str,
    button: str,
    day: str,
    obligation: str,
    obligor: str,
    due: str,
    soft: bool,
) -> None:
    home = await house(make_world, profile)
    told = await home.enter(home.officer, button, day)
    assert told[0].key == "event.recorded"
    duty = (await home.owed())[obligation]
    assert (duty.obligor, duty.due) == (obligor, date.fromisoformat(due) if due else NO_DATE)
    assert (duty.soft, duty.hard, duty.state) == (soft, False, "open")
    line = next(line for line in told[0].text.split("\n") if duty.title in line)
    assert ("无期限" in line) == (not due)
    assert ("非规定时限" in line) == soft
    assert "逾期" not in line


async def test_a_round_ends_once_and_brings_one_briefing_for_all_its_missions(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world)
    told = await home.enter(home.officer, "本批巡视结束", "2025-12-19", unit="乙局")
    assert "第一轮：领导小组听取汇报。原则上于2026年2月2日前完成" in told[0].text
    refused = await home.enter(home.officer, "本批巡视结束", "2025-12-19", unit="甲镇")
    assert (refused[-1].key, "2025年12月19日" in refused[-1].text) == ("event.which_event", True)
    listed = await home.head.say("/duties")
    assert listed[0].text.count("领导小组听取汇报") == 1
    assert listed[0].labels == ["办结1"]


async def test_a_round_does_not_end_before_its_missions(make_world: MakeWorld) -> None:
    home = await house(make_world)
    refused = await home.enter(home.officer, "本批巡视结束", "2025-12-11")
    assert "任务到2025年12月12日才结束" in refused[-1].text
    assert "batch.ended" not in await home.milestones()


REFUSED = (
    ("发现重要情况", "2025-12-21", "晚于今天"),  # in the future
    ("发现重要情况", "2025-11-02", "早于进驻日期2025年11月3日"),
    ("班子成员调整", "2025-12-13", "2025年12月12日结束"),  # 003 第十八条: 巡视期间
    ("发现重要情况", "昨天", "日期"),
)


@pytest.mark.parametrize(("button", "day", "said"), REFUSED)
async def test_a_day_that_cannot_be_is_refused_and_changes_nothing(
    make_world: MakeWorld, button: str, day: str, said: str
) -> None:
    home = await house(make_world)
    before = await home.milestones()
    refused = await home.enter(home.officer, button, day)
    assert (refused[-1].key, said in refused[-1].text) == ("event.happened_on", True)
    assert await home.milestones() == before


async def test_the_same_event_is_not_recorded_twice(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.enter(home.officer, "巡视工作领导小组同意", "2025-12-18")
    again = await home.enter(home.officer, "巡视工作领导小组同意", "2025-12-19")
    assert "该事项已登记（2025年12月18日）" in again[-1].text
    assert (await home.owed())["feedback"].trigger_on == date(2025, 12, 18)


async def test_several_findings_are_told_apart_by_day_and_words(make_world: MakeWorld) -> None:
    home = await house(make_world)
    for note in ("第一件", "第二件"):
        await home.enter(home.leader, "发现重要情况", "2025-12-10", note=note)
    again = await home.enter(home.leader, "发现重要情况", "2025-12-10", note="第二件")
    assert "该事项已登记（2025年12月10日）" in again[-1].text
    kept = await home.acts(lambda desk: desk.db.all("duties.of_stationing", stationing=MISSION))
    assert [row["obligation"] for row in kept].count("urgent-report") == 2


async def test_the_approval_does_not_come_before_the_report(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.enter(home.leader, "巡视组提交", "2025-12-18", discussed="12月17日，全组")
    refused = await home.enter(home.officer, "巡视工作领导小组同意", "2025-12-17")
    assert "早于前一环节的日期2025年12月18日" in refused[-1].text


async def test_the_report_of_the_team_ends_its_duty_and_keeps_the_discussion(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world, "suixi-2016")
    await home.enter(home.leader, "县委巡察组提交", "2025-12-18", discussed="12月17日，全组七人")
    duty = (await home.owed())["team-report"]  # 004 五（四）: 应当经过巡察组集体讨论
    assert (duty.state, duty.submitted_on) == ("accepted", date(2025, 12, 18))


async def test_the_team_enters_only_what_is_its_own(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.leader.say("/events")
    assert home.leader.last.labels == ["登记事项", "查看任务记录"]
    await home.leader.press("登记事项")
    offered = await home.leader.press("甲镇")
    assert not any("同意" in label or "本批" in label for label in offered[-1].labels)
    assert any("发现重要情况" in label for label in offered[-1].labels)


@pytest.mark.parametrize("who", ["liaison", "principal", "clerk", "head"])
async def test_events_are_for_the_office_and_the_team(make_world: MakeWorld, who: str) -> None:
    home = await house(make_world)
    assert (await home.chats[who].say("记事"))[0].key == "event.only_staff"


async def test_an_event_that_an_instrument_hangs_nothing_on_is_not_offered(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world, "central")
    await home.officer.say("/events")
    await home.officer.press("登记事项")
    offered = (await home.officer.press("甲镇"))[-1].labels
    assert not any("本批" in label or "年度" in label or "提拔" in label for label in offered)


async def test_what_the_unit_would_read_is_not_entered_before_its_gate(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world, "jilin-2017")  # 002 立行立改 is owed by the unit itself
    await home.officer.say("/events")
    await home.officer.press("登记事项")
    offered = (await home.officer.press("甲镇"))[-1].labels
    assert any("发现重要情况" in label for label in offered)
    assert not any("立行立改" in label for label in offered)


async def test_a_change_among_the_leading_people_is_told_to_the_team_alone(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world)
    await home.enter(home.officer, "班子成员调整", "2025-12-01", note="一名副职由县纪委立案")
    told = home.leader.last  # 003 第十八条: 及时向巡视组通报
    assert (told.key, "立案" in told.text) == ("event.personnel_told", False)
    for other in (home.liaison, home.principal, home.clerk, home.head):
        assert other.heard == []
    assert (await home.owed())["inform-team"].state == "accepted"
    await home.leader.say("/events")
    await home.leader.press("查看任务记录")
    shown = await home.leader.press("甲镇")
    assert "一名副职由县纪委立案" in shown[-1].text


async def test_a_consultation_reaches_the_office_and_the_former_leader_for_a_year(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world)
    await home.close()
    home.clock("2026-12-12")
    told = await home.enter(home.officer, "拟提拔使用", "2026-12-12")  # 003 第十八条
    assert "提拔使用或换届考察听取巡视组意见" in told[0].text
    assert home.leader.last.key == "event.consult_told"
    assert "第十八条" in home.leader.last.text
    assert (await home.owed())["consult-before-promotion"].obligor == "dept_org"
    await home.leader.say("/events")
    await home.leader.press("查看任务记录")
    shown = await home.leader.press("甲镇")
    assert "拟提拔使用" in shown[0].text
    home.clock("2026-12-13")
    refused = await home.enter(home.officer, "拟提拔使用", "2026-12-13")
    assert "2025年12月12日结束" in refused[-1].text
    assert "到2026年12月12日为止" in refused[-1].text


async def test_after_the_year_the_former_leader_finds_no_record(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.close((MISSION, "m-b"))
    home.clock("2026-12-12")
    await home.leader.say("/events")
    assert (await home.leader.press("查看任务记录"))[-1].key == "event.which_mission"
    await home.leader.press("取消")
    home.clock("2026-12-13")
    await home.leader.say("/events")
    assert (await home.leader.press("查看任务记录"))[-1].key == "event.no_mission"


async def test_a_recused_officer_neither_enters_nor_sees(make_world: MakeWorld) -> None:
    home = await house(make_world)
    vault = home.world.kit.vault

    def recuse(db: Session) -> None:
        entry = Recusal(person_id="officer", unit_id="a")
        people.recuse(db, vault, entry, id="x", at=1, round_id="")

    await home.world.storage.transact(recuse)
    assert "甲镇" not in (await home.officer.say("/duties"))[0].text
    await home.officer.say("/events")
    asked = await home.officer.press("登记事项")
    assert not any("甲镇" in label for label in asked[-1].labels)


async def test_an_office_by_itself_closes_what_the_committee_heard(make_world: MakeWorld) -> None:
    home = await house(make_world, "jilin-2017")
    await home.enter(home.officer, "本批巡察结束", "2025-12-19")
    listed = await home.officer.say("/duties")
    number = next(
        line.split(".")[0] for line in listed[0].text.split("\n") if "书记专题会议" in line
    )
    await home.officer.press(f"办结{number}")
    await home.officer.press("今天")
    await home.officer.say("县委常委会第20次会议，全体常委")
    await home.officer.say("听取汇报并提出处置意见")
    done = await home.officer.press("确认提交")
    assert done[0].text == (
        "【办结】第一轮：党委常委会、书记专题会议听取汇报，已登记于2025年12月20日办结。"
    )
    duty = (await home.owed())["committee-briefing"]
    assert (duty.state, duty.next_check) == ("accepted", None)


async def test_nobody_ends_the_duty_of_others(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.officer.say("/duties")
    forged = home.officer.last.data[0]
    for who in (home.liaison, home.clerk, home.head, home.leader):
        assert (await who.press_data(forged))[-1].key == "form.stale_card"
    assert {duty.state for duty in (await home.owed()).values()} == {"open", "accepted"}


async def test_a_member_reads_the_duties_of_the_team_and_ends_none(make_world: MakeWorld) -> None:
    home = await house(make_world)
    vault = home.world.kit.vault

    def come(db: Session) -> None:
        people.put_person(db, vault, "ann", "ann")
        people.bind(db, vault, ("web", "web", "ann"), id="b-ann", person_id="ann", at=1)
        seats = [*SEATS.items(), ("ann", Seat(role="team_member", team="one"))]
        people.put_seats(db, "r", seats)

    await home.world.storage.transact(come)
    listed = await home.world.chat("ann").say("/duties")
    assert "甲镇：巡视报告" in listed[0].text
    assert listed[0].labels == []
    assert "书面通知" not in listed[0].text  # the office's


async def test_a_duty_is_not_ended_before_it_began(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.leader.say("/duties")
    await home.leader.press("办结1")
    refused = await home.leader.say("2025年12月1日")
    assert "早于起算日期2025年12月12日" in refused[-1].text
    refused = await home.leader.say("2026年1月1日")
    assert refused[-1].key == "event.closed_on"


async def test_a_departments_feedback_does_not_double_the_standing_task(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world)
    for letter in ("1", "2"):
        await home.happens("item.decided", "2025-12-15", about=letter)
    owed = await home.acts(lambda desk: desk.db.all("duties.of_stationing", stationing=MISSION))
    assert [row["obligation"] for row in owed].count("transfer") == 2


async def test_a_fulfilment_can_be_repeated_and_meets_only_its_event(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world)
    await home.happens("finding.important", "2025-12-10", about="one")
    await home.happens("finding.important", "2025-12-11", about="two")

    def done(desk: Desk) -> list[Duty]:
        on = date(2025, 12, 12)
        return fulfil(desk, mission_of(desk, MISSION), "urgent_report", on, about="one")

    assert [duty.trigger_on for duty in await home.acts(done)] == [date(2025, 12, 10)]
    assert await home.acts(done) == []


async def test_what_must_be_handed_in_is_not_ended_by_an_act(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.happens("feedback.received", "2025-12-19")

    def done(desk: Desk) -> list[Duty]:
        return fulfil(desk, mission_of(desk, MISSION), "plan", date(2025, 12, 20))

    assert await home.acts(done) == []  # 003 第十七条: accepted by review alone
    assert (await home.owed())["plan"].state == "open"


async def test_a_standing_task_is_made_once_however_often_its_event_comes(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world, "jilin-2017")
    for item in ("1", "2", "3"):
        await home.happens("item.decided", "2025-12-15", about=item)
    owed = await home.acts(lambda desk: desk.db.all("duties.of_stationing", stationing=MISSION))
    assert [row["obligation"] for row in owed].count("supervision") == 1  # 002 件件有着落


async def test_an_event_known_already_brings_nothing(make_world: MakeWorld) -> None:
    home = await house(make_world)
    await home.happens("feedback.received", "2025-12-19")
    given = await home.acts(
        lambda desk: record_event(
            desk, mission_of(desk, MISSION), "feedback.received", date(2025, 12, 20)
        )
    )
    assert given is None
    assert (await home.owed())["plan"].trigger_on == date(2025, 12, 19)


async def test_a_special_report_stands_until_it_is_done(make_world: MakeWorld) -> None:
    home = await house(make_world)
    for note in ("第一件", "第二件"):
        await home.enter(home.leader, "发现重要情况", "2025-12-10", note=note)
    listed = (await home.leader.say("/duties"))[0]  # 003 第十条 形成专题报告
    assert listed.text.count("重大问题专题报告。无期限") == 1
    number = next(line for line in listed.text.split("\n") if "专题报告" in line).split(".")[0]
    await home.leader.press(f"办结{number}")
    await home.leader.press("今天")
    await home.leader.say("已形成专题报告并报领导小组审议")
    assert (await home.leader.press("确认提交"))[0].key == "event.closed"
    assert "专题报告" not in (await home.leader.say("/duties"))[0].text


async def test_feedback_lets_the_office_inform_the_leaders(make_world: MakeWorld) -> None:
    home = await house(make_world, "suixi-2016")
    await home.happens("feedback.delivered", "2025-12-19")
    assert (await home.owed())["inform-leaders"].obligor == "office"  # 004 五（六）
    assert (
        "向县委、县政府有关领导及其职能部门通报。无期限"
        in (await home.officer.say("/duties"))[0].text
    )
    assert "通报" not in "".join(s.text for s in await home.liaison.say("/duties"))


async def test_a_deputy_enters_and_ends_only_under_a_recorded_delegation(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world)
    vault = home.world.kit.vault

    def come(db: Session) -> None:
        people.put_person(db, vault, "dan", "dan")
        people.bind(db, vault, ("web", "web", "dan"), id="b-dan", person_id="dan", at=1)
        seats = [*SEATS.items(), ("dan", Seat(role="team_deputy", team="one"))]
        people.put_seats(db, "r", seats)

    await home.world.storage.transact(come)
    deputy = home.world.chat("dan")
    assert (await deputy.say("/events"))[-1].labels == ["查看任务记录"]
    assert (await deputy.say("/duties"))[0].labels == []

    def delegate(desk: Desk) -> None:  # 002 三（三） 副组长协助
        team.delegate(
            desk.db,
            id="d",
            deputy_id="dan",
            team_id="one",
            given_by="leader",
            at=desk.at,
            until_at=desk.at + 86_400,
        )

    await home.acts(delegate)
    assert (await deputy.say("/events"))[-1].labels == ["登记事项", "查看任务记录"]
    assert "办结1" in (await deputy.say("/duties"))[0].labels
    home.clock("2025-12-23")
    assert (await deputy.say("/duties"))[0].labels == []


async def test_the_office_ends_the_notice_with_the_day_on_which_it_went_out(
    make_world: MakeWorld,
) -> None:
    home = await house(make_world, day="2025-10-13")
    listed = (await home.officer.say("/duties"))[0]
    assert listed.text.count("书面通知巡视工作安排。应于2025年10月20日前完成，尚有5个工作日") == 2
    await home.officer.press("办结1")
    await home.officer.say("2025年10月13日")
    await home.officer.say("已书面通知县委和市委")
    done = await home.officer.press("确认提交")
    assert done[0].key == "event.closed"
    assert (await home.officer.say("/duties"))[0].text.count("书面通知巡视工作安排") == 1
    again = await home.officer.press_data(listed.data[0])
    assert "已经办结或正在审核" in again[-1].text


async def test_a_long_list_is_turned_by_pages(make_world: MakeWorld) -> None:
    home = await house(make_world)
    for number in range(9):
        await home.happens("item.decided", "2025-12-15", about=str(number))
    first = (await home.officer.say("/duties"))[0]
    assert "（第1/2页" in first.text
    assert first.labels == [f"办结{n}" for n in range(1, 9)]
    last = (await home.officer.say("/duties 2"))[0]
    assert "（第2/2页" in last.text
    assert (await home.officer.say("/duties 99"))[0].text == last.text
