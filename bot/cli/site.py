"""One installation as the command line sees it: its config, and where its commands are run."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.config import Config, load_config
from bot.control import NotRunning, call
from bot.operations import WRITING, Operations
from bot.profile_files import packaged_profiles
from bot.wiring import make_rules, make_texts
from handlers.routes import ROUTES
from handlers.turn import Kit
from storage.base import StorageUnavailable
from storage.keyring import Keyring
from storage.open import open_storage
from storage.sealing import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The path given with --config; read when a command needs it."""

    path: Path

    def config(self) -> Config:
        """The configuration. Errors: ConfigFaults."""
        return load_config(self.path)

    def ask(self, command: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Let the running program act, or act here under the process lock when none runs."""
        return asyncio.run(_ask(self.config(), command, payload))


async def _ask(config: Config, command: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return await call(config.socket, command, payload)
    except NotRunning:
        return await _act_here(config, command, payload)


async def _act_here(config: Config, command: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    vault = Vault(Keyring.load(config.key_file))
    check_owner(config.data_dir)
    make_private(config.data_dir)
    clock = SystemClock(config.zone)
    storage = open_storage(config.database, at=int(clock.now().timestamp()))
    versions = {p.id: p.version for p in packaged_profiles().values()}
    await storage.open()
    try:
        operations = Operations(storage, vault, clock, versions, kit=partial(_kit, config, vault))
        if command in WRITING:
            await operations.finish()
        result = await operations.handlers()[command](payload)
        if command in WRITING:
            await operations.link()
        return result
    finally:
        await storage.close()


def _kit(config: Config, vault: Vault) -> Kit:
    """What a turn needs; read from the files only by a command that acts as the program."""
    return Kit(vault=vault, rules=make_rules(config, make_texts(config)), routes=ROUTES)


def check_owner(folder: Path) -> None:
    """Refuse where the program runs as somebody else: files made now would be closed to it.

    Errors: StorageUnavailable.
    """
    if folder.exists() and folder.stat().st_uid != os.geteuid():
        try:
            name = folder.owner()
        except KeyError:  # an owner without a name, as in a container
            name = f"#{folder.stat().st_uid}"
        raise StorageUnavailable(
            f"{folder}: belongs to {name}, who runs the program; say it again as that user, "
            f"e.g. with `sudo -u {name}`"
        )


def make_private(folder: Path) -> None:
    """Make a folder that the program alone may enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
