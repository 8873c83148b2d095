"""A duty in keys and values: its name, date, days left, count, clause and state."""

import re
from datetime import date
from typing import Any

from casework.triggers import BATCH_ENDED, YEAR_ENDED
from handlers.day_runs import in_words
from handlers.desk import Desk
from handlers.frozen import profile_of
from handlers.messages import Text
from handlers.mission_names import unit_of
from storage import duties, missions
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


def number_of(desk: Desk, duty: Duty) -> str:
    """The letter under which a department owes something; "" for any other duty."""
    if not duty.department_id:
        return ""
    came = duties.milestone_by_id(desk.db, desk.vault, duty.milestone_id)
    return (came.words or {}).get("letter", "") if came else ""


def named(desk: Desk, duty: Duty) -> Any:
    """The name of what is owed; of a department's answer with the number of its letter."""
    letter = number_of(desk, duty)
    if not letter:
        return title(duty)
    return Text("duty.title_of_letter", {"doc": title(duty), "letter": letter})


def owner(desk: Desk, duty: Duty, unit: str) -> str:
    """Who hands it in: the department that owes it, else the unit."""
    found = missions.department(desk.db, duty.department_id) if duty.department_id else None
    return found.name if found else unit


def limit(duty: Duty) -> Text:
    """The date beside what was handed in: the clause's, both after an extension, ours, or none."""
    if duty.open_ended:
        return Text("duty.limit_none")
    values = {"due": duty.due, "extended": duty.extended_to}
    if duty.extended_to is not None:
        return Text("duty.limit_extended", values)
    return Text("duty.limit_internal" if duty.soft else "duty.limit", values)


def owed_within(duty: Duty) -> bool:
    """Whether the inspecting side owes it (or a department without a letter): done by 办结."""
    return duty.obligor not in ("target_unit", "target_principal") and duty.kind not in (
        "sign",
        "transfer_feedback",
    )


def place(desk: Desk, duty: Duty) -> str:
    """What the duty is about: its unit; the round or the year where it is owed once for all."""
    mission = missions.stationing(desk.db, duty.stationing_id)
    if mission is None:
        return ""
    if mission.profile_id not in desk.rules.profiles:
        return unit_of(desk, mission)
    item = profile_of(desk, mission).obligation_of(duty.obligation)
    if item is not None and item.trigger == BATCH_ENDED:
        return next((r.name for r in missions.rounds(desk.db) if r.id == mission.round_id), "")
    if item is not None and item.trigger == YEAR_ENDED:
        return str(duty.trigger_on.year)
    return unit_of(desk, mission)


def card_values(desk: Desk, duty: Duty) -> dict[str, Any]:
    """Placeholders of `duty.card`."""
    return {
        "doc": named(desk, duty),
        "state": state(duty),
        "when": when(desk, duty),
        "count": count(duty),
        "ground": ground(duty),
    }


def state(duty: Duty) -> Text:
    """Where the duty stands, with the date that goes with it."""
    values = {"submitted": duty.submitted_on, "next": duty.next_on}
    if duty.state == "accepted" and owed_within(duty):
        return Text("event.state_done", values)
    return Text(_STATES[duty.state], values)


def when(desk: Desk, duty: Duty) -> Text:
    """The date and what is left of it; 逾期 only where a clause gives a certain number."""
    if duty.open_ended:
        return Text("event.when_open")
    values: dict[str, Any] = {"due": duty.due, "year": duty.due.year}
    if duty.extended_to is not None:
        return Text("event.when_extended", {**values, "extended": duty.extended_to})
    if duty.provisional:
        return Text("duty.when_provisional", values)
    if duty.soft:
        return Text("duty.when_internal", values)
    if duty.submitted_on is not None and duty.strength != "in_principle":
        return Text("duty.when_plain", values)
    left = desk.rules.calendar.workdays_between(desk.today, duty.due)
    return Text(_when(desk.today, duty), {**values, "left": left, "over": -left})


def _when(today: date, duty: Duty) -> str:
    within = owed_within(duty)
    if today > duty.due and duty.submitted_on is None:
        if duty.hard:
            return "event.when_over" if within else "duty.when_over"
        return "duty.when_passed"
    if duty.strength == "in_principle" and today <= duty.due:
        return "event.when_principle"
    if today == duty.due:
        return "duty.when_today"
    if today > duty.due:
        return "duty.when_plain"
    return "event.when_left" if within else "duty.when_left"


def count(duty: Duty) -> Text:
    """How the date was counted, so that it explains itself."""
    start = duty.trigger_on
    if duty.open_ended:
        return Text("event.count_open", {"start": start})
    if not duty.count:
        return Text("duty.count_none", {"start": start})
    back = duty.period is not None and duty.period.direction == "before"
    found = _PERIOD.fullmatch(duty.count)
    if found is None:
        runs = {"start": start, "runs": in_words(duty.count) or duty.count}
        return Text("event.count_back" if back else "duty.count_workdays", runs)
    if back:
        nominal = date.fromisoformat(found["nominal"])
        return Text("event.count_back_period", {"start": start, "nominal": nominal})
    values = {"start": start, "n": found["n"], "nominal": date.fromisoformat(found["nominal"])}
    told = Text(_PERIODS[found["unit"]], values)
    if not found["due"]:
        return told
    off = in_words(f"[{found['off']} off]")
    rolled = {"period": told, "off": off, "due": date.fromisoformat(found["due"])}
    return Text("duty.count_rolled", rolled)


def ground(duty: Duty) -> Text:
    """What the date stands on: the clause, a reading of it, or nothing but our own habit."""
    if duty.open_ended and duty.citation:
        return Text("duty.ground_text", {"cite": duty.citation})
    if duty.basis == "text":
        return Text("duty.ground_text", {"cite": duty.citation})
    if duty.basis == "default":
        return Text("duty.ground_internal")
    return Text("duty.ground_inferred", {"cite": duty.citation})
