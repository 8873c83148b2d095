"""The web chat over several processes: whoever sends, the open page sees it, once and in order."""

import asyncio
import os
import random
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from storage.open import open_storage
from tests.faults.fleet import Fleet
from tests.faults.installation import install
from tests.faults.recording import WitnessApi
from tests.faults.web_tab import Sender, Tab, at

SEED = os.environ.get("JIANJIAN_FAULT_SEED", "") or secrets.token_hex(4)
ROUNDS = max(3, int(os.environ.get("JIANJIAN_KILLS", "50")) // 15)
pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.timeout(180 + 15 * ROUNDS)]
SLOW = 40.0
SOON = 3.0  # half a second between looks; the rest is a busy machine


@dataclass(frozen=True, slots=True)
class Site:
    """Workers with a web chat, and a hand on their outbox."""

    fleet: Fleet
    sender: Sender

    def port(self, number: int) -> int:
        """Where a worker listens."""
        return self.fleet.workers[number].port


@pytest.fixture
async def site(api: WitnessApi, tmp_path: Path, pg_url: str) -> AsyncIterator[Site]:
    """Three workers that answer."""
    made = await install(tmp_path / "site", api.root, "webhook", url=pg_url)
    path = made.folder / "config.toml"
    path.write_text(path.read_text("utf-8").replace("chat = false", "chat = true"), "utf-8")
    fleet, storage = Fleet(made, 3), open_storage(made.config.database)
    await storage.open()
    try:
        await fleet.start()
        await fleet.quiet(within=SLOW)
        yield Site(fleet, Sender.of(made, storage))
    finally:
        await fleet.end_quietly()
        await storage.close()


async def test_a_page_hears_at_once_what_any_worker_sends(site: Site) -> None:
    tabs = [Tab() for _ in range(3)]
    for number, tab in enumerate(tabs):
        await tab.go(site.port(number))
    (worker, *_) = sorted(await site.sender.workers())
    for number in range(5):
        for tab in tabs:
            await site.sender.plan(tab.token, number, worker)
    for tab in tabs:  # two of them hang at workers that never send
        for _ in range(5):
            await tab.until(lambda frame: frame["type"] == "message")
        assert tab.numbers == [1, 2, 3, 4, 5]
        begun = time.monotonic()
        await site.sender.put(tab.token, "提交之后就死了")
        await tab.hears("提交之后就死了")
        assert time.monotonic() - begun < SOON
        await tab.leave()


async def test_a_conversation_goes_on_over_two_tabs_at_two_workers(site: Site) -> None:
    one, two = Tab(), Tab()
    await one.go(site.port(0))
    two.token = one.token
    await two.go(site.port(1))
    for tab, number in ((one, 0), (two, 1), (one, 2), (two, 3)):
        await tab.says("start" if not number else "text", payload="", text=f"第{number}句")
        await asyncio.gather(*(t.until(lambda f: f["type"] == "message") for t in (one, two)))
    await two.says("text", text="清除")
    await one.hears("已清除")
    await two.hears("已清除")
    seen = {frame["id"] for frame in one.shown[:-1]}
    assert len(seen) >= 4
    assert seen <= one.gone
    assert seen <= two.gone
    assert one.numbers == two.numbers == sorted(set(one.numbers))
    headers = {"Authorization": f"Bearer {one.token}", "Origin": at(site.port(2)).root}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{at(site.port(2)).root}/chat/forget") as answer,
    ):
        assert answer.status == 200
    for tab in (one, two):
        await tab.until(lambda frame: frame["type"] == "forgotten")
        await tab.leave()


async def test_an_event_accepted_by_a_worker_that_dies_is_answered_once_elsewhere(
    site: Site,
) -> None:
    tab = Tab()
    await tab.go(site.port(0))
    event = await tab.says("start", payload="")
    await site.fleet.workers[0].kill()
    await tab.go(site.port(1))
    await tab.says("start", event, payload="")  # the page may not have heard that it was accepted
    if not tab.shown:
        await tab.until(lambda frame: frame["type"] == "message")
    await site.fleet.workers[1].quiet(within=SLOW)
    await tab.reads()
    answered = tab.numbers
    await tab.says("text", text="帮助")
    await tab.until(lambda frame: frame["type"] == "message")
    assert answered == [1]
    assert tab.numbers == [1, 2]
    await tab.leave()


async def test_whatever_is_killed_and_wherever_pages_go_each_message_is_shown_once_in_order(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(SEED)
    fleet, sender = site.fleet, site.sender
    first = Tab()
    await first.go(site.port(0))
    tabs = [first, Tab(token=first.token)]
    planned = kills = 0
    for _ in range(ROUNDS):
        for _ in range(chance.randint(5, 15)):
            await sender.plan(first.token, planned)
            planned += 1
            living = [w for w in fleet.workers if w.running]
            match chance.randrange(8):
                case 0 | 1:
                    await chance.choice(tabs).go(chance.choice(living).port)
                case 2:
                    await chance.choice(tabs).reads()
                case 3:
                    await chance.choice(tabs).leave()
                case 4 if len(living) > 2:
                    await chance.choice(living).kill()
                    kills += 1
                case _:
                    await sender.put(first.token, f"无人知晓{planned}")
        await fleet.start()
        await asyncio.gather(*(worker.answers(within=SLOW) for worker in fleet.workers))
    await fleet.quiet(within=SLOW)
    kept = await everything_kept(sender, first, planned)
    for number, tab in enumerate(tabs):
        async with asyncio.timeout(SLOW):
            while not tab.numbers or tab.numbers[-1] < kept[-1]:
                if tab.open is None:
                    await tab.go(site.port(number))
                await tab.reads()
        assert tab.numbers == kept == sorted(set(kept)), f"seed {SEED}"
        await tab.leave()
    with capsys.disabled():
        print(f"\nweb: {len(kept)} messages, {kills} kills, seed {SEED}")  # noqa: T201


async def everything_kept(sender: Sender, tab: Tab, planned: int) -> list[int]:
    """The numbers in the mailbox, once every planned message has come to lie there."""
    kept: list[tuple[int, str]] = []
    async with asyncio.timeout(SLOW):
        while sum("已清除" in text for _, text in kept) < planned:
            await tab.reads()
            kept = await sender.kept(tab.token)
    assert sum("已清除" in text for _, text in kept) == planned, f"seed {SEED}"
    return [number for number, _ in kept]
