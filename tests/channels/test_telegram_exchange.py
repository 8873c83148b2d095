"""Questions and answers over kept connections: whatever a server does, one clear outcome."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.connection import Lost
from bot.channels.telegram.exchange import Exchange, Unreached

LONG = 5.0
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass(slots=True)
class Server:
    """Reads whole questions and writes the bytes of a script, one entry for each."""

    answers: Sequence[bytes | None]  # None = say nothing
    hang_up_after: frozenset[int] = frozenset()
    pieces: int = 0  # bytes written at once; 0 = all
    questions: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection until it ends."""
        self.connections += 1
        self._writers.add(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                number = len(self.questions)
                self.questions.append(head + await reader.readexactly(size))
                self.heard.set()
                answer = self.answers[number]
                if answer is not None:
                    await self._write(writer, answer)
                if number in self.hang_up_after:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _write(self, writer: asyncio.StreamWriter, answer: bytes) -> None:
        step = self.pieces or len(answer)
        for start in range(0, len(answer), step):
            writer.write(answer[start : start + step])
            await writer.drain()
            if self.pieces:
                await asyncio.sleep(0)

    def end_all(self) -> None:
        """Hang up on everybody, as a server does with idle connections."""
        for writer in self._writers:
            writer.close()


@asynccontextmanager
async def served(server: Server, **options: float) -> AsyncIterator[Exchange]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    exchange = Exchange(f"http://127.0.0.1:{server.port}/x", **{"connect": LONG, **options})
    exchange.open()
    try:
        yield exchange
    finally:
        exchange.close()
        server.end_all()
        listening.close()


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}/x/bot1:a/sendMessage"


async def test_one_connection_serves_many_questions() -> None:
    server = Server([GOOD] * 3)
    async with served(server) as exchange:
        for _ in range(3):
            assert await exchange.post(url(server), b"[1]", LONG) == (200, b"{}")
    assert server.connections == 1
    head, _, body = server.questions[0].partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"POST /x/bot1:a/sendMessage HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}".encode(),
        b"Content-Type: application/json",
        b"Content-Length: 3",
    ]
    assert body == b"[1]"


async def test_questions_at_once_do_not_wait_for_each_other() -> None:
    server = Server([None, GOOD, GOOD])
    async with served(server) as exchange:
        slow = asyncio.ensure_future(exchange.post(url(server), b"1", LONG))
        await server.heard.wait()
        assert await exchange.post(url(server), b"2", LONG) == (200, b"{}")
        assert server.connections == 2
        exchange.close()
        with pytest.raises(Lost):
            await slow


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            (200, b"{}"),
        ),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD, (200, b"{}")),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad", (502, b"bad")),
        (b"HTTP/1.1 429 x\r\ncontent-LENGTH: 2\r\nX: y\r\n\r\n{}", (429, b"{}")),
    ],
)
@pytest.mark.parametrize("pieces", [0, 1, 7])
async def test_answers_of_every_form_are_read_whole(
    answer: bytes, expected: tuple[int, bytes], pieces: int
) -> None:
    server = Server([answer, GOOD], pieces=pieces)
    async with served(server) as exchange:
        assert await exchange.post(url(server), b"1", LONG) == expected
        assert await exchange.post(url(server), b"2", LONG) == (200, b"{}")
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
async def test_a_connection_that_is_to_end_is_not_used_again(answer: bytes) -> None:
    server = Server([answer, GOOD])
    async with served(server) as exchange:
        assert await exchange.post(url(server), b"1", LONG) == (200, b"{}")
        assert await exchange.post(url(server), b"2", LONG) == (200, b"{}")
    assert server.connections == 2


async def test_a_body_without_a_length_ends_with_the_connection() -> None:
    server = Server([b"HTTP/1.1 502 Bad\r\n\r\n<html>", GOOD], hang_up_after=frozenset({0}))
    async with served(server) as exchange:
        assert await exchange.post(url(server), b"1", LONG) == (502, b"<html>")
        assert await exchange.post(url(server), b"2", LONG) == (200, b"{}")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"<html>no HTTP at all</html>\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    ],
)
async def test_an_answer_that_is_cut_or_no_answer_is_lost(answer: bytes) -> None:
    server = Server([GOOD, answer, GOOD], hang_up_after=frozenset({1}))
    async with served(server) as exchange:
        await exchange.post(url(server), b"1", LONG)  # what it said must not count for the next
        with pytest.raises(Lost) as lost:
            await exchange.post(url(server), b"2", LONG)
        assert str(lost.value) == ""
        assert await exchange.post(url(server), b"3", LONG) == (200, b"{}")


async def test_silence_is_a_lost_answer_and_the_connection_is_given_up() -> None:
    server = Server([None, GOOD])
    async with served(server) as exchange:
        with pytest.raises(Lost):
            await exchange.post(url(server), b"1", 0.01)
        assert await exchange.post(url(server), b"2", LONG) == (200, b"{}")
    assert server.connections == 2


async def test_a_question_that_is_cancelled_leaves_no_answer_to_the_next() -> None:
    server = Server([None, GOOD])
    async with served(server) as exchange:
        asking = asyncio.ensure_future(exchange.post(url(server), b"1", LONG))
        await server.heard.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await exchange.post(url(server), b"2", LONG) == (200, b"{}")
    assert server.connections == 2


async def test_words_that_nobody_asked_for_end_the_connection() -> None:
    server = Server([GOOD + b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad", GOOD])
    async with served(server) as exchange:
        assert await exchange.post(url(server), b"1", LONG) == (200, b"{}")
        assert await exchange.post(url(server), b"2", LONG) == (200, b"{}")


async def test_an_idle_connection_is_not_trusted_for_ever() -> None:
    server = Server([GOOD] * 2)
    async with served(server, kept=-1) as exchange:
        await exchange.post(url(server), b"1", LONG)
        await exchange.post(url(server), b"2", LONG)
    assert server.connections == 2


async def test_a_connection_that_the_server_ended_while_idle_is_not_asked() -> None:
    server = Server([GOOD] * 2, hang_up_after=frozenset({0}))
    async with served(server) as exchange:
        await exchange.post(url(server), b"1", LONG)
        while exchange.idle:  # noqa: ASYNC110  (an end tells nobody that it arrived)
            await asyncio.sleep(0)
        assert await exchange.post(url(server), b"2", LONG) == (200, b"{}")
    assert server.connections == 2


async def test_without_a_listener_the_question_never_left() -> None:
    server = Server([])
    async with served(server) as exchange:
        pass
    exchange = Exchange(f"http://127.0.0.1:{server.port}", connect=LONG)
    exchange.open()
    with pytest.raises(Unreached) as unreached:
        await exchange.post(url(server), b"1", LONG)
    assert str(unreached.value) == ""
    assert unreached.value.__cause__ is None


async def test_a_closed_exchange_asks_nothing() -> None:
    server = Server([GOOD])
    async with served(server) as exchange:
        exchange.close()
        with pytest.raises(Unreached):
            await exchange.post(url(server), b"1", LONG)
    assert not server.questions


async def test_a_certificate_that_nobody_vouches_for_is_no_connection(
    server_tls: ssl.SSLContext,
) -> None:
    server = Server([GOOD])
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=server_tls)
    port = listening.sockets[0].getsockname()[1]
    exchange = Exchange(f"https://127.0.0.1:{port}", connect=LONG)
    exchange.open()
    with pytest.raises(Unreached):
        await exchange.post(f"https://127.0.0.1:{port}/x", b"1", LONG)
    assert not server.questions
    listening.close()


async def test_over_tls_with_a_certificate_that_is_trusted_questions_are_answered(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    server = Server([GOOD, GOOD])
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=server_tls)
    port = listening.sockets[0].getsockname()[1]
    exchange = Exchange(f"https://localhost:{port}", connect=LONG, tls=client_tls)
    exchange.open()
    for _ in range(2):
        assert await exchange.post(f"https://localhost:{port}/x", b"1", LONG) == (200, b"{}")
    assert server.connections == 1
    exchange.close()
    listening.close()


@given(answer=st.binary(max_size=200))
def test_whatever_bytes_come_there_is_one_outcome(answer: bytes) -> None:
    async def ask() -> None:
        server = Server([answer, GOOD], hang_up_after=frozenset({0}))
        async with served(server) as exchange:
            try:
                status, _ = await exchange.post(url(server), b"1", LONG)
            except Lost:
                pass
            else:
                assert 200 <= status <= 999
            assert await exchange.post(url(server), b"2", LONG) == (200, b"{}")

    asyncio.run(ask())
