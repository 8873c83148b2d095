"""Several processes on one PostgreSQL: order, limits, and take-over from those that die."""

import asyncio
import os
import secrets
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.channels.bot_chats import Citizen
from tests.faults.aftermath import read_after
from tests.faults.checker import judge
from tests.faults.fleet import Fleet, sends_in_any_second
from tests.faults.installation import install
from tests.faults.people import Reporter
from tests.faults.recording import WitnessApi
from tests.faults.storm import live_through, told, until
from tests.faults.test_checker import MUTATIONS

SHARE = max(4, int(os.environ.get("JIANJIAN_KILLS", "50")) // 10)
KILLS = int(os.environ.get("JIANJIAN_WORKER_KILLS") or SHARE)
SEED = os.environ.get("JIANJIAN_FAULT_SEED", "") or secrets.token_hex(4)
pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.timeout(240 + 8 * KILLS)]
SLOW = 30.0


async def test_four_workers_file_reports_of_many_and_lose_none(
    api: WitnessApi, fleet: Fleet
) -> None:
    await fleet.start()
    reporters = [Reporter(Citizen(api, 500 + n), mission="mission-a") for n in range(8)]
    await asyncio.gather(*(reporter.files() for reporter in reporters))
    await fleet.quiet(within=SLOW)
    assert await fleet.stop() == 0
    after = await read_after(fleet.installation, [500 + n for n in range(8)])
    told = sorted(code for r in reporters for code in r.receipts)
    assert sorted(report.code for report in after.reports) == told
    assert set(after.inbox) == api.handed_over() == api.acknowledged()
    assert set(after.inbox.values()) == {"done"}
    assert {row.state for row in after.outbox} == {"sent"}


async def test_workers_killed_at_random_moments_lose_and_double_nothing(
    tmp_path: Path, pg_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    storm, history, seconds = await live_through(
        tmp_path / "w", "webhook", KILLS, SEED, url=pg_url, workers=4
    )
    with capsys.disabled():
        print(  # noqa: T201
            f"\n4 workers: {sum(x.killed for x in history.lives)} kills, "
            f"{len(history.lives)} lives, {len(history.acknowledged)} events, {told(history)}, "
            f"{len(history.lost)} answers lost, {storm.prods()} asked again; "
            f"{seconds:.0f} s, seed {SEED}"
        )
    assert not judge(history), f"seed {SEED}: {storm.program.log}"
    assert history.claims
    assert history.transfers
    assert history.after.reminders
    assert any(file.state == "stored" for file in history.after.files)
    for mutate, fault in MUTATIONS.items():
        if mutate.__name__ not in ONE_PROCESS:
            assert any(fault in found for found in judge(mutate(history))), mutate.__name__


ONE_PROCESS = ("repeated_twice_by_one_kill",)
"""A fault that four lives at once can hide: the judge may name another one that was killed."""


async def test_all_workers_together_keep_the_limit_of_the_account(
    api: WitnessApi, tmp_path: Path, pg_url: str
) -> None:
    made = await install(tmp_path / "site", api.root, "webhook", url=pg_url, per_second=28)
    fleet = Fleet(made)
    try:
        await fleet.start()
        await fleet.quiet(within=SLOW)
        citizens = [Citizen(api, 500 + n) for n in range(120)]
        for citizen in citizens:
            citizen.starts("s_mission-a")
        for citizen in citizens:
            await citizen.hears_text("反映问题须知", within=SLOW)
        moments = sorted(said.at for said in api.said)
        assert sends_in_any_second(moments) <= 30
        assert moments[-1] - moments[0] < 2 * len(citizens) / 28, "the line stood idle"
        assert await fleet.stop() == 0
    finally:
        await fleet.end_quietly()


async def test_a_worker_that_froze_is_taken_over_and_does_no_harm_when_it_wakes(
    api: WitnessApi, fleet: Fleet
) -> None:
    await fleet.start()
    await fleet.quiet(within=SLOW)
    reporters = [Reporter(Citizen(api, 500 + n), mission="mission-a") for n in range(6)]
    filing = asyncio.gather(*(reporter.files() for reporter in reporters))
    await until(lambda: len(api.said) > 10)
    fleet.workers[0].freeze()
    await asyncio.sleep(6)  # longer than its lease: the real clock of a real process
    fleet.workers[0].thaw()
    await asyncio.wait_for(filing, 90)
    await fleet.quiet(within=SLOW)
    assert await fleet.stop() == 0
    after = await read_after(fleet.installation, [500 + n for n in range(6)])
    assert sorted(r.code for r in after.reports) == sorted(
        c for r in reporters for c in r.receipts
    )
    assert set(after.inbox.values()) == {"done"}


async def test_one_worker_polls_and_another_takes_over_within_five_seconds(
    api: WitnessApi, tmp_path: Path, pg_url: str
) -> None:
    made = await install(tmp_path / "site", api.root, "polling", url=pg_url)
    fleet = Fleet(made, 2)
    try:
        await fleet.start()
        await fleet.quiet(within=SLOW)
        first = Citizen(api, 501)
        first.starts("s_mission-a")
        await first.hears_text("反映问题须知", within=SLOW)
        for worker in fleet.workers:  # whoever polls is killed, sooner or later
            await worker.kill()
            begun = time.monotonic()
            citizen = Citizen(api, 600 + worker.port)
            citizen.starts("s_mission-a")
            await citizen.hears_text("反映问题须知", within=SLOW)
            assert time.monotonic() - begun < 5
            await worker.start()
            await fleet.quiet(within=SLOW)
        assert await fleet.stop() == 0
    finally:
        await fleet.end_quietly()


async def test_a_chat_hears_one_message_a_second_whichever_worker_answers(
    api: WitnessApi, tmp_path: Path, pg_url: str
) -> None:
    made = await install(tmp_path / "site", api.root, "webhook", url=pg_url)
    settings = made.folder / "config.toml"
    limited = settings.read_text("utf-8").replace("per_chat_second = 0", "per_chat_second = 1")
    settings.write_text(limited, "utf-8")
    fleet = Fleet(made)
    try:
        await fleet.start()
        await fleet.quiet()
        citizen = Citizen(api, 501)
        for _ in range(6):  # the proxy hands each to another worker
            citizen.says("/help")
        await until(lambda: len(api.said) == 6)
        moments = [said.at for said in api.said]
        gaps = [later - earlier for earlier, later in pairwise(moments)]
        assert min(gaps) > 0.9, gaps
        assert await fleet.stop() == 0
    finally:
        await fleet.end_quietly()
