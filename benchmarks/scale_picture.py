"""The picture of docs/scale.md: how much of one of each a busiest hour takes, on a log scale."""

from collections.abc import Iterator, Sequence
from html import escape
from math import log10

LEAST, MOST = 1e-4, 1e4  # shares of one: 0.01 % to ten thousand of them
LEFT, WIDTH, BAR, GAP, TOP = 360, 480, 11, 12, 64
COLOURS = ("#7a9e87", "#c9a227", "#b4432f")
Drawn = Sequence[tuple[str, Sequence[tuple[str, float]]]]


def draw(sizes: Drawn) -> str:
    """An SVG: one group of bars for each thing that can be full, one bar for each size."""
    names = [name for name, _ in sizes[-1][1]]
    height = TOP + len(names) * (len(sizes) * BAR + GAP) + 8
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 70} {height}"'
            ' font-family="sans-serif" font-size="12">',
            '<rect width="100%" height="100%" fill="#fff"/>',
            *_grid(height),
            *_legend([name for name, _ in sizes]),
            *_bars(sizes, names),
            "</svg>\n",
        ]
    )


def place(share: float) -> float:
    """Where a share stands on the scale."""
    kept = min(max(share, LEAST), MOST)
    return LEFT + WIDTH * (log10(kept) - log10(LEAST)) / (log10(MOST) - log10(LEAST))


def _grid(height: int) -> Iterator[str]:
    for power in range(-4, 5):
        x = place(10.0**power)
        full = power == 0
        label = f"{100 * 10.0**power:,.4g} %" if power < 2 else f"{10**power:,} ×"
        yield (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 12}" y2="{height}"'
            f' stroke="{"#333" if full else "#ddd"}"/>'
        )
        yield f'<text x="{x:.1f}" y="{TOP - 18}" text-anchor="middle" fill="#555">{label}</text>'


def _legend(names: Sequence[str]) -> Iterator[str]:
    yield f'<text x="{LEFT - 10}" y="20" text-anchor="end">share of ONE of each</text>'
    for number, name in enumerate(names):
        x = LEFT + number * 120
        yield f'<rect x="{x}" y="10" width="12" height="12" fill="{COLOURS[number]}"/>'
        yield f'<text x="{x + 18}" y="20">{escape(name)}</text>'


def _bars(sizes: Drawn, names: Sequence[str]) -> Iterator[str]:
    y = TOP
    for name in names:
        middle = y + len(sizes) * BAR / 2 + 4
        yield f'<text x="{LEFT - 10}" y="{middle:.1f}" text-anchor="end">{escape(name)}</text>'
        for number, (_, found) in enumerate(sizes):
            share = dict(found)[name]
            x = place(share)
            yield (
                f'<rect x="{LEFT}" y="{y}" width="{max(x - LEFT, 1):.1f}" height="{BAR - 1}"'
                f' fill="{COLOURS[number]}"/>'
            )
            yield f'<text x="{x + 4:.1f}" y="{y + BAR - 2}" font-size="9">{_percent(share)}</text>'
            y += BAR
        y += GAP


def _percent(share: float) -> str:
    return f"{share:,.0%}" if share >= 0.1 else f"{share:.2%}"
