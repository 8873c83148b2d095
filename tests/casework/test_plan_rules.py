"""What a plan file must keep to; every fault is one line with file, key and mend."""

import tomllib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from casework.plan import PlanFaults, kept_plan, midnight
from casework.plan_checks import advice
from tests.casework.plans import RIGHT, ZONE, read


def test_a_right_plan_has_no_fault_and_nothing_to_advise() -> None:
    assert advice(read()) == []


def test_a_plan_read_back_from_the_store_is_the_same() -> None:
    assert kept_plan(read().model_dump_json()) == read()


FAULTS = [
    ("unknown team", lambda t: t["stationing"][0].update(team="x"), "stationing[1].team x is not"),
    ("unknown unit", lambda t: t["stationing"][0].update(units=["x"]), "stationing[1].units x is"),
    ("unit twice", lambda t: t["stationing"][0].update(units=["u1", "u1"]), "is there twice"),
    ("no unit", lambda t: t["stationing"][0].update(units=[]), "stationing[1].units is empty"),
    ("unknown profile", lambda t: t["round"].update(profile="x"), "round.profile x is not known"),
    (
        "unit id twice",
        lambda t: t["unit"].append({"id": "u1", "name": "x"}),
        "unit[3].id u1 is there twice",
    ),
    (
        "team id twice",
        lambda t: t["team"].append({"id": "a", "name": "x"}),
        "team[3].id a is there twice",
    ),
    ("person twice", lambda t: t["person"][1].update(id="p1"), "person[2].id p1 is there twice"),
    (
        "stationing twice",
        lambda t: t["stationing"][1].update(id="s1"),
        "stationing[2].id s1 is there twice",
    ),
    (
        "end before start",
        lambda t: t["stationing"][1].update(end=date(2026, 3, 1)),
        "stationing[2].end 2026-03-01 is before start 2026-04-01",
    ),
    (
        "window opens too early",
        lambda t: t["stationing"][0].update(accept_from="2026-03-01T23:59:00"),
        "stationing[1].accept_from is before the stationing starts (2026-03-02)",
    ),
    (
        "window closes too late",
        lambda t: t["stationing"][0].update(accept_until="2026-05-01T00:01:00"),
        "stationing[1].accept_until is after the stationing ends (2026-04-30)",
    ),
    (
        "window closes before it opens",
        lambda t: t["stationing"][0].update(accept_until=date(2026, 3, 1)),
        "stationing[1].accept_until is not after accept_from",
    ),
    (
        "a window that is no moment",
        lambda t: t["stationing"][0].update(accept_until="soon"),
        "stationing[1].accept_until is wrong: it is not a moment; write 2026-03-31",
    ),
    (
        "id of another form",
        lambda t: t["unit"][0].update(id="U 1"),
        "unit[1].id is not an id; use",
    ),
    ("id too long", lambda t: t["unit"][0].update(id="u" * 33), "unit[1].id is not an id; use"),
    ("unknown key", lambda t: t["unit"][0].update(nmae="x"), "unit[1].nmae is not a key"),
    ("missing name", lambda t: t["unit"][0].pop("name"), "unit[1].name is missing; add it"),
    ("empty name", lambda t: t["unit"][0].update(name="  "), "unit[1].name is wrong: it is empty"),
    (
        "invisible sign in a name",
        lambda t: t["person"][0].update(name="沈\u202e予安"),
        "person[1].name is wrong: it holds an invisible character",
    ),
    (
        "unknown kind of department",
        lambda t: t["department"][0].update(kind="police"),
        "department[1].kind is wrong:",
    ),
    (
        "unknown role",
        lambda t: t["person"][0].update(roles=[{"role": "boss"}]),
        "person[1].roles[1].role is wrong",
    ),
    ("no role", lambda t: t["person"][0].update(roles=[]), "person[1].roles is empty"),
    (
        "team role without its team",
        lambda t: t["person"][0].update(roles=[{"role": "team_member"}]),
        "person[1].roles[1].team is missing; team_member holds for one team",
    ),
    (
        "unit role without its unit",
        lambda t: t["person"][3].update(roles=[{"role": "unit_principal"}]),
        "person[4].roles[1].unit is missing",
    ),
    (
        "department role without its department",
        lambda t: t["person"][4].update(roles=[{"role": "department_member"}]),
        "person[5].roles[1].department is missing",
    ),
    (
        "office with a team",
        lambda t: t["person"][2].update(roles=[{"role": "office", "team": "a"}]),
        "person[3].roles[1].team does not go with office; remove it",
    ),
    (
        "role in an unknown team",
        lambda t: t["person"][0]["roles"][0].update(team="x"),
        "person[1].roles[1].team x is not a [[team]]",
    ),
    (
        "recusal from an unknown unit",
        lambda t: t["person"][0].update(recuse=["u9"]),
        "person[1].recuse u9 is not a [[unit]]",
    ),
    (
        "a unit's liaison in a team",
        lambda t: t["person"][3]["roles"].append({"role": "team_member", "team": "b"}),
        "person[4].roles p4 is unit_liaison and team_member",
    ),
    (
        "a unit's principal in the office",
        lambda t: t["person"][3].update(
            roles=[{"role": "unit_principal", "unit": "u1"}, {"role": "office"}]
        ),
        "person[4].roles p4 is unit_principal and office",
    ),
    (
        "two teams at the same time",
        lambda t: t["person"][0]["roles"].append({"role": "team_member", "team": "b"}),
        "person[1].roles p1 is in teams a and b, whose stationings s1 and s2 overlap "
        "from 2026-04-01 to 2026-04-30",
    ),
    (
        "an id that no start payload can carry",
        lambda t: (
            t["unit"][0].update(id="u" * 32),
            t["person"][3]["roles"][0].update(unit="u" * 32),
            t["stationing"][0].update(id="s" * 32, units=["u" * 32, "u2"]),
        ),
        "stationing[1].id",
    ),
]


@pytest.mark.parametrize(("spoil", "line"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_each_fault_is_one_line_with_file_key_and_mend(spoil: object, line: str) -> None:
    with pytest.raises(PlanFaults) as raised:
        read(spoil)  # type: ignore[arg-type]
    (said,) = raised.value.faults
    assert said.startswith("plan.toml: ")
    assert line in said
    assert ";" in said
    assert "\n" not in said


def test_every_fault_is_named_not_only_the_first() -> None:
    def spoil(t: dict[str, list[dict[str, object]]]) -> None:
        t["stationing"][0]["team"] = "x"
        t["stationing"][1]["units"] = ["y"]

    with pytest.raises(PlanFaults) as raised:
        read(spoil)
    assert len(raised.value.faults) == 2


def test_a_fault_never_repeats_a_persons_name() -> None:
    with pytest.raises(PlanFaults) as raised:
        read(lambda t: t["person"][0].update(name="沈予安\u200b", roles=[]))
    assert "沈" not in str(raised.value)


def test_teams_one_after_the_other_may_share_a_person() -> None:
    def after(t: dict[str, list[dict[str, object]]]) -> None:
        t["stationing"][1]["start"] = date(2026, 5, 1)
        t["person"][0]["roles"] = [
            {"role": "team_leader", "team": "a"},
            {"role": "team_member", "team": "b"},
        ]

    assert read(after).person[0].roles[1].team == "b"


def test_two_teams_that_meet_on_one_day_overlap() -> None:
    def meeting(t: dict[str, list[dict[str, object]]]) -> None:
        t["stationing"][1]["start"] = date(2026, 4, 30)
        t["person"][0]["roles"] = [
            {"role": "team_leader", "team": "a"},
            {"role": "team_member", "team": "b"},
        ]

    with pytest.raises(PlanFaults, match="overlap from 2026-04-30 to 2026-04-30"):
        read(meeting)


WINDOWS = [
    ("a date means its whole day", date(2026, 4, 24), midnight(date(2026, 4, 25), ZONE)),
    (
        "a time without offset is local",
        tomllib.loads("at = 2026-04-24T18:00:00")["at"],
        int(datetime(2026, 4, 24, 10, tzinfo=UTC).timestamp()),
    ),
    (
        "a time with offset is that instant",
        datetime(2026, 4, 24, 18, tzinfo=timezone(timedelta(hours=9))),
        int(datetime(2026, 4, 24, 9, tzinfo=UTC).timestamp()),
    ),
    ("a text is read like a date", "2026-04-24", midnight(date(2026, 4, 25), ZONE)),
]


@pytest.mark.parametrize(
    ("given", "instant"), [w[1:] for w in WINDOWS], ids=[w[0] for w in WINDOWS]
)
def test_the_end_of_a_window(given: object, instant: int) -> None:
    plan = read(lambda t: t["stationing"][0].update(accept_until=given))
    assert plan.stationing[0].accept_until == instant


def test_a_window_left_out_is_the_stationing_with_both_its_days() -> None:
    s = read().stationing[1]
    assert s.accept_from == midnight(date(2026, 4, 1), ZONE)
    assert s.accept_until == midnight(date(2026, 5, 16), ZONE)


def test_the_tables_are_not_changed_by_reading() -> None:
    before = repr(RIGHT)
    read()
    assert repr(RIGHT) == before


@pytest.mark.parametrize(
    ("role", "line"),
    [("office", "nobody is office"), ("leading_group", "nobody is leading_group")],
)
def test_a_seat_nobody_holds_is_advised_of(role: str, line: str) -> None:
    plan = read(
        lambda t: t.update(person=[p for p in t["person"] if p["roles"][0]["role"] != role])
    )
    assert line in advice(plan)


def test_a_team_without_leader_and_a_unit_without_liaison_are_advised_of() -> None:
    plan = read(lambda t: t.update(person=[p for p in t["person"] if p["id"] in ("p3", "p6")]))
    assert advice(plan) == [
        "team a has no team_leader",
        "team b has no team_leader",
        "unit u1 has no unit_liaison",
        "unit u2 has no unit_liaison",
    ]
