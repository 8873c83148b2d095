"""The senses: what a look at the store, the channels, the disk and memory finds at one moment."""

import asyncio
import os
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from secrets import token_hex

from bot.channels.base import Channel
from bot.clock import Clock
from bot.meters import Meters
from bot.workers import TICKS
from storage import backlog, workers
from storage.backlog import Backlog
from storage.base import Storage, StorageError

BELIEVED = 5.0  # seconds for which a write that went well is not tried again
PATIENCE = 5.0  # seconds after which a store counts as silent
PROBE = "probe-"  # begins the name of a file that is written to see whether files can be
PROBED = 4096  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One look around. A text that is not empty says what is wrong and where to look."""

    unread: str = ""  # why the store does not answer
    unwritten: str = ""  # why it takes no writes
    no_files: str = ""  # why the folder of files takes none
    free: int | None = None  # bytes free on the disk of the files; None = nobody looked
    channels: dict[str, str] = field(default_factory=dict)  # name → why nothing is received
    backlog: Backlog | None = None  # None where the store does not answer


class Senses:
    """Looks around when asked; those who ask at once share one look."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        meters: Meters,
        worker: str = "",
        channels: Collection[Channel] = (),
        folder: Path | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """`folder` is where files come in; None = it is not looked at. `patience` in seconds."""
        self._patience = patience
        self._storage = storage
        self._clock = clock
        self._meters = meters
        self._worker = worker
        self._channels = channels
        self._folder = folder
        self._wrote = float("-inf")  # when the store last took a write
        self._filed = float("-inf")  # when the folder last took a file
        self._looking: asyncio.Task[tuple[Backlog | None, str, str]] | None = None

    async def look(self) -> Found:
        """What stands now. A store that does not answer in time is told of, not waited for."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._ask_store())
        try:
            async with asyncio.timeout(self._patience):
                seen, unread, unwritten = await asyncio.shield(self._looking)
        except TimeoutError:
            seen, unread, unwritten = (
                None,
                f"does not answer within {self._patience:.3g} seconds",
                "",
            )
        free, no_files = await self._ask_folder()
        return Found(
            unread=unread,
            unwritten=unwritten,
            no_files=no_files,
            free=free,
            channels={channel.name: channel.trouble for channel in self._channels},
            backlog=seen,
        )

    async def _ask_store(self) -> tuple[Backlog | None, str, str]:
        now = self._clock.now().timestamp()
        look = partial(
            backlog.look, now=int(now), now_ms=int(now * 1000), worker=self._worker, lease=TICKS
        )
        begun = time.perf_counter()
        try:
            seen = await self._storage.read(look)
        except StorageError as error:
            return None, type(error).__name__, ""
        self._meters.looks.labels("look").observe(time.perf_counter() - begun)
        return seen, "", await self._ask_for_a_write(int(now))

    async def _ask_for_a_write(self, at: int) -> str:
        """Why the store can be read and not written (a full disk); "" = it takes writes."""
        if time.monotonic() - self._wrote < BELIEVED:
            return ""
        begun = time.perf_counter()
        try:
            await self._storage.transact(partial(workers.probe, me=self._worker, at=at))
        except StorageError as error:
            return f"takes no writes ({type(error).__name__}): look for room on its disk"
        self._meters.looks.labels("write").observe(time.perf_counter() - begun)
        self._wrote = time.monotonic()
        return ""

    async def _ask_folder(self) -> tuple[int | None, str]:
        """Bytes free where the files lie, and why no file can be written there."""
        if self._folder is None:
            return None, ""
        believed = time.monotonic() - self._filed < BELIEVED
        try:
            free = await asyncio.to_thread(_try_folder, self._folder, write=not believed)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return None, f"takes no files ({reason}): look at the room and the rights of its disk"
        if not believed:
            self._filed = time.monotonic()
        return free, ""


def _try_folder(folder: Path, *, write: bool) -> int:
    """Write a file and remove it again; the bytes that are free."""
    if write:
        path = folder / f"{PROBE}{token_hex(8)}"
        try:
            with path.open("xb") as file:
                file.write(bytes(PROBED))
                file.flush()
                os.fsync(file.fileno())
        finally:
            with suppress(OSError):
                path.unlink()
    return shutil.disk_usage(folder).free
