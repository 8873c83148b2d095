"""Who of the inspection sees what a unit hands in, who decides on it, and until when."""

import pytest

from casework.mission import Recusal, Round, Seat
from storage import missions, people
from storage.base import Session
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import ROUTES, SEATS, House, build
from tests.handlers.talk import Chat

PLAN = "整改方案"


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    found = await build(make_world(ROUTES), "county-2012")
    await found.signed("2026-01-29")
    return found


async def join(house: House, person: str, seat: Seat, round_id: str = "r") -> Chat:
    """Somebody more sits in the team, in this round or in another."""
    vault = house.world.kit.vault

    def come(db: Session) -> None:
        people.put_person(db, vault, person, person)
        people.bind(db, vault, ("web", "web", person), id=f"b-{person}", person_id=person, at=1)
        if round_id == "r":
            people.put_seats(db, "r", [*SEATS.items(), (person, seat)])
            return
        later = Round(id=round_id, name="第二轮", profile_id="county-2012")
        missions.put_places(db, later, units=[], teams=[], departments=[])
        people.put_seats(db, round_id, [(person, seat)])

    await house.world.storage.transact(come)
    return house.world.chat(person)


async def test_a_member_reads_what_came_and_decides_nothing(house: House) -> None:
    member = await join(house, "ann", Seat(role="team_member", team="one"))
    await house.submit(house.liaison, PLAN, "共12项，逐项落实")
    assert (member.last.key, member.last.labels) == ("office.document_came", ["查看"])
    assert "逐项落实" not in member.last.text
    assert "逐项落实" in (await member.press("查看"))[1].text
    forged = member.heard[0].data[0].replace(":open", ":accept")
    assert (await member.press_data(forged))[-1].key == "form.stale_card"
    assert house.leader.last.labels == [
        "查看",
        "审核通过",
        "退回修改",
    ]  # 003 第十七条 经巡视组审核


async def test_reading_ends_when_the_document_is_accepted(house: House) -> None:
    member = await join(house, "ann", Seat(role="team_member", team="one"))
    await house.submit(house.liaison, PLAN)
    await house.through()
    assert (await member.press("查看"))[-1].key in ("office.only_reviewer", "form.stale_card")


@pytest.mark.parametrize("role", ["team_member", "team_leader"])
async def test_the_same_team_in_another_round_is_not_told(house: House, role: str) -> None:
    later = await join(house, "zed", Seat(role=role, team="one"), "later")
    await house.submit(house.liaison, PLAN)
    assert later.heard == []
    assert house.leader.last.key == "office.document_came"


async def test_a_recused_member_is_not_told(house: House) -> None:
    member = await join(house, "ann", Seat(role="team_member", team="one"))
    vault = house.world.kit.vault
    entry = Recusal(person_id="ann", unit_id="a")
    await house.world.storage.transact(lambda db: people.recuse(db, vault, entry, id="x", at=1))
    await house.submit(house.liaison, PLAN)
    assert member.heard == []


async def test_a_departments_feedback_is_not_for_the_team(house: House) -> None:
    await house.officer.say("/office")
    await house.officer.press("登记移交函送达")
    await house.officer.press("甲镇")
    await house.officer.press("县纪委")
    await house.officer.say("移交函7号")
    await house.officer.press("今天")
    before = len(house.leader.heard)
    await house.clerk.say("/duties")
    await house.clerk.press("报送")
    await house.clerk.press("没有材料")
    await house.clerk.say("已办结")
    await house.clerk.press("确认提交")
    assert house.officer.last.key == "office.document_came"
    assert len(house.leader.heard) == before


async def test_a_departments_feedback_may_come_on_paper_with_date_bearer_and_scan(
    house: House,
) -> None:
    await house.officer.say("/office")
    await house.officer.press("登记移交函送达")
    await house.officer.press("甲镇")
    await house.officer.press("县纪委")
    await house.officer.say("移交函7号")
    await house.officer.press("今天")
    house.clock("2026-03-05")
    await house.officer.say("/office")
    await house.officer.press("登记纸质报送")
    await house.officer.press("县纪委 · ")
    await house.officer.say("2026年3月2日")
    await house.officer.say("机要员赵信")
    await house.officer.send_file("回函扫描件.pdf")
    await house.officer.press("完成")
    told = await house.officer.press("跳过")
    assert "2026年3月2日" in told[0].text
    told = await house.officer.press("审核通过")
    assert told[0].key == "office.accepted"


async def test_who_answered_for_the_unit_in_another_round_sees_nothing_of_this_one(
    house: House,
) -> None:
    former = await join(house, "old", Seat(role="unit_liaison", unit="a"), "later")
    assert [s.key for s in await former.say("/duties")] == ["duty.none"]
    data = house.liaison.heard[0].data[0]
    assert (await former.press_data(data))[-1].key == "form.stale_card"
    await house.tick("2026-03-13")
    assert [s.key for s in former.heard] == ["duty.none", "form.stale_card"]
