"""Recusal: names, titles and near spellings are found in all text; doubt waits (004 二(五))."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.recusal import Watched, matches, prepare

ZW = "\u200b"
WANG = Watched(
    key="p1", name="王建国", sounds=("wang", "jian", "guo"), titles=("王组长", "巡察组王")
)
LI = Watched(key="p2", name="李敏", sounds=("li", "min"))
SOUNDS = {
    **dict.fromkeys("王汪", "wang"),
    **dict.fromkeys("建健", "jian"),
    **dict.fromkeys("国果", "guo"),
    **dict.fromkeys("李黎", "li"),
    **dict.fromkeys("敏民", "min"),
}


def sounded(text: str) -> list[str]:
    plain = prepare(text).plain
    return [SOUNDS.get(c, c) for c in plain]


@pytest.mark.parametrize(
    ("text", "likeness"),
    [
        ("王建国收了钱", "exact"),
        ("王 建 国收了钱", "exact"),
        (f"王{ZW}建{ZW}国", "exact"),
        ("王·建·国", "exact"),
        ("王\n建\n国", "exact"),
        ("王组长收了钱", "title"),
        ("王 组 长", "title"),
        ("王建民收了钱", "spelling"),
        ("王健国收了钱", "spelling"),
        ("黄建国收了钱", "spelling"),
        ("汪健果收了钱", "sound"),
    ],
)
def test_a_member_is_found_in_spite_of_spelling_and_spacing(text: str, likeness: str) -> None:
    found = matches(prepare(text, sounded(text)), [WANG, LI])
    assert [(m.key, m.likeness) for m in found] == [("p1", likeness)]
    assert found[0].doubt == (likeness != "exact")


@pytest.mark.parametrize("text", ["局长收了钱", "", "王", "国建王", "李局长的敏"])
def test_other_words_match_nobody(text: str) -> None:
    assert matches(prepare(text, sounded(text)), [WANG, LI]) == []


def test_a_short_name_is_not_matched_by_one_character() -> None:
    assert matches(prepare("李局收了钱", sounded("李局收了钱")), [LI]) == []


def test_a_short_name_is_matched_by_its_sound_as_a_doubt() -> None:
    found = matches(prepare("黎民收了钱", sounded("黎民收了钱")), [LI])
    assert [(m.likeness, m.doubt) for m in found] == [("sound", True)]


def test_full_width_latin_names_match() -> None:
    watched = Watched(key="p3", name="Anna Lee")
    assert matches(prepare("ＡＮＮＡ　ＬＥＥ did it"), [watched])[0].likeness == "exact"


def test_one_person_with_several_names_is_told_apart_by_name() -> None:
    relative = Watched(key="p1", name="赵小山")
    found = matches(prepare("王建国和赵小山"), [WANG, relative])
    assert {(m.key, m.name) for m in found} == {("p1", "王建国"), ("p1", "赵小山")}


@given(st.text(max_size=40), st.text(max_size=40))
def test_an_exact_name_is_found_wherever_it_stands(before: str, after: str) -> None:
    found = matches(prepare(f"{before}王建国{after}"), [WANG])
    assert [m.likeness for m in found] == ["exact"]


def test_sounds_must_belong_to_the_characters() -> None:
    with pytest.raises(ValueError, match="one sound"):
        prepare("王建国", ["wang"])
