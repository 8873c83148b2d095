"""Scripted talks: people who speak to the program through whole turns on a real database."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.channels.base import Capabilities
from bot.rendering import render
from bot.texts import Texts
from casework.errors import CaseworkError
from handlers.desk import Desk, Surface
from handlers.messages import Address, FileRef, Incoming, Kind, Reply
from handlers.turn import Kit, run_tick, take_turn
from storage import conversations, inbox
from storage.base import Storage
from storage.inbox import Letter
from storage.outbox import Parcel

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Shown:
    """One message as its reader sees it."""

    key: str
    text: str
    labels: list[str]
    data: list[str]
    not_before: int
    parcel: Parcel


@dataclass
class World:
    """One installation: storage, rules, a clock moved by hand, and everything that was said."""

    storage: Storage
    kit: Kit
    texts: Texts
    file: Path = Path()  # of the database, where a test looks at it
    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
    said: dict[tuple[str, str], list[Shown]] = field(default_factory=dict)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def chat(self, name: str, *, channel: str = "web", content: bool = True) -> "Chat":
        """A person's chat on a channel."""
        return Chat(self, Address(channel=channel, account=channel, chat=name), content)

    def group(self, name: str) -> "Chat":
        """A group in which somebody speaks to the program."""
        chat = self.chat(name, content=False)
        chat.private = False
        return chat

    def pass_time(self, **delta: float) -> None:
        """Let time pass: days=, hours=, minutes=."""
        self.now += timedelta(**delta)

    async def tick(self, tick: Callable[[Desk], list[Reply]]) -> list[Shown]:
        """Let the program act by itself once; what it sends."""
        seed = next(self._ids).to_bytes(32, "big")
        unit = partial(run_tick, kit=self.kit, tick=tick, now=self.now, seed=seed)
        return self._hear(await self.storage.transact(unit))

    async def handle(self, incoming: Incoming, content: bool) -> list[Shown]:
        """One event through the inbox and a whole turn."""
        a = incoming.address
        vault = self.kit.vault
        letter = Letter(
            id=0,
            channel=a.channel,
            account=a.account,
            event_id=incoming.event_id,
            lane=conversations.lane_of(vault, a.channel, a.account, a.chat),
            body=b"{}",
            received_at=int(self.now.timestamp()),
        )
        kept = await self.storage.transact(partial(inbox.accept, vault=vault, letter=letter))
        if kept is None:
            return []
        letter = replace(letter, id=kept)
        unit = partial(
            take_turn,
            kit=self.kit,
            letter=letter,
            event=incoming,
            surface=Surface(content=content, public_url="https://example.test"),
            now=self.now,
            seed=next(self._ids).to_bytes(32, "big"),
        )
        try:
            parcels = await self.storage.transact(unit)
        except CaseworkError as refusal:
            parcels = await self.storage.transact(partial(unit, refusal=refusal))
        return self._hear(parcels)

    def _hear(self, parcels: list[Parcel]) -> list[Shown]:
        heard = []
        for parcel in parcels:
            if not parcel.body["k"]:
                continue
            words = render(parcel.body, self.texts, Capabilities(max_text=4096))
            shown = Shown(
                key=parcel.body["k"],
                text=words.text,
                labels=[b.label for b in words.buttons],
                data=[b.data for b in words.buttons],
                not_before=parcel.not_before,
                parcel=parcel,
            )
            heard.append(shown)
            self.said.setdefault((parcel.channel, parcel.chat), []).append(shown)
        return heard

    def event_id(self) -> str:
        """A fresh event id."""
        return str(next(self._ids))


@dataclass
class Chat:
    """One person's chat. Every method returns what THIS chat was told in answer.

    Pushes to others are in `world.said` and in their own `heard`.
    """

    world: World
    address: Address
    content: bool = True
    private: bool = True
    inputs: int = 0
    last_sent: str = ""  # the platform id of the newest own message

    @property
    def heard(self) -> list[Shown]:
        """Everything this chat was ever told, oldest first."""
        return self.world.said.setdefault((self.address.channel, self.address.chat), [])

    @property
    def last(self) -> Shown:
        """The newest message."""
        return self.heard[-1]

    async def say(self, text: str) -> list[Shown]:
        """Type a text."""
        return await self._send(Kind.TEXT, text=text)

    async def start(self, payload: str = "") -> list[Shown]:
        """Open a deep link."""
        return await self._send(Kind.START, text=payload)

    async def press(self, label: str) -> list[Shown]:
        """Press the newest button with this label (a prefix is enough)."""
        for shown in reversed(self.heard):
            for shown_label, data in zip(shown.labels, shown.data, strict=True):
                if shown_label == label or shown_label.startswith(label):
                    return await self.press_data(data)
        raise AssertionError(f"no button {label!r}; last shown: {self.last.labels}")

    async def press_data(self, data: str) -> list[Shown]:
        """Press a button by its data, fresh or stale."""
        return await self._send(Kind.CHOICE, choice=data.removeprefix("v1:"))

    async def send_file(
        self, name: str = "现场照片.jpg", size: int = 1000, **fields: str
    ) -> list[Shown]:
        """Send a file."""
        file = FileRef(ref=f"ref-{name}", name=name, size=size, **fields)
        return await self._send(Kind.FILE, files=(file,))

    async def edit(self, message_id: str, text: str) -> list[Shown]:
        """Change an earlier message."""
        return await self._send(Kind.EDIT, text=text, message_id=message_id)

    async def _send(self, kind: Kind, **fields: object) -> list[Shown]:
        self.inputs += 1
        event_id = self.world.event_id()
        fields.setdefault("message_id", event_id)
        self.last_sent = event_id
        incoming = Incoming(
            event_id=event_id,
            address=self.address,
            sender=self.address.chat,
            kind=kind,
            private=self.private,
            received_at=self.world.now.astimezone(UTC),
            **fields,  # type: ignore[arg-type]
        )
        shown = await self.world.handle(incoming, self.content)
        return [s for s in shown if s.parcel.chat == self.address.chat]
