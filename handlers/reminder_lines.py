"""The line of one rung in a reminder message: which text, with which dates and counts."""

from typing import Any

from casework.profiles import Profile, Terms
from handlers.desk import Desk
from handlers.duty_lines import title
from handlers.dutybook import mission_of
from handlers.letters import number_of
from handlers.messages import Text
from storage import missions
from storage.duties import Duty
from storage.reminders import Reminder

_TEXTS = {
    "plan_open": "reminder.plan_open",
    "plan_due": "reminder.plan_due",
    "plan_due_today": "reminder.plan_due_today",
    "plan_overdue": "reminder.plan_overdue",
    "plan_supervise": "reminder.plan_supervise",
    "report_midway": "reminder.report_midway",
    "report_due": "reminder.report_due",
    "report_due_today": "reminder.report_due_today",
    "report_overdue": "reminder.report_overdue",
    "report_supervise": "reminder.report_supervise",
    "escalate": "reminder.escalate",
    "transfer_due": "reminder.transfer_due",
    "transfer_overdue": "reminder.transfer_overdue",
    "notice_due": "reminder.notice_due",
    "notice_late": "reminder.notice_late",
    "briefing_due": "reminder.briefing_due",
    "briefing_late": "reminder.briefing_late",
    "internal_todo": "reminder.internal_todo",
    "sign_feedback": "reminder.sign_feedback",
    "unsigned": "reminder.unsigned",
    "returned_due": "reminder.returned_due",
    "returned_late": "reminder.returned_late",
}
_BEFORE = {"提示"}


def line(desk: Desk, duty: Duty, reminder: Reminder) -> Text:
    """What one person reads about one rung; marked where it is late, a copy, or a question."""
    text = Text(_key(desk, duty, reminder), values(desk, duty))
    if duty.provisional and reminder.purpose != "ask":
        provisional = {"line": text, "due": duty.due, "year": duty.due.year}
        text = Text("reminder.provisional", provisional)
    if reminder.purpose == "copy":
        text = Text("reminder.copy", {"line": text})
    if reminder.purpose == "ask":
        text = Text("reminder.ask", {"line": text})
    return Text("reminder.late", {"line": text}) if reminder.late else text


def _key(desk: Desk, duty: Duty, reminder: Reminder) -> str:
    """逾期 is a word for certain numbers of the law alone; everything else only has passed."""
    template = reminder.template
    if desk.today != duty.due:  # the last working day before an end that rolled on is not the end
        template = template.removesuffix("_today")
    key = _TEXTS.get(template, "reminder.other")
    overdue = reminder.level not in _BEFORE and not duty.hard
    if overdue and key not in ("reminder.internal_todo", "reminder.briefing_late"):
        return "reminder.passed"
    return key


def values(desk: Desk, duty: Duty) -> dict[str, Any]:
    """Placeholders of every `reminder.*` line."""
    mission = mission_of(desk, duty.stationing_id)
    profile = desk.rules.profiles.get(mission.profile_id)
    calendar = desk.rules.calendar
    left = calendar.workdays_between(desk.today, duty.due)
    found: dict[str, Any] = {
        "unit": mission.unit_name,
        "team": mission.team_name,
        "doc": title(duty),
        "due": duty.due,
        "next": duty.next_on,
        "left": max(left, 0),
        "over": max(-left, 0),
        "by": calendar.add_workdays(desk.today, 5),
        "cite": duty.citation,
        "letter": number_of(desk, duty),
        "department": _department(desk, duty),
    }
    if profile is not None:
        found |= _words(profile, duty)
    return found


def _department(desk: Desk, duty: Duty) -> str:
    found = missions.department(desk.db, duty.department_id) if duty.department_id else None
    return found.name if found else ""


def _words(profile: Profile, duty: Duty) -> dict[str, Any]:
    terms = profile.terms
    item = profile.obligation_of(duty.obligation)
    receivers = item.submit_to if item else []
    return {
        "xc": terms.inspect,
        "office": terms.office,
        "leading": terms.leading_group,
        "to": [word for role in receivers if (word := _term(terms, role))],
    }


def _term(terms: Terms, role: str) -> str:
    named = {
        "office": terms.office,
        "leading_group": terms.leading_group,
        "team": terms.team,
        "target_unit": terms.target_unit,
    }
    return named.get(role, "")
