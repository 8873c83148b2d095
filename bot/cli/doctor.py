"""`jianjian doctor`: how machine, folder, keys, store and calendar stand, line by line."""

import importlib.metadata
import platform
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import typer

from bot.cli.refusals import FAILED
from bot.cli.site import Site
from bot.clock import SystemClock
from bot.config import Config
from bot.control import ControlError
from bot.profile_files import calendar_from
from casework.calendar import WorkCalendar
from casework.calendar_care import uncovered
from casework.errors import DataError
from storage.base import StorageError
from storage.keyring import Keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finding; a fault makes the command fail, advice does not."""

    text: str
    fault: bool = False


Look = Callable[[Site, Config], Iterator[Line]]


def doctor(context: typer.Context) -> None:
    """Look at the machine, the folder, the keys, the store and the calendar."""
    site: Site = context.obj
    config = site.config()
    found = [line for look in LOOKS.values() for line in look(site, config)]
    for line in found:
        typer.echo(line.text, err=line.fault)
    if any(line.fault for line in found):
        raise typer.Exit(FAILED)


def calendar_lines(calendar: WorkCalendar, today: date) -> Iterator[Line]:
    """What to know of the calendar: how far it is certain, and which year lacks its notice."""
    yield Line(
        text=f"the calendar {calendar.version} is certain up to {calendar.complete_through}"
    )
    year = uncovered(calendar, today)
    if year is not None:
        yield Line(
            text=f"{year} has no notice on days off: later dates are provisional and never urged; "
            f"write its days into an overlay with [[year]] year = {year} and name that file "
            "in calendar.overlay"
        )


def _machine(site: Site, config: Config) -> Iterator[Line]:
    yield Line(text=f"jianjian {importlib.metadata.version('jianjian')}")
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    yield Line(text=f"Python {python}, SQLite {sqlite}")


def _folder(site: Site, config: Config) -> Iterator[Line]:
    folder = config.data_dir
    if not folder.exists():
        yield Line(text=f"{folder}: not made yet")
        return
    free = shutil.disk_usage(folder).free // 1_000_000
    yield Line(text=f"{folder}: {free} MB free")
    if free < 1000:
        yield Line(text=f"{folder}: less than 1 GB is free; make room", fault=True)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Line(text=f"{folder}: others may enter it; chmod 700 {folder}", fault=True)


def _keys(site: Site, config: Config) -> Iterator[Line]:
    try:
        Keyring.load(config.key_file)
    except StorageError as wrong:
        yield Line(text=str(wrong), fault=True)
    else:
        yield Line(text=f"{config.key_file}: the keys are there and private")


def _calendar(site: Site, config: Config) -> Iterator[Line]:
    try:
        calendar = calendar_from(config.overlay)
    except DataError as wrong:
        yield from (Line(text=line, fault=True) for line in str(wrong).splitlines())
        return
    yield from calendar_lines(calendar, SystemClock(config.zone).now().date())


def _store(site: Site, config: Config) -> Iterator[Line]:
    try:
        site.ask("plan.show", {})
        yield Line(text=f"the store answers ({config.database.partition(':')[0]})")
        found = site.ask("recompute.compare", {"mission": ""})
    except (StorageError, DataError, ControlError) as wrong:
        yield Line(text=f"the store does not answer: {wrong}", fault=True)
        return
    moved, missions = len(found["changes"]), len(found["missions"])
    if moved or missions:
        yield Line(
            text=f"{moved} dates and the rules of {missions} missions differ from today's files; "
            "nothing moves by itself: see `jianjian recompute`"
        )


LOOKS: Mapping[str, Look] = {
    "machine": _machine,
    "folder": _folder,
    "keys": _keys,
    "calendar": _calendar,
    "store": _store,
}
"""Every part that is looked at, in the order of its lines; add yours here."""
