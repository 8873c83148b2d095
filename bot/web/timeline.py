"""A small timeline as inline SVG: what happened, what falls due, and today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup, escape

WIDTH, HEIGHT, SIDE, AXIS = 720, 96, 20, 58
LANES = 3
LABEL = 11  # units that one wide character of a label takes
MONTHS_MAX = 18
CLEAR = 12  # units around today in which no month is named


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One mark in words; `stand` "" is an event, else a duty that stands so."""

    on: date
    label: str
    told: str  # label, date and standing, for whoever points at it or listens
    stand: str = ""


def timeline(name: str, spots: Sequence[Spot], today: date, today_word: str) -> Markup:
    """The picture; `name` is read aloud in its stead. Shapes differ, so colour is never alone."""
    days = [spot.on for spot in spots] + [today]
    first, last = min(days) - timedelta(days=7), max(days) + timedelta(days=7)
    scale = (WIDTH - 2 * SIDE) / max((last - first).days, 1)

    def place(day: date) -> float:
        return round(SIDE + (day - first).days * scale, 1)

    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(name)}</title>",
        f'<line class="axis" x1="{SIDE}" x2="{WIDTH - SIDE}" y1="{AXIS}" y2="{AXIS}"/>',
        *_months(first, last, place, place(today)),
        *_today(place(today), today_word),
    ]
    ends = [0.0] * LANES
    for spot in spots:
        parts += _spot(spot, place(spot.on), ends)
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704


def _months(first: date, last: date, place: Callable[[date], float], today: float) -> list[str]:
    months = (last.year - first.year) * 12 + last.month - first.month
    step = 1 if months <= MONTHS_MAX else 3
    drawn = []
    for n in range(1, months + 1, step):
        month = first.month - 1 + n
        day = date(first.year + month // 12, month % 12 + 1, 1)
        x = place(day)
        drawn.append(f'<line class="month" x1="{x}" x2="{x}" y1="{AXIS}" y2="{AXIS + 6}"/>')
        word = f"{day.year}.{day.month}" if day.month == 1 or n == 1 else str(day.month)
        if abs(x - today) > CLEAR:
            drawn.append(f'<text class="month" x="{x}" y="{AXIS + 19}">{word}</text>')
    return drawn


def _today(x: float, word: str) -> list[str]:
    return [
        f'<line class="today" x1="{x}" x2="{x}" y1="4" y2="{AXIS + 22}"/>',
        f'<text class="today" x="{x}" y="{HEIGHT - 4}">{escape(word)}</text>',
    ]


def _spot(spot: Spot, x: float, ends: list[float]) -> list[str]:
    """An event is a round dot, a duty a diamond; the label takes the first lane that is free."""
    shape = (
        f'<path class="duty {spot.stand}" d="M{x} {AXIS - 7}l7 7l-7 7l-7-7z"/>'
        if spot.stand
        else f'<circle class="event" cx="{x}" cy="{AXIS}" r="5"/>'
    )
    wide = sum(LABEL if ord(c) > 0x2E7F else LABEL * 0.6 for c in spot.label)
    start = min(max(x - wide / 2, 2), WIDTH - wide - 2)
    lane = next((n for n, end in enumerate(ends) if start > end), None)
    drawn = [f"<g><title>{escape(spot.told)}</title>{shape}"]
    if lane is not None:
        ends[lane] = start + wide + 6
        y = AXIS - 14 - 14 * lane
        word = escape(spot.label)
        drawn.append(f'<text class="label" x="{round(start, 1)}" y="{y}">{word}</text>')
    return [*drawn, "</g>"]
