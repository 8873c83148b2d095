"""Receipt numbers: no look-alikes, a check character, tolerance of how people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.receipt import (
    CODE_ALPHABET,
    CODE_LENGTH,
    codes_within,
    new_code,
    read_code,
    shown_code,
)

random_bytes = st.binary(min_size=16, max_size=16)


@given(random_bytes)
def test_a_number_is_ten_characters_that_read_back(random: bytes) -> None:
    code = new_code(random)
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_ALPHABET)
    assert read_code(code) == code
    assert read_code(shown_code(code)) == code


@given(random_bytes, st.integers(0, CODE_LENGTH - 1), st.sampled_from(CODE_ALPHABET))
def test_every_single_wrong_character_is_detected(random: bytes, place: int, wrong: str) -> None:
    code = new_code(random)
    mistyped = code[:place] + wrong + code[place + 1 :]
    assert read_code(mistyped) == (code if mistyped == code else None)


@given(random_bytes, st.integers(0, CODE_LENGTH - 2))
def test_every_swap_of_two_neighbours_is_detected(random: bytes, place: int) -> None:
    code = new_code(random)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert read_code(swapped) == (code if swapped == code else None)


def test_no_two_characters_look_alike() -> None:
    for group in ("0OQD", "1IL", "2Z", "5S", "6G", "8B", "UV"):
        assert len(set(group) & set(CODE_ALPHABET)) <= 1


@pytest.mark.parametrize(
    "typed",
    [
        "{code}",
        "  {lower} ",
        "{head}-{tail}",
        "{head} {tail}",
        "{wide}",
        "{head}—{tail}".replace("—", "－"),
    ],
)
def test_width_case_blanks_and_hyphens_do_not_matter(typed: str) -> None:
    code = new_code(bytes(range(16)))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    text = typed.format(code=code, lower=code.lower(), head=code[:5], tail=code[5:], wide=wide)
    assert read_code(text) == code


def test_usual_look_alikes_are_read_as_what_they_look_like() -> None:
    code = next(c for n in range(10_000) if "2" in (c := new_code(n.to_bytes(16, "big"))))
    assert read_code(code.replace("2", "Z")) == code


@pytest.mark.parametrize(
    "typed", ["", "ABC", "0000000000", "一二三四五六七八九十", "HH55X-W2AAR9"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_numbers_do_not_follow_each_other() -> None:
    codes = {new_code(n.to_bytes(16, "little")) for n in range(500)}
    assert len(codes) == 500


def test_too_little_randomness_is_refused() -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        new_code(b"short")


def test_numbers_are_found_inside_a_text() -> None:
    code = new_code(bytes(range(16)))
    text = f"我上次的编号是{shown_code(code)}，请一并看。电话13800000000"
    assert codes_within(text) == [code]
