"""`jianjian demo`: four phones on one page, or the same story played without a screen."""

from pathlib import Path
from typing import Annotated

import typer

from bot import log
from bot.cli.refusals import FAILED
from bot.demo.headless import play
from bot.demo.run import demo as show
from bot.demo.story import Turn

PORT = 8321


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is served.")] = PORT,
    headless: Annotated[
        bool, typer.Option("--headless", help="Play the whole story and check it.")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option(hidden=True, help="Where the installation is kept.")
    ] = None,
    turn: Annotated[
        Turn, typer.Option(hidden=True, help="How the story goes; only as written it passes.")
    ] = Turn.AS_WRITTEN,
) -> None:
    """Four phones on one page, a sample round, and a clock that can be moved."""
    log.set_up("WARNING")
    if not headless:
        show(port, typer.echo, folder)
    elif not play(typer.echo, turn):
        raise typer.Exit(FAILED)
