"""Receipts: a number with a check character, and a query phrase in characters or in Base32."""

import re
import unicodedata
from collections.abc import Iterator

from casework.errors import DataError

CODE_ALPHABET = "23456789ACEFHJKMNPRTWXY"
"""23 characters, a prime number, none of which looks like another."""
CODE_LENGTH = 10
PHRASE_LENGTH = 12
PHRASE_BYTES = 17
"""Random bytes that `Phrases.phrase` takes; 130 bits of them are used."""

_BASE = len(CODE_ALPHABET)
_LOOKS_LIKE = str.maketrans({"Z": "2", "S": "5", "B": "8", "G": "6"})
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_BASE32_LENGTH = 26
_BASE32_LOOKS_LIKE = str.maketrans({"0": "o", "1": "l", "8": "b"})
_IGNORED = re.compile(r"[\s\-_.,，。、·:：;；/|()（）]+")
_BITS = 130
_WINDOW = (1 << 11 * PHRASE_LENGTH) - 1
_TYPED = 400
"""Characters within which a typed number and phrase are looked for."""


def new_code(random: bytes) -> str:
    """A number of 10 characters from at least 16 random bytes: 9 random ones and a check."""
    if len(random) < 16:
        raise ValueError("a receipt number needs at least 16 random bytes")
    left = int.from_bytes(random, "big")
    digits = []
    for _ in range(CODE_LENGTH - 1):
        left, digit = divmod(left, _BASE)
        digits.append(digit)
    digits.append(-_weighted(digits) * pow(CODE_LENGTH, -1, _BASE) % _BASE)
    return "".join(CODE_ALPHABET[d] for d in digits)


def read_code(typed: str) -> str | None:
    """The receipt number in its canonical form, or None where one is not what was typed.

    Width, case, blanks, hyphens and the usual look-alikes do not matter. Every single wrong
    character and every swap of two neighbours is detected.
    """
    plain = _plain(typed[:_TYPED]).upper().translate(_LOOKS_LIKE)
    if len(plain) != CODE_LENGTH or any(c not in CODE_ALPHABET for c in plain):
        return None
    return plain if _weighted([CODE_ALPHABET.index(c) for c in plain]) == 0 else None


def shown_code(code: str) -> str:
    """The number as it is printed: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


class Phrases:
    """The 2,048 characters of query phrases; `words` is the text of the data file.

    A phrase carries 130 random bits (ASVS 11.5.1 asks for 128): 12 characters, 2 bits of which
    are a check, or the same bits as 26 characters of Base32. The canonical form is the Base32 one.
    Errors: DataError when the list is not 2,048 distinct characters.
    """

    def __init__(self, words: str) -> None:
        self.characters = "".join(words.split())
        self.positions = {c: i for i, c in enumerate(self.characters)}
        if not len(self.characters) == len(self.positions) == 2048:
            raise DataError(
                "phrase.txt: needs 2,048 distinct characters; restore the packaged file"
            )

    def phrase(self, random: bytes) -> str:
        """A new phrase in canonical form from 17 random bytes."""
        if len(random) < PHRASE_BYTES:
            raise ValueError(f"a query phrase needs {PHRASE_BYTES} random bytes")
        return _base32(int.from_bytes(random, "big") & ((1 << _BITS) - 1))

    def shown(self, canonical: str) -> str:
        """The 12 characters of a phrase."""
        bits = _number(canonical)
        bits = bits << 2 | _check(bits)
        places = [bits >> (11 * i) & 2047 for i in reversed(range(PHRASE_LENGTH))]
        return "".join(self.characters[p] for p in places)

    def read(self, typed: str) -> str | None:
        """The canonical form of what was typed in characters or Base32, or None."""
        plain = _plain(typed[:_TYPED])
        latin = plain.lower().translate(_BASE32_LOOKS_LIKE)
        if len(latin) == _BASE32_LENGTH and all(c in _BASE32 for c in latin):
            return latin
        if len(plain) != PHRASE_LENGTH or any(c not in self.positions for c in plain):
            return None
        bits = 0
        for char in plain:
            bits = bits << 11 | self.positions[char]
        number, check = bits >> 2, bits & 3
        return _base32(number) if check == _check(number) else None

    def within(self, text: str) -> list[str]:
        """Every phrase that may stand somewhere in a text, canonical; most are chance hits.

        The caller compares them with a verifier. At most one per place in the text.
        """
        plain = _plain(text)
        found = [_base32(number) for number in self._numbers_in(plain)]
        for run in re.finditer(r"[a-z2-7]{26,}", plain.lower()):
            word = run.group()
            found += [word[i : i + _BASE32_LENGTH] for i in range(len(word) - 25)]
        return list(dict.fromkeys(found))

    def _numbers_in(self, plain: str) -> Iterator[int]:
        """The numbers of all windows of 12 known characters whose check is right."""
        bits = run = 0
        for char in plain:
            place = self.positions.get(char)
            run = 0 if place is None else run + 1
            bits = (bits << 11 | (place or 0)) & _WINDOW
            if run >= PHRASE_LENGTH and bits & 3 == _check(bits >> 2):
                yield bits >> 2


def codes_within(text: str) -> list[str]:
    """Every receipt number that stands in a text, canonical."""
    plain = unicodedata.normalize("NFKC", text).upper()
    runs = re.findall(r"(?<![A-Z0-9])[A-Z0-9]{5}[\s\-]?[A-Z0-9]{5}(?![A-Z0-9])", plain)
    return list(dict.fromkeys(c for c in map(read_code, runs) if c))


def split_receipt(typed: str, phrases: Phrases) -> tuple[str | None, str | None]:
    """(number, phrase) out of one message that may hold both; None for what lacks."""
    typed = unicodedata.normalize("NFKC", typed[:_TYPED])
    words = [w for w in re.split(r"[\s,，;；]+", typed) if w]
    for cut in range(len(words) + 1):
        head, tail = "".join(words[:cut]), "".join(words[cut:])
        for first, second in ((head, tail), (tail, head)):
            code, phrase = read_code(_unlabelled(first)), phrases.read(_unlabelled(second))
            if code and phrase:
                return code, phrase
    whole = _unlabelled("".join(words))
    return read_code(whole), phrases.read(whole)


def _unlabelled(text: str) -> str:
    return re.sub(r"^(受理)?(编号|查询口令|口令)[:：]?", "", text)


def _plain(typed: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", typed))


def _weighted(digits: list[int]) -> int:
    return sum(weight * digit for weight, digit in enumerate(digits, start=1)) % _BASE


def _check(number: int) -> int:
    return number % 3


def _base32(number: int) -> str:
    return "".join(_BASE32[number >> (5 * i) & 31] for i in reversed(range(_BASE32_LENGTH)))


def _number(canonical: str) -> int:
    number = 0
    for char in canonical:
        number = number << 5 | _BASE32.index(char)
    return number
