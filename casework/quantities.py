"""Quantities in Chinese text: numbers, amounts and dates, however they are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "两": 2,
    "弌": 1,
    "俩": 2,
    **dict(zip("貳兩參叄陸", (2, 2, 3, 3, 6), strict=True)),
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS |= {"廿": 20, "卅": 30}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_CN = "".join((*_DIGITS, *_TENS, *_MYRIADS, "点"))
_ARABIC = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
NUMBER = re.compile(rf"(?:{_ARABIC}|[{_CN}])+", re.ASCII)
"""A number as people write it, on a text without blanks: 35,000 · 3.5万 · 三万五 · 3万5千."""

_PIECE = re.compile(rf"{_ARABIC}|[{_CN}]", re.ASCII)
_AFTER = re.compile(r"(?:多|余|来|几|左右)?(万|亿)?(?:人民币)?(元|块|圆|圓|塊|角|美元|钱)?")
_MEASURE = re.compile(
    r"平方米|立方米|公里|公斤|千克|亩|户|人|吨|米|套|辆|头|株|笔|张|份|次|个|台|间|栋|斤|%|条|天|年"
)
_YEAR = r"(?:(?P<y>\d{4}|[〇零一二三四五六七八九]{4})[年\-/.])?"
_DAY = r"(?:(?P<d>\d{1,2}|廿[一二三四五六七八九]?|[一二三四五六七八九十]{1,3})[日号]?)?"
_MONTH = r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2}|正|腊)月(?:份)?"
_WRITTEN = re.compile(_YEAR + _MONTH + _DAY, re.ASCII)
_PLAIN = re.compile(
    r"(?<!\d)(?P<y>\d{4})(?P<s>[\-/.年])(?P<m>\d{1,2})(?:(?P=s)|月)(?P<d>\d{1,2})(?!\d)", re.ASCII
)
_COMPACT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)", re.ASCII)
_COMMON = str.maketrans("壹贰貳叁參叄肆伍陆陸柒捌玖拾號", "一二二三三三四五六六七八九十号")
BARE_MIN = 1000
"""From which value on a number without any unit counts as an amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number with what it counts: `元` for money, a measure word, or "" where it is bare.

    `start` and `end` are offsets in the text it was read from.
    """

    value: Decimal
    unit: str
    start: int
    end: int

    def equals(self, other: "Amount") -> bool:
        """The same quantity, where a missing unit may be any."""
        if self.value != other.value:
            return False
        return self.unit == other.unit or (
            "" in (self.unit, other.unit) and abs(self.value) >= BARE_MIN
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date; `year` and `day` are 0 where they are not said."""

    year: int
    month: int
    day: int
    start: int
    end: int

    def equals(self, other: "Day") -> bool:
        """The same day, or the same month where neither names a day; a missing year fits any."""
        if (self.month, self.day) != (other.month, other.day):
            return False
        return self.year == other.year or 0 in (self.year, other.year)


def value_of(written: str) -> Decimal | None:
    """The value of a number; None where the characters make none (千 alone, 点)."""
    pieces = _PIECE.findall(written)
    if not pieces:
        return None
    if all(p in _DIGITS for p in pieces) and len(pieces) > 1:
        return Decimal("".join(str(_DIGITS[p]) for p in pieces))
    whole, _, behind = "".join(pieces).partition("点")
    if behind:
        return _with_fraction(whole, behind)
    return _summed(_PIECE.findall(whole)) if whole else None


def _with_fraction(whole: str, behind: str) -> Decimal | None:
    """三点五万: the digits behind 点, and what scale follows them."""
    figures = {**_DIGITS, **{str(n): n for n in range(10)}}
    digits = "".join(str(figures[c]) for c in behind if c in figures)
    scale = 1
    for char in behind:
        scale *= _MYRIADS.get(char, _TENS.get(char, 1))
    front = _summed(_PIECE.findall(whole)) if whole else Decimal(0)
    if front is None or not digits:
        return None
    return (front + Decimal(f"0.{digits}")) * scale


def _summed(pieces: list[str]) -> Decimal | None:
    total, section, last, scale = Decimal(0), Decimal(0), Decimal(0), 1
    seen = False
    for piece in pieces:
        if piece in _MYRIADS:
            section = (section + last) or Decimal(1)
            factor = _MYRIADS[piece]
            total = (total + section) * factor if factor > 10**4 else total + section * factor
            section, last, scale = Decimal(0), Decimal(0), factor
        elif piece in _TENS:
            section += (last or Decimal(1)) * _TENS[piece]
            last, scale = Decimal(0), _TENS[piece]
        elif piece in _DIGITS:
            seen = True
            last = Decimal(_DIGITS[piece])
            scale = 1 if _DIGITS[piece] == 0 else scale
        else:
            seen = True
            last = Decimal(piece.replace(",", ""))
    if not seen and not total and not section:
        return None
    if scale >= 100 and 0 < last < 10:
        last = last * scale / 10  # 三万五 is 35,000
    return total + section + last


def amounts(text: str) -> Iterator[Amount]:
    """Every amount of a text without blanks: money, counted things, bare numbers from 1,000 on."""
    for found in NUMBER.finditer(text):
        value = value_of(found.group())
        if value is None:
            continue
        after = _AFTER.match(text, found.end())
        end = found.end()
        unit = ""
        if after is not None and (after[1] or after[2]):
            value *= _MYRIADS.get(after[1] or "", 1)
            unit, end = ("元" if after[2] else ""), after.end()
        elif measure := _MEASURE.match(text, end):
            unit, end = measure.group(), measure.end()
        if unit or abs(value) >= BARE_MIN:
            yield Amount(value=value.normalize(), unit=unit, start=found.start(), end=end)


def days(text: str) -> Iterator[Day]:
    """Every date of a text without blanks: 2026-03-05, 2026.3.5, 3月5日, 三月五日, 20260305.

    Formal numerals count as the common ones: 叁月伍日.
    """
    text = text.translate(_COMMON)
    taken: list[tuple[int, int]] = []
    for pattern in (_PLAIN, _COMPACT, _WRITTEN):
        for found in pattern.finditer(text):
            if any(a < found.end() and found.start() < b for a, b in taken):
                continue
            day = _day(found)
            if day is not None:
                taken.append(found.span())
                yield day


def _day(found: re.Match[str]) -> Day | None:
    year = _small(found["y"]) if found["y"] else 0
    month, day = _small(found["m"]), _small(found["d"]) if found["d"] else 0
    if year is None or month is None or day is None:
        return None
    if not 1 <= month <= 12 or not 0 <= day <= 31:
        return None
    return Day(year=year, month=month, day=day, start=found.start(), end=found.end())


def _small(written: str) -> int | None:
    if written in ("正", "腊"):
        return 1 if written == "正" else 12
    value = value_of(written)
    return None if value is None else int(value)
