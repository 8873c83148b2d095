"""Cards: messages with buttons outside any form, checked again when pressed."""

from collections.abc import Callable
from typing import Any

from handlers.desk import Desk, base32
from handlers.messages import Address, Choice, Reply
from storage import cards
from storage.cards import Card

CardAction = Callable[[Desk, Card, str], list[Reply]]
TWO_WEEKS = 24 * 14


def card(
    desk: Desk,
    action: str,
    subject: str,
    choices: tuple[Choice, ...],
    *,
    key: str,
    values: dict[str, Any] | None = None,
    to: Address | None = None,
    person: str = "",
    lives_hours: int = TWO_WEEKS,
    **fields: Any,
) -> Reply:
    """A reply with buttons that act on `subject`; bound to a person or to this conversation."""
    nonce = base32(desk.draw(10))
    cards.deal(
        desk.db,
        Card(
            nonce=nonce,
            action=action,
            subject=subject,
            person=person,
            lane=None if person else desk.talk.lane,
            expires_at=desk.at + lives_hours * 3600,
        ),
    )
    return Reply(key=key, values=values or {}, choices=choices, nonce=nonce, to=to, **fields)


def pressed(desk: Desk, actions: dict[str, CardAction]) -> list[Reply] | None:
    """Act on a pressed card; None when it is unknown, foreign, closed or too old."""
    nonce, _, code = desk.event.choice.partition(":")
    found = cards.find(desk.db, nonce)
    if found is None or found.closed or found.expires_at < desk.at or found.action not in actions:
        return None
    if found.person:
        if desk.me is None or desk.me.id != found.person:
            return None
    elif found.lane != desk.talk.lane:
        return None
    return actions[found.action](desk, found, code)
