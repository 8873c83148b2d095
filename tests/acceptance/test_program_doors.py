"""The doors of the real program: a report read once, health, metrics, the public notice."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from storage import audit
from tests.acceptance.telegram_stage import (
    Stage,
    eventually,
    file_report,
    later,
    press,
    staged,
)
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen
from tests.handlers.citizens import STORY

METRICS_TOKEN = "metrics-0123456789"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def stage(tmp_path: Path, api: BotApi) -> AsyncIterator[Stage]:
    async with staged(tmp_path, api, web={"metrics_token": METRICS_TOKEN}) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def reading_link(stage: Stage) -> tuple[Citizen, str, str]:
    """A member who asked to read a new report, the address that was sent, the report's id."""
    _, code, _ = await file_report(Citizen(stage.api, 501))
    member = await stage.bind("member")
    member.says(f"/queue {code}")
    await press(member, "查看")
    message = await member.hears_text("/read#")
    assert message["has_protected_content"] is True
    address = "http" + message["text"].rpartition("http")[2]
    return member, address, (await stage.report(code)).id


async def test_a_report_is_read_on_our_own_page_exactly_once(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    member, link, report = await reading_link(stage)
    assert not any("石料" in m.get("text", "") for m in member.chat.said)
    address, _, token = link.partition("#")
    assert address == f"{stage.root}/read"
    for _ in range(2):  # a preview of the link opens nothing
        async with http.get(address) as answer:
            assert answer.status == 200
            assert "石料" not in await answer.text()
    posted = partial(http.post, address, json={"token": token}, headers={"Origin": stage.root})
    async with posted() as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert STORY in [part["text"] for part in (await answer.json())["parts"]]
    async with posted() as answer:
        assert answer.status == 410
    acts = await stage.look(partial(audit.about, object=report))
    where = [act["facts"]["where"] for act in acts if act["action"] == "report.read"]
    assert where == ["link", "page"]


async def test_a_link_is_dead_after_a_quarter_of_an_hour_and_gone_from_the_chat(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    member, link, _ = await reading_link(stage)
    address, _, token = link.partition("#")
    later(stage, minutes=16)
    ticket, ours = {"token": token}, {"Origin": stage.root}
    async with http.post(address, json=ticket, headers=ours) as answer:
        assert answer.status == 410

    async def vanished() -> bool:
        later(stage, minutes=1)
        await stage.program.ticker.vanish()
        return not any("/read#" in m.get("text", "") for m in member.chat.messages.values())

    assert await eventually(vanished)


async def test_measures_are_for_this_machine_or_the_token_and_hold_no_content(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    _, code, _ = await file_report(Citizen(stage.api, 700_501))
    address = f"{stage.root}/metrics"
    async with http.get(f"{stage.root}/healthz") as answer:
        health = await answer.text()
        assert answer.status == 200
    async with http.get(address) as answer:
        assert answer.status == 200
        told = await answer.text()
    assert "jianjian_rows" in told
    for secret in ("石料", code, code[-4:], "700501", "青石", "顾明川", METRICS_TOKEN):
        assert secret not in told
        assert secret not in health
    proxied = {"X-Forwarded-For": "203.0.113.9"}
    async with http.get(address, headers=proxied) as answer:
        assert answer.status == 404
    async with http.get(address, headers={"Host": "jianjian.example"}) as answer:
        assert answer.status == 404
    for token, status in ((METRICS_TOKEN, 200), ("guess", 404)):
        headers = {**proxied, "Authorization": f"Bearer {token}"}
        async with http.get(address, headers=headers) as answer:
            assert answer.status == status


async def test_the_notice_names_every_door_and_only_approved_missions_have_one(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    await stage.api.called("getMe")

    async def both_doors() -> bool:
        async with http.get(f"{stage.root}/p/s1") as answer:
            assert answer.status == 200
            page = await answer.text()
        assert "青石镇党委" in page
        assert f"{stage.root}/#s_s1" in page
        return f"https://t.me/{stage.api.username}?start=s_s1" in page

    assert await eventually(both_doors)
    async with http.get(f"{stage.root}/p/nowhere") as answer:
        assert answer.status == 404


async def test_the_audit_trail_of_a_day_is_whole(stage: Stage) -> None:
    await file_report(Citizen(stage.api, 501))
    await stage.bind("member")
    await stage.program.ticker.link_audit()
    found = await stage.look(partial(audit.verify, at=int(stage.clock.now().timestamp())))
    assert (found.broken, found.waiting) == (None, 0)
    assert found.linked
