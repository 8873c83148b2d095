"""清除: messages go, the draft goes, the notices stop; the receipt works from anywhere."""

import pytest

from storage import conversations, push_links, reports
from storage.base import Session
from tests.handlers.citizens import INTEGRITY, ROUTES, file_by_code, look, receipt, settle
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import World


@pytest.fixture
async def world(make_world: MakeWorld) -> World:
    return await settle(make_world(ROUTES))


async def test_erasing_deletes_messages_cuts_notices_and_keeps_the_receipt(world: World) -> None:
    chat = world.chat("citizen")
    ticket = receipt(await file_by_code(chat, category=INTEGRITY))
    await chat.press("跳过")
    await chat.press("有消息时提醒我")
    vault = world.kit.vault
    shown = await chat.say("清除")
    assert shown[0].key == "erase.done"
    assert chat.last_sent in shown[0].parcel.body["x"]
    lane = conversations.lane_of(vault, "web", "web", "citizen")
    assert await look(world, lambda db: conversations.load(db, vault, lane).version) == 0
    other = world.chat("second")
    await other.say("查询")
    assert "已登记" in (await other.say(" ".join(ticket)))[0].text


@pytest.mark.parametrize(("choice", "linked"), [("不用提醒", False), ("有消息时提醒我", True)])
async def test_notices_come_only_to_whoever_asked_and_stop_with_erasing(
    world: World, choice: str, linked: bool
) -> None:
    chat = world.chat("citizen")
    code, _ = receipt(await file_by_code(chat, category=INTEGRITY))
    await chat.press("跳过")
    await chat.press(choice)
    vault = world.kit.vault

    def link(db: Session) -> tuple[str, str, str] | None:
        report = reports.by_code(db, vault, code.replace("-", ""))
        assert report is not None
        return push_links.address(db, vault, report.id)

    assert await look(world, link) == (("web", "web", "citizen") if linked else None)
    await chat.say("清除")
    assert await look(world, link) is None


async def test_erasing_a_draft_keeps_nothing_of_it(world: World) -> None:
    chat = world.chat("citizen")
    await chat.start("s_s1")
    await chat.press("我已阅读")
    await chat.say("/erase")
    shown = await chat.say("你好")
    assert shown[0].key == "greeting.plain"
