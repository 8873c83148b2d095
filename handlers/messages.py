"""The neutral vocabulary of every channel: what comes in and what goes out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


class Kind(StrEnum):
    """What kind of event came in."""

    TEXT = "text"
    CHOICE = "choice"  # a button: `choice` holds `<nonce>:<code>`
    FILE = "file"
    START = "start"  # a deep link or the first hello: `text` holds the payload
    LOCATION = "location"  # `text` holds "latitude,longitude"
    EDIT = "edit"  # somebody changed an earlier message
    LEFT = "left"  # the person blocked the bot or left


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a conversation lives. `chat` is the platform's id and never leaves sealed columns."""

    channel: str
    account: str
    chat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file as the platform names it; its bytes are fetched later by a durable job."""

    ref: str
    kind: str = "document"  # photo | document | voice | audio | video
    name: str = ""
    mime: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One event of one conversation. `event_id` is unique within (channel, account)."""

    event_id: str
    address: Address
    sender: str
    kind: Kind
    received_at: datetime
    text: str = ""
    choice: str = ""
    files: tuple[FileRef, ...] = ()
    message_id: str = ""
    private: bool = True
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text by key with its values, rendered in the recipient's language at sending time.

    Use it as a value of another text: `values={"state": Text("status.received")}`.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button. `code` is ASCII, at most 40 bytes; its label is `key` or `label` (data)."""

    code: str
    key: str = ""
    label: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


LONGEST_CODE = 40  # bytes of a button


def code_of(id: str) -> str:
    """The code of a button that means one thing, whatever else comes into its list or leaves it.

    The id itself, or a digest of it where it is too long or not plain.
    """
    if len(id) <= LONGEST_CODE and id.isascii() and "|" not in id:
        return id
    return hashlib.blake2s(id.encode(), digest_size=15).hexdigest()


class Priority(IntEnum):
    """Answers leave before notices, notices before reminders, reminders before digests."""

    ANSWER = 0
    NOTICE = 1
    REMINDER = 2
    DIGEST = 3


class Policy(StrEnum):
    """What to do with a message of which nobody knows whether it arrived."""

    RESEND_ONCE = "resend_once"
    HOLD = "hold"  # the office sees it and decides


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFile:
    """A file to send: an attachment's id, and a file name that says nothing of a report.

    `made` instead of an attachment: plain data of which the file is made when it leaves.
    """

    name: str
    mime: str
    attachment: str = ""
    made: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message to somebody: keys and values, never a sentence.

    `to` None answers the conversation that spoke; an `Address` reaches any other. `dedupe` is the
    idempotency key of the outbox row; empty = "<event>:<position>". `nonce` is filled where
    buttons belong to a form or a card. `content` marks words of a report: only a surface
    that may carry content ever gets them (the turn refuses otherwise).
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    lead: tuple[Text, ...] = ()  # short texts put before this one in the same message
    choices: tuple[Choice, ...] = ()
    nonce: str = ""
    to: Address | None = None
    locale: str = ""
    priority: Priority = Priority.ANSWER
    policy: Policy = Policy.RESEND_ONCE
    not_before: datetime | None = None
    dedupe: str = ""
    topic: str = ""  # a newer planned row of the same topic and address supersedes older ones
    files: tuple[OutFile, ...] = ()
    content: bool = False
    protect: bool = False  # no forwarding or saving where the platform can forbid it
    vanish_after: int | None = None  # seconds after which the platform copy is deleted again
    erase: tuple[str, ...] = ()  # platform ids to delete in this chat before the text is sent
