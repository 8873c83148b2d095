"""What the Telegram tests share: a clock, settings for the loopback API, a recording inbox."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.channels.base import RawEvent, StoreFailed
from bot.channels.telegram import TelegramChannel, TelegramSettings
from tests.channels.bot_api import TOKEN, BotApi

NOW = datetime(2026, 9, 22, 9, 30, tzinfo=UTC)
SECRET = "hook_Secret-0123456789"


def clock() -> datetime:
    """The same moment always."""
    return NOW


def settings_for(api: BotApi, **changes: Any) -> TelegramSettings:
    """Settings that point at the loopback API and lose no time with waiting."""
    values: dict[str, Any] = {
        "token": TOKEN,
        "api_base_url": api.root,
        "poll_seconds": 5,
        "read_seconds": 5,
        "connect_seconds": 5,
        "retry_first": 0.01,
        "retry_most": 0.05,
        "stand_by": 0.05,
    }
    return TelegramSettings(**{**values, **changes})


@dataclass(slots=True)
class Inbox:
    """Stores events once, as the durable inbox does; refuses when told to."""

    events: dict[str, RawEvent] = field(default_factory=dict)
    attempts: list[str] = field(default_factory=list)
    failures: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(self, event: RawEvent) -> bool:
        """The channel's way in."""
        self.attempts.append(event.event_id)
        self._changed.set()
        self._changed = asyncio.Event()
        if self.failures:
            self.failures -= 1
            raise StoreFailed
        new = event.event_id not in self.events
        self.events.setdefault(event.event_id, event)
        return new

    async def holds(self, count: int, *, within: float = 20) -> list[RawEvent]:
        """Wait until so many events are stored."""
        async with asyncio.timeout(within):
            while len(self.events) < count:
                await self._changed.wait()
        return list(self.events.values())

    async def tried(self, count: int, *, within: float = 20) -> None:
        """Wait until so many attempts were made."""
        async with asyncio.timeout(within):
            while len(self.attempts) < count:
                await self._changed.wait()


@asynccontextmanager
async def running(
    api: BotApi, inbox: Inbox, channel: TelegramChannel | None = None, **changes: Any
) -> AsyncIterator[TelegramChannel]:
    """A started channel."""
    channel = channel or TelegramChannel(settings_for(api, **changes), clock=clock)
    await channel.start(inbox.accept)
    try:
        yield channel
    finally:
        await channel.stop()


@asynccontextmanager
async def served(channel: TelegramChannel, port: int = 0) -> AsyncIterator[str]:
    """The channel's routes on a loopback server; its root."""
    app = web.Application()
    app.add_routes(channel.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def answer_without_body(port: int, path: str) -> bytes:
    """The first line that a server answers to a request whose body never comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n".encode())
    try:
        async with asyncio.timeout(10):
            return await reader.readline()
    finally:
        writer.close()
        await writer.wait_closed()
