"""What every test folder may use: keys, a vault, and a store on both engines."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.base import Storage
from storage.keyring import Keyring
from storage.postgres import PostgresStorage
from storage.sealing import Vault
from storage.sqlite import SqliteStorage
from tests import postgres_server

_missing: list[str] = []


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """New keys for this session."""
    return Keyring.generate()


@pytest.fixture(scope="session")
def vault(keyring: Keyring) -> Vault:
    """A vault over the session's keys."""
    return Vault(keyring)


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """The URL of a running PostgreSQL; skips loudly where none can run."""
    running = postgres_server.running()
    try:
        url = running.__enter__()
    except Exception as error:
        _missing.append(f"{type(error).__name__}: {error}")
        pytest.skip(f"no PostgreSQL can run here: {error}")
    yield url
    running.__exit__(None, None, None)


@pytest.fixture
def pg_empty_url(pg_server: str) -> Iterator[str]:
    """A database without any table."""
    with postgres_server.fresh(pg_server) as url:
        yield url


@pytest.fixture(scope="session")
def pg_template(pg_server: str) -> Iterator[str]:
    """The name of a migrated database to copy from."""
    name = f"{postgres_server.TEMPLATE}_{id(pg_server)}"
    postgres_server.create(pg_server, name)
    PostgresStorage(postgres_server.database(pg_server, name)).prepare()
    yield name
    postgres_server.drop(pg_server, name)


@pytest.fixture
def pg_url(pg_server: str, pg_template: str) -> Iterator[str]:
    """A migrated database of its own for each test."""
    with postgres_server.fresh(pg_server, pg_template) as url:
        yield url


@pytest.fixture
async def sqlite_storage(tmp_path: Path) -> AsyncIterator[SqliteStorage]:
    """A migrated SQLite file, open."""
    storage = SqliteStorage(tmp_path / "data" / "jianjian.db")
    await storage.open()
    yield storage
    await storage.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    """A migrated store, open, on each engine in turn."""
    store: Storage
    if request.param == "sqlite":
        store = SqliteStorage(tmp_path / "data" / "jianjian.db")
    else:
        store = PostgresStorage(request.getfixturevalue("pg_url"))
    await store.open()
    yield store
    await store.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it where nobody can overlook it."""
    for line in _missing:
        terminalreporter.write_line(
            f"NOT CHECKED ON POSTGRESQL: no server could be started ({line}); "
            f"set {postgres_server.VARIABLE} to use one of yours",
            red=True,
            bold=True,
        )
