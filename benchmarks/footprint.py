"""What one report leaves behind: rows and bytes by table, and the database server's part."""

import argparse
import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.driver import Load, Peer, measure
from benchmarks.machine import DRIVER_CORE, TICK
from benchmarks.scenes import OURS
from benchmarks.talk import INTAKE
from tests.postgres_server import fresh, running

KEPT_DAYS = {"inbox": 7, "outbox": 30}  # [retention] inbox_days, outbox_days
PASSING = ("conversation", "card", "filing_count", "lane")  # of the person or of an open talk
PLAN = ("milestone", "duty", "stationing", "person", "unit", "round", "worker", "lease")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table after the run; bytes with its indexes."""

    name: str
    rows: int
    size: int

    @property
    def life(self) -> str:
        """How long its rows stand."""
        if self.name in KEPT_DAYS:
            return f"{KEPT_DAYS[self.name]} days"
        return "passing" if self.name in PASSING else "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """What a run of whole reports left in one database, and what it cost the server."""

    engine: str
    reports: int
    updates: int
    tables: tuple[Table, ...]
    server_us: float = 0.0  # CPU of the PostgreSQL server per update
    log_bytes: float = 0.0  # of the write-ahead log per update
    ended: tuple[int, int] = (0, 0)  # transactions that the server kept and rolled back

    def per_report(self, life: str) -> tuple[float, float]:
        """Rows and bytes per report in tables of one life."""
        of = [t for t in self.tables if t.life == life]
        return sum(t.rows for t in of) / self.reports, sum(t.size for t in of) / self.reports


def sqlite_print(file: Path) -> Print:
    """The tables of a closed SQLite file, compacted first."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("VACUUM")
        sizes: dict[str, int] = dict(
            db.execute(
                "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema m"
                " ON m.name = d.name GROUP BY 1"
            ).fetchall()
        )
        return _print("sqlite", sizes, lambda text: db.execute(text).fetchone()[0])


def postgres_print(url: str, *, server_us: float, log_bytes: float) -> Print:
    """The tables of a PostgreSQL database, compacted first."""
    with psycopg.connect(url, autocommit=True) as db:
        kept, undone = db.execute(
            "SELECT xact_commit, xact_rollback FROM pg_stat_database"
            " WHERE datname = current_database()"
        ).fetchall()[0]
        db.execute("VACUUM FULL")
        rows = db.execute(
            "SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables"
        ).fetchall()

        def ask(text: str) -> int:
            row = db.execute(text.encode()).fetchone()
            return int(row[0]) if row else 0

        made = _print("postgres", {str(name): int(size) for name, size in rows}, ask)
    per = max(made.updates, 1)
    return replace(
        made, server_us=server_us / per, log_bytes=log_bytes / per, ended=(kept, undone)
    )


def _print(engine: str, sizes: Mapping[str, int], ask: Callable[[str], int]) -> Print:
    counted = [(name, ask(f'SELECT count(*) FROM "{name}"'), size) for name, size in sizes.items()]
    return Print(
        engine=engine,
        reports=max(ask("SELECT count(*) FROM report"), 1),
        updates=ask("SELECT count(*) FROM inbox"),
        tables=tuple(
            Table(name=name, rows=rows, size=size)
            for name, rows, size in sorted(counted)
            if rows and name not in PLAN
        ),
    )


async def drive(url: str, seconds: float) -> None:
    """File whole reports through the real program for so long."""
    peer = Peer(name="footprint", module=OURS.module, flow=INTAKE, arguments=("--storage", url))
    await measure(peer, Load(users=16, warm_up=1, seconds=seconds))


def on_sqlite(seconds: float, folder: Path) -> Print:
    """One run on an SQLite file."""
    file = folder / "footprint.db"
    asyncio.run(drive(f"sqlite://{file}", seconds))
    return sqlite_print(file)


def on_postgres(seconds: float) -> Print:
    """One run on a PostgreSQL that syncs, with the CPU and the log it took."""
    with running() as server:
        with psycopg.connect(server, autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = on".encode())
            connection.execute("SELECT pg_reload_conf()")
        with fresh(server) as url:
            before = _server(url)
            asyncio.run(drive(url, seconds))
            after = _server(url)
            cpu, log = (b - a for a, b in zip(before, after, strict=True))
            return postgres_print(url, server_us=cpu * 1e6, log_bytes=log)


def _server(url: str) -> tuple[float, float]:
    """Seconds of CPU of the server with all its processes, and its place in the log."""
    with psycopg.connect(url, autocommit=True) as connection:
        row: tuple[Any, ...] | None = connection.execute(
            "SELECT current_setting('data_directory'), pg_current_wal_lsn() - '0/0'::pg_lsn"
        ).fetchone()
    assert row is not None
    head = int((Path(row[0]) / "postmaster.pid").read_text().splitlines()[0])
    ticks = sum(_ticks(path, head) for path in Path("/proc").glob("[0-9]*/stat"))
    return ticks / TICK, float(row[1])


def _ticks(path: Path, head: int) -> int:
    """Of the server's first process with those that ended, or of one that it started."""
    try:
        fields = path.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    if int(path.parent.name) == head:
        return sum(int(one) for one in fields[11:15])
    return sum(int(one) for one in fields[11:13]) if int(fields[1]) == head else 0


def table(made: Print) -> str:
    """Rows and bytes per report, the largest table first, then the sums by life."""
    lines = [
        f"| {made.engine}: {made.reports:,} reports, {made.updates:,} updates"
        " | kept | rows per report | bytes per row | bytes per report |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in sorted(made.tables, key=lambda t: -t.size):
        if one.rows * 20 < made.reports:
            continue
        lines.append(
            f"| `{one.name}` | {one.life} | {one.rows / made.reports:.1f} "
            f"| {one.size / one.rows:,.0f} | {one.size / made.reports:,.0f} |"
        )
    for life in ("kept", "30 days", "7 days", "passing"):
        rows, size = made.per_report(life)
        lines.append(f"| **{life}** | | {rows:.1f} | | **{size:,.0f}** |")
    if made.server_us:
        lines.append(
            f"\nPostgreSQL: {made.server_us:,.0f} µs of server CPU and "
            f"{made.log_bytes:,.0f} bytes of log per update; {made.ended[0]:,} transactions kept, "
            f"{made.ended[1]:,} rolled back ({made.ended[1] / max(sum(made.ended), 1):.1%})"
        )
    return "\n".join(lines)


def main() -> None:
    """Run on each engine, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.footprint", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgres"])
    given = parser.parse_args()
    os.sched_setaffinity(0, {DRIVER_CORE})
    if "sqlite" in given.engines:
        with tempfile.TemporaryDirectory() as folder:
            print(table(on_sqlite(given.seconds, Path(folder))))
    if "postgres" in given.engines:
        print(table(on_postgres(given.seconds)))


if __name__ == "__main__":
    main()
