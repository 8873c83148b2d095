"""How characters sound: toneless pinyin, one syllable for each character."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from casework.hygiene import folded


@lru_cache(maxsize=16_384)
def _sound(char: str) -> str:
    return str(lazy_pinyin(char, style=Style.NORMAL)[0])


def sounds(text: str) -> tuple[str, ...]:
    """The sound of each character of `folded(text)`; letters and digits sound as themselves."""
    return sounds_of(folded(text))


def sounds_of(plain: str) -> tuple[str, ...]:
    """The sound of each character of a text that is folded already."""
    return tuple(map(_sound, plain))


def initials(text: str) -> str:
    """The first letter of each sound."""
    return "".join(sound[:1] for sound in sounds(text))
