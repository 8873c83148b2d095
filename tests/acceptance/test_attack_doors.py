"""Attacks on the doors of the running program: pages, sockets, files and keys."""

import asyncio
import json
import logging
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.app import Program
from bot.clock import SystemClock
from bot.config import Config
from casework.mission import Seat
from handlers.intake.filing import Draft, file_report
from handlers.turn import run_tick
from storage import people, readings
from storage.base import Session
from storage.keyring import Keyring
from storage.readings import Reading
from tests.channels.telegram_support import free_port

TOKEN = "a" * 32
EVIL = "<script>alert(1)</script> [看](javascript:alert(2)) <img src=x onerror=alert(3)>"


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    Keyring.create(tmp_path / "keys.json")
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    sections = {
        "app": {"data_dir": tmp_path / "data"},
        "keys": {"file": tmp_path / "keys.json"},
        "web": {"port": port, "public_url": root},
    }
    config = Config(**sections)  # type: ignore[arg-type]
    running = Program(config, SystemClock(config.zone))
    await running.start()
    try:
        yield running
    finally:
        await running.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def root(program: Program) -> str:
    return f"http://127.0.0.1:{program.port}"


async def put_link(program: Program) -> None:
    """A report with hostile words, and an officer's link to it."""
    now = program.clock.now()
    at = int(now.timestamp())

    def unit(db: Session) -> None:
        filed = []
        draft = Draft(
            unit_id="",
            missions=(),
            window="open",
            category="inspector",
            whom="team",
            origin="web",
            texts=(("names", EVIL), ("account", EVIL)),
        )
        run_tick(
            db,
            program.kit,
            lambda desk: filed.append(file_report(desk, draft)) or [],  # type: ignore[func-returns-value]
            now,
            b"s" * 32,
        )
        db.run("missions.put_round", id="r", name="轮", profile="suixi-2016")
        people.put_person(db, program.vault, "officer", "某人")
        people.put_seats(db, "r", [("officer", Seat(role="office"))])
        allowed = Reading(report_id=filed[0].report.id, person_id="officer")
        readings.allow(db, program.vault, TOKEN, allowed, at=at, expires_at=at + 900)

    await program.storage.transact(unit)


async def test_hostile_words_travel_as_data_and_never_as_a_page(
    program: Program, http: aiohttp.ClientSession
) -> None:
    await put_link(program)
    ours = {"Origin": root(program)}
    async with http.post(f"{root(program)}/read", json={"token": TOKEN}, headers=ours) as answer:
        assert answer.status == 200
        assert answer.content_type == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "<script>" in json.dumps((await answer.json())["parts"])
    for path in ("/read", "/", "/p/x", "/p/%3Cscript%3E", "/?lang=%22%3E%3Cscript%3E"):
        async with http.get(root(program) + path) as answer:
            assert "alert(" not in await answer.text()
            assert "<script>" not in await answer.text()


async def test_a_link_is_not_used_by_a_look_a_foreign_page_or_another_method(
    program: Program, http: aiohttp.ClientSession
) -> None:
    await put_link(program)
    read, ours = f"{root(program)}/read", {"Origin": root(program)}
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
        async with http.request(method, read, json={"token": TOKEN}, headers=ours) as answer:
            assert answer.status in (200, 405)
    for origin in ("null", "https://evil.example", root(program) + ".evil.example", ""):
        headers = {"Origin": origin}
        async with http.post(read, json={"token": TOKEN}, headers=headers) as answer:
            assert answer.status == 403
    async with http.post(read, data=b"{" * 900_000, headers=ours) as answer:
        assert answer.status in (400, 413)
    async with http.post(read, json={"token": TOKEN}, headers=ours) as answer:
        assert answer.status == 200
    async with http.post(read, json={"token": TOKEN}, headers=ours) as answer:
        assert answer.status == 410


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_a_foreign_page_opens_no_socket(
    program: Program, http: aiohttp.ClientSession, origin: str
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(f"{root(program)}/chat/ws", headers={"Origin": origin})
    assert refused.value.status == 403


async def test_a_token_that_an_attacker_made_up_begins_a_session_of_another_name(
    program: Program, http: aiohttp.ClientSession
) -> None:
    headers = {"Origin": root(program)}
    async with http.ws_connect(f"{root(program)}/chat/ws", headers=headers) as socket:
        await socket.send_json({"type": "hello", "token": TOKEN})
        welcome = await socket.receive_json(timeout=10)
    assert welcome["fresh"] is True
    assert welcome["token"] not in ("", TOKEN)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/%2e%2e/server.py",
        "/static/..%2f..%2fserver.py",
        "/file/..%2f..%2fkeys.json",
        "/chat/file/..%2f..%2fkeys.json",
        "/p/..%2f..%2fkeys.json",
    ],
)
async def test_no_path_leads_out_of_our_folders(program: Program, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", program.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.split(b" ")[1] in (b"404", b"403", b"401")
    assert b"compartments" not in answer
    assert b"import " not in answer


async def test_nothing_of_ours_is_open_to_other_users_of_the_machine(program: Program) -> None:
    folder = program.config.data_dir
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(program.config.socket.stat().st_mode) == 0o600
    assert program.config.key_file is not None
    assert stat.S_IMODE(program.config.key_file.stat().st_mode) == 0o400


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"7",
        b"null",
        b"{}",
        b'{"command":"invite"}',
        b'{"command":"invite","payload":[]}',
        b'{"command":["x"],"payload":{}}',
        b'{"command":"invite","payload":{}}',
        b"[" * 200_000,
        b"\xff\xfe",
    ],
)
async def test_rubbish_on_the_control_socket_breaks_nothing(
    program: Program, line: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, logger="asyncio")
    path = program.config.socket
    for _ in range(200):
        if path.exists():
            break
        await asyncio.sleep(0)
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(line + b"\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer == b"" or "error" in json.loads(answer)
    assert [r.name for r in caplog.records if r.name == "asyncio"] == []
