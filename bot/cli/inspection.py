"""`jianjian audit verify`, `outbox list|retry`, `version`."""

import importlib.metadata
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.refusals import FAILED, GIVEN_WRONG, fail
from bot.cli.site import Site

audit_app = typer.Typer(no_args_is_help=True, help="The audit trail.")
outbox_app = typer.Typer(no_args_is_help=True, help="Messages that did not arrive.")
LIST_MAX = 200


@audit_app.command("verify")
def verify(context: typer.Context) -> None:
    """Check the chain of the audit trail."""
    site: Site = context.obj
    found = site.ask("audit.verify", {})
    typer.echo(found["line"], err=not found["ok"])
    if not found["ok"]:
        raise typer.Exit(FAILED)


@outbox_app.command("list")
def list_outbox(context: typer.Context) -> None:
    """Show uncertain and failed messages, without their words."""
    site: Site = context.obj
    rows = site.ask("outbox.list", {"limit": LIST_MAX})["messages"]
    if not rows:
        typer.echo("nothing is uncertain or failed")
        return
    table = Table("id", "channel", "state", "topic", "attempts", "reason")
    for row in rows:
        cells = ("id", "channel", "state", "topic", "attempts", "reason")
        table.add_row(*(str(row[cell]) for cell in cells))
    Console().print(table)


@outbox_app.command("retry")
def retry_outbox(
    context: typer.Context,
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID]...")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every one on the list.")] = False,
) -> None:
    """Send uncertain or failed messages again."""
    site: Site = context.obj
    if bool(ids) == every:
        fail("name the ids of `jianjian outbox list`, or give --all", GIVEN_WRONG)
    if every:
        listed = site.ask("outbox.list", {"limit": LIST_MAX})["messages"]
        ids = [int(row["id"]) for row in listed]
    done = site.ask("outbox.retry", {"ids": ids or []})
    typer.echo(f"{len(done['planned'])} messages leave again")
    if done["refused"]:
        gone = ", ".join(map(str, done["refused"]))
        fail(f"{gone}: not uncertain or failed, or no longer kept; nothing to send", GIVEN_WRONG)


def version() -> None:
    """Print the version."""
    typer.echo(importlib.metadata.version("jianjian"))
