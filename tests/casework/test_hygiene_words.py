"""Hygiene: tricks in a text neither hide words nor break a page, and nothing is no text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.hygiene import clipped, displayable, folded, is_blank, length, storable

ZW, RLO, FILLER = "\u200b", "\u202e", "\u3164"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        ZW * 5,
        f"{RLO}{ZW}\u2066",
        "👍👍",
        "👨\u200d👩\u200d👧",
        "🇨🇳",
        "1️⃣",
        "……！？",
        FILLER,
        "\u2800",
        "\u0301\u0301",
    ],
)
def test_empty_zero_width_bidi_emoji_and_signs_are_no_text(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["王", "1", "a", f"{ZW}王{ZW}", "👍好", "12345"])
def test_one_letter_or_digit_is_a_text(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        (f"收{ZW}钱", "收钱"),
        (f"abc{RLO}def", "abcdef"),
        ("a\0b", "ab"),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 3),
        ("第一行\r\n第二行\t完", "第一行\n第二行\t完"),
        ("\u001b[31mred", "[31mred"),
    ],
)
def test_what_is_shown_is_clean(given_text: str, shown: str) -> None:
    assert displayable(given_text) == shown


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert displayable(displayable(text)) == displayable(text)


@given(st.text(st.characters()))
def test_what_is_stored_can_always_be_written(text: str) -> None:
    kept = storable(text + "\0\ud800")
    assert "\0" not in kept
    kept.encode()


@pytest.mark.parametrize(
    "trick", ["王 建 国", "王·建·国", f"王{ZW}建国", "王\n建\n国", "王－建－国"]
)
def test_folding_finds_a_name_in_spite_of_tricks(trick: str) -> None:
    assert "王建国" in folded(f"是{trick}干的")


def test_full_width_letters_fold_to_narrow_ones() -> None:
    assert folded("ＡＢＣ１２３") == "abc123"


def test_length_counts_what_a_reader_sees() -> None:
    assert length(f"王 建{ZW}国\n") == 3


def test_clipping_says_that_something_was_left_out() -> None:
    assert clipped("一二三四五", 5) == "一二三四五"
    assert clipped("一二三四五六", 5) == "一二三四…"


@given(st.text(max_size=60))
def test_the_short_way_for_plain_text_shows_the_same(text: str) -> None:
    slow = displayable("\u200b" + text)  # the hidden sign forces the long way
    assert displayable(text) == slow


@given(st.text(max_size=60))
def test_folding_keeps_letters_and_digits_alone(text: str) -> None:
    kept = folded(text)
    assert all(c.isalnum() for c in kept)
    assert folded(kept) == kept
