"""One HTTP/1.1 connection: a question leaves, its answer is put together by llhttp."""

import asyncio
from typing import cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

LARGEST = 64 * 1024 * 1024  # bytes of an answer
Answer = tuple[int, bytes]


class Lost(Exception):
    """The question left, its answer did not come."""


class Connection(asyncio.Protocol):
    """One connection; asks one question at a time."""

    def __init__(self) -> None:
        self.open = False
        self.reusable = True
        self.idle_since = 0.0
        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._seconds = 0.0
        self._body: list[bytes] = []
        self._size = 0
        self._headed = False  # the head of the answer is there
        self._sized = False  # and tells where the body ends

    def ask(self, question: bytes, seconds: float) -> "asyncio.Future[Answer]":
        """Send; the status and the body, or Lost after so many silent seconds."""
        assert self._transport is not None
        assert self._answer is None
        self._answer = answer = self._loop.create_future()
        self._body, self._size = [], 0
        self._headed = self._sized = False
        self._seconds = seconds
        self._timer = self._loop.call_later(seconds, self.close)
        self._transport.write(question)
        return answer

    def close(self) -> None:
        """Hang up; a question that waits is lost."""
        self._settle(None)
        if self._transport is not None:
            self._transport.abort()

    # what the loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)
        self.open = True

    def data_received(self, data: bytes) -> None:
        if self._answer is None:  # nobody has asked
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self.close()
            return
        if self._answer is not None and self._timer is not None:  # more is to come
            self._timer.cancel()
            self._timer = self._loop.call_later(self._seconds, self.close)

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        ended = error is None and self._headed and not self._sized
        self._settle(self._whole() if ended else None)

    # what the parser tells

    def on_header(self, name: bytes, _: bytes) -> None:
        self._sized = self._sized or name.lower() in (b"content-length", b"transfer-encoding")

    def on_headers_complete(self) -> None:
        self._headed = self._parser.get_status_code() >= 200

    def on_body(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > LARGEST:
            self.close()
        else:
            self._body.append(chunk)

    def on_message_complete(self) -> None:
        if self._headed:  # a status below 200 is not the answer yet
            self.reusable = self._parser.should_keep_alive()
            self._settle(self._whole())

    def _whole(self) -> Answer:
        return self._parser.get_status_code(), b"".join(self._body)

    def _settle(self, answer: Answer | None) -> None:
        waiting, self._answer = self._answer, None
        if self._timer is not None:
            self._timer.cancel()
        if waiting is None or waiting.done():
            return
        if answer is None:
            waiting.set_exception(Lost())
        else:
            waiting.set_result(answer)
