"""The outside of an update: its id and its chat, read without a look at the content."""

import hashlib
import json
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn

from bot.channels.base import Malformed, RawEvent

CHANNEL = "telegram"
BIGGEST = 2**63


def raw_event(body: bytes, account: str, received_at: datetime) -> RawEvent:
    """The event of these bytes, whatever they are; never raises.

    What is not an update gets an id of its own bytes: stored once, quarantined by its lane.
    """
    try:
        update = load(body)
        event_id, chat = str(whole(update, "update_id")), lane(update)
    except Malformed:
        event_id, chat = "malformed-" + hashlib.sha256(body).hexdigest()[:32], ""
    return RawEvent(
        channel=CHANNEL,
        account=account,
        event_id=event_id,
        chat=chat,
        body=body,
        received_at=received_at,
    )


@lru_cache(maxsize=4)
def load(body: bytes) -> dict[str, Any]:
    """The update as an object. Raises Malformed for everything else, bombs included.

    Nobody changes it: the door, the turn that follows at once and the answer share one reading.
    """
    try:
        update = _DECODER.decode(body.decode())
    except (ValueError, RecursionError):
        update = None
    if not isinstance(update, dict):
        raise Malformed
    return update


def lane(update: dict[str, Any]) -> str:
    """The id of the chat an update belongs to; "" where none is named."""
    for event in update.values():
        if not isinstance(event, dict):
            continue
        inner = event.get("message")
        chat = inner.get("chat") if isinstance(inner, dict) else event.get("chat")
        if isinstance(chat, dict) and is_whole(chat.get("id")):
            return str(chat["id"])
    return ""


def click(body: bytes) -> str:
    """The id of the click that these bytes tell of; "" where they tell of none."""
    try:
        query = load(body).get("callback_query")
    except Malformed:
        return ""
    found = query.get("id") if isinstance(query, dict) else None
    return found if isinstance(found, str) else ""


def whole(place: dict[str, Any], key: str) -> int:
    """A whole number of 64 bits. Raises Malformed."""
    value = place.get(key)
    if not is_whole(value):
        raise Malformed
    assert isinstance(value, int)
    return value


def is_whole(value: object) -> bool:
    """Whether it is a whole number of 64 bits; true and false are none."""
    return type(value) is int and -BIGGEST <= value < BIGGEST


def _refuse(_: str) -> NoReturn:
    raise ValueError


_DECODER = json.JSONDecoder(parse_constant=_refuse)  # made once: loads() would each time
