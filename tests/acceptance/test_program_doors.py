"""The doors of the real program: a report read once, health, metrics, the public notice."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from storage import audit
from tests.acceptance.telegram_stage import (
    INPUTS,
    Stage,
    eventually,
    file_report,
    go,
    later,
    offers,
    press,
    staged,
)
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen
from tests.handlers.citizens import STORY, receipt

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


async def test_nothing_that_anybody_said_lies_open_on_the_disk(stage: Stage) -> None:
    citizen = Citizen(stage.api, 700_500_501)
    citizen.starts("s_s1")
    await go(citizen, INPUTS[:4])
    await press(citizen, "实名")
    await citizen.hears_text("姓名")
    citizen.says("欧阳泓澄")
    await citizen.hears_text("联系方式")
    citizen.says("139-5550-1234")
    await press(citizen, "其余跳过")
    await citizen.hears_text("经过")
    citizen.says(STORY)
    await offers(citizen, "完成")
    said = ("欧阳泓澄", "139-5550-1234", STORY[:12], "700500501")
    staff = ("顾明川", "90001")
    assert lying_open(stage, said) == []
    citizen.clicks("完成")
    await go(citizen, INPUTS[7:])
    code, phrase = receipt((await citizen.hears_text("查询口令"))["text"])
    await stage.bind("member")
    await stage.program.close()
    assert lying_open(stage, (*said, *staff, phrase, code, code.replace("-", ""))) == []
    await stage.program.start()


def lying_open(stage: Stage, words: tuple[str, ...]) -> list[tuple[str, str]]:
    """(file, word) of every word that can be read in a file of the installation."""
    files = [p for p in stage.config.data_dir.rglob("*") if p.is_file()]
    assert any(p.name == "jianjian.db" for p in files)
    return [(p.name, w) for p in files for w in words if w.encode() in p.read_bytes()]


async def test_the_audit_trail_of_a_day_is_whole(stage: Stage) -> None:
    await file_report(Citizen(stage.api, 501))
    await stage.bind("member")
    await stage.program.ticker.link_audit()
    found = await stage.look(partial(audit.verify, at=int(stage.clock.now().timestamp())))
    assert (found.broken, found.waiting) == (None, 0)
    assert found.linked
