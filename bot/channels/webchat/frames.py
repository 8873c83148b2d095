"""The JSON frames of the web chat: what a page may send, what it gets, and the neutral event."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError

from bot.channels.base import Malformed
from handlers.messages import Address, FileRef, Incoming, Kind
from storage.mailbox import Letter

CHANNEL = "web"
OWN_MARK = "c:"  # marks of the person's own messages: c:<client id>

Frame = Mapping[str, Any]


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("NUL")
    return text


Clean = Annotated[str, AfterValidator(_without_nul)]
ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,40}$")]
FileId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Locale = Literal["zh_CN", "en"]


class Hello(BaseModel):
    """The first frame of every connection."""

    type: Literal["hello"]
    token: Annotated[str, Field(max_length=64)] = ""
    slot: Annotated[str, Field(max_length=20)] = ""
    locale: Locale = "zh_CN"
    last: Annotated[int, Field(ge=0)] = 0
    own: bool = False


class Settings(BaseModel):
    """The person changed the language of the page or whose device it is."""

    type: Literal["settings"]
    locale: Locale
    own: bool


class Ping(BaseModel):
    """A sign of life from a page whose network is doubtful."""

    type: Literal["ping"]


class Forget(BaseModel):
    """End the session and everything the mailbox has of it."""

    type: Literal["forget"]


class TextFrame(BaseModel):
    """Something typed."""

    type: Literal["text"]
    id: ClientId
    text: Clean


class ChoiceFrame(BaseModel):
    """A button pressed; `data` as it came with the button."""

    type: Literal["choice"]
    id: ClientId
    data: Annotated[Clean, Field(max_length=64)]


class FileFrame(BaseModel):
    """A file that went up before by POST /chat/file."""

    type: Literal["file"]
    id: ClientId
    upload: FileId
    name: Annotated[Clean, Field(max_length=255)] = ""
    mime: Annotated[Clean, Field(max_length=120)] = ""
    size: Annotated[int, Field(ge=0)] | None = None


class StartFrame(BaseModel):
    """A deep link, or the first hello of a fresh session (empty payload)."""

    type: Literal["start"]
    id: ClientId
    payload: Annotated[Clean, Field(max_length=200)] = ""


Event = TextFrame | ChoiceFrame | FileFrame | StartFrame
Sent = Hello | Settings | Ping | Forget | Event
_SENT: TypeAdapter[Sent] = TypeAdapter(Annotated[Sent, Field(discriminator="type")])
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


class Stored(BaseModel):
    """The raw event as the inbox keeps it."""

    event: str
    session: str
    locale: str
    frame: Annotated[Event, Field(discriminator="type")]


def read(data: str) -> Sent | None:
    """A frame of a page, or None if it is not of our form."""
    try:
        return _SENT.validate_json(data)
    except ValidationError:
        return None


def event_id(session: str, client_id: str) -> str:
    """A resend carries the same id, so that the inbox knows it."""
    return f"{session}:{client_id}"


def to_body(session: str, locale: str, frame: Event) -> bytes:
    """What the inbox keeps of an event."""
    stored = Stored(event=event_id(session, frame.id), session=session, locale=locale, frame=frame)
    return stored.model_dump_json().encode()


def to_incoming(body: bytes, account: str, received_at: datetime) -> Incoming:
    """Raw event → neutral event. Raises Malformed."""
    try:
        stored = Stored.model_validate_json(body)
    except ValidationError:
        raise Malformed from None
    kind, fields = _meaning(stored.frame)
    return Incoming(
        event_id=stored.event,
        address=Address(channel=CHANNEL, account=account, chat=stored.session),
        sender=stored.session,
        kind=kind,
        received_at=received_at,
        message_id=OWN_MARK + stored.frame.id,
        locale=stored.locale,
        **fields,
    )


def _meaning(frame: Event) -> tuple[Kind, dict[str, Any]]:
    match frame:
        case TextFrame():
            return Kind.TEXT, {"text": frame.text}
        case ChoiceFrame():
            return Kind.CHOICE, {"choice": frame.data.removeprefix("v1:")}
        case StartFrame():
            return Kind.START, {"text": frame.payload}
        case FileFrame():
            return Kind.FILE, {"files": (_file(frame),)}


def _file(frame: FileFrame) -> FileRef:
    major = frame.mime.partition("/")[0]
    kind = {"image": "photo", "audio": "audio", "video": "video"}.get(major, "document")
    return FileRef(ref=frame.upload, kind=kind, name=frame.name, mime=frame.mime, size=frame.size)


def message(letter: Letter) -> Frame:
    """A message of ours."""
    return {
        "type": "message",
        "id": letter.mark,
        "seq": letter.seq,
        "at": letter.at,
        "text": letter.body["text"],
        "buttons": letter.body["buttons"],
        "files": letter.body["files"],
    }


def delete(marks: Sequence[str]) -> Frame:
    """Messages of either side that are no more."""
    return {"type": "delete", "ids": list(marks)}


def accepted(client_id: str, at: int) -> Frame:
    """An event is stored durably since `at` (epoch seconds)."""
    return {"type": "accepted", "id": client_id, "at": at}


def error(key: str, client_id: str = "", retry_after: float = 0.0) -> Frame:
    """Something did not work; `retry_after` in seconds, 0 = do not repeat it as it is."""
    return {
        "type": "error",
        "key": key,
        "id": client_id,
        "retry_after": ceil(retry_after * 10) / 10,
    }


def encode(frame: Frame) -> str:
    """A frame as it travels."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
