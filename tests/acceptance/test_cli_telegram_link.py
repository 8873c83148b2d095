"""An invitation names the bot's link where Telegram answers, else how to send the code."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.acceptance.command_line import Shell, ready


class Platform(BaseHTTPRequestHandler):
    """Knows one method of one bot."""

    def do_GET(self) -> None:
        known = self.path == "/bot1:abcdefgh/getMe"
        body = b'{"ok": true, "result": {"username": "jianjian_bot"}}' if known else b"{}"
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def platform() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Platform)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def with_telegram(folder: Path, root: str) -> Shell:
    shell = ready(folder)
    section = f'\n[telegram]\ntoken = "1:abcdefgh"\napi_base_url = "{root}"\n'
    shell.write("config.toml", shell.config.read_text("utf-8") + section)
    shell.run("plan", "import", str(shell.folder / "plan.toml"), "--yes")
    return shell


def test_the_link_opens_the_bot_with_the_code(tmp_path: Path, platform: str) -> None:
    said = with_telegram(tmp_path, platform).run("invite", "leader1", "--no-qr")
    assert said.code == 0
    found = r"^telegram: https://t\.me/jianjian_bot\?start=bind_[a-z2-7]{16}$"
    assert re.search(found, said.out, re.MULTILINE)


def test_without_an_answer_the_code_is_told_to_be_sent(tmp_path: Path) -> None:
    said = with_telegram(tmp_path, "http://127.0.0.1:9").run("invite", "leader1", "--no-qr")
    assert said.code == 0
    found = r"^telegram: send /start bind_[a-z2-7]{16} to the bot$"
    assert re.search(found, said.out, re.MULTILINE)
