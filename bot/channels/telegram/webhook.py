"""Updates by webhook: stored before Telegram hears that they arrived."""

import hmac
import json
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.channels.base import Accept, StoreFailed
from bot.channels.telegram.envelope import click, raw_event

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (a header's name)
MAX_BODY = 1024 * 1024


class Webhook:
    """The HTTP side of one account. Open between `open` and `close`, else Telegram tries later."""

    def __init__(self, account: str, secret: str, clock: Callable[[], datetime]) -> None:
        self._account = account
        self._secret = secret.encode()
        self._clock = clock
        self._accept: Accept | None = None

    def open(self, accept: Accept) -> None:
        """Begin to take updates."""
        self._accept = accept

    def close(self) -> None:
        """Take no more updates."""
        self._accept = None

    async def receive(self, request: web.Request) -> web.Response:
        """200 stored · 403 forged · 413 too large · 503 not stored, try again.

        The 200 for a click carries the call that ends the waiting sign on its button.
        """
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        body = await _read(request)
        if body is None:
            return web.Response(status=413)
        if self._accept is None:
            return web.Response(status=503)
        try:
            await self._accept(raw_event(body, self._account, self._clock()))
        except StoreFailed:
            return web.Response(status=503)
        query = click(body)
        if not query:
            return web.Response()
        call = {"method": "answerCallbackQuery", "callback_query_id": query}
        return web.Response(body=json.dumps(call).encode(), content_type="application/json")


async def _read(request: web.Request) -> bytes | None:
    """The body, or None if it is longer than an update ever is."""
    if (request.content_length or 0) > MAX_BODY:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)
