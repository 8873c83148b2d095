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

LEAST = 3600  # seconds; younger than that nothing has waited a working day


def remind(desk: Desk) -> list[Reply]:
    """A tick: motions and proposals for reports, once a working day to who decides now."""
    if not open_now(desk):
        return []
    return [*_motions(desk), *_proposals(desk)]


def _motions(desk: Desk) -> list[Reply]:
    replies: list[Reply] = []
    for motion in motions.idle(desk.db, desk.vault, desk.at - LEAST):
        days = _waited(desk, motion.since)
        if days >= 1:
            to = able(desk, motion) or enterers(desk, motion)
            replies += _nudge(desk, motion.id, to, days)
    return replies


def _proposals(desk: Desk) -> list[Reply]:
    replies: list[Reply] = []
    for report_id, proposal_id, since in proposals.waiting(desk.db, desk.at - LEAST):
        days = _waited(desk, since)
        if days < 1:
            continue
        report = reports.get(desk.db, report_id)
        proposal = proposals.get(desk.db, desk.vault, proposal_id)
        if report is not None and proposal is not None:
            to = holders(desk, report, Seat(proposal.seat), proposal.proposer)
            replies += _nudge(desk, proposal.id, to, days)
    return replies


def _nudge(desk: Desk, about: str, to: list[str], days: int) -> list[Reply]:
    replies: list[Reply] = []
    for person in to:
        told = Reply(
            key="motion.waits_reminder",
            values={"days": days},
            priority=Priority.REMINDER,
            dedupe=f"waits:{about}:{desk.today.isoformat()}:{person}",
        )
        replies += to_person(desk, person, told)
    return replies


def _waited(desk: Desk, since: int) -> int:
    """Working days since a moment; the day itself is not counted."""
    began: date = datetime.fromtimestamp(since, desk.zone).date()
    return desk.rules.calendar.workdays_between(began, desk.today)
