"""Chains of duties: what waits for an event that only another duty brings."""

from collections.abc import Mapping

from casework.profiles import Profile

PRODUCES: Mapping[str, tuple[str, ...]] = {
    "team_report": ("team_report.submitted", "team_report.approved"),
    "feedback": ("feedback.delivered", "feedback.received"),
    "plan": ("plan.submitted",),
    "report": ("report.submitted",),
    "transfer": ("transfer.received",),
}
"""The events that doing a duty of a kind leads to: what hangs on them waits for that duty."""


def ring_of(profile: Profile, start: str) -> list[str]:
    """The way from an obligation back to itself, by id; [] where it can begin.

    A duty that waits for an event which can only follow from itself would never begin.
    """
    after = _after(profile)
    ways, seen = [[start]], set[str]()
    while ways:
        way = ways.pop()
        for later in after[way[-1]]:
            if later == start:
                return [*way, start]
            if later not in seen:
                seen.add(later)
                ways.append([*way, later])
    return []


def _after(profile: Profile) -> dict[str, list[str]]:
    """Every obligation with those that wait for it."""
    waits: dict[str, list[str]] = {}
    for item in profile.obligation:
        waits.setdefault(item.trigger, []).append(item.id)
    return {
        item.id: [later for event in PRODUCES.get(item.kind, ()) for later in waits.get(event, ())]
        for item in profile.obligation
    }
