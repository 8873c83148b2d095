"""Two web chats on one PostgreSQL and one folder, as two processes have them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.channels.base import RawEvent
from bot.channels.webchat import WebChatChannel, WebChatSettings
from bot.web.origin import Door
from bot.web.server import Parts, make_app, serve
from storage.postgres import PostgresStorage
from storage.sealing import Keyring, Vault
from tests.channels.webchat_stage import TEXTS, HandClock, free_port


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One of the two: its own storage, channel and port."""

    storage: PostgresStorage
    channel: WebChatChannel
    vault: Vault
    clock: HandClock
    folder: Path
    port: int

    @property
    def root(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def chat(self, token: str) -> str:
        """The chat address of a session."""
        return self.vault.index("token", token).hex()


async def _take(_: RawEvent) -> bool:
    """Whatever is said is kept."""
    return True


@asynccontextmanager
async def paired(folder: Path, url: str) -> AsyncIterator[tuple[Half, Half]]:
    """Both, running."""
    vault, clock = Vault(Keyring.generate()), HandClock()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(_running(folder, url, vault, clock))
        second = await stack.enter_async_context(_running(folder, url, vault, clock))
        yield first, second


@asynccontextmanager
async def _running(folder: Path, url: str, vault: Vault, clock: HandClock) -> AsyncIterator[Half]:
    storage = PostgresStorage(url)
    await storage.open()
    settings = WebChatSettings(folder=folder / "spool", sessions_burst=10_000)
    channel = WebChatChannel(storage, vault, settings, clock)
    parts = Parts(say=TEXTS.say, clock=clock, door=Door(), routes=channel.routes())
    port = free_port()
    await channel.start(_take)
    runner = await serve(make_app(parts), "127.0.0.1", port)
    try:
        yield Half(
            storage=storage,
            channel=channel,
            vault=vault,
            clock=clock,
            folder=settings.folder,
            port=port,
        )
    finally:
        await channel.stop()
        await runner.cleanup()
        await storage.close()
