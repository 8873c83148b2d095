"""A web chat on a real port and a real database, with a small stand-in conversation behind it."""

import hashlib
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from bot.channels.base import Button, Document, RawEvent, Rendered, StoreFailed
from bot.channels.webchat import WebChatChannel, WebChatSettings
from bot.texts import Texts, read_catalogues
from bot.web.origin import Door
from bot.web.server import Parts, make_app, serve
from handlers.messages import Incoming, Kind
from storage.sealing import Keyring, Vault
from storage.sqlite import SqliteStorage

ZONE = ZoneInfo("Asia/Shanghai")
TEXTS = Texts(read_catalogues(), ZONE)


@dataclass(slots=True)
class HandClock:
    """A clock that stands until somebody moves it."""

    at: datetime = datetime(2026, 3, 2, 9, 30, tzinfo=ZONE)
    zone: ZoneInfo = ZONE

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.at

    def advance(self, **span: float) -> None:
        """Move it ahead."""
        self.at += timedelta(**span)


@dataclass(slots=True)
class Talk:
    """A stand-in for the conversation: keeps what came in, answers in a fixed way."""

    channel: WebChatChannel
    events: list[Incoming] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    fails: int = 0
    files: dict[str, str] = field(default_factory=dict)
    answers: Sequence[Rendered] = ()

    async def accept(self, raw: RawEvent) -> bool:
        """As the inbox does: once per event id."""
        if self.fails:
            self.fails -= 1
            raise StoreFailed
        if raw.event_id in self.known:
            return False
        self.known.add(raw.event_id)
        event = self.channel.parse(raw.body, raw.received_at)
        assert event is not None
        assert event.event_id == raw.event_id
        self.events.append(event)
        await self._answer(event)
        return True

    async def _answer(self, event: Incoming) -> None:
        chat = event.address.chat
        if event.kind is Kind.FILE:
            (file,) = event.files
            digest = hashlib.sha256()
            async for piece in self.channel.fetch(file):
                digest.update(piece)
            self.files[file.name] = digest.hexdigest()
        for answer in self.answers or (script(event),):
            await self.channel.send(chat, answer)

    def texts(self) -> list[str]:
        """What was typed."""
        return [event.text for event in self.events if event.kind is Kind.TEXT]


def buttons(*labels: str) -> list[Button]:
    """Buttons as the renderer makes them."""
    return [Button(label=label, data=f"v1:nonce0:{n}") for n, label in enumerate(labels, 1)]


def script(event: Incoming) -> Rendered:
    """The fixed answers."""
    match event.kind:
        case Kind.START:
            return Rendered(
                text=f"您好，请选择要办的事。[{event.text}]",
                buttons=buttons("举报", "查询", "补充"),
            )
        case Kind.CHOICE:
            return Rendered(text=f"您选了 {event.choice}", buttons=buttons("匿名", "实名", "返回"))
        case Kind.FILE:
            return Rendered(text=f"已收到文件 {event.files[0].name}", buttons=buttons("完成"))
        case _:
            return Rendered(text=f"已记下：{event.text}", buttons=buttons("完成", "返回"))


@dataclass(slots=True)
class Stage:
    """The running server and everything behind it."""

    database: Path
    storage: SqliteStorage
    vault: Vault
    settings: WebChatSettings
    clock: HandClock
    channel: WebChatChannel
    talk: Talk
    port: int
    runner: web.AppRunner
    parts: Parts

    @property
    def root(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    async def restart(self) -> None:
        """Stop all of the server and start another on the same port and files."""
        await self.stop()
        await self.start()

    async def stop(self) -> None:
        """Stop the server and close the database."""
        await self.channel.stop()
        await self.runner.cleanup()
        await self.storage.close()

    async def start(self) -> None:
        """Start a new server on the same port and files; what the talk knew is kept by it."""
        self.storage = SqliteStorage(self.database)
        await self.storage.open()
        self.channel = WebChatChannel(self.storage, self.vault, self.settings, self.clock)
        self.talk.channel = self.channel
        await self.channel.start(self.talk.accept)
        app = make_app(replace(self.parts, routes=(*self.channel.routes(), *self.parts.routes)))
        self.runner = await serve(app, "127.0.0.1", self.port)


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def staged(folder: Path, *, port: int = 0, **changes: Any) -> AsyncIterator[Stage]:
    """A running stage. `changes`: fields of WebChatSettings, or `parts=` for the server."""
    parts: dict[str, Any] = changes.pop("parts", {})
    clock = HandClock()
    vault = Vault(Keyring.generate())
    settings = WebChatSettings(folder=folder / "spool", **changes)
    storage = SqliteStorage(folder / "chat.db")
    channel = WebChatChannel(storage, vault, settings, clock)
    door = Door(public_url=settings.public_url, trusted_proxy=settings.trusted_proxy)
    stage = Stage(
        database=folder / "chat.db",
        storage=storage,
        vault=vault,
        settings=settings,
        clock=clock,
        channel=channel,
        talk=Talk(channel),
        port=port or free_port(),
        runner=web.AppRunner(web.Application()),
        parts=Parts(say=TEXTS.say, clock=clock, door=door, **parts),
    )
    await stage.start()
    try:
        yield stage
    finally:
        await stage.stop()


class Page:
    """A page as the server sees it: one web socket, frames in and out."""

    def __init__(
        self, http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        self.http = http
        self.socket = socket
        self.welcome: dict[str, Any] = {}

    @property
    def token(self) -> str:
        """The token the server gave."""
        return str(self.welcome["token"])

    async def say(self, **frame: Any) -> None:
        """Send a frame."""
        await self.socket.send_str(json.dumps(frame, ensure_ascii=False))

    async def hear(self, kind: str = "") -> dict[str, Any]:
        """The next frame, or the next of a kind."""
        while True:
            message = await self.socket.receive(10)
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise ConnectionError(message.type)
            frame: dict[str, Any] = json.loads(message.data)
            if not kind or frame["type"] == kind:
                return frame

    async def everything(self) -> list[dict[str, Any]]:
        """All that the server has put on the line by now."""
        await self.say(type="ping")
        frames: list[dict[str, Any]] = []
        while (frame := await self.hear())["type"] != "pong":
            frames.append(frame)
        return frames

    async def backlog(self) -> list[dict[str, Any]]:
        """Everything until the page has caught up."""
        frames: list[dict[str, Any]] = []
        while not (frame := await self.hear()).get("caught_up"):
            frames.append(frame)
        return frames


class Rooted(Protocol):
    """Whatever serves pages."""

    @property
    def root(self) -> str:
        """Where the pages are."""


@asynccontextmanager
async def page(stage: Rooted, token: str = "", **hello: Any) -> AsyncIterator[Page]:
    """A page that has said hello; what it missed is not read yet."""
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{stage.root}/chat/ws", headers={"Origin": stage.root}) as ws,
    ):
        one = Page(http, ws)
        await one.say(type="hello", token=token, **hello)
        one.welcome = await one.hear()
        if not one.welcome.get("token"):
            one.welcome["token"] = token
        yield one


def document(folder: Path, name: str, content: bytes) -> Document:
    """A file to send."""
    path = folder / "out.bin"
    path.write_bytes(content)
    return Document(path=path, name=name, mime="application/pdf")
