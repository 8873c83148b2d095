"""Transcripts and findings as lines for a terminal."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.demo.transcript import Line, Transcript
from bot.demo.verdict import Finding

SAID, HEARD, PUSHED = "»", " ", "!"
INDENT = " " * 14


def transcript_lines(talk: Transcript, title: str, zone: ZoneInfo) -> Iterator[str]:
    """One talk: what the party said after », what it heard plain, what came by itself after !."""
    yield ""
    yield f"━━ {title} {talk.person}".rstrip()
    for _, same in groupby(talk.lines, key=lambda line: (line.own, line.text, line.buttons)):
        run = list(same)
        yield from _shown(run[0], zone)
        if len(run) > 1:
            yield f"{INDENT}× {len(run)}, {_moment(run[-1], zone)}"


def _shown(line: Line, zone: ZoneInfo) -> Iterator[str]:
    sign = SAID if line.own else PUSHED if line.pushed else HEARD
    first, *rest = line.text.splitlines() or [""]
    yield f"{_moment(line, zone)} {sign} {first}"
    for words in rest:
        yield f"{INDENT}{words}".rstrip()
    if line.files:
        yield INDENT + " ".join(f"<{name}>" for name in line.files)
    if line.buttons:
        yield INDENT + " ".join(f"[{label}]" for label, _ in line.buttons)


def _moment(line: Line, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(line.at, zone):%m-%d %H:%M}"


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """The table of checks."""
    yield ""
    for one in findings:
        yield f"{'✓' if one.ok else '✗'} {one.check}" + ("" if one.ok else f": {one.fault}")
