"""A proposal for a report as its approvers read it: what, why, by whom, and who has decided."""

from datetime import date
from typing import Any

from handlers.desk import Desk
from handlers.messages import Reply, Text
from handlers.proposing import NAMES
from handlers.visibility import profile_of
from storage import missions, people, proposals, reports
from storage.proposals import Approval
from storage.reports import Report

PAPER_SEATS = {
    "leader": "motion.seat_leader",
    "office": "motion.seat_office",
    "leading_group": "motion.seat_leading",
    "sponsor_committee": "motion.seat_committee",
}
DETAILS = {
    "reason": "disposition.detail_reason",
    "main": "disposition.detail_main",
    "review_on": "disposition.detail_review",
    "to": "disposition.detail_to",
    "tier": "disposition.detail_tier",
    "queue": "disposition.detail_queue",
    "text": "disposition.detail_text",
}


def proposal_text(desk: Desk, report: Report) -> list[Reply]:
    """What is proposed and why, for a surface that may carry it."""
    proposal = proposals.open_of(desk.db, desk.vault, report.id)
    if proposal is None or not desk.surface.content:
        return []
    verdicts = [
        Text(
            "disposition.verdict",
            {"who": _decider(desk, a), "text": a.text},
        )
        for a in proposals.approvals(desk.db, desk.vault, proposal)
    ]
    values = {
        "what": Text(NAMES[proposal.disposition], {"xc": profile_of(desk, report).terms.inspect}),
        "who": people.name(desk.db, desk.vault, proposal.proposer),
        "details": [
            Text(DETAILS[k], {"value": _shown(desk, k, v)})
            for k, v in proposal.details.items()
            if k in DETAILS
        ],
        "verdicts": verdicts,
    }
    return [Reply(key="disposition.proposal", values=values, content=True, protect=True)]


def _decider(desk: Desk, given: Approval) -> Text | str:
    """Who decided: the person, the body on paper, or the person acting for the seat."""
    who = people.name(desk.db, desk.vault, given.person_id)
    if given.paper:
        return Text("motion.by_paper", {"seat": Text(PAPER_SEATS[given.seat]), "who": who})
    if given.acting:
        first, last = (date.fromisoformat(given.acting[n]) for n in ("from", "until"))
        return Text("motion.by_acting", {"who": who, "first": first, "last": last})
    return who


def _shown(desk: Desk, name: str, value: Any) -> Any:
    if name == "review_on":
        return date.fromisoformat(value)
    if name == "main":
        return reports.code(desk.db, desk.vault, value)
    if name == "to":
        found = missions.department(desk.db, value)
        return found.name if found else value
    if name == "queue":
        mission = missions.stationing(desk.db, value)
        return mission.unit_name if mission else Text("disposition.to_office")
    return value
