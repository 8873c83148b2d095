"""What a platform should never send is refused or set aside alone, and people are told."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.acceptance.county import facts
from tests.acceptance.telegram_stage import HOOK, INPUTS, Stage, eventually, go, later, staged
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen
from tests.channels.telegram_support import SECRET

MALFORMED = (
    b'{"update_id": %d, "message": 5}',
    b'{"update_id": %d, "message": {"chat": {"id": "x"}, "from": {"id": 1}, "message_id": 2}}',
    b'{"update_id": %d, "callback_query": {"id": 1, "from": null, "message": {"chat": null}}}',
    b'{"update_id": %d, "message": {"chat": {"id": 501}, "from": {"id": 501}, "message_id": 3,'
    b' "text": 7}}',
)
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(4000)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def stage(tmp_path: Path, api: BotApi) -> AsyncIterator[Stage]:
    async with staged(tmp_path, api) as running:
        for _ in range(3):  # what the program does by itself on this day is done beforehand
            await running.program.ticker.act_all()
        yield running


def held(stage: Stage) -> Any:
    """Every fact; acts only by their number, as the chain links them meanwhile."""
    found = facts(stage.config.data_dir / "jianjian.db")
    return {**found, "audit": len(found["audit"])}


async def states(stage: Stage) -> dict[str, int]:
    rows = await stage.look(lambda db: db.all("inbox.counts"))
    return {row["state"]: int(row["n"]) for row in rows}


@pytest.mark.parametrize(
    "secret", [None, "", "wrong-secret-0123456789", SECRET[:-1], SECRET + "x"]
)
async def test_a_forged_webhook_is_refused_and_leaves_nothing(
    api: BotApi, stage: Stage, secret: str | None
) -> None:
    before, kept = held(stage), await states(stage)
    person = {"id": 501, "is_bot": False, "first_name": "x"}
    forged = {
        "update_id": 5,
        "message": {"message_id": 1, "chat": {"id": 501}, "from": person, "text": "/start s_s1"},
    }
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(stage.root + HOOK, json=forged, headers=headers) as answer,
    ):
        assert answer.status in (401, 403)
        assert SECRET not in await answer.text()
    assert held(stage) == before
    assert await states(stage) == kept
    assert Citizen(api, 501).chat.said == []


async def test_malformed_updates_are_set_aside_alone_and_stay_so_after_a_restart(
    api: BotApi, stage: Stage
) -> None:
    before = held(stage)
    citizen = Citizen(api, 501)
    for body in MALFORMED:
        api.updates.add_raw(body)
    citizen.starts("s_s1")
    assert "须知" in (await citizen.hears())[0]["text"]

    async def aside() -> bool | None:
        return (await states(stage)).get("poison", 0) == len(MALFORMED) or None

    assert await eventually(aside)
    await stage.restart()
    citizen.clicks("我已阅读")
    assert "主要反映谁" in (await citizen.hears())[0]["text"]
    assert (await states(stage))["poison"] == len(MALFORMED)
    assert held(stage) == before


async def test_an_update_with_unknown_fields_is_answered_as_ever(
    api: BotApi, stage: Stage
) -> None:
    citizen = Citizen(api, 501)
    person = {"id": 501, "is_bot": False, "first_name": "x", "mood": {"new": [1, None]}}
    message = {
        "message_id": 7,
        "date": 1,
        "chat": {"id": 501, "type": "private", "colour": 3},
        "from": person,
        "text": "你好",
        "hologram": {"x": [{}]},
    }
    update = {"update_id": 0, "message": message, "new_thing": {"deep": [[[]]]}}
    body = json.dumps(update).replace('"update_id": 0', '"update_id": %d').encode()
    before = held(stage)
    api.updates.add_raw(body)
    assert "请发送“举报”" in (await citizen.hears())[0]["text"]
    assert (await states(stage)).get("poison", 0) == 0
    assert held(stage) == before


@pytest.mark.parametrize(
    ("name", "content", "size"),
    [("照片.jpg", EXE, None), ("合同.pdf", bytes(2000), 25_000_000), ("空.txt", b"", None)],
)
async def test_a_file_that_cannot_be_kept_is_told_and_leaves_no_bytes(
    api: BotApi, stage: Stage, name: str, content: bytes, size: int | None
) -> None:
    citizen = Citizen(api, 501)
    citizen.starts("s_s1")
    await go(citizen, INPUTS[:5])
    await citizen.hears_text("经过")
    citizen.document(name, content, size=size)

    async def told() -> str | None:
        later(stage, seconds=30)
        await stage.program.fetcher.run_due()
        await stage.program.dispatcher.poll()
        found = [m["text"] for m in citizen.chat.said if "没有收下" in m.get("text", "")]
        return found[0] if found else None

    said = await eventually(told)
    assert "可以" in said
    blobs = stage.config.data_dir / "blobs"
    assert [path for path in blobs.rglob("*") if path.is_file()] == []
    citizen.says("/cancel")
    await citizen.hears_text("没有保存任何内容")
    assert held(stage)["attachment"] == []
