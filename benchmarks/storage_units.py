"""Units of work per second on SQLite with synchronous=FULL, at 1, 16 and 64 in flight."""

import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from storage.base import Session
from storage.sqlite import SqliteStorage

UNITS = 20_000
SCHEMA = """-- Tables in the shape of the first measurements.
CREATE TABLE seen (event_id TEXT NOT NULL PRIMARY KEY) {strict};
CREATE TABLE talk (
  lane TEXT NOT NULL PRIMARY KEY, state {blob} NOT NULL, version BIGINT NOT NULL
) {strict};
CREATE TABLE step (id TEXT NOT NULL PRIMARY KEY, body {blob} NOT NULL) {strict};
CREATE TABLE mail (id {id}, dedupe TEXT NOT NULL UNIQUE, body {blob} NOT NULL) {strict};
"""
STATEMENTS = """-- dedupe --
-- A new event.
INSERT INTO seen (event_id) VALUES (:id) ON CONFLICT (event_id) DO NOTHING RETURNING event_id

-- talk --
-- Where the conversation stands.
INSERT INTO talk (lane, state, version) VALUES (:lane, :state, 1)
ON CONFLICT (lane) DO UPDATE SET state = excluded.state, version = talk.version + 1

-- step --
-- One answer.
INSERT INTO step (id, body) VALUES (:id, :body)

-- mail --
-- One message out.
INSERT INTO mail (dedupe, body) VALUES (:dedupe, :body)
ON CONFLICT (dedupe) DO NOTHING RETURNING id
"""


def _unit(number: int, state: bytes, body: bytes, mail: bytes) -> Callable[[Session], None]:
    def unit(db: Session) -> None:
        if db.one("bench.dedupe", id=f"e{number}") is None:
            return
        db.run("bench.talk", lane=f"l{number % 500}", state=state)
        db.run("bench.step", id=f"s{number}", body=body)
        db.one("bench.mail", dedupe=f"{number}:0", body=mail)
        db.one("bench.mail", dedupe=f"{number}:1", body=mail)

    return unit


async def measure(in_flight: int, folder: Path, units: int = UNITS) -> tuple[float, float]:
    """Units per second and CPU microseconds per unit."""
    (folder / "sql").mkdir()
    (folder / "migrations").mkdir()
    (folder / "sql" / "bench.sql").write_text(STATEMENTS, encoding="utf-8")
    (folder / "migrations" / "0001_bench.sql").write_text(SCHEMA, encoding="utf-8")
    storage = SqliteStorage(
        folder / "bench.db", sql=folder / "sql", migrations=folder / "migrations"
    )
    state, body, mail = (
        secrets.token_bytes(512),
        secrets.token_bytes(2076),
        secrets.token_bytes(300),
    )
    await storage.open()
    numbers = iter(range(units))

    async def worker() -> None:
        for number in numbers:
            await storage.transact(_unit(number, state, body, mail))

    begun, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    seconds, used = time.perf_counter() - begun, time.process_time() - cpu
    await storage.close()
    return units / seconds, used / units * 1e6


def main() -> None:
    """Print one line per load."""
    units = int(sys.argv[1]) if len(sys.argv) > 1 else UNITS
    for in_flight in (1, 16, 64):
        with tempfile.TemporaryDirectory() as folder:
            rate, cpu = asyncio.run(measure(in_flight, Path(folder), units))
        print(f"{in_flight:3} in flight: {rate:8,.0f} units/s, {cpu:5.0f} µs of CPU per unit")


if __name__ == "__main__":
    main()
