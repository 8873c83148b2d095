"""`jianjian deadlines`: every date of a profile."""

from pathlib import Path
from typing import Annotated

import typer

from bot.deadlines import deadlines_command


def deadlines(
    profile: Annotated[str, typer.Option(metavar="ID|FILE", help="A profile's id or its file.")],
    event: Annotated[
        list[str] | None, typer.Option(metavar="NAME=DATE", help="What happened when.")
    ] = None,
    calendar: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A notice on days off.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Every date of a profile, with its count, its clause and its reminders."""
    deadlines_command(profile, event or [], calendar, as_json)
