"""The real program when Telegram refuses, vanishes, or sends what nobody can read."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.demo.party import Party
from storage import conversations
from storage.base import Session
from storage.conversations import Standing
from tests.acceptance.telegram_stage import HOOK, Stage, eventually, file_report, press, staged
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import bad_request, flood, migrated
from tests.channels.telegram_support import SECRET

MODES = ("webhook", "polling")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def stage(tmp_path: Path, api: BotApi) -> AsyncIterator[Stage]:
    async with staged(tmp_path, api) as running:
        yield running


def rows(db: Session) -> dict[str, dict[str, int]]:
    """How many rows stand in each open state."""
    tables = ("inbox", "outbox")
    return {t: {r["state"]: int(r["n"]) for r in db.all(f"{t}.counts")} for t in tables}


async def standing(stage: Stage, chat: int) -> Standing:
    vault = stage.program.vault
    lane = conversations.lane_of(vault, "telegram", str(stage.api.bot_id), str(chat))
    return await stage.look(partial(conversations.load, vault=vault, lane=lane))


async def test_a_flood_limit_on_one_chat_stalls_that_chat_alone(api: BotApi, stage: Stage) -> None:
    slowed, free = Citizen(api, 501), Citizen(api, 502)
    api.fail(flood(2, method="sendMessage", chat=501))
    slowed.says("/help")
    await api.called("sendMessage")
    free.says("/help")
    await free.hears()
    assert slowed.chat.said == []
    slowed.says("/language en")
    first, second = await slowed.hears(2)
    assert "举报" in first["text"]
    assert "English" in second["text"]
    refused, *taken = [c for c in api.named("sendMessage") if c.params["chat_id"] == 501]
    assert refused.status == 429
    assert [c.status for c in taken] == [200, 200]
    assert taken[0].at - refused.at >= 2


async def test_nothing_waits_for_somebody_who_blocked_the_bot_until_they_come_back(
    api: BotApi, stage: Stage
) -> None:
    citizen = Citizen(api, 501)
    _, code, _ = await file_report(citizen)
    await press(citizen, "跳过")
    await press(citizen, "有消息时提醒我")
    await citizen.hears_text("需要时请用编号和口令")
    citizen.chat.blocked = True
    citizen.says("/help")
    citizen.says("/language")

    async def gone() -> bool:
        return (await standing(stage, 501)).gone

    assert await eventually(gone)
    open_rows = (await stage.look(rows))["outbox"]
    assert open_rows.keys() <= {"failed"}
    citizen.chat.blocked = False
    citizen.says("/help")
    await citizen.hears()
    assert not (await standing(stage, 501)).gone
    assert code


async def test_leaving_is_noted_without_sending_anything(api: BotApi, stage: Stage) -> None:
    citizen = Citizen(api, 501)
    citizen.says("/help")
    await citizen.hears()
    citizen.blocks()

    async def gone() -> bool:
        return (await standing(stage, 501)).gone

    assert await eventually(gone)
    assert len(api.named("sendMessage")) == 1


async def test_a_group_that_became_a_supergroup_is_answered_at_its_new_number(
    api: BotApi, stage: Stage
) -> None:
    old, new = Citizen(api, 501, group=-500), Citizen(api, 501, group=-100_500)
    api.fail(migrated(-100_500, method="sendMessage", chat=-500))
    old.says("/report")
    assert (await new.hears())[0]["text"]
    assert old.chat.said == []


async def heard_of(stage: Stage, chat: int) -> list[str]:
    """The messages of a chat that the program has kept."""
    vault = stage.program.vault
    lane = conversations.lane_of(vault, "telegram", str(stage.api.bot_id), str(chat))
    kept = await stage.look(partial(conversations.messages_of, lane=lane, since=0))
    return [m for m in kept if m == "7"]


@pytest.mark.parametrize("mode", MODES)
async def test_telegram_may_be_away_at_the_start_and_come_back(
    tmp_path: Path, api: BotApi, mode: str
) -> None:
    await api.down()
    async with staged(tmp_path, api, mode) as stage:
        ours = {"Origin": stage.root}
        async with aiohttp.ClientSession(headers=ours) as http:
            async with http.get(f"{stage.root}/healthz") as answer:
                assert answer.status == 200
            party = Party(http, stage.root, "citizen", "")
            await party.open()
            await party.say("帮助")

            async def answered() -> bool:
                await party.flush()
                return any(not line.own for line in party.lines)

            assert await eventually(answered)
            await party.close()
        citizen = Citizen(api, 501)
        citizen.says("/help")
        await api.up()
        assert (await citizen.hears(within=60))[0]["text"]
        await api.called("setMyCommands", 3, within=60)


async def test_a_message_that_was_refused_is_listed_without_words_and_leaves_again_on_demand(
    api: BotApi, stage: Stage
) -> None:
    citizen = Citizen(api, 501)
    api.fail(bad_request("something new", method="sendMessage", chat=501))
    citizen.says("/help")
    operations = stage.operations()

    async def listed() -> list[dict[str, object]] | None:
        return (await operations.outbox_list({"limit": 9}))["messages"] or None

    (row,) = await eventually(listed)
    assert (row["channel"], row["state"], row["reason"]) == ("telegram", "failed", "rejected")
    assert not any("举报" in str(cell) or "501" in str(cell) for cell in row.values())
    done = await operations.outbox_retry({"ids": [row["id"], 10**6]})
    assert done == {"planned": [row["id"]], "refused": [10**6]}
    assert "举报" in (await citizen.hears())[0]["text"]


@pytest.mark.parametrize("mode", MODES)
async def test_an_update_that_nobody_can_read_stands_aside_alone(
    tmp_path: Path, api: BotApi, mode: str
) -> None:
    async with staged(tmp_path, api, mode) as stage:
        citizen = Citizen(api, 501)
        api.updates.add_raw(b'{"update_id":%d,"message":{"chat":"nonsense"}}')
        api.updates.add_raw(b'{"update_id":%d,"message":7}')
        api.updates.add("message", {**citizen.chat.new_message(citizen.me, {"text": "/help"}),
                                    "field_of_the_future": {"deep": [1, 2]}})  # fmt: skip
        assert (await citizen.hears())[0]["text"]

        async def poisoned() -> bool:
            return (await stage.look(rows))["inbox"] == {"poison": 2}

        assert await eventually(poisoned)
        await stage.restart()
        citizen.says("/help")
        await citizen.hears()
        assert (await stage.look(rows))["inbox"] == {"poison": 2}


async def test_a_forged_update_changes_nothing_and_a_true_one_waits_for_the_store(
    api: BotApi, stage: Stage
) -> None:
    said = {"message_id": 7, "chat": {"id": 501}, "from": {"id": 501}, "text": "/help"}
    update = {"update_id": 1, "message": said}
    true = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    false = {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"}

    async def post(headers: dict[str, str]) -> int:
        async with http.post(f"{stage.root}{HOOK}", json=update, headers=headers) as answer:
            return answer.status

    async with aiohttp.ClientSession() as http:
        Citizen(api, 501)
        assert await post({}) == await post(false) == 403
        assert await heard_of(stage, 501) == []
        assert await post(true) == await post(true) == 200
        assert await heard_of(stage, 501) == ["7"]
        await api.called("sendMessage")
        await stage.program.storage.close()
        assert await post({**true}) == 503
        async with http.get(f"{stage.root}/healthz") as answer:
            assert answer.status == 503
            assert (await answer.json())["ok"] is False
    assert len(api.named("sendMessage")) == 1
