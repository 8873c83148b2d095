"""Moving a report: one place where state, history and audit change together."""

from datetime import timedelta
from typing import Any

from casework.categories import RETALIATION
from casework.errors import Gone
from casework.lifecycle import DATED, Act, Seat, State, move
from handlers.desk import Desk
from storage import audit, reports
from storage.reports import Report


def apply(
    desk: Desk,
    report: Report,
    act: Act,
    seat: Seat,
    *,
    lands: State | None = None,
    actor: str = "",
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> Report:
    """Move a report along the table and set further fields with it.

    A date on which it comes back goes with the state that waited for it.

    Errors: MoveNotAllowed where the table refuses; Gone `team.changed` where somebody was faster.
    """
    state = move(State(report.state), act, seat, lands=lands)
    if state != report.state:
        changes.setdefault("next_on", _next_on(desk, report))
        changes.setdefault("state_at", desk.at)
    return alter(
        desk, report, f"report.{act}", actor=actor, facts=facts, state=str(state), **changes
    )


def alter(
    desk: Desk,
    report: Report,
    what: str,
    *,
    actor: str = "",
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> Report:
    """Set fields of a report, with its line of history and its audit row.

    Errors: Gone `team.changed` where somebody was faster.
    """
    who = actor or (desk.me.id if desk.me else "program")
    if not reports.change(desk.db, report.id, report.version, **changes):
        raise Gone("team.changed")
    reports.record(desk.db, report.id, desk.at, who, what.removeprefix("report."), facts)
    audit.write(desk.db, at=desk.at, actor=who, action=what, object=report.id, facts=facts or {})
    found = reports.get(desk.db, report.id)
    if found is None:
        raise Gone("team.not_there")
    return found


def weekly(desk: Desk) -> str:
    """The date of the next weekly review of a report about retaliation."""
    return (desk.today + timedelta(days=7)).isoformat()


def _next_on(desk: Desk, report: Report) -> str:
    if State(report.state) not in DATED:
        return report.next_on
    return weekly(desk) if report.category == RETALIATION else ""
