"""Each part that the watch looks at, well and ill, and what a monitor reads of it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.channels.base import Document
from bot.config import Config
from bot.lanes import Lanes
from bot.meters import Meters
from bot.outbox import Dispatcher
from bot.senses import Senses
from bot.texts import Texts, read_catalogues
from bot.watch import Watch
from bot.wiring import make_rules
from handlers.routes import ROUTES
from handlers.turn import Kit
from storage.base import Storage
from storage.sealing import Vault
from storage.sqlite import SqliteStorage
from tests.bot.recording import ZONE, HandClock, RecordingChannel


class Scene:
    """A watch over a real store, a channel that can be in trouble, and a folder of files."""

    def __init__(self, storage: Storage, vault: Vault, folder: Path) -> None:
        self.channel = RecordingChannel(name="telegram")
        channels = {("telegram", "main"): self.channel}
        texts, clock, meters = Texts(read_catalogues(), ZONE), HandClock(), Meters()
        kit = Kit(vault=vault, rules=make_rules(Config(), texts), routes=ROUTES)
        dispatcher = Dispatcher(
            storage, vault, channels, texts, clock, lambda files: _none(), meters=meters
        )
        lanes = Lanes(storage, kit, channels, dispatcher.offer, clock, meters)
        self.watch = Watch(storage, lanes, dispatcher, clock, meters, "", [self.channel], folder)

    async def told(self) -> tuple[bool, list[str]]:
        """(a report can be taken, the parts that need somebody)."""
        health = await self.watch.health()
        metrics = (await self.watch.metrics()).decode().splitlines()
        ill = [line for line in metrics if line.startswith("jianjian_trouble{")]
        named = [line.split('"')[1] for line in ill if line.endswith(" 1.0")]
        assert sorted(named) == sorted(health.trouble)
        return health.ok, list(health.trouble)

    async def measure(self, name: str) -> str:
        """One value of the metrics."""
        lines = (await self.watch.metrics()).decode().splitlines()
        (line,) = [line for line in lines if line.startswith(f"jianjian_{name} ")]
        return line.split()[1]


@asynccontextmanager
async def _none() -> AsyncIterator[Sequence[Document]]:
    yield ()


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def put_in_its_place(folder: Path) -> None:
    """A file lies where the folder was."""
    folder.rmdir()
    folder.write_bytes(b"x")


def make_again(folder: Path) -> None:
    folder.unlink()
    folder.mkdir()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "blobs"
    made.mkdir()
    return made


@pytest.fixture
def scene(sqlite_storage: SqliteStorage, vault: Vault, folder: Path) -> Scene:
    return Scene(sqlite_storage, vault, folder)


async def test_where_all_is_well_every_part_says_so(scene: Scene, folder: Path) -> None:
    assert await scene.told() == (True, [])
    parts = (await scene.watch.health()).parts
    assert parts["storage"] == "sqlite"
    assert parts["telegram"] == "ok"
    assert str(parts["disk"]).endswith("MB free")
    assert float(await scene.measure("disk_free_bytes")) > 0
    assert left_in(folder) == []  # the probe leaves nothing


async def test_a_channel_in_trouble_needs_somebody_and_reports_are_taken(scene: Scene) -> None:
    scene.channel.trouble = "the platform refuses the token"
    assert await scene.told() == (True, ["telegram"])
    assert (await scene.watch.health()).parts["telegram"] == "the platform refuses the token"
    scene.channel.trouble = ""
    assert await scene.told() == (True, [])


async def test_a_folder_that_takes_no_files_needs_somebody_and_reports_are_taken(
    scene: Scene, folder: Path
) -> None:
    put_in_its_place(folder)
    assert await scene.told() == (True, ["disk"])
    said = (await scene.watch.health()).parts["disk"]
    assert said == "takes no files (Not a directory): look at the room and the rights of its disk"
    assert await scene.measure("disk_free_bytes") == "NaN"
    make_again(folder)
    assert await scene.told() == (True, [])


async def test_a_held_program_takes_no_reports_and_says_why(scene: Scene) -> None:
    scene.watch.held = "restored"
    assert await scene.told() == (False, ["held"])
    assert (await scene.watch.health()).parts["held"] == "restored"
    assert await scene.measure("held") == "1.0"


async def test_a_store_that_is_closed_is_told_of(
    scene: Scene, sqlite_storage: SqliteStorage
) -> None:
    await sqlite_storage.close()
    assert await scene.told() == (False, ["storage"])
    assert await scene.measure("storage_readable") == "0.0"


async def test_a_store_that_keeps_silent_is_told_of_and_asked_once_at_a_time(
    sqlite_storage: SqliteStorage,
) -> None:
    release, asked = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def occupy(db: object) -> bool:
        loop.call_soon_threadsafe(asked.set)
        return release.wait(20)

    busy = [asyncio.create_task(sqlite_storage.read(occupy)) for _ in range(2)]
    await asked.wait()
    senses = Senses(sqlite_storage, HandClock(), Meters(), patience=0.05)
    for _ in range(3):
        found = await senses.look()
        assert found.unread == "does not answer within 0.05 seconds"
        assert found.backlog is None
    waiting = [t for t in asyncio.all_tasks() if "_ask_store" in repr(t.get_coro())]
    assert len(waiting) == 1
    release.set()
    await asyncio.gather(*busy, *waiting)
    assert (await Senses(sqlite_storage, HandClock(), Meters()).look()).unread == ""
