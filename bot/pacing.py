"""Pacing: how soon the next message of an account or a chat may leave (GCRA)."""

from dataclasses import dataclass


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
