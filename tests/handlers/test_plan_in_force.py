"""A plan is put into force whole, once, and never against what has begun."""

import secrets
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest

from casework.errors import Gone
from casework.mission import Recusal, Stationing
from casework.plan import Plan
from handlers import binding, plan
from handlers.bench import OperatorBench
from handlers.desk import Desk
from handlers.messages import Reply
from handlers.recusals import look_through
from handlers.turn import Routes
from storage import missions, people
from storage.base import Session
from tests.casework.plans import ZONE, Spoil, read
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import Chat, World

ROUTES = Routes(
    commands={**binding.COMMANDS, "texts": lambda desk, argument: plan.pending_approvals(desk)},
    words={},
    cards={**binding.CARDS, **plan.CARDS},
    forms={},
    start=binding.bind,
    otherwise=lambda desk: [Reply(key="form.nothing_to_cancel")],
    group=lambda desk: [],
)
MORNING = int(datetime(2026, 3, 9, 9, tzinfo=ZONE).timestamp())


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(ROUTES)


def bench(world: World, db: Session) -> OperatorBench:
    return OperatorBench(db=db, vault=world.kit.vault, now=world.now, seed=secrets.token_bytes(32))


async def apply(world: World, wanted: Plan, version: str = "v1") -> plan.Applied:
    return await world.storage.transact(
        lambda db: plan.apply_plan(
            bench(world, db), wanted, actor="operator", profile_version=version
        )
    )


async def approve(world: World, mission: str) -> bool:
    return await world.storage.transact(
        lambda db: plan.approve_texts(bench(world, db), mission, actor="p3")
    )


async def every(world: World) -> dict[str, Stationing]:
    return {s.id: s for s in await world.storage.read(missions.every)}


async def accepting(world: World, at: int = MORNING) -> list[str]:
    found = await world.storage.read(lambda db: missions.accepting(db, at))
    return [s.id for s in found]


def without(table: str, key: str) -> Spoil:
    return lambda t: t.update({table: [row for row in t[table] if row["id"] != key]})


async def bound(world: World, person: str) -> Chat:
    code = await world.storage.transact(
        lambda db: binding.invite(bench(world, db), person, hours=1, actor="operator")
    )
    chat = world.chat(person)
    await chat.start(f"bind_{code}")
    return chat


async def test_a_plan_in_force_has_its_missions_places_and_people(world: World) -> None:
    await apply(world, read(lambda t: t["person"][0].update(recuse=["u2", "贺长林"])))
    found = await every(world)
    assert found["s1"].team_name == "第一组"
    assert found["s1"].unit_name == "青石镇党委"
    assert found["s1"].starts_on == date(2026, 3, 2)
    assert (found["s1"].state, found["s1"].approved) == ("planned", False)
    assert (found["s1"].profile_id, found["s1"].profile_version) == ("suixi-2016", "v1")

    def look(db: Session) -> list[Any]:
        vault = world.kit.vault
        return [
            missions.units(db)[0].aliases,
            missions.departments(db)[0].kind,
            people.name(db, vault, "p1"),
            people.holders(db, "team_leader", team="a"),
            people.holders(db, "office"),
            people.recusals(db, vault),
        ]

    aliases, kind, name, leaders, office, recusals = await world.storage.read(look)
    assert aliases == ("青石镇",)
    assert kind == "discipline"
    assert name == "沈予安"
    assert leaders == ["p1"]
    assert office == ["p3"]
    assert sorted(recusals, key=lambda r: r.unit_id) == [
        Recusal(person_id="p1", names=("贺长林",)),
        Recusal(person_id="p1", unit_id="u2"),
    ]


async def test_importing_twice_changes_nothing(world: World) -> None:
    first = await apply(world, read())
    before = await every(world)
    second = await apply(world, read())
    assert len(first.changes) == 15
    assert second.changes == ()
    assert await every(world) == before


async def test_a_team_at_several_units_has_a_mission_at_each(world: World) -> None:
    await apply(world, read(lambda t: t["stationing"][0].update(units=["u1", "u2"])))
    assert set(await every(world)) == {"s1-u1", "s1-u2", "s2"}


async def test_a_mission_keeps_its_id_when_a_unit_joins(world: World) -> None:
    await apply(world, read())
    await apply(world, read(lambda t: t["stationing"][0].update(units=["u1", "u2"])))
    found = await every(world)
    assert set(found) == {"s1", "s1-u2", "s2"}
    assert found["s1"].unit_id == "u1"


async def test_no_mission_takes_reports_before_its_texts_are_approved(world: World) -> None:
    await apply(world, read())
    assert await accepting(world) == []
    assert await approve(world, "s1")
    assert await accepting(world) == ["s1"]
    assert not await approve(world, "s1")


async def test_texts_of_an_unknown_mission_cannot_be_approved(world: World) -> None:
    with pytest.raises(Gone):
        await approve(world, "nowhere")


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-03-02T08:29:59", False),
        ("2026-03-02T08:30:00", True),
        ("2026-04-24T17:59:59", True),
        ("2026-04-24T18:00:00", False),
    ],
)
async def test_a_window_is_open_from_its_first_second_to_the_one_before_its_end(
    world: World, moment: str, open_: bool
) -> None:
    await apply(world, read())
    await approve(world, "s1")
    at = int(datetime.fromisoformat(moment).replace(tzinfo=ZONE).timestamp())
    assert await accepting(world, at) == (["s1"] if open_ else [])


async def test_a_closed_mission_takes_no_reports(world: World) -> None:
    await apply(world, read())
    await approve(world, "s1")
    await world.storage.transact(lambda db: missions.set_state(db, "s1", "closed"))
    assert await accepting(world) == []


async def test_an_extended_window_counts_at_once_and_a_new_notice_is_due(world: World) -> None:
    await apply(world, read())
    await approve(world, "s1")
    longer = read(lambda t: t["stationing"][0].update(accept_until=date(2026, 4, 28)))
    await apply(world, longer)
    late = int(datetime(2026, 4, 27, 9, tzinfo=ZONE).timestamp())
    assert await accepting(world, late) == ["s1"]
    (moved,) = await world.storage.read(lambda db: missions.windows(db, "s1"))
    assert moved.accept_until == int(datetime(2026, 4, 29, tzinfo=ZONE).timestamp())
    assert moved.noticed_at is None
    await world.storage.transact(lambda db: missions.notice_given(db, "s1", MORNING))
    (moved,) = await world.storage.read(lambda db: missions.windows(db, "s1"))
    assert moved.noticed_at == MORNING


async def test_a_window_moved_before_approval_needs_no_new_notice(world: World) -> None:
    await apply(world, read())
    longer = read(lambda t: t["stationing"][0].update(accept_until=date(2026, 4, 28)))
    await apply(world, longer)
    assert await world.storage.read(lambda db: missions.windows(db, "s1")) == []


REFUSED = [
    ("leaves the plan", without("stationing", "s1")),
    ("changes its team", lambda t: t["stationing"][0].update(team="b")),
    ("approved under profile suixi-2016", lambda t: t["round"].update(profile="county-2012")),
]


@pytest.mark.parametrize(("reason", "spoil"), REFUSED, ids=[r[0] for r in REFUSED])
async def test_a_plan_against_an_approved_mission_is_refused_whole(
    world: World, reason: str, spoil: Spoil
) -> None:
    await apply(world, read())
    await approve(world, "s1")
    before = await every(world)

    def wanted(t: dict[str, Any]) -> None:
        spoil(t)
        t["unit"][1]["name"] = "改名"
        if reason.startswith("changes"):
            t["person"][0]["roles"] = [{"role": "leading_group"}]

    with pytest.raises(plan.PlanRefused) as raised:
        await apply(world, read(wanted))
    assert any(reason in line for line in raised.value.reasons)
    assert all(";" in line for line in raised.value.reasons)
    assert await every(world) == before


async def test_a_mission_that_never_began_may_leave_the_plan(world: World) -> None:
    await apply(world, read())
    await apply(world, read(without("stationing", "s2")))
    assert set(await every(world)) == {"s1"}


async def test_approval_freezes_the_version_of_the_profile(world: World) -> None:
    await apply(world, read(), "v1")
    await approve(world, "s1")
    renamed = read(lambda t: t["round"].update(name="第一轮（更名）"))
    await apply(world, renamed, "v2")
    found = await every(world)
    assert found["s1"].profile_version == "v1"
    assert found["s2"].profile_version == "v2"


async def test_a_person_in_a_team_of_another_round_at_the_same_time_is_refused(
    world: World,
) -> None:
    await apply(world, read())

    def second(t: dict[str, Any]) -> None:
        t["round"]["id"] = "r2"
        t["team"] = [{"id": "c", "name": "第三组"}]
        t["stationing"] = [{**t["stationing"][0], "id": "s9", "team": "c"}]
        t["person"] = [
            {"id": "p1", "name": "沈予安", "roles": [{"role": "team_member", "team": "c"}]}
        ]

    with pytest.raises(plan.PlanRefused) as raised:
        await apply(world, read(second))
    (line,) = raised.value.reasons
    assert line.startswith("p1 is in teams")
    assert line.endswith("(round r1)")


async def test_a_declared_recusal_outlives_the_next_plan(world: World) -> None:
    await apply(world, read(lambda t: t["person"][0].update(recuse=["u2"])))
    declared = Recusal(person_id="p2", names=("邵一鸣",))
    await world.storage.transact(
        lambda db: people.recuse(db, world.kit.vault, declared, id="x", at=MORNING)
    )
    await apply(world, read())
    kept = await world.storage.read(lambda db: people.recusals(db, world.kit.vault))
    assert kept == [declared]


async def test_the_office_approves_by_a_card_and_the_mission_opens(world: World) -> None:
    world.now = datetime(2026, 3, 9, 9, tzinfo=ZONE)
    await apply(world, read())
    chat = await bound(world, "p3")
    shown = await chat.say("/texts")
    assert [s.key for s in shown] == ["plan.approve_texts", "plan.approve_texts"]
    assert "https://example.test/p/s1" in shown[0].text
    answer = await chat.press_data(shown[0].data[0])
    assert [s.key for s in answer] == ["plan.approved"]
    found = await every(world)
    assert (found["s1"].approved, found["s1"].state) == (True, "open")
    assert (found["s2"].approved, found["s2"].state) == (False, "planned")


async def test_the_office_may_wait(world: World) -> None:
    await apply(world, read())
    chat = await bound(world, "p3")
    shown = await chat.say("/texts")
    answer = await chat.press_data(shown[0].data[1])
    assert [s.key for s in answer] == ["plan.approve_later"]
    assert not (await every(world))["s1"].approved


async def test_nobody_but_the_office_is_asked_for_approval(world: World) -> None:
    await apply(world, read())
    for person in ("p1", "p4", "p5", "p6"):
        chat = await bound(world, person)
        assert [s.key for s in await chat.say("/texts")] == ["error.not_allowed"]


async def test_a_mission_opens_on_its_first_day_and_not_before(world: World) -> None:
    await apply(world, read())
    await approve(world, "s2")

    def tick(day: date) -> Any:
        def opened(desk: Desk) -> list[Reply]:
            plan.open_due(desk, day)
            return []

        return opened

    await world.tick(tick(date(2026, 3, 31)))
    assert (await every(world))["s2"].state == "planned"
    await world.tick(tick(date(2026, 4, 1)))
    assert (await every(world))["s2"].state == "open"


async def test_an_entry_that_stays_in_the_plan_is_not_looked_through_again(world: World) -> None:
    vault = world.kit.vault

    def recusing(t: dict[str, Any]) -> None:
        t["person"][0].update(recuse=["贺长林"])

    def also(t: dict[str, Any]) -> None:
        recusing(t)
        t["unit"][0].update(name="青石")

    await apply(world, read(recusing))
    await world.tick(partial(look_through, limit=5))
    assert await world.storage.read(lambda db: people.unchecked(db, vault)) is None
    await apply(world, read(also))
    assert await world.storage.read(lambda db: people.unchecked(db, vault)) is None
    await apply(world, read(lambda t: t["person"][0].update(recuse=["贺长林", "万里行"])))
    found = await world.storage.read(lambda db: people.unchecked(db, vault))
    assert found is not None
    assert found.entry.names == ("贺长林", "万里行")
