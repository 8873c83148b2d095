"""A county in force for whole turns over the real table of routes, and what its database holds."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers.routes import ROUTES
from handlers.turn import Kit
from storage import conversations, reports
from storage.open import open_storage
from storage.reports import Report
from storage.sealing import Keyring, Vault
from tests.handlers.citizens import look, settle
from tests.handlers.talk import ZONE, Chat, World

Facts = dict[str, list[str]]
PASSING = frozenset({"inbox", "outbox", "conversation", "sqlite_sequence"})
"""Tables of the pipeline itself: what came in, what goes out, where a talk stands."""


@asynccontextmanager
async def county(folder: Path, **sections: dict[str, Any]) -> AsyncIterator[World]:
    """An installation with the plan in force and everybody bound; `sections` configure it."""
    texts = Texts(read_catalogues(), ZONE)
    storage = open_storage(f"sqlite:///{folder}/county.db")
    await storage.open()
    rules = make_rules(Config(**sections), texts)
    kit = Kit(vault=Vault(Keyring.generate()), rules=rules, routes=ROUTES)
    world = World(storage, kit, texts)
    world.file = folder / "county.db"
    yield await settle(world)
    await storage.close()


def facts(file: Path, *but: str) -> Facts:
    """Every row of every table but those of the pipeline, as they lie on the disk."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        names = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(map(repr, db.execute(f'SELECT * FROM "{name}"')))
            for name in names
            if name not in PASSING and name not in but
        }


async def forms(world: World, chat: Chat) -> list[dict[str, Any]]:
    """Where a talk stands: step, buttons and answers of the open form and of those under it."""
    a, vault = chat.address, world.kit.vault
    lane = conversations.lane_of(vault, a.channel, a.account, a.chat)
    kept = await look(world, lambda db: conversations.load(db, vault, lane))
    state, found = kept.state.get("form"), []
    while state:
        part = state.get("part") or {}
        told = part.get("parts", []), part.get("files", [])
        found.append({name: state[name] for name in ("id", "at", "nonce", "a")} | {"part": told})
        state = state["under"]
    return found


async def report_of(world: World, code: str) -> Report:
    """The report of a receipt number."""
    vault = world.kit.vault
    found = await look(world, lambda db: reports.by_code(db, vault, code.replace("-", "")))
    assert found is not None
    return found
