"""A move of the store: refused, cut off, failed, begun again; never two that can be started."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.backups import make_backup, restore
from bot.moves import move
from casework.errors import DataError
from storage import holds, migrate, moving, workers
from storage.base import StorageError
from storage.holds import MovedAway
from storage.open import open_storage, peek
from storage.portable import Count, count
from tests.acceptance.command_line import Shell
from tests.acceptance.copies import RECIPIENT, elsewhere, offline, quiet, with_a_file
from tests.faults.installation import Installation
from tests.faults.process import ROOT
from tests.faults.storm import until

pytestmark = pytest.mark.postgres
TABLES = migrate.tables(migrate.load())
NOW = 1_800_000_000


@pytest.fixture
async def made(tmp_path: Path) -> Installation:
    """An installation with a plan, people, texts and a file."""
    return await with_a_file(tmp_path / "here")


def counts(url: str) -> list[Count]:
    """Every table that says nothing of processes."""
    names = [t for t in TABLES if t not in ("hold", "worker", "lease")]
    return peek(url, lambda db: [count(db, table) for table in names])


async def standing(url: str) -> str:
    """Why a program on this store would be silent, or would not start."""
    storage = open_storage(url)
    await storage.open()
    try:
        return await storage.read(holds.standing)
    finally:
        await storage.close()


async def ran(url: str, statement: str, *values: Any) -> None:
    """Change an SQLite file by hand."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:"))) as db:
        db.execute(statement, values)
        db.commit()


async def test_the_old_store_starts_no_program_until_somebody_says_so(
    made: Installation, pg_url: str
) -> None:
    await move(made.config.database, pg_url, quiet, at=NOW)
    with pytest.raises(MovedAway, match=r"write the new address into \[storage\] url"):
        await standing(made.config.database)
    assert await standing(pg_url) == ""
    shell = Shell(made.folder)
    said = await asyncio.to_thread(shell.run, "release")
    assert said.code == 0, said.err
    assert await standing(made.config.database) == ""


async def test_a_restored_copy_that_is_moved_keeps_its_silence(
    made: Installation, pg_url: str
) -> None:
    await ran(made.config.database, "INSERT INTO hold VALUES ('restored', 5)")
    await move(made.config.database, pg_url, quiet, at=NOW)
    assert await standing(pg_url) == "restored"


async def test_a_move_into_a_store_with_rows_changes_neither(
    made: Installation, pg_url: str, tmp_path: Path
) -> None:
    await move(made.config.database, pg_url, quiet, at=NOW)
    other = await with_a_file(tmp_path / "other")
    before = counts(pg_url)
    with pytest.raises(StorageError, match="holds rows already"):
        await move(other.config.database, pg_url, quiet, at=NOW)
    assert counts(pg_url) == before
    assert await standing(other.config.database) == ""
    with pytest.raises(StorageError, match="holds rows already"):
        await move(made.config.database, pg_url, quiet, at=NOW)
    with pytest.raises(MovedAway):
        await standing(made.config.database)
    with pytest.raises(DataError, match="the same store"):
        await move(other.config.database, other.config.database, quiet, at=NOW)


async def test_a_row_that_the_other_engine_cannot_hold_is_named_and_nothing_is_moved(
    made: Installation, pg_url: str
) -> None:
    await ran(made.config.database, "UPDATE round SET name = 'a' || char(0) || 'b'")
    with pytest.raises(StorageError, match=r"round\.name holds a NUL"):
        await move(made.config.database, pg_url, quiet, at=NOW)
    assert await standing(made.config.database) == ""
    assert not any(one.rows for one in counts(pg_url))


async def test_odd_text_and_bytes_arrive_as_they_were(made: Installation, pg_url: str) -> None:
    odd = "\\N\t\n\r\\.\u202e\ufeff\U0001f600\x01'\"%s{}"
    await ran(made.config.database, "UPDATE round SET name = ?", odd)
    await ran(made.config.database, "UPDATE person SET name = ?", bytes(range(256)) * 400)
    await move(made.config.database, pg_url, quiet, at=NOW)
    assert counts(pg_url) == counts(made.config.database)
    [names] = {tuple(row) for row in peek(pg_url, lambda db: list(db.rows("round")))}
    assert odd in names


async def test_a_move_that_is_killed_leaves_one_store_and_is_begun_again(
    made: Installation, pg_url: str
) -> None:
    with closing(sqlite3.connect(made.config.database.removeprefix("sqlite:"))) as db:
        db.executemany(
            "INSERT INTO inbox (channel, account, event_id, lane, received_at, state, attempts, "
            "reason) VALUES ('t', 'a', ?, x'00', 1, 'done', 0, '')",
            [(str(number),) for number in range(20_000)],
        )
        db.commit()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "migrate-storage", made.config.database, pg_url),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )

    def marked() -> bool:
        return bool(peek(made.config.database, lambda db: list(db.rows("hold"))))

    await until(marked)
    os.kill(process.pid, signal.SIGKILL)
    await process.communicate()
    with pytest.raises(MovedAway):
        await standing(made.config.database)
    assert not any(one.rows for one in counts(pg_url))
    again = ("migrate-storage", made.config.database, pg_url)
    said = await asyncio.to_thread(Shell(made.folder).run, *again)
    assert said.code == 0, said.err
    assert "no program starts on the old store any more" in said.out
    assert counts(pg_url) == counts(made.config.database)
    assert await standing(pg_url) == ""


async def test_a_store_on_which_a_worker_lives_is_not_moved(
    made: Installation, pg_url: str, tmp_path: Path
) -> None:
    await move(made.config.database, pg_url, quiet, at=NOW)
    storage = open_storage(pg_url)
    await storage.open()
    await storage.transact(lambda db: workers.beat(db, me="w1", now=NOW * 1000, leases=("ticks",)))
    await storage.close()
    back = f"sqlite:///{tmp_path}/back.db"
    with pytest.raises(StorageError, match="a program works on the old store"):
        await move(pg_url, back, quiet, at=NOW)
    assert await standing(pg_url) == ""
    await move(pg_url, back, quiet, at=NOW + 4)
    assert counts(back) == counts(pg_url)


def outbox_row(number: int, state: str) -> dict[str, Any]:
    """A message in the hand of a process."""
    texts = dict.fromkeys(("topic", "heard", "messages", "reason"), "")
    numbers = dict.fromkeys(("not_before", "attempts", "created_at", "settled_at", "vanish_at"), 0)
    own = {"id": number, "dedupe": str(number), "state": state, "worker": "w1", "lane": b"l"}
    kind = {"channel": "telegram", "account": "1", "priority": 1, "policy": "doubt"}
    return {**own, **kind, "address": b"", "body": b"", **texts, **numbers}


@pytest.mark.parametrize("shared", [False, True], ids=["one process", "several"])
async def test_what_processes_had_in_hand_is_free_in_the_new_store(
    made: Installation, pg_url: str, *, shared: bool
) -> None:
    url = pg_url if shared else made.config.database
    storage = open_storage(url)
    await storage.open()

    def settle(db: Any) -> None:
        workers.beat(db, me="w1", now=1, leases=("ticks",))
        rows = [outbox_row(901, "planned"), outbox_row(902, "sending")]
        db.fill("outbox", list(rows[0]), [tuple(row.values()) for row in rows])
        moving.settle_in(db, shared=shared)

    try:
        await storage.transact(settle)
        beat = await storage.transact(
            lambda db: workers.beat(db, me="w2", now=NOW * 1000, leases=("ticks",))
        )
    finally:
        await storage.close()
    assert beat.held == {"ticks"}
    assert beat.interrupted == (1 if shared else 0)
    hands = peek(url, hands_of)
    assert hands["planned"] == ""
    assert "sending" not in hands if shared else hands["sending"] == ""


def hands_of(db: Any) -> dict[str, str]:
    """State → process of the messages."""
    columns = db.columns("outbox")
    state, worker = columns.index("state"), columns.index("worker")
    return {row[state]: row[worker] for row in db.rows("outbox")}


async def test_a_backup_of_several_processes_store_is_restored_into_either_engine_or_refused(
    made: Installation, pg_url: str, tmp_path: Path
) -> None:
    await move(made.config.database, pg_url, quiet, at=NOW)
    text = (made.folder / "config.toml").read_text("utf-8")
    (made.folder / "config.toml").write_text(f'{text}[storage]\nurl = "{pg_url}"\n', "utf-8")
    make_backup(made.config, [RECIPIENT], tmp_path / "copy.age", quiet)
    full = elsewhere(made, tmp_path / "full")
    with pytest.raises(StorageError, match="the target holds rows already"):
        await restore(full, tmp_path / "copy.age", offline(tmp_path), quiet, at=1)
    assert not full.key_file.exists()
    (made.folder / "config.toml").write_text(text, "utf-8")
    config = elsewhere(made, tmp_path / "there")
    await restore(config, tmp_path / "copy.age", offline(tmp_path), quiet, at=1)
    assert counts(config.database) == counts(pg_url)
