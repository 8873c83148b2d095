"""What SQLite alone promises: shared commits, one process, durable settings, private files."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage.base import (
    AlreadyOpen,
    CommitDenied,
    ConstraintBroken,
    Session,
    StorageError,
    StorageUnavailable,
)
from storage.open import open_storage
from storage.sqlite import SqliteStorage

Make = Callable[..., SqliteStorage]


def adding(id: str) -> Any:
    return lambda db: db.one("try.add", id=id, n=1)


def ids(db: Session) -> list[Any]:
    return [row["id"] for row in db.all("try.list")]


async def test_a_commit_that_fails_fails_every_unit_that_shared_it(make_sqlite: Make) -> None:
    storage = make_sqlite()
    await storage.open()
    units = [
        adding("a"),
        lambda db: db.run("try.part", thing="no", body=None, note=None),
        adding("b"),
    ]
    results = await asyncio.gather(*map(storage.transact, units), return_exceptions=True)
    assert [type(result) for result in results] == [StorageUnavailable] * 3
    assert await storage.read(ids) == []
    assert await storage.transact(adding("a")) == {"id": "a"}
    await storage.close()


async def test_when_the_engine_ends_the_transaction_the_whole_group_fails(
    make_sqlite: Make,
) -> None:
    storage = make_sqlite()
    await storage.open()
    await storage.transact(adding("a"))
    units = [adding("b"), lambda db: db.run("try.trample", id="a", n=1), adding("c")]
    results = await asyncio.gather(*map(storage.transact, units), return_exceptions=True)
    assert [type(r) for r in results] == [StorageUnavailable, ConstraintBroken, StorageUnavailable]
    assert await storage.read(ids) == ["a"]
    assert await storage.transact(adding("c")) == {"id": "c"}
    await storage.close()


async def test_units_that_wait_together_share_a_commit(make_sqlite: Make, tmp_path: Path) -> None:
    storage = make_sqlite()
    await storage.open()
    wal = tmp_path / "try" / "try.db-wal"
    await storage.scrub()
    for number in range(64):
        await storage.transact(adding(f"alone{number}"))
    alone = wal.stat().st_size
    await storage.scrub()
    await asyncio.gather(*(storage.transact(adding(f"grouped{n}")) for n in range(64)))
    assert wal.stat().st_size * 5 < alone
    await storage.close()


async def test_a_pragma_is_denied_to_a_unit_and_the_store_is_durable(make_sqlite: Make) -> None:
    storage = make_sqlite()
    await storage.open()
    with pytest.raises(CommitDenied):
        await storage.transact(lambda db: db.one("try.durable"))
    assert await storage.settings() == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }
    await storage.close()


async def test_a_second_opener_is_told_who_has_the_database(make_sqlite: Make) -> None:
    first, second = make_sqlite(), make_sqlite()
    await first.open()
    with pytest.raises(AlreadyOpen, match=r"try\.db: process \d+ has the database open: "):
        await second.open()
    await first.close()
    await second.open()
    await second.close()


async def test_a_second_process_is_refused_with_one_line(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/x.db"
    storage = open_storage(url)
    await storage.open()
    script = (
        "import asyncio, sys; from storage.open import open_storage\n"
        "from storage.base import AlreadyOpen\n"
        "try: asyncio.run(open_storage(sys.argv[1]).open())\n"
        "except AlreadyOpen as error: print(error)"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script, url], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert "let it do the work, or stop it first" in done.stdout
    await storage.close()


async def test_nobody_else_on_the_machine_may_read_the_files(
    make_sqlite: Make, tmp_path: Path
) -> None:
    storage = make_sqlite()
    await storage.open()
    await storage.transact(adding("a"))
    folder = tmp_path / "try"
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()} == dict.fromkeys(
        ["try.db", "try.db-wal", "try.db-shm", "try.db.lock"], 0
    )
    await storage.close()


async def test_a_unit_that_takes_long_is_reported_by_name(make_sqlite: Make) -> None:
    told: list[tuple[str, float]] = []
    storage = make_sqlite(on_slow=lambda name, seconds: told.append((name, seconds)))
    await storage.open()

    def slow_unit(db: Session) -> None:
        end = time.perf_counter() + 0.06
        while time.perf_counter() < end:
            ids(db)

    await storage.transact(adding("a"))
    await storage.transact(slow_unit)
    assert [name.rpartition(".")[2] for name, _ in told] == ["slow_unit"]
    assert told[0][1] > 0.05
    await storage.close()


async def test_a_file_that_is_no_database_is_said_in_one_line(
    make_sqlite: Make, tmp_path: Path
) -> None:
    (tmp_path / "try").mkdir()
    (tmp_path / "try" / "try.db").write_bytes(b"something else" * 100)
    storage = make_sqlite()
    with pytest.raises(StorageUnavailable, match=r"try\.db: file is not a database"):
        await storage.open()
    assert (tmp_path / "try" / "try.db").read_bytes() == b"something else" * 100


@pytest.mark.parametrize(
    "url",
    [
        "",
        "jianjian.db",
        "sqlite:",
        "sqlite://host/x.db",
        "sqlite::memory:",
        "mysql://x/y",
        "sqlite:///d/",
    ],
)
def test_a_wrong_url_is_answered_with_an_example(url: str) -> None:
    with pytest.raises(StorageError, match=r"^\[storage\] url .*sqlite:///absolute/path\.db") as e:
        open_storage(url)
    assert "\n" not in str(e.value)


def test_a_url_with_a_password_never_reaches_the_error() -> None:
    with pytest.raises(StorageError) as raised:
        open_storage("oracle://admin:hunter2@db/x")
    assert "hunter2" not in str(raised.value)
