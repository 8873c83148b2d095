"""Statutory public holidays of mainland China: the estimate for a year without a notice."""

from datetime import date, timedelta

import chinese_calendar

_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""全国年节及纪念日放假办法 (revised 2024), the days fixed in the solar calendar."""

_MOVING: dict[int, tuple[tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
    2036: ((1, 28), (5, 30), (10, 4)),
    2037: ((2, 15), (6, 18), (9, 24)),
    2038: ((2, 4), (6, 7), (9, 13)),
    2039: ((1, 24), (5, 27), (10, 2)),
    2040: ((2, 12), (6, 14), (9, 20)),
}
"""Year → first day of the lunar year, Dragon Boat, Mid-Autumn."""


def statutory_days(year: int) -> frozenset[date]:
    """The holidays of `year` by law alone: no bridges, no make-up days, no days in lieu.

    Beyond the lunar table (2040) only the days of the solar calendar are known.
    """
    days = {date(year, month, day) for month, day in _FIXED}
    days.add(_clear_and_bright(year))
    if year in _MOVING:
        spring, dragon, autumn = (date(year, month, day) for month, day in _MOVING[year])
        days.update(spring + timedelta(days=n) for n in (-1, 0, 1, 2))  # the eve is one since 2025
        days.update((dragon, autumn))
    return frozenset(days)


def _clear_and_bright(year: int) -> date:
    if not 1900 <= year <= 2100:  # beyond the reach of the library's formula
        return date(year, 4, 5)
    found: list[tuple[date, str]] = chinese_calendar.get_solar_terms(
        date(year, 4, 1), date(year, 4, 10)
    )
    return found[0][0]
