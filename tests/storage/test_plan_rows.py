"""Missions and people as rows, the same on both engines."""

from datetime import date, datetime
from functools import partial

import pytest

from casework.mission import Recusal, Seat
from handlers.bench import OperatorBench
from handlers.plan import apply_plan, approve_texts, open_due, standing_plan
from storage import conversations, missions, people
from storage.base import Session, Storage
from storage.sealing import Vault
from tests.casework.plans import ZONE, read

NOW = datetime(2026, 3, 9, 9, tzinfo=ZONE)
AT = int(NOW.timestamp())
CHAT = ("telegram", "1", "4711")


@pytest.fixture
async def planned(storage: Storage, vault: Vault) -> Storage:
    plan = read(lambda t: t["person"][0].update(recuse=["u2", "贺长林"]))
    await storage.transact(
        lambda db: apply_plan(bench(db, vault), plan, actor="operator", profile_version="v1")
    )
    return storage


def bench(db: Session, vault: Vault) -> OperatorBench:
    return OperatorBench(db=db, vault=vault, now=NOW, seed=b"s" * 32)


async def test_a_plan_comes_back_as_it_was_applied(planned: Storage, vault: Vault) -> None:
    kept = await planned.read(lambda db: standing_plan(db, vault, "r1"))
    assert kept == read(lambda t: t["person"][0].update(recuse=["u2", "贺长林"]))
    assert await planned.read(lambda db: standing_plan(db, vault, "r2")) is None


async def test_a_new_version_takes_the_place_of_the_old(planned: Storage, vault: Vault) -> None:
    later = read(
        lambda t: (
            t["unit"][0].update(name="青石"),
            t["stationing"].pop(),
            t["person"].pop(),
            t["stationing"][0].update(accept_until=date(2026, 4, 28)),
        )
    )
    await planned.transact(
        lambda db: apply_plan(bench(db, vault), later, actor="operator", profile_version="v1")
    )
    assert await planned.read(lambda db: missions.last_plan(db, vault, "r1")[0]) == 2
    (mission,) = await planned.read(missions.every)
    assert mission.unit_name == "青石"
    assert "p7" not in [
        p.person_id for p in await planned.read(lambda db: people.named(db, vault))
    ]


async def test_missions_are_found_by_unit_team_and_window(planned: Storage, vault: Vault) -> None:
    await planned.transact(lambda db: approve_texts(bench(db, vault), "s1", actor="p3"))

    def look(db: Session) -> list[list[str]]:
        found = (
            missions.accepting(db, AT),
            missions.of_unit(db, "u2"),
            missions.of_team(db, "a"),
            missions.ripe(db, date(2026, 3, 2)),
        )
        return [[s.id for s in some] for some in found]

    assert await planned.read(look) == [["s1"], ["s2"], ["s1"], ["s1"]]
    assert await planned.read(lambda db: missions.stationing(db, "s9")) is None
    assert await planned.transact(lambda db: open_due(bench(db, vault), NOW.date())) == ["s1"]
    assert await planned.transact(lambda db: open_due(bench(db, vault), NOW.date())) == []


async def test_places_are_found_by_id(planned: Storage) -> None:
    unit = await planned.read(lambda db: missions.unit(db, "u1"))
    department = await planned.read(lambda db: missions.department(db, "jw"))
    assert unit is not None
    assert department is not None
    assert (unit.aliases, department.name) == (("青石镇",), "县纪委")
    assert await planned.read(lambda db: missions.unit(db, "x")) is None
    assert await planned.read(lambda db: missions.department(db, "x")) is None
    assert [t.id for t in await planned.read(missions.teams)] == ["a", "b"]
    assert [r.profile_id for r in await planned.read(missions.rounds)] == ["suixi-2016"]


@pytest.mark.parametrize(
    ("role", "place", "holders"),
    [
        ("team_leader", {}, ["p1", "p2"]),
        ("team_leader", {"team": "b"}, ["p2"]),
        ("unit_liaison", {"unit": "u1"}, ["p4"]),
        ("department_member", {"department": "jw"}, ["p5"]),
        ("office", {}, ["p3"]),
        ("team_member", {}, []),
    ],
)
async def test_holders_of_a_role(
    planned: Storage, role: str, place: dict[str, str], holders: list[str]
) -> None:
    assert await planned.read(lambda db: people.holders(db, role, **place)) == holders


async def test_the_register_of_recusals(planned: Storage, vault: Vault) -> None:
    declared = Recusal(person_id="p2", unit_id="u1", names=("邵一鸣",))
    for _ in range(2):
        await planned.transact(lambda db: people.recuse(db, vault, declared, id="x", at=AT))
    found = await planned.read(lambda db: people.recusals(db, vault))
    assert len(found) == 3
    assert declared in found
    assert Recusal(person_id="p1", names=("贺长林",)) in found


async def test_a_binding_is_found_by_its_index_and_gives_every_seat(
    planned: Storage, vault: Vault
) -> None:
    index = people.chat_index(vault, *CHAT)
    look = partial(conversations.enter, vault=vault, lane=b"no lane", chat=index)
    assert (await planned.read(look))[1] == ""
    fresh = [
        await planned.transact(
            partial(people.bind, vault=vault, address=CHAT, id=i, person_id="p1", at=AT)
        )
        for i in ("b1", "b2")
    ]
    assert fresh == [True, False]
    assert (await planned.read(look))[1] == "p1"
    held = await planned.read(lambda db: people.seats(db, "p1"))
    assert held == (Seat(role="team_leader", team="a"),)
    assert await planned.read(lambda db: people.addresses(db, vault, "p1")) == [CHAT]
    assert await planned.transact(lambda db: people.unbind(db, index)) == "p1"
    assert await planned.transact(lambda db: people.unbind(db, index)) == ""


async def test_an_invitation_is_used_once_and_older_ones_end(
    planned: Storage, vault: Vault
) -> None:
    for code, at in (("one", AT), ("two", AT + 10)):
        add = partial(
            people.add_invite,
            vault=vault,
            code=code,
            person_id="p1",
            at=at,
            expires_at=at + 100,
            actor="operator",
        )
        await planned.transact(add)
    old = await planned.read(lambda db: people.invite(db, vault, "one"))
    assert old == people.Invite(person_id="p1", expires_at=AT + 10, used_at=None)
    used = [
        await planned.transact(lambda db: people.use_invite(db, vault, "two", AT + 20))
        for _ in range(2)
    ]
    assert used == [True, False]
    assert await planned.read(lambda db: people.invite(db, vault, "none")) is None


async def test_the_pledge_is_recorded_once(planned: Storage) -> None:
    read_it = [await planned.transact(lambda db: people.pledge(db, "p1", AT)) for _ in range(2)]
    assert read_it == [True, False]
    assert await planned.read(lambda db: people.pledged(db, "p1"))
    assert not await planned.read(lambda db: people.pledged(db, "p2"))
