"""Finding a unit by what people type: names, aliases, pinyin, initials, one slip of the pen."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from casework.hygiene import folded
from casework.mission import Unit
from handlers.intake.sounds import initials, sounds

MOST = 6
"""How many units are offered when several fit."""
LONGEST = 100
"""Characters of what was typed that are looked at."""


@dataclass(frozen=True, slots=True)
class _Spelling:
    plain: str
    sound: str
    initials: str


def search(typed: str, units: Iterable[Unit]) -> list[Unit]:
    """The units that fit best: one when it is clear, several to ask back, none when nothing fits.

    Ranks: the whole name, alias, pinyin or initials; a part of a name; one slip in the characters
    or in the pinyin. Only the best rank that has any unit counts.
    """
    wanted = folded(typed[:LONGEST])
    if not wanted:
        return []
    best: list[Unit] = []
    best_rank = _NOTHING
    for unit in units:
        rank = min(_rank(wanted, s) for s in _spellings(unit))
        if rank < best_rank:
            best, best_rank = [unit], rank
        elif rank == best_rank and rank < _NOTHING:
            best.append(unit)
    return best[:MOST]


_WHOLE, _SOUND, _PART, _SLIP, _SLIP_SOUND, _NOTHING = range(6)


def _rank(wanted: str, name: _Spelling) -> int:
    if wanted == name.plain:
        return _WHOLE
    latin = wanted.isascii()
    if latin and wanted in (name.sound, name.initials):
        return _SOUND
    if _is_part(wanted, name, latin):
        return _PART
    if len(wanted) >= 3 and _slip(wanted, name.plain):
        return _SLIP
    sound = wanted if latin else "".join(sounds(wanted))
    if len(sound) >= 5 and (sound == name.sound or _slip(sound, name.sound)):
        return _SLIP_SOUND
    return _NOTHING


def _is_part(wanted: str, name: _Spelling, latin: bool) -> bool:
    if latin:
        return len(wanted) >= 3 and (wanted in name.sound or wanted in name.initials)
    inside = len(wanted) >= 2 and wanted in name.plain
    around = len(name.plain) >= 3 and name.plain in wanted
    return inside or around


def _slip(one: str, other: str) -> bool:
    return DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1


@lru_cache(maxsize=8_192)
def _spellings(unit: Unit) -> tuple[_Spelling, ...]:
    return tuple(
        _Spelling(folded(name), "".join(sounds(name)), initials(name))
        for name in (unit.name, *unit.aliases)
    )
