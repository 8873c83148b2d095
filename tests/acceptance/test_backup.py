"""A backup of a living installation, restored elsewhere: all there, silent until released."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyrage
import pytest

from bot.backups import make_backup, restore
from bot.moves import move
from casework.errors import DataError
from storage import migrate
from storage.base import StorageError
from storage.keyring import Keyring
from storage.open import open_storage, peek
from storage.portable import Count, count
from tests.acceptance.copies import (
    BLOB,
    RECIPIENT,
    elsewhere,
    offline,
    quiet,
    with_a_file,
)
from tests.faults.installation import Installation

TABLES = migrate.tables(migrate.load())


@pytest.fixture
async def made(tmp_path: Path) -> Installation:
    """An installation with a plan, people, texts and a file."""
    return await with_a_file(tmp_path / "here")


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, Path]:
    """The public key of whoever keeps backups, and the file of the private one."""
    return RECIPIENT, offline(tmp_path)


def counts(url: str) -> list[Count]:
    """Every table, counted past the storage."""
    return peek(url, lambda db: [count(db, t) for t in TABLES if t not in ("hold", "worker")])


async def test_a_restored_copy_has_every_row_blob_and_key(
    made: Installation, pair: tuple[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "copy.age"
    make_backup(made.config, [pair[0]], file, quiet)
    config = elsewhere(made, tmp_path / "there")
    await restore(config, file, pair[1], quiet, at=1)
    assert counts(config.database) == counts(made.config.database)
    assert any(c.rows for c in counts(config.database))
    assert config.key_file.read_bytes() == made.config.key_file.read_bytes()
    blobs = [p.relative_to(config.data_dir) for p in config.data_dir.glob("blobs/??/*")]
    assert blobs == [Path("blobs") / BLOB[:2] / BLOB]
    Keyring.load(config.key_file)


async def test_a_copy_is_taken_while_another_process_writes(
    made: Installation, pair: tuple[str, Path], tmp_path: Path
) -> None:
    path = Path(made.config.database.removeprefix("sqlite:"))
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO hold VALUES ('half done', 1)")
        make_backup(made.config, [pair[0]], tmp_path / "copy.age", quiet)
        other.commit()
    config = elsewhere(made, tmp_path / "there")
    await restore(config, tmp_path / "copy.age", pair[1], quiet, at=1)
    held = peek(config.database, lambda db: [row[0] for row in db.rows("hold")])
    assert held == ["restored"]


async def test_nothing_of_the_copy_can_be_read_without_the_offline_key(
    made: Installation, pair: tuple[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "copy.age"
    make_backup(made.config, [pair[0]], file, quiet)
    sealed = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert b"officer" not in sealed
    assert json.loads(made.config.key_file.read_text("utf-8"))
    assert made.config.key_file.read_bytes()[:40] not in sealed
    other = tmp_path / "other.key"
    other.write_text(str(pyrage.x25519.Identity.generate()), "utf-8")
    config = elsewhere(made, tmp_path / "there")
    with pytest.raises(DataError, match="does not open with this key"):
        await restore(config, file, other, quiet, at=1)
    assert not config.key_file.exists()


async def test_a_copy_that_was_cut_off_is_refused_and_leaves_nothing(
    made: Installation, pair: tuple[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "copy.age"
    make_backup(made.config, [pair[0]], file, quiet)
    file.write_bytes(file.read_bytes()[:-3000])
    config = elsewhere(made, tmp_path / "there")
    with pytest.raises(DataError, match=r"does not open|cut off"):
        await restore(config, file, pair[1], quiet, at=1)
    assert not config.key_file.exists()
    assert not list(config.data_dir.glob("blobs"))


@pytest.mark.parametrize(
    ("recipient", "line"), [("age1wrong", "no age1"), ("", "no age1")], ids=["wrong", "empty"]
)
def test_a_backup_for_nobody_is_refused(
    made: Installation, tmp_path: Path, recipient: str, line: str
) -> None:
    with pytest.raises(DataError, match=line):
        make_backup(made.config, [recipient], tmp_path / "copy.age", quiet)
    assert not (tmp_path / ".copy.age.part").exists()


async def test_nothing_is_restored_over_what_is_there(
    made: Installation, pair: tuple[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "copy.age"
    make_backup(made.config, [pair[0]], file, quiet)
    with pytest.raises(DataError, match="empty place"):
        await restore(made.config, file, pair[1], quiet, at=1)
    with pytest.raises(DataError, match="is there already"):
        make_backup(made.config, [pair[0]], file, quiet)


@pytest.mark.postgres
async def test_a_living_installation_moves_to_postgresql_with_every_row(
    made: Installation, pg_url: str
) -> None:
    moved = await move(made.config.database, pg_url, quiet, at=1)
    assert [c for c in moved if c.table not in ("hold", "worker")] == counts(pg_url)
    assert counts(pg_url) == counts(made.config.database)
    storage = open_storage(pg_url)
    await storage.open()
    try:  # numbers go on behind those that came over
        new: Any = await storage.transact(
            lambda db: db.add(
                "inbox.accept",
                channel="web",
                account="web",
                event_id="after the move",
                lane=b"l",
                body=b"b",
                received_at=1,
                worker="",
            )
        )
    finally:
        await storage.close()
    before = peek(made.config.database, lambda db: [row[0] for row in db.rows("inbox")])
    assert new > max(before, default=0)
    with pytest.raises(StorageError, match="rows already"):
        await move(made.config.database, pg_url, quiet, at=1)
