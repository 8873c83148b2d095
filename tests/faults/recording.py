"""What the platform can testify: every event it handed over, every call the program made."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.channels.bot_api import BotApi
from tests.channels.bot_faults import Fault
from tests.channels.bot_methods import Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of the bot that the platform took."""

    chat: int
    message: str  # the platform's id
    text: str
    buttons: str  # the keyboard as JSON, "" where there is none
    at: float  # monotonic


@dataclass(slots=True)
class WitnessApi(BotApi):
    """The loopback Bot API, and what it saw."""

    said: list[Said] = field(default_factory=list)
    polled_up_to: int = 0  # every update below was confirmed by an offset
    lost: set[tuple[int, str]] = field(default_factory=set)  # (chat, message): nobody was told
    blackouts: list[float] = field(default_factory=list)  # when it went away
    _newest: Said | None = None  # what the present call said

    async def _answer(
        self, method: str, params: dict[str, Any], files: dict[str, Upload]
    ) -> tuple[bytes, int]:
        if method == "getUpdates":
            self.polled_up_to = max(self.polled_up_to, int(params.get("offset") or 0))
        body, status = await BotApi._answer(self, method, params, files)
        self._newest = None
        if method == "sendMessage" and status == 200:
            self._newest = Said(
                chat=int(params["chat_id"]),
                message=str(json.loads(body)["result"]["message_id"]),
                text=params["text"],
                buttons=_keyboard(params.get("reply_markup")),
                at=time.monotonic(),
            )
            self.said.append(self._newest)
        return body, status

    async def _play(self, fault: Fault, request: web.Request) -> web.Response:
        if fault.delivered and self._newest is not None:
            self.lost.add((self._newest.chat, self._newest.message))
        return await BotApi._play(self, fault, request)

    async def down(self) -> None:
        """Refuse connections; what was being answered at this moment may not arrive."""
        self.blackouts.append(time.monotonic())
        await BotApi.down(self)

    def deleted(self) -> frozenset[tuple[int, str]]:
        """(chat, message) of everything that the program took back."""
        return frozenset((c.id, str(m)) for c in self.chats.values() for m in c.deleted)

    def acknowledged(self) -> frozenset[str]:
        """Ids of the updates that the program has acknowledged, by a 200 or by its offset."""
        taken = {d.update_id for d in self.updates.deliveries if 200 <= d.status < 300}
        last = self.updates.first_id + self.updates._next
        taken |= set(range(self.updates.first_id, min(self.polled_up_to, last)))
        return frozenset(str(number) for number in taken)

    def handed_over(self) -> frozenset[str]:
        """Ids of all updates there ever were."""
        first = self.updates.first_id
        return frozenset(str(n) for n in range(first, first + self.updates._next))


def _keyboard(markup: Any) -> str:
    return json.dumps(markup, ensure_ascii=False, sort_keys=True) if markup else ""
