"""Cards: messages with buttons outside any form, checked again when pressed."""

from collections.abc import Callable, Mapping
from typing import Any

from handlers.desk import Desk, base32
from handlers.messages import Address, Choice, Reply
from handlers.wire import dump
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
    dealt = Card(
        nonce=nonce,
        action=action,
        subject=subject,
        person=person,
        lane=None if person else desk.talk.lane,
        choices=[[c.code, c.key, c.label, dump(c.values)] for c in choices],
        expires_at=desk.at + lives_hours * 3600,
    )
    cards.deal(desk.db, desk.vault, dealt, desk.at)
    return Reply(key=key, values=values or {}, choices=choices, nonce=nonce, to=to, **fields)


def pressed(desk: Desk, actions: Mapping[str, CardAction]) -> list[Reply] | None:
    """Act on a pressed card; None when it is unknown, foreign, closed, too old or not offered."""
    nonce, _, code = desk.event.choice.partition(":")
    found = cards.find(desk.db, desk.vault, nonce)
    if found is None or found.closed or found.expires_at < desk.at or code not in found.codes:
        return None
    if found.person:
        if desk.me is None or desk.me.id != found.person:
            return None
    elif found.lane != desk.talk.lane:
        return None
    return _act(desk, actions, found, code)


def typed(desk: Desk, actions: Mapping[str, CardAction]) -> list[Reply] | None:
    """Act on a typed label of one of the newest cards, or a number of the newest; else None."""
    words = desk.event.text.strip().casefold()
    person = desk.me.id if desk.me else ""
    open_cards = cards.newest(desk.db, desk.vault, person=person, lane=desk.talk.lane, at=desk.at)
    if words.isdecimal() and open_cards and 0 < int(words[:4]) <= len(open_cards[0].choices):
        code = str(open_cards[0].choices[int(words[:4]) - 1][0])
        return _act(desk, actions, open_cards[0], code)
    for one in open_cards:
        for code, key, label, values in one.choices:
            shown = label or desk.rules.say(key, values, desk.talk.locale)
            if shown.strip().casefold() == words:
                return _act(desk, actions, one, str(code))
    return None


def _act(
    desk: Desk, actions: Mapping[str, CardAction], found: Card, code: str
) -> list[Reply] | None:
    action = actions.get(found.action)
    return None if action is None else action(desk, found, code)
