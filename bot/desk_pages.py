"""What our own pages show: a report once, and its files once."""

import secrets
from collections.abc import AsyncIterator, Iterator
from functools import partial

from bot.clock import Clock
from bot.parcels import FileGone, FileRoom
from bot.texts import Texts
from bot.web.pages import Download, ReadFile, ReadPage, ReadPart
from handlers import superior
from handlers.messages import Text
from handlers.reading import ReadPage as Opened
from handlers.reading import redeem
from handlers.rules import Rules
from handlers.wire import dump
from storage.base import Storage
from storage.sealing import Vault

FILE_MINUTES = 15


class DeskPages:
    """Answers for the web server. One-time file links live in memory for a quarter of an hour."""

    def __init__(
        self,
        storage: Storage,
        vault: Vault,
        rules: Rules,
        texts: Texts,
        files: FileRoom,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._vault = vault
        self._rules = rules
        self._texts = texts
        self._files = files
        self._clock = clock
        self._tickets: dict[str, tuple[str, str, int]] = {}

    async def read(self, token: str) -> ReadPage | None:
        """The report behind a one-time link, once; None when the link is good for nothing."""
        unit = partial(redeem, vault=self._vault, token=token, at=self._at())
        opened = await self._storage.transact(unit)
        return None if opened is None else self._page(opened)

    async def attachment(self, ticket: str) -> Download | None:
        """A file of a page that was read, once."""
        attachment, name, until = self._tickets.pop(ticket, ("", "", 0))
        if not attachment:
            return await self._sealed(ticket)
        if until < self._at():
            return None
        try:
            return Download(name=name, pieces=_stream(await self._files.pieces(attachment)))
        except FileGone:
            return None

    async def _sealed(self, token: str) -> Download | None:
        """A letter that only the superior office can open, once."""
        unit = partial(superior.download, vault=self._vault, token=token, at=self._at())
        found = await self._storage.transact(unit)
        if found is None:
            return None
        name, sealed = found
        return Download(name=name, pieces=_stream(iter((sealed,))))

    def _page(self, opened: Opened) -> ReadPage:
        locale = str(self._rules.settings["app.language"])
        return ReadPage(
            title=self._word(opened.alias, locale),
            parts=[ReadPart(label=self._word(p.label, locale), text=p.text) for p in opened.parts],
            files=[
                ReadFile(id=self._ticket(f.id, f.name), name=f.name, size=f.size or 0, mime=f.mime)
                for f in opened.files
                if f.state == "stored"
            ],
            minutes=FILE_MINUTES,
        )

    def _ticket(self, attachment: str, name: str) -> str:
        now = self._at()
        self._tickets = {t: kept for t, kept in self._tickets.items() if kept[2] >= now}
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = (attachment, name, now + FILE_MINUTES * 60)
        return ticket

    def _word(self, text: Text, locale: str) -> str:
        return self._texts.word(dump(text), locale)

    def _at(self) -> int:
        return int(self._clock.now().timestamp())


async def _stream(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
