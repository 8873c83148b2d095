"""The control socket: writing commands reach the running program, one JSON line each way."""

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from casework.errors import DataError

Handler = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]

LINE_MAX = 16 * 1024 * 1024
"""A plan travels in one line."""
PATH_MAX = 100
"""Bytes; the kernel takes little more in the address of a socket."""

log = structlog.get_logger()


class ControlError(Exception):
    """The running program could not do what the command asked; `exit_code` is for the shell."""

    def __init__(self, line: str, exit_code: int = 1) -> None:
        super().__init__(line)
        self.exit_code = exit_code


class NotRunning(Exception):
    """No program listens at this socket."""


def check_path(path: Path) -> str | None:
    """What is wrong with a socket's path, in one line, or None."""
    if len(os.fsencode(path.absolute())) <= PATH_MAX:
        return None
    return f"the path {path.absolute()} is too long for a socket; choose a shorter app.data_dir"


async def serve(path: Path, handlers: Mapping[str, Handler]) -> None:
    """Answer commands at `path` (mode 0600) until cancelled. Errors: ControlError.

    Call it while holding the process lock: a socket that lies there is then a dead program's.
    """
    wrong = check_path(path)
    if wrong:
        raise ControlError(wrong, 2)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = await asyncio.start_unix_server(
        lambda reader, writer: _answer(reader, writer, handlers),
        sock=_private_socket(path),
        limit=LINE_MAX,
    )
    try:
        async with server:
            await server.serve_forever()
    finally:
        _remove(path)


async def call(path: Path, command: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask the running program. Errors: NotRunning, ControlError with one clear line."""
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=LINE_MAX)
    except (FileNotFoundError, ConnectionRefusedError):
        raise NotRunning from None
    except OSError as fault:
        raise ControlError(f"{path}: cannot be reached ({fault.strerror})") from None
    try:
        request = {"command": command, "payload": payload}
        writer.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")
        await writer.drain()
        line = await reader.readline()
    finally:
        writer.close()
    if not line.endswith(b"\n"):
        raise ControlError("the running program went away before it answered; try again")
    answer = json.loads(line)
    if "error" in answer:
        raise ControlError(answer["error"], answer["exit_code"])
    result: Mapping[str, Any] = answer["result"]
    return result


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _private_socket(path: Path) -> socket.socket:
    """A bound socket that was never open to others; nothing else runs between the two masks."""
    _remove(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(os.fspath(path))
    finally:
        os.umask(before)
    return listener


async def _answer(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    handlers: Mapping[str, Handler],
) -> None:
    try:
        line = await reader.readline()
        if line:
            answer = await _handle(line, handlers)
            writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            await writer.drain()
    except (ConnectionError, ValueError, RecursionError):
        log.warning("control.broken")
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _handle(line: bytes, handlers: Mapping[str, Handler]) -> dict[str, Any]:
    request = json.loads(line)
    if not isinstance(request, dict) or not isinstance(request.get("payload"), dict):
        return _refused("that is no command of this program", 2)
    handler = handlers.get(str(request.get("command")))
    if handler is None:
        return _refused("the running program is of another version; restart it", 1)
    try:
        return {"result": await handler(request["payload"])}
    except ControlError as refused:
        return _refused(str(refused), refused.exit_code)
    except DataError as refused:
        return _refused(str(refused), 2)
    except Exception as fault:  # the asker hears of it; the program goes on
        log.error("control.failed", action=request["command"], error=type(fault).__name__)
        return _refused(f"the running program failed ({type(fault).__name__}); see its log", 1)


def _refused(line: str, exit_code: int) -> dict[str, Any]:
    return {"error": line, "exit_code": exit_code}
