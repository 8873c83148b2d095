"""The demo's clock moves ahead on demand and never back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.clock import MovedClock, SystemClock

ZONE = ZoneInfo("Asia/Shanghai")


def test_a_moved_clock_shows_another_day_in_the_zone() -> None:
    clock = MovedClock(ZONE, timedelta(days=30))
    assert timedelta(days=29) < clock.now() - SystemClock(ZONE).now() <= timedelta(days=30)
    assert clock.now().tzinfo is ZONE


def test_advancing_adds_up() -> None:
    clock = MovedClock(ZONE)
    clock.advance(timedelta(days=1))
    clock.advance(timedelta(hours=2))
    assert clock.ahead == timedelta(days=1, hours=2)


def test_advancing_to_a_moment_that_has_passed_changes_nothing() -> None:
    clock = MovedClock(ZONE)
    clock.advance_to(datetime(2000, 1, 1, tzinfo=ZONE))
    assert clock.ahead == timedelta(0)
    clock.advance_to(clock.now() + timedelta(days=3))
    assert timedelta(days=2, hours=23) < clock.ahead <= timedelta(days=3)


def test_a_clock_is_never_put_back() -> None:
    with pytest.raises(ValueError, match="break every order"):
        MovedClock(ZONE).advance(timedelta(seconds=-1))
