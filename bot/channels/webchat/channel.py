"""The web chat as a channel: a mailbox that outlives pages, and the sockets of open ones."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import count
from math import inf
from secrets import token_hex

from aiohttp import WSCloseCode, web

from bot.channels.base import (
    Accept,
    Capabilities,
    ChatGone,
    Document,
    NotSent,
    Rejected,
    Rendered,
)
from bot.channels.webchat import frames
from bot.channels.webchat.connection import Connection, Workbench
from bot.channels.webchat.endpoints import Endpoints
from bot.channels.webchat.hub import Hub
from bot.channels.webchat.lookout import Lookout
from bot.channels.webchat.pace import Pace
from bot.channels.webchat.sessions import Sessions
from bot.channels.webchat.settings import WebChatSettings
from bot.channels.webchat.spool import Spool, Truncated
from bot.clock import Clock
from bot.web.origin import Door
from handlers.messages import FileRef, Incoming
from storage import mailbox
from storage.base import Storage, StorageError
from storage.sealing import SealBroken, Vault

SWEEP_SECONDS = 600.0
SWEEPS_TO_TIDY = 144  # a day
STRAY_AGE = 3_600  # seconds
HEARTBEAT_SECONDS = 25.0
FRAME_BYTES_MAX = 262_144
NEVER = 10**9  # a web page can be told to delete at any time


class WebChatChannel:
    """Channel `web`. A message is delivered once it is in the mailbox; pages fetch it there."""

    trouble = ""  # it is its own platform
    name = frames.CHANNEL

    def __init__(
        self, storage: Storage, vault: Vault, settings: WebChatSettings, clock: Clock
    ) -> None:
        self.account = settings.account
        self.capabilities = Capabilities(
            max_text=8_000,
            content=True,
            exactly_once=True,
            max_file_in=settings.file_bytes_max,
            delete_window=NEVER,
        )
        hub = Hub(burst=settings.burst, per_second=settings.per_second)
        self._bench = Workbench(
            storage=storage,
            vault=vault,
            settings=settings,
            clock=clock,
            sessions=Sessions(storage, vault, settings, clock, hub),
            hub=hub,
            lookout=Lookout(storage, vault, hub),
            spool=Spool(settings.folder, vault),
            newcomers=Pace(burst=settings.sessions_burst, per_second=settings.sessions_per_second),
        )
        self._door = Door(public_url=settings.public_url, trusted_proxy=settings.trusted_proxy)
        self._public_url = settings.public_url
        self._accept: Accept | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def parse(self, body: bytes, received_at: datetime) -> Incoming | None:
        """Raw event → neutral event. Raises Malformed."""
        return frames.to_incoming(body, self.account, received_at)

    async def start(self, accept: Accept) -> None:
        """Open the door to pages."""
        before = self._left_before()
        await asyncio.to_thread(self._bench.spool.prepare, before)
        left = await asyncio.to_thread(self._bench.spool.files, before)
        self._tasks = [
            asyncio.create_task(self._sweep_now_and_then(left)),
            asyncio.create_task(self._bench.lookout.run()),
        ]
        self._accept = accept

    async def stop(self) -> None:
        """Close the door; pages come back by themselves when it opens again."""
        self._accept = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._bench.hub.end_all()

    async def send(self, chat: str, message: Rendered) -> list[str]:
        """Keep the message in the mailbox, then show it wherever the session is open."""
        files = [await self._keep(document) for document in message.documents]
        body = {
            "text": message.text,
            "buttons": [{"label": b.label, "data": b.data} for b in message.buttons],
            "files": files,
        }
        ids = [str(file["id"]) for file in files]
        bench, at = self._bench, self._bench.sessions.at
        try:
            letter = await bench.storage.transact(
                lambda db: mailbox.put(
                    db,
                    bench.vault,
                    chat,
                    body,
                    files=ids,
                    at=at,
                    parcel=message.parcel or token_hex(16),
                )
            )
        except StorageError:
            await asyncio.to_thread(bench.spool.drop, ids)
            raise NotSent from None
        if letter is None:
            await asyncio.to_thread(bench.spool.drop, ids)
            raise ChatGone
        self._show(chat, letter.seq, frames.message(letter))
        return [letter.mark]

    def _show(self, chat: str, seq: int, frame: frames.Frame) -> None:
        """Show what was committed on the pages open here; others look into the mailbox."""
        if not self._bench.hub.show(chat, seq, frame):
            self._bench.lookout.ring()

    async def _keep(self, document: Document) -> dict[str, str | int]:
        try:
            kept = await asyncio.to_thread(self._bench.spool.keep, document.path)
        except OSError:
            raise NotSent from None
        return {"id": kept.file, "name": document.name, "mime": document.mime, "size": kept.size}

    async def acknowledge(self, event: Incoming) -> None:
        """The page shows that an answer is being made."""
        self._bench.hub.put(event.address.chat, {"type": "state", "working": True})

    async def delete(self, chat: str, message_ids: Sequence[str]) -> None:
        """Delete messages of either side, in the mailbox and on every page."""
        try:
            removal = await self._bench.storage.transact(
                lambda db: mailbox.remove(db, chat, message_ids)
            )
        except StorageError:
            raise NotSent from None
        if removal.seq:
            self._show(chat, removal.seq, frames.delete(message_ids))
        await asyncio.to_thread(self._bench.spool.drop, removal.files)

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        """The bytes of an upload, which goes a while after it was read, for a retry's sake."""
        pieces = self._bench.spool.pieces(file.ref)
        try:
            while piece := await asyncio.to_thread(next, pieces, b""):
                yield piece
        except (FileNotFoundError, Truncated, SealBroken):
            raise Rejected from None
        at = self._bench.sessions.at
        with suppress(StorageError):
            await self._bench.storage.transact(lambda db: mailbox.upload_fetched(db, file.ref, at))

    def is_group(self, chat: str) -> bool:
        """A session is one person's."""
        return False

    def entrance(self, payload: str) -> str:
        """The chat page with this start payload in its fragment, so that it reaches no log."""
        return f"{self._public_url}/#{payload}" if self._public_url else ""

    def routes(self) -> Sequence[web.RouteDef]:
        """The web socket and the files beside it."""
        return (
            web.get("/chat/ws", self._socket),
            *Endpoints(self._bench, self._door).routes(),
        )

    async def look(self) -> None:
        """Tell the pages that are open here what other processes did."""
        await self._bench.lookout.look()

    async def sweep(self) -> None:
        """End idle sessions and forget files that belong to nothing any more."""
        bench = self._bench
        await bench.sessions.seen(bench.hub.live())
        while True:
            ended, files = await bench.sessions.sweep()
            await asyncio.to_thread(bench.spool.drop, files)
            for session in ended:
                bench.hub.end(session)
            if not ended and not files:
                return

    def _left_before(self) -> float:
        """When a file on disk must have been written to count as left by a crash (epoch seconds).

        Another process may be writing what is younger, or be about to keep its row.
        """
        bench = self._bench
        return bench.sessions.at - STRAY_AGE if bench.storage.shared else inf

    async def tidy(self) -> None:
        """Drop what a crash of any process left on disk."""
        spool, before = self._bench.spool, self._left_before()
        await asyncio.to_thread(spool.prepare, before)
        await self._drop_strays(await asyncio.to_thread(spool.files, before))

    async def _drop_strays(self, files: Sequence[str]) -> None:
        """What a crash left on disk between the file and its row."""
        strays = await self._bench.storage.read(lambda db: mailbox.strays(db, files))
        await asyncio.to_thread(self._bench.spool.drop, strays)

    async def _sweep_now_and_then(self, left: Sequence[str]) -> None:
        with suppress(StorageError, OSError):
            await self._drop_strays(left)
        for sweep in count(1):
            with suppress(StorageError, OSError):
                await self.sweep()
                if self._bench.storage.shared and sweep % SWEEPS_TO_TIDY == 0:
                    await self.tidy()
            await asyncio.sleep(SWEEP_SECONDS)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        private = self._door.is_private(request) and self._door.knows(request)
        if not private or not self._door.same_origin(request):
            raise web.HTTPForbidden(text="")
        if self._accept is None:
            raise web.HTTPServiceUnavailable(text="")
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS, max_msg_size=FRAME_BYTES_MAX, compress=False
        )
        await socket.prepare(request)
        await Connection(self._bench, socket, self._accept).run()
        if not socket.closed:
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
        return socket
