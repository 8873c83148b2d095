"""`jianjian demo` as a process: a page for each act, each with the way to the other."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

LIMIT = 60  # seconds


@contextmanager
def shown(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The demo while it runs; stopped as an operator would."""
    command = [sys.executable, "-m", "bot", "demo", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(LIMIT)


def page(address: str) -> str:
    with urlopen(address, timeout=LIMIT) as answer:
        return str(answer.read().decode())


def test_every_act_has_a_page_that_leads_to_the_other() -> None:
    with shown("--port", "0") as process:
        assert process.stdout is not None
        addresses = [process.stdout.readline().strip() for _ in range(2)]
        first, second = (page(address) for address in addresses)
        assert f'href="{addresses[1]}"' in first
        assert f'href="{addresses[0]}"' in second
        people = [set(re.findall(r"<small>(\w+)</small>", text)) for text in (first, second)]
        assert people == [
            {"林素秋", "陆清和", "邵一鸣"},
            {"韩予宁", "乔安澜", "陶仲衡", "冯一舟"},
        ]
    assert process.returncode == 0


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1] - 1)
        with shown("--port", port) as process:
            process.wait(LIMIT)
            assert process.stderr is not None
            told = process.stderr.read()
    assert process.returncode == 1
    assert len(told.splitlines()) == 1, told
    assert str(int(port) + 1) in told
