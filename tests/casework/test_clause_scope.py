"""Whom and what each regulation takes reports about, by the profiles and the categories."""

from datetime import date
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from bot.profile_files import packaged_profiles
from casework.categories import parse_categories
from casework.plan_checks import parse_plan
from casework.routing import Facts, Mission, route

_DATA = files("casework") / "data"
CATEGORIES = parse_categories((_DATA / "categories.toml").read_text("utf-8"), "categories.toml")
PROFILES = packaged_profiles()
DISCIPLINES = ("政治纪律", "组织纪律", "廉洁纪律", "群众纪律", "工作纪律", "生活纪律")

SUBJECTS = {
    "central": False,  # 001 巡视对象三类: 班子及其成员, no 下一级
    "county-2012": False,
    "provincial-2009": False,
    "jilin-2017": True,  # 002 二: 下一级党组织主要负责人应纳入
    "suixi-2016": True,  # 004 四(二)3
}


@pytest.mark.parametrize(("profile", "lower"), SUBJECTS.items())
def test_lower_heads_are_a_subject_only_where_the_regulation_says_so(
    profile: str, lower: bool
) -> None:
    subjects = PROFILES[profile].acceptance.subjects
    assert {"leading_body", "body_member"} <= set(subjects)
    assert ("lower_principal" in subjects) is lower


TOPICS = {
    "provincial-2009": ("科学发展", "民主集中制", "作风"),  # 000 二
    "central": ("权钱交易", "四风", "政治纪律", "选人用人"),  # 001 重点一至四
    "suixi-2016": ("两个责任", "六大纪律", "县委要求了解的其他问题"),  # 004 三(二)
}


@pytest.mark.parametrize(("profile", "words"), TOPICS.items())
def test_the_topics_of_a_regulation_stand_in_its_profile(
    profile: str, words: tuple[str, ...]
) -> None:
    topics = " ".join(PROFILES[profile].acceptance.topics_extra)
    assert [word for word in words if word not in topics] == []


def test_the_categories_cover_every_focus_of_every_regulation() -> None:
    """001 四个重点, 002 四 四个方面, 004 三(二)2 六大纪律."""
    listed = CATEGORIES.by_id.values()
    assert {c.central for c in listed} >= {1, 2, 3, 4}
    assert {c.focus for c in listed} >= {"领导", "建设", "治党", "廉政"}
    named = " ".join(c.discipline for c in listed)
    assert [one for one in DISCIPLINES if one not in named] == []


def test_money_projects_and_property_are_priority_matters() -> None:
    """002 五(二): 资金管理、资产处置、资源配置、资本运作、工程项目."""
    assert CATEGORIES.by_id["money_projects"].priority_matter


def test_what_the_committee_wants_to_know_besides_has_a_category() -> None:
    """004 三(二): a matter that fits no category still has a queue and a reason."""
    for category in CATEGORIES.by_id.values():
        found = route(
            Facts(category=category, missions=(Mission(stationing_id="s", team_id="t"),)), "v"
        )
        assert found.queue
        assert found.reasons


@pytest.mark.parametrize(
    "name", ["柳河村（社区）党组织", "青石镇", "县自然资源局青石所", "县水务局党组"]
)
def test_a_village_a_community_and_an_outpost_may_be_inspected(name: str) -> None:
    """002 二: 县可对行政村（社区）、基层所站; 市可巡察乡镇街道."""
    table = {
        "round": {"id": "r", "name": "一", "profile": "jilin-2017"},
        "unit": [{"id": "u", "name": name}],
        "team": [{"id": "t", "name": "第一组"}],
        "stationing": [
            {
                "id": "s",
                "team": "t",
                "units": ["u"],
                "start": date(2026, 3, 2),
                "end": date(2026, 4, 1),
            }
        ],
    }
    plan = parse_plan(
        table, source="plan.toml", zone=ZoneInfo("Asia/Shanghai"), profiles={"jilin-2017"}
    )
    assert [unit.name for unit in plan.unit] == [name]
