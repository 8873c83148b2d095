"""`jianjian deadlines`: every date of a profile, with its count, its clause and its reminders."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.profile_files import calendar_from, profile_by
from casework.calendar import WorkCalendar
from casework.errors import DataError
from casework.ladder import Rung, rungs
from casework.obligations import Dated, dated_obligations
from casework.profiles import Common, Profile

_YEARS = range(1990, 2101)


def deadlines_command(
    profile: str, events: list[str], calendar: Path | None, as_json: bool
) -> None:
    """Print the dates of `profile` (id or path) for `events` (NAME=DATE each).

    Raises DataError with one clear line for an unknown profile or event, a bad date or file.
    """
    chosen, common = profile_by(profile)
    listed = rows(chosen, common, read_events(events, common), calendar_from(calendar))
    if as_json:
        Console(soft_wrap=True, highlight=False).out(
            json.dumps(listed, ensure_ascii=False, indent=2), highlight=False
        )
    else:
        Console().print(table(listed, chosen.profile.name))


def read_events(given: Iterable[str], common: Common) -> dict[str, date]:
    """NAME=DATE texts → {trigger: date}. Raises DataError naming the text and the mend."""
    found: dict[str, date] = {}
    for text in given:
        name, separator, day = text.partition("=")
        name = name.strip()
        if not separator:
            raise DataError(f"--event {text!r} has no '='; write NAME=DATE, e.g. {_EXAMPLE}")
        if name not in common.values.trigger:
            known = ", ".join(common.values.trigger)
            raise DataError(f"--event {name!r} is not a known event; use one of: {known}")
        if name in found:
            raise DataError(f"--event {name} is given twice; give it once")
        found[name] = _day(name, day.strip())
    return found


_EXAMPLE = "feedback.received=2026-03-02"


def _day(name: str, text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise DataError(
            f"--event {name}: {text!r} is not a date; write YYYY-MM-DD, e.g. {_EXAMPLE}"
        ) from None
    if day.year not in _YEARS:
        raise DataError(
            f"--event {name}: {text} is out of range; use a year {_YEARS[0]} to {_YEARS[-1]}"
        )
    return day


def rows(
    profile: Profile, common: Common, events: Mapping[str, date], calendar: WorkCalendar
) -> list[dict[str, Any]]:
    """One JSON-ready row per obligation, in profile order; dates are ISO text or None."""
    return [
        _row(one, rungs(one, common, calendar))
        for one in dated_obligations(profile, common, events, calendar)
    ]


def _row(one: Dated, ladder: list[Rung]) -> dict[str, Any]:
    item, end = one.obligation, one.due
    return {
        "obligation": item.id,
        "title": item.title,
        "trigger": item.trigger,
        "trigger_date": one.trigger_date.isoformat() if one.trigger_date else None,
        "nominal_due": end.nominal.isoformat() if end else None,
        "due": end.legal.isoformat() if end else None,
        "provisional": bool(end and end.provisional),
        "basis": one.basis,
        "strength": item.strength,
        "citation": one.citation,
        "count": end.count if end else "",
        "reminders": [
            {
                "at": rung.at,
                "unit": rung.unit,
                "level": rung.level,
                "send_on": rung.send_on.isoformat(),
                "to": list(rung.to),
                "copy": list(rung.copy),
            }
            for rung in ladder
        ],
    }


def table(listed: list[dict[str, Any]], title: str) -> Table:
    """The same rows as a table for people."""
    made = Table(title=title, show_lines=True)
    made.add_column("obligation", min_width=20, overflow="fold")
    made.add_column("due", no_wrap=True)
    made.add_column("why", overflow="fold")
    for row in listed:
        why = [
            f"{row['trigger']} {row['trigger_date'] or '–'} · {row['strength']} · {row['basis']}",
            str(row["count"]).replace("[", r"\["),
            f"[dim]{row['citation']}[/dim]",
        ]
        made.add_row(
            f"{row['title']}\n[dim]{row['obligation']}[/dim]",
            _due_cell(row),
            "\n".join(filter(None, why)),
        )
    return made


def _due_cell(row: Mapping[str, Any]) -> str:
    """The date and how sure it is; without one, whether it waits for its event or never comes."""
    if row["due"] is None:
        return "no date" if row["trigger_date"] else "–"
    lines = [f"[bold]{row['due']}[/bold]"]
    if row["nominal_due"] != row["due"]:
        lines.append(f"nominal {row['nominal_due']}")
    lines += [f"[yellow]{mark}[/yellow]" for mark in _marks(row)]
    return "\n".join(lines)


def _marks(row: Mapping[str, Any]) -> list[str]:
    """What keeps a date from being a limit of law."""
    marks = {
        "projected": row["trigger_date"] is None,
        "provisional": row["provisional"],
        "internal, not law": row["basis"] == "default",
        "in principle": row["strength"] == "in_principle",
    }
    return [mark for mark, holds in marks.items() if holds]
