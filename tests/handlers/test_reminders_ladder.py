"""The ladder as facts: each rung once, on its day, in working hours, to the right people."""

from datetime import date

import pytest

from storage import duties
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import MISSION
from tests.handlers.planner_house import NOTICE_2027, ROUTES, PlannerHouse, planner_house

UNIT, PRINCIPAL, TEAM, OFFICE, HEAD = "liaison", "principal", "leader", "officer", "head"

# L01 of V03: the plan of 003-17, signed on 2026-01-30, due on 2026-03-19
LADDER = [
    ("2026-02-13", "目前尚有20个工作日", [UNIT]),
    ("2026-03-05", "还有10个工作日", [UNIT]),
    ("2026-03-16", "还有3个工作日", [PRINCIPAL, UNIT]),
    ("2026-03-19", "今天（2026年3月19日）", [PRINCIPAL, UNIT]),
    ("2026-03-20", "已逾期1个工作日", [TEAM, UNIT, OFFICE, PRINCIPAL]),
]


async def signed(make_world: MakeWorld, profile: str = "county-2012") -> PlannerHouse:
    home = await planner_house(make_world(ROUTES), profile)
    await home.signed("2026-01-30" if profile == "county-2012" else "2025-12-16")
    return home


def people(told: list[str]) -> list[str]:
    return [line.partition(":")[0] for line in told]


async def test_every_rung_leaves_on_its_day_and_once(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    for day, words, who in LADDER:
        told = await home.tick(day)
        assert sorted(people(told)) == sorted(who), day
        assert all(words in line for line in told), day
        assert "迟发" not in "".join(told)
        assert await home.tick(day, "11:00") == []


async def test_urging_is_copied_to_team_and_office_and_marked_as_a_copy(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    for day, _, _ in LADDER[:-1]:
        await home.tick(day)
    told = await home.tick("2026-03-20")
    by_person = {line.partition(":")[0]: line for line in told}
    assert "【抄送】【催办】" in by_person[TEAM]
    assert "【抄送】" not in by_person[UNIT]


async def test_supervision_goes_to_the_principal_and_the_report_is_only_proposed(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    await home.tick("2026-03-20")
    told = await home.tick("2026-03-26")
    assert sorted(people(told)) == [OFFICE, PRINCIPAL]
    assert "【督办】甲镇主要负责人" in "".join(told)
    told = await home.tick("2026-04-02")
    assert people(told) == [OFFICE]
    assert "【待决定】" in told[0]
    assert home.head.heard == []
    await home.officer.press("查看待决定事项")
    await home.officer.press("同意")
    told = await home.tick("2026-04-02", "10:00")
    assert people(told) == [HEAD]
    assert "【专报建议】甲镇整改方案逾期10个工作日" in told[0]


async def test_a_proposal_that_is_not_agreed_goes_nowhere(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.tick("2026-04-02")
    await home.officer.press("查看待决定事项")
    told = await home.officer.press("不同意")
    assert told[0].key == "office.question_held"
    assert await home.tick("2026-04-03") == []
    assert home.head.heard == []


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        ("2026-02-13", "08:59"),  # before hours
        ("2026-02-13", "17:30"),  # after hours
        ("2026-02-15", "10:00"),  # a holiday
        ("2026-02-12", "10:00"),  # the day before
    ],
)
async def test_nothing_leaves_outside_working_hours(
    make_world: MakeWorld, day: str, hour: str
) -> None:
    home = await signed(make_world)
    assert await home.tick(day, hour) == []


async def test_a_make_up_saturday_is_a_working_day(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    told = await home.tick("2026-02-14", "10:00")
    assert people(told) == [UNIT]
    assert "（迟发）" in told[0]


async def test_after_downtime_over_the_due_date_only_the_highest_rung_goes_out(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world)
    await home.tick("2026-03-16")
    told = await home.tick("2026-03-23")  # down from 03-17 to 03-22
    assert sorted(people(told)) == sorted([TEAM, UNIT, OFFICE, PRINCIPAL])
    assert all("（迟发）" in line and "【催办】" in line for line in told)
    assert "最后一天" not in "".join(told)
    assert await home.tick("2026-03-24") == []


async def test_a_clock_set_back_repeats_nothing(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    assert await home.tick("2026-02-13") != []
    assert await home.tick("2026-03-05") != []
    for day in ("2026-02-12", "2026-02-13", "2026-03-04", "2026-03-05"):
        assert await home.tick(day, "15:00") == []
    assert sorted(people(await home.tick("2026-03-16"))) == [UNIT, PRINCIPAL]


async def test_all_of_a_persons_duties_of_a_day_come_in_one_message(
    make_world: MakeWorld,
) -> None:
    home = await signed(make_world, "suixi-2016")
    told = await home.tick("2026-01-16")  # L02: one month before
    assert people(told) == [UNIT]
    assert "整改情况报告" in told[0]
    assert "主要负责人组织落实情况报告" in told[0]


async def test_small_ticks_still_give_one_message_a_day(make_world: MakeWorld) -> None:
    home = await signed(make_world, "suixi-2016")
    told = [line for _ in range(4) for line in await home.tick("2026-01-16", limit=1)]
    assert people(told) == [UNIT]
    assert told[0].count("【提示】") == 2


async def test_what_was_handed_in_is_not_reminded_again(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    home.clock("2026-03-18")
    await home.submit(home.liaison, "整改方案")
    for day in ("2026-03-19", "2026-03-20", "2026-03-26", "2026-04-02"):
        assert await home.tick(day) == []


async def test_a_returned_document_is_reminded_at_its_next_date(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    home.clock("2026-03-10")
    await home.submit(home.liaison, "整改方案")
    await home.leader.press("退回修改")
    await home.leader.say("请补充")
    await home.leader.say("2026-03-27")
    assert await home.tick("2026-03-20") == []
    told = await home.tick("2026-03-26")
    assert people(told) == [UNIT]
    assert "请于2026年3月27日前再次报送" in told[0]
    told = await home.tick("2026-03-30")
    assert people(told) == [OFFICE]


async def test_a_provisional_date_is_expected_never_overdue_and_never_climbs(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-12-01")
    assert (await home.duty("plan")).due == date(2027, 1, 13)  # V29
    heard = []
    for day in ("2026-12-16", "2026-12-30", "2027-01-08", "2027-01-13", "2027-01-14"):
        heard += await home.tick(day)
    for day in ("2027-01-20", "2027-01-27", "2027-03-01"):
        assert await home.tick(day) == []
    assert heard
    assert all("预计" in line for line in heard)
    assert not any(word in "".join(heard) for word in ("催办", "督办", "专报", "逾期"))
    listed = await home.liaison.say("/duties")
    assert "逾期" not in listed[0].text


async def test_a_new_notice_corrects_a_provisional_date_and_announces_it(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.signed("2026-12-01")
    home.know(calendar=NOTICE_2027)
    told = await home.recount()
    assert {shown.key for shown in told} == {"reminder.calendar_changed"}
    assert sorted(shown.parcel.chat for shown in told) == [TEAM, UNIT, OFFICE, PRINCIPAL]
    assert "因放假安排公布，整改方案期限由2027年1月13日更正为2027年1月14日" in told[0].text
    assert await home.recount() == []
    await home.tick("2027-01-14")
    assert "【催办】" in "".join(await home.tick("2027-01-15"))


async def test_an_inferred_start_climbs_only_by_an_officers_tap(make_world: MakeWorld) -> None:
    home = await signed(make_world, "jilin-2017")
    for day in ("2026-01-16", "2026-02-03", "2026-02-12", "2026-02-14"):
        await home.tick(day)
    told = await home.tick("2026-02-25")
    assert people(told) == [OFFICE]
    assert told[0].count("【待决定】") == 2
    await home.officer.press("查看待决定事项")
    await home.officer.press("同意")
    told = await home.tick("2026-02-25", "10:00")
    assert sorted(people(told)) == [UNIT, PRINCIPAL]


async def test_unsigned_feedback_is_reminded_twice_and_then_put_before_the_office(
    make_world: MakeWorld,
) -> None:
    home = await planner_house(make_world(ROUTES), "county-2012")
    await home.unsigned("2026-03-02")
    assert people(await home.tick("2026-03-03")) == [UNIT, PRINCIPAL]
    assert await home.tick("2026-03-04") == []
    assert people(await home.tick("2026-03-05")) == [UNIT, PRINCIPAL]
    told = await home.tick("2026-03-09")
    assert people(told) == [OFFICE]
    assert "满5个工作日，仍未签收" in told[0]


async def test_whoever_has_no_chat_is_shown_to_the_office(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.world.storage.transact(lambda db: db.run("people.unbind_person", person="liaison"))
    assert await home.tick("2026-02-13") == []
    await home.officer.say("/office")
    listed = await home.officer.press("待决定提醒")
    assert "未送达提醒1条" in listed[0].text


async def test_the_ledger_knows_every_rung_of_the_ladder(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.tick("2026-03-16")
    ledger = await home.world.storage.read(
        lambda db: db.all("duties.ledger", duty=duties.of_stationing(db, MISSION)[-1].id)
    )
    states = [(row["rung"], row["state"], row["recipient"]) for row in ledger]
    assert sorted(states) == [
        (1, "superseded", ""),
        (2, "superseded", ""),
        (3, "sent", "liaison"),
        (3, "sent", "principal"),
    ]


async def test_a_question_falls_away_when_the_document_comes(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.tick("2026-04-02")
    asked = await home.officer.press("查看待决定事项")
    assert "是否发出这条专报" in asked[0].text
    await home.submit(home.liaison, "整改方案")
    told = await home.officer.press_data(asked[0].data[0])
    assert told[0].key == "office.question_overtaken"
    await home.officer.say("/office")
    assert "待决定提醒0条" in home.officer.last.text
    assert home.head.heard == []


async def test_a_question_is_answered_once_for_all_officers(make_world: MakeWorld) -> None:
    home = await signed(make_world)
    await home.tick("2026-04-02")
    first = (await home.officer.press("查看待决定事项"))[0].data[0]
    second = (await home.officer.press("查看待决定事项"))[0].data[0]
    assert (await home.officer.press_data(first))[0].key == "office.question_agreed"
    again = await home.officer.press_data(second)
    assert again[0].key in ("form.stale_card", "office.question_answered")
    assert len(await home.tick("2026-04-02", "10:00")) == 1
