"""The picture of the README: updates per second side by side, and how near each bar is."""

from collections.abc import Iterator, Sequence
from html import escape

from benchmarks.bars import BARS
from benchmarks.results import Results, Verdict, verdicts
from benchmarks.scenes import SIDE
from benchmarks.tables import Words, figure, words_of

WIDTH, MARGIN, GUTTER = 920, 24, 24
ROW, BAR, PANEL_HEAD = 20, 13, 34
NAMES, FIGURES = 158, 56  # room for a bot's name before its bar, for its number after it
BAR_NAMES, BAR_FIGURES, MOST = 318, 190, 1.5  # of the panel of bars; its scale ends at 1.5
STYLE = """
text { fill: #24292f; font: 12px system-ui, sans-serif }
.head { font-weight: 600; font-size: 14px }
.soft { fill: #57606a } .back { fill: #ffffff } .ours { fill: #2f7d5b } .ours-pg { fill: #7ab597 }
.peer { fill: #8c96a3 } .raw { fill: #d5dae0 } .held { fill: #2f7d5b } .missed { fill: #c0392b }
.line { stroke: #57606a; stroke-dasharray: 4 3 } .end { text-anchor: end }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .soft { fill: #9da7b3 } .back { fill: #0d1117 } .ours { fill: #4cb782 }
.ours-pg { fill: #2c6e50 } .peer { fill: #7d8590 } .raw { fill: #3d444d } .held { fill: #4cb782 }
.missed { fill: #f0705f } .line { stroke: #9da7b3 } }
"""


def draw(results: Results) -> str:
    """An SVG, readable on light and on dark."""
    words = words_of("en")
    found = verdicts(results, BARS)
    groups = results.groups(SIDE)
    rows = max((len(results.cases(group)) for group in groups), default=0)
    panel = PANEL_HEAD + rows * ROW + 14
    below = 58 + (len(groups) + 1) // 2 * panel
    height = below + (PANEL_HEAD + 16 + len(found) * ROW if found else 0)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            f"<title>{escape(words['picture'])}</title><style>{STYLE}</style>",
            f'<rect class="back" width="{WIDTH}" height="{height}" rx="6"/>',
            _text(MARGIN, 26, words["side"], "head"),
            _text(MARGIN, 44, words["subtitle"], "soft"),
            *_panels(results, groups, panel, words),
            *_bars(found, below, words),
            "</svg>\n",
        ]
    )


def _panels(results: Results, groups: Sequence[str], height: int, words: Words) -> Iterator[str]:
    """One small chart for each load, two beside each other, all on one scale."""
    width = (WIDTH - 2 * MARGIN - GUTTER) // 2
    rates = {
        (group, bot): sample.updates_per_s
        for group in groups
        for bot in results.cases(group)
        if (sample := results.middle(group, bot)) is not None
    }
    scale = (width - NAMES - FIGURES) / max(rates.values(), default=1)
    for number, group in enumerate(groups):
        x = MARGIN + number % 2 * (width + GUTTER)
        y = 58 + number // 2 * height
        yield _text(x, y + 20, words["groups"].get(group, group), "head")
        for row, bot in enumerate(results.cases(group)):
            top, long = y + PANEL_HEAD + row * ROW, rates[group, bot] * scale
            yield _text(x + NAMES - 8, top + BAR - 2, words["short"][bot], "end")
            yield _rect(x + NAMES, top, long, bot if bot in ("ours", "ours-pg", "raw") else "peer")
            shown = f"{rates[group, bot]:,.0f}"
            yield _text(x + NAMES + long + 6, top + BAR - 2, shown)


def _bars(found: Sequence[Verdict], y: int, words: Words) -> Iterator[str]:
    """How much of each bar was used: what ends left of the line holds."""
    if not found:
        return
    x = MARGIN + BAR_NAMES
    scale = (WIDTH - MARGIN - x - BAR_FIGURES) / MOST
    yield _text(MARGIN, y + 20, words["bars"], "head")
    yield _text(x, y + 20, words["share"], "soft")
    for row, verdict in enumerate(found):
        bar, top = verdict.bar, y + PANEL_HEAD + row * ROW
        long = min(used(verdict), MOST) * scale
        limit, value = figure(bar.limit, bar.unit), figure(verdict.value, bar.unit)
        yield _text(x - 8, top + BAR - 2, words["bars_of"][bar.key], "end")
        yield _rect(x, top, long, "held" if verdict.held else "missed")
        end = WIDTH - MARGIN
        yield _text(end - 92, top + BAR - 2, value, "end")
        yield _text(end, top + BAR - 2, f"{bar.sign} {limit}", "end soft")
    bottom = y + PANEL_HEAD + len(found) * ROW
    at = f'x1="{x + scale:.1f}" x2="{x + scale:.1f}"'
    yield f'<line class="line" {at} y1="{y + PANEL_HEAD - 4}" y2="{bottom}"/>'


def used(verdict: Verdict) -> float:
    """The part of a bar that was used; what holds is at most 1."""
    limit, value = verdict.bar.limit, verdict.value
    if verdict.bar.sign == "≥":
        return limit / value if value else float("inf")
    return value / limit


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{named}>{escape(words)}</text>'


def _rect(x: float, y: float, width: float, kind: str) -> str:
    size = f'width="{max(width, 1):.1f}" height="{BAR}"'
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" {size} rx="2"/>'
