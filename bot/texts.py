"""Texts: key, values and locale in, words out; catalogues are .po files read at start."""

import string
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
SOURCE = "zh_CN"
_DATETIME = {"zh_CN": "y年M月d日 HH:mm", "en": "d MMM y HH:mm"}


class UnknownText(LookupError):
    """A text key that no catalogue has."""


def read_catalogues(folder: Path = LOCALES) -> dict[str, dict[str, str]]:
    """Every text by locale and key, from `<folder>/<locale>/<area>.po`."""
    catalogues: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*/*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.name)
        texts = catalogues.setdefault(path.parent.name, {})
        texts.update({str(m.id): str(m.string) for m in catalogue if m.id})
    return catalogues


def placeholders(text: str) -> set[str]:
    """The names in braces of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


class Texts:
    """Renders texts. One object serves every locale."""

    def __init__(self, catalogues: Mapping[str, Mapping[str, str]], zone: ZoneInfo) -> None:
        self._catalogues = catalogues
        self._zone = zone

    @property
    def locales(self) -> Iterable[str]:
        """The locales there are."""
        return self._catalogues.keys()

    def say(self, key: str, values: Mapping[str, Any], locale: str) -> str:
        """The words of a text; the source locale where this one has none. Raises UnknownText."""
        text = self._catalogues.get(locale, {}).get(key) or self._catalogues[SOURCE].get(key)
        if text is None:
            raise UnknownText(key)
        if "{" not in text:
            return text
        words = {name: self.word(value, locale) for name, value in values.items()}
        return text.format_map(_Lenient(words))

    def in_locale(self, locale: str) -> Callable[[str], str]:
        """Says texts without values in one language."""
        return partial(self.say, values={}, locale=locale)

    def word(self, value: Any, locale: str) -> str:
        """One value as words: nested texts, dates, instants, lists."""
        match value:
            case None:
                return ""
            case {"$t": [key, values]}:
                return self.say(key, values, locale)
            case {"$d": iso}:
                return format_date(date.fromisoformat(iso), "long", locale=_locale(locale))
            case {"$i": iso}:
                moment = datetime.fromisoformat(iso).astimezone(self._zone)
                pattern = _DATETIME.get(locale, _DATETIME["en"])
                return format_datetime(moment, pattern, locale=_locale(locale))
            case list() | tuple():
                joint = "\n" if any(isinstance(v, dict) for v in value) else "、"
                return joint.join(self.word(v, locale) for v in value)
            case _:
                return str(value)


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


class _Lenient(dict[str, str]):
    """A missing value shows as nothing rather than breaking a message that somebody waits for."""

    def __missing__(self, key: str) -> str:
        return ""
