"""A channel that records at the edge and fails on demand."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.channels.base import Accept, Capabilities, DeliveryError, Malformed, Rendered
from handlers.messages import Address, FileRef, Incoming, Kind

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class HandClock:
    """A clock that only moves by hand."""

    zone: ZoneInfo = ZONE
    moment: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)

    def now(self) -> datetime:
        return self.moment


@dataclass
class RecordingChannel:
    """Records what is sent; raises the queued faults first."""

    capabilities: Capabilities = field(default_factory=lambda: Capabilities(max_text=4096))
    name: str = "web"
    account: str = "main"
    trouble: str = ""
    sent: list[tuple[str, str]] = field(default_factory=list)
    deleted: list[tuple[str, list[str]]] = field(default_factory=list)
    faults: dict[str, deque[DeliveryError]] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def fail(self, chat: str, *faults: DeliveryError) -> None:
        """The next sends to this chat fail like this."""
        self.faults.setdefault(chat, deque()).extend(faults)

    def parse(self, body: bytes, received_at: datetime) -> Incoming | None:
        try:
            event = json.loads(body)
        except ValueError:
            raise Malformed from None
        if event.get("unknown"):
            return None
        return Incoming(
            event_id=event["id"],
            address=Address(channel=self.name, account=self.account, chat=event["chat"]),
            sender=event["chat"],
            kind=Kind(event.get("kind", "text")),
            text=event.get("text", ""),
            received_at=received_at,
            message_id=event["id"],
        )

    async def start(self, accept: Accept) -> None:
        return None

    async def stop(self) -> None:
        return None

    async def send(self, chat: str, message: Rendered) -> list[str]:
        waiting = self.faults.get(chat)
        if waiting:
            raise waiting.popleft()
        self.sent.append((chat, message.text))
        self.arrived.set()
        return [str(len(self.sent))]

    async def acknowledge(self, event: Incoming) -> None:
        return None

    async def delete(self, chat: str, message_ids: Sequence[str]) -> None:
        self.deleted.append((chat, list(message_ids)))

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        yield b""

    def is_group(self, chat: str) -> bool:
        return chat.startswith("-")

    def entrance(self, payload: str) -> str:
        return f"https://example.test/{payload}"

    def routes(self) -> Sequence[web.RouteDef]:
        return ()

    async def until(self, count: int, seconds: float = 10) -> None:
        """Wait until so many messages have been sent."""
        async with asyncio.timeout(seconds):
            while len(self.sent) < count:
                self.arrived.clear()
                await self.arrived.wait()
