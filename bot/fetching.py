"""The durable job that brings received files into the blob store, outside the lanes."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

import structlog

from bot.channels.base import (
    Channel,
    ChatGone,
    DeliveryError,
    Rejected,
    RetryLater,
)
from bot.clock import Clock
from bot.file_kinds import FileRefused, Inspector
from handlers.messages import FileRef
from storage import attachments
from storage.attachments import Closed, Fetch
from storage.base import Session, Storage, StorageError
from storage.blobs import BlobWriter, LocalBlobs
from storage.sealing import Vault

log = structlog.get_logger()

Channels = Mapping[tuple[str, str], Channel]
Tell = Callable[[Session, Closed], None]
"""Plans the message to whoever sent a file that will not be there, in the unit that settles it."""

AT_ONCE = 4
PIECE = 256 * 1024  # bytes gathered before they go to the disk
WAITS = (5, 15, 60, 300, 900, 3600, 3600, 7200, 14400, 28800)  # seconds after each failed attempt
ORPHAN_AGE = timedelta(days=1)


class Fetcher:
    """Fetches what is due. Rows are claimed under a lease: a killed job comes back by itself."""

    def __init__(
        self,
        storage: Storage,
        vault: Vault,
        blobs: LocalBlobs,
        channels: Channels,
        clock: Clock,
        tell: Tell,
        *,
        limit: int = 20_000_000,
    ) -> None:
        """`limit` is the largest file kept, in bytes; a channel may have a lower one."""
        self._storage = storage
        self._vault = vault
        self._blobs = blobs
        self._channels = channels
        self._clock = clock
        self._tell = tell
        self._limit = limit

    async def run_due(self) -> int:
        """Try every file that is due once; how many were tried."""
        claim = partial(attachments.claim, vault=self._vault, now=self._at(), limit=AT_ONCE)
        total = 0
        while fetches := await self._storage.transact(claim):
            await asyncio.gather(*map(self._one, fetches))
            total += len(fetches)
        return total

    async def sweep(self) -> int:
        """Remove blobs that no row names and that are a day old; how many files went."""
        named: set[str] = set()
        after = ""
        while page := await self._storage.read(partial(attachments.named_blobs, after=after)):
            named.update(page)
            after = page[-1]
        before = (self._clock.now() - ORPHAN_AGE).timestamp()
        return len(await asyncio.to_thread(self._blobs.sweep, named.__contains__, before))

    async def _one(self, fetch: Fetch) -> None:
        try:
            async with asyncio.timeout(attachments.LEASE_SECONDS - 60):
                await self._bring(fetch)
        except FileRefused as refused:
            await self._close(fetch, "refused", refused.reason)
        except (Rejected, ChatGone):
            await self._close(fetch, "failed", "gone")
        except (DeliveryError, StorageError, OSError) as error:  # a time-out is an OSError
            await self._again(fetch, error)

    async def _bring(self, fetch: Fetch) -> None:
        """Stream, look, seal, then commit the row: the row and the bytes appear together."""
        channel = self._channels.get((fetch.channel, fetch.account))
        if channel is None:
            raise DeliveryError("the channel is not configured")
        limit = min(self._limit, channel.capabilities.max_file_in)
        if fetch.size is not None and fetch.size > limit:
            raise FileRefused("too_big")
        place = attachments.content_place(fetch.id)
        with await asyncio.to_thread(self._blobs.writer, fetch.key, place) as writer:
            mime = await _stream(channel, fetch, writer, limit)
            blob = await asyncio.to_thread(writer.finish)
            settle = partial(
                attachments.stored, fetch=fetch, blob=blob, size=writer.size, mime=mime
            )
            if not await self._storage.transact(settle):
                self._blobs.delete(blob)  # its owner was deleted meanwhile

    async def _again(self, fetch: Fetch, error: Exception) -> None:
        log.info("file.postponed", channel=fetch.channel, reason=type(error).__name__)
        if fetch.attempt > len(WAITS):
            await self._close(fetch, "failed", "tries")
            return
        wait = WAITS[fetch.attempt - 1]
        if isinstance(error, RetryLater):
            wait = max(wait, int(error.after) + 1)
        postpone = partial(
            attachments.postpone,
            fetch=fetch,
            next_try_at=self._at() + wait,
            reason=type(error).__name__,
        )
        await self._storage.transact(postpone)

    async def _close(self, fetch: Fetch, state: str, reason: str) -> None:
        def unit(db: Session) -> None:
            closed = attachments.close(db, fetch, state=state, reason=reason)
            if closed is not None:
                self._tell(db, closed)

        await self._storage.transact(unit)

    def _at(self) -> int:
        return int(self._clock.now().timestamp())


async def _stream(channel: Channel, fetch: Fetch, writer: BlobWriter, limit: int) -> str:
    """Bytes from the platform into the writer; the media type that they really are."""
    inspector, gathered, total = Inspector(), bytearray(), 0
    file = FileRef(
        ref=fetch.ref, kind=fetch.kind, name=fetch.name, mime=fetch.mime, size=fetch.size
    )
    async for chunk in channel.fetch(file):
        total += len(chunk)
        if total > limit:
            raise FileRefused("too_big")
        inspector.see(chunk)
        gathered += chunk
        if len(gathered) >= PIECE:
            await asyncio.to_thread(writer.write, bytes(gathered))
            gathered.clear()
    await asyncio.to_thread(writer.write, bytes(gathered))
    return inspector.verdict(fetch.name)
