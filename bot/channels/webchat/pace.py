"""A token bucket: so many at once, so many per second after that."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Pace:
    """Times are seconds of any steady clock."""

    burst: int
    per_second: float
    spent: float = 0.0
    at: float = 0.0

    def wait(self, now: float) -> float:
        """0 if one more may pass now (and it is counted), else the seconds until it may."""
        self.spent = max(0.0, self.spent - (now - self.at) * self.per_second)
        self.at = now
        if self.spent + 1 <= self.burst:
            self.spent += 1
            return 0.0
        return (self.spent + 1 - self.burst) / self.per_second

    def idle(self, now: float) -> bool:
        """Whether it has recovered wholly and may be forgotten."""
        return self.spent <= (now - self.at) * self.per_second
