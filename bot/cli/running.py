"""`jianjian run`: the program itself."""

import typer

from bot import log
from bot.app import run_program
from bot.cli.site import Site
from bot.loop import run_loop


def run(context: typer.Context) -> None:
    """Run until SIGTERM or Ctrl-C."""
    site: Site = context.obj
    config = site.config()
    log.set_up(config.app.log_level, secrets=config.secrets())
    run_loop(run_program(config))
