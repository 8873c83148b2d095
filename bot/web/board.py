"""The supervision board on a page: opened once by a link, then alive for half an hour."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import quote

from aiohttp import web
from markupsafe import Markup
from pydantic import BaseModel, Field, ValidationError

from bot.web.origin import Door
from bot.web.pages import Pages, locale_of

_BODY_MAX = 8_192  # bytes
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardOffer:
    """A button of one duty with the text that it sends, in words."""

    code: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardItem:
    """One duty in words."""

    id: str
    doc: str
    stand: str
    words: str
    lines: Sequence[str]
    asked: bool
    paused: str
    offers: Sequence[BoardOffer]
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCell:
    """One level of one mission: how many stand how, the worst first, and each of them."""

    level: str
    counts: Sequence[tuple[str, str, int]]  # stand, its word, how many
    items: Sequence[BoardItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    """One mission."""

    unit: str
    team: str
    cells: Sequence[BoardCell]
    timeline: Markup
    told: Sequence[str]  # the timeline in words
    log: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSheet:
    """The whole board in words; `ticket` lets this page act for a while."""

    ticket: str
    day: str
    counts: str
    levels: Sequence[str]
    lines: Sequence[BoardLine]
    columns: Sequence[str]
    log: Sequence[Sequence[str]]


Asked = TypeVar("Asked", bound=BaseModel)


class Token(BaseModel):
    """The one-time token out of the page's fragment, or the ticket of a page that is open."""

    token: Annotated[str, Field(max_length=200)] = ""
    ticket: Annotated[str, Field(max_length=200)] = ""


class Tap(BaseModel):
    """One tap: which duty, which level, what the officer added."""

    ticket: Annotated[str, Field(min_length=8, max_length=200)]
    duty: Annotated[str, Field(min_length=1, max_length=64)]
    code: Annotated[str, Field(pattern="^(urge|press)$")]
    reason: Annotated[str, Field(max_length=1_000)] = ""
    known: Annotated[int, Field(ge=0, le=10_000)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardDoors:
    """What answers: `act` gives "" or the words of a refusal, None where the page is over."""

    open: Callable[[str, str, str], Awaitable[BoardSheet | None]]  # token, ticket, locale
    act: Callable[["Tap", str], Awaitable[str | None]]  # tap, locale
    sheet: Callable[[str, str], Awaitable[tuple[str, bytes] | None]]  # ticket, locale


class BoardView:
    """`/desk`: a GET shows a button, so that a link preview opens nothing."""

    def __init__(self, pages: Pages, door: Door, doors: BoardDoors | None) -> None:
        self._pages = pages
        self._door = door
        self._doors = doors

    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, if there is a board."""
        if self._doors is None:
            return ()
        return (
            web.get("/desk", self.cover),
            web.post("/desk/open", self.open),
            web.post("/desk/act", self.act),
            web.post("/desk/sheet", self.sheet),
        )

    async def cover(self, request: web.Request) -> web.Response:
        """The page with the button."""
        return self._pages.show(request, "board_cover.html")

    async def open(self, request: web.Request) -> web.Response:
        """The board as a piece of a page; 410 when the link is good for nothing."""
        asked = await self._body(request, Token)
        assert self._doors is not None
        page = await self._doors.open(asked.token, asked.ticket, locale_of(request))
        if page is None:
            return web.Response(status=410)
        return self._pages.show(request, "board.html", board=page)

    async def act(self, request: web.Request) -> web.Response:
        """One tap; 410 when the page is over, 409 with words when it may not be."""
        tap = await self._body(request, Tap)
        assert self._doors is not None
        refused = await self._doors.act(tap, locale_of(request))
        if refused is None:
            return web.Response(status=410)
        return web.json_response({"text": refused}, status=409 if refused else 200)

    async def sheet(self, request: web.Request) -> web.Response:
        """The log as a sheet."""
        asked = await self._body(request, Token)
        assert self._doors is not None
        found = await self._doors.sheet(asked.ticket, locale_of(request))
        if found is None:
            return web.Response(status=410)
        name, data = found
        told = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        return web.Response(body=data, content_type=XLSX, headers={"Content-Disposition": told})

    async def _body(self, request: web.Request, kind: type[Asked]) -> Asked:
        if not self._door.same_origin(request):
            raise web.HTTPForbidden(text="")
        try:
            return kind.model_validate_json(await request.content.read(_BODY_MAX))
        except ValidationError:
            raise web.HTTPBadRequest(text="") from None
