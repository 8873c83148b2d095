"""What an instrument wants made public of a mission, what is, and who agrees to each text."""

from collections.abc import Mapping, Sequence
from typing import Any

from casework.mission import Stationing
from casework.profiles import Profile
from handlers.desk import Desk
from handlers.messages import Text
from storage import public_texts
from storage.public_texts import PublicText

MOMENTS: Mapping[str, str] = {
    "stationing": "public.moment_stationing",
    "feedback": "public.moment_feedback",
    "rectification": "public.moment_rectification",
}
"""The three moments of 004 六(六): stationing, feedback, rectification."""
KINDS: Mapping[str, str] = {
    "notice": "public.kind_notice",
    "feedback": "public.kind_feedback",
    "rectification": "public.kind_rectification",
}
SAID_BY_THE_NOTICE = frozenset(
    {"purpose", "task", "scope", "schedule", "team_name", "target", "stationing_dates", "channels"}
)
"""What our own notice says of itself; anything else that is required stands in a supplement."""
SUPPLEMENTS: Mapping[str, str] = {
    "contacts": "public.part_contacts",
    "hours": "public.part_hours",
    "opinion_box": "public.part_opinion_box",
}


def seats_for(profile: Profile, kind: str) -> tuple[str, ...]:
    """Who agrees, in order: the office; beyond it the leading group for what is major.

    `[publicity] approve` of a profile names the seats of a kind. Without it feedback is major
    where the instrument has a gate for feedback itself (003-11, 004 五(五)).
    """
    named = _section(profile, "approve").get(kind)
    if named:
        return tuple(named)
    major = kind == "feedback" and profile.gate_of("feedback") is not None
    return ("office", "leading_group") if major else ("office",)


def required(profile: Profile) -> tuple[str, ...]:
    """The moments that the instrument wants made public; () where it has no such clause (003)."""
    section = profile.publicity.model_dump()
    if not section.get("required"):
        return ()
    return tuple(what for what in section.get("what", ()) if what in MOMENTS)


def ground(profile: Profile) -> str:
    """The clause that wants it, "" where there is none."""
    article = str(_section(profile, "cite").get("article", ""))
    return f"{profile.profile.instrument}{article}" if article else ""


def missing_parts(profile: Profile, told: Sequence[PublicText]) -> tuple[str, ...]:
    """What the notice must say by the instrument and no public supplement may have said."""
    if any(one.kind == "notice" and one.state == "public" for one in told):
        return ()
    wanted = profile.announcement.required
    return tuple(part for part in wanted if part not in SAID_BY_THE_NOTICE)


def missing_words(profile: Profile, told: Sequence[PublicText]) -> list[str]:
    """Text keys of the missing parts of the notice."""
    parts = missing_parts(profile, told)
    return [SUPPLEMENTS.get(part, "public.part_other") for part in parts]


def moments(desk: Desk, mission: Stationing, profile: Profile) -> list[Text]:
    """One line for each moment: public, still to come, or not asked for."""
    told = public_texts.of(desk.db, desk.vault, mission.id)
    public = {one.kind for one in told if one.state == "public"}
    wanted = required(profile)
    lines = []
    for moment, key in MOMENTS.items():
        is_out = mission.approved if moment == "stationing" else moment in public
        word = "public.is_out" if is_out else "public.is_missing"
        if not is_out and moment not in wanted:
            word = "public.is_not_required"
        lines.append(Text("public.moment_line", {"what": Text(key), "state": Text(word)}))
    return lines


def _section(profile: Profile, name: str) -> Mapping[str, Any]:
    found = profile.publicity.model_dump().get(name)
    return found if isinstance(found, Mapping) else {}
