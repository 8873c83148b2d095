"""The one table of who handles what: commands, words, cards, forms, ticks."""

from collections.abc import Callable, Iterable
from functools import partial
from types import ModuleType
from typing import Any

from handlers import (
    access_log,
    alarms,
    approving,
    arrivals,
    asking,
    binding,
    board,
    calendar_care,
    checklists,
    claims,
    classing,
    closing,
    department,
    discharges,
    displays,
    document_reading,
    duties,
    duty_calendar,
    entry,
    erase,
    events,
    extension_papers,
    extensions,
    feedback,
    feedback_proposal,
    feedback_text,
    following,
    greeting,
    handover,
    immediate,
    landing,
    letters,
    mission_clock,
    mission_sheet,
    motion_acts,
    motion_desk,
    notes,
    notice_results,
    office,
    paper_decisions,
    pauses,
    plain_motions,
    plan,
    posting,
    principal_matters,
    principal_receipt,
    proposal_papers,
    proposing,
    publications,
    publicity,
    queue,
    receipts,
    recompute,
    rectification,
    rectification_entry,
    rectification_import,
    rectification_reminders,
    recusals,
    reminder_log,
    review_watch,
    reviews,
    signatures,
    signing,
    signing_off,
    special_report,
    standing_in,
    stationing_extension,
    statistics,
    submissions,
    superior,
    supervision,
    team_clock,
    text_check,
    unit_texts,
    urgent,
    urging,
    visits,
    waiting,
    window_notices,
)
from handlers.desk import Desk
from handlers.frozen import freeze_approved
from handlers.intake import entrance, steps
from handlers.messages import Reply
from handlers.recalculation import look_ahead, recalculate
from handlers.reminders import plan_reminders
from handlers.turn import Routes

MODULES: tuple[ModuleType, ...] = (
    access_log,
    approving,
    arrivals,
    asking,
    binding,
    board,
    checklists,
    claims,
    classing,
    closing,
    department,
    discharges,
    displays,
    document_reading,
    duties,
    duty_calendar,
    entrance,
    entry,
    erase,
    events,
    extension_papers,
    extensions,
    feedback,
    feedback_proposal,
    feedback_text,
    following,
    greeting,
    handover,
    immediate,
    landing,
    letters,
    mission_sheet,
    motion_acts,
    motion_desk,
    notes,
    notice_results,
    office,
    paper_decisions,
    pauses,
    plain_motions,
    plan,
    posting,
    principal_matters,
    principal_receipt,
    proposal_papers,
    proposing,
    publications,
    publicity,
    queue,
    receipts,
    recompute,
    rectification,
    rectification_entry,
    rectification_import,
    recusals,
    reminder_log,
    reviews,
    signatures,
    signing,
    signing_off,
    special_report,
    standing_in,
    stationing_extension,
    statistics,
    steps,
    submissions,
    superior,
    supervision,
    text_check,
    unit_texts,
    urgent,
    urging,
    visits,
)
WORDS = {
    "举报": "report",
    "查询": "status",
    "补充": "add",
    "帮助": "help",
    "取消": "cancel",
    "清除": "erase",
    "队列": "queue",
    "登记": "enter",
    "整改": "duties",
    "待办": "duties",
    "通知": "notices",
    "交接": "handover",
    "审核": "reviews",
    "记事": "events",
    "来函": "letters",
    "统计": "stats",
    "查阅记录": "access",
    "关注": "follow",
    "取消关注": "unfollow",
    "督办": "board",
    "公开": "publish",
    "报批": "motions",
    "台账": "items",
    "日历": "calendar",
}
REMINDED_AT_ONCE = 50
RECALCULATED_AT_ONCE = 100
LOOKED_THROUGH_AT_ONCE = 25


def _tables(name: str) -> dict[str, Any]:
    """One kind of table of every module, joined."""
    joined: dict[str, Any] = {}
    for module in MODULES:
        joined |= getattr(module, name, {})
    return joined


def _forms() -> Iterable[Any]:
    for module in MODULES:
        yield from getattr(module, "FORMS", ())


def start(desk: Desk, payload: str) -> list[Reply]:
    """A deep link: a binding code, else a way into a report."""
    if payload.startswith("bind_"):
        return binding.bind(desk, payload.removeprefix("bind_"))
    if payload.startswith("f_"):
        return following.start(desk, payload.removeprefix("f_"))
    return entrance.start(desk, payload)


def otherwise(desk: Desk) -> list[Reply]:
    """A message that answers nothing: a typed invitation code, else the greeting."""
    code = binding.code_in(desk.event.text)
    if code:
        return binding.bind(desk, code)
    return greeting.otherwise(desk)


def open_missions(desk: Desk) -> list[Reply]:
    """Approved missions whose first day has come are open from now on."""
    plan.open_due(desk, desk.today)
    return []


ROUTES = Routes(
    commands={
        **_tables("COMMANDS"),
        "start": lambda desk, argument: start(desk, argument),
    },
    words=WORDS,
    cards=_tables("CARDS"),
    forms={form.id: form for form in _forms()},
    start=start,
    otherwise=otherwise,
    group=greeting.group,
    decided=_tables("DECIDED"),
)
TICKS: tuple[tuple[str, float, Callable[[Desk], list[Reply]]], ...] = (
    ("reminders", 1, partial(plan_reminders, limit=REMINDED_AT_ONCE)),
    ("recalculate", 300, partial(recalculate, limit=RECALCULATED_AT_ONCE)),
    ("recompute", 5, partial(recompute.step, limit=RECALCULATED_AT_ONCE)),
    ("rulebooks", 60, partial(freeze_approved, limit=RECALCULATED_AT_ONCE)),
    ("pauses", 60, partial(pauses.resume, limit=REMINDED_AT_ONCE)),
    ("reviews", 60, partial(review_watch.watch, limit=REMINDED_AT_ONCE)),
    ("calendar", 600, calendar_care.care),
    ("lookahead", 60, partial(look_ahead, limit=5 * RECALCULATED_AT_ONCE)),
    ("arrivals", 2, arrivals.bundles),
    ("missions", 60, open_missions),
    ("milestones", 60, partial(mission_clock.milestones, limit=LOOKED_THROUGH_AT_ONCE)),
    ("unclaimed", 300, team_clock.unclaimed),
    ("superior", 60, superior.tell),
    ("dates", 60, team_clock.dates),
    ("recusals", 2, partial(recusals.look_through, limit=LOOKED_THROUGH_AT_ONCE)),
    ("notices", 60, window_notices.remind),
    ("handovers", 15, handover.tell_successors),
    ("motions", 60, waiting.remind),
    ("principals", 60, principal_receipt.remind),
    ("followers", 60, following.tell),
    ("items", 60, partial(rectification_reminders.remind_items, limit=10 * REMINDED_AT_ONCE)),
    ("calendars", 300, partial(duty_calendar.changes, limit=REMINDED_AT_ONCE)),
    ("unit_texts", 15, unit_texts.follow),
    ("unit_notices", 60, immediate.watch),
    ("unit_text_reviews", 60, text_check.remind),
    ("digest", 60, team_clock.digest),
    ("alarms", 60, alarms.watch),
)
