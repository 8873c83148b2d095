"""The dispositions of domain 5.6 under each regime, and that no report ever drops out."""

import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from casework.dispositions import (
    RULES,
    Disposition,
    Ends,
    Facts,
    Gates,
    approvers,
    check_approver,
    check_briefed,
    check_proposal,
    gate_of,
    heard,
    landing,
    offered,
    stages,
)
from casework.errors import CaseworkError, MoveNotAllowed, NotAllowed
from casework.lifecycle import DATED, ENDED, MOVES, NEXT, Act, Seat, State, move

DATA = Path(__file__).parents[2] / "casework" / "data" / "profiles"
PROFILES = ("county-2012", "jilin-2017", "suixi-2016", "provincial-2009", "central")
STATIONED = Facts(queue="team")
AFTER = Facts(queue="team", stationed=False)


def gates(profile: str) -> Gates:
    data: dict[str, Any] = tomllib.loads((DATA / f"{profile}.toml").read_text())
    return Gates(
        approve={g["action"]: tuple(g["approve"]) for g in data["gate"]},
        consult={g["action"]: tuple(g.get("consult", ())) for g in data["gate"]},
        routes=frozenset(r["to"] for r in data["route"]),
    )


ALL_GATES = {name: gates(name) for name in PROFILES}

# domain 5.6: who approves, profile by profile, for an item of the team's queue while stationed
L, O_, G, C = "leader", "office", "leading_group", "sponsor_committee"
APPROVAL: dict[str, dict[str, tuple[str, ...] | None]] = {
    "close": dict.fromkeys(PROFILES, (L,)),
    "merge": dict.fromkeys(PROFILES, (L,)),
    "reroute": dict.fromkeys(PROFILES, (L, O_)),
    "explore": dict.fromkeys(PROFILES, (L,)),
    "hold": dict.fromkeys(PROFILES, (L,)),
    "refer": dict.fromkeys(PROFILES, (L, O_)),
    "out_of_scope": dict.fromkeys(PROFILES, (L,)),
    "transfer_discipline": {
        "county-2012": (L, O_, G),
        "suixi-2016": (L, O_, G),  # 004 四(五): a lead in stationing
        "jilin-2017": (L, O_, C),
        "provincial-2009": (L, O_, G),
        "central": (L, O_, G),
    },
    "transfer_org": {
        "county-2012": (L, O_, G),
        "suixi-2016": (L, O_),  # 004 六(一)
        "jilin-2017": (L, O_, C),
        "provincial-2009": (L, O_, G),
        "central": (L, O_, G),
    },
    "transfer_other": {
        "county-2012": (L, O_, G),
        "suixi-2016": (L, O_),
        "jilin-2017": (L, O_, C),
        "provincial-2009": (L, O_, G),
        "central": (L, O_, G),
    },
    "transfer_polilaw": {**dict.fromkeys(PROFILES), "suixi-2016": (L, O_, G)},
    "transfer_unit": {**dict.fromkeys(PROFILES), "county-2012": (L, O_, G)},  # 003-13
    "immediate": dict.fromkeys(PROFILES, (L, O_, G)),
}
ENDING = {  # domain 5.6, last column
    "close": Ends.YES,
    "merge": Ends.YES,
    "reroute": Ends.NO,
    "explore": Ends.NO,
    "hold": Ends.NO,
    "refer": Ends.AFTER_RECEIPT,
    "transfer_discipline": Ends.AFTER_FEEDBACK,
    "transfer_org": Ends.AFTER_FEEDBACK,
    "transfer_other": Ends.AFTER_RECEIPT,
    "transfer_polilaw": Ends.AFTER_RECEIPT,
    "transfer_unit": Ends.AFTER_FEEDBACK,
    "immediate": Ends.AFTER_FEEDBACK,
    "out_of_scope": Ends.YES,
}
LEADER_ONLY = {"transfer_unit", "immediate"}  # 5.6: proposes leader / office + team


@pytest.mark.parametrize(("disposition", "profile"), list(product(Disposition, PROFILES)))
def test_who_approves_follows_the_instrument(disposition: Disposition, profile: str) -> None:
    expected = APPROVAL[disposition][profile]
    assert (disposition in offered(ALL_GATES[profile])) == (expected is not None)
    if expected is not None:
        assert stages(disposition, ALL_GATES[profile], STATIONED) == expected


@pytest.mark.parametrize("disposition", Disposition)
def test_where_each_disposition_ends(disposition: Disposition) -> None:
    rule = RULES[disposition]
    assert rule.ends == ENDING[disposition]
    assert (rule.ends is Ends.YES) == (rule.settled in ENDED)
    assert (rule.settled is State.DECIDED) == (rule.sent is not None)


@pytest.mark.parametrize(("disposition", "seat"), list(product(Disposition, Seat)))
def test_who_may_propose_what(disposition: Disposition, seat: Seat) -> None:
    staff = {Seat.MEMBER, Seat.LEADER, Seat.OFFICE, Seat.LEADING}
    expected = {Seat.LEADER, Seat.OFFICE} if disposition in LEADER_ONLY else staff
    assert (seat in RULES[disposition].proposes) == (seat in expected)


@pytest.mark.parametrize(("facts", "expected"), [(STATIONED, (L, O_, G)), (AFTER, (L, O_))])
def test_a_violation_found_after_the_stationing_is_a_result_not_a_lead(
    facts: Facts, expected: tuple[str, ...]
) -> None:
    # 004 四(五) 巡察期间 against 六(一)
    found = stages(Disposition.TRANSFER_DISCIPLINE, ALL_GATES["suixi-2016"], facts)
    assert found == expected


@pytest.mark.parametrize(("profile", "who"), [("county-2012", ("municipal_committee",))])
def test_immediate_rectification_hears_the_municipal_committee(
    profile: str, who: tuple[str, ...]
) -> None:
    assert heard(Disposition.IMMEDIATE, ALL_GATES[profile], STATIONED) == who  # 003-9
    assert heard(Disposition.IMMEDIATE, ALL_GATES["suixi-2016"], STATIONED) == ()


@pytest.mark.parametrize(
    ("queue", "disposition", "expected"),
    [
        ("office", Disposition.CLOSE, (O_,)),
        ("office", Disposition.REFER, (O_,)),
        ("office", Disposition.TRANSFER_DISCIPLINE, (O_, G)),
        ("leading", Disposition.CLOSE, (G,)),
        ("leading", Disposition.TRANSFER_DISCIPLINE, (G,)),  # about the office: not through it
    ],
)
def test_items_outside_the_team_are_headed_by_their_own_queue(
    queue: str, disposition: Disposition, expected: tuple[str, ...]
) -> None:
    assert stages(disposition, ALL_GATES["suixi-2016"], Facts(queue=queue)) == expected


@pytest.mark.parametrize(("stage", "sat"), list(product((L, O_, G), (L, O_, G, "member"))))
def test_the_proposer_is_never_the_approver(stage: str, sat: str) -> None:
    with pytest.raises(MoveNotAllowed, match="own_proposal"):
        check_approver(
            Seat(stage), stage=Seat(stage), proposer_sat=Seat(sat), proposer="p", approver="p"
        )


@pytest.mark.parametrize(
    ("stage", "sat", "may"),
    [
        (L, "member", {L}),
        (L, L, {L, O_}),  # a second leader seat, else the office
        (O_, L, {O_}),
        (O_, O_, {O_, G}),
        (G, O_, {G}),
        (C, L, {O_, G}),  # the office records the committee's decision
    ],
)
def test_who_sits_in_for_a_proposer_who_would_approve_himself(
    stage: str, sat: str, may: set[str]
) -> None:
    assert set(approvers(Seat(stage), proposer_sat=Seat(sat))) == may
    for seat in (Seat.MEMBER, Seat.LEADER, Seat.OFFICE, Seat.LEADING):
        if seat in may:
            check_approver(
                seat, stage=Seat(stage), proposer_sat=Seat(sat), proposer="p", approver="q"
            )
        else:
            with pytest.raises(NotAllowed):
                check_approver(
                    seat, stage=Seat(stage), proposer_sat=Seat(sat), proposer="p", approver="q"
                )


@pytest.mark.parametrize(
    ("important", "about_body", "briefed", "allowed"),
    [
        (True, True, False, False),  # 003 第十条: 重要问题，都要以适当的形式汇报
        (True, True, True, True),
        (True, False, False, True),
        (False, True, False, True),
    ],
)
def test_an_important_report_about_the_body_is_never_closed_unbriefed(
    important: bool, about_body: bool, briefed: bool, allowed: bool
) -> None:
    facts = Facts(queue="team", important=important, about_body=about_body, briefed=briefed)
    if allowed:
        check_briefed(Disposition.CLOSE, facts)
        return
    with pytest.raises(MoveNotAllowed, match="needs_briefed"):
        check_briefed(Disposition.CLOSE, facts)
    check_briefed(Disposition.HOLD, facts)


@pytest.mark.parametrize("disposition", [d for d in Disposition if RULES[d].needs])
def test_a_proposal_without_what_it_needs_is_refused(disposition: Disposition) -> None:
    profile = ALL_GATES["county-2012"]
    with pytest.raises(MoveNotAllowed, match=f"needs_{RULES[disposition].needs[0]}"):
        check_proposal(disposition, Seat.LEADER, profile, STATIONED, ())
    check_proposal(disposition, Seat.LEADER, profile, STATIONED, RULES[disposition].needs)


def test_a_route_the_instrument_does_not_have_is_refused() -> None:
    with pytest.raises(MoveNotAllowed, match="not_in_profile"):
        check_proposal(
            Disposition.TRANSFER_POLILAW, Seat.LEADER, ALL_GATES["central"], STATIONED, ()
        )


def test_what_is_never_sent_has_nowhere_to_be_sent() -> None:
    with pytest.raises(MoveNotAllowed):
        landing(Disposition.CLOSE, sent=True)


def test_a_transfer_without_its_own_gate_uses_the_common_one() -> None:
    gate = gate_of(Disposition.TRANSFER_DISCIPLINE, ALL_GATES["county-2012"], STATIONED)
    assert gate == "transfer"


class LifeOfAReport(RuleBasedStateMachine):
    """Whatever anybody tries, the item has a queue, a next step, and a date where it waits."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.SUBMITTED
        self.queue = "team"
        self.next_on = ""
        self.proposal: tuple[Disposition, Seat, tuple[Seat, ...]] | None = None
        self.gates = ALL_GATES["suixi-2016"]

    @rule(
        act=st.sampled_from([a for a in Act if a not in (Act.PROPOSE, Act.SETTLE, Act.SEND)]),
        seat=st.sampled_from(Seat),
    )
    def try_act(self, act: Act, seat: Seat) -> None:
        try:
            self.state = move(self.state, act, seat)
        except MoveNotAllowed:
            return
        if act in (Act.RETURN, Act.REOPEN):
            self.proposal = None
        self.next_on = "2026-12-01" if self.state in DATED else ""

    @rule(disposition=st.sampled_from(Disposition), seat=st.sampled_from(Seat))
    def propose(self, disposition: Disposition, seat: Seat) -> None:
        facts = Facts(queue=self.queue)
        try:
            given = RULES[disposition].needs
            check_proposal(disposition, seat, self.gates, facts, given)
            self.state = move(self.state, Act.PROPOSE, seat)
        except CaseworkError:
            return
        self.next_on = ""
        self.proposal = (disposition, seat, stages(disposition, self.gates, facts))

    @rule(seat=st.sampled_from(Seat))
    def agree(self, seat: Seat) -> None:
        if self.proposal is None or self.state not in (State.PROPOSED, State.APPROVING):
            return
        disposition, sat, left = self.proposal
        try:
            check_approver(seat, stage=left[0], proposer_sat=sat, proposer="p", approver="q")
        except CaseworkError:
            return
        self.proposal = (disposition, sat, left[1:])
        if left[1:]:
            self.state = move(self.state, Act.FORWARD, left[0])
            return
        self.state = move(self.state, Act.SETTLE, left[0], lands=landing(disposition, sent=False))
        self.next_on = "2026-12-01" if self.state in DATED else ""
        if disposition is Disposition.REROUTE:
            self.queue = "office"

    @rule()
    def send(self) -> None:
        if self.state is not State.DECIDED or self.proposal is None:
            return
        lands = landing(self.proposal[0], sent=True)
        self.state = move(self.state, Act.SEND, Seat.OFFICE, lands=lands)

    @invariant()
    def somebody_has_the_next_step(self) -> None:
        assert self.queue in {"team", "office", "leading"}
        assert self.state in ENDED or self.state in NEXT
        assert self.state not in DATED or self.next_on

    @invariant()
    def something_can_be_done(self) -> None:
        assert self.state in ENDED or any(origin is self.state for origin, _ in MOVES)

    @invariant()
    def a_pending_proposal_has_an_approver(self) -> None:
        if self.state in (State.PROPOSED, State.APPROVING):
            assert self.proposal is not None
            assert approvers(self.proposal[2][0], proposer_sat=self.proposal[1])


TestLifeOfAReport = LifeOfAReport.TestCase
TestLifeOfAReport.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
