"""An older installation goes on after the upgrade, also after one that was cut off half-way."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage import migrate
from storage.sqlite import SqliteStorage
from tests.channels.bot_chats import Citizen
from tests.faults.aftermath import read_after
from tests.faults.checker import codes
from tests.faults.conftest import Launch
from tests.faults.people import STORY
from tests.faults.process import ROOT, Program
from tests.faults.recording import WitnessApi
from tests.faults.test_disk_full import refused_start
from tests.faults.test_restart import press, says

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]
SLOW = 30.0
STEPS = 2  # migrations that the older database lacks: several statements in all


def place(program: Program) -> Path:
    """Where the database lies."""
    return Path(program.installation.config.database.removeprefix("sqlite:"))


async def made_older(file: Path, folder: Path) -> None:
    """The same rows in the database that the program before the last migrations made."""
    shutil.copytree(migrate.MIGRATIONS, folder / "steps")
    for step in sorted((folder / "steps").glob("*.sql"))[-STEPS:]:
        step.unlink()
    older = SqliteStorage(folder / "older.db", migrations=folder / "steps")
    await older.open()
    await older.close()
    with closing(sqlite3.connect(folder / "older.db", isolation_level=None)) as db:
        db.execute("ATTACH ? AS newer", (str(file),))
        for table in migrate.tables(migrate.load(folder / "steps")):
            columns = ", ".join(f'"{r[1]}"' for r in db.execute(f'PRAGMA table_info("{table}")'))
            db.execute(f'DELETE FROM main."{table}"')
            db.execute(f'INSERT INTO main."{table}" ({columns}) '
                       f'SELECT {columns} FROM newer."{table}"')  # fmt: skip
        db.execute("DETACH newer")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for old in file.parent.glob(f"{file.name}-*"):
        old.unlink()
    shutil.copy(folder / "older.db", file)


def version(file: Path) -> int:
    """The newest migration that a database knows."""
    with closing(sqlite3.connect(file)) as db:
        return int(db.execute("SELECT max(number) FROM schema_version").fetchone()[0])


def schema(file: Path) -> list[tuple[object, ...]]:
    """What the database is made of."""
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert not db.execute("PRAGMA foreign_key_check").fetchall()
        return db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()


def half_way(file: Path, fatal: int) -> int:
    """Upgrade in a process that dies at that statement; its exit code."""
    command = [sys.executable, "-m", "tests.faults.half_way", str(file), str(fatal)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


async def half_a_talk(citizen: Citizen) -> None:
    citizen.starts("s_mission-a")
    await citizen.hears_text("反映问题须知", within=SLOW)
    await press(citizen, "我已阅读", "主要反映谁")
    await press(citizen, "主要负责人", "请选择问题类型")


async def the_other_half(citizen: Citizen) -> str:
    await press(citizen, "党员干部违纪", "具体是哪一种")
    await press(citizen, "收钱收物", "匿名还是实名")
    await press(citizen, "匿名", "请把经过写清楚")
    await says(citizen, f"{STORY}〔501-1〕", "已记下")
    await press(citizen, "完成", "姓名和职务")
    await press(citizen, "其余跳过", "请核对")
    citizen.clicks("确认提交")
    return codes((await citizen.hears_text("编号：", within=SLOW))["text"])[0]


async def test_a_talk_that_stood_open_in_an_older_database_goes_on_in_the_new_one(
    api: WitnessApi, launch: Launch, tmp_path: Path
) -> None:
    program = await launch("webhook")
    citizen = Citizen(api, 501)
    await half_a_talk(citizen)
    await program.quiet(within=SLOW)
    assert await program.stop() == 0
    newest, fresh = version(place(program)), schema(place(program))
    await made_older(place(program), tmp_path)
    assert version(place(program)) == newest - STEPS
    await program.start()
    code = await the_other_half(citizen)
    await program.quiet(within=SLOW)
    assert await program.stop() == 0
    assert version(place(program)) == newest
    assert schema(place(program)) == fresh
    after = await read_after(program.installation, [501])
    assert [(r.code, r.marks) for r in after.reports] == [(code, ("〔501-1〕",))]
    assert set(after.inbox) == api.handed_over() == api.acknowledged()


async def test_a_database_newer_than_the_program_is_refused_in_one_line_and_left_alone(
    launch: Launch,
) -> None:
    program = await launch("webhook", started=False)
    file = place(program)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("INSERT INTO schema_version VALUES (9999, 'future', 'x', 0)")
    before = file.read_bytes()
    said = await refused_start(program.installation.folder)
    assert "the database is at version 9999 (future), this program knows" in said
    assert "install the newer program, or restore the backup made before the upgrade" in said
    assert file.read_bytes() == before


async def test_an_upgrade_killed_half_way_is_done_again_from_its_beginning(
    api: WitnessApi, launch: Launch, tmp_path: Path
) -> None:
    program = await launch("webhook", started=False)
    file = place(program)
    newest, fresh = version(file), schema(file)
    await made_older(file, tmp_path)
    old = schema(file)
    killed = 0
    for fatal in range(3, 100, 2):
        ended = half_way(file, fatal)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        assert (version(file), schema(file)) == (newest - STEPS, old)
        killed += 1
    assert killed > 3
    shutil.copy(tmp_path / "older.db", file)
    assert half_way(file, 9) == -signal.SIGKILL
    await program.start()
    citizen = Citizen(api, 501)
    await half_a_talk(citizen)
    await program.quiet(within=SLOW)
    assert await program.stop() == 0
    assert (version(file), schema(file)) == (newest, fresh)
