"""The rules data of a deployment: loaded once at start, frozen, handed to every desk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from casework.calendar import WorkCalendar
from casework.categories import Categories
from casework.profiles import Common, Profile
from handlers.messages import Choice

Say = Callable[[str, Mapping[str, Any], str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All a rule may need that is no row: zone, numbers, profiles, categories, calendar."""

    zone: ZoneInfo
    settings: Mapping[str, Any]
    calendar: WorkCalendar
    profiles: Mapping[str, Profile]
    common: Common
    categories: Categories
    say: Say

    def label(self, choice: Choice, locale: str) -> str:
        """What a button says to this person; also what they may type instead of pressing it."""
        return choice.label or self.say(choice.key, choice.values, locale)
