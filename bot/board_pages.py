"""Answers for the supervision board's page: one-time links become tickets of half an hour."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from bot.board_words import BoardWords
from bot.clock import Clock
from bot.sheets import write_sheet
from bot.texts import Texts
from bot.web.board import BoardDoors, BoardSheet, Tap
from casework.errors import CaseworkError
from handlers import board_page
from handlers.desk import Desk
from handlers.turn import Kit
from handlers.wire import dump
from storage.base import Session, Storage
from storage.outbox import Parcel
from storage.randomness import SEEDS

TICKET_MINUTES = 30
T = TypeVar("T")


class BoardPages:
    """Tickets live in memory; the right to see and to act is asked anew each time."""

    def __init__(
        self,
        storage: Storage,
        kit: Kit,
        texts: Texts,
        clock: Clock,
        offer: Callable[[Sequence[Parcel]], object],
    ) -> None:
        self._storage = storage
        self._kit = kit
        self._texts = texts
        self._clock = clock
        self._offer = offer
        self._tickets: dict[str, tuple[str, int]] = {}

    def doors(self) -> BoardDoors:
        """What the web side calls."""
        return BoardDoors(open=self.open, act=self.act, sheet=self.sheet)

    async def open(self, token: str, ticket: str, locale: str) -> BoardSheet | None:
        """The board for a one-time link, or again for the page that is open."""
        if token:
            enter = partial(board_page.enter, vault=self._kit.vault, token=token, at=self._at())
            person = await self._storage.transact(enter)
            ticket = self._ticket(person) if person else ""
        else:
            person = self._person(ticket)
        if person is None:
            return None
        look = partial(self._seated, person=person, locale=locale, use=board_page.show)
        page = await self._storage.read(look)
        return (
            None
            if page is None
            else BoardWords(self._texts, locale).sheet(ticket, page, self._today())
        )

    async def act(self, tap: Tap, locale: str) -> str | None:
        """One tap; "" when it was sent, words when it may not be, None when the page is over."""
        person = self._person(tap.ticket)
        if person is None:
            return None
        use = partial(
            board_page.act, duty_id=tap.duty, code=tap.code, reason=tap.reason, known=tap.known
        )
        unit = partial(self._seated, person=person, locale=locale, use=use)
        try:
            parcels = await self._storage.transact(unit)
        except CaseworkError as refusal:
            return self._texts.say(refusal.text_key, dump(refusal.values), locale)
        self._offer(parcels)
        return ""

    async def sheet(self, ticket: str, locale: str) -> tuple[str, bytes] | None:
        """(file name, .xlsx) of the log of reminders."""
        person = self._person(ticket)
        if person is None:
            return None
        look = partial(self._seated, person=person, locale=locale, use=board_page.sheet)
        try:
            rows = await self._storage.read(look)
        except CaseworkError:
            return None
        words = BoardWords(self._texts, locale)
        name = words.say("board.sheet_name")
        cells = [words.columns(), *([words.of(cell) for cell in row] for row in rows)]
        return f"{name}.xlsx", write_sheet(name, cells)

    def _seated(self, db: Session, *, person: str, locale: str, use: Callable[[Desk], T]) -> T:
        now, seed = self._clock.now(), SEEDS.draw()
        return use(board_page.seat(db, self._kit, person, now=now, seed=seed, locale=locale))

    def _ticket(self, person: str) -> str:
        now = self._at()
        self._tickets = {t: kept for t, kept in self._tickets.items() if kept[1] >= now}
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = (person, now + TICKET_MINUTES * 60)
        return ticket

    def _person(self, ticket: str) -> str | None:
        person, until = self._tickets.get(ticket, ("", 0))
        return person if person and until >= self._at() else None

    def _at(self) -> int:
        return int(self._clock.now().timestamp())

    def _today(self) -> date:
        return self._clock.now().astimezone(self._clock.zone).date()
