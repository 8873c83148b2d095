"""`jianjian doctor` on installations well and ill: each line says what, and how to mend."""

import contextlib
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.command_line import Shell, ready
from tests.channels.telegram_support import free_port

EVENT = (
    "INSERT INTO inbox (channel, account, event_id, lane, body, received_at, state, attempts,"
    " reason) VALUES ('telegram', 'gone', 'e1', x'00', x'00', 1700000000, 'new', 0, '')"
)
MESSAGE = (
    "INSERT INTO outbox (dedupe, lane, channel, account, priority, policy, topic, state,"
    " not_before, attempts, created_at, settled_at, vanish_at, heard, messages, reason)"
    " VALUES ('m', x'00', 'web', 'w', 1, 'hold', '', 'uncertain', 1, 1, 1, 1, 0, '', '', 'x')"
)
NEWER = "INSERT INTO schema_version VALUES (9999, 'later', 'x', 0)"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An installation whose store has been made."""
    made = ready(tmp_path)
    text = made.config.read_text("utf-8")
    made.write("config.toml", text.replace("port = 8321", f"port = {free_port()}"))
    assert made.run("plan", "show").code == 0
    return made


def sql(text: str) -> Callable[[Shell], object]:
    """Something that stands in the store."""

    def spoil(shell: Shell) -> None:
        with contextlib.closing(sqlite3.connect(shell.folder / "data" / "jianjian.db")) as db:
            db.execute(text)
            db.commit()

    return spoil


def no_folder(shell: Shell) -> None:
    data = shell.folder / "data"
    data.rename(shell.folder / "old")
    data.write_bytes(b"")


def written(old: str, new: str) -> Callable[[Shell], object]:
    """Another word in the configuration."""

    def spoil(shell: Shell) -> None:
        text = shell.config.read_text("utf-8")
        assert old in text
        shell.write("config.toml", text.replace(old, new))

    return spoil


AWAY = "postgresql://a:hunter2@127.0.0.1:9/x?connect_timeout=1"
ILL: list[tuple[str, Callable[[Shell], object], str]] = [
    (
        "folder open to others",
        lambda s: (s.folder / "data").chmod(0o755),
        "data: others may enter",
    ),
    ("no folder", no_folder, "data: is no folder; name another in app.data_dir"),
    ("no keys", lambda s: (s.folder / "keys.json").unlink(), "keys.json: there is no key file"),
    ("open keys", lambda s: (s.folder / "keys.json").chmod(0o444), "chmod 400"),
    ("newer store", sql(NEWER), "install the newer program, or restore the backup"),
    ("store away", written("sqlite:jianjian.db", AWAY), "check [storage] url and that the server"),
]
ADVICE: list[tuple[str, Callable[[Shell], object], str]] = [
    ("well", lambda s: None, "the store answers (sqlite)"),
    ("stopped", lambda s: None, "start it with `jianjian run`"),
    ("an event waits", sql(EVENT), "in the store: 1 events wait for their turn"),
    ("a doubtful message", sql(MESSAGE), "`jianjian outbox list` names them"),
]


@pytest.mark.parametrize(("spoil", "line"), [i[1:] for i in ILL], ids=[i[0] for i in ILL])
def test_an_illness_is_named_with_its_mend_and_ends_with_1(
    shell: Shell, spoil: Callable[[Shell], object], line: str
) -> None:
    spoil(shell)
    said = shell.run("doctor")
    assert said.code == 1
    assert [one for one in said.err.splitlines() if line in one], said.err
    assert "hunter2" not in said.err + said.out
    assert "jianjian 0." in said.out  # the other parts are looked at all the same


@pytest.mark.parametrize(("stand", "line"), [a[1:] for a in ADVICE], ids=[a[0] for a in ADVICE])
def test_advice_ends_with_0(shell: Shell, stand: Callable[[Shell], object], line: str) -> None:
    stand(shell)
    said = shell.run("doctor")
    assert (said.code, said.err) == (0, "")
    assert line in said.out


@pytest.fixture
def program(shell: Shell) -> Iterator[str]:
    """The program of this installation runs; its address."""
    command = [sys.executable, "-m", "bot", "-c", str(shell.config), "run"]
    (line,) = [x for x in shell.config.read_text("utf-8").splitlines() if x.startswith("port")]
    address = f"http://127.0.0.1:{line.split()[-1]}/healthz"
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(address, timeout=5).close()
                break
        yield address
        running.terminate()


def test_a_running_program_tells_the_doctor_what_needs_somebody(
    shell: Shell, program: str
) -> None:
    said = shell.run("doctor")
    assert (said.code, said.err) == (0, "")
    assert "the program runs and takes reports" in said.out
    sql(EVENT)(shell)
    said = shell.run("doctor")
    assert said.code == 1
    assert said.line.startswith("inbox: 1 new; look for turn.failed")
