"""`jianjian demo`: the page with four phones, until somebody presses Ctrl-C."""

import asyncio
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.demo.stage import Stage
from bot.loop import run_loop


async def show(port: int, folder: Path, tell: Callable[[str], None]) -> None:
    """Open the stage in a folder and keep it open until SIGINT or SIGTERM."""
    stage = Stage(folder, port)
    await stage.open()
    tell(f"http://127.0.0.1:{stage.program.port}/demo")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    await stage.close()


def demo(port: int, tell: Callable[[str], None], folder: Path | None = None) -> None:
    """Run the demo; its folder goes away with it unless one is given."""
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        run_loop(show(port, folder, tell))
        return
    with tempfile.TemporaryDirectory(prefix="jianjian-demo-") as temporary:
        run_loop(show(port, Path(temporary), tell))
