"""`jianjian run`: the program itself."""

import asyncio

import typer

from bot import log
from bot.app import run_program
from bot.cli.site import Site


def run(context: typer.Context) -> None:
    """Run until SIGTERM or Ctrl-C."""
    site: Site = context.obj
    config = site.config()
    log.set_up(config.app.log_level, secrets=config.secrets())
    asyncio.run(run_program(config))
