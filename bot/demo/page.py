"""The demo page: phones and a clock bar; it exists only where the demo mounts it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, Field, ValidationError

from bot.web.origin import Door
from bot.web.pages import Pages, Say

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
_BODY_MAX = 256  # bytes
TITLES = {
    "citizen": "web.demo_citizen",
    "member": "web.demo_member",
    "office": "web.demo_office",
    "liaison": "web.demo_liaison",
    "principal": "web.demo_principal",
    "leader": "demo.leader",
    "bureau": "demo.bureau",
    "leading": "demo.leading",
    "city": "demo.city",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One phone: `slot` is a key of TITLES and names its memory, `person` says who holds it.

    `start` is the payload it opens with: `s_…`, `u_…` or `bind_…`, or nothing.
    """

    slot: str
    person: str
    start: str = ""

    @property
    def title(self) -> str:
        """The text key of what stands above the phone."""
        return TITLES[self.slot]

    @property
    def address(self) -> str:
        """The chat page of this phone; the payload is a fragment, so that it reaches no log."""
        fragment = f"#{self.start}" if self.start else ""
        return f"/?slot={self.slot}{fragment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """Where the demo's clock stands: local date and time, and what the last move brought about."""

    now: str  # ISO, local, to the minute
    lines: Sequence[str] = ()  # newest last


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An act of the demo: `title` is a text key, `address` where it plays, "" for this one."""

    title: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoParts:
    """What the demo page is put together from."""

    say: Say
    door: Door
    phones: Callable[[], Awaitable[Sequence[Phone]]]
    look: Callable[[], Awaitable[ClockView]]
    advance: Callable[[int], Awaitable[ClockView]]  # days
    next_reminder: Callable[[], Awaitable[ClockView]]
    more: Callable[[], Awaitable[Sequence[Phone]]] | None = None  # people without a phone here
    acts: Callable[[], Sequence[Link]] = tuple  # every act in order, where there are several


class Move(BaseModel):
    """What the clock bar posts."""

    to: Literal["days", "next_reminder"]
    days: Annotated[int, Field(ge=1, le=366)] = 1


class DemoView:
    """`/demo` and its clock."""

    def __init__(self, parts: DemoParts) -> None:
        self._parts = parts
        self._pages = Pages(parts.say, (TEMPLATES,))

    def routes(self) -> list[web.AbstractRouteDef]:
        """Mount these only in the demo."""
        return [
            web.get("/demo", self.page),
            web.get("/demo/phones", self.phones),
            web.get("/demo/clock", self.look),
            web.post("/demo/clock", self.move),
            web.static("/demo/static/", STATIC),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """The page with the phones."""
        phones = await self._parts.phones()
        clock = await self._parts.look()
        acts = self._parts.acts()
        return self._pages.show(request, "demo.html", phones=phones, clock=clock, acts=acts)

    async def phones(self, request: web.Request) -> web.Response:
        """Everybody as JSON, for a client without a screen."""
        found = [*await self._parts.phones()]
        if self._parts.more is not None:
            found += await self._parts.more()
        listed = [{"slot": p.slot, "person": p.person, "start": p.start} for p in found]
        return web.json_response({"phones": listed})

    async def look(self, request: web.Request) -> web.Response:
        """Where the clock stands."""
        return _answer(await self._parts.look())

    async def move(self, request: web.Request) -> web.Response:
        """Move the clock ahead."""
        if not self._parts.door.same_origin(request):
            raise web.HTTPForbidden(text="")
        try:
            move = Move.model_validate_json(await request.content.read(_BODY_MAX))
        except ValidationError:
            raise web.HTTPBadRequest(text="") from None
        if move.to == "days":
            return _answer(await self._parts.advance(move.days))
        return _answer(await self._parts.next_reminder())


def _answer(clock: ClockView) -> web.Response:
    return web.json_response({"now": clock.now, "lines": list(clock.lines)})
