"""`/motions` (报批): what waits for this person, what they put themselves, and what can be put."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from casework.errors import NotAllowed
from handlers import (
    feedback_proposal,
    plain_motions,
    principal_receipt,
    proposal_papers,
    stationing_extension,
)
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.duty_rights import me
from handlers.gate_seats import able, enterers
from handlers.messages import Choice, Reply
from handlers.motions import motion_card
from storage import motions
from storage.cards import Card
from storage.motions import Motion


@dataclass(frozen=True, slots=True)
class Start:
    """One button of the list: its label, what it opens, and for which roles it is shown."""

    label: str
    open: Callable[[Desk], list[Reply]]
    roles: tuple[str, ...]


START = "motion_start"
STAFF = ("team_member", "team_deputy", "team_leader", "office", "leading_group")
TEAM = ("team_member", "team_deputy", "team_leader")
STARTS: Mapping[str, Start] = {
    "feedback": Start("motion.do_feedback", feedback_proposal.begin, (*TEAM, "office")),
    "clear": Start("motion.do_clear", feedback_proposal.begin_clear, (*TEAM, "office")),
    "extension": Start("motion.do_extension", stationing_extension.begin, (*TEAM[1:], "office")),
    "plain": Start("motion.do_plain", plain_motions.begin, (*TEAM, "office")),
    "receipt": Start("motion.do_principal_paper", principal_receipt.begin_paper, ("office",)),
    "papers": Start("motion.do_papers", proposal_papers.begin, ("office", "leading_group")),
}
"""What can be begun here, and by whose seats; each act checks its right again."""
SHOWN = 20


def open_motions(desk: Desk, argument: str = "") -> list[Reply]:
    """Everything that waits for the person of this chat, each as a card of its own."""
    person = me(desk)
    if not person.has(*STAFF):
        raise NotAllowed()
    standing = motions.waiting(desk.db, desk.vault)
    wait = [m for m in standing if _waits_for(desk, m, person.id)]
    own = [m for m in standing if m.proposer == person.id]
    shown = [motion_card(desk, m, person.id, key="motion.card") for m in [*wait, *own][:SHOWN]]
    return [_head(desk, len(wait), len(own)), *shown]


def _head(desk: Desk, wait: int, own: int) -> Reply:
    here = me(desk)
    choices = tuple(
        Choice(code=code, key=one.label) for code, one in STARTS.items() if here.has(*one.roles)
    )
    values = {"waiting": wait, "own": own}
    key = "motion.card_title" if wait or own else "motion.none"
    if not choices:
        return Reply(key=key, values=values)
    return card(desk, START, here.id, choices, key=key, values=values, person=here.id)


def _waits_for(desk: Desk, motion: Motion, person: str) -> bool:
    """Whoever may decide now, or enter what the seat decided on paper."""
    return person in (*able(desk, motion), *enterers(desk, motion))


def _start(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    chosen = STARTS.get(code)
    return chosen.open(desk) if chosen else [Reply(key="form.stale_card")]


COMMANDS = {"motions": open_motions}
CARDS: dict[str, CardAction] = {START: _start}
