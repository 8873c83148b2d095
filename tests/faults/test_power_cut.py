"""The power goes at any write, sync or cut: what was acknowledged is there afterwards."""

import asyncio
import os
import random
import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.config import Config
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers.routes import ROUTES
from handlers.turn import Kit
from storage import reports
from storage.base import StorageUnavailable
from storage.open import open_storage
from storage.sealing import Keyring, Vault
from storage.sqlite import _PRAGMAS as PRAGMAS
from storage.sqlite import SqliteStorage
from tests.faults.apsw_storage import ApswStorage
from tests.faults.power import Disk
from tests.handlers.citizens import INTEGRITY, file_by_code, receipt, settle, staff
from tests.handlers.talk import ZONE, World

CUTS = int(os.environ.get("JIANJIAN_CUTS", "100"))
SEED = int(os.environ.get("JIANJIAN_CUT_SEED", "0")) or secrets.randbelow(10**9)
LONGEST = 420  # operations of the disk in one life
NORMAL = tuple(p.replace("synchronous = FULL", "synchronous = NORMAL") for p in PRAGMAS)


@dataclass
class Machine:
    """An installation in force, as the bytes of its database."""

    kit: Kit
    texts: Texts
    image: bytes


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """The same for every life."""
    return asyncio.run(_found(tmp_path_factory.mktemp("power") / "jianjian.db"))


async def _found(file: Path) -> Machine:
    texts = Texts(read_catalogues(), ZONE)
    storage = open_storage(f"sqlite:///{file}")
    await storage.open()
    kit = Kit(vault=Vault(Keyring.generate()), rules=make_rules(Config(), texts), routes=ROUTES)
    await settle(World(storage, kit, texts))
    await storage.close()
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    image = await asyncio.to_thread(file.read_bytes)
    return Machine(kit=kit, texts=texts, image=image)


@dataclass
class Acknowledged:
    """What the outside world was told before the power went."""

    letters: list[str]
    receipts: list[str]


async def live(machine: Machine, disk: Disk, pragmas: Sequence[str]) -> Acknowledged:
    """Citizens file and the team works until the power goes."""
    told = Acknowledged(letters=[], receipts=[])
    try:
        storage = ApswStorage(pragmas)
        world = World(storage, machine.kit, machine.texts)  # type: ignore[arg-type]
        heard = world.handle

        async def noted(incoming: object, content: bool) -> list[object]:
            shown = await heard(incoming, content)  # type: ignore[arg-type]
            told.letters.append(incoming.event_id)  # type: ignore[attr-defined]
            return shown  # type: ignore[return-value]

        world.handle = noted  # type: ignore[method-assign,assignment]
        for number in range(3):
            text = await file_by_code(world.chat(f"citizen-{number}"), category=INTEGRITY)
            told.receipts.append(receipt(text)[0])
            leader = staff(world, "leader")
            await leader.say("/queue")
            await leader.press("打开1")
            await leader.press("认领")
    except StorageUnavailable:
        pass
    finally:
        disk.end()
    return told


def put_down(disk: Disk, dice: random.Random, folder: Path) -> Path:
    """What the next start finds, as files; the database's path."""
    folder.mkdir()
    for name, data in disk.after_cut(dice).items():
        (folder / name).write_bytes(data)
    return folder / "jianjian.db"


async def lost(machine: Machine, file: Path, told: Acknowledged) -> list[str]:
    """The next start on the real engine: what was acknowledged and is not there."""
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert not db.execute("PRAGMA foreign_key_check").fetchall()
        kept = {row[0] for row in db.execute("SELECT event_id FROM inbox")}
    vault = machine.kit.vault
    codes = [code.replace("-", "") for code in told.receipts]
    storage = open_storage(f"sqlite:///{file}")
    await storage.open()
    try:
        filed = await storage.read(lambda db: [reports.by_code(db, vault, c) for c in codes])
    finally:
        await storage.close()
    missing = [f"letter {id}" for id in told.letters if id not in kept]
    return missing + [f"report {n}" for n, report in enumerate(filed) if report is None]


async def cut(
    machine: Machine, seed: int, folder: Path, pragmas: Sequence[str] = PRAGMAS
) -> tuple[list[str], int]:
    """One life with one cut: what was lost, and how many events had been acknowledged."""
    dice = random.Random(seed)
    disk = Disk({"jianjian.db": machine.image}, off_at=dice.randrange(1, LONGEST))
    try:
        told = await live(machine, disk, pragmas)
        return await lost(machine, put_down(disk, dice, folder), told), len(told.letters)
    finally:
        disk.unregister()


@pytest.mark.faults
@pytest.mark.timeout(60 + CUTS)
async def test_what_was_acknowledged_survives_every_power_cut(
    machine: Machine, tmp_path: Path
) -> None:
    acknowledged = 0
    for number in range(CUTS):
        missing, count = await cut(machine, SEED + number, tmp_path / str(number))
        assert not missing, f"cut {SEED + number}: {missing[:3]}"
        acknowledged += count
    assert acknowledged > CUTS * 3  # where each cut falls is drawn: some lives are short


@pytest.mark.faults
async def test_the_same_cuts_lose_what_was_acknowledged_where_commits_are_not_synced(
    machine: Machine, tmp_path: Path
) -> None:
    cuts = [await cut(machine, n, tmp_path / str(n), NORMAL) for n in range(10)]
    assert sum(len(missing) for missing, _ in cuts) > 10


async def test_the_units_meet_the_disk_with_the_pragmas_of_production(
    machine: Machine, tmp_path: Path
) -> None:
    real = open_storage(f"sqlite:///{tmp_path / 'j.db'}")
    assert isinstance(real, SqliteStorage)
    await real.open()
    disk = Disk({}, off_at=10**9)
    try:
        assert ApswStorage().settings() == await real.settings()
        disk.end()
        assert (await real.settings())["synchronous"] == 2  # FULL
    finally:
        await real.close()
        disk.unregister()
