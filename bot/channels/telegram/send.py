"""Rendered → calls of the Bot API: parts, keyboards, documents, edits, deletions."""

import hashlib
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from bot.channels.base import Button, Document, NotSent, Rejected, Rendered, RetryLater, Uncertain
from bot.channels.telegram.client import Client
from bot.channels.telegram.failures import EditRefused

MAX_TEXT = 4096  # UTF-16 units
MAX_DELETE = 100
ROW_BUTTONS = 3
ROW_COLUMNS = 30  # what a phone shows of a row without cutting labels; a Chinese character is two
UNFINISHED = 1000


class Sender:
    """Delivers messages of one account.

    What was sent of a message in several parts is remembered, so that another attempt goes on
    where the first one stopped.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._sent: OrderedDict[bytes, list[str]] = OrderedDict()

    async def send(self, chat: str, message: Rendered) -> list[str]:
        """Send every part; the ids of the messages. Raises DeliveryError."""
        steps = _steps(_number(chat), message)
        if len(steps) == 1:
            return [await self._take(steps[0])]
        fingerprint = _fingerprint(chat, message)
        ids = self._sent.pop(fingerprint, [])
        try:
            for step in steps[len(ids) :]:
                ids.append(await self._take(step))
        except (RetryLater, NotSent, Uncertain):
            if ids:
                self._sent[fingerprint] = ids
                while len(self._sent) > UNFINISHED:
                    self._sent.popitem(last=False)
            raise
        return ids

    async def edit(self, chat: str, message_id: str, message: Rendered) -> list[str]:
        """Replace a message of ours, or send it anew where that is no longer allowed."""
        parts = pieces(message.text)
        if len(parts) != 1 or message.documents:
            return await self.send(chat, message)
        params = _text(_number(chat), parts[0], message, last=True)
        params["message_id"] = _number(message_id)
        try:
            await self._client.call("editMessageText", params)
        except EditRefused:
            return await self.send(chat, message)
        return [message_id]

    async def delete(self, chat: str, message_ids: Sequence[str]) -> None:
        """Delete messages, a hundred at a time. Raises DeliveryError."""
        number = _number(chat)
        ids = [_number(one) for one in message_ids]
        for start in range(0, len(ids), MAX_DELETE):
            await self._client.delete_messages(number, ids[start : start + MAX_DELETE])

    async def _take(self, step: dict[str, Any]) -> str:
        document = step.pop("document", None)
        if document is None:
            return _message_id(await self._client.call("sendMessage", step))
        with document.path.open("rb") as content:
            files = {"document": (file_name(document.name), content, document.mime)}
            return _message_id(await self._client.upload("sendDocument", step, files))


def pieces(text: str, limit: int = MAX_TEXT) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units, at ends of lines where that is near."""
    if len(text) * 2 <= limit:
        return [text] if text.strip() else []
    parts: list[str] = []
    while text:
        head = text.encode("utf-16-le", "replace")[: limit * 2].decode("utf-16-le", "ignore")
        if len(head) < len(text):
            line = head.rfind("\n") + 1
            head = head[:line] if line > len(head) // 2 else head
        parts.append(head)
        text = text[len(head) :]
    return [part for part in parts if part.strip()]


def keyboard(buttons: Sequence[Button]) -> list[list[dict[str, str]]]:
    """Rows of an inline keyboard: short labels side by side, long ones alone."""
    rows: list[list[dict[str, str]]] = []
    widest = 0
    for button in buttons:
        width = _columns(button.label)
        side_by_side = rows and len(rows[-1]) < ROW_BUTTONS
        widest = max(widest, width) if side_by_side else width
        if not side_by_side or widest * (len(rows[-1]) + 1) > ROW_COLUMNS:
            rows.append([])
            widest = width
        rows[-1].append({"text": button.label, "callback_data": button.data})
    return rows


def file_name(name: str) -> str:
    """A file name that survives a header: no control characters, never empty."""
    return "".join(c for c in name if unicodedata.category(c)[0] != "C") or "file"


def _steps(chat: int, message: Rendered) -> list[dict[str, Any]]:
    """The calls that make up a message; the buttons hang on its last text, else its last file."""
    parts = pieces(message.text)
    steps = [
        _text(chat, part, message, last=place == len(parts))
        for place, part in enumerate(parts, start=1)
    ]
    steps += [_document(chat, document, message) for document in message.documents]
    if not steps:
        raise Rejected("nothing to send")
    if not parts and message.buttons:
        steps[-1]["reply_markup"] = {"inline_keyboard": keyboard(message.buttons)}
    return steps


def _text(chat: int, part: str, message: Rendered, *, last: bool) -> dict[str, Any]:
    params: dict[str, Any] = {
        "chat_id": chat,
        "text": part,
        "link_preview_options": {"is_disabled": True},
    }
    if message.protect:
        params["protect_content"] = True
    if last and message.buttons:
        params["reply_markup"] = {"inline_keyboard": keyboard(message.buttons)}
    return params


def _document(chat: int, document: Document, message: Rendered) -> dict[str, Any]:
    params: dict[str, Any] = {
        "chat_id": chat,
        "document": document,
        "disable_content_type_detection": True,
    }
    if message.protect:
        params["protect_content"] = True
    return params


def _message_id(result: Any) -> str:
    return str(result["message_id"]) if isinstance(result, dict) and "message_id" in result else ""


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        number = None
    if number is None:
        raise Rejected("not an id of this platform")
    return number


def _columns(label: str) -> int:
    return len(label.encode("gb18030", "replace"))  # two bytes where a phone takes two columns


def _fingerprint(chat: str, message: Rendered) -> bytes:
    words = [chat, message.text, *(b.data for b in message.buttons)]
    words += [document.name for document in message.documents]
    return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).digest()
