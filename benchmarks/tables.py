"""The tables of a run, in English or Chinese, and the blocks of the READMEs that hold them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from tomllib import loads
from typing import Any

from benchmarks.bars import BARS, rate
from benchmarks.driver import Sample
from benchmarks.results import Results, Verdict, verdicts
from benchmarks.scenes import INTAKE_PART, SCENES, SIDE

HERE = Path(__file__).parent
ROOT = HERE.parent
PICTURE = "docs/img/bench.svg"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
SHORT = ("cpu", "taken", "answered", "rss")
WHOLE = ("updates", "reports", *SHORT, "foreign", "calls", "driver", "refused")
Words = Mapping[str, Any]


class Unmarked(Exception):
    """A file has no place for the tables."""


def words_of(language: str) -> Words:
    """The words of a language: en or zh."""
    found: Words = loads((HERE / "texts.toml").read_text("utf-8"))[language]
    return found


def cells(sample: Sample) -> dict[str, str]:
    """What is shown of a sample, by column."""
    return {
        "updates": f"{sample.updates_per_s:,.0f}",
        "reports": f"{sample.reports_per_s:,.1f}",
        "cpu": f"{sample.cpu_us:,.0f}",
        "taken": f"{sample.taken50:,.1f} / {sample.taken99:,.1f}",
        "answered": f"{sample.p50:,.1f} / {sample.p99:,.1f}",
        "rss": f"{sample.rss:.0f}",
        "foreign": f"{sample.foreign_share:.0f}",
        "calls": f"{sample.calls_per_update:.2f}",
        "driver": f"{sample.driver_share:.0f}",
        "refused": f"{sample.refused:.0f}",
    }


def lines(rows: Sequence[Sequence[str]]) -> str:
    """A table; the first row is its head."""
    ruled = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join("| " + " | ".join(row) + " |" for row in ruled)


def short(results: Results, words: Words) -> str:
    """One line for each bot: updates/s under each load, the rest of the first load."""
    groups = results.groups(SIDE)
    if not groups:
        return ""
    first = groups[0]
    head = [words["bot"], *(f"{words['updates']}, {words['groups'].get(g, g)}" for g in groups)]
    rows = [[*head, *(f"{words[c]} ({words['groups'].get(first, first)})" for c in SHORT)]]
    for bot in results.cases(first):
        rates = [_rate(results.middle(group, bot)) for group in groups]
        sample = results.middle(first, bot)
        assert sample is not None
        name = words["bots"][bot]
        shown = cells(sample)
        rows.append([f"**{name}**" if bot == "ours" else name, *rates, *(shown[c] for c in SHORT)])
    return lines(rows)


def _rate(sample: Sample | None) -> str:
    return "" if sample is None else f"{sample.updates_per_s:,.0f}"


def side(results: Results, words: Words) -> Iterator[str]:
    """A table for each load: every measure of every bot, and how much faster ours is."""
    for group in results.groups(SIDE):
        yield f"### {words['groups'].get(group, group)}"
        rows = [[words["bot"], *(words[c] for c in WHOLE), words["ratio"]]]
        for bot in results.cases(group):
            sample = results.middle(group, bot)
            ratio = results.ratio(group, "ours", bot, rate)
            assert sample is not None
            shown = cells(sample)
            against = "" if ratio is None or bot == "ours" else f"{ratio:.2f} ×"
            rows.append([words["bots"][bot], *(shown[c] for c in WHOLE), against])
        yield lines(rows)


def scenes(results: Results, words: Words) -> Iterator[str]:
    """One table: the loads that only ours has."""
    rows = [[words["load"], *(words[c] for c in WHOLE)]]
    for group in (*results.groups(SCENES), *results.groups(INTAKE_PART)):
        for case in results.cases(group):
            sample = results.middle(group, case)
            assert sample is not None
            shown = cells(sample)
            rows.append([case_name(group, case, words), *(shown[c] for c in WHOLE)])
    if len(rows) > 1:
        yield f"### {words['scenes']}"
        yield lines(rows)


def case_name(group: str, case: str, words: Words) -> str:
    """What a load is called."""
    number = f"{int(case):,}" if case.isdigit() else case
    return str(words["cases"][group].format(n=number))


def planner(results: Results, words: Words) -> Iterator[str]:
    """One table: the planner's tick by the size of its table."""
    if not results.planner:
        return
    rows = [[words[c] for c in ("engine", "open", "due", "all_due", "idle", "against")]]
    for one in results.planner:
        base = next(other for other in results.planner if other.engine == one.engine)
        took = median(one.ticks)
        figures = [f"{took:.2f}", f"{median(one.idle) * 1000:.1f}"]
        ratio = f"{took / median(base.ticks):.2f}"
        rows.append([one.engine, f"{one.open:,}", f"{one.due:,}", *figures, ratio])
    yield f"### {words['planner']}"
    yield lines(rows)


def bars(results: Results, words: Words) -> str:
    """One line for each bar, with what was measured and whether it holds."""
    rows = [[words["bars"], words["bar"], words["measured"], words["verdict"]]]
    for verdict in verdicts(results, BARS):
        bar = verdict.bar
        limit = f"{bar.sign} {figure(bar.limit, bar.unit)}"
        held = words["held"] if verdict.held else f"**{words['missed']}**"
        measured = figure(verdict.value, bar.unit)
        rows.append([words["bars_of"][bar.key], limit, measured, held])
    return lines(rows) if len(rows) > 1 else ""


def spoken(verdict: Verdict) -> str:
    """A bar in one line of plain text."""
    bar, title = verdict.bar, words_of("en")["bars_of"][verdict.bar.key]
    held = "held" if verdict.held else "MISSED"
    measured, limit = figure(verdict.value, bar.unit), figure(bar.limit, bar.unit)
    return f"{title}: {measured}, bar {bar.sign} {limit}: {held}"


def figure(value: float, unit: str) -> str:
    """A number with its unit."""
    return f"{value:.2f} {unit}" if unit == "×" else f"{value:,.0f} {unit}".replace(" /s", "/s")


def foot(results: Results, words: Words, method: str = "") -> str:
    """Where and how it was measured."""
    shares = [run.sample.foreign_share for run in results.runs]
    return str(words["foot" if method else "here"]).format(
        day=results.day,
        machine=results.machine,
        rounds=results.rounds,
        foreign=f"{max(shares):.0f}" if shares else "?",
        method=method,
    )


def whole(results: Results, language: str = "en") -> str:
    """Every table."""
    words = words_of(language)
    blocks = [
        *side(results, words),
        *scenes(results, words),
        *planner(results, words),
        bars(results, words),
        foot(results, words),
    ]
    return "\n\n".join(block for block in blocks if block)


def overview(results: Results, language: str, picture: str, method: str) -> str:
    """What the first page of the project shows."""
    words = words_of(language)
    shown = f"![{words['picture']}]({picture})"
    blocks = [shown, short(results, words), bars(results, words), foot(results, words, method)]
    return "\n\n".join(block for block in blocks if block)


def put(text: str, block: str) -> str:
    """The text with the block between the two marks. Errors: Unmarked."""
    before, begun, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise Unmarked
    return f"{before}{BEGIN}\n{block}\n{END}{after}"


def rewrite(results: Results, root: Path = ROOT) -> list[str]:
    """Put the tables into the three READMEs; their names. Errors: SystemExit, one line."""
    blocks = {
        "README.md": overview(results, "en", PICTURE, "benchmarks/README.md"),
        "README.zh.md": overview(results, "zh", PICTURE, "benchmarks/README.md"),
        "benchmarks/README.md": f"![{words_of('en')['picture']}](../{PICTURE})\n\n"
        + whole(results),
    }
    texts = {}
    for name, block in blocks.items():
        try:
            texts[name] = put((root / name).read_text("utf-8"), block)
        except Unmarked:
            raise SystemExit(
                f"{name}: put the lines {BEGIN} and {END} where the tables go."
            ) from None
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    return list(texts)
