"""The HTTP side of the web chat: files up, files down, a forget that outlives the page."""

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from bot.channels.webchat.connection import Workbench
from bot.channels.webchat.spool import Spool, Truncated, Writing
from bot.web.origin import Door
from storage import mailbox
from storage.base import StorageError
from storage.sealing import SealBroken

_PIECE = 65_536  # bytes per hop
_BEARER = "Bearer "


class TooLarge(Exception):
    """The upload has more bytes than allowed."""


class Endpoints:
    """Uploads and downloads of a session, named by its token in a header no form can send."""

    def __init__(self, bench: Workbench, door: Door) -> None:
        self._bench = bench
        self._door = door

    def routes(self) -> Sequence[web.RouteDef]:
        """The HTTP routes."""
        return (
            web.post("/chat/file", self.upload),
            web.get("/chat/file/{file:[0-9a-f]{32}}", self.download),
            web.post("/chat/forget", self.forget),
        )

    async def upload(self, request: web.Request) -> web.Response:
        """The body of the request is the file. Answers {upload, size}."""
        session = await self._session(request, posted=True)
        settings = self._bench.settings
        if (request.content_length or 0) > settings.file_bytes_max:
            return _refused(413, "web.file_too_large")
        db = self._bench.storage
        files, waiting = await db.read(lambda s: mailbox.waiting_uploads(s, session))
        if files >= settings.waiting_files_max or waiting >= settings.waiting_bytes_max:
            return _refused(429, "web.too_many_files")
        try:
            writing = await self._receive(request)
        except TooLarge:
            return _refused(413, "web.file_too_large")
        except OSError:
            return _refused(503, "web.not_stored")
        at = self._bench.sessions.at
        await db.transact(
            lambda s: mailbox.add_upload(
                s, upload=writing.file, session=session, size=writing.size, at=at
            )
        )
        return web.json_response({"upload": writing.file, "size": writing.size})

    async def _receive(self, request: web.Request) -> Writing:
        writing = await asyncio.to_thread(self._bench.spool.begin)
        try:
            async for piece in request.content.iter_chunked(_PIECE):
                await asyncio.to_thread(writing.write, piece)
                if writing.size > self._bench.settings.file_bytes_max:
                    raise TooLarge
            await asyncio.to_thread(writing.finish)
        except BaseException:
            writing.abandon()
            raise
        return writing

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file of one of this session's messages."""
        session = await self._session(request, posted=False)
        file = request.match_info["file"]
        if not await self._bench.storage.read(lambda s: mailbox.has_file(s, session, file)):
            raise web.HTTPNotFound(text="")
        response = web.StreamResponse(
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file)}",
            }
        )
        await response.prepare(request)
        await _pour(self._bench.spool, file, response)
        return response

    async def forget(self, request: web.Request) -> web.Response:
        """The same as the frame `forget`, for a page that is being left."""
        session = await self._session(request, posted=True)
        files = await self._bench.sessions.forget(session)
        await asyncio.to_thread(self._bench.spool.drop, files)
        self._bench.hub.forget(session)
        return web.json_response({})

    async def _session(self, request: web.Request, *, posted: bool) -> str:
        if posted and not self._door.same_origin(request):
            raise web.HTTPForbidden(text="")
        told = request.headers.get("Authorization", "")
        try:
            token = told.removeprefix(_BEARER) if told.startswith(_BEARER) else ""
            session = await self._bench.sessions.find(token)
        except StorageError:
            raise web.HTTPServiceUnavailable(text="") from None
        if session is None:
            raise web.HTTPUnauthorized(text="")
        return session


async def _pour(spool: Spool, file: str, response: web.StreamResponse) -> None:
    pieces = spool.pieces(file)
    try:
        while piece := await asyncio.to_thread(next, pieces, b""):
            await response.write(piece)
        await response.write_eof()
    except (FileNotFoundError, Truncated, SealBroken):
        response.force_close()


def _refused(status: int, key: str) -> web.Response:
    return web.json_response({"key": key}, status=status)
