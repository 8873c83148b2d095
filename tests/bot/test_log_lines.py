"""What reaches the logs: fields of the list, never a secret, never the words of an exception."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

import bot
from bot.log import ALLOWED, OURS, set_up


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    caps = {name: logging.getLogger(name).level for name in OURS}
    written = io.StringIO()
    set_up("DEBUG", secrets=["hook-secret-1"], stream=written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, cap in caps.items():
        logging.getLogger(name).setLevel(cap)
    structlog.reset_defaults()


def test_a_field_that_is_not_on_the_list_is_dropped_and_counted(stream: io.StringIO) -> None:
    structlog.get_logger("bot.x").info(
        "lane.slow", milliseconds=70, text="张三收钱", chat="998877"
    )
    line = json.loads(stream.getvalue())
    assert line["event"] == "lane.slow"
    assert line["milliseconds"] == 70
    assert line["dropped"] == 2
    assert "张三" not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "POST /bot123456:AAHdqTcvCH1vGWJxfSeofSAs0K5/sendMessage",
        "start payload bind_abcdefghijklmnop",
        "postgresql://user:AAHdqTcvCH1@host/db",
        "header hook-secret-1",
    ],
)
def test_a_secret_in_a_message_is_blotted_out(stream: io.StringIO, text: str) -> None:
    logging.getLogger("other").error("%s", text)
    said = stream.getvalue()
    assert "***" in said
    for secret in ("AAHdqTcvCH1", "abcdefghijklmnop", "hook-secret-1"):
        assert secret not in said


def test_a_traceback_keeps_its_places_and_loses_its_words(stream: io.StringIO) -> None:
    try:
        raise ValueError("李四，住青石镇")
    except ValueError:
        logging.getLogger("other").exception("turn failed")
    said = stream.getvalue()
    assert "ValueError at test_a_traceback" in said
    assert "李四" not in said


@pytest.mark.parametrize(
    "name", ["httpx", "telegram.ext", "aiohttp.access", "aiosqlite", "psycopg.pool", "new.library"]
)
def test_third_parties_are_heard_from_warning_on(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("GET /secret/path")
    logging.getLogger(name).debug("INSERT INTO report VALUES ('words')")
    structlog.get_logger("bot.lanes").debug("turn.begun", count=1)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["turn.begun"]


def test_every_field_that_is_logged_is_on_the_list() -> None:
    used = {
        keyword.arg
        for path in Path(bot.__path__[0]).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
        and call.func.attr in ("debug", "info", "warning", "error")
        for keyword in call.keywords
    }
    assert used
    assert used - ALLOWED == set()
