"""Update → Incoming. Names of people and of forwarded senders are never read."""

from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from bot.channels.base import Malformed
from bot.channels.telegram.envelope import CHANNEL, is_whole, whole
from handlers.messages import Address, FileRef, Incoming, Kind

BUTTON = "v1:"
FILES = ("document", "voice", "video", "audio", "video_note")
KINDS_OF_FILES = {"video_note": "video"}
LOCALES = {"zh": "zh_CN", "en": "en"}
GONE = ("kicked", "left")
SERVICE = frozenset({
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo",
    "delete_chat_photo", "group_chat_created", "supergroup_chat_created",
    "channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id",
    "migrate_from_chat_id", "pinned_message", "connected_website", "write_access_allowed",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "video_chat_scheduled",
    "video_chat_started", "video_chat_ended", "video_chat_participants_invited",
    "proximity_alert_triggered", "boost_added", "chat_background_set",
})  # fmt: skip
"""Notes of the platform about a chat: nobody said them."""

Values = Mapping[str, Any]


def parse_update(update: dict[str, Any], account: str, received_at: datetime) -> Incoming | None:
    """The neutral event of an update; None if it means nothing to us. Raises Malformed."""
    event_id = str(whole(update, "update_id"))
    for kind, read in READERS.items():
        event = update.get(kind)
        if event is None:
            continue
        if not isinstance(event, dict):
            raise Malformed
        values = read(event)
        if values is None:
            return None
        chat = values.pop("chat")
        number = whole(chat, "id")
        address = Address(channel=CHANNEL, account=account, chat=str(number))
        private = chat.get("type", "private" if number > 0 else "group") == "private"
        return Incoming(
            event_id=event_id,
            address=address,
            private=private,
            received_at=received_at,
            **values,
        )
    return None


def _message(message: dict[str, Any]) -> dict[str, Any] | None:
    if not SERVICE.isdisjoint(message):
        return None
    values = _spoken(message)
    if values is None:
        return None
    words = text(message, "text") or text(message, "caption")
    files = _files(message)
    if files:
        return {**values, "kind": Kind.FILE, "files": files, "text": words}
    if "location" in message:
        return {**values, "kind": Kind.LOCATION, "text": _location(message["location"])}
    if words.startswith("/"):
        return {**values, **_command(words)}
    return {**values, "kind": Kind.TEXT, "text": words or _sticker(message)}


def _edited(message: dict[str, Any]) -> dict[str, Any] | None:
    values = _spoken(message)
    words = text(message, "text") or text(message, "caption")
    return values and {**values, "kind": Kind.EDIT, "text": words}


def _click(query: dict[str, Any]) -> dict[str, Any] | None:
    message = query.get("message")
    if message is None:  # a button of an inline message: we send none
        return None
    data = text(query, "data")
    return {
        **_person(query),
        "chat": _chat(message),
        "message_id": str(whole(message, "message_id")),
        "kind": Kind.CHOICE,
        "choice": data.removeprefix(BUTTON),
    }


def _membership(change: dict[str, Any]) -> dict[str, Any] | None:
    new = change.get("new_chat_member")
    if not isinstance(new, dict):
        raise Malformed
    if new.get("status") not in GONE:
        return None
    return {**_person(change), "chat": _chat(change), "kind": Kind.LEFT}


READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
    "message": _message,
    "callback_query": _click,
    "edited_message": _edited,
    "my_chat_member": _membership,
}


def _spoken(message: dict[str, Any]) -> dict[str, Any] | None:
    """Chat, sender and id of a message; None for one that a bot or nobody wrote."""
    chat = _chat(message)
    sender = message.get("from")
    if sender is None or (isinstance(sender, dict) and sender.get("is_bot") is True):
        return None
    return {
        **_person(message),
        "chat": chat,
        "message_id": str(whole(message, "message_id")),
    }


def _person(event: dict[str, Any]) -> dict[str, Any]:
    person = event.get("from")
    if not isinstance(person, dict):
        raise Malformed
    language = text(person, "language_code").partition("-")[0].lower()
    return {"sender": str(whole(person, "id")), "locale": LOCALES.get(language, "")}


def _chat(message: object) -> dict[str, Any]:
    chat = message.get("chat") if isinstance(message, dict) else None
    if not isinstance(chat, dict):
        raise Malformed
    return chat


def _command(words: str) -> dict[str, Any]:
    """`/word@bot rest` without the bot's name; `/start` with its payload alone."""
    head, gap, rest = words.partition(" ")
    command = head.partition("@")[0]
    if command == "/start":
        return {"kind": Kind.START, "text": rest.strip()}
    return {"kind": Kind.TEXT, "text": command + gap + rest}


def _files(message: dict[str, Any]) -> tuple[FileRef, ...]:
    if "photo" in message:
        return (_photo(message["photo"]),)
    return tuple(_file(message[kind], kind) for kind in FILES if kind in message)[:1]


def _photo(sizes: object) -> FileRef:
    """The largest of the sizes that the platform made of a picture."""
    if not isinstance(sizes, list) or not all(isinstance(size, dict) for size in sizes):
        raise Malformed
    if not sizes:
        raise Malformed
    largest = max(sizes, key=lambda size: _count(size, "width") * _count(size, "height"))
    return FileRef(ref=_ref(largest), kind="photo", mime="image/jpeg", size=_size(largest))


def _file(file: object, kind: str) -> FileRef:
    if not isinstance(file, dict):
        raise Malformed
    return FileRef(
        ref=_ref(file),
        kind=KINDS_OF_FILES.get(kind, kind),
        name=text(file, "file_name"),
        mime=text(file, "mime_type"),
        size=_size(file),
    )


def _ref(file: dict[str, Any]) -> str:
    ref = text(file, "file_id")
    if not ref:
        raise Malformed
    return ref


def _count(place: dict[str, Any], key: str) -> int:
    return whole(place, key) if key in place else 0


def _size(file: dict[str, Any]) -> int | None:
    return whole(file, "file_size") if "file_size" in file else None


def _location(place: object) -> str:
    if not isinstance(place, dict):
        raise Malformed
    numbers = [place.get("latitude"), place.get("longitude")]
    for number in numbers:
        if not (is_whole(number) or (isinstance(number, float) and isfinite(number))):
            raise Malformed
    return ",".join(str(number) for number in numbers)


def _sticker(message: dict[str, Any]) -> str:
    sticker = message.get("sticker")
    return text(sticker, "emoji") if isinstance(sticker, dict) else ""


def text(place: dict[str, Any], key: str) -> str:
    """A text, or "" if there is none; what no database takes is replaced. Raises Malformed."""
    value = place.get(key, "")
    if not isinstance(value, str):
        raise Malformed
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value.replace("\0", "\ufffd")
