"""What a text shares with reports: runs of characters, names, amounts, dates and file names.

Before any text leaves for a unit the program shows all of it (003 第九条): a run of eight
characters, one name or one date can point at whoever wrote the report.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from casework.hygiene import folded
from casework.name_words import COMMON, DOUBLE, PLAIN_SURNAMES, SURNAMES, TITLES
from casework.quantities import NUMBER, Amount, Day, amounts, days, value_of

Kind = Literal["run", "name", "amount", "date", "file"]
RUN = 8
"""How many characters in a row count as the reporter's own words."""

_TITLED = re.compile(rf"([老小]?)(.{{1,3}}?)(?:副)?(?:{TITLES})")
_BLANK = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]+")
_CUT = re.compile(r"[、,，;；/\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One report as it is compared: its key, all its words, the names given, its file names."""

    key: str
    words: tuple[str, ...]
    names: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One thing shared: `words` as they stand in the text, `keys` of the reports that have it."""

    kind: Kind
    words: str
    keys: tuple[str, ...]


def shared(text: str, sources: Iterable[Source]) -> tuple[Shared, ...]:
    """Everything `text` shares with the sources, longest runs first, then names to files.

    Width, case, blanks, punctuation and hidden characters never matter; numbers are equal however
    they are written (3.5万元, 35000元, 三万五千元), dates likewise (3月5日, 2026-03-05).
    """
    own = _Text(text)
    found: dict[tuple[Kind, str], list[str]] = {}
    for source in sources:
        for kind, words in own.shared_with(source):
            keys = found.setdefault((kind, words), [])
            if source.key not in keys:
                keys.append(source.key)
    listed = [Shared(kind=k, words=w, keys=tuple(keys)) for (k, w), keys in found.items()]
    order: Sequence[Kind] = ("run", "name", "amount", "date", "file")
    return tuple(sorted(listed, key=lambda s: (order.index(s.kind), -len(s.words), s.words)))


def runs(text: str, source: str, size: int = RUN) -> tuple[str, ...]:
    """The stretches of `text` covered by runs of at least `size` characters of `source`."""
    return tuple(_covered(text, _stream(text), _plain_of(source), size))


class _Text:
    """The text that is to leave, made ready once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = _stream(text)
        self.counted = _counted(text)
        self.packed, self.places = _packed(text)
        self.amounts = tuple(amounts(self.packed))
        self.days = tuple(days(self.packed))
        self.grams = _grams(self.plain[0]) | _grams(self.counted[0])
        self.likely = frozenset(_name_like(self.plain[0]))

    def shared_with(self, source: Source) -> Iterable[tuple[Kind, str]]:
        """(kind, words) of everything one source has too."""
        said = [r for words in (*source.words, *source.names) for r in self._runs(words)]
        yield from said
        whole = "\n".join((*source.names, *source.words))
        if self.amounts or self.days:
            packed = _packed_of(whole)
            yield from (("amount", w) for w in self._equal(self.amounts, tuple(amounts(packed))))
            yield from (("date", w) for w in self._equal(self.days, tuple(days(packed))))
        within = "".join(folded(w) for _, w in said)
        likely = self._names(source, folded(whole))
        yield from (("name", w) for w, given in likely if given or w not in within)
        yield from (("file", w) for w in self._files(source.files))

    def _runs(self, words: str) -> Iterable[tuple[Kind, str]]:
        found: dict[str, None] = {}
        for own, other in ((self.plain, _plain_of(words)), (self.counted, _counted_of(words))):
            if any(other[i : i + RUN] in self.grams for i in range(len(other) - RUN + 1)):
                found |= dict.fromkeys(_covered(self.text, own, other, RUN))
        kept = [w for w in found if not any(w != v and w in v for v in found)]
        return (("run", w) for w in kept)

    def _equal(
        self, own: Sequence[Amount] | Sequence[Day], theirs: Sequence[Amount] | Sequence[Day]
    ) -> Iterable[str]:
        for one in own:
            if any(one.equals(other) for other in theirs):  # type: ignore[arg-type]
                yield self._original(one.start, one.end)

    def _original(self, start: int, end: int) -> str:
        return self.text[self.places[start] : self.places[end - 1] + 1]

    def _names(self, source: Source, other: str) -> Iterable[tuple[str, bool]]:
        """The names, and whether each was given as one (else it only looks like one)."""
        plain = self.plain[0]
        given = {n for name in source.names for n in _given(name) if n in plain}
        found = given | {w for w in self.likely if w in other}
        kept = (w for w in found if not any(w != v and w in v for v in found))
        return sorted((w, w in given) for w in kept)

    def _files(self, names: Iterable[str]) -> Iterable[str]:
        for name in names:
            stem = folded(name.rpartition(".")[0] or name)
            if (len(stem) >= 3 and stem in self.plain[0]) or folded(name) in self.plain[0]:
                yield name


Stream = tuple[str, tuple[int, ...]]
"""Compared characters, and for each the offset in the original text."""


def _stream(text: str) -> Stream:
    """Letters and digits alone, in one width and case."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for plain in _plain(char):
            chars.append(plain)
            places.append(place)
    return "".join(chars), tuple(places)


def _plain(char: str) -> str:
    """What is compared of one character: nothing of blanks, signs, marks and hidden ones."""
    if "\u4e00" <= char <= "\u9fff":
        return char
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(c for c in apart if c.isalnum() and not _BLANK.match(c))


def _packed(text: str) -> Stream:
    """The text without blanks in one width, signs kept: how numbers and dates are read."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for plain in unicodedata.normalize("NFKC", char):
            if not _BLANK.match(plain):
                chars.append(plain)
                places.append(place)
    return "".join(chars), tuple(places)


def _counted(text: str) -> Stream:
    """Like `_stream`, with every number in digits."""
    packed, places = _packed(text)
    chars: list[str] = []
    kept: list[int] = []
    at = 0
    for found in NUMBER.finditer(packed):
        _keep(packed, places, at, found.start(), chars, kept)
        for digit in _digits(found.group()):
            chars.append(digit)
            kept.append(places[found.start()])
        if kept:
            kept[-1] = places[found.end() - 1]
        at = found.end()
    _keep(packed, places, at, len(packed), chars, kept)
    return "".join(chars), tuple(kept)


def _keep(
    packed: str, places: Sequence[int], start: int, end: int, chars: list[str], kept: list[int]
) -> None:
    for place in range(start, end):
        for plain in _plain(packed[place]):
            chars.append(plain)
            kept.append(places[place])


def _grams(stream: str, size: int = RUN) -> frozenset[str]:
    return frozenset(stream[i : i + size] for i in range(len(stream) - size + 1))


def _plain_of(text: str) -> str:
    """The characters of `_stream`, where nobody asks for places."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(filter(str.isalnum, _BLANK.sub("", apart)))


def _packed_of(text: str) -> str:
    """The characters of `_packed`."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text))


def _counted_of(text: str) -> str:
    """The characters of `_counted`."""
    return _plain_of(NUMBER.sub(lambda found: _digits(found.group()), _packed_of(text)))


def _digits(written: str) -> str:
    value = value_of(written)
    return written if value is None else f"{value.normalize():f}".replace(".", "")


def _covered(text: str, own: Stream, other: str, size: int) -> Iterable[str]:
    """The stretches of the text whose runs of `size` stand in the other one too."""
    theirs = _grams(other, size)
    start = end = -1
    for i in range(len(own[0]) - size + 1):
        if own[0][i : i + size] not in theirs:
            continue
        if i > end:
            if start >= 0:
                yield text[own[1][start] : own[1][end - 1] + 1]
            start = i
        end = i + size
    if start >= 0:
        yield text[own[1][start] : own[1][end - 1] + 1]


def _given(names: str) -> Iterable[str]:
    """The names in a field 被反映人, without the titles around them."""
    for part in _CUT.split(names):
        plain = folded(part)
        bare = re.sub(rf"(?:副)?(?:{TITLES})$", "", plain)
        for name in (plain, bare, bare[-3:], bare[-2:]):
            if 2 <= len(name) <= 12 and (name in (plain, bare) or name[0] in SURNAMES):
                yield name


def _name_like(plain: str) -> Iterable[str]:
    """Stretches of the text that look like a person's name or a family name with a title."""
    for i, char in enumerate(plain):
        size = 2 if plain[i : i + 2] in DOUBLE else 1
        if size == 1 and (char not in SURNAMES or plain[i : i + 2] in COMMON):
            continue
        for more in (1, 2):
            name = plain[i : i + size + more]
            short = len(name) < 3 and char not in PLAIN_SURNAMES
            if len(name) == size + more and not short and _hans(name):
                yield name
    for found in _TITLED.finditer(plain):
        yield from _titled(found)


def _titled(found: re.Match[str]) -> Iterable[str]:
    """王会计, 老王主任: the family name right before a title, with the title."""
    before, whole = found[2], found.group()
    for start in range(len(before)):
        if before[start] in SURNAMES and before[start : start + 2] not in COMMON:
            yield whole[len(found[1]) + start :]


def _hans(name: str) -> bool:
    return all("\u4e00" <= c <= "\u9fff" for c in name)
