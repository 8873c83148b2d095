"""Figures of a year and of a mission: counts by category, month, unit and landing, guarded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from casework.statistics import Guarded, counted, guarded
from storage import missions, statistics
from storage.base import Session
from storage.statistics import Line

ONE = "n"
"""The column of a table that is a mere list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What may be shown of one year. Rows are ids, months are "01" to "12".

    One table carries categories and months with both totals, so that no second one tells what it
    hides. Landings are dispositions, "" = none yet.
    """

    year: int
    categories: Guarded
    units: Guarded
    landings: Guarded


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One unit, when it was last inspected (None = never), and how much was reported there."""

    name: str
    last: date | None
    reported: Guarded
    id: str
    kind: str


def of_year(db: Session, year: int, zone: ZoneInfo, person_id: str = "") -> Figures:
    """The figures of the reports received in a year, without what the person is recused from."""
    lines = statistics.lines(
        db, since=_start(year, zone), until=_start(year + 1, zone), person_id=person_id
    )
    months = sorted({_month(line, zone) for line in lines})
    return Figures(
        year=year,
        categories=_table(((line.category, _month(line, zone)) for line in lines), months),
        units=_table((line.unit_id, ONE) for line in lines),
        landings=_table((line.disposition, ONE) for line in lines),
    )


def of_round(db: Session, round_id: str, person_id: str = "") -> Guarded:
    """Categories by mission of a round, one table guarded for all of them (000 五, 004 五(四))."""
    lines = [
        line
        for mission in missions.every(db)
        if mission.round_id == round_id
        for line in statistics.lines(db, stationing_id=mission.id, person_id=person_id)
    ]
    held = sorted({line.stationing_id for line in lines})
    return _table(((line.category, line.stationing_id) for line in lines), held)


def coverage(db: Session, today: date, person_id: str = "") -> list[Covered]:
    """Every unit of the plans: not inspected first, then the longest ago (002 二, 003 第二条)."""
    last: dict[str, date] = {}
    for mission in missions.every(db):
        if mission.starts_on <= today:
            before = last.get(mission.unit_id, mission.starts_on)
            last[mission.unit_id] = max(before, mission.starts_on)
    units = missions.units(db)
    pairs = statistics.by_unit(db, person_id=person_id).items()
    counts = guarded([u.id for u in units], (ONE,), {(unit, ONE): n for unit, n in pairs})
    found = [
        Covered(
            id=unit.id, kind=unit.kind, name=unit.name, last=last.get(unit.id), reported=counts
        )
        for unit in units
    ]
    return sorted(found, key=_need)


def _need(one: Covered) -> tuple[date, int, str]:
    """What comes first: never inspected, long ago, much reported (群众反映问题较多的先行安排)."""
    shown = one.reported.total_of(one.id)
    return one.last or date.min, -shown if isinstance(shown, int) else 0, one.name


def _table(pairs: Iterable[tuple[str, str]], columns: Sequence[str] = (ONE,)) -> Guarded:
    counts = counted(pairs)
    return guarded(sorted({row for row, _ in counts}), columns, counts)


def _month(line: Line, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(line.received_at, zone).strftime("%m")


def _start(year: int, zone: ZoneInfo) -> int:
    return int(datetime(year, 1, 1, tzinfo=zone).timestamp())
