"""交接: what is open goes to the successor, the old liaison ends at once."""

import secrets
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest

from casework.mission import Seat
from handlers import binding, handover, plan
from handlers.bench import OperatorBench
from handlers.desk import Desk, Person
from handlers.dutybook import DELIVERED, add_sign_duty, mission_of, record_event
from handlers.messages import Reply
from handlers.reminders import plan_reminders
from handlers.routes import ROUTES
from storage import audit, duties, people, reminders
from storage.base import Session
from storage.reminders import Reminder
from tests.casework.plans import ZONE, read
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import Chat, Shown, World


def bench(world: World, db: Session) -> OperatorBench:
    return OperatorBench(db=db, vault=world.kit.vault, now=world.now, seed=secrets.token_bytes(32))


async def put(world: World, wanted: Any) -> None:
    await world.storage.transact(
        lambda db: plan.apply_plan(bench(world, db), wanted, actor="operator", profile_version="1")
    )


async def bound(world: World, person: str, name: str = "") -> Chat:
    code = await world.storage.transact(
        lambda db: binding.invite(bench(world, db), person, hours=1, actor="operator")
    )
    chat = world.chat(name or person)
    await chat.start(f"bind_{code}")
    return chat


async def act(world: World, unit: Any) -> None:
    def done(desk: Desk) -> list[Reply]:
        desk.me = Person(id="p3", roles=people.seats(desk.db, "p3"))
        unit(desk)
        return []

    await world.tick(done)


@pytest.fixture
async def world(make_world: MakeWorld) -> World:
    """A mission in 2026, its feedback delivered, the office p3 and the liaison p4 bound."""
    made = make_world(ROUTES)
    made.now = datetime(2026, 5, 11, 9, tzinfo=ZONE)
    await put(made, read())
    await made.storage.transact(lambda db: plan.approve_texts(bench(made, db), "s1", actor="p3"))

    def deliver(desk: Desk) -> None:
        mission = mission_of(desk, "s1")
        record_event(desk, mission, DELIVERED, date(2026, 5, 11))
        add_sign_duty(desk, mission, date(2026, 5, 11))

    await act(made, deliver)
    return made


async def hand_over(world: World, office: Chat, name: str = "于一舟") -> Shown:
    await office.say("/handover")
    await office.press("青石镇党委 · 邵一鸣")
    await office.say(name)
    return (await office.press("确认提交"))[0]


async def come(world: World, code: str, name: str = "new") -> Chat:
    chat = world.chat(name)
    await chat.start(f"bind_{code}")
    await world.tick(handover.tell_successors)
    return chat


def code_of(shown: Shown) -> str:
    return shown.text.rsplit("：", 1)[-1]


async def test_the_seat_goes_to_the_successor_with_what_is_open(world: World) -> None:
    office, old = await bound(world, "p3"), await bound(world, "p4")
    await old.say("/duties")
    await old.press("签收")
    done = await hand_over(world, office)
    assert done.key == "unit.handed_over_code"
    assert "您在本端的联络员权限已终止" in old.last.text
    new = await come(world, code_of(done))
    summary = next(s for s in new.heard if s.key == "unit.handover_summary")
    assert "整改情况报告" in summary.text
    assert "2026年7月13日" in summary.text  # two months from 2026-05-11, a Saturday rolled on
    listed = await new.say("/duties")
    assert any("报送" in shown.labels for shown in listed)


async def test_the_old_liaison_ends_at_once_and_is_told_so(world: World) -> None:
    office, old = await bound(world, "p3"), await bound(world, "p4")
    await old.say("/duties")
    sign = old.last.data[0]
    await hand_over(world, office)
    refused = await old.press_data(sign)
    assert refused[0].key == "form.stale_card"
    assert "没有改动任何内容" in refused[0].text
    assert (await old.say("/duties"))[0].key == "error.not_allowed"


async def test_a_form_left_open_by_the_old_liaison_hands_in_nothing(world: World) -> None:
    office, old = await bound(world, "p3"), await bound(world, "p4")
    await old.say("/duties")
    await old.press("签收")
    listed = await old.say("/duties")
    await old.press_data(next(s.data[0] for s in listed if s.text.startswith("整改情况报告")))
    await old.press("没有材料")
    await old.say("已完成")
    await hand_over(world, office)
    refused = await old.press("确认提交")
    assert "确认" in refused[0].text
    standing = await world.storage.read(lambda db: duties.of_unit(db, "u1"))
    assert {d.state for d in standing if d.kind == "report"} == {"open"}


async def test_a_liaison_of_two_units_keeps_the_other_one(world: World) -> None:
    def both(t: dict[str, Any]) -> None:
        t["person"][3]["roles"].append({"role": "unit_liaison", "unit": "u2"})

    await put(world, read(both))
    office, old = await bound(world, "p3"), await bound(world, "p4")
    listed = await old.say("/duties")
    sign = next(s.data[0] for s in listed if "签收" in s.labels)
    await hand_over(world, office)
    assert (await old.press_data(sign))[0].key == "duty.wrong_unit"
    seats = await world.storage.read(lambda db: people.seats(db, "p4"))
    assert seats == (Seat(role="unit_liaison", unit="u2"),)


async def test_an_unsigned_card_goes_to_the_successor(world: World) -> None:
    office = await bound(world, "p3")
    await bound(world, "p4")
    new = await come(world, code_of(await hand_over(world, office)))
    assert new.last.labels == ["签收"]
    assert (await new.press("签收"))[0].key == "duty.signed"


async def test_planned_reminders_go_to_the_successor(world: World) -> None:
    office, old = await bound(world, "p3"), await bound(world, "p4")
    await old.say("/duties")
    await old.press("签收")
    world.now = datetime(2026, 6, 12, 8, tzinfo=ZONE)  # before anybody's working hours

    def planned(desk: Desk) -> None:
        report = next(d for d in duties.of_unit(desk.db, "u1") if d.kind == "report")
        rung = report.ladder[0]
        row = Reminder(
            id=desk.new_id(),
            duty_id=report.id,
            revision=report.revision,
            rung=rung.number,
            recipient="p4",
            purpose="to",
            level=rung.level,
            template=rung.template,
            send_on=rung.send_on,
            state="planned",
            at=desk.at,
        )
        assert reminders.remind(desk.db, row)

    await act(world, planned)
    new = await come(world, code_of(await hand_over(world, office)))
    before = len(old.heard)
    world.now = datetime(2026, 6, 12, 9, tzinfo=ZONE)
    told = await world.tick(partial(plan_reminders, limit=50))
    assert {shown.parcel.chat for shown in told} == {"new"}
    assert len(old.heard) == before
    assert "整改情况报告" in new.last.text


async def test_the_leaving_liaison_proposes_and_the_office_confirms(world: World) -> None:
    office, old = await bound(world, "p3"), await bound(world, "p4")
    await old.say("交接")
    await old.press("青石镇党委 · 邵一鸣")
    assert "接任人与现任联络员相同" in (await old.say("邵一鸣"))[0].text
    await old.say("于一舟")
    assert (await old.press("确认提交"))[0].key == "unit.handover_proposed"
    assert any(s.key == "binding.done" for s in old.heard)
    assert (await old.say("/duties"))[0].labels == ["签收"]  # still the liaison
    told = await office.press("同意")
    assert told[0].key == "unit.handed_over_code"
    assert (await old.say("/duties"))[0].key == "error.not_allowed"


async def test_the_office_may_refuse(world: World) -> None:
    office, old = await bound(world, "p3"), await bound(world, "p4")
    await old.say("/handover")
    await old.press("青石镇党委 · 邵一鸣")
    await old.say("于一舟")
    await old.press("确认提交")
    card = office.last.data[0]
    await office.press("不同意")
    assert old.last.key == "unit.handover_refused"
    assert (await office.press_data(card))[0].key == "form.stale_card"
    assert (await old.say("/duties"))[0].labels == ["签收"]


async def test_nobody_else_hands_a_seat_over(world: World) -> None:
    department, leader = await bound(world, "p5"), await bound(world, "p1")
    for chat in (department, leader):
        assert (await chat.say("/handover"))[0].key == "unit.no_seat_to_hand_over"
    assert (await world.chat("citizen").say("/handover"))[0].key == "error.not_allowed"


async def test_a_handover_leaves_its_audit_rows(world: World) -> None:
    office = await bound(world, "p3")
    await hand_over(world, office)
    rows = await world.storage.read(lambda db: audit.about(db, "u1"))
    assert {"handover.proposed", "handover.done"} <= {row["action"] for row in rows}


async def test_a_person_left_out_of_the_plan_loses_every_right_at_once(world: World) -> None:
    leader = await bound(world, "p1")  # 000 六, 002 三(四), 004 二(五): 调离、调整
    assert (await leader.say("/queue"))[0].key != "error.not_allowed"
    await put(
        world,
        read(
            lambda t: t["person"].__setitem__(
                0, {"id": "p9", "name": "柳清", "roles": [{"role": "team_leader", "team": "a"}]}
            )
        ),
    )
    assert (await leader.say("/queue"))[0].key == "error.not_allowed"
    fresh = await world.storage.read(lambda db: people.addresses(db, world.kit.vault, "p1"))
    assert fresh == []


async def test_the_unit_is_asked_once_to_put_the_notice_up(world: World) -> None:
    office, liaison = await bound(world, "p3"), await bound(world, "p4")  # 002 六(四), 004 五(二)
    world.now = datetime(2026, 3, 9, 9, tzinfo=ZONE)
    for _ in range(2):
        await office.say("/office")
        (told,) = await office.press("公告张贴")
    assert "青石镇党委：已于2026年3月9日请该单位张贴" in told.text
    (asked,) = [s for s in liaison.heard if s.key == "unit.display_wanted"]
    assert "鼓励和支持干部群众如实反映" in asked.text
    await liaison.press("登记已张贴")
    assert "日期不能晚于今天" in (await liaison.say("2026-03-10"))[0].text
    await liaison.press("今天")
    await liaison.say("镇政府公告栏、各村村务公开栏")
    told = (await liaison.press("没有材料"))[0]
    assert told.key == "unit.display_kept"
    assert "已于2026年3月9日登记" in (await liaison.press("登记已张贴"))[0].text
    await office.say("/office")
    (told,) = await office.press("公告张贴")
    assert "2026年3月9日起张贴于镇政府公告栏、各村村务公开栏" in told.text
    found = await world.storage.read(lambda db: audit.about(db, "s1"))
    assert "announcement.displayed" in {row["action"] for row in found}


async def test_the_office_hears_which_unit_has_nobody_here(world: World) -> None:
    office = await bound(world, "p3")
    world.now = datetime(2026, 3, 9, 9, tzinfo=ZONE)
    await office.say("/office")
    (told,) = await office.press("公告张贴")
    assert "青石镇党委：该单位还没有人绑定本系统" in told.text
    world.now = datetime(2026, 6, 9, 9, tzinfo=ZONE)
    await office.say("/office")
    assert (await office.press("公告张贴"))[0].key == "unit.no_display"
