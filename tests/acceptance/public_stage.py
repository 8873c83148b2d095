"""The public page and the board on a real port, over a county in force."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.board_pages import BoardPages
from bot.channels.webchat import WebChatChannel, WebChatSettings
from bot.notice_pages import NoticePages
from bot.web.origin import Door
from bot.web.server import Parts, make_app, serve
from handlers.desk import Desk
from handlers.dutybook import DELIVERED, RECEIVED, mission_of, record_event
from handlers.messages import Reply
from storage import public_texts
from storage.base import Session
from storage.outbox import Parcel
from storage.public_texts import PublicText
from tests.acceptance.county import county
from tests.channels.webchat_stage import TEXTS, free_port
from tests.handlers.talk import ZONE, World


@dataclass(slots=True)
class WorldClock:
    """The clock of the pages stands where that of the world stands."""

    world: World
    zone: ZoneInfo = ZONE

    def now(self) -> datetime:
        """The moment."""
        return self.world.now


@dataclass(slots=True)
class PublicStage:
    """The running pages and what they offered to the dispatcher."""

    world: World
    root: str
    offered: list[Parcel]

    async def signed(self, on: str = "2026-03-16", mission: str = "s1") -> None:
        """Feedback delivered and signed for on one day."""
        day = date.fromisoformat(on)

        def record(desk: Desk) -> list[Reply]:
            for event in (DELIVERED, RECEIVED):
                record_event(desk, mission_of(desk, mission), event, day)
            return []

        await self.world.tick(record)

    async def public(self, kind: public_texts.Kind, text: str, link: str = "") -> PublicText:
        """A text of s1 that is public now; how it comes to that is shown elsewhere."""
        at, vault = int(self.world.now.timestamp()), self.world.kit.vault
        new = PublicText(
            id=f"{kind}-{at}",
            stationing_id="s1",
            kind=kind,
            dated=self.world.now.date(),
            text=text,
            link=link,
            proposer="office",
            at=at,
        )

        def keep(db: Session) -> PublicText:
            public_texts.add(db, vault, new)
            public_texts.move(db, vault, new, "public", actor="office2", at=at)
            found = public_texts.get(db, vault, new.id)
            assert found is not None
            return found

        return await self.world.storage.transact(keep)

    async def withdraw(self, one: PublicText) -> None:
        """The office takes a text back."""
        at, vault = int(self.world.now.timestamp()), self.world.kit.vault
        await self.world.storage.transact(
            lambda db: public_texts.move(
                db, vault, one, "withdrawn", actor="office", at=at, reason="内部原因"
            )
        )

    async def board_link(self, person: str = "office") -> str:
        """A fresh one-time link to the board, on this stage's port."""
        chat = self.world.chat(f"staff-{person}")
        await chat.say("/board")
        (shown,) = await chat.press("打开网页")
        token = shown.text.partition("#")[2].split()[0]
        return f"{self.root}/desk#{token}"


@asynccontextmanager
async def staged_public(folder: Path) -> AsyncIterator[PublicStage]:
    """A county over the real table of routes, its pages served on loopback."""
    async with county(folder) as world:
        port = free_port()
        offered: list[Parcel] = []
        root = f"http://127.0.0.1:{port}"
        clock, storage, kit = WorldClock(world), world.storage, world.kit
        settings = WebChatSettings(folder=folder / "uploads", public_url=root)
        channel = WebChatChannel(storage, kit.vault, settings, clock)

        def offer(parcels: Sequence[Parcel]) -> None:
            offered.extend(parcels)

        notices = NoticePages(storage, kit.vault, kit.rules, TEXTS, [channel], clock)
        board = BoardPages(storage, kit, TEXTS, clock, offer)
        parts = Parts(
            say=TEXTS.say,
            clock=clock,
            door=Door(),
            notice=notices.notice,
            board=board.doors(),
        )
        runner = await serve(make_app(parts), "127.0.0.1", port)
        try:
            yield PublicStage(world=world, root=root, offered=offered)
        finally:
            await runner.cleanup()
