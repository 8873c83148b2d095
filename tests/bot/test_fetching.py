"""Received files reach the blob store outside the lanes, or their sender hears of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channels.base import Capabilities, ChatGone, NotSent, Rejected, RetryLater
from bot.clock import MovedClock
from bot.fetching import WAITS, Fetcher
from handlers.messages import FileRef
from storage import attachments
from storage.base import Session
from storage.blobs import LocalBlobs
from storage.sealing import Vault
from storage.sqlite import SqliteStorage

JPEG = b"\xff\xd8\xff\xe0" + bytes(1_000_000)


@dataclass
class Platform:
    """A platform that gives bytes, or a failure first."""

    data: bytes = JPEG
    failures: list[Exception] = field(default_factory=list)
    broken_off: int = 0  # bytes given before a failure
    meanwhile: Callable[[], Awaitable[None]] | None = None
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(max_text=4096))

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        assert file.ref == "ref-1"
        if self.meanwhile is not None:
            await self.meanwhile()
        if self.failures:
            yield self.data[: self.broken_off]
            raise self.failures.pop(0)
        for at in range(0, len(self.data), 60_000):
            yield self.data[at : at + 60_000]


class Stage:
    """One announced file, and a fetcher whose clock can be moved."""

    def __init__(self, storage: SqliteStorage, vault: Vault, folder: Path) -> None:
        self.storage, self.vault = storage, vault
        self.blobs = LocalBlobs(folder)
        self.clock = MovedClock(ZoneInfo("Asia/Shanghai"))
        self.platform = Platform()
        self.told: list[attachments.Closed] = []
        channels: Any = {("telegram", "bot"): self.platform}
        self.fetcher = Fetcher(storage, vault, self.blobs, channels, self.clock, self._tell)

    def _tell(self, db: Session, closed: attachments.Closed) -> None:
        self.told.append(closed)

    async def announce(self, name: str = "照片.jpg", size: int | None = None) -> None:
        at = int(self.clock.now().timestamp())
        about: dict[str, Any] = {"channel": "telegram", "account": "bot", "ref": "ref-1"}
        await self.storage.transact(
            lambda db: attachments.expect(
                db,
                self.vault,
                id="a",
                key=b"k" * 32,
                owner="draft:00",
                name=name,
                mime="",
                kind="photo",
                size=size,
                at=at,
                **about,
            )
        )

    async def row(self) -> attachments.Attachment:
        found = await self.storage.read(lambda db: attachments.get(db, self.vault, "a"))
        assert found is not None
        return found

    async def content(self) -> bytes:
        row = await self.row()
        key = await self.storage.read(lambda db: attachments.key(db, self.vault, "a"))
        assert key is not None
        return b"".join(self.blobs.get(row.blob, key, attachments.content_place("a")))

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))


@pytest.fixture
def stage(sqlite_storage: SqliteStorage, vault: Vault, tmp_path: Path) -> Stage:
    return Stage(sqlite_storage, vault, tmp_path / "blobs")


async def test_a_file_is_streamed_into_the_store_and_its_row_settled(stage: Stage) -> None:
    await stage.announce()
    assert await stage.fetcher.run_due() == 1
    row = await stage.row()
    assert (row.state, row.size, row.mime) == ("stored", len(JPEG), "image/jpeg")
    assert await stage.content() == JPEG
    assert stage.told == []
    assert await stage.fetcher.run_due() == 0


@pytest.mark.parametrize("failure", [NotSent(), RetryLater(3), OSError("disk full")])
async def test_a_fetch_that_breaks_off_is_tried_again_from_the_start(
    stage: Stage, failure: Exception
) -> None:
    stage.platform.failures, stage.platform.broken_off = [failure], 100_000
    await stage.announce()
    await stage.fetcher.run_due()
    assert (await stage.row()).state == "fetching"
    assert await stage.fetcher.run_due() == 0
    stage.pass_time(WAITS[0])
    await stage.fetcher.run_due()
    assert await stage.content() == JPEG
    assert stage.told == []


async def test_the_platform_decides_how_long_to_wait(stage: Stage) -> None:
    stage.platform.failures = [RetryLater(500)]
    await stage.announce()
    await stage.fetcher.run_due()
    stage.pass_time(499)
    assert await stage.fetcher.run_due() == 0
    stage.pass_time(3)
    assert await stage.fetcher.run_due() == 1


async def test_after_the_last_attempt_the_sender_hears_of_it(stage: Stage) -> None:
    stage.platform.failures = [NotSent() for _ in range(len(WAITS) + 1)]
    await stage.announce()
    for wait in (*WAITS, 0):
        await stage.fetcher.run_due()
        stage.pass_time(wait)
    assert [(c.origin, c.state, c.reason) for c in stage.told] == [("draft:00", "failed", "tries")]
    assert (await stage.row()).state == "failed"


@pytest.mark.parametrize("failure", [Rejected(), ChatGone()])
async def test_a_file_that_the_platform_no_longer_has_is_not_asked_for_again(
    stage: Stage, failure: Exception
) -> None:
    stage.platform.failures = [failure]
    await stage.announce()
    await stage.fetcher.run_due()
    assert [(c.state, c.reason) for c in stage.told] == [("failed", "gone")]


@pytest.mark.parametrize(
    ("data", "name", "size", "reason"),
    [
        (b"MZ\x90\x00" + bytes(5000), "照片.jpg", None, "type"),
        (JPEG, "报告.pdf", None, "mismatch"),
        (b"\xff\xd8\xff\xe0" + bytes(25_000_000), "照片.jpg", None, "too_big"),
        (JPEG, "照片.jpg", 25_000_000, "too_big"),
        (b"", "照片.jpg", None, "empty"),
    ],
)
async def test_a_file_that_is_not_allowed_is_refused_and_leaves_no_bytes(
    stage: Stage, data: bytes, name: str, size: int | None, reason: str
) -> None:
    stage.platform.data = data
    await stage.announce(name, size)
    await stage.fetcher.run_due()
    assert [(c.state, c.reason) for c in stage.told] == [("refused", reason)]
    assert (await stage.row()).state == "refused"
    assert list(stage.blobs.names()) == []


async def test_a_file_whose_draft_was_cancelled_meanwhile_leaves_no_bytes(stage: Stage) -> None:
    await stage.announce()

    async def cancel() -> None:
        await stage.storage.transact(lambda db: attachments.forget(db, "draft:00"))

    stage.platform.meanwhile = cancel
    await stage.fetcher.run_due()
    assert list(stage.blobs.names()) == []
    assert stage.told == []


async def test_the_sweep_keeps_what_rows_name(stage: Stage) -> None:
    await stage.announce()
    await stage.fetcher.run_due()
    key = await stage.storage.read(lambda db: attachments.key(db, stage.vault, "a"))
    assert key is not None
    stage.blobs.put([b"nobody names me"], key, "nowhere")
    assert await stage.fetcher.sweep() == 0
    stage.pass_time(86_400 + 5)
    assert await stage.fetcher.sweep() == 1
    assert await stage.content() == JPEG
