"""The outbox: everything that leaves, as rows that commit with the act that caused them."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage import conversations
from storage.base import Row, Session
from storage.sealing import Compartment, Vault

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
LEASED_AT_ONCE = 16  # as many as the statement takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A message before it is kept. `body` is plain JSON: keys and values, never a sentence."""

    dedupe: str
    lane: bytes
    channel: str
    account: str
    chat: str
    body: Mapping[str, Any]
    priority: int
    policy: str
    topic: str = ""
    not_before: int = 0
    vanish_after: int = 0
    leaving: bool = False  # born leased: whoever commits it sends it at once
    heard: str = ""  # the platform id of the message that it answers
    worker: str = ""  # which of several processes sends it; "" = whoever comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message that waits to leave. `id` orders the messages of one chat."""

    id: int
    lane: bytes
    channel: str
    account: str
    chat: str
    body: Mapping[str, Any]
    priority: int
    policy: str
    not_before: int
    attempts: int = 0
    leaving: bool = False


def plan(db: Session, vault: Vault, message: Planned, at: int) -> Parcel | None:
    """Keep a message to send; None when the same (by `dedupe`) was planned before."""
    if message.topic:
        own = message.dedupe
        db.run("outbox.overtake", lane=message.lane, topic=message.topic, dedupe=own, at=at)
    number = db.add(
        "outbox.plan",
        dedupe=message.dedupe,
        lane=message.lane,
        channel=message.channel,
        account=message.account,
        address=conversations.seal_address(vault, message.lane, message.chat),
        body=_seal(vault, message),
        priority=message.priority,
        policy=message.policy,
        topic=message.topic,
        state="sending" if message.leaving else "planned",
        attempts=int(message.leaving),
        not_before=message.not_before,
        at=at,
        vanish_after=message.vanish_after,
        heard=message.heard,
        worker=message.worker,
    )
    if number is None:
        return None
    return Parcel(
        id=number,
        lane=message.lane,
        channel=message.channel,
        account=message.account,
        chat=message.chat,
        body=message.body,
        priority=message.priority,
        policy=message.policy,
        not_before=message.not_before,
        leaving=message.leaving,
    )


def known(db: Session, dedupe: str) -> bool:
    """Whether this very message was planned before; spares a tick the work of making it again."""
    return db.one("outbox.known", dedupe=dedupe) is not None


def _place(dedupe: str) -> str:
    return f"outbox.body:{dedupe}"


def _seal(vault: Vault, message: Planned) -> bytes:
    plain = _ENCODER.encode(message.body).encode()
    return vault.seal(Compartment.CHANNEL, plain, _place(message.dedupe))


def _parcel(vault: Vault, row: Row) -> Parcel:
    lane = bytes(row["lane"])
    plain = vault.open(Compartment.CHANNEL, bytes(row["body"]), _place(row["dedupe"]))
    return Parcel(
        id=int(row["id"]),
        lane=lane,
        channel=row["channel"],
        account=row["account"],
        chat=conversations.open_address(vault, lane, bytes(row["address"])),
        body=json.loads(plain),
        priority=int(row["priority"]),
        policy=row["policy"],
        not_before=int(row["not_before"]),
        attempts=int(row["attempts"]),
    )


def due(
    db: Session,
    vault: Vault,
    *,
    channel: str,
    account: str,
    now: int,
    limit: int,
    worker: str = "",
) -> list[Parcel]:
    """Messages of an account whose time has come, the most urgent first.

    One of several processes first makes free ones its own, and gets only its own.
    """
    if worker:
        db.run(
            "outbox.claim", channel=channel, account=account, now=now, worker=worker, limit=limit
        )
    rows = db.all(
        "outbox.due", channel=channel, account=account, now=now, worker=worker, limit=limit
    )
    return [_parcel(vault, row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A message that wants to leave now; its chat is silent for `pause` milliseconds after it."""

    id: int
    lane: bytes
    pause: int = 0


def lease_in_turn(db: Session, wishes: Sequence[Wish], now_ms: int) -> set[int]:
    """Mark messages as leaving by one of several processes; the ids that may really leave.

    Only what nothing of the same chat stands before, and only after the chat's pause, whichever
    process sent last. `now_ms` in epoch milliseconds.
    """
    leaving: set[int] = set()
    for wish in wishes:
        if db.did("outbox.lease_in_turn", id=wish.id, now=now_ms // 1000, now_ms=now_ms):
            leaving.add(wish.id)
            if wish.pause:
                db.run("outbox.take_chat_line", lane=wish.lane, next_at=now_ms + wish.pause)
    return leaving


def lease(db: Session, ids: Sequence[int]) -> set[int]:
    """Mark messages as leaving by the only process; the ids that may really leave."""
    leaving: set[int] = set()
    for start in range(0, len(ids), LEASED_AT_ONCE):
        group = ids[start : start + LEASED_AT_ONCE]
        padded = {f"i{n}": group[n] if n < len(group) else 0 for n in range(LEASED_AT_ONCE)}
        leaving |= {int(row["id"]) for row in db.all("outbox.lease", **padded)}
    return leaving


def leaving(db: Session, worker: str = "") -> set[int]:
    """Messages that stand as leaving by this process."""
    return {int(row["id"]) for row in db.all("outbox.interrupted", worker=worker)}


def hand_back(db: Session, ids: Sequence[int], worker: str = "") -> None:
    """Messages that were to leave and did not even try: they wait, and no attempt is counted."""
    db.many("outbox.hand_back", [{"id": n, "worker": worker} for n in ids])


def sent(db: Session, parcel_id: int, messages: Sequence[str], at: int) -> None:
    """It arrived; its words are forgotten, and its address unless it has to vanish later."""
    db.run("outbox.sent", id=parcel_id, messages=",".join(messages), at=at)


def postpone(db: Session, parcel_id: int, *, not_before: int, reason: str) -> None:
    """It did not leave; it tries again at `not_before`."""
    db.run("outbox.postpone", id=parcel_id, not_before=not_before, reason=reason)


def doubt(db: Session, parcel_id: int, *, at: int, reason: str) -> None:
    """Nobody knows whether it arrived; a person decides."""
    db.run("outbox.doubt", id=parcel_id, at=at, reason=reason)


def fail(db: Session, parcel_id: int, *, at: int, reason: str) -> None:
    """It will not arrive."""
    db.run("outbox.fail", id=parcel_id, at=at, reason=reason)


def settle_interrupted(
    db: Session, at: int, exactly_once: Collection[str] = (), worker: str = ""
) -> int:
    """After a stop: messages that were leaving are uncertain; those that may be resent once are.

    Of several processes, only what the dead `worker` was sending.

    Returns how many there were. A message is resent only if this was its first attempt, or if its
    channel shows the same message once however often it is sent.
    """
    rows = db.all("outbox.interrupted", worker=worker)
    for row in rows:
        first = row["policy"] == "resend_once" and int(row["attempts"]) <= 1
        if first or row["channel"] in exactly_once:
            postpone(db, int(row["id"]), not_before=at, reason="interrupted")
        else:
            doubt(db, int(row["id"]), at=at, reason="interrupted")
    return len(rows)


def retry(db: Session, parcel_id: int, at: int) -> bool:
    """A person decides to send it again; False when there is nothing to send any more."""
    return db.one("outbox.retry", id=parcel_id, at=at) is not None


def troubled(db: Session, limit: int) -> list[Row]:
    """Uncertain and failed messages, without their words."""
    return db.all("outbox.troubled", limit=limit)


def redirect(db: Session, vault: Vault, old: bytes, new: bytes, chat: str) -> None:
    """Everything that waits for one chat waits for another from now on."""
    address = conversations.seal_address(vault, new, chat)
    db.run("outbox.redirect", old=old, lane=new, address=address)


def vanishing(
    db: Session, vault: Vault, *, now: int, limit: int
) -> list[tuple[int, str, str, str, list[str]]]:
    """(id, channel, account, chat, message ids) of platform copies to delete now."""
    found = []
    for row in db.all("outbox.vanishing", now=now, limit=limit):
        chat = conversations.open_address(vault, bytes(row["lane"]), bytes(row["address"]))
        messages = str(row["messages"]).split(",")
        found.append((int(row["id"]), row["channel"], row["account"], chat, messages))
    return found


def vanished(db: Session, parcel_id: int) -> None:
    """The platform copy is gone."""
    db.run("outbox.vanished", id=parcel_id)
