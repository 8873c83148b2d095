"""Claiming a report: one wins, the others learn who; giving it back, handing it to somebody."""

from casework.errors import Gone, MoveNotAllowed
from casework.lifecycle import MOVES, Act, Seat, State
from casework.permissions import Right
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.items import HOME, handles, item_card, tail
from handlers.messages import Choice, Priority, Reply, Text
from handlers.moves import alter, apply
from handlers.reach import to_person
from handlers.visibility import (
    TEAM,
    acting_seat,
    require,
    seats,
    see,
    team_holders,
    visible,
)
from storage import people, reports
from storage.cards import Card
from storage.reports import Report

ASSIGN = "team_assign"


def claim(desk: Desk, report: Report) -> list[Reply]:
    """Take a report; who comes second learns who was first."""
    require(desk, report, Right.WRITE, "report.classify")
    if not seats(desk, report) & HOME[report.queue]:
        raise MoveNotAllowed
    assert desk.me is not None
    if report.holder == desk.me.id:
        return [item_card(desk, report)]
    if report.holder:
        who = people.name(desk.db, desk.vault, report.holder)
        return [item_card(desk, report, Text("team.already_claimed", {"who": who}))]
    taken = _take(desk, report)
    return [item_card(desk, taken, Text("team.claimed"))]


def release(desk: Desk, report: Report) -> list[Reply]:
    """Put a report back into its queue: its holder, or the head of the queue for the holder."""
    assert desk.me is not None
    if not report.holder or not handles(desk, report, seats(desk, report)):
        raise MoveNotAllowed
    given = apply(desk, report, Act.RELEASE, acting_seat(desk, report), holder="", claimed_at=0)
    shown = [item_card(desk, given, Text("team.released"))]
    if report.holder == desk.me.id or report.holder in reports.recused(desk.db, report.id):
        return shown
    told = Reply(
        key="card.handed_back",
        values={"tail": tail(desk, given)},
        priority=Priority.NOTICE,
        dedupe=f"handed_back:{given.id}:{given.version}",
    )
    return [*shown, *to_person(desk, report.holder, told)]


def take_next(desk: Desk) -> Report | None:
    """Claim the next report to work on: urgent first, marks, then age; None if nothing waits."""
    found = next((r for r in ordered(desk, visible(desk)) if _is_work(desk, r)), None)
    if found is not None and not found.holder and (State(found.state), Act.CLAIM) in MOVES:
        return _take(desk, found)
    return found


def ordered(desk: Desk, items: list[Report]) -> list[Report]:
    """Urgent first, then by the marks of 002 五(二), then the oldest; one's own before free
    ones."""
    me = desk.me.id if desk.me else ""
    return sorted(
        items,
        key=lambda r: (
            not r.urgent,
            r.holder != me,
            -sum(m.startswith("focus") for m in r.marks),
            r.queued_at,
            r.id,
        ),
    )


def choose_assignee(desk: Desk, report: Report) -> list[Reply]:
    """Ask to whom the head of the queue hands the report."""
    _may_assign(desk, report)
    assert desk.me is not None
    choices = tuple(
        Choice(code=person, label=people.name(desk.db, desk.vault, person))
        for person in _colleagues(desk, report)
    )
    if not choices:
        return [item_card(desk, report, Text("team.nobody_else"))]
    return [card(desk, ASSIGN, report.id, choices, key="team.ask_assignee", person=desk.me.id)]


def assigned(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Hand a report to a colleague."""
    report = see(desk, pressed.subject)
    _may_assign(desk, report)
    if code not in _colleagues(desk, report):
        raise Gone("team.changed")
    state = "screening" if report.state == State.SUBMITTED else report.state
    given = alter(
        desk,
        report,
        "report.assigned",
        facts={"to": code},
        holder=code,
        state=state,
        claimed_at=desk.at,
    )
    told = Reply(
        key="card.assigned",
        values={"tail": tail(desk, given)},
        priority=Priority.NOTICE,
        dedupe=f"assigned:{given.id}:{given.version}",
    )
    return [item_card(desk, given, Text("team.assigned")), *to_person(desk, code, told)]


CARDS: dict[str, CardAction] = {ASSIGN: assigned}


def _take(desk: Desk, report: Report) -> Report:
    assert desk.me is not None
    return apply(
        desk,
        report,
        Act.CLAIM,
        acting_seat(desk, report),
        holder=desk.me.id,
        claimed_at=desk.at,
    )


def _is_work(desk: Desk, report: Report) -> bool:
    """Whether 下一件 offers it: free or one's own, and something can be done with it now."""
    me = desk.me.id if desk.me else ""
    workable = report.state == State.SUBMITTED or (State(report.state), Act.PROPOSE) in MOVES
    return (
        report.holder in ("", me)
        and workable
        and bool(seats(desk, report) & HOME.get(report.queue, frozenset()))
    )


def _may_assign(desk: Desk, report: Report) -> None:
    thing = "report.assign" if report.queue == "team" else "report.classify"
    require(desk, report, Right.WRITE, thing)
    held = seats(desk, report)
    if not handles(desk, report, held) or held <= {Seat.MEMBER}:
        raise MoveNotAllowed


def _colleagues(desk: Desk, report: Report) -> list[str]:
    """Unrecused people of the queue the report lies in, without its present holder."""
    found: list[str] = []
    if report.queue == "team":
        for role in TEAM:
            found += team_holders(desk, report, role)
    else:
        role = "office" if report.queue == "office" else "leading_group"
        found += people.holders(desk.db, role)
    out = {*reports.recused(desk.db, report.id), report.holder}
    return [p for p in dict.fromkeys(found) if p not in out]
