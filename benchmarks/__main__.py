"""Measure the bots side by side, and ours under every load: `python -m benchmarks [parts]`."""

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import picture, play, tables
from benchmarks.bars import BARS
from benchmarks.machine import DRIVER_CORE
from benchmarks.results import Results, load, save, verdicts
from benchmarks.scenes import (
    LOADS,
    PEERS,
    PLANNER,
    SMALL_STORES,
    STORES,
    Group,
    Windows,
    chosen,
    intake,
    known,
    scenes,
    side,
)
from bot.clock import SystemClock
from bot.config import Config

PARTS = f"side|scenes|planner|intake, words of a load (filers, stored, '50 ms'), {'|'.join(PEERS)}"
PLANNER_SIZES, SMALL_SIZES = (10_000, 1_000_000), (10_000, 100_000)
EPILOG = "`python -m benchmarks results FILE [--readme] [--picture FILE]` tells a run again."


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments of a measuring call."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, epilog=EPILOG
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{PARTS}; default: all")
    parser.add_argument("--quick", action="store_true", help="one short round, small stores")
    parser.add_argument("--rounds", type=int, help="3; with --quick 1")
    parser.add_argument("--json", type=Path, help="write every sample into this file")
    parser.add_argument("--users", type=int, help="side by side under this load only")
    parser.add_argument("--api-delay-ms", type=float, help="side by side under this load only")
    parser.add_argument("--seconds", type=float, help="measured in each run")
    parser.add_argument("--warm-up", type=float, help="before the measured seconds")
    given = parser.parse_args(arguments)
    if given.quick:
        given.seconds = 2.0 if given.seconds is None else given.seconds
        given.warm_up = 1.0 if given.warm_up is None else given.warm_up
    if given.json and not given.json.absolute().parent.is_dir():
        parser.error(f"{given.json}: make its folder first")
    given.rounds = given.rounds or (1 if given.quick else 3)
    for word in given.parts:
        if not known(groups(given), word):
            parser.error(f"{word} is no part; there are {PARTS}")
    return given


def groups(given: argparse.Namespace) -> list[Group]:
    """Everything that could be run."""
    loads: Sequence[tuple[float, int]] = LOADS
    if given.users is not None or given.api_delay_ms is not None:
        loads = [((given.api_delay_ms or 0) / 1000, given.users or 64)]
    return [*side(loads), *scenes(SMALL_STORES if given.quick else STORES), intake()]


def measure(given: argparse.Namespace) -> Results:
    """Run what was asked for."""
    if (os.cpu_count() or 1) < 2:
        raise SystemExit("Two cores are needed: one for the bot, one for the driver.")
    os.sched_setaffinity(0, {DRIVER_CORE})
    wanted = chosen(groups(given), given.parts)
    sizes = SMALL_SIZES if given.quick else PLANNER_SIZES
    results = Results(
        day=SystemClock(Config().zone).now().date().isoformat(),
        machine=f"{os.cpu_count()} × {processor()}, Python {platform.python_version()}",
        rounds=given.rounds,
    )
    try:
        play.play(
            results,
            wanted,
            sizes if not given.parts or PLANNER in given.parts else (),
            given.rounds,
            Windows(warm_up=given.warm_up, seconds=given.seconds),
        )
    except KeyboardInterrupt:
        kept = f"what was measured stands in {given.json}" if given.json else "nothing was kept"
        raise SystemExit(f"\nStopped; {kept}.") from None
    finally:
        if given.json:
            save(results, given.json)
    return results


def processor() -> str:
    """What the machine calls its cores."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def retell(arguments: Sequence[str]) -> tuple[Results, bool]:
    """Read a run's file; rewrite the READMEs and the picture where asked, else it is judged."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks results")
    parser.add_argument("file", type=Path, help="what --json wrote")
    parser.add_argument("--readme", action="store_true", help="rewrite READMEs and picture")
    parser.add_argument("--picture", type=Path, help="draw into this file")
    given = parser.parse_args(arguments)
    results = load(given.file)
    drawn = picture.draw(results)
    if given.picture:
        given.picture.write_text(drawn, encoding="utf-8")
    if given.readme:
        written = tables.rewrite(results)
        (tables.ROOT / tables.PICTURE).write_text(drawn, encoding="utf-8")
        print("written:", ", ".join([*written, tables.PICTURE]), file=sys.stderr)
    return results, not given.readme


def main() -> None:
    """Measure or tell again; exit code 1 where a bar is missed."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["results"]:
        results, judged = retell(arguments[1:])
    else:
        results, judged = measure(read(arguments)), True
    print(tables.whole(results))
    found = verdicts(results, BARS)
    print("\n".join(["", *map(tables.spoken, found)]))
    sys.exit(judged and not all(verdict.held for verdict in found))


if __name__ == "__main__":
    main()
