"""What a killed worker held, received or about to leave, another brings to its end in time."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import psycopg
import pytest

from storage.workers import ALIVE, BEAT
from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import silence
from tests.channels.bot_updates import Updates
from tests.faults.fleet import Fleet
from tests.faults.recording import Said, WitnessApi
from tests.faults.storm import until

pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.timeout(240)]
LEASE = (ALIVE + BEAT) / 1000  # seconds: its last beat has run out, the next beat of another
MARGIN = 4.0  # seconds for the work itself, on a busy machine
HELD = 5  # events that it must have kept and not handled
HELP = "取消：放弃正在填写的内容"


@dataclass(slots=True)
class Impatient(Updates):
    """Hands over every update of a chat at once, as the platform may."""

    async def _run_lane(self, lane: str) -> None:
        while self.webhook.url and (mine := self._mine(lane)):
            if not all(await asyncio.gather(*map(self._push, mine))):
                await asyncio.sleep(self.retry_seconds)


def states(url: str, table: str) -> dict[str, int]:
    """How many rows stand in each state that is not settled."""
    with psycopg.connect(url) as server:
        counted = f"SELECT state, COUNT(*) FROM {table} WHERE state <> ALL(%s) GROUP BY state"
        rows = server.execute(counted.encode(), [["done", "sent"]]).fetchall()
    return {state: count for state, count in rows}


def at_rest(url: str) -> bool:
    """Whether no event and no message waits for anything."""
    waiting = {*states(url, "inbox"), *states(url, "outbox")}
    return not waiting & {"new", "planned", "sending"}


def took(api: WitnessApi, count: int) -> bool:
    """Whether so many updates were acknowledged."""
    return len(api.acknowledged()) >= count


async def survivors_rest(fleet: Fleet) -> None:
    """Nothing waits in any worker that lives."""
    for worker in fleet.workers[1:]:
        await worker.quiet()


def waited(said: Sequence[Said], since: float) -> list[float]:
    """Seconds from a moment to each message after it."""
    return sorted(one.at - since for one in said if one.at > since)


@pytest.fixture
def impatient(api: WitnessApi) -> WitnessApi:
    """A platform that does not wait for the answer to one update before it sends the next."""
    api.updates = Impatient(retry_seconds=0.1)
    return api


async def test_events_that_a_killed_worker_had_kept_are_handled_when_its_lease_is_over(
    impatient: WitnessApi, fleet: Fleet, pg_url: str
) -> None:
    await fleet.start()
    await fleet.quiet()
    victim = fleet.only = fleet.workers[0]
    citizens = [Citizen(impatient, 500 + n) for n in range(4)]
    kept = sent = 0
    while kept < HELD:  # it takes events faster than it handles them
        if sent:
            victim.thaw()
        for citizen in citizens:
            for _ in range(10):
                citizen.says("/help")
        sent += 40
        await until(partial(took, impatient, sent - 20))
        victim.freeze()
        stood = time.monotonic()
        kept = states(pg_url, "inbox").get("new", 0)
    taken, before = impatient.acknowledged(), len(impatient.said)
    await victim.kill()
    await survivors_rest(fleet)
    await until(lambda: at_rest(pg_url))
    assert states(pg_url, "inbox") == states(pg_url, "outbox") == {}
    late = [one.at - stood for one in impatient.said[before:]]
    assert len(late) >= kept
    assert len({(one.chat, one.text) for one in impatient.said}) == len(citizens)
    assert max(late) < LEASE + MARGIN, late
    assert taken <= impatient.acknowledged() == impatient.handed_over()


async def test_messages_that_a_killed_worker_was_sending_leave_when_its_lease_is_over(
    api: WitnessApi, fleet: Fleet, pg_url: str
) -> None:
    await fleet.start()
    await fleet.quiet()
    victim = fleet.only = fleet.workers[0]
    unheard = replace(silence(method="sendMessage", times=None), delivered=False)
    api.fail(unheard)
    citizens = [Citizen(api, 500 + n) for n in range(5)]
    for citizen in citizens:
        citizen.starts("s_mission-a")
        citizen.says("/help")
    await until(lambda: len(api.acknowledged()) == 10)
    await api.called("sendMessage", 5, within=10)
    assert states(pg_url, "outbox") == {"sending": 5, "planned": 10}
    await victim.kill()
    killed = time.monotonic()
    unheard.times = 0
    await survivors_rest(fleet)
    await until(lambda: at_rest(pg_url))
    assert states(pg_url, "outbox") == {}
    moments = waited(api.said, killed)
    assert len(moments) == 15, "each message is heard once"
    assert moments[-1] < LEASE + MARGIN, moments
    for citizen in citizens:
        first, second, third = (m["text"] for m in citizen.chat.said)
        assert "反映问题须知" in first
        assert HELP in second
        assert "回到刚才没有填完的地方" in third
