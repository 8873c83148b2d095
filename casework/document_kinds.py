"""Which document a file is by its name: plan, report and principal's report are not mixed up."""

from difflib import SequenceMatcher

from casework.profiles import Obligation, Profile

LIKE = 0.8
"""The share of a title that stands in one piece in a file's name when the name means it."""

SPOKEN = frozenset({"voice", "audio", "video"})
"""Kinds of message that are no document; a photograph may be a scan of one."""


def mistaken_for(profile: Profile, item: Obligation, name: str) -> str:
    """The title of the other document that this file's name says it is; "" where it is none.

    002 五(四), 004 五(五): two reports of two obligors, each for itself. A name that fits its own
    document at least as well is taken as it is.
    """
    own = _fit(item, name)
    rivals = (o for o in profile.obligation if o.documents and o.kind != item.kind)
    best = max(rivals, key=lambda rival: _fit(rival, name), default=None)
    if best is None or _fit(best, name) < LIKE or _fit(best, name) <= own:
        return ""
    return best.documents[0]


def _fit(item: Obligation, name: str) -> float:
    return max((_share(title, name) for title in (item.title, *item.documents)), default=0.0)


def _share(title: str, name: str) -> float:
    match = SequenceMatcher(None, title, name, autojunk=False).find_longest_match()
    return match.size / len(title)
