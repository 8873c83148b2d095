"""`jianjian recompute`: dates by today's rules and days off, shown first, applied on a yes."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.refusals import GIVEN_WRONG, fail
from bot.cli.site import Site


def recompute(
    context: typer.Context,
    mission: Annotated[
        str, typer.Option(metavar="ID", help="One mission; without it every mission.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Apply without asking.")] = False,
) -> None:
    """Show which dates today's profile and calendar would move; apply them on a yes."""
    site: Site = context.obj
    found = site.ask("recompute.compare", {"mission": mission})
    if not found["changes"] and not found["missions"]:
        typer.echo("every date agrees with today's rules and days off; nothing to do")
        return
    table = Table("mission", "unit", "duty", "old", "new", "")
    for row in found["changes"]:
        mark = "provisional" if row["provisional"] else ""
        cells = (row[name] for name in ("mission", "unit", "duty", "old", "new"))
        table.add_row(*cells, mark)
    Console().print(table)
    typer.echo(f"{len(found['changes'])} dates; other rules for {len(found['missions'])} missions")
    if not yes:
        if not sys.stdin.isatty():
            fail("nothing was changed; give --yes to apply this", GIVEN_WRONG)
        if not typer.confirm("Apply these dates and tell those concerned?"):
            fail("nothing was changed")
    done = site.ask("recompute.apply", {"mission": mission, "seen": found["seen"]})
    typer.echo(f"{done['changed']} duties are corrected; those concerned are told")
