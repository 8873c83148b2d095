"""Further loads: a slow platform, few and many filers, a paced day, reminders, a full store."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import psycopg

from benchmarks.driver import Load, Peer, Sample, measure
from benchmarks.talk import REPORT
from tests import postgres_server

OURS = Peer(name="ours", module="benchmarks.peers.ours", flow=REPORT)
SLOW = Load(users=256, warm_up=3, seconds=8, api_delay=0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One load on one bot, and the bar it has to hold ("" = only told)."""

    name: str
    peer: Peer
    load: Load
    bar: str = ""
    held: Callable[[Sample], bool] = lambda sample: True


def scenes(postgres: str) -> list[Scene]:
    """Every load; PostgreSQL where one runs."""
    found = [
        Scene(
            name="50 ms platform, 256 users",
            peer=OURS,
            load=SLOW,
            bar="≥ 1,000 updates/s",
            held=lambda s: s.updates_per_s >= 1000,
        ),
        *(
            Scene(name=f"{users:,} filers at once", peer=OURS, load=Load(users=users, warm_up=3))
            for users in (1, 32, 1000)
        ),
        Scene(
            name="200 updates/s offered, 256 users",
            peer=OURS,
            load=Load(users=256, warm_up=4, seconds=10, rate=200),
            bar="taken p99 < 50 ms",
            held=lambda s: s.taken99 < 50,
        ),
        Scene(
            name="answers behind 1,000 reminders, 28 sends/s",
            peer=replace(OURS, arguments=("--per-second", "28", "--reminders", "1000")),
            load=Load(users=4, warm_up=1, seconds=15, rate=4),
            bar="answered p99 < 2 s",
            held=lambda s: s.p99 < 2000,
        ),
        *(
            Scene(
                name=f"{filed:,} reports filed before",
                peer=replace(OURS, arguments=("--filed", str(filed))),
                load=Load(users=64, warm_up=3),
            )
            for filed in (1_000, 100_000, 1_000_000)
        ),
    ]
    if postgres:
        on_server = replace(OURS, name="ours, PostgreSQL", arguments=("--storage", postgres))
        found.append(Scene(name="PostgreSQL, one process", peer=on_server, load=Load()))
    return found


async def play(wanted: Sequence[str], times: int) -> list[tuple[Scene, Sample]]:
    """Every scene whose name holds one of the words, so many times; the middle run of each."""
    told: list[tuple[Scene, Sample]] = []
    with _server() as url:
        for scene in scenes(url):
            if wanted and not any(word in scene.name for word in wanted):
                continue
            samples = [await measure(scene.peer, scene.load) for _ in range(times)]
            sample = sorted(samples, key=lambda s: s.cpu_us)[len(samples) // 2]
            told.append((scene, sample))
            print(_line(scene, sample), flush=True)
    return told


def verdicts(told: Sequence[tuple[Scene, Sample]]) -> list[str]:
    """The bars that compare two scenes."""
    by_name = {scene.name: sample for scene, sample in told}
    lines = []
    many, some = by_name.get("1,000 filers at once"), by_name.get("32 filers at once")
    if many and some:
        rate = many.updates_per_s / some.updates_per_s
        lines.append(f"1,000 : 32 filers = {rate:.2f}, bar 1.0: {_word(rate >= 1)}")
    full = by_name.get("1,000,000 reports filed before")
    new = by_name.get("1,000 reports filed before")
    if full and new:
        cost = full.cpu_us / new.cpu_us
        lines.append(f"cost at 10^6 : 10^3 reports = {cost:.2f}, bar 1.3: {_word(cost <= 1.3)}")
    return lines


def _line(scene: Scene, sample: Sample) -> str:
    cells = [
        scene.name,
        f"{sample.updates_per_s:.0f}",
        f"{sample.cpu_us:.0f}",
        f"{sample.taken50:.1f} / {sample.taken99:.1f}",
        f"{sample.p50:.1f} / {sample.p99:.1f}",
        f"{sample.rss:.0f}",
        f"{sample.foreign_share:.0f}",
        f"{scene.bar}: {_word(scene.held(sample))}" if scene.bar else "",
    ]
    return "| " + " | ".join(cells) + " |"


def _word(held: bool) -> str:
    return "held" if held else "MISSED"


TITLES = ("load", "updates/s", "CPU µs/update", "taken p50 / p99 ms", "answered p50 / p99 ms")
HEAD = "\n".join(
    "| " + " | ".join(line) + " |"
    for line in ([*TITLES, "RSS MB", "foreign %", "bar"], ["---"] * (len(TITLES) + 3))
)


@contextmanager
def _server() -> Iterator[str]:
    """A PostgreSQL with its syncs on, or "" where none can run."""
    try:
        running = postgres_server.running()
        server = running.__enter__()
    except Exception as error:
        print(f"no PostgreSQL here: {type(error).__name__}")
        yield ""
        return
    try:
        with psycopg.connect(server, autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = on".encode())
            connection.execute("SELECT pg_reload_conf()")
        with postgres_server.fresh(server) as url:
            yield url
    finally:
        running.__exit__(None, None, None)


def main(wanted: Sequence[str], times: int) -> None:
    """Play, print."""
    print(HEAD)
    told = asyncio.run(play(wanted, times))
    print(*verdicts(told), sep="\n")
