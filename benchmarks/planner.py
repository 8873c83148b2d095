"""The planner's tick with few and many open obligations of which the same number is due."""

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bot.config import Config
from bot.wiring import make_rules, make_texts
from casework.mission import Round, Seat, Stationing, Team, Unit
from handlers.desk import Desk
from handlers.dutybook import record_event
from handlers.messages import Reply
from handlers.pauses import resume
from handlers.recalculation import look_ahead, recalculate
from handlers.recompute import step
from handlers.reminders import plan_reminders
from handlers.review_watch import watch
from handlers.routes import REMINDED_AT_ONCE, ROUTES
from handlers.turn import Kit, run_tick
from storage import duties, missions, people
from storage.base import Session, Storage
from storage.open import open_storage
from storage.randomness import SEEDS
from storage.sealing import Keyring, Vault
from tests.postgres_server import fresh, running

MISSIONS, DUE = 100, 1_000
BAR = 2.0
PROFILE = "county-2012"
SIGNED, FIRST_RUNG = date(2026, 1, 30), date(2026, 2, 13)
MULTIPLY = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last})
INSERT INTO duty ({columns})
SELECT {values} FROM n JOIN template t ON t.n = (i / {every}) % {missions}
"""
DAYS = (FIRST_RUNG, date(2026, 2, 14), date(2026, 2, 24), date(2026, 2, 25))
"""Working days before the next rung, one for each round: nobody gets two messages on a day."""
Execute = Callable[[str], Any]


@dataclass(kw_only=True)
class Stand:
    """One filled database and what its ticks took."""

    engine: str
    count: int
    url: str
    storage: Storage
    kit: Kit
    ticks: list[float] = field(default_factory=list)  # seconds for everything that is due
    idle: list[float] = field(default_factory=list)  # seconds of a tick with nothing due
    messages: int = 0


def rest(desk: Desk) -> list[Reply]:
    """The other ticks over dates, as the program runs them."""
    at_once = 100
    return [
        *recalculate(desk, at_once),
        *step(desk, at_once),
        *resume(desk, at_once),
        *watch(desk, at_once),
        *look_ahead(desk, at_once),
    ]


def found(desk: Desk) -> list[Reply]:
    """Hundred missions whose feedback was signed for, each with its unit and its people."""
    db, vault = desk.db, desk.vault
    numbers = range(MISSIONS)
    units = [Unit(id=f"u{n}", name=f"unit {n}") for n in numbers]
    teams = [Team(id="one", name="team")]
    missions.put_places(
        db, Round(id="r", name="r", profile_id=PROFILE), units=units, teams=teams, departments=[]
    )
    seats = {f"liaison{n}": Seat(role="unit_liaison", unit=f"u{n}") for n in numbers}
    seats |= {f"principal{n}": Seat(role="unit_principal", unit=f"u{n}") for n in numbers}
    seats |= {"officer": Seat(role="office"), "leader": Seat(role="team_leader", team="one")}
    for name in seats:
        people.put_person(db, vault, name, name)
        people.bind(db, vault, ("web", "web", name), id=f"b-{name}", person_id=name, at=1)
    people.put_seats(db, "r", list(seats.items()))
    for n in numbers:
        mission = Stationing(
            id=f"m{n}",
            round_id="r",
            team_id="one",
            team_name="team",
            unit_id=f"u{n}",
            unit_name=f"unit {n}",
            starts_on=SIGNED - timedelta(days=60),
            ends_on=SIGNED - timedelta(days=30),
            accept_from=0,
            accept_until=1,
            profile_id=PROFILE,
            profile_version="1",
        )
        missions.put_stationing(db, mission, entry=f"e{n}")
        missions.approve(db, mission.id, at=1, actor="officer")
        record_event(desk, mission, "feedback.received", SIGNED)
    return []


def fill(execute: Execute, columns: list[str], count: int, past: int, pad: str) -> None:
    """Multiply the hundred plans to `count` open duties, `DUE` of which are due."""
    every = count // DUE
    due = f"i % {every} = 0"
    special = {
        "id": pad,
        "obligation": f"CASE WHEN {due} THEN 'due-' ELSE 'far-' END || i",
        "ladder": f"CASE WHEN {due} THEN t.ladder ELSE '[]' END",
        "next_check": f"CASE WHEN {due} THEN {past} ELSE {past} + 7776000 + i END",
    }
    values = ", ".join(special.get(name, f"t.{name}") for name in columns)
    execute(
        "CREATE TABLE template AS SELECT ROW_NUMBER() OVER (ORDER BY id) - 1 AS n, duty.* FROM "
        "duty WHERE kind = 'plan'"
    )
    execute("DELETE FROM duty")
    execute(
        MULTIPLY.format(
            last=count - 1,
            columns=", ".join(columns),
            values=values,
            every=every,
            missions=MISSIONS,
        )
    )
    execute("DROP TABLE template")
    execute("ANALYZE")


def by_hand(url: str, work: Callable[[Execute, str, str], None]) -> None:
    """Work on the closed database with the engine's own client."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite://"))
        connection.execute("PRAGMA synchronous = OFF")
        look = "SELECT name FROM pragma_table_info('duty')"
        work(connection.execute, look, "substr('00000000000000000000000000' || i, -26)")
        connection.commit()
        connection.close()
        return
    with psycopg.connect(url) as server:
        look = "SELECT column_name FROM information_schema.columns WHERE table_name = 'duty'"
        run = partial(_run, server)
        work(run, look, "lpad(CAST(i AS text), 26, '0')")


def _run(server: psycopg.Connection[Any], text: str) -> Any:
    return server.execute(text)


async def stand(engine: str, count: int, url: str) -> Stand:
    """A filled database, opened again as the program opens it."""
    config = Config()
    vault = Vault(Keyring.generate())
    kit = Kit(vault=vault, rules=make_rules(config, make_texts(config)), routes=ROUTES)
    made = Stand(engine=engine, count=count, url=url, storage=open_storage(url), kit=kit)
    await made.storage.open()
    await tick(made, found, SIGNED)
    await made.storage.close()
    past = int(moment(made, FIRST_RUNG).timestamp()) - 60

    def multiply(execute: Execute, look: str, pad: str) -> None:
        columns = [row[0] for row in execute(look).fetchall()]
        fill(execute, columns, count, past, pad)

    begun = time.perf_counter()
    by_hand(url, multiply)
    print(f"{engine}: {count:,} duties in {time.perf_counter() - begun:.0f} s", flush=True)
    made.storage = open_storage(url)
    await made.storage.open()
    return made


def moment(made: Stand, day: date) -> datetime:
    """The middle of a morning."""
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=made.kit.rules.zone)


async def tick(made: Stand, act: Callable[[Desk], list[Reply]], day: date) -> int:
    """One tick in a unit of its own; how many messages it planned."""
    unit = partial(run_tick, kit=made.kit, tick=act, now=moment(made, day), seed=SEEDS.draw())
    return len(await made.storage.transact(unit))


async def measure(made: Stand, day: date) -> None:
    """Settle everything that is due, then tick with nothing due."""
    planner = partial(plan_reminders, limit=REMINDED_AT_ONCE)
    left = partial(_due, at=int(moment(made, day).timestamp()))
    begun, messages = time.perf_counter(), 0
    while await made.storage.read(left):
        messages += await tick(made, planner, day)
    while sent := await tick(made, planner, day):
        messages += sent
    made.ticks.append(time.perf_counter() - begun)
    made.messages = messages
    for _ in range(20):
        begun = time.perf_counter()
        await tick(made, planner, day)
        await tick(made, rest, day)
        made.idle.append(time.perf_counter() - begun)


def _due(db: Session, at: int) -> bool:
    row = db.one("duties.next_due")
    return row is not None and int(row["next_check"]) <= at


async def rearm(made: Stand) -> None:
    """Everything that was due is due again, under another revision."""
    past = int(moment(made, FIRST_RUNG).timestamp()) - 60
    ids = [f"{n * (made.count // DUE):026}" for n in range(DUE)]

    def again(db: Session, some: list[str]) -> None:
        for id in some:
            duty = duties.get(db, id)
            assert duty is not None
            duties.revise(db, duties.moved(duty, next_check=past))

    for at in range(0, DUE, 100):
        await made.storage.transact(partial(again, some=ids[at : at + 100]))


def table(stands: list[Stand]) -> str:
    """One line for each database, with the ratio to the smallest of its engine."""
    lines = [
        "| engine | open | due | messages | all due, s | per duty, ms | idle tick, ms | ratio |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for made in stands:
        base = next(one for one in stands if one.engine == made.engine)
        took = median(made.ticks)
        lines.append(
            f"| {made.engine} | {made.count:,} | {DUE:,} | {made.messages} | {took:.2f} "
            f"| {took / DUE * 1000:.2f} | {median(made.idle) * 1000:.1f} "
            f"| {took / median(base.ticks):.2f} |"
        )
    return "\n".join(lines)


@contextmanager
def databases(engine: str, sizes: list[int], folder: Path) -> Iterator[list[str]]:
    """The address of an empty database for each size."""
    if engine == "sqlite":
        yield [f"sqlite://{folder}/{size}.db" for size in sizes]
        return
    with running() as server, fresh(server) as one, fresh(server) as other:
        yield [one, other]


async def compare(engine: str, sizes: list[int], rounds: int, folder: Path) -> list[Stand]:
    """Both sizes in turn, again and again, on one engine."""
    with databases(engine, sizes, folder) as urls:
        stands = [await stand(engine, n, url) for n, url in zip(sizes, urls, strict=True)]
        for number in range(rounds):
            for made in stands:
                if number:
                    await rearm(made)
                await measure(made, DAYS[number])
        for made in stands:
            await made.storage.close()
    return stands


def main() -> None:
    """Print the table; exit code 1 where many cost more than twice as much as few."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=[10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3, choices=range(1, len(DAYS) + 1))
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgres"])
    given = parser.parse_args()
    stands: list[Stand] = []
    with tempfile.TemporaryDirectory() as folder:
        for engine in given.engines:
            with suppress(ImportError):  # PostgreSQL is measured where it is there
                stands += asyncio.run(compare(engine, given.sizes, given.rounds, Path(folder)))
    print(table(stands))
    worst = max(
        median(one.ticks) / median(stands[i // 2 * 2].ticks) for i, one in enumerate(stands)
    )
    sys.exit(worst > BAR)


if __name__ == "__main__":
    main()
