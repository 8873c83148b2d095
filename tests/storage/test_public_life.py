"""The public side and the board, the same on both engines: proposed, public, followed, urged."""

from functools import partial

import pytest

from bot.config import Config
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers import following
from handlers.turn import Kit
from storage import board_links, followers, public_texts, reminder_log, urgings
from storage.base import Storage
from storage.sealing import Vault
from tests.handlers.public_house import clock, owed, propose, signed
from tests.handlers.talk import ZONE, World
from tests.handlers.team_house import ROUTES, House, build


@pytest.fixture
async def home(storage: Storage, vault: Vault) -> House:
    texts = Texts(read_catalogues(), ZONE)
    kit = Kit(vault=vault, rules=make_rules(Config(), texts), routes=ROUTES)
    return await build(World(storage, kit, texts), "county-2012")


async def test_a_text_is_proposed_public_told_and_withdrawn(
    home: House, storage: Storage, vault: Vault
) -> None:
    await signed(home.world)
    followed = [home.world.chat(f"c{n}") for n in range(3)]
    for chat in followed:
        await chat.start("f_m-a")
        await chat.press("关注")
    await followed[2].say("取消关注")
    await propose(home.officer, "整改情况")
    await home.second.press("同意")
    await home.second.press("跳过")
    told = await home.world.tick(following.tell)
    assert sorted(s.parcel.chat for s in told) == ["c0", "c1"]
    assert await home.world.tick(following.tell) == []
    (one,) = await storage.read(lambda db: public_texts.of(db, vault, "m-a"))
    assert (one.state, one.told_to) == ("public", public_texts.ALL_TOLD)
    assert await storage.read(lambda db: followers.count(db, "m-a")) == 2
    move = partial(public_texts.move, vault=vault, was=one, to="withdrawn", actor="officer", at=1)
    assert [await storage.transact(move), await storage.transact(move)] == [True, False]


async def test_an_officers_act_stands_in_the_ledger_and_in_the_log(
    home: House, storage: Storage, vault: Vault
) -> None:
    await signed(home.world)
    clock(home.world, "2026-05-08")
    plan = await owed(home.world, "plan")
    await home.officer.say("/board")
    await home.officer.press("甲镇 · ")
    await home.officer.press("督办")
    await home.officer.press("发出")
    (act,) = await storage.read(lambda db: urgings.of(db, vault, plan.id))
    assert (act.level, act.number, act.actor) == ("督办", 1, "officer")
    look = partial(reminder_log.page, reader="head", stationing="m-a", limit=10)
    lines = await storage.read(look)
    assert {line.recipient for line in lines} == {"liaison", "lead", "officer", "second"}
    assert {line.delivery for line in lines} == {"planned"}
    assert await storage.read(partial(reminder_log.size, reader="head")) == 4
    assert plan.id in await storage.read(reminder_log.levels)


async def test_a_link_to_the_board_is_good_once_and_for_a_while(
    home: House, storage: Storage, vault: Vault
) -> None:
    keep = partial(board_links.allow, vault=vault, person_id="head", at=100, until=1000)
    await storage.transact(lambda db: keep(db, token="one"))
    await storage.transact(lambda db: keep(db, token="two"))
    take = partial(board_links.take, vault=vault)
    assert await storage.transact(lambda db: take(db, token="one", at=1000)) == "head"
    assert await storage.transact(lambda db: take(db, token="one", at=1000)) is None
    assert await storage.transact(lambda db: take(db, token="two", at=1001)) is None
