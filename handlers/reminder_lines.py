"""The line of one rung in a reminder message: which text, with which dates and counts."""

from typing import Any

from casework.ladder import PRESS, PROMPT, URGE
from casework.profiles import LEVELS, Profile, Terms
from handlers.desk import Desk
from handlers.duty_lines import count, limit, number_of, place, title
from handlers.dutybook import mission_of
from handlers.frozen import known_profile
from handlers.messages import Text
from handlers.recipients import department_name, names, rung_of
from storage.duties import Duty
from storage.reminders import Reminder

REVIEW_IDLE = "review_idle"
_WORDS = (
    "reminder.level_notice",
    "reminder.level_urge",
    "reminder.level_press",
    "reminder.level_report",
)
LEVEL_WORDS: dict[str, str] = dict(zip(LEVELS, _WORDS, strict=True))
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
    REVIEW_IDLE: "reminder.review_idle",
}
_OWN_DATE = ("sign_feedback", "unsigned", "returned_due", "returned_late", REVIEW_IDLE)
"""Templates whose day is not the date of the duty: no count, no clause, no extension."""
_SOFT_WORDS = ("internal_todo", "transfer_due", "transfer_overdue", "briefing_due")
_CONSEQUENCES = {
    ("provincial-2009", ""): "reminder.consequence_provincial",  # A29: 五
    ("jilin-2017", ""): "reminder.consequence_jilin",  # C26: 六(四)
    ("suixi-2016", ""): "reminder.consequence_suixi",  # E44: 七(七)4
    ("suixi-2016", "publicity"): "reminder.consequence_suixi_publicity",  # E44: 七(七)6
}
"""What an instrument says of not rectifying; only these say it, and only 督办 may quote it."""


def line(desk: Desk, duty: Duty, reminder: Reminder) -> Text:
    """What one person reads about one rung; marked where it is late, a copy, or a question."""
    text = Text(_key(desk, duty, reminder), values(desk, duty, reminder.level))
    if duty.provisional and reminder.purpose != "ask":
        provisional = {"line": text, "due": duty.due, "year": duty.due.year}
        text = Text("reminder.provisional", provisional)
    text = _explained(desk, duty, reminder, text)
    if reminder.purpose == "copy":
        text = Text("reminder.copy", {"line": text})
    if reminder.purpose == "ask":
        text = Text("reminder.ask", {"line": text})
    return Text("reminder.late", {"line": text}) if reminder.late else text


def consequence(desk: Desk, duty: Duty) -> Text | None:
    """What the clause threatens, for a 督办 text; None where the instrument says nothing."""
    profile = known_profile(desk, mission_of(desk, duty.stationing_id))
    if profile is None or duty.department_id:
        return None
    kind = duty.kind if (profile.id, duty.kind) in _CONSEQUENCES else ""
    key = _CONSEQUENCES.get((profile.id, kind))
    return Text(key, {"instrument": profile.profile.instrument}) if key else None


def _explained(desk: Desk, duty: Duty, reminder: Reminder, text: Text) -> Text:
    """The line with how its date was counted, the clause, whom it goes to and who has copies."""
    rung = rung_of(duty, reminder.rung)
    to: tuple[str, ...] = ("office",)
    copy: tuple[str, ...] = ()
    if rung is not None:
        to, copy = rung.propose_to or rung.to, rung.copy
    mission = mission_of(desk, duty.stationing_id)
    profile = known_profile(desk, mission)
    told: dict[str, Any] = {
        "line": text,
        "basis": _basis(duty, reminder),
        "to": names(desk, duty, mission, profile, to),
        "copies": "",
    }
    if copy:
        listed = names(desk, duty, mission, profile, copy)
        told["copies"] = Text("reminder.copies", {"copies": listed})
    return Text("reminder.line", told)


def _basis(duty: Duty, reminder: Reminder) -> Text:
    """How the date was counted and what it stands on: clause, reading, or our own habit."""
    if reminder.template in ("returned_due", "returned_late"):
        return Text("reminder.basis_returned", {"due": duty.due})
    if reminder.template in _OWN_DATE:
        return Text("reminder.basis_own")
    return stands_on(duty)


def stands_on(duty: Duty) -> Text:
    """How the date of a duty was counted, and the clause, reading or habit behind it."""
    grounds = {"text": "reminder.ground_text", "default": "reminder.ground_default"}
    key = grounds.get(duty.basis, "reminder.ground_inferred")
    ground = Text(key, {"cite": duty.citation})
    return Text("reminder.basis", {"count": _count(duty), "ground": ground})


def _count(duty: Duty) -> Text:
    """The count in one clause; which day is which stands in the list of duties."""
    if duty.period is None or duty.period.unit != "workday":
        return count(duty)
    forward = duty.period.direction == "after"
    key = "reminder.count_forward" if forward else "reminder.count_backward"
    return Text(key, {"start": duty.trigger_on, "n": duty.period.n, "end": duty.nominal_due})


def _key(desk: Desk, duty: Duty, reminder: Reminder) -> str:
    """逾期 is a word for certain numbers of the law alone; everything else only has passed."""
    template = reminder.template
    if template in _OWN_DATE:
        return _TEXTS[template]
    extended = duty.extended_to is not None
    today = desk.today == (duty.extended_to or duty.due)
    after = reminder.level != PROMPT
    if after and not duty.hard and template not in ("internal_todo", "briefing_late"):
        return "reminder.passed_extended" if extended else "reminder.passed"
    if extended:
        return _extended_key(reminder.level, today)
    if not after and duty.soft and template not in _SOFT_WORDS:
        return "reminder.internal_todo"
    if not today:  # the last working day before an end that rolled on is not the end
        template = template.removesuffix("_today")
    return _TEXTS.get(template, "reminder.other")


def _extended_key(level: str, today: bool) -> str:
    """An extension never erases the legal date: these texts name both."""
    if level == PROMPT:
        return "reminder.extended_today" if today else "reminder.extended_due"
    keys: dict[str, str] = {
        URGE: "reminder.extended_overdue",
        PRESS: "reminder.extended_supervise",
    }
    return keys.get(level, "reminder.extended_escalate")


def values(desk: Desk, duty: Duty, level: str = PROMPT) -> dict[str, Any]:
    """Placeholders of every `reminder.*` line."""
    mission = mission_of(desk, duty.stationing_id)
    profile = known_profile(desk, mission)
    calendar = desk.rules.calendar
    until = duty.extended_to or duty.due
    left = calendar.workdays_between(desk.today, until)
    found: dict[str, Any] = {
        "unit": place(desk, duty),
        "team": mission.team_name,
        "doc": title(duty),
        "level": Text(LEVEL_WORDS[level]),
        "due": duty.due,
        "until": until,
        "limit": limit(duty),
        "next": duty.next_on,
        "when": _when(left),
        "left": max(left, 0),
        "over": max(-left, 0),
        "by": calendar.add_workdays(desk.today, 5),
        "cite": duty.citation,
        "letter": number_of(desk, duty),
        "department": department_name(desk, duty),
        "consequence": (consequence(desk, duty) or "") if level == PRESS else "",
    }
    if profile is not None:
        found |= _words(profile, duty)
    return found


def _when(left: int) -> Text:
    """The days left in words; that a day has passed is a fact, whatever the day was."""
    if left == 0:
        return Text("reminder.when_today")
    key = "reminder.when_left" if left > 0 else "reminder.when_past"
    return Text(key, {"n": abs(left)})


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
