"""What one round of bundled notices costs: many teams, one new report each, told in one unit."""

import argparse
import asyncio
import tempfile
import time
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bot.config import Config
from bot.wiring import make_rules, make_texts
from casework.mission import Round, Seat, Stationing, Team, Unit
from handlers.arrivals import bundles
from handlers.routes import ROUTES
from handlers.turn import Kit, run_tick
from storage import announcements, missions, people, reports
from storage.announcements import Notice
from storage.base import Session
from storage.open import open_storage
from storage.reports import Report
from storage.sealing import Keyring, Vault

TEAM = 6
PROFILE = "county-2012"


def stand(db: Session, *, vault: Vault, teams: int, at: int) -> None:
    """So many missions, each with its team and one report of which nobody was told yet."""
    numbers = range(teams)
    missions.put_places(
        db,
        Round(id="r", name="r", profile_id=PROFILE),
        units=[Unit(id=f"u{n}", name=f"unit {n}") for n in numbers],
        teams=[Team(id=f"t{n}", name=f"team {n}") for n in numbers],
        departments=[],
    )
    seats = {
        f"p{n}-{k}": Seat(role="team_member", team=f"t{n}") for n in numbers for k in range(TEAM)
    }
    for name in seats:
        people.put_person(db, vault, name, name)
        people.bind(db, vault, ("telegram", "7", name), id=f"b-{name}", person_id=name, at=1)
    people.put_seats(db, "r", list(seats.items()))
    for n in numbers:
        _mission(db, n)
        _arrival(db, vault, n, at)


def _mission(db: Session, n: int) -> None:
    mission = Stationing(
        id=f"m{n}",
        round_id="r",
        team_id=f"t{n}",
        team_name=f"team {n}",
        unit_id=f"u{n}",
        unit_name=f"unit {n}",
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 4, 1),
        accept_from=0,
        accept_until=2**31,
        profile_id=PROFILE,
        profile_version="1",
    )
    missions.put_stationing(db, mission, entry=f"e{n}")
    missions.approve(db, mission.id, at=1, actor="p0-0")
    missions.set_state(db, mission.id, "open")


def _arrival(db: Session, vault: Vault, n: int, at: int) -> None:
    filed = Report(
        id=f"r{n}",
        stationing_id=f"m{n}",
        unit_id=f"u{n}",
        team_id=f"t{n}",
        queue="team",
        state="submitted",
        category="integrity",
        matter="suspected_violation",
        subject_kind="principal",
        named=False,
        origin="web",
        received_at=at - 100,
        queued_at=at - 100,
    )
    reports.insert(db, vault, filed, f"new{n:012}", n.to_bytes(32, "big"))
    told = [
        Notice(
            id=f"n{n}-{k}",
            report_id=filed.id,
            person_id=f"p{n}-{k}",
            at=at - 100,
            goes_at=at - 10,
            told_at=0,
        )
        for k in range(TEAM)
    ]
    announcements.add(db, told)


async def measure(teams: int, url: str) -> tuple[int, float]:
    """People told in one unit, and the seconds of CPU it took."""
    config = Config()
    vault = Vault(Keyring.generate())
    kit = Kit(vault=vault, rules=make_rules(config, make_texts(config)), routes=ROUTES)
    now = datetime(2026, 3, 2, 10, 0, tzinfo=kit.rules.zone)
    storage = open_storage(url)
    await storage.open()
    try:
        await storage.transact(partial(stand, vault=vault, teams=teams, at=int(now.timestamp())))
        unit = partial(run_tick, kit=kit, tick=bundles, now=now, seed=b"b" * 32)
        begun = time.process_time()
        told = await storage.transact(unit)
        return len(told), time.process_time() - begun
    finally:
        await storage.close()


def main() -> None:
    """Print one line for each number of teams."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bundles", description=__doc__)
    parser.add_argument("--teams", type=int, nargs="+", default=[16, 159, 1590])
    given = parser.parse_args()
    for teams in given.teams:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite://{Path(folder) / 'bundles.db'}"
            told, seconds = asyncio.run(measure(teams, url))
        each = seconds / max(told, 1) * 1000
        print(f"{told:,} people told in one unit: {seconds:.2f} s of CPU, {each:.2f} ms each")


if __name__ == "__main__":
    main()
