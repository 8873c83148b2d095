"""The control socket: private, one answer per command, clear when nobody listens."""

import asyncio
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.control import ControlError, NotRunning, call, check_path, serve
from casework.errors import DataError

Payload = Mapping[str, Any]


async def _echo(payload: Payload) -> Payload:
    return {"got": payload["text"]}


async def _refuse(payload: Payload) -> Payload:
    raise ControlError("p9: no such person; see plan show", 2)


async def _wrong(payload: Payload) -> Payload:
    raise DataError("plan.toml: wrong; mend it")


async def _break(payload: Payload) -> Payload:
    raise RuntimeError("words of a person")


async def _listening(path: Path) -> None:
    for _ in range(200):
        await asyncio.sleep(0)
        with suppress(NotRunning):
            await call(path, "echo", {"text": ""})
            return
    raise AssertionError("nobody listens")


@pytest.fixture
async def socket(tmp_path: Path) -> AsyncIterator[Path]:
    path = tmp_path / "c.sock"
    handlers = {"echo": _echo, "refuse": _refuse, "wrong": _wrong, "break": _break}
    serving = asyncio.create_task(serve(path, handlers))
    await _listening(path)
    yield path
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def test_a_command_gets_its_answer(socket: Path) -> None:
    assert await call(socket, "echo", {"text": "青石镇"}) == {"got": "青石镇"}


async def test_a_plan_of_a_megabyte_gets_through(socket: Path) -> None:
    text = "长" * 400_000
    assert await call(socket, "echo", {"text": text}) == {"got": text}


async def test_the_socket_is_for_its_owner_alone(socket: Path) -> None:
    mode = await asyncio.to_thread(lambda: socket.stat().st_mode)
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    ("command", "exit_code", "line"),
    [
        ("refuse", 2, "p9: no such person; see plan show"),
        ("wrong", 2, "plan.toml: wrong; mend it"),
        ("unknown", 1, "another version"),
        ("break", 1, "RuntimeError"),
    ],
)
async def test_a_refusal_comes_back_as_one_line(
    socket: Path, command: str, exit_code: int, line: str
) -> None:
    with pytest.raises(ControlError) as raised:
        await call(socket, command, {})
    assert raised.value.exit_code == exit_code
    assert line in str(raised.value)
    assert "words of a person" not in str(raised.value)


async def test_a_broken_request_does_not_stop_the_others(socket: Path) -> None:
    _, writer = await asyncio.open_unix_connection(socket)
    writer.write(b"not json\n")
    await writer.drain()
    writer.close()
    assert await call(socket, "echo", {"text": "x"}) == {"got": "x"}


async def test_nobody_listens_where_there_is_no_socket(tmp_path: Path) -> None:
    with pytest.raises(NotRunning):
        await call(tmp_path / "c.sock", "echo", {})


async def test_the_socket_of_a_dead_program_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "c.sock"
    dead = await asyncio.start_unix_server(lambda r, w: None, path)
    dead.close()
    await dead.wait_closed()
    path.touch()
    serving = asyncio.create_task(serve(path, {"echo": _echo}))
    try:
        await _listening(path)
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


def test_a_path_too_long_for_a_socket_is_named_with_its_mend() -> None:
    wrong = check_path(Path("/" + "x" * 120) / "control.sock")
    assert wrong is not None
    assert "choose a shorter app.data_dir" in wrong
