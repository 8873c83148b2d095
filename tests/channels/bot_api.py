"""A loopback Telegram Bot API, written for the tests after the public documentation."""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.channels.bot_chats import Chat, Shelf
from tests.channels.bot_faults import Fault
from tests.channels.bot_methods import METHODS, Refused, Upload
from tests.channels.bot_updates import Conflict, Updates

TOKEN = "7000000001:AAF-loopback_token_of_the_tests_000000000"
EPOCH = 1_790_000_000


@dataclass(slots=True, kw_only=True)
class Call:
    """One call as it came; its status once it is answered."""

    method: str
    params: dict[str, Any]
    files: dict[str, Upload]
    at: float  # monotonic
    status: int = 0


@dataclass(slots=True)
class BotApi:
    """The API of one bot. `now()` is its clock; `shift` moves it."""

    token: str = TOKEN
    username: str = "jianjian_test_bot"
    updates: Updates = field(default_factory=Updates)
    chats: dict[int, Chat] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)
    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    clicks: dict[str, dict[str, Any]] = field(default_factory=dict)
    downloads: int = 0
    shift: int = 0
    port: int = 0
    _called: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None
    _lost: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "BotApi":
        await self.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.updates.close()
        await self.down()

    async def up(self) -> None:
        """Listen; again at the same port after `down`."""
        app = web.Application(client_max_size=60_000_000)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._lost = asyncio.Event()
        self.updates.replied = self._replied
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def down(self) -> None:
        """Refuse connections; nothing is forgotten."""
        self._lost.set()
        if self.updates._poller is not None:
            self.updates._poller.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def root(self) -> str:
        """What goes into `api_base_url`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def bot_id(self) -> int:
        """The public half of the token."""
        return int(self.token.partition(":")[0])

    def now(self) -> int:
        """The API's own time in epoch seconds."""
        return EPOCH + self.shift + int(time.monotonic())

    def fail(self, fault: Fault) -> Fault:
        """Play a fault on the next calls that fit; `fault.times = 0` lifts it."""
        self.faults.append(fault)
        return fault

    def named(self, method: str) -> list[Call]:
        """Every call of one method, in order."""
        return [call for call in self.calls if call.method == method]

    async def called(self, method: str, times: int = 1, *, within: float = 20) -> list[Call]:
        """Wait until a method was called so often."""
        async with asyncio.timeout(within):
            while len(self.named(method)) < times:
                await self._called.wait()
        return self.named(method)

    def resend_unanswered_clicks(self) -> list[int]:
        """What clients do after a reconnect: the same clicks under new ids."""
        waiting = [q for i, q in self.clicks.items() if i not in self.answered]
        self.answered |= {query["id"] for query in waiting}
        return [self.updates.add("callback_query", self.click(dict(query))) for query in waiting]

    def click(self, query: dict[str, Any]) -> dict[str, Any]:
        """Give a click a fresh query id and remember it as unanswered."""
        query["id"] = str(4_000_000_000_000 + len(self.clicks))
        self.clicks[query["id"]] = query
        return query

    # HTTP

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        at = time.monotonic()
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        params, files = await _read(request)
        call = Call(method=method, params=params, files=files, at=at)
        self.calls.append(call)
        self._called.set()
        self._called = asyncio.Event()
        fault = self._fault(method, params)
        if fault is None or fault.delivered:
            answer, call.status = await self._answer(method, params, files)
        else:
            answer, call.status = b"", fault.status
        if fault is not None:
            return await self._play(fault, request)
        return web.Response(body=answer, status=call.status, content_type="application/json")

    def _replied(self, said: dict[str, Any]) -> None:
        """A call that came in the answer to an update; nobody hears what became of it."""
        method = said.pop("method")
        self.calls.append(Call(method=method, params=said, files={}, at=time.monotonic()))
        with contextlib.suppress(Refused):
            METHODS[method](self, said, {})
            self.calls[-1].status = 200
        self._called.set()
        self._called = asyncio.Event()

    def _fault(self, method: str, params: dict[str, Any]) -> Fault | None:
        chat = params.get("chat_id")
        for fault in self.faults:
            if fault.fits(method, None if chat is None else int(chat)):
                if fault.skip:
                    fault.skip -= 1
                    return None
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    async def _play(self, fault: Fault, request: web.Request) -> web.Response:
        if fault.hangup and request.transport is not None:
            request.transport.abort()
            return web.Response(status=500)
        if fault.status == 0:
            await self._lost.wait()
            return web.Response(status=500)
        if fault.body is not None:
            return web.Response(body=fault.body, status=fault.status)
        return _error(fault.status, fault.description, fault.parameters)

    async def _answer(
        self, method: str, params: dict[str, Any], files: dict[str, Upload]
    ) -> tuple[bytes, int]:
        act = METHODS.get(method)
        if act is None:
            return _body(404, "Not Found"), 404
        try:
            if method == "getUpdates":
                return await self._get_updates(params), 200
            return json.dumps({"ok": True, "result": act(self, params, files)}).encode(), 200
        except Refused as refusal:
            kind = {400: "Bad Request", 403: "Forbidden", 409: "Conflict"}[refusal.status]
            return _body(refusal.status, f"{kind}: {refusal}"), refusal.status
        except Conflict as conflict:
            return _body(409, f"Conflict: {conflict}"), 409

    async def _get_updates(self, params: dict[str, Any]) -> bytes:
        if "allowed_updates" in params:
            self.updates.allowed = params["allowed_updates"]
        return await self.updates.poll(
            int(params.get("offset") or 0),
            int(params.get("limit") or 100),
            float(params.get("timeout") or 0),
        )

    async def _download(self, request: web.Request) -> web.StreamResponse:
        path = unquote(request.match_info["path"])
        stored = self.shelf.by_path.get(path)
        if request.match_info["token"] != self.token or stored is None:
            return _error(404, "Not Found")
        self.downloads += 1
        return web.Response(body=stored.content)


async def _read(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    params: dict[str, Any] = {**request.query}
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        params |= json.loads(await request.read() or b"{}")
    elif request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            content = bytes(await part.read())
            name = part.name or ""
            if part.filename is None:
                params[name] = content.decode()
            else:
                mime = part.headers.get("Content-Type", "")
                files[name] = Upload(name=part.filename, mime=mime, content=content)
    elif request.content_type == "application/x-www-form-urlencoded":
        params |= {name: str(value) for name, value in (await request.post()).items()}
    return {name: _structure(name, value) for name, value in params.items()}, files


STRUCTURES = ("reply_markup", "allowed_updates", "commands", "message_ids", "media",
              "link_preview_options")  # fmt: skip


FLAGS = ("drop_pending_updates", "protect_content", "disable_content_type_detection")


def _structure(name: str, value: Any) -> Any:
    if name in STRUCTURES and isinstance(value, str):
        return json.loads(value)
    return value in (True, "true", "True", "1") if name in FLAGS else value


def _body(status: int, said: str, parameters: dict[str, Any] | None = None) -> bytes:
    answer: dict[str, Any] = {"ok": False, "error_code": status, "description": said}
    if parameters:
        answer["parameters"] = parameters
    return json.dumps(answer).encode()


def _error(status: int, said: str, parameters: dict[str, Any] | None = None) -> web.Response:
    body = _body(status, said, parameters)
    return web.Response(body=body, status=status, content_type="application/json")
