"""The demo's server as a process of its own, in a folder of its own."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bot.demo.acts import Act
from bot.demo.party import StoryBroken

STARTS_IN = 60.0  # seconds
ENDS_IN = 20.0


@asynccontextmanager
async def serving(folder: Path, act: Act) -> AsyncIterator[str]:
    """Start one act, give the root of its address, and stop it as an operator would."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"),
        *("--act", act.id, "--folder", str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield await _root(process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(ENDS_IN):
                code = await process.wait()
        except TimeoutError:
            process.kill()
            code = await process.wait()
    if code != 0:
        raise StoryBroken(f"the server ended with exit code {code}")


async def _root(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(STARTS_IN):
            address = (await process.stdout.readline()).decode().strip()
    except TimeoutError:
        address = ""
    parts = urlsplit(address)
    if not parts.netloc:
        raise StoryBroken("the server does not start")
    return f"{parts.scheme}://{parts.netloc}"
