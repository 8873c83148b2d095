"""`jianjian run` as a process: it starts, answers, ends when told to, and says why it cannot."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.command_line import Shell, ready


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = ready(tmp_path)
    text = made.config.read_text("utf-8").replace("port = 8321", "port = 0")
    made.write("config.toml", text)
    return made


def start(shell: Shell) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bot", "-c", str(shell.config), "run"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def program(shell: Shell) -> Iterator[subprocess.Popen[str]]:
    running = start(shell)
    yield running
    running.kill()
    running.communicate()


def port_of(running: subprocess.Popen[str]) -> int:
    assert running.stderr is not None
    for line in running.stderr:
        told = json.loads(line)
        if told["event"] == "program.started":
            return int(told["port"])
    raise AssertionError("the program ended before it was up")


def test_it_starts_answers_and_ends_when_told_to(program: subprocess.Popen[str]) -> None:
    address = f"http://127.0.0.1:{port_of(program)}/healthz"
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.status == 200
        assert json.loads(answer.read())["ok"] is True
    program.send_signal(signal.SIGTERM)
    assert program.wait(30) == 0


def test_a_second_program_over_the_same_store_says_so(
    shell: Shell, program: subprocess.Popen[str]
) -> None:
    port_of(program)
    said = shell.run("run")
    assert said.code == 1
    assert said.line.startswith("another process holds this database; stop it")


def test_a_port_that_is_taken_ends_with_one_line(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = shell.config.read_text("utf-8").replace("port = 0", f"port = {port}")
        shell.write("config.toml", text)
        running = start(shell)
        try:
            _, err = running.communicate(timeout=60)
        finally:
            running.kill()
            running.communicate()
    assert running.returncode == 1
    (line,) = err.splitlines()
    assert str(port) in line
    assert line.endswith("check the path, its rights and the port")


def test_it_does_not_start_with_a_wrong_configuration(shell: Shell) -> None:
    shell.write("config.toml", '[app]\ntimezone = "Mars/Olympus"\n')
    said = shell.run("run")
    assert said.code == 2
    assert "app.timezone" in said.line


def test_it_does_not_start_without_keys(shell: Shell) -> None:
    (shell.folder / "keys.json").unlink()
    said = shell.run("run")
    assert said.code == 2
    assert "keys.json: there is no key file" in said.line
