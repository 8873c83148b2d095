"""Sessions of the web chat: a random token in the browser, its blind index everywhere else."""

import secrets
from dataclasses import dataclass

from bot.channels.webchat.hub import Hub
from bot.channels.webchat.settings import WebChatSettings
from bot.clock import Clock
from storage import mailbox
from storage.base import Session, Storage
from storage.mailbox import Idle, WebSession
from storage.sealing import Vault

_TOKEN_BYTES = 32
UNCLAIMED_LIFE = 24 * 3600  # seconds an upload waits for its event


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a hello led to. `token` is empty unless the session is fresh."""

    session: str
    token: str
    fresh: bool
    locale: str
    own: bool


class Sessions:
    """Every question about who is there goes through here; the token itself is never kept."""

    def __init__(
        self, storage: Storage, vault: Vault, settings: WebChatSettings, clock: Clock, hub: Hub
    ) -> None:
        self._storage = storage
        self._vault = vault
        self._settings = settings
        self._clock = clock
        self._hub = hub

    @property
    def at(self) -> int:
        """Now in epoch seconds."""
        return int(self._clock.now().timestamp())

    def index(self, token: str) -> str:
        """The chat address of a token."""
        return self._vault.index("token", token).hex()

    async def find(self, token: str) -> str | None:
        """The live session of a token, or None."""
        if not token:
            return None
        session = self.index(token)
        at = self.at
        found = await self._storage.read(lambda db: mailbox.find(db, session))
        return session if found and not self._over(found, at) else None

    async def resume(self, token: str, *, own: bool, locale: str) -> Entry | None:
        """Go on with a session, with what the page says now; None if there is none."""
        session = await self.find(token)
        if session is None:
            return None
        at = self.at
        await self._storage.transact(lambda db: _resume(db, session, own, locale, at))
        return Entry(session=session, token="", fresh=False, locale=locale, own=own)

    async def begin(self, *, own: bool, locale: str) -> Entry:
        """A session for a browser that has none."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        session = self.index(token)
        at = self.at
        await self._storage.transact(
            lambda db: mailbox.begin(db, session=session, own_device=own, locale=locale, at=at)
        )
        return Entry(session=session, token=token, fresh=True, locale=locale, own=own)

    async def choose(self, session: str, *, own: bool, locale: str) -> None:
        """The person changed the language or whose device it is."""
        await self._storage.transact(
            lambda db: mailbox.choose(db, session, own_device=own, locale=locale)
        )

    async def seen(self, sessions: set[str]) -> None:
        """These are being used right now."""
        at = self.at
        await self._storage.transact(lambda db: _seen(db, sorted(sessions), at))

    async def forget(self, session: str) -> list[str]:
        """End a session; returns the files to delete from disk."""
        return await self._storage.transact(lambda db: mailbox.forget(db, session))

    async def sweep(self) -> tuple[list[str], list[str]]:
        """End what nobody uses any more: (sessions, files to delete from disk)."""
        at = self.at
        idle = Idle(
            lent_before=at - self._settings.lent_life,
            own_before=at - self._settings.own_life,
            fetched_before=at - self._settings.fetched_life,
            unclaimed_before=at - UNCLAIMED_LIFE,
        )
        return await self._storage.transact(lambda db: mailbox.sweep(db, idle))

    def _over(self, found: WebSession, at: int) -> bool:
        if self._hub.has(found.session):
            return False
        life = self._settings.own_life if found.own_device else self._settings.lent_life
        return found.seen_at < at - life


def _resume(db: Session, session: str, own: bool, locale: str, at: int) -> None:
    mailbox.choose(db, session, own_device=own, locale=locale)
    mailbox.seen(db, session, at)


def _seen(db: Session, sessions: list[str], at: int) -> None:
    for session in sessions:
        mailbox.seen(db, session, at)
