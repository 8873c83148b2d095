"""Drafts of special reports 专报建议: dates, counts and acts of the ledger, nothing of reports."""

from datetime import date, datetime
from typing import Any

from casework.mission import Stationing
from handlers.desk import Desk
from handlers.duty_lines import state, title
from handlers.dutybook import mission_of
from handlers.frozen import profile_of
from handlers.messages import Text
from handlers.reminder_lines import LEVEL_WORDS
from handlers.wire import dump
from storage import documents, duties, reminders
from storage.duties import Duty

_HANDED = ("handed", "accepted", "returned", "overtaken")
_OUT = ("sent", "planned", "unreachable")


def mission_words(desk: Desk, mission: Stationing) -> str:
    """The draft on a mission: how many duties there are, done and late, and which are late."""
    terms = profile_of(desk, mission).terms
    listed = duties.of_stationing(desk.db, mission.id)
    late = [d for d in listed if d.state in ("open", "returned") and d.hard and desk.today > d.due]
    values: dict[str, Any] = {
        "leading": terms.leading_group,
        "office": terms.office,
        "team": mission.team_name,
        "unit": mission.unit_name,
        "n": len(listed),
        "done": sum(d.state == "accepted" for d in listed),
        "late": len(late),
        "lines": [_late_line(desk, duty) for duty in late] or [Text("board.draft_none_late")],
        "day": desk.today,
    }
    return desk.rules.say("board.draft_mission", dump(values), desk.talk.locale)


def draft_words(desk: Desk, duty: Duty) -> str:
    """The draft in the officer's language: dates, counts and acts of the ledger, nothing else."""
    mission = mission_of(desk, duty.stationing_id)
    terms = profile_of(desk, mission).terms
    values: dict[str, Any] = {
        "leading": terms.leading_group,
        "office": terms.office,
        "team": mission.team_name,
        "unit": mission.unit_name,
        "doc": title(duty),
        "cite": duty.citation,
        "start": duty.trigger_on,
        "due": duty.due,
        "standing": _standing(desk, duty),
        "extended": Text("board.draft_extended", {"on": duty.extended_to})
        if duty.extended_to
        else "",
        "state": state(duty),
        "reminders": _reminded(desk, duty),
        "documents": _documents(desk, duty),
        "others": _others(desk, duty),
        "day": desk.today,
    }
    return desk.rules.say("board.draft", dump(values), desk.talk.locale)


def _standing(desk: Desk, duty: Duty) -> Text:
    left = desk.rules.calendar.workdays_between(desk.today, duty.due)
    if desk.today <= duty.due:
        return Text("board.draft_running", {"left": left})
    return Text("board.draft_over" if duty.hard else "board.draft_passed", {"over": -left})


def _reminded(desk: Desk, duty: Duty) -> list[Text]:
    """One line for each day and level, with how many people were told."""
    told: dict[tuple[date, str], int] = {}
    for one in reminders.ledger(desk.db, duty.id):
        if one.recipient and one.state in _OUT and one.purpose in ("to", "copy"):
            day = datetime.fromtimestamp(one.at, desk.zone).date()
            told[day, one.level] = told.get((day, one.level), 0) + 1
    lines = [
        Text("board.draft_reminder", {"on": day, "level": Text(LEVEL_WORDS[level]), "n": n})
        for (day, level), n in sorted(told.items())
    ]
    return lines or [Text("board.draft_no_reminder")]


def _documents(desk: Desk, duty: Duty) -> list[Text]:
    listed = [d for d in documents.of(desk.db, desk.vault, duty.id) if d.state in _HANDED]
    lines = [
        Text("board.draft_document", {"version": one.version, "on": one.handed_on})
        for one in listed
    ]
    return lines or [Text("board.draft_no_document")]


def _others(desk: Desk, duty: Duty) -> Text | str:
    """How many other duties of the unit's mission have passed their date."""
    listed = duties.of_stationing(desk.db, duty.stationing_id)
    late = [
        d
        for d in listed
        if d.id != duty.id
        and d.state in ("open", "returned")
        and d.hard
        and desk.today > d.due
        and d.unit_id == duty.unit_id
    ]
    return Text("board.draft_others", {"n": len(late)}) if late else ""


def _late_line(desk: Desk, duty: Duty) -> Text:
    told = len({r.at for r in reminders.ledger(desk.db, duty.id) if r.state in _OUT})
    over = -desk.rules.calendar.workdays_between(desk.today, duty.due)
    values = {"doc": title(duty), "due": duty.due, "over": over, "told": told}
    return Text("board.draft_late", values)
