"""`jianjian doctor`: how machine, folder, keys, calendar, program and store stand."""

import asyncio
import contextlib
import importlib.metadata
import json
import os
import platform
import shutil
import sqlite3
import stat
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import typer

from bot.cli.refusals import FAILED
from bot.cli.site import Site
from bot.clock import SystemClock
from bot.config import Config
from bot.control import ControlError, NotRunning, call, check_path
from bot.profile_files import calendar_from
from casework.calendar import WorkCalendar
from casework.calendar_care import uncovered
from casework.errors import DataError
from storage import backlog
from storage.backlog import Backlog
from storage.base import StorageError
from storage.keyring import Keyring, KeyringError
from storage.open import open_storage
from storage.sqlite import OLDEST

ROOM = 1000  # MB that should be free
PATIENCE = 8.0  # seconds for the running program to answer
MENDS: Mapping[str, str] = {
    "storage": "make room on its disk, or start its server; nothing is lost meanwhile",
    "held": "it is a restored copy: `jianjian release` lets it speak when the old one is off",
    "disk": "make room, or give this user the folder",
    "inbox": "look for turn.failed and event.quarantined in the log; a restart tries them again",
    "outbox": "`jianjian outbox list` names them; see whether the platform can be reached",
    "files": "see whether the platform can be reached and the disk has room",
    "reminders": "look for tick.failed in the log",
    "planner": "look for tick.failed in the log",
    "audit": "look for tick.failed in the log, then `jianjian audit verify`",
}
"""What to do about a part of /healthz that needs somebody; a channel tells it itself."""
LISTED = 1000
WORDS: Mapping[tuple[str, str], str] = {
    ("inbox", "new"): "events wait for their turn",
    ("inbox", "poison"): "events stand aside because nobody could handle them",
    ("outbox", "due"): "messages wait to leave",
    ("files", "fetching"): "files wait to be fetched",
}
"""What may wait while no program runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finding; a fault makes the command fail, advice does not."""

    text: str
    fault: bool = False


Look = Callable[[Site, Config], Iterator[Line]]


def doctor(context: typer.Context) -> None:
    """Look at the machine, the folder, the keys, the calendar, the program and the store."""
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
    if sqlite3.sqlite_version_info < OLDEST:
        yield Line(
            text=f"SQLite {sqlite} is too old: 3.40 or newer is needed; install a newer Python",
            fault=True,
        )


def _folder(site: Site, config: Config) -> Iterator[Line]:
    folder = config.data_dir
    if wrong := check_path(config.socket):
        yield Line(text=wrong, fault=True)
    if not folder.exists():
        yield Line(text=f"{folder}: not made yet; `jianjian run` makes it")
        return
    if not folder.is_dir():
        yield Line(text=f"{folder}: is no folder; name another in app.data_dir", fault=True)
        return
    free = shutil.disk_usage(folder).free // 1_000_000
    yield Line(text=f"{folder}: {free} MB free")
    if free < ROOM:
        yield Line(text=f"{folder}: less than 1 GB is free; make room", fault=True)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Line(text=f"{folder}: others may enter it; chmod 700 {folder}", fault=True)
    if folder.stat().st_uid != os.geteuid():
        yield Line(
            text=f"{folder}: belongs to another user than you; run this as the program's own user"
        )
    for place in (folder, folder / "blobs"):
        yield from _writable(place)


def _writable(folder: Path) -> Iterator[Line]:
    """Whether a file can be written there."""
    if not folder.is_dir():
        return
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as wrong:
        yield Line(
            text=f"{folder}: takes no files ({wrong.strerror}); make room, or give the program's "
            "user the folder",
            fault=True,
        )


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


def _program(site: Site, config: Config) -> Iterator[Line]:
    """What the running program says of itself."""
    try:
        health = _healthz(config)
    except OSError:
        yield Line(
            text=f"no program answers on port {config.web.port}: start it with `jianjian run`"
        )
        return
    parts, trouble = health["parts"], health["trouble"]
    state = "takes reports" if health["ok"] else "takes NO reports"
    yield Line(text=f"the program runs and {state}", fault=not health["ok"])
    for part in trouble:
        said = f"{part}: {_told(parts.get(part, 'needs somebody'))}"
        mend = MENDS.get(part)
        yield Line(text=f"{said}; {mend}" if mend else said, fault=True)


def _healthz(config: Config) -> Mapping[str, Any]:
    """The program's own report. Errors: OSError where none answers at its address."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.web.host, config.web.host)  # noqa: S104
    address = f"[{host}]" if ":" in host else host
    url = f"http://{address}:{config.web.port}/healthz"
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    try:
        with ask(url, timeout=PATIENCE) as answer:
            told = json.loads(answer.read())
    except urllib.error.HTTPError as ill:
        told = _json(ill.read())
    except ValueError:
        told = {}
    if not isinstance(told, dict) or not {"ok", "parts", "trouble"} <= told.keys():
        raise ConnectionError(f"{url} is not this program")
    return told


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _told(part: Any) -> str:
    """A part of /healthz in words."""
    if isinstance(part, dict):
        return ", ".join(f"{n} {state}" for state, n in part.items()) or "behind"
    return str(part)


def _store(site: Site, config: Config) -> Iterator[Line]:
    try:
        site.ask("plan.show", {})
        yield Line(text=f"the store answers ({config.database.partition(':')[0]})")
        troubled = site.ask("outbox.list", {"limit": LISTED})["messages"]
        found = site.ask("recompute.compare", {"mission": ""})
        seen = asyncio.run(_waiting(config))
    except KeyringError:
        yield Line(text="the store was not looked at: the keys come first")
        return
    except (StorageError, DataError, ControlError) as wrong:
        yield Line(text=f"the store does not answer: {wrong}", fault=True)
        return
    yield from _backlog(seen)
    if troubled:
        more = "at least " if len(troubled) == LISTED else ""
        yield Line(
            text=f"{more}{len(troubled)} messages did not arrive or may not have; "
            "`jianjian outbox list` names them, `jianjian outbox retry` sends them again"
        )
    moved, missions = len(found["changes"]), len(found["missions"])
    if moved or missions:
        yield Line(
            text=f"{moved} dates and the rules of {missions} missions differ from today's files; "
            "nothing moves by itself: see `jianjian recompute`"
        )


async def _waiting(config: Config) -> Backlog | None:
    """What waits where no program runs; a running one has told it of itself."""
    with contextlib.suppress(ControlError):
        try:
            await call(config.socket, "plan.show", {})
        except NotRunning:
            now = SystemClock(config.zone).now().timestamp()
            storage = open_storage(config.database, at=int(now))
            await storage.open()
            try:
                look = partial(backlog.look, now=int(now), now_ms=int(now * 1000))
                return await storage.read(look)
            finally:
                await storage.close()
    return None


def _backlog(seen: Backlog | None) -> Iterator[Line]:
    """What the next start finds, without its content."""
    if seen is None:
        return
    piles = {
        f"{pile.n} {WORDS[table, state]}"
        for (table, state) in WORDS
        if (pile := seen.piles[table][state]).n
    }
    if piles:
        yield Line(text=f"in the store: {', '.join(sorted(piles))}")


LOOKS: Mapping[str, Look] = {
    "machine": _machine,
    "folder": _folder,
    "keys": _keys,
    "calendar": _calendar,
    "program": _program,
    "store": _store,
}
"""Every part that is looked at, in the order of its lines; add yours here."""
