"""What an operator can get wrong: one clear line each, an exit code, and nothing touched.

The table below holds every start that ends at once. What goes wrong later: a disk that fills up in
`test_disk_full.py`, a store that goes away in `test_store_away.py` and `test_server_away.py`,
upgrades cut off half-way in `test_upgrade.py`, several processes in `test_workers.py`.
"""

import asyncio
import os
import sqlite3
import struct
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.channels.bot_chats import Citizen
from tests.channels.telegram_support import Inbox, running
from tests.faults.aftermath import read_after
from tests.faults.conftest import Launch
from tests.faults.installation import install
from tests.faults.process import ROOT, Program
from tests.faults.recording import WitnessApi
from tests.faults.storm import until
from tests.faults.test_disk_full import (
    folder_alone,
    health,
    nothing,
    obeys_rights,
    read_only,
    refused_start,
    without_room,
)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]
SLOW = 30.0


def store_at(url: str) -> Callable[[Path], None]:
    """Write another address of the store into the configuration."""

    def write(folder: Path) -> None:
        config = folder / "config.toml"
        config.write_text(f'{config.read_text("utf-8")}\n[storage]\nurl = "{url}"\n', "utf-8")

    return write


def no_database(folder: Path) -> None:
    """Something else lies in its place."""
    for path in (folder / "data").glob("jianjian.db*"):
        path.unlink()
    (folder / "data" / "jianjian.db").write_bytes(b"this is no database " * 500)


def written(sql: str) -> Callable[[Path], None]:
    """Something that stands in the database."""

    def write(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "data" / "jianjian.db")) as db:
            db.execute(sql)
            db.commit()

    return write


def key_file(text: str | None, mode: int = 0o400) -> Callable[[Path], None]:
    """The key file with another text, other rights, or not there (None)."""

    def write(folder: Path) -> None:
        path = folder / "keys.json"
        kept = path.read_text("utf-8")
        path.unlink()
        if text is not None:
            path.write_text(text or kept, "utf-8")
            path.chmod(mode)

    return write


def in_its_place(folder: Path) -> None:
    """A file lies where the data folder was."""
    (folder / "data").rename(folder / "moved")
    (folder / "data").write_bytes(b"")


def at_data(act: Callable[[Path], None]) -> Callable[[Path], None]:
    """Do something to the data folder."""
    return lambda folder: act(folder / "data")


@dataclass(frozen=True)
class Bad:
    """One bad start: what is wrong, and the line and the code with which the program ends."""

    name: str
    spoil: Callable[[Path], None]
    line: str
    code: int = 1
    before: Callable[[], None] | None = None  # in the new process


WRITE = "storage.url is wrong: it is not an address of a store; write sqlite:jianjian.db or"
AWAY = "postgresql://a:hunter2@127.0.0.1:9/x?connect_timeout=1"
NEWER = "INSERT INTO schema_version VALUES (9999, 'later', 'x', 0)"
EDITED = "UPDATE schema_version SET sha256 = 'other' WHERE number = 3"
UNNOTED = "DELETE FROM schema_version WHERE number = (SELECT max(number) FROM schema_version)"
BAD = [
    Bad("unknown engine", store_at("mysql://localhost/x"), WRITE, 2),
    Bad("a host for SQLite", store_at("sqlite://host/x.db"), WRITE, 2),
    Bad("no file", store_at("sqlite:"), WRITE, 2),
    Bad("PostgreSQL away", store_at(AWAY), "does not answer: check [storage] url and that"),
    Bad("no database", no_database, "file is not a database"),
    Bad("newer schema", written(NEWER), "install the newer program, or restore the backup made"),
    Bad("other schema", written(EDITED), "install the released program again"),
    Bad("half-migrated by hand", written(UNNOTED), "already exists"),
    Bad("no keys", key_file(None), "keys.json: there is no key file", 2),
    Bad("no key file", key_file("{}"), "restore it from your key backup", 2),
    Bad("keys for everybody", key_file("", 0o444), "others may read the keys (mode 0444)", 2),
    Bad("keys of another", key_file("", 0o000), "may not read the keys", 2, obeys_rights),
    Bad("no folder", in_its_place, "data"),
    Bad("read-only folder", at_data(read_only), "give this user the folder", 1, obeys_rights),
    Bad("no right to make files", at_data(folder_alone), "give this user", 1, obeys_rights),
    Bad("no room at all", at_data(nothing), "make room on its disk", 1, without_room),
]


def contents(folder: Path) -> dict[str, bytes]:
    """What lies in the database and the other files; the marks of a process that is gone apart."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    own = (".lock", "-wal", "-shm")
    return {str(p): p.read_bytes() for p in files if not p.name.endswith(own)}


def give_back(folder: Path) -> None:
    """Everything may be read and removed again."""
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            path.chmod(0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize("bad", BAD, ids=[b.name for b in BAD])
async def test_a_bad_start_ends_with_one_line_and_touches_nothing(
    launch: Launch, bad: Bad
) -> None:
    program = await launch("webhook", started=False)
    folder = program.installation.folder
    bad.spoil(folder)
    kept = contents(folder)
    try:
        said = await refused_start(folder, bad.before, bad.code)
        assert bad.line in said, said
        assert "hunter2" not in said
        left = contents(folder)
        assert {path: data for path, data in left.items() if path in kept} == kept
    finally:
        give_back(folder)


OLD_SQLITE = """
import sqlite3, sys
sqlite3.sqlite_version_info, sqlite3.sqlite_version = (3, 39, 4), "3.39.4"
from bot.cli import main
main(sys.argv[1:])
"""


async def test_an_sqlite_that_is_too_old_is_named_in_one_line(launch: Launch) -> None:
    program = await launch("webhook", started=False)
    config = str(program.installation.folder / "config.toml")
    ended = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OLD_SQLITE, "-c", config, "run"),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(ended.communicate(), SLOW)
    assert said.decode().splitlines() == ["SQLite 3.39.4 is too old: 3.40 or newer is needed"]
    assert ended.returncode == 1


@asynccontextmanager
async def server_of_version(version: str) -> AsyncIterator[int]:
    """As much of a PostgreSQL as tells its version and lets nobody do more; its port."""

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!I", len(body) + 4) + body

    hello = b"".join(
        (
            message(b"R", struct.pack("!I", 0)),
            message(b"S", b"server_version\0" + version.encode() + b"\0"),
            message(b"S", b"client_encoding\0UTF8\0"),
            message(b"K", struct.pack("!II", 1, 1)),
            message(b"Z", b"I"),
        )
    )

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                (length,) = struct.unpack("!I", await reader.readexactly(4))
                body = await reader.readexactly(length - 4)
                if body[:4] != struct.pack("!I", 196_608):  # asks for encryption first
                    writer.write(b"N")
                    continue
                writer.write(hello)
                break
            while await reader.readexactly(1):
                (length,) = struct.unpack("!I", await reader.readexactly(4))
                word = (await reader.readexactly(length - 4)).split()[0].rstrip(b"\0;")
                state = b"T" if word == b"BEGIN" else b"I"
                writer.write(message(b"C", word + b"\0") + message(b"Z", state))
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_server_that_is_too_old_is_named_in_one_line(launch: Launch) -> None:
    program = await launch("webhook", started=False)
    async with server_of_version("14.12") as port:
        url = f"postgresql://me@127.0.0.1:{port}/x?gssencmode=disable"
        store_at(url)(program.installation.folder)
        assert await refused_start(program.installation.folder) == (
            "PostgreSQL 15 or newer is needed"
        )


async def test_a_second_program_on_one_database_refuses_and_the_first_goes_on(
    api: WitnessApi, launch: Launch
) -> None:
    program = await launch("webhook")
    await program.quiet(within=SLOW)
    said = await refused_start(program.installation.folder)
    assert said == "another process holds this database; stop it, or wait until it has ended"
    citizen = Citizen(api, 501)
    citizen.starts("s_mission-a")
    await citizen.hears_text("反映问题须知", within=SLOW)
    assert (await health(program))[0] == 200
    assert await program.stop() == 0


async def test_of_two_installations_on_one_token_the_second_stands_by_and_says_so(
    api: WitnessApi, launch: Launch, tmp_path: Path
) -> None:
    first = await launch("polling")
    await first.quiet(within=SLOW)
    other = await install(tmp_path / "other", api.root, "polling")
    second = Program(other)
    try:
        await second.start()
        await second.quiet(within=SLOW)
        for number in range(6):
            citizen = Citizen(api, 500 + number)
            citizen.starts("s_mission-a")
            await citizen.hears_text("反映问题须知", within=SLOW)
        told = [(await health(p))[1].get("telegram", "") for p in (first, second)]
        assert sum("Another program polls with this token" in t for t in told) == 1
        assert await first.stop() == 0
        assert await second.stop() == 0
    finally:
        await second.end_quietly()
    inboxes = [
        set((await read_after(p.installation, list(api.chats))).inbox) for p in (first, second)
    ]
    assert inboxes[0] | inboxes[1] == api.handed_over()


async def test_who_polled_first_goes_on_and_the_other_takes_over_when_it_ends() -> None:
    first, second = Inbox(), Inbox()
    waits: dict[str, Any] = {
        "stand_by": 3.0,
        "proven": 0.3,
        "poll_seconds": 9,
        "retry_first": 0.02,
    }
    async with WitnessApi() as api:
        citizen = Citizen(api, 501)
        async with running(api, second, **waits) as other:
            await other.stop()
            async with running(api, first, **waits) as one:
                await api.called("getUpdates", 2)
                await asyncio.sleep(0.5)  # it has polled for long enough to be the first
                await other.start(second.accept)
                await until(lambda: bool(other.trouble) and len(api.named("getUpdates")) >= 4)
                for word in "一二三":
                    citizen.says(word)
                await first.holds(3)
                assert not second.events
                assert not one.trouble
            citizen.says("后")
            await second.holds(1)
            await until(lambda: not other.trouble)


async def test_metrics_tell_whether_the_store_takes_writes(launch: Launch) -> None:
    program = await launch("webhook")
    await program.quiet(within=SLOW)
    address = f"http://127.0.0.1:{program.installation.port}/metrics"
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        assert "jianjian_storage_writable 1.0" in await answer.text()
    assert await program.stop() == 0
