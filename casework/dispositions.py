"""The dispositions of a report: what each means, who proposes, who approves, where it ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from casework.errors import MoveNotAllowed, NotAllowed
from casework.lifecycle import Seat, State


class Disposition(StrEnum):
    """What can be proposed for a report (domain 5.6)."""

    CLOSE = "close"
    MERGE = "merge"
    REROUTE = "reroute"
    EXPLORE = "explore"
    HOLD = "hold"
    REFER = "refer"
    TRANSFER_DISCIPLINE = "transfer_discipline"
    TRANSFER_ORG = "transfer_org"
    TRANSFER_OTHER = "transfer_other"
    TRANSFER_POLILAW = "transfer_polilaw"
    TRANSFER_UNIT = "transfer_unit"
    IMMEDIATE = "immediate"
    OUT_OF_SCOPE = "out_of_scope"


class Ends(StrEnum):
    """When a disposition ends the item."""

    YES = "yes"
    NO = "no"
    AFTER_RECEIPT = "after_receipt"
    AFTER_FEEDBACK = "after_feedback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of domain 5.6.

    `proposes`: who may bring it in. `gate`: the profile's gate that names further approvers ("" =
    none). `route`: the department the profile must route to ("" = always there). `settled`: the
    state after the last approval. `sent`: the state after the office recorded the sending.
    `needs`: what the proposal must carry beside its reason.
    """

    proposes: frozenset[Seat]
    settled: State
    gate: str = ""
    route: str = ""
    sent: State | None = None
    ends: Ends = Ends.NO
    needs: tuple[str, ...] = ()
    office_decides: bool = False


_ANY = frozenset({Seat.MEMBER, Seat.LEADER, Seat.OFFICE, Seat.LEADING})
_UNIT = frozenset({Seat.LEADER, Seat.OFFICE})


def _transfer(
    route: str, *, ends: Ends = Ends.AFTER_FEEDBACK, needs: tuple[str, ...] = ()
) -> Rule:
    return Rule(
        proposes=_UNIT if needs else _ANY,
        settled=State.DECIDED,
        sent=State.TRANSFERRED,
        gate="transfer",
        route=route,
        ends=ends,
        needs=needs,
    )


RULES: Mapping[Disposition, Rule] = {
    Disposition.CLOSE: Rule(proposes=_ANY, settled=State.FINISHED, ends=Ends.YES),
    Disposition.MERGE: Rule(proposes=_ANY, settled=State.MERGED, ends=Ends.YES, needs=("main",)),
    Disposition.REROUTE: Rule(
        proposes=_ANY, settled=State.SUBMITTED, needs=("queue",), office_decides=True
    ),
    Disposition.EXPLORE: Rule(proposes=_ANY, settled=State.EXPLORE),
    Disposition.HOLD: Rule(proposes=_ANY, settled=State.HOLD, needs=("review_on",)),
    Disposition.REFER: Rule(
        proposes=_ANY,
        settled=State.DECIDED,
        sent=State.REFERRED,
        ends=Ends.AFTER_RECEIPT,
        needs=("to",),
        office_decides=True,
    ),
    Disposition.TRANSFER_DISCIPLINE: _transfer("dept_discipline"),
    Disposition.TRANSFER_ORG: _transfer("dept_org"),
    Disposition.TRANSFER_OTHER: _transfer("dept_other", ends=Ends.AFTER_RECEIPT),
    Disposition.TRANSFER_POLILAW: _transfer("dept_polilaw", ends=Ends.AFTER_RECEIPT),
    Disposition.TRANSFER_UNIT: _transfer("target_unit", needs=("text",)),
    Disposition.IMMEDIATE: Rule(
        proposes=_UNIT,
        settled=State.DECIDED,
        sent=State.IMMEDIATE,
        gate="immediate_rectification",
        ends=Ends.AFTER_FEEDBACK,
        needs=("text",),
    ),
    Disposition.OUT_OF_SCOPE: Rule(proposes=_ANY, settled=State.OUT_OF_SCOPE, ends=Ends.YES),
}

LEADS: frozenset[Disposition] = frozenset(
    {Disposition.TRANSFER_DISCIPLINE, Disposition.TRANSFER_POLILAW}
)
"""Transfers that are leads where the profile has a gate of their own (004 四(五))."""


_NEEDED: Mapping[str, str] = {
    "main": "disposition.needs_main",
    "queue": "disposition.needs_queue",
    "review_on": "disposition.needs_review_on",
    "to": "disposition.needs_to",
    "text": "disposition.needs_text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What of a profile bears on dispositions: approvers and persons heard by gate, and the
    routes."""

    approve: Mapping[str, tuple[str, ...]]
    consult: Mapping[str, tuple[str, ...]]
    routes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What of a report bears on who approves: whose queue it is in and what it is about."""

    queue: str  # team | office | leading
    stationed: bool = True  # the team is still there: a violation found now is a lead
    important: bool = False
    about_body: bool = False
    briefed: bool = False


def offered(gates: Gates) -> tuple[Disposition, ...]:
    """The dispositions this profile knows, in the order of the table.

    A route the instrument does not have is not offered: silence stays silence.
    """
    return tuple(d for d, rule in RULES.items() if not rule.route or rule.route in gates.routes)


def gate_of(disposition: Disposition, gates: Gates, facts: Facts) -> str:
    """The profile's gate that governs this disposition now, or ""."""
    lead = disposition is Disposition.TRANSFER_POLILAW or (
        disposition is Disposition.TRANSFER_DISCIPLINE and facts.stationed
    )
    if disposition in LEADS and lead and "transfer_lead" in gates.approve:
        return "transfer_lead"
    return RULES[disposition].gate


def heard(disposition: Disposition, gates: Gates, facts: Facts) -> tuple[str, ...]:
    """Who must be heard before the last approval (003 第九条: the municipal committee)."""
    return gates.consult.get(gate_of(disposition, gates, facts), ())


def stages(disposition: Disposition, gates: Gates, facts: Facts) -> tuple[Seat, ...]:
    """The seats that approve one after the other.

    The first is the head of the queue the report lies in; what leaves the house always passes the
    office (004 四(五): 统一交给巡察办), then whom the profile's gate names. A gate that names the
    seat which has just approved adds nothing.
    """
    first = {"office": Seat.OFFICE, "leading": Seat.LEADING}.get(facts.queue, Seat.LEADER)
    chain = [first]
    rule = RULES[disposition]
    if rule.gate or rule.office_decides:
        chain.append(Seat.OFFICE)
    chain += [Seat(role) for role in gates.approve.get(gate_of(disposition, gates, facts), ())]
    kept: list[Seat] = []
    for seat in chain:
        if seat not in kept and not (facts.queue == "leading" and seat is Seat.OFFICE):
            kept.append(seat)
    return tuple(kept)


STAND_INS: Mapping[Seat, tuple[Seat, ...]] = {
    Seat.LEADER: (Seat.LEADER, Seat.OFFICE),
    Seat.OFFICE: (Seat.OFFICE, Seat.LEADING),
    Seat.LEADING: (Seat.LEADING,),
    Seat.COMMITTEE: (Seat.OFFICE, Seat.LEADING),  # whoever records the committee's decision
}
"""Who may sit in for a seat when the one who proposed would have to approve himself."""


def approvers(seat: Seat, *, proposer_sat: Seat) -> tuple[Seat, ...]:
    """The seats from which this stage may be approved.

    The proposer is never the approver; where the proposal came from the seat that approves, a
    second person of that seat or the seat above approves it. The committee's decision is recorded
    by the office or a seat of the leading group.
    """
    return STAND_INS[seat] if seat in (proposer_sat, Seat.COMMITTEE) else (seat,)


def check_proposal(
    disposition: Disposition, seat: Seat, gates: Gates, facts: Facts, given: Collection[str]
) -> None:
    """Refuse what may not be proposed.

    Errors: NotAllowed for the wrong seat; MoveNotAllowed `disposition.not_in_profile` for a route
    the instrument lacks, `disposition.needs_<what>` for a missing detail,
    `disposition.needs_briefed` for closing an important report about the body that was not put
    before the leading group (003 第十条).
    """
    rule = RULES[disposition]
    if seat not in rule.proposes:
        raise NotAllowed
    if disposition not in offered(gates):
        raise MoveNotAllowed("disposition.not_in_profile")
    for what in rule.needs:
        if what not in given:
            raise MoveNotAllowed(_NEEDED[what])
    check_briefed(disposition, facts)


def check_briefed(disposition: Disposition, facts: Facts) -> None:
    """An important report about the body is never closed unbriefed; asked again at approval."""
    if disposition is not Disposition.CLOSE:
        return
    if facts.important and facts.about_body and not facts.briefed:
        raise MoveNotAllowed("disposition.needs_briefed")


def check_approver(
    seat: Seat, *, stage: Seat, proposer_sat: Seat, proposer: str, approver: str
) -> None:
    """Refuse an approver who proposed it himself or does not hold the stage's seat.

    Errors: MoveNotAllowed `disposition.own_proposal`; NotAllowed.
    """
    if proposer == approver:
        raise MoveNotAllowed("disposition.own_proposal")
    if seat not in approvers(stage, proposer_sat=proposer_sat):
        raise NotAllowed


def landing(disposition: Disposition, *, sent: bool) -> State:
    """Where the item stands once settled, or once sent. Errors: MoveNotAllowed if it is never
    sent."""
    rule = RULES[disposition]
    if not sent:
        return rule.settled
    if rule.sent is None:
        raise MoveNotAllowed
    return rule.sent


def received(disposition: Disposition) -> State:
    """Where a sent item stands once its receipt is in: ended, or on its way until the feedback.

    Errors: MoveNotAllowed if it is never sent.
    """
    rule = RULES[disposition]
    return State.FINISHED if rule.ends is Ends.AFTER_RECEIPT else landing(disposition, sent=True)
