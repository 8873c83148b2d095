"""`jianjian demo`: phones on a page for each act, or the same stories played without a screen."""

from pathlib import Path
from typing import Annotated

import typer

from bot import log
from bot.cli.refusals import FAILED
from bot.demo.acts import ACTS
from bot.demo.headless import play
from bot.demo.player import Turn
from bot.demo.run import demo as show

PORT = 8321


def demo(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where the first page is served.")
    ] = PORT,
    headless: Annotated[
        bool, typer.Option("--headless", help="Play both acts and check them.")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option(hidden=True, help="Where the installation is kept.")
    ] = None,
    act: Annotated[
        str, typer.Option(hidden=True, help="Only this act: report or oversight.")
    ] = "",
    turn: Annotated[
        Turn, typer.Option(hidden=True, help="How the story goes; only as written it passes.")
    ] = Turn.AS_WRITTEN,
) -> None:
    """Phones on one page for each act, sample rounds, and clocks that can be moved."""
    log.set_up("ERROR")  # a slow moment of this machine is no part of the story
    acts = [one for one in ACTS if act in ("", one.id)]
    if not acts:
        raise typer.BadParameter(f"the acts are {', '.join(one.id for one in ACTS)}")
    if not headless:
        show(port, typer.echo, folder, acts)
    elif not play(typer.echo, turn, acts):
        raise typer.Exit(FAILED)
