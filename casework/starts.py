"""Which clauses an event starts: by its trigger, by who received it, and while they apply."""

from datetime import date

from casework.counting import shift
from casework.mission import Department
from casework.obligations import NO_DATE
from casework.profiles import Obligation, Profile
from casework.triggers import PLANNED, START

DEPARTMENT_KINDS = {"dept_discipline": "discipline", "dept_org": "organization"}
"""The role of a profile → the kind of department that fills it; every other kind is dept_other."""


def started_by(
    profile: Profile, event: str, on: date, ended: date, department: Department | None = None
) -> list[Obligation]:
    """The clauses that an event starts, `ended` being the last day of the stationing.

    What is announced before a stationing hangs on its being planned; what a transfer brings a
    department follows from its kind, the rest comes once; 003-18 ends with its period.
    """
    wanted = START if event == PLANNED else event
    items = [item for item in profile.obligation if item.trigger == wanted]
    if wanted == START:
        items = [item for item in items if (item.kind == "notice") == (event == PLANNED)]
    items = [item for item in items if within(item, on, ended)]
    owed = [item for item in items if item.kind == "transfer_feedback"]
    if department is None:
        return [item for item in items if item not in owed]
    role = next(
        (r for r, kind in DEPARTMENT_KINDS.items() if kind == department.kind), "dept_other"
    )
    return [item for item in owed if item.obligor == role] or [_internal(event, role)]


def within(item: Obligation, on: date, ended: date) -> bool:
    """Whether the period in which a standing duty applies still runs (003-18: 一年之内)."""
    if item.applies_within is None:
        return True
    return on <= last_day(item, ended)


def last_day(item: Obligation, ended: date) -> date:
    """The last day of the period in which a standing duty applies; `NO_DATE` without one."""
    limit = item.applies_within
    if limit is None:
        return NO_DATE
    return shift(ended, limit.n, limit.unit)


def _internal(event: str, role: str) -> Obligation:
    """Feedback from a department the instrument gives no limit: an internal date, never law."""
    return Obligation.model_validate(
        {
            "id": "transfer-feedback-internal",
            "kind": "transfer_feedback",
            "title": "-",
            "trigger": event,
            "trigger_basis": "default",
            "strength": "promptly",
            "basis": "default",
            "obligor": role,
            "ladder": "dept-3m",
            "cite": {"article": ""},
        }
    )
