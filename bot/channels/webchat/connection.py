"""One web socket from hello to goodbye."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from aiohttp import WSMsgType, web

from bot.channels.base import Accept, RawEvent, StoreFailed
from bot.channels.webchat import frames
from bot.channels.webchat.frames import (
    Event,
    FileFrame,
    Forget,
    Hello,
    Ping,
    Sent,
    Settings,
    TextFrame,
)
from bot.channels.webchat.hub import Hub, Line
from bot.channels.webchat.lookout import Lookout
from bot.channels.webchat.pace import Pace
from bot.channels.webchat.sessions import Entry, Sessions
from bot.channels.webchat.settings import WebChatSettings
from bot.channels.webchat.spool import Spool
from bot.clock import Clock
from storage import mailbox
from storage.base import Storage, StorageError
from storage.sealing import Vault

HELLO_SECONDS = 15.0
RETRY_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What every connection of the channel shares."""

    storage: Storage
    vault: Vault
    settings: WebChatSettings
    clock: Clock
    sessions: Sessions
    hub: Hub
    lookout: Lookout
    spool: Spool
    newcomers: Pace


class Connection:
    """One page. Nothing about where it comes from is looked at or kept."""

    def __init__(self, bench: Workbench, socket: web.WebSocketResponse, accept: Accept) -> None:
        self._bench = bench
        self._socket = socket
        self._accept = accept
        self._line = Line(socket)
        self._session = ""
        self._locale = ""

    async def run(self) -> None:
        """Until the page leaves or the program stops."""
        sender = asyncio.create_task(self._line.run())
        try:
            await self._listen()
        except StorageError:
            self._line.put(frames.error("web.not_ready", retry_after=RETRY_SECONDS))
        finally:
            self._bench.hub.drop(self._session, self._line)
            self._line.end()
            await sender
            await self._goodbye()

    async def _listen(self) -> None:
        if not await self._greeted():
            return
        async for message in self._socket:
            frame = frames.read(message.data) if message.type is WSMsgType.TEXT else None
            if frame is None:
                self._line.put(frames.error("web.not_understood"))
            elif not await self._take(frame):
                return

    async def _greeted(self) -> bool:
        try:
            message = await self._socket.receive(HELLO_SECONDS)
        except TimeoutError:
            return False
        hello = frames.read(message.data) if message.type is WSMsgType.TEXT else None
        if not isinstance(hello, Hello):
            return False
        entry = await self._enter(hello)
        if entry is None:
            self._line.put(frames.error("web.crowded", retry_after=RETRY_SECONDS * 5))
            return False
        await self._welcome(entry, 0 if entry.fresh else hello.last)
        return True

    async def _enter(self, hello: Hello) -> Entry | None:
        sessions = self._bench.sessions
        entry = await sessions.resume(hello.token, own=hello.own, locale=hello.locale)
        if entry is None and not self._bench.newcomers.wait(_steady()):
            entry = await sessions.begin(own=hello.own, locale=hello.locale)
        return entry

    async def _welcome(self, entry: Entry, last: int) -> None:
        self._session, self._locale = entry.session, entry.locale
        self._bench.hub.add(entry.session, self._line)
        self._line.put(self._welcome_frame(entry))
        past = await self._bench.storage.read(
            lambda db: mailbox.past(db, self._bench.vault, entry.session, last)
        )
        if past is None:  # forgotten in this very moment
            self._bench.hub.forget(entry.session)
            return
        self._line.catch_up(past, last)
        self._line.put({"type": "state", "caught_up": True})
        self._bench.lookout.ring()

    def _welcome_frame(self, entry: Entry) -> frames.Frame:
        return {
            "type": "welcome",
            "token": entry.token,
            "fresh": entry.fresh,
            "locale": entry.locale,
            "own": entry.own,
            "zone": str(self._bench.clock.zone),
            "file_bytes_max": self._bench.settings.file_bytes_max,
            "text_max": self._bench.settings.text_max,
        }

    async def _take(self, frame: Sent) -> bool:
        """Handle one frame; False ends the connection."""
        match frame:
            case Ping():
                self._line.put({"type": "pong"})
            case Settings():
                await self._settle(frame)
            case Forget():
                await self._forget()
                return False
            case Hello():
                return False
            case _:
                await self._event(frame)
        return True

    async def _settle(self, frame: Settings) -> None:
        if wait := self._bench.hub.wait(self._session, _steady()):
            self._line.put(frames.error("web.too_fast", retry_after=wait))
            return
        self._locale = frame.locale
        await self._bench.sessions.choose(self._session, own=frame.own, locale=frame.locale)

    async def _event(self, frame: Event) -> None:
        wait = self._bench.hub.wait(self._session, _steady())
        if wait:
            self._line.put(frames.error("web.too_fast", frame.id, wait))
            return
        refusal = await self._refusal(frame)
        if refusal:
            self._line.put(frames.error(refusal, frame.id))
            return
        try:
            at = self._bench.clock.now()
            await self._accept(self._raw(frame, at))
        except (StoreFailed, StorageError):
            self._line.put(frames.error("web.not_stored", frame.id, RETRY_SECONDS))
            return
        self._line.put(frames.accepted(frame.id, int(at.timestamp())))

    async def _refusal(self, frame: Event) -> str:
        """The key of the reason why an event is not taken, or ""."""
        if isinstance(frame, TextFrame) and len(frame.text) > self._bench.settings.text_max:
            return "web.too_long"
        if isinstance(frame, FileFrame):
            session, upload = self._session, frame.upload
            size = await self._bench.storage.transact(
                lambda db: mailbox.claim_upload(db, session, upload)
            )
            if size is None:
                return "web.upload_gone"
            frame.size = size
        return ""

    def _raw(self, frame: Event, received_at: datetime) -> RawEvent:
        return RawEvent(
            channel=frames.CHANNEL,
            account=self._bench.settings.account,
            event_id=frames.event_id(self._session, frame.id),
            chat=self._session,
            body=frames.to_body(self._session, self._locale, frame),
            received_at=received_at,
        )

    async def _forget(self) -> None:
        files = await self._bench.sessions.forget(self._session)
        await asyncio.to_thread(self._bench.spool.drop, files)
        self._bench.hub.forget(self._session)
        self._session = ""

    async def _goodbye(self) -> None:
        if not self._session:
            return
        try:
            await self._bench.sessions.seen({self._session})
        except StorageError:
            return


def _steady() -> float:
    return asyncio.get_running_loop().time()
