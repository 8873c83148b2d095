"""A duty in keys and values: its name, date, days left, count, clause and state."""

import re
from datetime import date
from typing import Any

from handlers.day_runs import in_words
from handlers.desk import Desk
from handlers.messages import Text
from storage.duties import Duty

_PERIOD = re.compile(
    r"(?P<start>\S+) (?P<sign>[+-]) (?P<n>\d+) (?P<unit>day|month|year) = (?P<nominal>\S+?)"
    r"(?P<end> \(month end\))?(?:; \[(?P<off>\S+) off\]; (?P<due>\S+))?"
)
_PERIODS = {
    "day": "duty.count_day",
    "month": "duty.count_month",
    "year": "duty.count_year",
}
_STATES = {
    "open": "duty.state_open",
    "submitted": "duty.state_submitted",
    "returned": "duty.state_returned",
    "accepted": "duty.state_accepted",
}
_TITLES = {"sign": "duty.title_sign", "transfer_feedback": "duty.title_transfer_feedback"}


def title(duty: Duty) -> Any:
    """The name of what is owed, in the words of the profile or our own."""
    return duty.title or Text(_TITLES.get(duty.kind, "duty.title_other"))


def card_values(desk: Desk, duty: Duty) -> dict[str, Any]:
    """Placeholders of `duty.card`."""
    return {
        "doc": title(duty),
        "state": state(duty),
        "when": when(desk, duty),
        "count": count(duty),
        "ground": ground(duty),
    }


def state(duty: Duty) -> Text:
    """Where the duty stands, with the date that goes with it."""
    values = {"submitted": duty.submitted_on, "next": duty.next_on}
    return Text(_STATES[duty.state], values)


def when(desk: Desk, duty: Duty) -> Text:
    """The date and what is left of it; 逾期 only where a clause gives a certain number."""
    values: dict[str, Any] = {"due": duty.due}
    if duty.provisional:
        return Text("duty.when_provisional", {**values, "year": duty.due.year})
    left = desk.rules.calendar.workdays_between(desk.today, duty.due)
    if duty.soft:
        return Text("duty.when_internal", values)
    if desk.today > duty.due and duty.submitted_on is None:
        key = "duty.when_over" if duty.hard else "duty.when_passed"
        return Text(key, {**values, "over": -left})
    if desk.today == duty.due:
        return Text("duty.when_today", values)
    if desk.today > duty.due:
        return Text("duty.when_plain", values)
    return Text("duty.when_left", {**values, "left": left})


def count(duty: Duty) -> Text:
    """How the date was counted, so that it explains itself."""
    start = duty.trigger_on
    if not duty.count:
        return Text("duty.count_none", {"start": start})
    found = _PERIOD.fullmatch(duty.count)
    if found is None:
        return Text(
            "duty.count_workdays", {"start": start, "runs": in_words(duty.count) or duty.count}
        )
    values = {"start": start, "n": found["n"], "nominal": date.fromisoformat(found["nominal"])}
    told = Text(_PERIODS[found["unit"]], values)
    if not found["due"]:
        return told
    off = in_words(f"[{found['off']} off]")
    rolled = {"period": told, "off": off, "due": date.fromisoformat(found["due"])}
    return Text("duty.count_rolled", rolled)


def ground(duty: Duty) -> Text:
    """What the date stands on: the clause, a reading of it, or nothing but our own habit."""
    if duty.basis == "text":
        return Text("duty.ground_text", {"cite": duty.citation})
    if duty.basis == "default":
        return Text("duty.ground_internal")
    return Text("duty.ground_inferred", {"cite": duty.citation})
