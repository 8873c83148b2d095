"""Pacing: how soon the next message of an account or a chat may leave (GCRA)."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """At most one message per `interval` seconds, `burst` at once; interval 0 = no limit."""

    interval: float
    burst: int = 1
    _next: float = 0.0
    _paused_until: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next message may leave; 0 = now."""
        paced = self._next - self.interval * (self.burst - 1) if self.interval else 0.0
        return max(0.0, paced - now, self._paused_until - now)

    def take(self, now: float) -> None:
        """A message leaves now."""
        self._next = max(self._next, now) + self.interval

    def pause(self, until: float) -> None:
        """Nothing leaves before `until`."""
        self._paused_until = max(self._paused_until, until)


@dataclass(slots=True)
class SharedPace:
    """Places on a line that several processes share; one that was missed is lost."""

    interval: float
    _places: deque[float] = field(default_factory=deque)
    _paused_until: float = 0.0

    def needs(self, now: float) -> bool:
        """Whether no place is left that can still be used."""
        while self._places and self._places[0] < now - self.interval:
            self._places.popleft()
        return not self._places and now >= self._paused_until

    def give(self, places: Iterable[float]) -> None:
        """Places that were taken on the common line."""
        self._places.extend(places)

    def wait(self, now: float) -> float:
        """Seconds until the next place; infinite without one."""
        if self.needs(now):
            return float("inf")
        first = self._places[0] if self._places else now
        return max(0.0, first - now, self._paused_until - now)

    def take(self, now: float) -> None:
        """A message leaves now."""
        self._places.popleft()

    def pause(self, until: float) -> None:
        """Nothing leaves before `until`."""
        self._paused_until = max(self._paused_until, until)
        self._places.clear()
