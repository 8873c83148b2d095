"""`jianjian backup`, `restore`, `release`, `migrate-storage`: copies of the whole installation."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.backups import make_backup, move
from bot.backups import restore as restore_copy
from bot.cli.refusals import GIVEN_WRONG, fail
from bot.cli.site import Site
from bot.clock import SystemClock


def backup(
    context: typer.Context,
    to: Annotated[Path, typer.Option(metavar="FILE", help="The new file.")],
    recipient: Annotated[
        list[str], typer.Option(metavar="AGE1…", help="The public key of who may open it.")
    ],
) -> None:
    """Write a sealed copy of everything, while the program runs or not."""
    site: Site = context.obj
    counts = make_backup(site.config(), recipient, to, _progress)
    typer.echo(f"{to}: {sum(c.rows for c in counts)} rows of {len(counts)} tables")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    identity: Annotated[
        Path, typer.Option(metavar="FILE", help="The file with the AGE-SECRET-KEY.")
    ],
) -> None:
    """Put a copy into the empty place that the configuration names; it stays silent."""
    site: Site = context.obj
    config = site.config()
    at = int(SystemClock(config.zone).now().timestamp())
    counts = asyncio.run(restore_copy(config, file, identity, _progress, at))
    typer.echo(
        f"{sum(c.rows for c in counts)} rows are back and proven. Nothing is received or sent "
        "before `jianjian release`."
    )


def release(context: typer.Context) -> None:
    """Let a restored installation receive and send; the old one must be off for good."""
    site: Site = context.obj
    if not site.ask("hold.lift", {})["lifted"]:
        fail("it was not held; nothing changed", GIVEN_WRONG)
    typer.echo("released; start the program, or start it anew where it runs")


def migrate_storage(
    source: Annotated[str, typer.Argument(metavar="FROM", help="sqlite:… or postgresql:…")],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty store.")],
) -> None:
    """Copy a stopped installation's store into another one and prove that all has arrived."""
    counts = asyncio.run(move(source, target, _progress))
    typer.echo(
        f"{sum(c.rows for c in counts)} rows of {len(counts)} tables arrived, proven by digest; "
        "now write the new address into [storage] url"
    )


def _progress(line: str) -> None:
    typer.echo(line, err=True)
