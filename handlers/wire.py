"""Replies as they are kept: plain JSON of keys and values, with nested texts and dates marked."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from handlers.desk import Desk
from handlers.messages import Choice, OutFile, Policy, Priority, Reply, Text
from storage import conversations
from storage.outbox import Planned


def plan(desk: Desk, reply: Reply, dedupe: str) -> Planned | None:
    """The outbox form of a reply; None when the recipient is gone."""
    own = reply.to is None
    address = desk.event.address if reply.to is None else reply.to
    locale = reply.locale or desk.talk.locale
    lane = desk.talk.lane
    if not own:
        lane = conversations.lane_of(desk.vault, address.channel, address.account, address.chat)
        standing = conversations.load(desk.db, desk.vault, lane)
        if standing.gone:
            return None
        locale = reply.locale or standing.locale or locale
    return Planned(
        dedupe=reply.dedupe or dedupe,
        lane=lane,
        channel=address.channel,
        account=address.account,
        chat=address.chat,
        body=_body(reply, locale),
        priority=int(reply.priority),
        policy=str(reply.policy),
        topic=reply.topic,
        not_before=_moment(reply, desk),
        vanish_after=reply.vanish_after or 0,
        leaving=own and _at_once(reply),
        heard=desk.event.message_id if own else "",
    )


def _at_once(reply: Reply) -> bool:
    """Whether an answer may leave without asking its row again: nothing can overtake it."""
    once = reply.policy is Policy.RESEND_ONCE and not reply.topic
    return once and reply.not_before is None and reply.priority is Priority.ANSWER


def _moment(reply: Reply, desk: Desk) -> int:
    return int(reply.not_before.timestamp()) if reply.not_before else desk.at


def _body(reply: Reply, locale: str) -> dict[str, Any]:
    body: dict[str, Any] = {"k": reply.key, "l": locale}
    if reply.values:
        body["v"] = dump(reply.values)
    if reply.lead:
        body["a"] = [dump(text) for text in reply.lead]
    if reply.choices:
        body["c"] = [_choice(choice) for choice in reply.choices]
        body["n"] = reply.nonce
    if reply.files:
        body["f"] = [_file(file) for file in reply.files]
    if reply.erase:
        body["x"] = list(reply.erase)
    if reply.protect:
        body["p"] = 1
    return body


def _file(file: OutFile) -> list[Any]:
    kept = [file.attachment, file.name, file.mime]
    return [*kept, dump(file.made)] if file.made else kept


def _choice(choice: Choice) -> list[Any]:
    return [choice.code, choice.key, choice.label, dump(choice.values)]


def dump(value: Any) -> Any:
    """A value as JSON: texts are {"$t": [key, values]}, dates {"$d"}, instants {"$i"}."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Text():
            return {"$t": [value.key, dump(value.values)]}
        case datetime():
            return {"$i": value.isoformat()}
        case date():
            return {"$d": value.isoformat()}
        case Mapping():
            return {str(k): dump(v) for k, v in value.items()}
        case _:
            return [dump(v) for v in value]
