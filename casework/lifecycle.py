"""The life of a report: its states, the word the reporter sees, and every allowed move."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casework.errors import MoveNotAllowed


class State(StrEnum):
    """Where a report stands (domain 5.5). The reporter never sees these."""

    SUBMITTED = "submitted"
    SCREENING = "screening"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    EXPLORE = "explore"
    HOLD = "hold"
    MERGED = "merged"
    PROPOSED = "proposed"
    APPROVING = "approving"
    DECIDED = "decided"
    TRANSFERRED = "transferred"
    REFERRED = "referred"
    IMMEDIATE = "immediate"
    FEEDBACK_IN = "feedback_in"
    FINISHED = "finished"
    OUT_OF_SCOPE = "out_of_scope"


class Seat(StrEnum):
    """Who moves a report: a role as it holds for this very report."""

    MEMBER = "member"
    LEADER = "leader"  # the leader, or the deputy under a recorded delegation
    OFFICE = "office"
    LEADING = "leading_group"
    COMMITTEE = "sponsor_committee"  # sits outside the program; the office records its decision
    REPORTER = "reporter"
    PROGRAM = "program"


class Act(StrEnum):
    """What may be done to a report; everything that changes its state is one of these."""

    CLAIM = "claim"
    RELEASE = "release"
    ACCEPT = "accept"
    ASK = "ask"
    ANSWER = "answer"  # the reporter answered, or the waiting time is over
    PROPOSE = "propose"
    FORWARD = "forward"  # an approver agreed and another one follows
    SETTLE = "settle"  # the last approver agreed: the disposition says where it lands
    RETURN = "return"
    REVIEW = "review"
    SEND = "send"  # the office recorded the letter, the notice or the hand-over
    FEEDBACK = "feedback"
    RECEIPT = "receipt"
    GIVE_BACK = "give_back"  # the receiver gave the letter back: it was not for him
    REJUDGE = "rejudge"  # the office takes back what was decided and did not leave
    FINISH = "finish"
    REOPEN = "reopen"


OUTWARD: Mapping[State, str] = {
    State.SUBMITTED: "status.received",
    State.SCREENING: "status.received",
    State.SUPPLEMENT: "status.need_more",
    State.ACCEPTED: "status.processing",
    State.EXPLORE: "status.processing",
    State.HOLD: "status.processing",
    State.MERGED: "status.processing",
    State.PROPOSED: "status.processing",
    State.APPROVING: "status.processing",
    State.DECIDED: "status.processing",
    State.TRANSFERRED: "status.processing",
    State.REFERRED: "status.processing",
    State.IMMEDIATE: "status.processing",
    State.FEEDBACK_IN: "status.processing",
    State.FINISHED: "status.done",
    State.OUT_OF_SCOPE: "status.out_of_scope",
}
"""Text key of the outward word of each state; five words in all (domain 5.5)."""

ENDED: frozenset[State] = frozenset({State.FINISHED, State.OUT_OF_SCOPE, State.MERGED})
"""States in which nobody has to do anything more for the item itself."""

NEXT: Mapping[State, Seat] = {
    State.SUBMITTED: Seat.MEMBER,
    State.SCREENING: Seat.MEMBER,
    State.SUPPLEMENT: Seat.REPORTER,  # and the waiting time brings it back
    State.ACCEPTED: Seat.MEMBER,
    State.EXPLORE: Seat.MEMBER,
    State.HOLD: Seat.LEADER,  # on its review date
    State.PROPOSED: Seat.LEADER,
    State.APPROVING: Seat.OFFICE,  # or whom the gate names
    State.DECIDED: Seat.OFFICE,
    State.TRANSFERRED: Seat.OFFICE,
    State.REFERRED: Seat.OFFICE,
    State.IMMEDIATE: Seat.OFFICE,
    State.FEEDBACK_IN: Seat.OFFICE,
}
"""Who has the next step of every state that has not ended (002 五(四): 件件有着落)."""

DATED: frozenset[State] = frozenset({State.SUPPLEMENT, State.HOLD})
"""States that may not stand without a date on which they come back by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One allowed move: the state it leads to (None: the disposition says) and who may make it."""

    to: State | None
    by: frozenset[Seat]


_TEAM = frozenset({Seat.MEMBER, Seat.LEADER, Seat.OFFICE, Seat.LEADING})
_APPROVERS = frozenset({Seat.LEADER, Seat.OFFICE, Seat.LEADING, Seat.COMMITTEE})
_OFFICE = frozenset({Seat.OFFICE})
_HELD = (State.SCREENING, State.ACCEPTED, State.EXPLORE, State.HOLD)


def _moves() -> dict[tuple[State, Act], Move]:
    """The table, written out once."""
    table = {
        (State.SUBMITTED, Act.CLAIM): Move(to=State.SCREENING, by=_TEAM),
        (State.SCREENING, Act.RELEASE): Move(to=State.SUBMITTED, by=_TEAM),
        (State.SCREENING, Act.ACCEPT): Move(to=State.ACCEPTED, by=_TEAM),
        (State.SUPPLEMENT, Act.ANSWER): Move(
            to=State.SCREENING, by=frozenset({Seat.REPORTER, Seat.PROGRAM, *_TEAM})
        ),
        (State.PROPOSED, Act.FORWARD): Move(to=State.APPROVING, by=_APPROVERS),
        (State.APPROVING, Act.FORWARD): Move(to=State.APPROVING, by=_APPROVERS),
        (State.HOLD, Act.REVIEW): Move(to=State.ACCEPTED, by=_TEAM | {Seat.PROGRAM}),
        (State.DECIDED, Act.SEND): Move(to=None, by=_OFFICE),
        (State.FEEDBACK_IN, Act.FINISH): Move(to=State.FINISHED, by=_OFFICE),
        (State.TRANSFERRED, Act.RECEIPT): Move(to=None, by=_OFFICE),
        (State.REFERRED, Act.RECEIPT): Move(to=State.FINISHED, by=_OFFICE),
        (State.TRANSFERRED, Act.GIVE_BACK): Move(to=State.DECIDED, by=_OFFICE),
        (State.REFERRED, Act.GIVE_BACK): Move(to=State.DECIDED, by=_OFFICE),
        (State.DECIDED, Act.REJUDGE): Move(to=State.ACCEPTED, by=_OFFICE),
    }
    for state in (State.ACCEPTED, State.EXPLORE, State.HOLD, State.SUPPLEMENT):
        table[state, Act.CLAIM] = table[state, Act.RELEASE] = Move(to=state, by=_TEAM)
    for state in (State.SCREENING, State.SUPPLEMENT, State.ACCEPTED, State.EXPLORE):
        table[state, Act.ASK] = Move(to=State.SUPPLEMENT, by=_TEAM)
    for state in _HELD:
        table[state, Act.PROPOSE] = Move(to=State.PROPOSED, by=_TEAM)
    for state in (State.PROPOSED, State.APPROVING):
        table[state, Act.SETTLE] = Move(to=None, by=_APPROVERS)
        table[state, Act.RETURN] = Move(to=State.ACCEPTED, by=_APPROVERS | _TEAM)
    for state in (State.TRANSFERRED, State.REFERRED, State.IMMEDIATE):
        table[state, Act.FEEDBACK] = Move(to=State.FEEDBACK_IN, by=_OFFICE)
    for state in (State.FINISHED, State.OUT_OF_SCOPE, State.MERGED):
        table[state, Act.REOPEN] = Move(to=State.SCREENING, by=_OFFICE)
    return table


MOVES: Mapping[tuple[State, Act], Move] = _moves()
"""Every allowed move; what is not here is refused."""


def move(state: State, act: Act, seat: Seat, *, lands: State | None = None) -> State:
    """The state after `act` by somebody in `seat`.

    `lands` is where the disposition leads; needed where the table leaves it open (SETTLE, SEND
    and the RECEIPT of what was transferred), ignored otherwise.
    Errors: MoveNotAllowed when the table has no such move, the seat may not make it, or a move
    that needs `lands` got none.
    """
    found = MOVES.get((state, act))
    if found is None or seat not in found.by:
        raise MoveNotAllowed
    target = found.to or lands
    if target is None:
        raise MoveNotAllowed
    return target


def outward(state: State, *, feedback_delivered: bool, main: State | None = None) -> str:
    """Text key of the one word the reporter reads.

    A merged item shows the word of its `main` item, save that questions to the main item's
    reporter are not questions to this one. `finished` reads as 正在按规定办理 until the
    mission's feedback is delivered, so that its timing points at no act (domain 5.5).
    """
    shown = main if state is State.MERGED and main is not None else state
    if shown is State.SUPPLEMENT and state is State.MERGED:
        return OUTWARD[State.MERGED]
    if shown is State.FINISHED and not feedback_delivered:
        return OUTWARD[State.FEEDBACK_IN]
    return OUTWARD[shown]
