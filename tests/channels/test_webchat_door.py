"""Who gets in at the door of the web chat, and what every answer tells the browser."""

from pathlib import Path

import aiohttp
import pytest

from tests.channels.webchat_stage import staged

PUBLIC = "https://report.example"
HOST = "report.example"
TEMPLATES = Path(__file__).parents[2] / "bot" / "web" / "templates"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://127.0.0.1:1", "https://{host}", "http://{host}x"],
)
async def test_a_page_of_a_foreign_origin_gets_no_socket(tmp_path: Path, origin: str) -> None:
    async with staged(tmp_path) as stage, aiohttp.ClientSession() as http:
        told = {"Origin": origin.format(host=f"127.0.0.1:{stage.port}")}
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(f"{stage.root}/chat/ws", headers=told)
        assert refused.value.status == 403


@pytest.mark.parametrize(
    ("headers", "trusted", "status"),
    [
        ({}, False, 200),
        ({"Host": "localhost:80"}, False, 200),
        ({"Host": HOST}, False, 403),
        ({"Host": HOST, "X-Forwarded-Proto": "https"}, False, 403),
        ({"Host": HOST, "X-Forwarded-Proto": "https"}, True, 200),
        ({"Host": HOST, "X-Forwarded-Proto": "http"}, True, 403),
        ({"Host": HOST}, True, 403),
        ({"Host": "rebound.example", "X-Forwarded-Proto": "https"}, True, 421),
    ],
)
@pytest.mark.parametrize("path", ["/", "/calm", "/static/base.css"])
async def test_pages_open_over_https_or_on_this_machine_only(
    tmp_path: Path, path: str, headers: dict[str, str], trusted: bool, status: int
) -> None:
    async with (
        staged(tmp_path, public_url=PUBLIC, trusted_proxy=trusted) as stage,
        aiohttp.ClientSession() as http,
        http.get(stage.root + path, headers=headers) as answer,
    ):
        assert answer.status == status
        if status == 403:
            assert "HTTPS" in await answer.text()


async def test_the_socket_obeys_the_same_rule_behind_a_proxy(tmp_path: Path) -> None:
    told = {"Host": HOST, "Origin": PUBLIC, "X-Forwarded-Proto": "https"}
    for trusted, welcome in ((True, True), (False, False)):
        folder = tmp_path / str(trusted)
        folder.mkdir()
        async with (
            staged(folder, public_url=PUBLIC, trusted_proxy=trusted) as stage,
            aiohttp.ClientSession() as http,
        ):
            url = f"{stage.root}/chat/ws"
            if welcome:
                async with http.ws_connect(url, headers=told) as ws:
                    await ws.send_str('{"type":"hello"}')
                    assert (await ws.receive_json())["type"] == "welcome"
            else:
                with pytest.raises(aiohttp.WSServerHandshakeError):
                    await http.ws_connect(url, headers=told)


@pytest.mark.parametrize("path", ["/", "/calm", "/static/chat/main.js", "/chat/words/en.json"])
async def test_every_answer_is_private_and_allows_nothing_from_elsewhere(
    tmp_path: Path, path: str
) -> None:
    async with (
        staged(tmp_path) as stage,
        aiohttp.ClientSession() as http,
        http.get(stage.root + path) as answer,
    ):
        assert answer.status == 200
        told = answer.headers
        assert told["Referrer-Policy"] == "no-referrer"
        assert told["Cache-Control"] == "no-store"
        assert told["X-Content-Type-Options"] == "nosniff"
        policy = told["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert f"ws://127.0.0.1:{stage.port}" in policy
        assert "Set-Cookie" not in told


@pytest.mark.parametrize("name", ["chat.html", "read.html", "notice.html", "calm.html"])
def test_no_page_holds_inline_script_or_style_or_foreign_addresses(name: str) -> None:
    text = (TEMPLATES / name).read_text("utf-8")
    assert "style=" not in text
    assert "<style" not in text
    assert " on" + "click" not in text
    assert "<script>" not in text
    assert "http" not in text


@pytest.mark.parametrize(
    ("told", "asked", "lang"),
    [
        ("zh-CN,zh;q=0.9", "", "zh-CN"),
        ("", "", "zh-CN"),
        ("fr", "", "zh-CN"),
        ("en-GB,en", "", "en"),
        ("en-GB,en", "zh_CN", "zh-CN"),
        ("zh-CN", "en", "en"),
        ("zh-CN", "xx", "zh-CN"),
    ],
)
async def test_the_page_speaks_the_language_asked_for_else_the_browsers_else_chinese(
    tmp_path: Path, told: str, asked: str, lang: str
) -> None:
    async with (
        staged(tmp_path) as stage,
        aiohttp.ClientSession() as http,
        http.get(stage.root, params={"lang": asked}, headers={"Accept-Language": told}) as answer,
    ):
        assert f'<html lang="{lang}"' in await answer.text()
