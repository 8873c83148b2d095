"""Platform, clock and machine misbehave at random beside the kills: nothing lost or doubled."""

import asyncio
import os
import secrets
from pathlib import Path

import pytest

from tests.faults.checker import judge, repeated
from tests.faults.test_checker import MUTATIONS
from tests.faults.weather import StormyUpdates, weather

STRIKES = int(os.environ.get("JIANJIAN_STRIKES", "20"))
SEED = os.environ.get("JIANJIAN_FAULT_SEED", "") or secrets.token_hex(4)


SEEN_IN_ANY_WEATHER = (
    "lost_report",
    "doubled_report",
    "unhandled_event",
    "file_without_bytes",
    "repeated_without_a_kill",
    "reminded_twice",
)


@pytest.mark.faults
@pytest.mark.timeout(400 + 10 * STRIKES)
async def test_in_any_weather_nothing_is_lost_doubled_or_orphaned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\nstrikes {STRIKES}, JIANJIAN_FAULT_SEED={SEED}")  # noqa: T201
    lived = await asyncio.gather(
        weather(tmp_path / "h", "webhook", STRIKES - STRIKES // 2, f"{SEED}-webhook"),
        weather(tmp_path / "p", "polling", STRIKES // 2, f"{SEED}-polling"),
    )
    for storm, history in lived:
        updates = storm.api.updates
        assert isinstance(updates, StormyUpdates)
        told = (
            f"{storm.installation.mode}: {dict(sorted(storm.seen.items()))}; "
            f"{updates.again} deliveries twice, {updates.swapped} out of order; "
            f"{len(history.acknowledged)} events, {len(history.after.reports)} reports, "
            f"{len(history.claims)} claims by two, {len(history.after.reminders)} reminders, "
            f"{len(history.after.files)} files; {len(history.lost)} answers lost, "
            f"{len(repeated(history))} messages repeated, "
            f"{sum(r.state == 'uncertain' for r in history.after.outbox)} in doubt"
        )
        with capsys.disabled():
            print(told)  # noqa: T201
        assert judge(history) == [], f"seed {SEED}: {storm.program.log}"
        assert {f.state for f in history.after.files if f.owner.startswith("report:")} <= {
            "stored"
        }
        assert history.after.reports
        for mutate, told_of in MUTATIONS.items():
            if mutate.__name__ in SEEN_IN_ANY_WEATHER:
                found = judge(mutate(history))
                assert any(told_of in fault for fault in found), mutate.__name__
