"""Conversations: where each chat stands, sealed, under a keyed index of its address."""

import json
from dataclasses import dataclass
from typing import Any

from storage.base import Row, Session
from storage.sealing import Compartment, Vault

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is kept of a conversation. `version` 0 means that nothing is kept yet."""

    state: dict[str, Any]
    locale: str = ""
    version: int = 0
    touched_at: int = 0
    gone: bool = False


def lane_of(vault: Vault, channel: str, account: str, chat: str) -> bytes:
    """The keyed index of a chat: 32 bytes that say nothing without the key."""
    return vault.index("lane", f"{channel}|{account}|{chat}")


def load(db: Session, vault: Vault, lane: bytes) -> Standing:
    """Where the conversation stands; an empty standing when it is new."""
    row = db.one("conversations.load", lane=lane)
    return Standing(state={}) if row is None else _standing(vault, lane, row)


def enter(db: Session, vault: Vault, lane: bytes, chat: bytes) -> tuple[Standing, str]:
    """Where the conversation stands and whose chat it is; "" = nobody's.

    One look for both, because every event begins with it.
    """
    row = db.one("conversations.enter", lane=lane, chat=chat)
    if row is None:
        bound = db.one("people.bound", chat=chat)
        return Standing(state={}), bound["person_id"] if bound is not None else ""
    return _standing(vault, lane, row), row["person_id"] or ""


def _standing(vault: Vault, lane: bytes, row: Row) -> Standing:
    state: dict[str, Any] = {}
    if row["state"] is not None:
        place = f"conversation.state:{lane.hex()}"
        state = json.loads(vault.open(Compartment.CONTENT, bytes(row["state"]), place))
    return Standing(
        state=state,
        locale=row["locale"],
        version=int(row["version"]),
        touched_at=int(row["touched_at"]),
        gone=bool(row["gone"]),
    )


def save(
    db: Session,
    vault: Vault,
    lane: bytes,
    address: tuple[str, str, str],
    standing: Standing,
    at: int,
) -> bool:
    """Keep the state after a turn; False when another turn was faster: do not commit."""
    sealed = None
    if standing.state:
        plain = _ENCODER.encode(standing.state).encode()
        sealed = vault.seal(Compartment.CONTENT, plain, f"conversation.state:{lane.hex()}")
    if standing.version:
        return db.did(
            "conversations.save",
            lane=lane,
            state=sealed,
            locale=standing.locale,
            version=standing.version,
            at=at,
        )
    channel, account, chat = address
    return db.did(
        "conversations.begin",
        lane=lane,
        channel=channel,
        account=account,
        address=seal_address(vault, lane, chat),
        locale=standing.locale,
        state=sealed,
        at=at,
    )


def seal_address(vault: Vault, lane: bytes, chat: str) -> bytes:
    """The chat address in its sealed form, bound to its lane."""
    return vault.seal(Compartment.CHANNEL, chat.encode(), f"address:{lane.hex()}")


def open_address(vault: Vault, lane: bytes, sealed: bytes) -> str:
    """The chat address out of its sealed form."""
    return vault.open(Compartment.CHANNEL, sealed, f"address:{lane.hex()}").decode()


def address(db: Session, vault: Vault, lane: bytes) -> tuple[str, str, str] | None:
    """(channel, account, chat) of a lane, or None when it is forgotten."""
    row = db.one("conversations.load", lane=lane)
    if row is None:
        return None
    return row["channel"], row["account"], open_address(vault, lane, bytes(row["address"]))


def mark_gone(db: Session, lane: bytes, at: int) -> None:
    """The person left: nothing that waits for this chat can arrive."""
    db.run("conversations.mark_gone", lane=lane)
    db.run("outbox.fail_lane", lane=lane, at=at)


def expired(db: Session, *, before: int, limit: int) -> list[bytes]:
    """Lanes whose drafts nobody has touched since `before`."""
    rows = db.all("conversations.expired", before=before, limit=limit)
    return [bytes(r["lane"]) for r in rows]


def drop_state(db: Session, lane: bytes) -> None:
    """Forget the draft of a conversation."""
    db.run("conversations.drop_state", lane=lane)


def messages_of(db: Session, lane: bytes, *, since: int) -> list[str]:
    """Platform ids of everything said in a chat since a moment, by both sides."""
    found: dict[str, None] = {}
    for row in db.all("outbox.messages_of", lane=lane, since=since):
        for message in (row["heard"], *row["messages"].split(",")):
            if message:
                found[message] = None
    return list(found)


def forget(db: Session, lane: bytes, at: int) -> None:
    """Forget a conversation wholly: its draft, its address, what waits to be said in it."""
    db.run("conversations.forget", lane=lane)
    db.run("outbox.forget_lane", lane=lane)
    db.run("outbox.fail_lane", lane=lane, at=at)
