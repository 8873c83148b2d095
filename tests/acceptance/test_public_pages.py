"""`/p/<stationing>` and the board's page as the browser gets them, without a browser."""

import json
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from openpyxl import load_workbook

from storage import duties, missions, reminders
from tests.acceptance.public_stage import PublicStage, staged_public
from tests.handlers.public_house import clock


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[PublicStage]:
    async with staged_public(tmp_path) as made:
        clock(made.world, "2026-03-16")
        yield made


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def page(
    client: aiohttp.ClientSession, stage: PublicStage, query: str = "?lang=zh_CN"
) -> str:
    async with client.get(f"{stage.root}/p/s1{query}") as answer:
        assert answer.status == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        return await answer.text()


async def post(
    client: aiohttp.ClientSession, stage: PublicStage, path: str, body: dict[str, Any]
) -> tuple[int, bytes]:
    headers = {"Origin": stage.root}
    async with client.post(f"{stage.root}{path}?lang=zh_CN", json=body, headers=headers) as answer:
        return answer.status, await answer.read()


async def opened(
    client: aiohttp.ClientSession, stage: PublicStage, person: str = "office"
) -> tuple[str, str]:
    """(ticket, page) of a board that was opened by its link."""
    token = (await stage.board_link(person)).partition("#")[2]
    status, body = await post(client, stage, "/desk/open", {"token": token})
    assert status == 200
    text = body.decode()
    return text.partition('data-ticket="')[2].partition('"')[0], text


async def test_the_notice_says_what_the_clause_wants(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    """001 巡视了解: 目的、任务、范围、安排、联系方式; 004 五(二): 意见箱、举报途径."""
    await stage.public("notice", "意见箱：镇政府一楼大厅。电话：0554-1234567，每日8:30至17:30。")
    text = await page(client, stage)
    for words in (
        "巡察任务",
        "受理范围",
        "2026年3月2日至2026年4月30日",
        "受理时间",
        "意见箱：镇政府一楼大厅",
        "欢迎干部群众如实反映情况",
        "下一级党组织主要负责人",
        "不干预",
        "不查办案件",
    ):
        assert words in text
    assert "/#s_s1" in text
    assert "/#f_s1" in text


async def test_the_notice_names_the_sponsor_of_its_own_regulation(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    """002 一, 004 一(二): one committee leads its own inspection."""
    assert "根据遂溪县委统一部署" in await page(client, stage)


async def test_the_page_speaks_both_languages_and_leads_to_the_other(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    assert 'lang="zh-CN"' in await page(client, stage)
    english = await page(client, stage, "?lang=en")
    assert 'lang="en"' in english
    assert "Reports are taken from" in english
    assert 'href="?lang=zh_CN"' in english


async def test_only_what_is_public_stands_on_the_page(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    """004 六(六), 002 五(四)."""
    assert "将在本页显示" in await page(client, stage)
    await stage.public("feedback", "反馈指出三个方面问题。<script>alert(1)</script>")
    one = await stage.public("rectification", "已完成整改。", "https://www.example.gov.cn/a")
    text = await page(client, stage)
    assert "反馈指出三个方面问题。&lt;script&gt;" in text
    assert "<script>alert" not in text
    assert 'href="https://www.example.gov.cn/a" rel="noopener noreferrer nofollow"' in text
    clock(stage.world, "2026-03-20")
    await stage.withdraw(one)
    text = await page(client, stage)
    assert "已完成整改" not in text
    assert "公开的内容已于2026年3月20日撤回" in text
    assert "内部原因" not in text


async def test_a_window_that_was_moved_is_announced_again(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    """003 第二条 and 000 三: a longer stationing, and a new notice."""
    assert "调整" not in await page(client, stage)
    at = int(stage.world.now.timestamp())
    await stage.world.storage.transact(
        lambda db: missions.move_window(
            db, "s1", id="w1", window=(at, at + 86_400), at=at, actor="office"
        )
    )
    assert "受理时间已于2026年3月16日调整" in await page(client, stage)


async def test_there_is_no_page_before_the_office_approved_it(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    async with client.get(f"{stage.root}/p/nowhere") as answer:
        assert answer.status == 404


async def test_the_boards_link_opens_once_and_a_look_at_it_uses_nothing_up(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    await stage.signed()
    link = await stage.board_link()
    token = link.partition("#")[2]
    async with client.get(f"{stage.root}/desk") as answer:
        assert answer.status == 200
        assert "青石镇" not in await answer.text()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
    status, body = await post(client, stage, "/desk/open", {"token": token})
    assert status == 200
    assert "青石镇党委" in body.decode()
    assert (await post(client, stage, "/desk/open", {"token": token}))[0] == 410
    assert (await post(client, stage, "/desk/open", {"token": "nonsense-0123456789"}))[0] == 410


async def test_a_link_that_is_a_quarter_of_an_hour_old_opens_nothing(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    await stage.signed()
    token = (await stage.board_link()).partition("#")[2]
    stage.world.pass_time(minutes=16)
    assert (await post(client, stage, "/desk/open", {"token": token}))[0] == 410


async def test_the_board_says_in_words_what_it_says_in_colours(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    await stage.signed()
    clock(stage.world, "2026-06-01")
    _, text = await opened(client, stage)
    assert 'class="chip over">逾期' in text
    assert 'scope="col">督办' in text
    assert "<svg" in text
    assert "进驻 · 2026年3月2日" in text
    assert 'href="#m1-' in text


async def test_a_tap_on_the_page_sends_the_text_that_it_shows(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    await stage.signed()
    clock(stage.world, "2026-06-01")
    ticket, text = await opened(client, stage)
    duty = text.partition('data-duty="')[2].partition('"')[0]
    tap = {"ticket": ticket, "duty": duty, "code": "urge", "reason": "请尽快报送"}
    status, _ = await post(client, stage, "/desk/act", tap)
    assert status == 200
    assert [p.chat for p in stage.offered].count("staff-liaison") == 1
    told = await stage.world.storage.read(lambda db: reminders.ledger(db, duty))
    assert {r.level for r in told if r.template == "by_hand"} == {"催办"}
    sent = len(stage.offered)
    status, body = await post(client, stage, "/desk/act", tap)
    assert (status, json.loads(body)["text"]) == (409, "情况已有变化，请在督办台重新打开。")
    assert len(stage.offered) == sent


async def test_the_page_acts_for_nobody_without_its_ticket_origin_or_seat(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    await stage.signed()
    clock(stage.world, "2026-06-01")
    ticket, text = await opened(client, stage, "leading")
    assert 'class="main send"' not in text
    listed = await stage.world.storage.read(lambda db: duties.of_stationing(db, "s1"))
    owed = next(duty for duty in listed if duty.obligor == "target_unit")
    tap = {"ticket": ticket, "duty": owed.id, "code": "urge"}
    status, body = await post(client, stage, "/desk/act", tap)
    assert status == 409
    assert "只能由" in json.loads(body)["text"]
    assert (await post(client, stage, "/desk/act", {**tap, "ticket": "x" * 32}))[0] == 410
    assert (await post(client, stage, "/desk/act", {**tap, "code": "escalate"}))[0] == 400
    async with client.post(f"{stage.root}/desk/act", json=tap) as answer:
        assert answer.status == 403
    assert stage.offered == []
    stage.world.pass_time(minutes=31)
    assert (await post(client, stage, "/desk/act", tap))[0] == 410


async def test_the_log_is_a_sheet_with_a_line_for_each_reminder(
    stage: PublicStage, client: aiohttp.ClientSession
) -> None:
    await stage.signed()
    clock(stage.world, "2026-06-01")
    ticket, text = await opened(client, stage)
    duty = text.partition('data-duty="')[2].partition('"')[0]
    await post(client, stage, "/desk/act", {"ticket": ticket, "duty": duty, "code": "urge"})
    status, body = await post(client, stage, "/desk/sheet", {"ticket": ticket})
    assert status == 200
    sheet = load_workbook(BytesIO(body)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("时间", "层级", "单位")
    assert any("邵一鸣" in str(row) and "催办" in str(row) for row in rows[1:])
    assert (await post(client, stage, "/desk/sheet", {"ticket": "x" * 32}))[0] == 410
