"""The PostgreSQL of a benchmark: one server with its syncs on, a new database for every run."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psycopg

from benchmarks.machine import BOT_CORE, parent
from tests import postgres_server

SYNCS = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where it listens, and its first process (0 where it runs on another machine)."""

    url: str
    pid: int


class Engine:
    """A server that is started when it is first wanted, on the core of the bots."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._server: Server | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def server(self) -> Server:
        """The running server. Errors: SystemExit where one was named that does not sync."""
        if self._server is None:
            own = os.sched_getaffinity(0)
            os.sched_setaffinity(0, {BOT_CORE})
            try:
                url = self._stack.enter_context(postgres_server.running())
            finally:
                os.sched_setaffinity(0, own)
            self._server = Server(url=url, pid=_synced(url))
        return self._server

    @contextmanager
    def fresh(self) -> Iterator[Server]:
        """An empty database of its own, dropped afterwards."""
        server = self.server()
        with postgres_server.fresh(server.url) as url:
            yield Server(url=url, pid=server.pid)


def _synced(url: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        if postgres_server.VARIABLE not in os.environ:
            for setting in SYNCS:
                connection.execute(f"ALTER SYSTEM SET {setting} = on".encode())
            connection.execute("SELECT pg_reload_conf()")
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in SYNCS:
            row = connection.execute(f"SHOW {setting}".encode()).fetchone()
            if row is None or row[0] != "on":
                raise SystemExit(
                    f"The PostgreSQL of {postgres_server.VARIABLE} runs with {setting} off: "
                    "turn it on, or unset the variable."
                )
        return parent(connection.info.backend_pid)
