"""The way of a document through those who receive it, step by step, as its clause orders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from casework.profiles import Obligation

Act = Literal["examine", "pass_on", "accept", "receive", "copy"]
DECIDING: tuple[Act, ...] = ("examine", "pass_on", "accept")
"""The steps that a document waits for; the others are told when it has gone through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what is done and from which seat of the plan.

    examine 审核 and pass_on 通过 are two persons' acts (003-17); accept is the office taking in
    what the clause sends to it without a review; receive 报送 and copy 抄报 are told at the end.
    """

    act: Act
    seat: str
    how: str = ""  # the clause's own word for a copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that was taken, and by whom (a person's id, or "paper")."""

    act: Act
    actor: str


def review_path(item: Obligation | None) -> tuple[Step, ...]:
    """The steps of a document handed in for this obligation, in their order.

    003-17: 经巡视组审核、通过巡视办报送领导小组，抄报市委. 002 五(四) and 004 五(五): 报巡察办,
    without a review. 000 五: 呈报领导小组, which the office takes in for it. What no instrument
    orders (None) is taken in by the office.
    """
    if item is None:
        return (Step(act="accept", seat="office"),)
    steps: list[Step] = []
    if "team" in item.reviewer:
        steps.append(Step(act="examine", seat="team_leader"))
        steps.append(Step(act="pass_on", seat="office"))
    else:
        steps.append(Step(act="accept", seat="office"))
    if "leading_group" in item.submit_to:
        steps.append(Step(act="receive", seat="leading_group"))
    steps += [
        Step(act="copy", seat="municipal_liaison", how=copy.how)
        for copy in item.copies
        if copy.to == "municipal_committee"
    ]
    return tuple(steps)


def waiting(path: Sequence[Step], taken: Collection[Taken]) -> Step | None:
    """The deciding step that comes next; None when the document has gone through them all."""
    done = {one.act for one in taken}
    ahead = (step for step in path if step.act in DECIDING and step.act not in done)
    return next(ahead, None)


def second_person(taken: Collection[Taken], person: str) -> bool:
    """Whether this person took no earlier deciding step: nobody passes on what he examined."""
    return all(one.actor != person for one in taken if one.act in DECIDING)


def told_at_the_end(path: Sequence[Step]) -> tuple[Step, ...]:
    """Who is told once the document has gone through: receivers and copies."""
    return tuple(step for step in path if step.act not in DECIDING)


def extension_seats(item: Obligation | None) -> tuple[str, ...]:
    """Who puts a wish for another date forward, and who then agrees to it, in order.

    No seed allows an extension of plan or report: the gate is the project's own (domain 6: the
    leader proposes, the office writes, the leading group approves). Where the team has no part in
    the document, the office puts it forward.
    """
    reviewed = item is not None and "team" in item.reviewer
    return (*(("team_leader",) if reviewed else ()), "office", "leading_group")
