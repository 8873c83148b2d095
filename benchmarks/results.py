"""What a run measured, every sample of it: kept as JSON, so that it can be told again."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.driver import Load, Sample

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One measurement."""

    part: str
    group: str
    case: str
    round: int
    load: Load
    sample: Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The planner over one table: seconds for everything due and of idle ticks, each round."""

    engine: str
    open: int
    due: int
    messages: int
    ticks: list[float]
    idle: list[float]


@dataclass(slots=True, kw_only=True)
class Results:
    """Everything of one call of the benchmarks."""

    day: str
    machine: str
    rounds: int
    runs: list[Run] = field(default_factory=list)
    planner: list[Tick] = field(default_factory=list)

    def cases(self, group: str) -> list[str]:
        """The cases of a group, in their order."""
        return list(dict.fromkeys(run.case for run in self.runs if run.group == group))

    def groups(self, part: str) -> list[str]:
        """The groups of a part, in their order."""
        return list(dict.fromkeys(run.group for run in self.runs if run.part == part))

    def samples(self, group: str, case: str) -> list[Sample]:
        """What each round measured."""
        return [run.sample for run in self.runs if (run.group, run.case) == (group, case)]

    def middle(self, group: str, case: str) -> Sample | None:
        """The median of every measure by itself; None where the case was not run."""
        found = self.samples(group, case)
        if not found:
            return None
        return Sample(
            **{one.name: median(getattr(s, one.name) for s in found) for one in fields(Sample)}
        )

    def ratio(
        self, group: str, over: str, under: str, of: Callable[[Sample], float]
    ) -> float | None:
        """The median of the ratios of the rounds: both sides of each stood next to each other."""
        pairs = zip(self.samples(group, over), self.samples(group, under), strict=False)
        found = [of(a) / of(b) for a, b in pairs if of(b)]
        return median(found) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What has to hold: a measured value against a limit."""

    key: str
    sign: str  # ≥, ≤ or <
    limit: float
    unit: str
    value: Callable[[Results], float | None]

    def held(self, value: float) -> bool:
        """Whether a value holds it."""
        if self.sign == "≥":
            return value >= self.limit
        return value <= self.limit if self.sign == "≤" else value < self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a bar fared."""

    bar: Bar
    value: float
    held: bool


def verdicts(results: Results, bars: Sequence[Bar]) -> list[Verdict]:
    """Every bar whose cases were run."""
    found = ((bar, bar.value(results)) for bar in bars)
    return [
        Verdict(bar=bar, value=value, held=bar.held(value))
        for bar, value in found
        if value is not None
    ]


def save(results: Results, file: Path) -> None:
    """Write everything, raw."""
    table = {"version": VERSION, **asdict(results)}
    file.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(file: Path) -> Results:
    """Read what `save` wrote. Errors: SystemExit, one line."""
    try:
        table = json.loads(file.read_text(encoding="utf-8"))
        if table.pop("version") != VERSION:
            raise ValueError
        runs, planner = list(_runs(table.pop("runs"))), table.pop("planner")
        return Results(**table, runs=runs, planner=[Tick(**one) for one in planner])
    except OSError as error:
        raise SystemExit(f"{file}: {error.strerror}; name a file that --json wrote.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SystemExit(
            f"{file}: these are no results of this version; measure again with --json."
        ) from None


def _runs(rows: list[dict[str, Any]]) -> Iterator[Run]:
    for row in rows:
        yield Run(**{**row, "load": Load(**row["load"]), "sample": Sample(**row["sample"])})
