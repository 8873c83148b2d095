"""Small HTTP questions and their answers over kept connections, at a fifth of aiohttp's cost.

Only what a call of the Bot API needs: one POST of JSON at a time on a connection. Files and
downloads go through aiohttp. Why it exists: docs/decisions/0009.
"""

import asyncio
import ssl
from collections import deque

from aiohappyeyeballs import start_connection
from yarl import URL

from bot.channels.telegram.connection import Answer, Connection

KEPT = 15.0  # seconds for which an idle connection is trusted
NEXT_ADDRESS = 0.25  # seconds until another address of the host is tried as well


class Unreached(Exception):
    """No connection: the question never left."""


class Exchange:
    """The connections to one server. `root` is its address without a path."""

    def __init__(
        self,
        root: str,
        *,
        connect: float,
        kept: float = KEPT,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`connect`: seconds until a connection stands; `kept`: how long an idle one is trusted.

        `tls`: whom to trust; without it, whom the system trusts.
        """
        url = URL(root)
        self._host, self._port = url.host or "", url.port or 0
        self._tls = (tls or ssl.create_default_context()) if url.scheme == "https" else None
        self._connect_seconds, self._kept_seconds = connect, kept
        self._rest = (
            f" HTTP/1.1\r\nHost: {url.host_port_subcomponent}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self._idle: deque[Connection] = deque()
        self._all: set[Connection] = set()
        self._closed = True

    @property
    def idle(self) -> int:
        """Connections that could be used again."""
        return sum(connection.open for connection in self._idle)

    def open(self) -> None:
        """Allow questions."""
        self._closed = False

    def close(self) -> None:
        """Hang up everywhere; what waits for an answer is lost."""
        self._closed = True
        self._idle.clear()
        while self._all:
            self._all.pop().close()

    async def post(self, url: str, body: bytes, seconds: float) -> Answer:
        """Ask once; the status and the body of the answer. Raises Unreached and Lost.

        `url` lies on this server; `seconds` of silence until the answer is lost.
        """
        connection = self._kept() or await self._connect()
        path = url.split("/", 3)[3].encode()
        head = b"POST /%b%b%d\r\n\r\n" % (path, self._rest, len(body))
        try:
            answer = await connection.ask(head + body, seconds)
        except BaseException:
            self._drop(connection)
            raise
        if connection.open and connection.reusable and not self._closed:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        else:
            self._drop(connection)
        return answer

    def _kept(self) -> Connection | None:
        """The connection used last, if it is young enough to be trusted; older ones go."""
        now = asyncio.get_running_loop().time()
        while self._idle and now - self._idle[0].idle_since > self._kept_seconds:
            self._drop(self._idle.popleft())
        while self._idle:
            connection = self._idle.pop()
            if connection.open:
                return connection
            self._drop(connection)
        return None

    def _drop(self, connection: Connection) -> None:
        self._all.discard(connection)
        connection.close()

    async def _connect(self) -> Connection:
        if self._closed:
            raise Unreached
        try:
            async with asyncio.timeout(self._connect_seconds):
                connection = await self._dial()
        except OSError:  # TLS and time-outs as well; what it says names the host
            raise Unreached from None
        self._all.add(connection)
        if self._closed:
            self._drop(connection)
            raise Unreached
        return connection

    async def _dial(self) -> Connection:
        loop = asyncio.get_running_loop()
        places = await loop.getaddrinfo(self._host, self._port, type=1)
        socket = await start_connection(places, happy_eyeballs_delay=NEXT_ADDRESS, loop=loop)
        name = self._host if self._tls else None
        try:
            _, connection = await loop.create_connection(
                Connection, sock=socket, ssl=self._tls, server_hostname=name
            )
        except BaseException:
            socket.close()
            raise
        return connection
