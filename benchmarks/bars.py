"""The bars: what has to hold in a run, else the exit code says so."""

from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from benchmarks.driver import Sample
from benchmarks.planner import BAR as PLANNER_BAR
from benchmarks.results import Bar, Results
from benchmarks.scenes import FILERS, LOADS, PACED, REMINDERS, STORED, side_name

FAST, SLOW = side_name(*LOADS[0]), side_name(*LOADS[3])


def rate(sample: Sample) -> float:
    """Updates per second."""
    return sample.updates_per_s


def cost(sample: Sample) -> float:
    """CPU per update."""
    return sample.cpu_us


def _ratio(
    group: str, over: str, under: str, of: Callable[[Sample], float], results: Results
) -> float | None:
    return results.ratio(group, over, under, of)


def _middle(
    group: str, case: str, of: Callable[[Sample], float], results: Results
) -> float | None:
    sample = results.middle(group, case)
    return None if sample is None else of(sample)


def _planner(engine: str, results: Results) -> float | None:
    by_size = {one.open: median(one.ticks) for one in results.planner if one.engine == engine}
    few, many = by_size.get(10_000), by_size.get(1_000_000)
    return many / few if few and many else None


def _bars() -> Iterator[Bar]:
    for peer, limit in (("ptb", 3.0), ("aiogram", 2.0)):
        value = partial(_ratio, FAST, "ours", peer, rate)
        yield Bar(key=peer, sign="≥", limit=limit, unit="×", value=value)
    value = partial(_middle, SLOW, "ours", rate)
    yield Bar(key="slow", sign="≥", limit=1000, unit="/s", value=value)
    value = partial(_ratio, FILERS, "1000", "32", rate)
    yield Bar(key="filers", sign="≥", limit=1, unit="×", value=value)
    value = partial(_middle, PACED, "200", lambda s: s.taken99)
    yield Bar(key="paced", sign="<", limit=50, unit="ms", value=value)
    value = partial(_middle, REMINDERS, "1000", lambda s: s.p99)
    yield Bar(key="reminders", sign="<", limit=2000, unit="ms", value=value)
    value = partial(_ratio, STORED, "1000000", "1000", cost)
    yield Bar(key="stored", sign="≤", limit=1.3, unit="×", value=value)
    for engine in ("sqlite", "postgres"):
        value = partial(_planner, engine)
        yield Bar(key=f"planner-{engine}", sign="≤", limit=PLANNER_BAR, unit="×", value=value)


BARS = tuple(_bars())
