"""Push links: where a reporter wants a content-free notice, sealed; cut by the chat that asked."""

import json

from storage import scopes
from storage.base import Session
from storage.sealing import Compartment, Vault

Place = tuple[str, str, str]


def keep(
    db: Session,
    vault: Vault,
    report_id: str,
    scope: str,
    address: Place,
    key: bytes,
    at: int,
) -> None:
    """Remember (channel, account, chat) for one report; `key` is 32 fresh random bytes."""
    lane = scopes.index(db, vault, scope, lane_value(address), key, at)
    plain = json.dumps(list(address), ensure_ascii=False).encode()
    sealed = vault.seal(Compartment.IDENTITY, plain, _place(report_id))
    db.run(
        "push_links.keep",
        report_id=report_id,
        scope=scope,
        lane_index=lane,
        address=sealed,
        at=at,
    )


def address(db: Session, vault: Vault, report_id: str) -> Place | None:
    """(channel, account, chat), or None when the reporter did not ask for notices."""
    row = db.one("push_links.of", report_id=report_id)
    if row is None:
        return None
    opened = vault.open(Compartment.IDENTITY, bytes(row["address"]), _place(report_id))
    channel, account, chat = json.loads(opened)
    return channel, account, chat


def cut(db: Session, vault: Vault, place: Place) -> None:
    """Forget every notice this chat asked for, whatever the mission."""
    for scope, lane in scopes.every_index(db, vault, lane_value(place)):
        db.run("push_links.cut", scope=scope, lane_index=lane)


def drop(db: Session, report_id: str) -> None:
    """Forget the notice address of one report."""
    db.run("push_links.drop", report_id=report_id)


def lane_value(place: Place) -> str:
    """What is indexed to recognise a chat: the three parts, unambiguously joined."""
    return json.dumps(list(place), ensure_ascii=False)


def _place(report_id: str) -> str:
    return f"push_link.address:{report_id}"
