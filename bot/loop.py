"""The event loop of the long-running commands: uvloop where there is one, else asyncio's own."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

if sys.platform != "win32":
    import uvloop


def run_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run until it ends."""
    if sys.platform == "win32":
        asyncio.run(main)
    else:
        uvloop.run(main)
