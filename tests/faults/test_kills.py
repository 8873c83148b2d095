"""Killed at random moments, by SIGKILL, in both modes of receiving: nothing is lost or doubled."""

import asyncio
import os
import secrets
from pathlib import Path

import pytest

from tests.faults.checker import judge
from tests.faults.storm import live_through, told
from tests.faults.test_checker import MUTATIONS

KILLS = int(os.environ.get("JIANJIAN_KILLS", "50"))
SEED = os.environ.get("JIANJIAN_FAULT_SEED", "") or secrets.token_hex(4)


@pytest.mark.faults
@pytest.mark.timeout(240 + 8 * KILLS)
async def test_killed_at_random_moments_nothing_is_lost_doubled_or_orphaned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\nkills {KILLS}, JIANJIAN_FAULT_SEED={SEED}")  # noqa: T201
    lived = await asyncio.gather(
        live_through(tmp_path / "h", "webhook", KILLS - KILLS // 2, f"{SEED}-webhook"),
        live_through(tmp_path / "p", "polling", KILLS // 2, f"{SEED}-polling"),
    )
    for storm, history, seconds in lived:
        line = (
            f"{storm.installation.mode}: {sum(x.killed for x in history.lives)} kills, "
            f"{sum(not x.nursed for x in history.lives)} cold starts, "
            f"{len(history.acknowledged)} events, {told(history)}, "
            f"{storm.prods()} asked again; {seconds:.0f} s"
        )
        with capsys.disabled():
            print(line)  # noqa: T201
        assert not judge(history), f"seed {SEED}: {storm.program.log}"
        assert len(history.after.reports) >= len(history.lives) // 4
        assert history.claims
        cold = sum(not life.nursed for life in history.lives)
        assert abs(2 * cold - len(history.lives)) <= 2
        assert history.after.reminders
        assert history.transfers
        for mutate, fault in MUTATIONS.items():
            assert any(fault in found for found in judge(mutate(history))), mutate.__name__
