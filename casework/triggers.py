"""Triggers as data: who may enter each event, when it can have happened, and what it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from casework.profiles import Profile

PLANNED = "stationing.planned"
"""A mission with approved texts is known; what must be done before it comes hangs on this."""

START, END, YEAR_ENDED, BATCH_ENDED = (
    "stationing.start",
    "stationing.end",
    "year.ended",
    "batch.ended",
)
CONSIDERED, PERSONNEL_CHANGE = "promotion.considered", "target.personnel_change"

Since = Literal["any", "start", "end", "during"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One event of `common.toml`.

    `by`: roles that may enter it by hand, empty where the program or another act brings it.
    `since`: the earliest sense of its day towards the stationing. `repeats`: it may happen several
    times in a mission. `ends`: the kinds of duty that are done by it. `after`: an event that it
    cannot come before.
    """

    event: str
    by: frozenset[str] = frozenset()
    since: Since = "start"
    repeats: bool = False
    ends: tuple[str, ...] = ()
    after: str = ""


_OFFICE = frozenset({"office"})
_BOTH = frozenset({"office", "team_leader"})

TRIGGERS: Mapping[str, Trigger] = {
    one.event: one
    for one in (
        Trigger(event=START),
        Trigger(event=END, ends=("stationing_length",)),
        Trigger(event=YEAR_ENDED),
        Trigger(event=BATCH_ENDED, by=_OFFICE, since="end"),
        Trigger(event="finding.important", by=_BOTH, repeats=True),
        Trigger(event="finding.severe", by=_BOTH, repeats=True),
        Trigger(event="finding.fixable", by=_BOTH, repeats=True),
        Trigger(event="team_report.submitted", by=_BOTH, ends=("team_report",)),
        Trigger(event="team_report.approved", by=_OFFICE, after="team_report.submitted"),
        Trigger(event="feedback.delivered"),
        Trigger(event="feedback.received"),
        Trigger(event="plan.submitted"),
        Trigger(event="report.submitted"),
        Trigger(event="item.decided", repeats=True),
        Trigger(event="lead.found", repeats=True),
        Trigger(event="transfer.received", repeats=True),
        Trigger(event=CONSIDERED, by=_OFFICE, repeats=True),
        Trigger(
            event=PERSONNEL_CHANGE,
            by=_OFFICE,
            since="during",
            repeats=True,
            ends=("inform_team",),
        ),
        Trigger(event="progress.important", by=_BOTH, repeats=True),
        Trigger(event="plan_or_summary.issued", by=_OFFICE, since="any", repeats=True),
        Trigger(event="evaluation.done", by=_BOTH),
    )
}


def matters(profile: Profile, trigger: Trigger) -> bool:
    """Whether a profile hangs something on this event, or has a duty that it ends."""
    return any(
        item.trigger == trigger.event or item.kind in trigger.ends for item in profile.obligation
    )


def entered_by(profile: Profile, roles: frozenset[str]) -> list[Trigger]:
    """The events of a profile that somebody with these roles may enter, in their order."""
    return [
        one
        for one in TRIGGERS.values()
        if one.by & roles and matters(profile, one) and not behind_a_gate(profile, one)
    ]


def behind_a_gate(profile: Profile, trigger: Trigger) -> bool:
    """Whether the event would tell the target what must pass a gate first (002 立行立改)."""
    return any(
        item.trigger == trigger.event and item.gate and item.obligor.startswith("target_")
        for item in profile.obligation
    )


def event_that_ends(kind: str) -> str:
    """The event that doing a duty of this kind is, or empty."""
    return next((one.event for one in TRIGGERS.values() if kind in one.ends and one.by), "")
