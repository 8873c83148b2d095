"""Fixtures for scripted talks: a fresh installation on a real SQLite file."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.config import Config
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers.turn import Kit, Routes
from storage.open import open_storage
from storage.sealing import Keyring, Vault
from tests.handlers.talk import ZONE, World

MakeWorld = Callable[[Routes], World]


@pytest.fixture(scope="session")
def texts() -> Texts:
    """Every text, read once."""
    return Texts(read_catalogues(), ZONE)


@pytest.fixture
async def make_world(tmp_path: Path, texts: Texts) -> AsyncIterator[MakeWorld]:
    """Makes an installation with given routes; its storage is closed afterwards."""
    storage = open_storage(f"sqlite:///{tmp_path}/talk.db")
    await storage.open()
    rules = make_rules(Config(), texts)
    vault = Vault(Keyring.generate())

    def make(routes: Routes) -> World:
        return World(storage, Kit(vault=vault, rules=rules, routes=routes), texts)

    yield make
    await storage.close()
