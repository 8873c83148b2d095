"""The web server: pages, the doors of every channel, health and metrics, in one application."""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.web.board import BoardDoors, BoardView
from bot.web.calm import calm
from bot.web.headers import Guard
from bot.web.notice import NoticeView
from bot.web.origin import Door, is_loopback
from bot.web.pages import LOCALES, STATIC, Attachment, Notice, Pages, Reader, Say
from bot.web.reading import ReadingView


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the program feels; `parts` name no secret.

    `ok`: a report can be taken. `trouble`: parts that somebody must look at, even while it is.
    """

    ok: bool
    parts: Mapping[str, Any] = field(default_factory=dict)
    trouble: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the server is put together from. What is None or empty does not exist on it."""

    say: Say
    clock: Clock
    door: Door
    routes: Sequence[web.AbstractRouteDef] = ()  # of every channel, and of the demo
    chat: bool = True
    health: Callable[[], Awaitable[Health]] | None = None
    metrics: Callable[[], Awaitable[bytes]] | None = None
    metrics_token: str = ""
    reader: Reader | None = None
    notice: Notice | None = None
    attachment: Attachment | None = None
    board: BoardDoors | None = None
    leave_url: str = "/calm"  # where the quick exit leads
    template_folders: Sequence[Path] = ()


def make_app(parts: Parts) -> web.Application:
    """The whole web side as one aiohttp application."""
    pages = Pages(parts.say, parts.template_folders)
    guard = Guard(door=parts.door, pages=pages)
    app = web.Application(middlewares=[guard.__call__])
    app.add_routes(_own_routes(parts, pages))
    app.add_routes(parts.routes)
    app.router.add_static("/static/", STATIC)
    return app


async def serve(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Listen. No access log: it would hold addresses. Returns the runner; `cleanup()` ends it."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner


def _own_routes(parts: Parts, pages: Pages) -> list[web.RouteDef]:
    machines = Machines(parts)
    routes = [web.get("/healthz", machines.healthz), web.get("/metrics", machines.metrics)]
    if parts.chat:
        chat = ChatView(pages, parts.leave_url)
        routes.append(web.get("/", chat.page))
        routes.append(web.get(r"/chat/words/{locale:[a-zA-Z_]+}.json", chat.words))
        routes.append(web.get("/calm", calm(pages, parts.clock)))
    routes += ReadingView(pages, parts.door, parts.reader, parts.attachment).routes()
    routes += NoticeView(pages, parts.notice).routes()
    routes += BoardView(pages, parts.door, parts.board).routes()
    return routes


class ChatView:
    """The page of the web chat."""

    def __init__(self, pages: Pages, leave_url: str) -> None:
        self._pages = pages
        self._leave_url = leave_url

    async def page(self, request: web.Request) -> web.Response:
        """The chat itself; who it is for is decided by the script and the socket."""
        return self._pages.show(request, "chat.html", leave_url=self._leave_url)

    async def words(self, request: web.Request) -> web.Response:
        """What the scripts say, in one language."""
        locale = request.match_info["locale"]
        if locale not in LOCALES:
            raise web.HTTPNotFound
        return web.json_response(self._pages.words(locale))


class Machines:
    """The doors for monitoring."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def healthz(self, request: web.Request) -> web.Response:
        """200 only when the program can take a report."""
        if self._parts.health is None:
            raise web.HTTPNotFound
        health = await self._parts.health()
        body = {"ok": health.ok, "trouble": [*health.trouble], "parts": dict(health.parts)}
        return web.json_response(body, status=200 if health.ok else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        """For Prometheus: with the token, or from this very machine and not through a proxy."""
        if self._parts.metrics is None or not self._may_measure(request):
            raise web.HTTPNotFound
        return web.Response(
            body=await self._parts.metrics(),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )

    def _may_measure(self, request: web.Request) -> bool:
        expected = self._parts.metrics_token
        told = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if expected and hmac.compare_digest(told.encode(), expected.encode()):
            return True
        proxied = any(name.startswith(("X-Forwarded", "Forwarded")) for name in request.headers)
        return is_loopback(request.remote or "") and is_loopback(request.host) and not proxied
