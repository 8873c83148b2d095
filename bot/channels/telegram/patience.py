"""Back-off that never gives up."""

import asyncio
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Patience:
    """Waits `first` seconds, then twice as long each time, up to `most`."""

    first: float
    most: float
    _next: float = 0.0

    def reset(self) -> None:
        """Start small again, after something worked."""
        self._next = 0.0

    async def wait(self, least: float = 0.0) -> None:
        """Wait the present delay, `least` seconds anyway, and lengthen the next one."""
        delay = self._next or self.first
        self._next = min(delay * 2, self.most)
        await asyncio.sleep(max(delay, least))
