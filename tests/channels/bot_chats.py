"""Chats, files and people of the loopback Bot API."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.channels.bot_api import BotApi

Message = dict[str, Any]


def units(text: str) -> int:
    """The length of a text as the platform counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file on the platform."""

    file_id: str
    unique_id: str
    kind: str
    path: str
    name: str
    mime: str
    content: bytes
    size: int  # may claim more than there is


@dataclass(slots=True)
class Shelf:
    """Every file of the platform."""

    by_id: dict[str, StoredFile] = field(default_factory=dict)
    by_path: dict[str, StoredFile] = field(default_factory=dict)

    def put(
        self, kind: str, content: bytes, name: str = "", mime: str = "", size: int | None = None
    ) -> StoredFile:
        """Store a file."""
        number = len(self.by_id)
        stored = StoredFile(
            file_id=f"BQACAgUAAx{number:08d}",
            unique_id=f"AgAD{number:08d}",
            kind=kind,
            path=f"{kind}s/file_{number}.bin",
            name=name,
            mime=mime,
            content=content,
            size=len(content) if size is None else size,
        )
        self.by_id[stored.file_id] = self.by_path[stored.path] = stored
        return stored


def media(stored: StoredFile) -> Any:
    """How a message names a file."""
    base = {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
    }
    if stored.kind == "photo":
        small = {**base, "file_id": stored.file_id + "s", "file_size": 900}
        return [{**small, "width": 90, "height": 60}, {**base, "width": 1280, "height": 853}]
    named = {"file_name": stored.name} if stored.name else {}
    length = {"duration": 3} if stored.kind in ("voice", "audio", "video") else {}
    shape = {"width": 640, "height": 360} if stored.kind == "video" else {}
    return {**base, **named, **length, **shape, "mime_type": stored.mime}


@dataclass(slots=True)
class Chat:
    """One chat: what is in it, and what the bot said in order."""

    id: int
    kind: str
    title: str
    bot_id: int
    now: Callable[[], int]
    messages: dict[int, Message] = field(default_factory=dict)
    said: list[Message] = field(default_factory=list)  # of the bot, edits included
    deleted: list[int] = field(default_factory=list)
    blocked: bool = False
    _next: int = 100
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def as_json(self) -> dict[str, Any]:
        """The chat as an update names it."""
        name = "first_name" if self.kind == "private" else "title"
        return {"id": self.id, name: self.title, "type": self.kind}

    def new_message(self, sender: dict[str, Any], content: dict[str, Any]) -> Message:
        """Put a message of a person into the chat."""
        self._next += 1
        message = {
            "message_id": self._next,
            "from": sender,
            "chat": self.as_json(),
            "date": self.now(),
            **content,
        }
        self.messages[self._next] = message
        return message

    def post(self, content: dict[str, Any]) -> Message:
        """A message of the bot."""
        bot = {"id": self.bot_id, "is_bot": True, "first_name": "件件"}
        message = self.new_message(bot, content)
        self.said.append(message)
        self._wake()
        return message

    def replace(self, message: Message) -> Message:
        """An edit by the bot."""
        self.messages[message["message_id"]] = message
        self.said.append(message)
        self._wake()
        return message

    def remove(self, message_id: int) -> None:
        """Delete a message."""
        self.messages.pop(message_id, None)
        self.deleted.append(message_id)
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self) -> None:
        """Wait for the next thing that the bot does here."""
        await self._changed.wait()


class Citizen:
    """A person with a Telegram client: writes, clicks, sends files, and waits for the bot."""

    def __init__(
        self,
        api: "BotApi",
        user_id: int,
        *,
        group: int = 0,
        language: str = "zh-hans",
        name: str = "测试",
    ) -> None:
        self.api = api
        self.me = {
            "id": user_id,
            "is_bot": False,
            "first_name": name,
            "language_code": language,
        }
        chat_id = group or user_id
        kind = "supergroup" if group else "private"
        title = "群" if group else name
        self.chat = api.chats.setdefault(chat_id, Chat(chat_id, kind, title, api.bot_id, api.now))
        self._heard = len(self.chat.said)

    def sends(self, content: dict[str, Any]) -> Message:
        """Any message by its content."""
        message = self.chat.new_message(self.me, content)
        self.api.updates.add("message", message)
        return message

    def says(self, text: str) -> Message:
        """A text, or a /command."""
        content: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            length = len(text.split()[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.sends(content)

    def starts(self, payload: str = "") -> Message:
        """Opens the bot by a link."""
        return self.says(f"/start {payload}".strip())

    def photo(self, content: bytes = b"\xff\xd8\xff\xe0jpeg", caption: str = "") -> Message:
        """A picture."""
        return self.sends(self._file("photo", content, caption=caption))

    def album(self, count: int, caption: str = "") -> list[Message]:
        """Several pictures at once: each its own update, more than ten in several albums."""
        items = []
        for place in range(count):
            content = self._file("photo", b"\xff\xd8\xff\xe0jpeg" + bytes([place]))
            content["media_group_id"] = str(9_000_000 + place // 10)
            if place == 0 and caption:
                content["caption"] = caption
            items.append(self.sends(content))
        return items

    def document(
        self, name: str, content: bytes, mime: str = "application/pdf", size: int | None = None
    ) -> Message:
        """A file under a name; `size` may claim another length."""
        return self.sends(self._file("document", content, name=name, mime=mime, size=size))

    def voice(self, content: bytes = b"OggS") -> Message:
        """A spoken message."""
        return self.sends(self._file("voice", content, mime="audio/ogg"))

    def video(self, content: bytes = b"mp4") -> Message:
        """A film."""
        return self.sends(self._file("video", content, mime="video/mp4", name="film.mp4"))

    def audio(self, content: bytes = b"ID3") -> Message:
        """A sound file."""
        return self.sends(self._file("audio", content, mime="audio/mpeg", name="录音.mp3"))

    def location(self, latitude: float, longitude: float) -> Message:
        """A place."""
        return self.sends({"location": {"latitude": latitude, "longitude": longitude}})

    def edits(self, message: Message, text: str) -> Message:
        """Changes an earlier text."""
        edited = {**message, "text": text, "edit_date": self.api.now()}
        self.chat.messages[message["message_id"]] = edited
        self.api.updates.add("edited_message", edited)
        return edited

    def clicks(self, label: str, message: Message | None = None) -> dict[str, Any]:
        """Clicks the button with this label on the given or the newest message that has it."""
        found = [message] if message else list(reversed(self.chat.messages.values()))
        for one in found:
            for button in buttons(one):
                if button["text"] == label:
                    return self.clicks_data(button["callback_data"], one)
        raise AssertionError(
            f"no button {label} among {[b['text'] for m in found for b in buttons(m)]}"
        )

    def clicks_data(self, data: str, message: Message) -> dict[str, Any]:
        """A click with any data, also forged."""
        query = self.api.click(
            {"from": self.me, "message": message, "chat_instance": "-77", "data": data}
        )
        self.api.updates.add("callback_query", query)
        return query

    def blocks(self) -> None:
        """Blocks the bot."""
        self.chat.blocked = True
        bot = {"id": self.api.bot_id, "is_bot": True, "first_name": "件件"}
        self.api.updates.add(
            "my_chat_member",
            {
                "chat": self.chat.as_json(),
                "from": self.me,
                "date": self.api.now(),
                "old_chat_member": {"user": bot, "status": "member"},
                "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0},
            },
        )

    async def hears(self, count: int = 1, *, within: float = 20) -> list[Message]:
        """The next messages of the bot that were not heard yet."""
        async with asyncio.timeout(within):
            while len(self.chat.said) < self._heard + count:
                await self.chat.change()
        news = self.chat.said[self._heard : self._heard + count]
        self._heard += count
        return news

    async def hears_text(self, part: str, *, within: float = 20) -> Message:
        """Listen until the bot says this; what it said before is passed over."""
        while True:
            message = (await self.hears(within=within))[0]
            if part in message.get("text", ""):
                return message

    def unheard(self) -> int:
        """How many messages of the bot were not listened to yet."""
        return len(self.chat.said) - self._heard

    def _file(
        self,
        kind: str,
        content: bytes,
        *,
        name: str = "",
        mime: str = "",
        caption: str = "",
        size: int | None = None,
    ) -> dict[str, Any]:
        stored = self.api.shelf.put(kind, content, name, mime, size)
        said = {"caption": caption} if caption else {}
        return {kind: media(stored), **said}


def buttons(message: Message) -> list[dict[str, str]]:
    """Every button of a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
