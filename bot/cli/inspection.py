"""`jianjian audit verify`, `outbox list|retry`, `doctor`, `version`."""

import importlib.metadata
import platform
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.refusals import FAILED, GIVEN_WRONG, fail
from bot.cli.site import Site
from bot.config import Config
from casework.errors import DataError
from storage.base import StorageError
from storage.keyring import Keyring

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


def doctor(context: typer.Context) -> None:
    """Look at the machine, the folder, the keys and the store."""
    site: Site = context.obj
    typer.echo(f"jianjian {importlib.metadata.version('jianjian')}")
    typer.echo(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    config = site.config()
    faults = list(_folder(config)) + list(_keys(config))
    try:
        site.ask("plan.show", {})
        typer.echo(f"the store answers ({config.database.partition(':')[0]})")
    except (StorageError, DataError) as wrong:
        faults.append(f"the store does not answer: {wrong}")
    for line in faults:
        typer.echo(line, err=True)
    if faults:
        raise typer.Exit(FAILED)


def version() -> None:
    """Print the version."""
    typer.echo(importlib.metadata.version("jianjian"))


def _folder(config: Config) -> Iterator[str]:
    folder = config.data_dir
    if not folder.exists():
        typer.echo(f"{folder}: not made yet")
        return
    free = shutil.disk_usage(folder).free // 1_000_000
    typer.echo(f"{folder}: {free} MB free")
    if free < 1000:
        yield f"{folder}: less than 1 GB is free; make room"
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield f"{folder}: others may enter it; chmod 700 {folder}"


def _keys(config: Config) -> Iterator[str]:
    try:
        Keyring.load(config.key_file)
        typer.echo(f"{config.key_file}: the keys are there and private")
    except StorageError as wrong:
        yield str(wrong)
