"""Query phrases: at least 128 bits, in characters or Base32, read back however typed."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import DataError
from casework.receipt import PHRASE_BYTES, Phrases, new_code, shown_code, split_receipt

PHRASES = Phrases((files("casework") / "data" / "phrase.txt").read_text("utf-8"))
random_bytes = st.binary(min_size=PHRASE_BYTES, max_size=PHRASE_BYTES)


def test_the_list_has_2048_distinct_chinese_characters() -> None:
    assert len(set(PHRASES.characters)) == 2048
    assert all("一" <= c <= "龥" for c in PHRASES.characters)


@given(random_bytes)
def test_both_forms_read_back_to_the_same_phrase(random: bytes) -> None:
    phrase = PHRASES.phrase(random)
    shown = PHRASES.shown(phrase)
    assert len(shown) == 12
    assert len(phrase) == 26
    assert PHRASES.read(shown) == phrase
    assert PHRASES.read(phrase) == phrase
    assert PHRASES.read(phrase.upper()) == phrase
    assert PHRASES.read(" ".join(shown)) == phrase
    assert PHRASES.read(f"{shown[:4]}　{shown[4:8]}，{shown[8:]}") == phrase


def test_a_phrase_carries_at_least_128_bits() -> None:
    low = PHRASES.phrase(bytes(PHRASE_BYTES))
    high = PHRASES.phrase(b"\xff" * PHRASE_BYTES)
    bits = sum(
        PHRASES.phrase((1 << n).to_bytes(PHRASE_BYTES, "big")) != low
        for n in range(PHRASE_BYTES * 8)
    )
    assert low != high
    assert bits >= 128


@given(random_bytes, st.integers(0, 11), st.integers(0, 2047))
def test_a_wrong_character_never_reads_as_the_phrase(
    random: bytes, place: int, other: int
) -> None:
    phrase = PHRASES.phrase(random)
    shown = PHRASES.shown(phrase)
    wrong = shown[:place] + PHRASES.characters[other] + shown[place + 1 :]
    assert (PHRASES.read(wrong) == phrase) == (wrong == shown)


@pytest.mark.parametrize("typed", ["", "一二三", "a" * 25, "a" * 27, "！" * 12])
def test_what_is_no_phrase_is_none(typed: str) -> None:
    assert PHRASES.read(typed) is None


@given(random_bytes, st.booleans())
def test_a_phrase_is_found_inside_a_text(random: bytes, latin: bool) -> None:
    phrase = PHRASES.phrase(random)
    told = phrase if latin else PHRASES.shown(phrase)
    assert phrase in PHRASES.within(f"我的口令：{told}。请看。")


@pytest.mark.parametrize(
    "form",
    [
        "{code} {phrase}",
        "{phrase} {code}",
        "编号：{code} 查询口令：{phrase}",
        "{code}\n{phrase}",
        "{code}，{phrase}",
        "{code} {latin}",
    ],
)
def test_number_and_phrase_may_come_in_one_message(form: str) -> None:
    code = new_code(bytes(range(16)))
    phrase = PHRASES.phrase(bytes(range(17)))
    typed = form.format(code=shown_code(code), phrase=PHRASES.shown(phrase), latin=phrase)
    assert split_receipt(typed, PHRASES) == (code, phrase)


def test_a_number_alone_leaves_the_phrase_open() -> None:
    code = new_code(bytes(range(16)))
    assert split_receipt(code, PHRASES) == (code, None)


def test_a_damaged_list_is_refused_by_name() -> None:
    with pytest.raises(DataError, match=r"phrase\.txt"):
        Phrases("一二三")
