"""The update queue of the loopback Bot API: offsets, long polls and webhook deliveries."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

DEFAULT_KINDS_LEFT_OUT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to hand an update to the webhook."""

    update_id: int
    status: int  # 0 = no answer
    at: float  # monotonic


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed to."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


class Conflict(Exception):
    """409: a webhook is set, or another poller took over."""


@dataclass(slots=True)
class Updates:
    """Waiting updates in the order of their ids; forgotten only when confirmed."""

    first_id: int = 800_000_001
    retry_seconds: float = 0.02
    pending: dict[int, dict[str, Any]] = field(default_factory=dict)
    allowed: Sequence[str] = ()
    webhook: Webhook = field(default_factory=Webhook)
    deliveries: list[Delivery] = field(default_factory=list)
    raw: dict[int, bytes] = field(default_factory=dict)  # a body to send instead of the update
    replied: Callable[[dict[str, Any]], None] = lambda call: None  # a call in a webhook's 200
    _next: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _poller: asyncio.Event | None = None
    _lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _session: aiohttp.ClientSession | None = None

    def add(self, kind: str, event: dict[str, Any]) -> int:
        """Queue one update; its id, or 0 if nobody wants this kind."""
        if not self._wanted(kind):
            return 0
        update_id = self.new_id()
        self.pending[update_id] = {"update_id": update_id, kind: event}
        self._wake()
        return update_id

    def add_raw(self, body: bytes) -> int:
        """Queue bytes in the place of an update. `%d` stands for the update's id."""
        update_id = self.new_id()
        self.pending[update_id] = {"update_id": update_id}
        self.raw[update_id] = body.replace(b"%d", str(update_id).encode())
        self._wake()
        return update_id

    def new_id(self) -> int:
        """The next update id."""
        self._next += 1
        return self.first_id + self._next - 1

    def restart_ids(self, first_id: int) -> None:
        """Go on at another number, as the platform does after a week of silence."""
        self.first_id, self._next = first_id, 0

    def _wanted(self, kind: str) -> bool:
        if self.allowed:
            return kind in self.allowed
        return kind not in DEFAULT_KINDS_LEFT_OUT

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
        if self.webhook.url:
            self._deliver()

    # polling

    async def poll(self, offset: int, limit: int, timeout: float) -> bytes:  # noqa: ASYNC109
        """The answer of getUpdates. Raises Conflict."""
        if self.webhook.url:
            raise Conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook"
            )
        if self._poller is not None:
            self._poller.set()
        mine = self._poller = asyncio.Event()
        try:
            self._confirm(offset)
            deadline = asyncio.get_running_loop().time() + timeout
            while not self.pending:
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    break
                await self._wait_for_change(mine, left)
                if mine.is_set():
                    raise Conflict("terminated by other getUpdates request")
            return self._page(limit)
        finally:
            if self._poller is mine:
                self._poller = None

    async def _wait_for_change(self, mine: asyncio.Event, seconds: float) -> None:
        waits = [asyncio.ensure_future(e.wait()) for e in (self._changed, mine)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            keep = list(self.pending)[offset:]
            self.pending = {i: self.pending[i] for i in keep}
        for update_id in [i for i in self.pending if i < offset]:
            del self.pending[update_id]

    def _page(self, limit: int) -> bytes:
        page = list(self.pending)[: max(1, min(limit, 100))]
        return b'{"ok":true,"result":[' + b",".join(self._body(i) for i in page) + b"]}"

    def _body(self, update_id: int) -> bytes:
        raw = self.raw.get(update_id)
        return raw or json.dumps(self.pending[update_id]).encode()

    # webhook

    def set_webhook(self, webhook: Webhook) -> None:
        """Push to this address from now on ("" = stop)."""
        self.webhook = webhook
        if self._poller is not None:
            self._poller.set()
        if webhook.url:
            self._deliver()

    def _deliver(self) -> None:
        for update in self.pending.values():
            lane = _lane(update)
            task = self._lanes.get(lane)
            if task is None or task.done():
                self._lanes[lane] = asyncio.ensure_future(self._run_lane(lane))

    async def _run_lane(self, lane: str) -> None:
        """Deliver one chat's updates in order; each again and again until it is taken."""
        while self.webhook.url:
            mine = self._mine(lane)
            if not mine:
                return
            if not await self._push(mine[0]):
                await asyncio.sleep(self.retry_seconds)

    def _mine(self, lane: str) -> list[int]:
        """The updates of one chat in the order in which they go out."""
        return [i for i, update in self.pending.items() if _lane(update) == lane]

    async def _push(self, update_id: int) -> bool:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        headers = {"Content-Type": "application/json"}
        if self.webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook.secret
        status = 0
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with self._session.post(
                self.webhook.url, data=self._body(update_id), headers=headers
            ) as answer:
                status = answer.status
                said = await answer.read()
                if status == 200 and said.startswith(b"{"):
                    self.replied(json.loads(said))
        self.deliveries.append(Delivery(update_id=update_id, status=status, at=time.monotonic()))
        if 200 <= status < 300:
            self.pending.pop(update_id, None)
            return True
        self.webhook.last_error = f"Wrong response from the webhook: {status}"
        return False

    async def close(self) -> None:
        """Stop every delivery."""
        lanes = [task for task in self._lanes.values() if not task.done()]
        for task in lanes:
            task.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        if self._poller is not None:
            self._poller.set()
        if self._session is not None:
            await self._session.close()


def _lane(update: dict[str, Any]) -> str:
    for event in update.values():
        if isinstance(event, dict):
            message = event.get("message", event)
            return str(message.get("chat", {}).get("id", ""))
    return str(update["update_id"])
