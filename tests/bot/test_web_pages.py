"""The pages beside the chat: reading, downloads, the public notice, health, metrics, demo."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import zxingcpp
from aiohttp.test_utils import TestClient, TestServer

from bot.demo.page import ClockView, DemoParts, DemoView, Phone
from bot.web.origin import Door
from bot.web.pages import Download, Entrance, NoticePage, ReadFile, ReadPage, ReadPart, qr
from bot.web.server import Health, Parts, make_app
from tests.channels.webchat_stage import TEXTS, HandClock

TOKEN = "token-0123456789"
READ = ReadPage(
    title="S7K2-M4",
    parts=[ReadPart(label="情况", text="<script>alert(1)</script>\n第二行")],
    files=[ReadFile(id="file-0123456789", name="材料一.pdf", size=348_000)],
    minutes=10,
)
NOTICE = NoticePage(
    title="县委第三巡察组公告",
    text="一、受理范围。<b>",
    entrances=[Entrance(label="网页", url="https://report.example/?s=s_north")],
    open=False,
)


class Shelf:
    """Hands out each thing once and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def read(self, token: str) -> ReadPage | None:
        """The page of the one good token, once."""
        self.asked.append(token)
        return READ if self.asked.count(TOKEN) == 1 and token == TOKEN else None

    async def file(self, ticket: str) -> Download | None:
        """The one good file, once."""
        self.asked.append(ticket)
        if ticket != "file-0123456789" or self.asked.count(ticket) > 1:
            return None
        return Download(name="材料一.pdf", pieces=self.pieces())

    async def pieces(self) -> AsyncIterator[bytes]:
        """Two pieces."""
        yield b"%PDF"
        yield b"-1.7"

    async def notice(self, stationing: str, locale: str) -> NoticePage | None:
        """The notice of the one stationing."""
        return NOTICE if stationing == "north" else None


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def parts_with(shelf: Shelf, **changes: Any) -> Parts:
    """A server with everything on it."""
    values: dict[str, Any] = {
        "reader": shelf.read,
        "attachment": shelf.file,
        "notice": shelf.notice,
    }
    return Parts(say=TEXTS.say, clock=HandClock(), door=Door(), **{**values, **changes})


@pytest.fixture
async def client(shelf: Shelf) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(make_app(parts_with(shelf)))) as one:
        yield one


def ours(client: TestClient[Any, Any]) -> dict[str, str]:
    """The headers of a page of our own."""
    return {"Origin": str(client.make_url("/")).rstrip("/")}


async def test_looking_at_a_link_does_not_use_it_up(
    client: TestClient[Any, Any], shelf: Shelf
) -> None:
    for path in ("/read", "/file/file-0123456789"):
        for _ in range(3):
            assert (await client.get(path)).status == 200
    assert shelf.asked == []


async def test_content_is_shown_once(client: TestClient[Any, Any]) -> None:
    first = await client.post("/read", json={"token": TOKEN}, headers=ours(client))
    assert first.status == 200
    body = await first.json()
    assert body["title"] == "S7K2-M4"
    assert body["parts"] == [{"label": "情况", "text": "<script>alert(1)</script>\n第二行"}]
    assert body["minutes"] == 10
    assert first.headers["Cache-Control"] == "no-store"
    second = await client.post("/read", json={"token": TOKEN}, headers=ours(client))
    assert (second.status, await second.json()) == (410, {"key": "web.read_gone"})


async def test_a_foreign_page_cannot_use_a_link(
    client: TestClient[Any, Any], shelf: Shelf
) -> None:
    for headers in ({}, {"Origin": "https://evil.example"}):
        for path in ("/read", "/file/file-0123456789"):
            answer = await client.post(path, json={"token": TOKEN}, headers=headers)
            assert answer.status == 403
    assert shelf.asked == []


@pytest.mark.parametrize("body", [b"", b"[]", b'{"token":7}', b'{"token":"short"}', b"x" * 5_000])
async def test_a_ticket_of_another_form_is_refused(
    client: TestClient[Any, Any], shelf: Shelf, body: bytes
) -> None:
    answer = await client.post("/read", data=body, headers=ours(client))
    assert answer.status == 400
    assert shelf.asked == []


async def test_a_file_is_handed_out_once_under_its_name(client: TestClient[Any, Any]) -> None:
    answer = await client.post("/file/file-0123456789", headers=ours(client))
    assert await answer.read() == b"%PDF-1.7"
    assert "%E6%9D%90%E6%96%99" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "application/octet-stream"
    again = await client.post("/file/file-0123456789", headers=ours(client))
    assert again.status == 410
    assert "已经用过" in await again.text()


async def test_the_notice_shows_its_doors_and_escapes_its_words(
    client: TestClient[Any, Any],
) -> None:
    answer = await client.get("/p/north")
    text = await answer.text()
    assert "县委第三巡察组公告" in text
    assert "&lt;b&gt;" in text
    assert 'href="https://report.example/?s=s_north"' in text
    assert "现在不在受理时间内" in text
    assert text.count("<svg") == 1


@pytest.mark.parametrize("path", ["/p/nowhere", "/nothing", "/chat/words/fr.json", "/demo"])
async def test_what_does_not_exist_says_so_in_words(
    client: TestClient[Any, Any], path: str
) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    if path != "/nothing":
        assert "没有这个页面" in await answer.text()


def drawn(svg: str) -> memoryview:
    """The picture that the path of a code describes, 4 pixels a module, one byte each."""
    side = int(svg.partition('viewBox="0 0 ')[2].partition(" ")[0])
    path = svg.rpartition('d="')[2].partition('"')[0]
    grid = [[255] * side for _ in range(side)]
    x = y = 0.0
    for step, a, b in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if step == "M":
            x, y = float(a), float(b)
        elif step == "m":
            x, y = x + float(a), y + float(b)
        else:
            for column in range(int(x), int(x + float(a))):
                grid[int(y)][column] = 0
            x += float(a)
    rows = [bytes(v for v in row for _ in range(4)) * 4 for row in grid]
    return memoryview(b"".join(rows)).cast("B", (side * 4, side * 4))


def test_the_code_on_the_notice_can_be_read_back() -> None:
    url = "https://report.example/?s=s_north"
    (code,) = zxingcpp.read_barcodes(drawn(str(qr(url))))
    assert code.text == url


@pytest.mark.parametrize(("ok", "status"), [(True, 200), (False, 503)])
async def test_health_is_200_only_when_the_program_is_well(
    shelf: Shelf, ok: bool, status: int
) -> None:
    async def health() -> Health:
        return Health(ok=ok, parts={"storage": "ok" if ok else "down"})

    app = make_app(parts_with(shelf, health=health))
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/healthz", headers={"Host": "any.example"})
        assert answer.status == status
        assert (await answer.json())["ok"] is ok


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-Forwarded-For": "203.0.113.7"}, 404),
        ({"Forwarded": "for=203.0.113.7"}, 404),
        ({"Host": "report.example"}, 404),
        ({"Host": "report.example", "Authorization": "Bearer measure-me"}, 200),
        ({"Host": "report.example", "Authorization": "Bearer wrong"}, 404),
        ({"Host": "report.example", "Authorization": "Bearer "}, 404),
    ],
)
async def test_metrics_are_for_this_machine_or_the_token(
    shelf: Shelf, headers: dict[str, str], status: int
) -> None:
    async def metrics() -> bytes:
        return b"up 1\n"

    app = make_app(parts_with(shelf, metrics=metrics, metrics_token="measure-me"))
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/metrics", headers=headers)).status == status


async def test_what_is_not_given_is_not_there(shelf: Shelf) -> None:
    app = make_app(parts_with(shelf, reader=None, attachment=None, notice=None, chat=False))
    async with TestClient(TestServer(app)) as client:
        for path in ("/", "/read", "/file/file-0123456789", "/p/north", "/metrics", "/healthz"):
            assert (await client.get(path)).status == 404


class Bar:
    """A clock bar that remembers how it was moved."""

    def __init__(self) -> None:
        self.moves: list[str] = []

    async def phones(self) -> list[Phone]:
        """Two phones."""
        return [
            Phone(slot="citizen", person="匿名", start="s_north"),
            Phone(slot="office", person="周安", start="bind_abc"),
        ]

    async def look(self) -> ClockView:
        """Where it stands."""
        return ClockView(now="2026-03-02T09:30", lines=["演示开始"])

    async def advance(self, days: int) -> ClockView:
        """Some days on."""
        self.moves.append(f"+{days}")
        return ClockView(now="2026-03-03T09:30", lines=["前进 1 天"])

    async def next_reminder(self) -> ClockView:
        """To the next reminder."""
        self.moves.append("next")
        return ClockView(now="2026-03-09T09:30")


async def test_the_demo_shows_its_phones_and_moves_its_clock(shelf: Shelf) -> None:
    bar = Bar()
    demo = DemoParts(
        say=TEXTS.say,
        door=Door(),
        phones=bar.phones,
        look=bar.look,
        advance=bar.advance,
        next_reminder=bar.next_reminder,
    )
    app = make_app(parts_with(shelf, routes=DemoView(demo).routes()))
    async with TestClient(TestServer(app)) as client:
        text = await (await client.get("/demo")).text()
        assert 'src="/?slot=office#bind_abc"' in text
        assert (await client.get("/demo/static/demo.js")).status == 200
        told: aiohttp.ClientResponse = await client.post(
            "/demo/clock", json={"to": "days", "days": 1}, headers=ours(client)
        )
        assert await told.json() == {"now": "2026-03-03T09:30", "lines": ["前进 1 天"]}
        await client.post("/demo/clock", json={"to": "next_reminder"}, headers=ours(client))
        for body in ({"to": "days", "days": 0}, {"to": "days", "days": -3}, {"to": "back"}):
            refused = await client.post("/demo/clock", json=body, headers=ours(client))
            assert refused.status == 400
        assert (await client.post("/demo/clock", json={"to": "days"})).status == 403
    assert bar.moves == ["+1", "next"]
