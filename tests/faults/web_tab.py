"""A browser tab that goes to whichever worker lives, and the outbox that speaks to it."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp

from bot.clock import SystemClock
from storage import conversations, mailbox, outbox
from storage.base import Session, Storage
from storage.outbox import Planned
from storage.sealing import Vault
from tests.channels.webchat_stage import Page, page
from tests.faults.installation import Installation

CHANNEL, ACCOUNT = "web", "main"
_ids = count(1)


@dataclass(frozen=True, slots=True)
class At:
    """Where one worker listens."""

    root: str


def at(port: int) -> At:
    """The worker of a port."""
    return At(f"http://127.0.0.1:{port}")


@dataclass(slots=True)
class Tab:
    """Keeps what a page keeps: the token, what it was shown, what is gone."""

    token: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)  # other kinds of frames
    open: Page | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the messages in the order in which they were shown."""
        return [int(frame["seq"]) for frame in self.shown]

    async def go(self, port: int) -> None:
        """Leave where it was, without reading what is on the line, and open a line elsewhere."""
        await self.leave()
        line = page(at(port), self.token, last=max(self.numbers, default=0))
        self.open = here = await self._stack.enter_async_context(line)
        self.token = here.token

    async def leave(self) -> None:
        """The line breaks."""
        self.open = None
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    async def says(self, kind: str, id: str = "", **fields: str) -> str:
        """Send an event and wait until it is accepted; its id."""
        assert self.open is not None
        id = id or f"event-{next(_ids):06}"
        await self.open.say(type=kind, id=id, **fields)
        await self.until(lambda frame: frame["type"] == "accepted" and frame["id"] == id)
        return id

    async def hears(self, words: str) -> None:
        """Until a message with these words was shown."""
        await self.until(lambda frame: words in frame.get("text", ""))

    async def until(self, fits: Callable[[dict[str, Any]], bool]) -> None:
        """Take frames until one fits."""
        assert self.open is not None
        while not fits(frame := await self.open.hear()):
            self._take(frame)
        self._take(frame)

    async def reads(self) -> None:
        """Take what is on the line by now, if it still holds."""
        try:
            for frame in await self.open.everything() if self.open else ():
                self._take(frame)
        except (ConnectionError, aiohttp.ClientError):
            await self.leave()

    def _take(self, frame: dict[str, Any]) -> None:
        self.told.add(frame["type"])
        if frame["type"] == "message":
            self.shown.append(frame)
        elif frame["type"] == "delete":
            self.gone.update(frame["ids"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Puts rows into the outbox and letters into the mailbox, beside the running workers."""

    storage: Storage
    vault: Vault
    clock: SystemClock

    @classmethod
    def of(cls, installation: Installation, storage: Storage) -> "Sender":
        """With the keys of an installation."""
        clock = SystemClock(installation.config.zone)
        return cls(storage=storage, vault=installation.vault, clock=clock)

    def chat(self, token: str) -> str:
        """The chat address of a session."""
        return self.vault.index("token", token).hex()

    async def workers(self) -> set[str]:
        """The names of those that live."""
        with_names = await self.storage.read(lambda db: db.all("workers.dead", now=10**15, me=""))
        return {str(row["id"]) for row in with_names}

    async def plan(self, token: str, number: int, worker: str = "") -> None:
        """Something to say that any worker sends, or a certain one."""
        chat, at = self.chat(token), int(self.clock.now().timestamp())
        lane = conversations.lane_of(self.vault, CHANNEL, ACCOUNT, chat)
        message = Planned(
            dedupe=f"test:{token}:{number}",
            lane=lane,
            channel=CHANNEL,
            account=ACCOUNT,
            chat=chat,
            body={"k": "erase.done", "l": "zh_CN"},
            priority=1,
            policy="resend_once",
            not_before=at,
            worker=worker,
        )
        await self.storage.transact(lambda db: outbox.plan(db, self.vault, message, at))

    async def put(self, token: str, text: str) -> None:
        """As a worker that dies after the commit: it is in the mailbox and nobody was told."""
        body = {"text": text, "buttons": [], "files": []}
        at = int(self.clock.now().timestamp())
        await self.storage.transact(
            lambda db: mailbox.put(
                db, self.vault, self.chat(token), body, files=(), at=at, parcel=text
            )
        )

    async def kept(self, token: str) -> list[tuple[int, str]]:
        """What lies in the mailbox: numbers and words."""

        def look(db: Session) -> list[tuple[int, str]]:
            letters = mailbox.since(db, self.vault, self.chat(token), 0)
            return [(x.seq, str(x.body["text"])) for x in letters]

        return await self.storage.read(look)
