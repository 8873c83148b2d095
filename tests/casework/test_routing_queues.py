"""Routing: every kind of report has a queue and a reason (domain 5.2, design 7)."""

from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.categories import parse_categories
from casework.errors import DataError
from casework.routing import Facts, Mission, parse_routing, route

_DATA = files("casework") / "data"
CATEGORIES = parse_categories((_DATA / "categories.toml").read_text("utf-8"), "categories.toml")
ROUTING = parse_routing((_DATA / "routing.toml").read_text("utf-8"), "routing.toml")
ONE = (Mission(stationing_id="s1", team_id="t1"),)
TWO = (*ONE, Mission(stationing_id="s2", team_id="t2"))


def facts(category: str = "integrity", **more: Any) -> Facts:
    given_facts: dict[str, Any] = {"missions": ONE, **more}
    return Facts(category=CATEGORIES.by_id[category], **given_facts)


TABLE = [
    # facts, queue, hidden from the team, deciding reason
    (facts(), "team", False, "unit.one_mission"),
    (facts("livelihood"), "team", False, "unit.one_mission"),
    (facts("rectification"), "office", False, "category.office"),  # 整改没有改
    (facts("retaliation"), "office", True, "category.office"),  # 004 七(七)5
    (facts("inspector"), "office", True, "category.office"),  # 004 七(四)
    (facts(about=frozenset({"team"})), "office", True, "about.team"),
    (facts(about=frozenset({"office"})), "leading", True, "about.office"),
    (facts(about=frozenset({"leading_group"})), "superior", True, "about.leading_group"),
    (facts(about=frozenset({"office", "leading_group"})), "superior", True, "about.leading_group"),
    (facts("inspector", about=frozenset({"office"})), "leading", True, "about.office"),
    (facts(doubt=True), "office", False, "recusal.doubt"),  # 004 二(五)
    (facts(unit_known=False, missions=()), "office", False, "unit.unknown"),
    (facts(missions=()), "office", False, "unit.no_mission"),
    (facts(missions=TWO), "office", False, "unit.several_missions"),
    (facts(window="closed", missions=()), "office", False, "window.closed"),
    (facts(window="none", missions=()), "office", False, "window.none"),
    (facts("unsure", insisted="personal"), "office", False, "person.insisted"),
    (facts("unsure"), "team", False, "unit.one_mission"),
    (facts(team_free=False), "office", False, "team.all_recused"),
    (facts(doubt=True, office_free=False), "leading", True, "office.all_recused"),
]


@pytest.mark.parametrize(("given_facts", "queue", "hidden", "reason"), TABLE)
def test_a_report_goes_where_the_rule_says_and_tells_why(
    given_facts: Facts, queue: str, hidden: bool, reason: str
) -> None:
    way = route(given_facts, ROUTING.version)
    assert (way.queue, way.hidden, way.reasons[0].code) == (queue, hidden, reason)
    assert way.version == ROUTING.version
    assert all(r.source for r in way.reasons)


def test_the_team_stays_known_where_one_mission_is_open() -> None:
    way = route(facts("retaliation"), "v")
    assert (way.stationing_id, way.team_id, way.urgent) == ("s1", "t1", True)


def test_all_reasons_are_told_not_only_the_deciding_one() -> None:
    way = route(facts("inspector", about=frozenset({"office"}), doubt=True), "v")
    assert [r.code for r in way.reasons] == ["about.office", "category.office", "recusal.doubt"]


any_facts = st.builds(
    Facts,
    category=st.sampled_from(CATEGORIES.category),
    about=st.frozensets(st.sampled_from(["team", "office", "leading_group"])),
    doubt=st.booleans(),
    unit_known=st.booleans(),
    missions=st.sampled_from([(), ONE, TWO]),
    window=st.sampled_from(["open", "closed", "none"]),
    insisted=st.sampled_from(["", "personal", "window"]),
    team_free=st.booleans(),
    office_free=st.booleans(),
)


@given(any_facts)
def test_no_report_is_ever_without_a_queue_and_a_reason(given_facts: Facts) -> None:
    way = route(given_facts, "v")
    assert way.queue in {"team", "office", "leading", "superior"}
    assert way.reasons


@given(any_facts)
def test_the_team_sees_nothing_that_may_be_about_the_inspection(given_facts: Facts) -> None:
    way = route(given_facts, "v")
    if given_facts.about or given_facts.category.hidden_from:
        assert way.hidden
        assert way.queue != "team"


@given(any_facts)
def test_the_team_gets_reports_of_its_own_open_mission_only(given_facts: Facts) -> None:
    way = route(given_facts, "v")
    if way.queue == "team":
        assert way.stationing_id == "s1"
        assert given_facts.window == "open"


@pytest.mark.parametrize(
    ("accused", "seats"),
    [
        ("巡察组组长李某", {"team"}),
        ("县委巡察办主任", {"office"}),
        ("县委巡察工作领导小组组长", {"leading_group"}),
        ("县委巡察工作领导小组办公室主任", {"office"}),  # not the leading group itself
        ("巡 察 组 王某", {"team"}),
        ("交通局局长", set()),
    ],
)
def test_titles_of_the_accused_name_the_seat(accused: str, seats: set[str]) -> None:
    assert ROUTING.seats_in(accused) == seats


def test_broken_routing_data_names_file_and_key() -> None:
    with pytest.raises(DataError, match=r"routing\.toml: version is missing"):
        parse_routing("seat = []", "routing.toml")


def test_categories_without_what_the_rules_need_are_refused() -> None:
    with pytest.raises(DataError, match="category unsure: is missing"):
        parse_categories("schema_version = 1\ngroup = []\ncategory = []", "c.toml")
