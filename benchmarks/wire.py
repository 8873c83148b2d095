"""Just enough HTTP/1.1 for a driver that must cost less than what it measures."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

END = b"\r\n\r\n"


class Broken(Exception):
    """The other side speaks HTTP that the driver does not know."""


class Messages:
    """Cuts a stream of bytes into (head, body)."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Every whole message that is there now."""
        self._buffer += data
        found = []
        while (end := self._buffer.find(END)) >= 0:
            head = self._buffer[:end]
            start = end + len(END)
            length = _length(head)
            if length < 0:
                whole = _unchunk(self._buffer, start)
                if whole is None:
                    break
                body, stop = whole
            else:
                stop = start + length
                if len(self._buffer) < stop:
                    break
                body = self._buffer[start:stop]
            self._buffer = self._buffer[stop:]
            found.append((head, body))
        return found


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"\r\ncontent-length:")
    if at >= 0:
        return int(lower[at + 17 :].split(b"\r\n", 1)[0])
    return -1 if b"\r\ntransfer-encoding: chunked" in lower else 0


def _unchunk(buffer: bytes, at: int) -> tuple[bytes, int] | None:
    body = b""
    while True:
        line = buffer.find(b"\r\n", at)
        if line < 0:
            return None
        size = int(buffer[at:line], 16)
        stop = line + 2 + size + 2
        if len(buffer) < stop:
            return None
        body += buffer[line + 2 : stop - 2]
        if size == 0:
            return body, stop
        at = stop


def fields(head: bytes, body: bytes) -> dict[str, Any]:
    """The named values of a body, in each of the three forms in which the Bot API takes them."""
    lower = head.lower()
    if b"application/json" in lower:
        found = json.loads(body)
        return found if isinstance(found, dict) else {}
    if b"x-www-form-urlencoded" in lower:
        return dict(parse_qsl(body.decode()))
    at = lower.find(b"multipart/form-data; boundary=")
    return _parts(head[at + 30 :].split(b"\r\n", 1)[0].strip(b'"'), body) if at >= 0 else {}


def _parts(boundary: bytes, body: bytes) -> dict[str, Any]:
    found = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, value = part.partition(END)
        name = head.partition(b'name="')[2].partition(b'"')[0]
        found[name.decode()] = value.removesuffix(b"\r\n").decode()
    return found


class Poster(asyncio.Protocol):
    """One kept connection that posts and tells the status, head and body of each answer."""

    def __init__(self, answered: Callable[[int, bytes, bytes], None]) -> None:
        self._answered = answered
        self._messages = Messages()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def post(self, head: bytes, body: bytes) -> None:
        """Send one request; `head` ends before the length."""
        assert self._transport is not None
        self._transport.write(head + b"Content-Length: %d" % len(body) + END + body)

    def data_received(self, data: bytes) -> None:
        for head, body in self._messages.feed(data):
            if b"connection: close" in head.lower():
                raise Broken("the bot closes its connections")
            self._answered(int(head.split(b" ", 2)[1]), head, body)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


class Responder(asyncio.Protocol):
    """One connection of a client to the stub API."""

    def __init__(self, answer: Callable[[bytes, bytes], bytes], delay: float) -> None:
        self._answer = answer
        self._delay = delay
        self._messages = Messages()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        for head, body in self._messages.feed(data):
            if self._delay:
                loop = asyncio.get_running_loop()
                loop.call_later(self._delay, self._reply, head, body)
            else:
                self._reply(head, body)

    def _reply(self, head: bytes, body: bytes) -> None:
        answer = self._answer(head, body)
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d" % len(answer) + END + answer
            )
