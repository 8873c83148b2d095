"""A unit is found by what people type, and asked back when two are close."""

import pytest

from casework.mission import Unit
from handlers.intake.unit_search import search

UNITS = [
    Unit(id="qingshi", name="青石镇党委", aliases=("青石镇", "青石")),
    Unit(id="liuxi", name="柳溪镇党委"),
    Unit(id="liulin", name="柳林镇党委"),
    Unit(id="shuiwu", name="县水务局党组", aliases=("水务局",)),
    Unit(id="jiaoyu", name="县教育局党组", aliases=("教育局", "教委")),
    Unit(id="jiaotong", name="县交通局党组", aliases=("交通局",)),
    Unit(id="zhongyi", name="县中医院党委", aliases=("中医院",)),
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("青石镇党委", ["qingshi"]),  # whole name
        ("青石", ["qingshi"]),  # alias
        ("教委", ["jiaoyu"]),
        (" 青 石 镇 ", ["qingshi"]),
        ("青石镇\u200b党委", ["qingshi"]),
        ("qingshizhen", ["qingshi"]),  # pinyin of an alias
        ("QingShi Zhen", ["qingshi"]),
        ("ｑｉｎｇｓｈｉ", ["qingshi"]),
        ("qsz", ["qingshi"]),  # initials
        ("swj", ["shuiwu"]),
        ("水务", ["shuiwu"]),  # a part
        ("我要反映教育局", ["jiaoyu"]),  # the name inside a sentence
        ("清石镇党委", ["qingshi"]),  # one slip
        ("青石镇党委会", ["qingshi"]),  # one too many
        ("青石党委", ["qingshi"]),  # one too few
        ("石青镇党委", ["qingshi"]),  # two swapped
        ("水雾局", ["shuiwu"]),  # sounds alike
        ("shuiwuj", ["shuiwu"]),
        ("shuiwvju", ["shuiwu"]),  # one slip in the pinyin
        ("中医院", ["zhongyi"]),
        ("柳", []),
        ("镇", []),
        ("火星", []),
        ("", []),
        ("🙂", []),
        ("%", []),
    ],
)
def test_a_unit_is_found_by_name_alias_pinyin_initials_or_with_one_slip(
    typed: str, found: list[str]
) -> None:
    assert [u.id for u in search(typed, UNITS)] == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("柳镇党委", {"liuxi", "liulin"}),
        ("镇党委", {"qingshi", "liuxi", "liulin"}),
        ("交育局", {"jiaoyu", "jiaotong"}),
        ("jiao", {"jiaoyu", "jiaotong"}),
    ],
)
def test_close_units_are_all_offered(typed: str, found: set[str]) -> None:
    assert {u.id for u in search(typed, UNITS)} == found


def test_the_whole_name_wins_over_units_that_contain_it() -> None:
    units = [Unit(id="a", name="青石镇"), Unit(id="b", name="青石镇中心小学")]
    assert [u.id for u in search("青石镇", units)] == ["a"]


def test_at_most_six_units_are_offered() -> None:
    units = [Unit(id=f"u{n}", name=f"第{n}中学党支部") for n in range(30)]
    assert len(search("中学党支部", units)) == 6
