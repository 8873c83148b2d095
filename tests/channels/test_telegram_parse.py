"""Updates of every kind become neutral events, and nothing else gets through."""

import json
from typing import Any

import pytest

from bot.channels.base import Malformed
from bot.channels.telegram import TelegramChannel
from handlers.messages import FileRef, Incoming, Kind
from tests.channels.bot_api import BotApi
from tests.channels.telegram_support import NOW, clock, settings_for

PERSON = {
    "id": 5550001,
    "is_bot": False,
    "first_name": "王",
    "username": "somebody",
    "language_code": "zh-hans",
}
CHAT = {"id": 5550001, "first_name": "王", "type": "private"}
GROUP = {"id": -1002000000001, "title": "大院", "type": "supergroup"}


def message(**content: Any) -> dict[str, Any]:
    """A message as the platform writes it."""
    return {"message_id": 311, "from": PERSON, "chat": CHAT, "date": 1790000000, **content}


def update(**kinds: Any) -> bytes:
    """The bytes of one update."""
    return json.dumps({"update_id": 800000123, **kinds}).encode()


def click(data: str | None, **changes: Any) -> dict[str, Any]:
    """A click on a button of ours."""
    query = {"id": "42", "from": PERSON, "chat_instance": "-9", "message": message(text="？")}
    return {**query, **({} if data is None else {"data": data}), **changes}


@pytest.fixture
def channel() -> TelegramChannel:
    return TelegramChannel(settings_for(BotApi()), clock=clock)


def parsed(channel: TelegramChannel, body: bytes) -> Incoming | None:
    return channel.parse(body, NOW)


PHOTO = [
    {"file_id": "small", "file_unique_id": "a", "width": 90, "height": 60, "file_size": 1200},
    {"file_id": "large", "file_unique_id": "b", "width": 1280, "height": 853, "file_size": 9000},
    {"file_id": "middle", "file_unique_id": "c", "width": 320, "height": 213, "file_size": 99000},
]
DOCUMENT = {
    "file_id": "doc",
    "file_unique_id": "d",
    "file_name": "关于某单位的材料（一）.pdf",
    "mime_type": "application/pdf",
    "file_size": 123456,
}
MESSAGES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("a text", {"text": "某单位违规收费"}, {"kind": Kind.TEXT, "text": "某单位违规收费"}),
    ("a command", {"text": "/report"}, {"kind": Kind.TEXT, "text": "/report"}),
    (
        "a command to this bot by name",
        {"text": "/status@jianjian_bot 2026-0001"},
        {"kind": Kind.TEXT, "text": "/status 2026-0001"},
    ),
    ("a first hello", {"text": "/start"}, {"kind": Kind.START, "text": ""}),
    ("a deep link", {"text": "/start s_t1-u3"}, {"kind": Kind.START, "text": "s_t1-u3"}),
    (
        "a deep link by name",
        {"text": "/start@jianjian_bot bind_ab2"},
        {"kind": Kind.START, "text": "bind_ab2"},
    ),
    ("a word that only begins alike", {"text": "/started"}, {"kind": Kind.TEXT}),
    (
        "a photo: the largest of its sizes",
        {"photo": PHOTO, "caption": "现场"},
        {
            "kind": Kind.FILE,
            "text": "现场",
            "files": (FileRef(ref="large", kind="photo", mime="image/jpeg", size=9000),),
        },
    ),
    (
        "an item of an album",
        {"photo": PHOTO, "media_group_id": "137"},
        {"kind": Kind.FILE, "text": ""},
    ),
    (
        "a document with a Chinese name",
        {"document": DOCUMENT},
        {
            "kind": Kind.FILE,
            "files": (
                FileRef(
                    ref="doc",
                    name="关于某单位的材料（一）.pdf",
                    mime="application/pdf",
                    size=123456,
                ),
            ),
        },
    ),
    (
        "a voice",
        {"voice": {"file_id": "v", "duration": 3, "mime_type": "audio/ogg"}},
        {"kind": Kind.FILE, "files": (FileRef(ref="v", kind="voice", mime="audio/ogg"),)},
    ),
    (
        "a video",
        {"video": {"file_id": "v", "file_size": 7}},
        {"kind": Kind.FILE, "files": (FileRef(ref="v", kind="video", size=7),)},
    ),
    (
        "a round video",
        {"video_note": {"file_id": "n", "length": 240}},
        {"kind": Kind.FILE, "files": (FileRef(ref="n", kind="video"),)},
    ),
    (
        "a sound file",
        {"audio": {"file_id": "a", "file_name": "录音.mp3"}},
        {"kind": Kind.FILE, "files": (FileRef(ref="a", kind="audio", name="录音.mp3"),)},
    ),
    (
        "a moving picture, which also names itself a document",
        {"animation": {"file_id": "x"}, "document": DOCUMENT},
        {"kind": Kind.FILE},
    ),
    (
        "a place",
        {"location": {"latitude": 21.37, "longitude": 110.25}},
        {"kind": Kind.LOCATION, "text": "21.37,110.25"},
    ),
    ("a sticker stands for its emoji", {"sticker": {"emoji": "👍"}}, {"text": "👍"}),
    (
        "a contact says nothing",
        {"contact": {"phone_number": "1"}},
        {"kind": Kind.TEXT, "text": ""},
    ),
    (
        "fields nobody knows yet",
        {"text": "好", "mood": {"deep": [1, {"er": None}]}},
        {"kind": Kind.TEXT, "text": "好"},
    ),
    (
        "half a surrogate pair is replaced",
        {"text": "a\ud83db\0c"},
        {"kind": Kind.TEXT, "text": "a\ufffdb\ufffdc"},
    ),
    (
        "a migrated chat's old messages keep their number",
        {"text": "好", "chat": {**CHAT, "id": 2**52 - 1}},
        {"kind": Kind.TEXT},
    ),
]


@pytest.mark.parametrize(
    ("content", "expected"), [row[1:] for row in MESSAGES], ids=[row[0] for row in MESSAGES]
)
def test_a_message_becomes_what_the_person_said(
    channel: TelegramChannel, content: dict[str, Any], expected: dict[str, Any]
) -> None:
    event = parsed(channel, update(message=message(**content)))
    assert event is not None
    assert {name: getattr(event, name) for name in expected} == expected
    assert event.event_id == "800000123"
    assert event.sender == "5550001"
    assert event.private
    assert event.locale == "zh_CN"
    assert event.received_at == NOW
    assert (event.address.channel, event.address.account) == ("telegram", "7000000001")


def test_names_and_origins_of_forwards_stay_outside(channel: TelegramChannel) -> None:
    origin = {"type": "user", "sender_user": {**PERSON, "first_name": "李四", "id": 5550999}}
    event = parsed(channel, update(message=message(text="转发", forward_origin=origin)))
    assert "李四" not in repr(event)
    assert "somebody" not in repr(event)
    assert "5550999" not in repr(event)


@pytest.mark.parametrize(
    ("data", "choice"),
    [("v1:k7f3:confirm", "k7f3:confirm"), ("other-bot:1", "other-bot:1"), (None, "")],
)
def test_a_click_carries_its_nonce_and_code(
    channel: TelegramChannel, data: str | None, choice: str
) -> None:
    event = parsed(channel, update(callback_query=click(data)))
    assert event is not None
    assert (event.kind, event.choice, event.message_id) == (Kind.CHOICE, choice, "311")


def test_a_click_on_a_message_too_old_to_be_shown_still_counts(channel: TelegramChannel) -> None:
    old = {"chat": CHAT, "message_id": 5, "date": 0}
    event = parsed(channel, update(callback_query=click("v1:n:c", message=old)))
    assert event is not None
    assert event.address.chat == "5550001"


def test_an_edit_is_told_from_a_message(channel: TelegramChannel) -> None:
    event = parsed(channel, update(edited_message=message(text="改了", edit_date=1790000009)))
    assert event is not None
    assert (event.kind, event.text, event.message_id) == (Kind.EDIT, "改了", "311")


@pytest.mark.parametrize(("status", "kind"), [("kicked", Kind.LEFT), ("left", Kind.LEFT)])
def test_a_person_who_blocks_the_bot_has_left(
    channel: TelegramChannel, status: str, kind: Kind
) -> None:
    change = {"chat": CHAT, "from": PERSON, "date": 1, "new_chat_member": {"status": status}}
    event = parsed(channel, update(my_chat_member=change))
    assert event is not None
    assert event.kind is kind


def test_a_message_in_a_group_is_not_private(channel: TelegramChannel) -> None:
    event = parsed(channel, update(message=message(text="/report", chat=GROUP)))
    assert event is not None
    assert not event.private
    assert event.address.chat == "-1002000000001"


@pytest.mark.parametrize(("chat", "private"), [(5550001, True), (-100200, False)])
def test_a_chat_whose_type_is_not_told_is_judged_by_its_number(
    channel: TelegramChannel, chat: int, private: bool
) -> None:
    event = parsed(channel, update(message=message(text="好", chat={"id": chat})))
    assert event is not None
    assert event.private is private


NOTHING: list[tuple[str, dict[str, Any]]] = [
    ("an unknown kind", {"purchased_paid_media": {"from": PERSON}}),
    ("an unknown kind that is no object", {"novelty": [1, 2]}),
    ("a post in a channel", {"channel_post": message(text="x")}),
    ("somebody joined", {"message": message(new_chat_members=[PERSON])}),
    ("a group became a supergroup", {"message": message(migrate_to_chat_id=-1009)}),
    ("another bot", {"message": message(text="x", **{"from": {**PERSON, "is_bot": True}})}),
    ("a click below an inline message", {"callback_query": click("v1:n:c", message=None)}),
    (
        "somebody unblocks the bot",
        {
            "my_chat_member": {
                "chat": CHAT,
                "from": PERSON,
                "new_chat_member": {"status": "member"},
            }
        },
    ),
]


@pytest.mark.parametrize("kinds", [row[1] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_what_means_nothing_is_passed_over(
    channel: TelegramChannel, kinds: dict[str, Any]
) -> None:
    assert parsed(channel, update(**kinds)) is None


MALFORMED: list[tuple[str, bytes]] = [
    ("no bytes", b""),
    ("no JSON", b"update_id=1"),
    ("half of one", b'{"update_id": 8, "message": {"mess'),
    ("not UTF-8", b'{"update_id": 8, "message": "\xff\xfe"}'),
    ("a list", b"[1, 2]"),
    ("no number", b'{"message": {}}'),
    ("a number as text", b'{"update_id": "8"}'),
    ("true as number", b'{"update_id": true}'),
    ("a number past 64 bits", b'{"update_id": 9223372036854775808}'),
    ("a number of a million digits", b'{"update_id": ' + b"9" * 1_000_000 + b"}"),
    ("a depth bomb", b'{"update_id": 8, "message": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"),
    ("an object bomb", b'{"update_id": 8, "a": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001),
    ("a place that is no number", update(message=message(location={"latitude": "x"}))),
    ("a place past numbers", b'{"update_id": 8, "message": {"latitude": NaN}}'),
    ("an infinite place", update(message=message(location={"latitude": 1, "longitude": 7}))
        .replace(b'"longitude": 7', b'"longitude": 1e999')),
    ("a message without chat", update(message={"message_id": 1, "from": PERSON})),
    ("a chat that is a list", update(message=message(chat=[]))),
    ("a chat of a huge number", update(message=message(chat={"id": 10**30}))),
    ("a message that is a text", update(message="hello")),
    ("a text that is a number", update(message=message(text=5))),
    ("a photo without sizes", update(message=message(photo=[]))),
    ("a file without an id", update(message=message(document={"file_name": "x"}))),
    ("a file that is a list", update(message=message(document=[1]))),
    ("a size that is a text", update(message=message(voice={"file_id": "v", "file_size": "1"}))),
    ("a sender that is a text", update(message=message(text="x", **{"from": "me"}))),
    ("a click without a person", update(callback_query={"id": "1", "message": message()})),
    ("a membership without one", update(my_chat_member={"chat": CHAT, "from": PERSON})),
]  # fmt: skip


@pytest.mark.parametrize("body", [row[1] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
def test_what_is_not_of_the_form_is_malformed(channel: TelegramChannel, body: bytes) -> None:
    with pytest.raises(Malformed):
        parsed(channel, body)


@pytest.mark.parametrize(
    ("code", "locale"),
    [("zh-hant", "zh_CN"), ("zh", "zh_CN"), ("en-GB", "en"), ("ug", ""), ("", "")],
)
def test_the_client_s_language_is_a_hint(channel: TelegramChannel, code: str, locale: str) -> None:
    sender = {**PERSON, "language_code": code}
    event = parsed(channel, update(message=message(text="x", **{"from": sender})))
    assert event is not None
    assert event.locale == locale
