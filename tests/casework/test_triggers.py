"""Triggers: each can happen, is entered by whom it concerns, and never waits for itself."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import casework
from bot.profile_files import packaged_common, packaged_profiles, profile_by
from casework.errors import DataError
from casework.profile_check import read_profile
from casework.triggers import TRIGGERS, behind_a_gate, entered_by, event_that_ends, matters

DATA = Path(casework.__file__).parent / "data" / "profiles"
OFFICE, LEADER = frozenset({"office"}), frozenset({"team_leader"})

BROUGHT_BY_ACTS = {
    # by the clock
    "stationing.start",
    "stationing.end",
    "year.ended",
    # by an act of the program's users, recorded where it is done
    "feedback.delivered",
    "feedback.received",
    "plan.submitted",
    "report.submitted",
    "item.decided",
    "lead.found",
    "transfer.received",
}


def test_every_trigger_of_the_common_file_is_known_and_can_happen() -> None:
    assert set(TRIGGERS) == set(packaged_common().values.trigger)
    by_hand = {name for name, one in TRIGGERS.items() if one.by}
    assert by_hand | BROUGHT_BY_ACTS == set(TRIGGERS)
    assert by_hand & BROUGHT_BY_ACTS == set()


# profile → what the office may enter (beside what the program and its acts bring)
OFFICE_ENTERS = {
    "central": {"finding.severe", "team_report.submitted", "team_report.approved"},
    "provincial-2009": {
        "batch.ended",
        "finding.important",
        "team_report.submitted",
        "team_report.approved",
        "progress.important",
        "plan_or_summary.issued",
        "evaluation.done",
    },
    "jilin-2017": {
        "batch.ended",
        "finding.important",
        "team_report.approved",
        "plan_or_summary.issued",
    },
    "county-2012": {
        "batch.ended",
        "finding.important",
        "finding.fixable",
        "team_report.submitted",
        "team_report.approved",
        "promotion.considered",
        "target.personnel_change",
    },
    "suixi-2016": {
        "batch.ended",
        "finding.important",
        "team_report.submitted",
        "team_report.approved",
    },
}


@pytest.mark.parametrize(("profile", "events"), OFFICE_ENTERS.items())
def test_the_office_is_offered_what_the_instrument_hangs_something_on(
    profile: str, events: set[str]
) -> None:
    offered = entered_by(packaged_profiles()[profile], OFFICE)
    assert {one.event for one in offered} == events


@pytest.mark.parametrize("profile", sorted(OFFICE_ENTERS))
def test_every_obligation_hangs_on_something_that_can_happen(profile: str) -> None:
    found = packaged_profiles()[profile]
    enters = {one.event for one in entered_by(found, OFFICE)}
    gated = {one.event for one in TRIGGERS.values() if behind_a_gate(found, one)}
    assert {item.trigger for item in found.obligation} <= enters | BROUGHT_BY_ACTS | gated


def test_the_team_enters_its_findings_and_its_report_and_nothing_of_the_offices() -> None:
    offered = {one.event for one in entered_by(packaged_profiles()["county-2012"], LEADER)}
    assert offered == {"finding.important", "finding.fixable", "team_report.submitted"}
    assert entered_by(packaged_profiles()["county-2012"], frozenset({"unit_liaison"})) == []


def test_an_event_ends_the_duty_that_it_is() -> None:
    assert event_that_ends("team_report") == "team_report.submitted"
    assert event_that_ends("inform_team") == "target.personnel_change"
    assert event_that_ends("briefing") == ""
    assert not matters(packaged_profiles()["jilin-2017"], TRIGGERS["team_report.submitted"])


def text_of(profile: str) -> str:
    return (DATA / f"{profile}.toml").read_text("utf-8")


def swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert text.count(old) >= 1, old
        return text.replace(old, new, 1)

    return change


def line_with(text: str, words: str, after: str = "") -> int:
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if after in line), 0)
    return next(n for n, line in enumerate(lines[first:], first + 1) if words in line)


PLAN = 'id = "plan"'
CIRCLES = (
    # plan waits for the report, the report for the plan (003-17 turned round)
    (
        swap('trigger = "feedback.received"', 'trigger = "report.submitted"'),
        PLAN,
        "report.submitted",
        "(plan → report → plan)",
    ),
    # the plan waits for its own submission
    (
        swap('trigger = "feedback.received"', 'trigger = "plan.submitted"'),
        PLAN,
        "plan.submitted",
        "(plan → plan)",
    ),
    # the team's report waits for the feedback that can only follow from it
    (
        lambda text: text.replace(
            'title = "巡视报告"\ntrigger = "stationing.end"',
            'title = "巡视报告"\ntrigger = "feedback.delivered"',
            1,
        ),
        'id = "team-report"',
        "feedback.delivered",
        "(team-report → feedback → team-report)",
    ),
)


@pytest.mark.parametrize(("change", "where", "trigger", "ring"), CIRCLES)
def test_a_chain_that_leads_back_to_itself_is_refused_with_file_line_and_mend(
    tmp_path: Path, change: Callable[[str], str], where: str, trigger: str, ring: str
) -> None:
    text = change(text_of("county-2012"))
    file = tmp_path / "ours.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(DataError) as refused:
        profile_by(str(file))
    line = line_with(text, f'trigger = "{trigger}"', after=where)
    assert str(refused.value).startswith(f"{file}:{line}: obligation ")
    assert "trigger leads back to itself" in str(refused.value)
    assert ring in str(refused.value)
    assert "hang one of them on an event of its own" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", sorted(packaged_profiles()))
def test_no_packaged_chain_leads_back_to_itself(name: str) -> None:
    text = text_of(name)
    assert read_profile(tomllib.loads(text), packaged_common(), name, text).id == name


UNKNOWN: tuple[tuple[Callable[[str], str], str, str], ...] = (
    (swap('kind = "plan"', 'kind = "plans"'), 'kind = "plans"', "kind has unknown 'plans'"),
    (
        swap('trigger = "feedback.received"', 'trigger = "feedback.came"'),
        'trigger = "feedback.came"',
        "trigger has unknown 'feedback.came'",
    ),
    (
        swap('obligor = "target_unit"', 'obligor = "mayor"'),
        'obligor = "mayor"',
        "obligor has unknown 'mayor'",
    ),
    (
        swap('ladder = "target-plan"', 'ladder = "target-plans"'),
        'ladder = "target-plans"',
        "ladder has unknown 'target-plans'",
    ),
    (
        swap('consult = ["municipal_committee"]', 'consult = ["the_city"]'),
        'consult = ["the_city"]',
        "approve/consult/prepare/chain has unknown 'the_city'",
    ),
    (swap('regime = "巡视"', 'regime = "检查"'), 'regime = "检查"', "regime has unknown '检查'"),
    (swap('to = "dept_org"', 'to = "court"'), 'to = "court"', "route[2].to has unknown 'court'"),
    (
        swap('if_trigger_missing = "project_from_due:plan"', 'if_trigger_missing = "guess"'),
        'if_trigger_missing = "guess"',
        "write project_from_due:<obligation id>",
    ),
    (
        swap('offset = { n = 30, unit = "workday"', 'offset = { n = 30, unit = "week"'),
        'unit = "week"',
        "offset.unit is wrong",
    ),
    (
        swap('applies_within = { n = 1, unit = "year"', 'applies_within = { n = 1, unit = "term"'),
        'unit = "term"',
        "applies_within.unit is wrong",
    ),
    (swap('via = "office"', 'vai = "office"'), 'vai = "office"', "is not a key"),
)


@pytest.mark.parametrize(("change", "line", "said"), UNKNOWN, ids=[s for *_, s in UNKNOWN])
def test_an_unknown_value_is_refused_with_file_line_and_mend(
    tmp_path: Path, change: Callable[[str], str], line: str, said: str
) -> None:
    text = change(text_of("county-2012"))
    file = tmp_path / "ours.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(DataError) as refused:
        profile_by(str(file))
    message = str(refused.value)
    assert message.startswith(f"{file}:{line_with(text, line)}: ")
    assert said in message
    assert ";" in message
    assert "\n" not in message


def test_two_obligations_of_one_id_are_refused_at_the_second(tmp_path: Path) -> None:
    text = text_of("county-2012").replace('id = "report"', 'id = "plan"', 1)
    file = tmp_path / "ours.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(DataError) as refused:
        profile_by(str(file))
    second = [n for n, line in enumerate(text.splitlines(), 1) if line == PLAN][1]
    expected = f"{file}:{second}: two obligations have the id 'plan'; rename one"
    assert str(refused.value) == expected


def test_a_trigger_that_nothing_can_bring_is_refused_in_the_common_file(tmp_path: Path) -> None:
    common = text_of("common").replace('"evaluation.done"]', '"evaluation.done", "moon.full"]', 1)
    (tmp_path / "common.toml").write_text(common, "utf-8")
    (tmp_path / "ours.toml").write_text(text_of("central"), "utf-8")
    with pytest.raises(DataError) as refused:
        profile_by(str(tmp_path / "ours.toml"))
    assert f"common.toml:{line_with(common, 'moon.full')}: " in str(refused.value)
    assert "values.trigger has unknown 'moon.full'" in str(refused.value)


def raw(**words: Any) -> dict[str, Any]:
    found = tomllib.loads(text_of("suixi-2016"))
    found["checklist"] = [{"id": "one", "title": "一", "cite": {"article": "一"}, **words}]
    return found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"id": "One"}, "checklist[1].id"),
        ({"title": ""}, "checklist[1].title is wrong"),
        ({"date": "2026"}, "checklist[1].date is not a key"),
    ],
)
def test_a_wrong_step_of_a_checklist_is_refused(words: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said.replace("[", r"\[").replace("]", r"\]")):
        read_profile(raw(**words), packaged_common(), "ours.toml")
