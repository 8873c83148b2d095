"""What the program asks of a channel, and the ways in which a delivery can fail."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from aiohttp import web

from handlers.messages import FileRef, Incoming


class Measure(StrEnum):
    """In what a platform counts the length of a text."""

    UTF16 = "utf16"
    BYTES = "bytes"
    CHARACTERS = "characters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform can do; handlers never see this, renderers and the dispatcher do."""

    max_text: int
    measure: Measure = Measure.CHARACTERS
    buttons: bool = True
    push: bool = True  # may speak first
    content: bool = False  # may carry words of a report
    files_out: bool = True
    max_file_in: int = 20_000_000  # bytes
    exactly_once: bool = False  # the same parcel sent again is not shown again
    acknowledges: bool = True  # a click waits for `acknowledge`
    delete_window: int | None = None  # seconds in which the bot's messages can be deleted
    per_second: float = 0.0  # sends per second of the whole account, 0 = no limit
    per_chat_second: float = 0.0
    per_group_minute: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEvent:
    """One event as received, before anybody looks into it."""

    channel: str
    account: str
    event_id: str
    chat: str  # the lane: events of one chat are handled in order; "" where it cannot be told
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A rendered button; `data` is `v1:<nonce>:<code>`, at most 64 bytes."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file to send, already opened from its seal into a private temporary file."""

    path: Path
    name: str
    mime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One message in words, ready for the surface."""

    text: str
    buttons: Sequence[Button] = ()
    documents: Sequence[Document] = ()
    protect: bool = False
    parcel: str = ""  # names the delivery, for channels that deliver exactly once


class Malformed(Exception):
    """The event is not of the platform's form; its row is quarantined alone."""


class DeliveryError(Exception):
    """A message did not go out in the ordinary way.

    RetryLater · NotSent · Uncertain · Rejected · ChatGone · ChatMoved · AccountBroken
    """

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "").strip().splitlines()[0]


class RetryLater(DeliveryError):
    """The platform asks to wait; `after` is in seconds. Only this chat waits."""

    def __init__(self, after: float) -> None:
        super().__init__()
        self.after = after


class NotSent(DeliveryError):
    """Certainly not delivered (no connection, 5xx); try again with back-off."""


class Uncertain(DeliveryError):
    """Nobody knows whether it arrived (the answer was lost)."""


class Rejected(DeliveryError):
    """The platform refuses this message for good."""


class ChatGone(DeliveryError):
    """The person blocked the bot or the chat is no more."""


class ChatMoved(DeliveryError):
    """The chat has a new id; `chat` is it."""

    def __init__(self, chat: str) -> None:
        super().__init__()
        self.chat = chat


class AccountBroken(DeliveryError):
    """The account itself is refused (token, conflict): an operator must act."""


class StoreFailed(Exception):
    """The event could not be stored; the channel must not acknowledge it."""


Accept = Callable[[RawEvent], Awaitable[bool]]
"""Stores an event durably. True = new, False = already known. Raises StoreFailed."""


class Channel(Protocol):
    """One account on one platform."""

    name: str
    account: str
    capabilities: Capabilities

    @property
    def trouble(self) -> str:
        """Why nothing is received; "" = all is well."""
        ...

    def parse(self, body: bytes, received_at: datetime) -> Incoming | None:
        """Raw event → neutral event; None for one that means nothing to us. Raises Malformed."""
        ...

    async def start(self, accept: Accept) -> None:
        """Begin to receive. Never raises because the platform is away: it heals later."""
        ...

    async def stop(self) -> None:
        """Stop receiving, then close connections."""
        ...

    async def send(self, chat: str, message: Rendered) -> list[str]:
        """Deliver one message; returns the platform's message ids. Raises DeliveryError."""
        ...

    async def acknowledge(self, event: Incoming) -> None:
        """Best effort sign of life for a click; never raises."""
        ...

    async def delete(self, chat: str, message_ids: Sequence[str]) -> None:
        """Delete messages where the platform allows it; missing ones are no error."""
        ...

    def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        """The bytes of a received file, streamed. Raises DeliveryError."""
        ...

    def is_group(self, chat: str) -> bool:
        """Whether a chat is one of many people, with a slower limit of its own."""
        ...

    def entrance(self, payload: str) -> str:
        """The public address that opens a chat with this start payload; "" while unknown."""
        ...

    def routes(self) -> Sequence[web.RouteDef]:
        """HTTP routes to mount on the web server (webhook, web socket)."""
        ...
