"""The difference between two plans, as it is shown before it is applied."""

import pytest

from casework.plan_diff import plan_diff
from tests.casework.plans import ZONE, Spoil, read


def lines(spoil: Spoil | None) -> list[str]:
    return [c.line(ZONE) for c in plan_diff(read(), read(spoil))]


def test_the_same_plan_differs_in_nothing() -> None:
    assert lines(None) == []


def test_the_order_of_entries_means_nothing() -> None:
    assert lines(lambda t: t["person"].reverse()) == []


def test_the_first_plan_of_a_round_adds_everything() -> None:
    found = plan_diff(None, read())
    assert {c.kind for c in found} == {"added"}
    assert len(found) == 1 + 2 + 2 + 1 + 2 + 7


CHANGES = [
    ("a unit is renamed", lambda t: t["unit"][0].update(name="青石"), "~ unit[u1].name: "),
    ("a team comes", lambda t: t["team"].append({"id": "c", "name": "三"}), "+ team[c]"),
    ("a person leaves", lambda t: t["person"].pop(), "- person[p7]"),
    (
        "a window is extended",
        lambda t: t["stationing"][0].update(accept_until="2026-04-28T18:00:00"),
        "~ stationing[s1].accept_until: 2026-04-24T18:00+08:00 -> 2026-04-28T18:00+08:00",
    ),
    (
        "a role changes",
        lambda t: t["person"][0]["roles"][0].update(role="team_member"),
        "~ person[p1].roles: [team_leader a] -> [team_member a]",
    ),
    ("a recusal comes", lambda t: t["person"][0].update(recuse=["u2"]), "~ person[p1].recuse"),
    ("the round is renamed", lambda t: t["round"].update(name="第二轮"), "~ round[r1].name"),
]


@pytest.mark.parametrize(("spoil", "line"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_each_change_is_one_line(spoil: Spoil, line: str) -> None:
    (found,) = lines(spoil)
    assert found.startswith(line)
