"""A county, a province, the country on paper: `python -m benchmarks.national [--size NAME]`.

What is measured and what is assumed stands in docs/scale.md.
"""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from benchmarks.day import (
    BREATH,
    DUTIES_AT_ONCE,
    HOUR,
    MINUTE,
    OPENS,
    PER_SECOND,
    SHARED,
    TICK,
    TOLD_AT_ONCE,
    Day,
    Engine,
    Fleet,
    Outcome,
    Size,
    bundles,
    busiest_hour,
    cut,
    make_day,
    play,
)
from benchmarks.scale_picture import draw

SQLITE = Engine(
    name="SQLite", update_us=2_000, server_us=0, duty_ms=2.31, told_ms=0.21, crowd_us=0.13
)
POSTGRES = Engine(
    name="PostgreSQL",
    update_us=1_950,
    server_us=1_250,
    duty_ms=7.98,
    told_ms=0.73,
    crowd_us=0.45,
)
SIZES = {
    "county": Size(name="county", sponsors=1, announcing=1),
    "province": Size(name="province", sponsors=100, announcing=25),
    "country": Size(name="country", sponsors=3_100, announcing=775),
}
STEPS = (0.0, 1.0, 1.5, 2.0)  # of the accounts that the busiest hour fills; at least one
ANSWER_BAR = 2.0  # seconds, p99 in the worst hour: the bar of benchmarks/README.md
NOTICE_BAR = 15 * MINUTE  # p99: before the next bundle
FULL = 0.5  # of a processor in its busiest hour: what is left is for what nobody foresaw
ACCOUNT = "bot account of Telegram (28 sends/s)"
UNIT = "unit that tells bundled notices, 100 people at most (50 ms)"
SLOW_UNIT = 0.05  # seconds; a longer one is logged, everything behind it waits
WECOM_HOUR = 150_000  # calls of one API in an hour, for each corporation (doc 90454)
WEB_DOORS = 5.0  # new web-chat sessions per second and process
GROUPED = 1_007  # units per second on a disk whose sync takes 10 ms, 16 in flight
FILES, FILE_BYTES = 0.5, 2_000_000  # for each report (assumed)
KEPT, THIRTY, SEVEN, ACT = 3_903, 3_076, 1_502, 376  # bytes for each report and act on SQLite
KEPT_ROWS, ACT_ROWS = 9, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fleet on one size."""

    outcome: Outcome
    seconds: float  # p99 of answers in the worst hour
    notices: float
    reminded: float  # minutes after the hours open until the last reminder has left
    line: float  # share of an account's limit in its busiest hour

    @property
    def fits(self) -> bool:
        """Whether answers and notices keep their bars."""
        return self.seconds < ANSWER_BAR and self.notices < NOTICE_BAR


def row(outcome: Outcome) -> Row:
    """The figures of one outcome."""
    fleet = outcome.fleet
    lines = [max(_by_hour(seconds)) for seconds in outcome.sent]
    worst = max(cut(hour, 0.99) for hour in outcome.hours())
    return Row(
        outcome=outcome,
        seconds=worst,
        notices=cut(outcome.notices, 0.99),
        reminded=(max(outcome.reminders, default=OPENS) - OPENS) / MINUTE,
        line=max(lines) * fleet.interval / HOUR,
    )


def ladder(day: Day, engine: Engine, steps: Iterable[float] = STEPS) -> Iterator[Row]:
    """One account, then what the busiest hour fills and more, until the bars hold."""
    workers = workers_for(day, engine)
    least = dict(shares(day))[ACCOUNT] / (SHARED if engine.shared else 1)
    for accounts in sorted({max(1, ceil(least * step)) for step in steps}):
        fleet = Fleet(engine=engine, workers=workers, accounts=accounts)
        made = row(play(day, fleet))
        yield made
        if made.fits:
            return


def workers_for(day: Day, engine: Engine) -> int:
    """Processes of one core; SQLite has one writer, hence one."""
    if not engine.server_us:
        return 1
    return max(1, ceil(busiest_hour(day.at) * engine.update_us / 1e6 / HOUR / FULL))


def shares(day: Day) -> list[tuple[str, float]]:
    """How much of ONE of each the busiest hour takes, the scarcest first."""
    size = day.size
    updates = busiest_hour(day.at)
    begun = busiest_hour([t for t, x in zip(day.at, day.extra, strict=True) if x])
    answers = updates + begun
    told = [at for at, _ in day.notices]
    # hours of answers and of notices need not be the same: the sum is the careful side
    messages = answers + (busiest_hour(told) if told else 0)
    duties = size.sponsors * size.duties
    crowd = max((count for _, count in bundles(day)), default=0)
    found = [
        (UNIT, SQLITE.told(min(crowd, TOLD_AT_ONCE)) / SLOW_UNIT),
        (ACCOUNT, messages / (PER_SECOND * HOUR)),
        (
            "planner (50 duties every second), duties of one hour",
            duties * TICK / DUTIES_AT_ONCE / HOUR,
        ),
        ("corporation of WeCom (150,000 calls/h)", messages / WECOM_HOUR),
        ("door of the web chat (5 newcomers/s, one process)", begun / (WEB_DOORS * HOUR)),
        (
            f"process with SQLite ({SQLITE.update_us:,.0f} µs/update)",
            updates * SQLITE.update_us / 1e6 / HOUR,
        ),
        ("slow disk (1,007 grouped units/s)", updates / (GROUPED * HOUR)),
        (
            f"worker with PostgreSQL ({POSTGRES.update_us:,.0f} µs/update)",
            updates * POSTGRES.update_us / 1e6 / HOUR,
        ),
        (
            f"PostgreSQL server of 4 cores ({POSTGRES.server_us:,.0f} µs/update)",
            updates * POSTGRES.server_us / 1e6 / HOUR / POSTGRES.server_cores,
        ),
    ]
    return sorted(found, key=lambda one: -one[1])


def growth(size: Size) -> dict[str, float]:
    """Rows and bytes that a year adds, and what stands of passing rows, on SQLite."""
    reports = size.sponsors * size.yearly
    acts = reports * size.staff_acts
    return {
        "reports": reports,
        "rows": reports * KEPT_ROWS + acts * ACT_ROWS,
        "kept": reports * KEPT + acts * ACT,
        "passing": reports * (THIRTY * 30 + SEVEN * 7) / 365,
        "files": reports * FILES * FILE_BYTES,
    }


def _by_hour(seconds: list[int]) -> Iterator[int]:
    for begin in range(0, len(seconds), HOUR):
        yield sum(seconds[begin : begin + HOUR])


TITLES = (
    "engine", "workers", "accounts", "busiest worker day / hour", "server hour",
    "account's busiest hour", "answer p50 / p99", "p99 in the worst hour", "notice p99",
    "duties settled", "last reminder", "bars",
)  # fmt: skip


def _line(made: Row) -> str:
    outcome = made.outcome
    fleet = outcome.fleet
    engine = fleet.engine
    cells = (
        engine.name,
        fleet.workers,
        fleet.accounts,
        f"{max(outcome.busy) / 86_400:.1%} / {max(outcome.rush) / HOUR:.1%}",
        f"{outcome.server_rush / HOUR / engine.server_cores:.1%}" if engine.server_us else "",
        f"{made.line:.0%}",
        f"{_time(cut(outcome.answers, 0.5))} / {_time(cut(outcome.answers, 0.99))}",
        _time(made.seconds),
        _time(made.notices),
        f"+{(outcome.planned_at - OPENS) / MINUTE:.0f} min",
        f"+{made.reminded:.0f} min",
        "held" if made.fits else "MISSED",
    )
    return _cells(cells)


def _time(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.2f} s"
    return f"{seconds:.0f} s" if seconds < 10 * MINUTE else f"{seconds / MINUTE:.0f} min"


def _cells(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _bytes(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


def report(size: Size, seed: int) -> tuple[list[str], Day, list[Row]]:
    """The lines of one size, its day, and every fleet that was tried."""
    day = make_day(size, seed)
    rows = [*ladder(day, SQLITE), *ladder(day, POSTGRES, STEPS[2:])]
    year = growth(size)
    crowd = max((count for _, count in bundles(day)), default=0)
    lines = [
        f"\n## {size.name}: {size.sponsors:,} sponsors, {size.reports:,} reports on the day, "
        f"{len(day.at):,} updates, {busiest_hour(day.at) / HOUR:.1f}/s in the busiest hour\n",
        _cells(TITLES),
        _cells(["---"] * len(TITLES)),
        *map(_line, rows),
        "\nOf one of each, in the busiest hour:\n",
        *(f"- {name}: {share:.1%}" for name, share in shares(day)),
        f"\nLargest round of bundled notices: {crowd:,} people, told within "
        f"{_time(ceil(crowd / TOLD_AT_ONCE) * BREATH)}. A year: {year['reports']:,.0f} reports, "
        f"{year['rows']:,.0f} rows, {_bytes(year['kept'])} kept and {_bytes(year['passing'])} "
        f"passing; {_bytes(year['files'])} of files (assumed).",
    ]
    return lines, day, rows


def main() -> None:
    """Read the arguments, play, print, draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.national", description=__doc__)
    parser.add_argument("--size", choices=list(SIZES), help="default: all three")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--svg", type=Path, help="draw here what each size takes of one of each")
    given = parser.parse_args()
    drawn = []
    for name in [given.size] if given.size else SIZES:
        lines, day, _ = report(SIZES[name], given.seed)
        drawn.append((name, shares(day)))
        print("\n".join(lines), flush=True)
    if given.svg:
        given.svg.write_text(draw(drawn), encoding="utf-8")


if __name__ == "__main__":
    main()
