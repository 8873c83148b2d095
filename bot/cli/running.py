"""`jianjian run` and `jianjian demo`."""

import asyncio
from typing import Annotated

import typer

from bot import log
from bot.app import run_program
from bot.cli.site import Site
from bot.demo import main as play

DEMO_PORT = 8321


def run(context: typer.Context) -> None:
    """Run until SIGTERM or Ctrl-C."""
    site: Site = context.obj
    config = site.config()
    log.set_up(config.app.log_level, secrets=config.secrets())
    asyncio.run(run_program(config))


def demo(
    port: Annotated[int, typer.Option(help="Where the page is served.")] = DEMO_PORT,
    headless: Annotated[
        bool, typer.Option("--headless", help="Play the whole story and check it.")
    ] = False,
) -> None:
    """Four phones on one page, a sample round, and a clock that can be moved."""
    log.set_up("WARNING")
    raise typer.Exit(play(port, headless))
