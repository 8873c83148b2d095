"""收口: a mission closes only here; what is open passes to the office, nothing without a date."""

from datetime import date
from typing import Any

from casework.errors import Gone, MoveNotAllowed
from casework.lifecycle import Seat
from casework.mission import Stationing
from handlers.arrivals import announce, workday_after
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.messages import Choice, Reply, Text
from handlers.moves import alter
from handlers.urgent import end_briefing
from handlers.visibility import BODY, leads, own_missions, seats
from storage import audit, cards, missions, proposals, questions, reports
from storage.reports import Report

PICK = "closing_pick"
CONFIRM = "closing_confirm"
GRACE_DAYS = 5


def begin(desk: Desk) -> list[Reply]:
    """Which mission is to be closed, or the only one at once."""
    own = closable(desk)
    if not own:
        return [Reply(key="closing.none")]
    if len(own) == 1:
        return ask(desk, own[0])
    assert desk.me is not None
    choices = tuple(Choice(code=f"m{n}", label=m.unit_name) for n, m in enumerate(own))
    return [card(desk, PICK, "", choices, key="closing.pick", person=desk.me.id)]


def picked(desk: Desk, pressed: cards.Card, code: str) -> list[Reply]:
    """The mission was picked from the list."""
    own = closable(desk)
    if not code[1:].isdecimal() or int(code[1:]) >= len(own):
        raise Gone("team.changed")
    return ask(desk, own[int(code[1:])])


def ask(desk: Desk, mission: Stationing) -> list[Reply]:
    """What passes to the office, and what stands in the way."""
    hindrance = _hindrance(desk, mission)
    if hindrance is not None:
        return [Reply(key=hindrance.key, values=hindrance.values)]
    assert desk.me is not None
    open_items = _shown(desk, _open_items(desk, mission))
    return [
        card(
            desk,
            CONFIRM,
            mission.id,
            (Choice(code="yes", key="closing.confirm"), Choice(code="no", key="button.later")),
            key="closing.ask",
            values={
                "unit": mission.unit_name,
                "open": len(open_items),
                "unread": sum(r.state == "submitted" for r in open_items),
                "questions": _open_questions(desk, open_items),
                "undated": sum(not r.next_on for r in open_items),
                "day": date.fromisoformat(workday_after(desk, GRACE_DAYS)),
            },
            person=desk.me.id,
        )
    ]


def confirmed(desk: Desk, pressed: cards.Card, code: str) -> list[Reply]:
    """Close the mission: rights of its team end with this very unit."""
    mission = missions.stationing(desk.db, pressed.subject)
    if mission is None or mission.state == "closed":
        raise Gone("closing.closed_before")
    if mission.id not in {m.id for m in closable(desk)}:
        raise MoveNotAllowed
    if code != "yes":
        return [Reply(key="closing.left_open")]
    hindrance = _hindrance(desk, mission)
    if hindrance is not None:
        return [Reply(key=hindrance.key, values=hindrance.values)]
    return close(desk, mission)


def close(desk: Desk, mission: Stationing) -> list[Reply]:
    """Pass every open item to the office with a date, then end the mission."""
    assert desk.me is not None
    open_items = _open_items(desk, mission)
    counted = len(_shown(desk, open_items))
    passed = [_pass_on(desk, report) for report in open_items]
    missions.set_state(desk.db, mission.id, "closed")
    audit.write(
        desk.db,
        at=desk.at,
        actor=desk.me.id,
        action="mission.closed",
        object=mission.id,
        facts={"open": len(passed)},
    )
    end_briefing(desk, mission)
    replies: list[Reply] = []
    for report in passed:
        if report.queue == "office":
            replies += announce(desk, report)
    closed = Reply(key="closing.closed", values={"unit": mission.unit_name, "open": counted})
    return [closed, *replies]


def closable(desk: Desk) -> list[Stationing]:
    """The missions this person may close: the leader's own; any for the office."""
    if desk.me is None:
        return []
    if desk.me.has("office"):
        return [m for m in missions.every(desk.db) if m.state == "open"]
    return [m for m in own_missions(desk) if leads(desk, m) and m.state == "open"]


CARDS: dict[str, CardAction] = {PICK: picked, CONFIRM: confirmed}


def _hindrance(desk: Desk, mission: Stationing) -> Text | None:
    if desk.at < mission.accept_until:
        return Text("closing.still_accepting", {"unit": mission.unit_name})
    unbriefed = [
        r
        for r in _shown(desk, reports.of_stationing(desk.db, mission.id))
        if r.important and not r.briefed and r.subject_kind in BODY
    ]
    if unbriefed:  # 003 第十条: 重要问题，都要以适当的形式向领导小组有关负责同志汇报
        return Text("closing.unbriefed", {"n": len(unbriefed)})
    return None


def _shown(desk: Desk, items: list[Report]) -> list[Report]:
    """Those that exist for whoever closes: a count must not tell of the others."""
    return [r for r in items if seats(desk, r)]


def _open_items(desk: Desk, mission: Stationing) -> list[Report]:
    return [r for r in reports.of_stationing(desk.db, mission.id) if r.open]


def _open_questions(desk: Desk, items: list[Report]) -> int:
    return sum(
        not q.answered_at and not q.dropped_at
        for r in items
        for q in questions.of(desk.db, desk.vault, r.id)
    )


def _pass_on(desk: Desk, report: Report) -> Report:
    """One item goes to the office, with what is proposed and asked, and with a date."""
    changes: dict[str, Any] = {"next_on": report.next_on or workday_after(desk, GRACE_DAYS)}
    if report.queue == "team":
        changes |= {"queue": "office", "holder": "", "queued_at": desk.at, "claimed_at": 0}
    passed = alter(desk, report, "report.passed_to_office", **changes)
    if report.queue == "team":
        _restage(desk, passed)
    cards.close_all(desk.db, report.id)
    return passed


def _restage(desk: Desk, report: Report) -> None:
    """Where the leader still had to approve, the office does."""
    proposal = proposals.open_of(desk.db, desk.vault, report.id)
    if proposal is None:
        return
    left = [
        str(Seat.OFFICE) if seat == Seat.LEADER else seat
        for seat in proposal.stages[proposal.stage :]
    ]
    proposals.restage(desk.db, proposal, list(dict.fromkeys(left)))
