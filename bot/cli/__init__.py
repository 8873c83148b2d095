"""The command line: `jianjian …`, the same as `python -m bot …`."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import ledger, plan, routes
from bot.cli.check import check
from bot.cli.copies import backup, migrate_storage, release, restore
from bot.cli.dates import deadlines
from bot.cli.demonstration import demo
from bot.cli.doctor import doctor
from bot.cli.inspection import audit_app, outbox_app, version
from bot.cli.invitations import invite
from bot.cli.recompute import recompute
from bot.cli.refusals import run_guarded
from bot.cli.running import run
from bot.cli.set_up import init
from bot.cli.site import Site
from bot.cli.unseal import unseal

app = typer.Typer(
    name="jianjian",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="件件: every report brought to a landing, every deadline kept by the clause.",
)
app.add_typer(plan.app, name="plan")
app.add_typer(routes.app, name="route")
app.add_typer(ledger.app, name="ledger")
app.add_typer(audit_app, name="audit")
app.add_typer(outbox_app, name="outbox")
COMMANDS: tuple[Callable[..., None], ...] = (
    *(demo, init, check, run, invite, deadlines, recompute, doctor, unseal, version),
    *(backup, restore, release, migrate_storage),
)
for command in COMMANDS:
    app.command()(command)


@app.callback()
def choose(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option("--config", "-c", metavar="FILE", help="The configuration.")
    ] = Path("config.toml"),
) -> None:
    """Remember which installation is meant."""
    context.obj = Site(path=config)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exit code 0, 1 (it failed) or 2 (the user gave something wrong)."""
    run_guarded(partial(app, args=arguments, prog_name="jianjian", standalone_mode=False))
