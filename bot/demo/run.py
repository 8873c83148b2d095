"""`jianjian demo`: the pages with the phones, until somebody presses Ctrl-C."""

import asyncio
import signal
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.demo.acts import ACTS, Act
from bot.demo.page import Link
from bot.demo.stage import Stage
from bot.loop import run_loop


async def show(
    port: int, folder: Path, tell: Callable[[str], None], acts: Sequence[Act] = ACTS
) -> None:
    """Open the acts side by side and keep them open until SIGINT or SIGTERM.

    The first one listens on `port`, each further one on the next; 0 lets the system choose.
    """
    stages: list[Stage] = []
    try:
        for number, act in enumerate(acts):
            place = folder / act.id
            place.mkdir(mode=0o700, exist_ok=True)
            stage = Stage(place, port + number if port else 0, act)
            await stage.open()
            stages.append(stage)
        link(stages)
        for stage in stages:
            tell(address(stage))
        await _stopped()
    finally:
        for stage in stages:
            await stage.close()


def demo(
    port: int,
    tell: Callable[[str], None],
    folder: Path | None = None,
    acts: Sequence[Act] = ACTS,
) -> None:
    """Run the demo; its folder goes away with it unless one is given."""
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        run_loop(show(port, folder, tell, acts))
        return
    with tempfile.TemporaryDirectory(prefix="jianjian-demo-") as temporary:
        run_loop(show(port, Path(temporary), tell, acts))


def link(stages: Sequence[Stage]) -> None:
    """Every page leads to the others."""
    for here in stages:
        if len(stages) > 1:
            here.acts = tuple(
                Link(title=one.act.title, address="" if one is here else address(one))
                for one in stages
            )


def address(stage: Stage) -> str:
    return f"http://127.0.0.1:{stage.program.port}/demo"


async def _stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
