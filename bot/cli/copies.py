"""`jianjian backup`, `restore`, `release`, `migrate-storage`: copies of the whole installation."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.backups import dated, make_backup, tidy
from bot.backups import restore as restore_copy
from bot.cli.refusals import GIVEN_WRONG, fail
from bot.cli.site import Site
from bot.clock import SystemClock
from bot.moves import move


def backup(
    context: typer.Context,
    to: Annotated[Path, typer.Option(metavar="FILE|DIR", help="The new file, or their folder.")],
    recipient: Annotated[
        list[str] | None,
        typer.Option(metavar="AGE1…", help="The public key of who may open it."),
    ] = None,
    recipients: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file with such keys, one a line.")
    ] = None,
    keep: Annotated[
        int, typer.Option(min=0, help="How many backups the folder keeps; 0 = all.")
    ] = 0,
) -> None:
    """Write a sealed copy of rows, files and keys, while the program runs or not."""
    site: Site = context.obj
    config = site.config()
    keys = [*(recipient or []), *_listed(recipients)]
    if not keys:
        fail("a backup needs somebody who may open it; name an age1… key", GIVEN_WRONG)
    if keep and not to.is_dir():
        fail(f"{to}: is no folder, so nothing can be kept in it; name a folder", GIVEN_WRONG)
    target = dated(to, SystemClock(config.zone).now()) if to.is_dir() else to
    if keep:
        tidy(to, sys.maxsize)  # what was cut off needs room that this one may want
    made = make_backup(config, keys, target, _progress)
    gone = tidy(to, keep) if keep else 0
    rows = sum(c.rows for c in made.counts)
    typer.echo(
        f"{target}: {rows} rows of {len(made.counts)} tables, {made.blobs} files, and the keys"
        + (f"; {gone} older ones are gone" if gone else "")
    )
    if made.missing:
        fail(
            f"{made.missing} files that rows name are not in {config.data_dir}/blobs any more; "
            "the copy is made without them: look for them in an older one"
        )


def _listed(file: Path | None) -> list[str]:
    if file is None:
        return []
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


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
    """Move a stopped installation's store into an empty other one, proven; the old one rests."""
    at = int(SystemClock(ZoneInfo("UTC")).now().timestamp())
    counts = asyncio.run(move(source, target, _progress, at))
    typer.echo(
        f"{sum(c.rows for c in counts)} rows of {len(counts)} tables arrived, proven by digest; "
        "no program starts on the old store any more: write the new address into [storage] url"
    )


def _progress(line: str) -> None:
    typer.echo(line, err=True)
