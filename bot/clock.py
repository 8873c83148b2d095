"""The only place that reads the wall clock; everybody else takes `now` as an argument."""

from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Says what time it is where the deployment lives."""

    @property
    def zone(self) -> ZoneInfo:
        """The deployment's time zone."""
        ...

    def now(self) -> datetime:
        """The present instant, aware, in that zone."""
        ...


class SystemClock:
    """The machine's clock."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def now(self) -> datetime:
        """The present instant, aware, in the deployment's zone."""
        return datetime.now(self.zone)  # noqa: TID251 - the one reading of the clock


class MovedClock:
    """The machine's clock set to another day, for the demo: it can be advanced, never put back."""

    def __init__(self, zone: ZoneInfo, ahead: timedelta = timedelta(0)) -> None:
        self.zone = zone
        self._system = SystemClock(zone)
        self._ahead = ahead

    @property
    def ahead(self) -> timedelta:
        """How far this clock is ahead of the machine's; negative where it is behind."""
        return self._ahead

    def now(self) -> datetime:
        """The moved instant, aware, in the deployment's zone."""
        return self._system.now() + self._ahead

    def advance(self, by: timedelta) -> None:
        """Move ahead by a positive span."""
        if by < timedelta(0):
            raise ValueError("a clock that moves back would break every order of events")
        self._ahead += by

    def advance_to(self, moment: datetime) -> None:
        """Move ahead to a moment; one that has passed changes nothing."""
        self._ahead += max(timedelta(0), moment - self.now())
