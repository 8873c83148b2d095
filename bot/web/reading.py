"""One-time reading: a page that consumes its link only by a tap, and downloads likewise."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, Field, ValidationError

from bot.web.origin import Door
from bot.web.pages import Attachment, Download, Pages, Reader, ReadPage

_BODY_MAX = 1_024  # bytes


class Ticket(BaseModel):
    """What the page posts: the token out of its own fragment."""

    token: Annotated[str, Field(min_length=8, max_length=200)]


class ReadingView:
    """`/read` and `/file/<id>`: a GET shows a button, so that a link preview opens nothing."""

    def __init__(
        self, pages: Pages, door: Door, reader: Reader | None, attachment: Attachment | None
    ) -> None:
        self._pages = pages
        self._door = door
        self._reader = reader
        self._attachment = attachment

    def routes(self) -> Sequence[web.RouteDef]:
        """The routes of what there is."""
        routes: list[web.RouteDef] = []
        if self._reader is not None:
            routes += [web.get("/read", self.cover), web.post("/read", self.open)]
        if self._attachment is not None:
            path = "/file/{id:[A-Za-z0-9_-]{8,200}}"
            routes += [web.get(path, self.file_cover), web.post(path, self.file)]
        return routes

    async def cover(self, request: web.Request) -> web.Response:
        """The page with the button."""
        return self._pages.show(request, "read.html")

    async def open(self, request: web.Request) -> web.Response:
        """The content, once; 410 when the link is used, over or never was."""
        self._check(request)
        try:
            body = await request.content.read(_BODY_MAX)
            ticket = Ticket.model_validate_json(body)
        except ValidationError:
            raise web.HTTPBadRequest(text="") from None
        page = await self._reader(ticket.token) if self._reader else None
        if page is None:
            return web.json_response({"key": "web.read_gone"}, status=410)
        return web.json_response(_as_json(page))

    async def file_cover(self, request: web.Request) -> web.Response:
        """The page with the button for a file."""
        return self._pages.show(request, "file.html")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """The file, once."""
        self._check(request)
        download = None
        if self._attachment is not None:
            download = await self._attachment(request.match_info["id"])
        if download is None:
            return self._pages.show(request, "error.html", status=410, key="web.read_gone")
        return await _pour(request, download)

    def _check(self, request: web.Request) -> None:
        if not self._door.same_origin(request):
            raise web.HTTPForbidden(text="")


def _as_json(page: ReadPage) -> dict[str, Any]:
    return {
        "title": page.title,
        "parts": [{"label": part.label, "text": part.text} for part in page.parts],
        "files": [{"id": file.id, "name": file.name, "size": file.size} for file in page.files],
        "minutes": page.minutes,
    }


async def _pour(request: web.Request, download: Download) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(download.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
    )
    await response.prepare(request)
    async for piece in download.pieces:
        await response.write(piece)
    await response.write_eof()
    return response
