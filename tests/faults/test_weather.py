"""Platform, clock and machine misbehave at random beside the kills: nothing lost or doubled."""

import asyncio
import os
import secrets
from pathlib import Path

import pytest

from tests.faults.checker import judge
from tests.faults.history import History
from tests.faults.storm import told
from tests.faults.test_checker import MUTATIONS
from tests.faults.weather import StormyUpdates, Weather, weather

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
        with capsys.disabled():
            print(f"{storm.installation.mode}: {counted(storm, history)}")  # noqa: T201
        look_at(storm, history)


@pytest.mark.faults
@pytest.mark.postgres
@pytest.mark.timeout(400 + 10 * STRIKES)
async def test_in_any_weather_four_workers_lose_double_and_orphan_nothing(
    tmp_path: Path, pg_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    strikes = max(6, STRIKES // 3)
    storm, history = await weather(
        tmp_path / "w", "webhook", strikes, f"{SEED}-workers", url=pg_url, workers=4
    )
    with capsys.disabled():
        print(f"\n4 workers, seed {SEED}: {counted(storm, history)}")  # noqa: T201
    look_at(storm, history)


def counted(storm: Weather, history: History) -> str:
    """What came over an installation, in numbers."""
    updates = storm.api.updates
    assert isinstance(updates, StormyUpdates)
    return (
        f"{dict(sorted(storm.seen.items()))}; "
        f"{updates.again} deliveries twice, {updates.swapped} out of order; "
        f"{len(history.acknowledged)} events, {told(history)}; {len(history.lost)} answers lost"
    )


def look_at(storm: Weather, history: History) -> None:
    """The judge finds nothing, and would have found what is put into the same history."""
    assert judge(history) == [], f"seed {SEED}: {storm.program.log}"
    reported = [file for file in history.after.files if file.owner.startswith("report:")]
    assert {file.state for file in reported} <= {"stored"}
    assert history.after.reports
    for mutate, fault in MUTATIONS.items():
        if mutate.__name__ in SEEN_IN_ANY_WEATHER:
            assert any(fault in one for one in judge(mutate(history))), mutate.__name__
