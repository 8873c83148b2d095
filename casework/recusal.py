"""Recusal: finds people of the plan in the words of a report, in spite of spelling and spacing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from casework.hygiene import folded

Likeness = Literal["exact", "title", "spelling", "sound"]
_STRENGTH: tuple[Likeness, ...] = ("exact", "title", "spelling", "sound")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Somebody to look for. `key` is the person who must not see a match (often the same person).

    `sounds` is the toneless pinyin of each character of `name`, made by the caller; empty where
    unknown. `titles` are ways of naming the person by office, e.g. 王组长.
    """

    key: str
    name: str
    sounds: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A likeness found. Only `exact` is certain; the rest is doubt and waits at the office."""

    key: str
    name: str
    likeness: Likeness

    @property
    def doubt(self) -> bool:
        """Whether somebody has to look."""
        return self.likeness != "exact"


@dataclass(frozen=True, slots=True)
class Heard:
    """A text made ready: its folded characters and, for each of them, the toneless pinyin."""

    plain: str
    sounds: tuple[str, ...] = ()


def matches(text: Heard, watched: Iterable[Watched]) -> list[Match]:
    """Everybody of `watched` found in the text, once per (key, name), strongest likeness.

    Likeness: the name itself; a title; one character off (names of three characters or more);
    equal sound. Width, case, blanks and signs between the characters do not matter. The work grows
    with the text plus the list, not with their product. Source: design 7; 004 二(五).
    """
    watched = tuple(watched)
    lengths = sorted({len(_name(w.name)) for w in watched} - {0, 1})
    written = frozenset("".join(_name(w.name) for w in watched))
    begun = frozenset(w.sounds[0] for w in watched if w.sounds)
    near = {n: _wildcards(text.plain, n, written) for n in lengths if n >= 3}
    sounding = {n: _windows(text.sounds, n, begun) for n in lengths}
    found: dict[tuple[str, str], Match] = {}
    for person in watched:
        likeness = _likeness(person, text.plain, near, sounding)
        if likeness is not None:
            found[person.key, person.name] = Match(
                key=person.key, name=person.name, likeness=likeness
            )
    return sorted(found.values(), key=lambda m: (_STRENGTH.index(m.likeness), m.key, m.name))


def prepare(text: str, sounds: Sequence[str] | None = None) -> Heard:
    """A text for `matches`; `sounds` belongs to the characters of `folded(text)`, one each."""
    plain = folded(text)
    if sounds is not None and len(sounds) != len(plain):
        raise ValueError("one sound for each character of the folded text")
    return Heard(plain, tuple(sounds or ()))


def _likeness(
    person: Watched,
    plain: str,
    near: dict[int, set[str]],
    sounding: dict[int, set[tuple[str, ...]]],
) -> Likeness | None:
    name = _name(person.name)
    if len(name) < 2:
        return None
    if name in plain:
        return "exact"
    if any(_name(t) in plain for t in person.titles if _name(t)):
        return "title"
    if len(name) >= 3 and not near[len(name)].isdisjoint(_opened(name)):
        return "spelling"
    if person.sounds and person.sounds in sounding[len(name)]:
        return "sound"
    return None


_name = lru_cache(maxsize=8_192)(folded)
"""Names and titles come again with every report; their folded forms are kept."""


def _wildcards(text: str, size: int, written: frozenset[str]) -> set[str]:
    """Windows of `size` characters with one left open, where the others stand in some name."""
    places = [at for at, char in enumerate(text) if char in written]
    found: set[str] = set()
    for first, last in zip(places, places[size - 2 :], strict=False):  # size - 1 known ones
        if last - first < size:
            for at in range(max(last - size + 1, 0), min(first, len(text) - size) + 1):
                found.update(_opened(text[at : at + size]))
    return found


def _opened(window: str) -> list[str]:
    """A window with each of its characters left open in turn."""
    return [f"{window[:k]}*{window[k + 1 :]}" for k in range(len(window))]


def _windows(sounds: Sequence[str], size: int, begun: frozenset[str]) -> set[tuple[str, ...]]:
    """Windows of `size` sounds that begin as some name does."""
    return {
        tuple(sounds[i : i + size]) for i in range(len(sounds) - size + 1) if sounds[i] in begun
    }
