"""What a seat decided on paper about the proposal for a report, entered by a second person."""

from casework.errors import Gone, MoveNotAllowed
from casework.lifecycle import Seat
from handlers.aliases import alias
from handlers.approving import on_paper, paper_needs
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me
from handlers.forms import Answers, Form, Question
from handlers.items import tail
from handlers.messages import Choice, Reply
from handlers.paper_decisions import VERDICTS
from handlers.paper_words import paper_questions, paper_words, scans
from handlers.proposal_records import record_questions
from handlers.visibility import seats, see
from storage import attachments, cards, paper_decisions, proposals, reports
from storage.cards import Card
from storage.paper_decisions import PaperDecision
from storage.proposals import Proposal
from storage.reports import Report

ACTION, FORM = "proposal_papers", "proposal_paper"
ENTERERS = frozenset({Seat.OFFICE, Seat.LEADING})
ON_PAPER = frozenset({Seat.OFFICE, Seat.LEADING, Seat.COMMITTEE})
"""Seats whose decision may come on paper; a team's leader decides here."""
SHOWN = 20


def begin(desk: Desk) -> list[Reply]:
    """The proposals for which this person may enter a paper, without a word of the reports."""
    found = _listed(desk)[:SHOWN]
    if not found:
        return [Reply(key="motion.no_proposal_waits")]
    choices = tuple(
        Choice(
            code=proposal.id,
            key="motion.proposal",
            values={"alias": alias(desk, report.id), "tail": tail(desk, report)},
        )
        for report, proposal in found
    )
    person = me(desk).id
    return [card(desk, ACTION, person, choices, key="motion.ask_proposal", person=person)]


def _listed(desk: Desk) -> list[tuple[Report, Proposal]]:
    found: list[tuple[Report, Proposal]] = []
    for report_id, proposal_id, _ in proposals.waiting(desk.db, desk.at + 1):
        report = reports.get(desk.db, report_id)
        if report is None or not seats(desk, report) & ENTERERS:
            continue
        proposal = proposals.get(desk.db, desk.vault, proposal_id)
        if proposal is not None and _open_to_me(desk, proposal):
            found.append((report, proposal))
    return found


def _open_to_me(desk: Desk, proposal: Proposal) -> bool:
    return Seat(proposal.seat) in ON_PAPER and me(desk).id not in _hands(desk, proposal)


def _hands(desk: Desk, proposal: Proposal) -> set[str]:
    """Who has proposed it or agreed to it here: somebody else enters a paper on it."""
    given = proposals.approvals(desk.db, desk.vault, proposal)
    return {proposal.proposer, *(a.person_id for a in given if not a.paper)}


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    proposal = proposals.get(desk.db, desk.vault, code)
    if proposal is None:
        raise Gone("motion.settled")
    report = _checked(desk, proposal)
    context = {
        "report": report.id,
        "proposal": proposal.id,
        "stage": proposal.stage,
        "needs": paper_needs(desk, report, proposal),
    }
    return open_form(desk, FORM, {}, context)


def _checked(desk: Desk, proposal: Proposal) -> Report:
    """The report, if the person may enter a paper on it. Errors: Gone, MoveNotAllowed."""
    report = see(desk, proposal.report_id)
    if proposal.state != "open":
        raise Gone("motion.settled")
    if me(desk).id in _hands(desk, proposal):
        raise MoveNotAllowed("motion.paper_own")
    if not seats(desk, report) & ENTERERS or Seat(proposal.seat) not in ON_PAPER:
        raise MoveNotAllowed
    return report


def _enter(desk: Desk, answers: Answers) -> list[Reply]:
    context = answers["_"]
    proposal = proposals.get(desk.db, desk.vault, context["proposal"])
    if proposal is None or proposal.stage != context["stage"]:
        raise Gone("motion.settled")
    report = _checked(desk, proposal)
    agreed = answers["verdict"] == "agree"
    attachments.adopt(desk.db, scans(answers), f"entry:{proposal.id}")
    paper_decisions.add(
        desk.db,
        desk.vault,
        PaperDecision(
            id=desk.new_id(),
            report_id=report.id,
            proposal_id=proposal.id,
            seat=proposal.seat,
            words={"verdict": answers["verdict"], **paper_words(answers)},
            entered_by=me(desk).id,
            at=desk.at,
        ),
    )
    cards.close_all(desk.db, report.id, "team_item")
    return on_paper(desk, report, proposal, answers, agreed=agreed)


FORMS: tuple[Form, ...] = (
    Form(
        id=FORM,
        staff=True,
        questions=(
            Question(key="verdict", ask="motion.ask_verdict", kind="choice", choices=VERDICTS),
            *paper_questions(),
            *record_questions(),
        ),
        done=_enter,
    ),
)
CARDS: dict[str, CardAction] = {ACTION: _press}
