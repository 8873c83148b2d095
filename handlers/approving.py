"""Approving a proposal: agree or return, stage by stage; the proposer is never the approver."""

from typing import Any

from casework.categories import RETALIATION
from casework.dispositions import (
    Disposition,
    check_approver,
    check_briefed,
    landing,
)
from casework.errors import Gone, MoveNotAllowed
from casework.lifecycle import Act, Seat, State
from handlers.arrivals import added, announce, recheck
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Form, Question
from handlers.gate_seats import acting
from handlers.items import ACTION, awaited, item_card
from handlers.landing import sending_day
from handlers.messages import Priority, Reply, Text
from handlers.moves import alter, apply
from handlers.principal_matters import marked
from handlers.proposal_records import keep_records, needed_records, record_questions
from handlers.proposal_text import proposal_text as proposal_text
from handlers.proposing import tell_approvers
from handlers.reach import to_person
from handlers.text_check import gate
from handlers.transfers import decided
from handlers.visibility import facts_of, seats, see
from storage import audit, cards, immediate, missions, people, proposals, reports
from storage.proposals import Approval, Proposal
from storage.reports import Report

AGREE = "team_agree"
RETURN = "team_return"


def agree(desk: Desk, report: Report) -> list[Reply]:
    """Agree; first record what the stage needs: the group's discussion, a hearing, a decision."""
    proposal = _waiting(desk, report)
    needed = needed_records(desk, report, proposal)
    if needed:
        context = {"report": report.id, "proposal": proposal.id, "needs": needed}
        return open_form(desk, AGREE, {}, context)
    return _agreed(desk, report, proposal, {})


def disagree(desk: Desk, report: Report) -> list[Reply]:
    """Ask why, then return the proposal."""
    proposal = _waiting(desk, report)
    return open_form(desk, RETURN, {}, {"report": report.id, "proposal": proposal.id})


def _waiting(desk: Desk, report: Report) -> Proposal:
    """The proposal the person may decide on. Errors: Gone, NotAllowed, MoveNotAllowed."""
    held = seats(desk, report)
    proposal = proposals.open_of(desk.db, desk.vault, report.id)
    if proposal is None or not held or desk.me is None:
        raise Gone("team.changed")
    found = awaited(desk, report, held)
    check_approver(
        _seat(held, proposal),
        stage=Seat(proposal.seat),
        proposer_sat=Seat(proposal.proposer_seat),
        proposer=proposal.proposer,
        approver=desk.me.id,
    )
    if found is None:
        raise Gone("team.changed")
    given = proposals.approvals(desk.db, desk.vault, proposal)
    if any(a.person_id == desk.me.id and a.verdict == "agree" and not a.paper for a in given):
        raise MoveNotAllowed("motion.decided_before")  # also where the second seat is a 代行
    return found


def _same(desk: Desk, report: Report, answers: Answers) -> Proposal:
    """The proposal for which the form was opened. Errors: Gone where another took its place."""
    proposal = _waiting(desk, report)
    if proposal.id != answers["_"]["proposal"]:
        raise Gone("team.changed")
    return proposal


def _seat(held: frozenset[Seat], proposal: Proposal) -> Seat:
    """From which of the person's seats the stage is approved."""
    if Seat(proposal.seat) in held:
        return Seat(proposal.seat)
    order = (Seat.LEADER, Seat.OFFICE, Seat.LEADING, Seat.MEMBER)
    able = [s for s in order if s in held]
    if Seat(proposal.seat) is Seat.LEADER and Seat.OFFICE in held:
        return Seat.OFFICE
    if Seat(proposal.seat) is Seat.OFFICE and Seat.LEADING in held:
        return Seat.LEADING
    if Seat(proposal.seat) is Seat.COMMITTEE:
        return next((s for s in able if s in (Seat.OFFICE, Seat.LEADING)), able[0])
    return able[0]


def _agree_done(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    return _agreed(desk, report, _same(desk, report, answers), answers)


def _agreed(
    desk: Desk, report: Report, proposal: Proposal, answers: Answers, *, paper: bool = False
) -> list[Reply]:
    assert desk.me is not None
    check_briefed(Disposition(proposal.disposition), facts_of(desk, report))
    text = immediate.of_report(desk.db, report.id)
    if text is not None and text.proposal_id == proposal.id:
        if marked(desk, text.sources):
            raise MoveNotAllowed("immediate.principal_refused")
        gate(desk, text)
    stage = Seat(proposal.seat)
    entered = paper or stage is Seat.COMMITTEE
    seat = stage if entered else _seat(seats(desk, report), proposal)
    keep_records(desk, report, proposal, answers)
    words = str(proposal.details.get("reason", ""))
    _verdict(desk, report, proposal, seat, "agree", words, paper=entered)
    if not proposal.last_stage:
        if not proposals.advance(desk.db, proposal):
            raise Gone("team.changed")
        moved = apply(desk, report, Act.FORWARD, stage)
        onward = proposals.get(desk.db, desk.vault, proposal.id)
        assert onward is not None
        told = tell_approvers(desk, moved, onward)
        return [_card(desk, moved, Text("disposition.forwarded")), *told]
    if not proposals.settle(desk.db, proposal, "settled", desk.at):
        raise Gone("team.changed")
    cards.close_all(desk.db, proposal.id)
    moved, replies = _land(desk, report, proposal, stage)
    told = _tell_back(desk, moved, proposal, "card.agreed")
    return [_card(desk, moved, Text("disposition.settled")), *told, *replies]


def _land(
    desk: Desk, report: Report, proposal: Proposal, stage: Seat
) -> tuple[Report, list[Reply]]:
    """Carry out what was approved, as far as it happens inside the house."""
    disposition = Disposition(proposal.disposition)
    lands = landing(disposition, sent=False)
    details = proposal.details
    changes: dict[str, Any] = {}
    if disposition is Disposition.HOLD:
        changes["next_on"] = details["review_on"]
    if disposition is Disposition.MERGE:
        changes |= {"merged_into": details["main"], "next_on": ""}
    if disposition is Disposition.REROUTE:
        changes |= _new_queue(desk, str(details["queue"]))
    if lands is State.DECIDED and report.category != RETALIATION:
        changes["next_on"] = sending_day(desk)
    if lands in (State.DECIDED, State.FINISHED, State.OUT_OF_SCOPE):
        changes["holder"] = ""
    moved = apply(
        desk,
        report,
        Act.SETTLE,
        stage,
        lands=lands,
        facts={"disposition": str(disposition), "basis": proposal.basis},
        **changes,
    )
    if disposition is Disposition.MERGE:
        return moved, _merged(desk, moved)
    if disposition is Disposition.REROUTE:
        return moved, announce(desk, moved)
    if lands is State.DECIDED:
        decided(desk, moved)
        return moved, _tell_office(desk, moved)
    return moved, []


def _new_queue(desk: Desk, queue: str) -> dict[str, Any]:
    fresh = {"holder": "", "claimed_at": 0, "queued_at": desk.at, "disposition": "", "next_on": ""}
    mission = missions.stationing(desk.db, queue)
    if mission is None or mission.state == "closed":
        return {"queue": "office", **fresh}
    return {
        "queue": "team",
        "stationing_id": mission.id,
        "team_id": mission.team_id,
        "unit_id": mission.unit_id,
        **fresh,
    }


def _merged(desk: Desk, report: Report) -> list[Reply]:
    """Recusals now hold for the whole family; the main item's people learn that something came."""
    replies = recheck(desk, report)
    main = reports.get(desk.db, report.merged_into)
    if main is None:
        raise Gone("team.changed")
    if report.concerns_principal and not main.concerns_principal:
        main = alter(desk, main, "report.marked", concerns_principal=True)
    return [*replies, *added(desk, main)]


def _tell_office(desk: Desk, report: Report) -> list[Reply]:
    recused = reports.recused(desk.db, report.id)
    replies: list[Reply] = []
    for person in people.holders(desk.db, "office"):
        if person not in recused and report.queue != "leading":
            waiting = Reply(
                key="card.sending_waits",
                priority=Priority.NOTICE,
                dedupe=f"sending:{report.id}:{report.version}:{person}",
            )
            replies += to_person(desk, person, waiting)
    return replies


def on_paper(
    desk: Desk, report: Report, proposal: Proposal, answers: Answers, *, agreed: bool
) -> list[Reply]:
    """Carry out what the present seat decided on paper: its decision, never the enterer's."""
    if agreed:
        return _agreed(desk, report, proposal, answers, paper=True)
    return _returned(desk, report, proposal, str(answers.get("words") or ""), paper=True)


def paper_needs(desk: Desk, report: Report, proposal: Proposal) -> list[str]:
    """What must be on record beside the paper: team | heard."""
    return needed_records(desk, report, proposal, paper=True)


def _return_done(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    proposal = _same(desk, report, answers)
    return _returned(desk, report, proposal, answers["why"])


def _returned(
    desk: Desk, report: Report, proposal: Proposal, why: str, *, paper: bool = False
) -> list[Reply]:
    stage = Seat(proposal.seat)
    seat = stage if paper else _seat(seats(desk, report), proposal)
    _verdict(desk, report, proposal, seat, "return", why, paper=paper)
    if not proposals.settle(desk.db, proposal, "returned", desk.at):
        raise Gone("team.changed")
    cards.close_all(desk.db, report.id, ACTION)  # an old 同意 must not meet the next proposal
    moved = apply(desk, report, Act.RETURN, seat, disposition="")
    told = _tell_back(desk, moved, proposal, "card.returned")
    return [_card(desk, moved, Text("disposition.returned")), *told]


def _tell_back(desk: Desk, report: Report, proposal: Proposal, key: str) -> list[Reply]:
    """The one who proposed learns the outcome by a card without content."""
    if proposal.proposer in reports.recused(desk.db, report.id):
        return []
    told = Reply(
        key=key,
        priority=Priority.NOTICE,
        dedupe=f"{key}:{proposal.id}:{proposal.stage}",
    )
    return to_person(desk, proposal.proposer, told)


def _card(desk: Desk, report: Report, lead: Text) -> Reply:
    """The item again, if it still exists for this person."""
    if seats(desk, report):
        return item_card(desk, report, lead)
    return Reply(key="team.done_here", lead=(lead,))


def _verdict(
    desk: Desk,
    report: Report,
    proposal: Proposal,
    seat: Seat,
    verdict: Any,
    text: str,
    *,
    paper: bool = False,
) -> None:
    assert desk.me is not None
    mission = missions.stationing(desk.db, report.stationing_id)
    under: dict[str, str] = {}
    if mission is not None and not paper and seat in (Seat.LEADER, Seat.OFFICE, Seat.LEADING):
        under = acting(desk, mission, str(seat), desk.me.id)
    proposals.approve(
        desk.db,
        desk.vault,
        proposal,
        id=desk.new_id(),
        given=Approval(
            stage=proposal.stage,
            seat=str(seat),
            person_id=desk.me.id,
            verdict=verdict,
            text=text,
            basis=proposal.basis,
            at=desk.at,
            paper=paper,
            acting=under,
        ),
    )
    audit.write(
        desk.db,
        at=desk.at,
        actor=desk.me.id,
        action=f"proposal.{verdict}",
        object=proposal.report_id,
        facts={
            "proposal": proposal.id,
            "stage": proposal.stage,
            "seat": str(seat),
            "paper": paper,
            "acting": under,
        },
    )


FORMS: tuple[Form, ...] = (
    Form(id=AGREE, staff=True, questions=record_questions(), done=_agree_done),
    Form(
        id=RETURN,
        staff=True,
        questions=(Question(key="why", ask="disposition.ask_why"),),
        done=_return_done,
    ),
)
