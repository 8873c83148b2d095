"""What waits for approval is put before its approvers again after one working day."""

from datetime import date, datetime

from casework.lifecycle import Seat
from handlers.deciders import holders
from handlers.desk import Desk
from handlers.gate_seats import able, enterers
from handlers.hours import open_now
from handlers.messages import Priority, Reply
from handlers.reach import to_person
from storage import motions, proposals, reports

Waits = dict[str, list[int]]
"""Who decides now, and for how many working days each thing has waited for them."""
LEAST = 3600  # seconds; younger than that nothing has waited a working day


def remind(desk: Desk) -> list[Reply]:
    """A tick: motions and proposals for reports, once a working day to who decides now."""
    if not open_now(desk):
        return []
    return [
        *_nudges(desk, "motion.waits_reminder", _motions(desk)),
        *_nudges(desk, "motion.proposals_wait", _proposals(desk)),
    ]


def _motions(desk: Desk) -> Waits:
    waits: Waits = {}
    for motion in motions.idle(desk.db, desk.vault, desk.at - LEAST):
        days = _waited(desk, motion.since)
        if days >= 1:
            for person in able(desk, motion) or enterers(desk, motion):
                waits.setdefault(person, []).append(days)
    return waits


def _proposals(desk: Desk) -> Waits:
    waits: Waits = {}
    for report_id, proposal_id, since in proposals.waiting(desk.db, desk.at - LEAST):
        days = _waited(desk, since)
        if days < 1:
            continue
        report = reports.get(desk.db, report_id)
        proposal = proposals.get(desk.db, desk.vault, proposal_id)
        if report is not None and proposal is not None:
            for person in holders(desk, report, Seat(proposal.seat), proposal.proposer):
                waits.setdefault(person, []).append(days)
    return waits


def _nudges(desk: Desk, key: str, waits: Waits) -> list[Reply]:
    """One message for each person and day, however much waits for them."""
    replies: list[Reply] = []
    for person, days in waits.items():
        told = Reply(
            key=key,
            values={"n": len(days), "days": max(days)},
            priority=Priority.REMINDER,
            dedupe=f"waits:{key}:{desk.today.isoformat()}:{person}",
        )
        replies += to_person(desk, person, told)
    return replies


def _waited(desk: Desk, since: int) -> int:
    """Working days since a moment; the day itself is not counted."""
    began: date = datetime.fromtimestamp(since, desk.zone).date()
    return desk.rules.calendar.workdays_between(began, desk.today)
