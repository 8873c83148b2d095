"""The five profiles load as they are; a wrong table is refused with file, key and mend."""

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import casework
from bot.profile_files import packaged_common, packaged_profiles
from casework.errors import DataError
from casework.obligations import without_soft_target
from casework.profile_check import read_common, read_profile

DATA = Path(casework.__file__).parent / "data" / "profiles"
IDS = ["central", "county-2012", "jilin-2017", "provincial-2009", "suixi-2016"]


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def test_the_five_profiles_load() -> None:
    profiles = packaged_profiles()
    assert sorted(profiles) == IDS
    assert sum(len(one.obligation) for one in profiles.values()) == 63
    numbered = [o for one in profiles.values() for o in one.obligation if o.offset]
    assert len(numbered) == 13


@pytest.mark.parametrize("name", IDS)
def test_every_quote_of_the_file_is_kept_word_for_word(name: str) -> None:
    raw, loaded = table(name), packaged_profiles()[name]
    for section in ("obligation", "gate", "route"):
        quotes = [item["cite"].get("quote", "") for item in raw.get(section, [])]
        assert [item.cite.quote for item in getattr(loaded, section)] == quotes


@pytest.mark.parametrize("name", IDS)
def test_every_prompt_duty_has_a_soft_target(name: str) -> None:
    assert without_soft_target(packaged_profiles()[name], packaged_common()) == []


def test_a_prompt_duty_without_a_soft_target_is_named() -> None:
    raw = table("common")
    raw["soft_target"] = [one for one in raw["soft_target"] if one["kind"] != "announcement"]
    common = read_common(raw, "common.toml")
    found = without_soft_target(packaged_profiles()["suixi-2016"], common)
    assert found == ["announcement"]


def test_the_version_changes_with_any_word() -> None:
    raw = table("suixi-2016")
    before = read_profile(raw, packaged_common(), "x.toml").version
    raw["obligation"][0]["title"] += "。"
    assert read_profile(raw, packaged_common(), "x.toml").version != before


def plan(raw: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(o for o in raw["obligation"] if o["id"] == "plan")
    return found


def put(**words: Any) -> Callable[[dict[str, Any]], None]:
    return lambda raw: plan(raw).update(words)


def drop(key: str) -> Callable[[dict[str, Any]], None]:
    def change(raw: dict[str, Any]) -> None:
        del plan(raw)[key]

    return change


def at(section: str, **words: Any) -> Callable[[dict[str, Any]], None]:
    def change(raw: dict[str, Any]) -> None:
        part = raw[section]
        (part[0] if isinstance(part, list) else part).update(words)

    return change


BAD_PROFILES: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (put(trigger="feedback.came"), "obligation 'plan' trigger has unknown 'feedback.came'"),
    (put(kind="plans"), "obligation 'plan' kind has unknown 'plans'"),
    (put(obligor="mayor"), "obligation 'plan' obligor has unknown 'mayor'"),
    (put(submit_to=["group"]), "obligation 'plan' submit_to has unknown 'group'"),
    (put(strength="should"), "obligation 'plan' strength has unknown 'should'"),
    (put(basis="guess"), "obligation 'plan' basis has unknown 'guess'"),
    (put(ladder="target-plans"), "obligation 'plan' ladder has unknown 'target-plans'"),
    (put(gate="plan"), "obligation 'plan' gate has unknown 'plan'"),
    (put(copies=[{"to": "city", "how": "抄报"}]), "obligation 'plan' copies has unknown 'city'"),
    (put(via="post"), "obligation 'plan' via has unknown 'post'"),
    (put(ofset={"n": 1}), "obligation[10].ofset is not a key of this format"),
    (put(offset={"n": 0, "unit": "workday", "direction": "after"}), "offset.n is wrong"),
    (put(offset={"n": 3, "unit": "week", "direction": "after"}), "offset.unit is wrong"),
    (put(id="report"), "two obligations have the id 'report'"),
    (put(if_trigger_missing="project_from_due:plans"), "names an obligation that this profile"),
    (put(if_trigger_missing="project_from_due:report"), "leads back to itself"),
    (put(if_trigger_missing="guess"), "write project_from_due:<obligation id>"),
    (drop("cite"), "obligation[10].cite is missing; add it"),
    (drop("obligor"), "obligation[10].obligor is missing; add it"),
    (at("profile", regime="检查"), "profile.regime has unknown '检查'; use one of: 巡视, 巡察"),
    (at("gate", approve=["nobody"]), "approve/consult/prepare/chain has unknown 'nobody'"),
    (at("route", to="court"), "route[1].to has unknown 'court'"),
    (at("route", gate="nothing"), "route[1].gate has unknown 'nothing'"),
    (lambda raw: raw.pop("terms"), "terms is missing"),
    (lambda raw: raw.update(extends="other"), "extends is wrong"),
    (lambda raw: raw.update(schema_version=2), "schema_version is wrong"),
]


@pytest.mark.parametrize(("change", "said"), BAD_PROFILES, ids=[s for _, s in BAD_PROFILES])
def test_a_wrong_profile_is_refused_with_file_key_and_mend(
    change: Callable[[dict[str, Any]], None], said: str
) -> None:
    raw = copy.deepcopy(table("county-2012"))
    change(raw)
    with pytest.raises(DataError) as refused:
        read_profile(raw, packaged_common(), "ours.toml")
    assert str(refused.value).startswith("ours.toml: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


BAD_COMMONS: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (lambda raw: raw["values"]["unit"].append("hour"), "values.unit has unknown 'hour'"),
    (lambda raw: raw["ladder"][0]["steps"][0].update(to=["x"]), "steps[1] to/copy/propose_to"),
    (lambda raw: raw["ladder"][0]["steps"][0].update(level="警告"), "steps[1].level is wrong"),
    (lambda raw: raw["soft_target"][0].update(kind="x"), "soft_target.kind has unknown 'x'"),
    (lambda raw: raw["calendar"].update(month_rule="overflow"), "calendar.month_rule is wrong"),
    (lambda raw: raw["calendar"].update(count_trigger_day=True), "count_trigger_day is wrong"),
    (lambda raw: raw["values"].pop("role"), "values.role is missing"),
]


@pytest.mark.parametrize(("change", "said"), BAD_COMMONS, ids=[s for _, s in BAD_COMMONS])
def test_a_wrong_common_is_refused_with_file_key_and_mend(
    change: Callable[[dict[str, Any]], None], said: str
) -> None:
    raw = table("common")
    change(raw)
    with pytest.raises(DataError) as refused:
        read_common(raw, "common.toml")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
