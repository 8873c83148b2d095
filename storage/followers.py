"""Followers: chats that want to hear of a mission, under keys that nothing else of them shares."""

import json
from collections.abc import Callable

from storage import scopes
from storage.base import Row, Session
from storage.sealing import Compartment, Vault

Place = tuple[str, str, str]
_PREFIX = "follow:"
_DAY = 86_400
_PLACES = 2**62


def follow(
    db: Session,
    vault: Vault,
    stationing_id: str,
    chat: Place,
    *,
    draw: Callable[[int], bytes],
    at: int,
) -> bool:
    """A chat (channel, account, chat) follows a mission; False where it did so already.

    Neither the moment nor the order of coming is kept; the key's own time is that of its day.
    """
    scope = _scope(stationing_id)
    own = scopes.index(db, vault, scope, _value(chat), draw(32), at - at % _DAY)
    if db.one("followers.has", scope=scope, chat=own) is not None:
        return False
    sealed = vault.seal(Compartment.CHANNEL, _value(chat).encode(), _sealed_at(scope, own))
    place = 1 + int.from_bytes(draw(8), "big") % _PLACES
    row = db.one("followers.add", place=place, scope=scope, chat=own, address=sealed)
    return row is not None


def follows(db: Session, vault: Vault, chat: Place) -> list[str]:
    """Ids of the missions that a chat follows."""
    found = (
        scope.removeprefix(_PREFIX)
        for scope, own in _indexes(db, vault, chat)
        if db.one("followers.has", scope=scope, chat=own) is not None
    )
    return sorted(found)


def leave(db: Session, vault: Vault, chat: Place) -> int:
    """A chat follows nothing any more; the rows are gone at once. Returns how many there were."""
    rows = [
        db.one("followers.drop", scope=scope, chat=own) for scope, own in _indexes(db, vault, chat)
    ]
    return sum(row is not None for row in rows)


def count(db: Session, stationing_id: str) -> int:
    """How many chats follow a mission; show it rounded only."""
    row = db.one("followers.count", scope=_scope(stationing_id))
    return int(row["n"]) if row else 0


def after(
    db: Session, vault: Vault, stationing_id: str, place: int, limit: int
) -> list[tuple[int, Place]]:
    """(place, chat) of those who follow, from behind a place on, in random order of coming."""
    scope = _scope(stationing_id)
    rows = db.all("followers.after", scope=scope, place=place, limit=limit)
    return [(int(row["place"]), _chat(vault, scope, row)) for row in rows]


def forget_all(db: Session, stationing_id: str) -> None:
    """The mission is over: the key goes, and with it everybody who followed."""
    scopes.destroy(db, _scope(stationing_id))


def _scope(stationing_id: str) -> str:
    return f"{_PREFIX}{stationing_id}"


def _value(chat: Place) -> str:
    return json.dumps(list(chat), ensure_ascii=False)


def _indexes(db: Session, vault: Vault, chat: Place) -> list[tuple[str, bytes]]:
    every = scopes.every_index(db, vault, _value(chat))
    return [(scope, own) for scope, own in every if scope.startswith(_PREFIX)]


def _chat(vault: Vault, scope: str, row: Row) -> Place:
    place = _sealed_at(scope, bytes(row["chat"]))
    channel, account, chat = json.loads(
        vault.open(Compartment.CHANNEL, bytes(row["address"]), place)
    )
    return channel, account, chat


def _sealed_at(scope: str, own: bytes) -> str:
    return f"follower.address:{scope}:{own.hex()}"
