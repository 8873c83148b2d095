"""A unit of work on its way to a back end's thread, and what became of it."""

from collections.abc import Callable
from typing import Any

from storage.base import Session

Unit = Callable[[Session], Any]


class Waiting:
    """A unit on its way, and what became of it."""

    __slots__ = ("error", "future", "result", "seconds", "unit")

    def __init__(self, unit: Unit, future: Any) -> None:
        """`future` is the asyncio.Future of the one who waits."""
        self.unit = unit
        self.future = future
        self.result: Any = None
        self.error: BaseException | None = None
        self.seconds = 0.0

    def settle(self) -> None:
        """Tell the one who waits; on the loop's thread."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        elif isinstance(self.error, StopIteration):
            self.future.set_exception(RuntimeError("the unit raised StopIteration"))
        else:
            self.future.set_exception(self.error)
