"""`jianjian demo`: four phones on one page, or the whole story played without a browser."""

from typing import Annotated

import typer

from bot import log
from bot.demo import main as play

PORT = 8321


def demo(
    port: Annotated[int, typer.Option(help="Where the page is served.")] = PORT,
    headless: Annotated[
        bool, typer.Option("--headless", help="Play the whole story and check it.")
    ] = False,
) -> None:
    """Four phones on one page, a sample round, and a clock that can be moved."""
    log.set_up("WARNING")
    raise typer.Exit(play(port, headless))
