"""A small right plan as tables, to be spoilt one value at a time."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from casework.plan import Plan
from casework.plan_checks import parse_plan

ZONE = ZoneInfo("Asia/Shanghai")
PROFILES = {"suixi-2016", "county-2012"}

RIGHT: dict[str, Any] = {
    "round": {"id": "r1", "name": "第一轮", "profile": "suixi-2016"},
    "unit": [
        {"id": "u1", "name": "青石镇党委", "aliases": ["青石镇"]},
        {"id": "u2", "name": "柳溪镇党委"},
    ],
    "team": [{"id": "a", "name": "第一组"}, {"id": "b", "name": "第二组"}],
    "department": [{"id": "jw", "name": "县纪委", "kind": "discipline"}],
    "stationing": [
        {
            "id": "s1",
            "team": "a",
            "units": ["u1"],
            "start": date(2026, 3, 2),
            "end": date(2026, 4, 30),
            "accept_from": "2026-03-02T08:30:00",
            "accept_until": "2026-04-24T18:00:00",
        },
        {
            "id": "s2",
            "team": "b",
            "units": ["u2"],
            "start": date(2026, 4, 1),
            "end": date(2026, 5, 15),
        },
    ],
    "person": [
        {"id": "p1", "name": "沈予安", "roles": [{"role": "team_leader", "team": "a"}]},
        {"id": "p2", "name": "顾明川", "roles": [{"role": "team_leader", "team": "b"}]},
        {"id": "p3", "name": "秦以宁", "roles": [{"role": "office"}]},
        {
            "id": "p4",
            "name": "邵一鸣",
            "roles": [{"role": "unit_liaison", "unit": "u1"}],
        },
        {
            "id": "p5",
            "name": "章和",
            "roles": [{"role": "department_member", "department": "jw"}],
        },
        {"id": "p6", "name": "程北辰", "roles": [{"role": "leading_group"}]},
        {
            "id": "p7",
            "name": "姜晓棠",
            "roles": [{"role": "unit_liaison", "unit": "u2"}],
        },
    ],
}

Spoil = Callable[[dict[str, Any]], object]


def tables(spoil: Spoil | None = None) -> dict[str, Any]:
    """The right tables, with one thing changed in place by `spoil`."""
    made = copy.deepcopy(RIGHT)
    if spoil is not None:
        spoil(made)
    return made


def read(spoil: Spoil | None = None) -> Plan:
    """The plan those tables give."""
    return parse_plan(tables(spoil), source="plan.toml", zone=ZONE, profiles=PROFILES)
