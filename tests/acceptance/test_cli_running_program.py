"""With a program running, commands go through its socket: one writer, whoever asks."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.config import Config, load_config
from bot.control import serve
from bot.operations import Operations
from bot.profile_files import packaged_profiles
from storage.keyring import Keyring
from storage.open import open_storage
from storage.sealing import Vault
from tests.acceptance.command_line import Shell, ready


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return ready(tmp_path)


class Running:
    """The part of the program that holds the store and answers commands, in its own thread."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._run()))

    def __enter__(self) -> None:
        self._thread.start()
        assert self._up.wait(20)

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        self._loop.close()

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        storage = open_storage(self._config.database)
        await storage.open()
        operations = Operations(
            storage,
            Vault(Keyring.load(self._config.key_file)),
            SystemClock(self._config.zone),
            {p.id: p.version for p in packaged_profiles().values()},
        )
        serving = asyncio.create_task(serve(self._config.socket, operations.handlers()))
        await asyncio.sleep(0)
        self._up.set()
        await self._stop.wait()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await storage.close()


@pytest.fixture
def running(shell: Shell) -> Iterator[None]:
    with Running(load_config(shell.config)):
        yield


@pytest.mark.usefixtures("running")
def test_writing_commands_reach_the_running_program(shell: Shell) -> None:
    plan = str(shell.folder / "plan.toml")
    assert shell.run("plan", "import", plan, "--yes").code == 0
    assert shell.run("invite", "leader1", "--no-qr").code == 0
    assert "nothing changes" in shell.run("plan", "import", plan, "--yes").out
    assert "leader1" in shell.run("plan", "show").out
    assert shell.run("audit", "verify").code == 0


@pytest.mark.usefixtures("running")
def test_a_refusal_of_the_running_program_is_one_line(shell: Shell) -> None:
    said = shell.run("invite", "stranger")
    assert said.code == 2
    assert said.line == "stranger: no person of a plan has this id; see `jianjian plan show`"


def test_the_socket_goes_with_the_program(shell: Shell) -> None:
    config = load_config(shell.config)
    with Running(config):
        assert config.socket.exists()
    assert not config.socket.exists()
    assert shell.run("plan", "show").code == 0
