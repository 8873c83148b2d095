"""What became of a message: the platform's answer judged, and kept in the rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from bot.channels.base import (
    AccountBroken,
    ChatGone,
    ChatMoved,
    DeliveryError,
    NotSent,
    RetryLater,
    Uncertain,
)
from storage import conversations, outbox
from storage.base import Session
from storage.outbox import Parcel, Wish
from storage.sealing import Vault

MOST_ATTEMPTS = 14  # about an hour and a half of back-off
LONGEST_WAIT = 600
DOUBT_WAIT = 30
BROKEN_WAIT = 60


class Fate(StrEnum):
    """The six things that can become of a message."""

    SENT = "sent"
    POSTPONED = "postponed"
    DOUBTED = "doubted"
    FAILED = "failed"
    GONE = "gone"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one message. `wait` is in seconds from `at`."""

    parcel: Parcel
    fate: Fate
    at: int
    messages: Sequence[str] = ()
    reason: str = ""
    wait: float = 0.0
    chat: str = ""
    everybody_waits: bool = False


def judge(parcel: Parcel, error: DeliveryError, at: int, *, exactly_once: bool = False) -> Outcome:
    """A failed delivery → what to do about it (research: the error map of the Bot API)."""

    outcome = partial(Outcome, parcel=parcel, at=at)
    match error:
        case RetryLater(after=after):
            return outcome(fate=Fate.POSTPONED, reason="asked to wait", wait=after + 0.5)
        case AccountBroken():
            return outcome(
                fate=Fate.POSTPONED,
                reason="account refused",
                wait=BROKEN_WAIT,
                everybody_waits=True,
            )
        case NotSent() if parcel.attempts < MOST_ATTEMPTS:
            return outcome(
                fate=Fate.POSTPONED,
                reason="not sent",
                wait=min(LONGEST_WAIT, 2**parcel.attempts),
            )
        case NotSent():
            return outcome(fate=Fate.FAILED, reason="unreachable")
        case Uncertain() if exactly_once or (
            parcel.policy == "resend_once" and parcel.attempts == 0
        ):
            return outcome(fate=Fate.POSTPONED, reason="resent once", wait=DOUBT_WAIT)
        case Uncertain():
            return outcome(fate=Fate.DOUBTED, reason="no answer")
        case ChatGone():
            return outcome(fate=Fate.GONE, reason="gone")
        case ChatMoved(chat=chat):
            return outcome(fate=Fate.MOVED, reason="moved", chat=chat)
        case _:
            return outcome(fate=Fate.FAILED, reason="rejected")


def settle(db: Session, *, vault: Vault, outcomes: Sequence[Outcome]) -> None:
    """Keep what became of messages, many in one unit."""
    for outcome in outcomes:
        number, at = outcome.parcel.id, outcome.at
        match outcome.fate:
            case Fate.SENT:
                outbox.sent(db, number, outcome.messages, at)
            case Fate.POSTPONED:
                later = at + math.ceil(outcome.wait)
                outbox.postpone(db, number, not_before=later, reason=outcome.reason)
            case Fate.DOUBTED:
                outbox.doubt(db, number, at=at, reason=outcome.reason)
            case Fate.FAILED:
                outbox.fail(db, number, at=at, reason=outcome.reason)
            case Fate.GONE:
                outbox.fail(db, number, at=at, reason=outcome.reason)
                conversations.mark_gone(db, outcome.parcel.lane, at)
            case Fate.MOVED:
                _move(db, vault, outcome)


def settle_and_lease(
    db: Session,
    *,
    vault: Vault,
    outcomes: Sequence[Outcome],
    wishes: Sequence[Wish],
    in_turn: bool,
    now_ms: int,
) -> set[int]:
    """Keep what became of earlier messages, then mark further ones as leaving.

    `in_turn`: among several processes; see `lease_in_turn`.
    """
    settle(db, vault=vault, outcomes=outcomes)
    if in_turn:
        return outbox.lease_in_turn(db, wishes, now_ms)
    return outbox.lease(db, [wish.id for wish in wishes])


def _move(db: Session, vault: Vault, outcome: Outcome) -> None:
    """The chat has a new id: what waits for the old one goes to the new one."""
    parcel = outcome.parcel
    lane = conversations.lane_of(vault, parcel.channel, parcel.account, outcome.chat)
    outbox.postpone(db, parcel.id, not_before=outcome.at, reason=outcome.reason)
    outbox.redirect(db, vault, parcel.lane, lane, outcome.chat)
