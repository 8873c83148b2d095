"""`check` refuses a mission in which a gate would have nobody beside the proposer."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.profile_files import packaged_profiles
from casework.plan_checks import gate_faults, parse_plan

PROFILES = packaged_profiles()
ZONE = ZoneInfo("Asia/Shanghai")
TEAM = (("leader", "team_leader"), ("member", "team_member"))
ABOVE = (("office1", "office"), ("office2", "office"), ("group1", "leading_group"))


def faults(
    profile: str,
    above: tuple[tuple[str, str], ...] = ABOVE,
    recused: tuple[str, ...] = (),
) -> list[str]:
    team = [_person(id, role, recused, team="one") for id, role in TEAM]
    rest = [_person(id, role, recused) for id, role in above]
    data = {
        "round": {"id": "r", "name": "一轮", "profile": profile},
        "unit": [{"id": "a", "name": "甲镇"}],
        "team": [{"id": "one", "name": "一组"}],
        "stationing": [
            {"id": "s", "team": "one", "units": ["a"], "start": "2026-03-02", "end": "2026-04-10"}
        ],
        "person": [*team, *rest],
    }
    plan = parse_plan(data, source="plan.toml", zone=ZONE, profiles=set(PROFILES))
    return gate_faults(plan, PROFILES[profile])


def _person(id: str, role: str, recused: tuple[str, ...], **place: str) -> dict[str, Any]:
    recuse = ["a"] if id in recused else []
    return {"id": id, "name": id, "roles": [{"role": role, **place}], "recuse": recuse}


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_two_officers_and_a_seat_of_the_leading_group_man_every_gate(profile: str) -> None:
    assert faults(profile) == []


def test_a_sole_officer_would_decide_on_his_own_transfer() -> None:
    alone = (("office1", "office"), ("group1", "leading_group"))
    assert faults("suixi-2016", alone) == [  # 004 六(一)
        "stationing s: at the gate transfer (《遂溪县委开展巡察工作的实施意见》（遂发〔2016〕3号）"
        "六（一）) nobody who is not office1 and not recused from a could decide; "
        "add a [[person]] with the role office"
    ]


def test_the_recused_do_not_count() -> None:
    (line,) = faults("suixi-2016", recused=("office2",))
    assert "office1" in line
    assert faults("county-2012", recused=("office2",)) == []  # 003: the leading group decides


@pytest.mark.parametrize("profile", ["county-2012", "central", "provincial-2009", "suixi-2016"])
def test_a_gate_of_the_leading_group_needs_one_of_its_seats(profile: str) -> None:
    without = (("office1", "office"), ("office2", "office"))
    assert any("role leading_group" in line for line in faults(profile, without))


def test_a_committees_paper_needs_somebody_who_enters_it() -> None:
    lines = faults("jilin-2017", (("office1", "office"),))  # 002 五(四) 党委决定
    assert any("enter the committee's decision from paper" in line for line in lines)
    assert faults("jilin-2017", (("office1", "office"), ("group1", "leading_group"))) == []


def test_a_seat_held_by_the_only_proposer_is_no_second_person() -> None:
    both = (("office1", "office"), ("office2", "office"))
    assert faults("county-2012", both)
    one = (("office1", "office"), ("office1b", "office"), ("group1", "leading_group"))
    assert faults("county-2012", one) == []
