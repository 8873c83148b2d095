"""What an operator can get wrong about the store and the token: one line each, nothing lost."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.channels.bot_chats import Citizen
from tests.channels.telegram_support import Inbox, running
from tests.faults.aftermath import read_after
from tests.faults.conftest import Launch
from tests.faults.installation import install
from tests.faults.process import Program
from tests.faults.recording import WitnessApi
from tests.faults.storm import until
from tests.faults.test_disk_full import health, refused_start

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


WRITE = "storage.url is wrong: it is not an address of a store; write sqlite:jianjian.db or"
AWAY = "postgresql://a:hunter2@127.0.0.1:9/x?connect_timeout=1"
WRONG: list[tuple[str, Callable[[Path], None], int, str]] = [
    ("unknown engine", store_at("mysql://localhost/x"), 2, WRITE),
    ("a host for SQLite", store_at("sqlite://host/x.db"), 2, WRITE),
    ("no file", store_at("sqlite:"), 2, WRITE),
    ("unreachable", store_at(AWAY), 1, "PostgreSQL does not answer: check [storage] url and that"),
    ("no database", no_database, 1, "file is not a database"),
]


@pytest.mark.parametrize(
    ("spoil", "code", "line"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
async def test_a_wrong_store_is_named_in_one_line(
    launch: Launch, spoil: Callable[[Path], None], code: int, line: str
) -> None:
    program = await launch("webhook", started=False)
    spoil(program.installation.folder)
    said = await refused_start(program.installation.folder, code=code)
    assert line in said
    assert "hunter2" not in said


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
    waits = {"stand_by": 3.0, "proven": 0.3, "poll_seconds": 9, "retry_first": 0.02}
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
