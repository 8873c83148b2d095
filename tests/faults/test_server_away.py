"""PostgreSQL goes away under a running program and comes back: nothing is lost, health says it."""

from typing import Any
from urllib.parse import urlsplit

import aiohttp
import psycopg
import pytest

from tests.channels.bot_chats import Citizen
from tests.faults.aftermath import read_after
from tests.faults.conftest import Launch
from tests.faults.people import Reporter
from tests.faults.process import Program
from tests.faults.recording import WitnessApi
from tests.faults.storm import until
from tests.postgres_server import database

pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.timeout(180)]
SLOW = 40.0


class Server:
    """The server as one database sees it: it can refuse every connection."""

    def __init__(self, url: str) -> None:
        self._admin = database(url, "postgres")
        self._name = urlsplit(url).path.removeprefix("/")

    def away(self) -> None:
        """Cut every connection, take no new one."""
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS false'.encode())
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (self._name,),
            )

    def back(self) -> None:
        """As before."""
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS true'.encode())


async def health(program: Program) -> tuple[int, dict[str, Any]]:
    """The status and the parts of its health."""
    address = f"http://127.0.0.1:{program.installation.port}/healthz"
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        parts: dict[str, Any] = (await answer.json())["parts"]
        return answer.status, parts


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_a_server_that_goes_away_and_comes_back_costs_nothing_but_time(
    api: WitnessApi, launch: Launch, pg_url: str, mode: str
) -> None:
    server = Server(pg_url)
    program = await launch(mode, url=pg_url)
    await program.quiet(within=SLOW)
    reporter = Reporter(Citizen(api, 501), mission="mission-a")
    await reporter.files()
    await program.quiet(within=SLOW)
    taken = api.acknowledged()

    server.away()
    late = Citizen(api, 502)
    late.starts("s_mission-a")
    if mode == "webhook":
        await until(lambda: any(d.status == 503 for d in api.updates.deliveries), within=SLOW)
    status, parts = await health(program)
    assert (status, bool(parts["storage"])) == (503, True), parts
    assert api.acknowledged() == taken, "what could not be kept was acknowledged"

    server.back()
    await late.hears_text("反映问题须知", within=SLOW)
    await program.quiet(within=SLOW)
    assert (await health(program))[0] == 200
    assert await program.stop() == 0
    after = await read_after(program.installation, [501, 502])
    assert api.acknowledged() <= set(after.inbox) == api.handed_over()
    assert set(after.inbox.values()) == {"done"}
    assert [report.code for report in after.reports] == list(reporter.receipts)
