"""The one table of who handles what: commands, words, cards, forms, ticks."""

from collections.abc import Callable, Iterable
from functools import partial
from types import ModuleType
from typing import Any

from handlers import (
    approving,
    arrivals,
    asking,
    binding,
    claims,
    classing,
    closing,
    duties,
    entry,
    erase,
    feedback,
    greeting,
    landing,
    letters,
    notes,
    office,
    plan,
    proposing,
    queue,
    receipts,
    recusals,
    reviews,
    signing,
    submissions,
    superior,
    supervision,
    team_clock,
    window_notices,
)
from handlers.desk import Desk
from handlers.intake import entrance, steps
from handlers.messages import Reply
from handlers.recalculation import recalculate
from handlers.reminders import plan_reminders
from handlers.turn import Routes

MODULES: tuple[ModuleType, ...] = (
    approving,
    arrivals,
    asking,
    binding,
    claims,
    classing,
    closing,
    duties,
    entrance,
    entry,
    erase,
    feedback,
    greeting,
    landing,
    letters,
    notes,
    office,
    plan,
    proposing,
    queue,
    receipts,
    recusals,
    reviews,
    signing,
    steps,
    submissions,
    superior,
    supervision,
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
    ("reminders", 5, partial(plan_reminders, limit=REMINDED_AT_ONCE)),
    ("recalculate", 300, partial(recalculate, limit=RECALCULATED_AT_ONCE)),
    ("arrivals", 15, arrivals.bundles),
    ("missions", 60, open_missions),
    ("unclaimed", 60, team_clock.unclaimed),
    ("superior", 60, superior.tell),
    ("dates", 60, team_clock.dates),
    ("recusals", 2, partial(recusals.look_through, limit=LOOKED_THROUGH_AT_ONCE)),
    ("notices", 60, window_notices.remind),
    ("digest", 60, team_clock.digest),
)
