"""The whole life of a duty, the same on both engines: signed, reminded, returned, accepted."""

import pytest

from bot.config import Config
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers.turn import Kit
from storage import documents, duties, reminders
from storage.base import Storage
from storage.sealing import Vault
from tests.handlers.duty_house import MISSION, ROUTES, House, build
from tests.handlers.talk import ZONE, World


@pytest.fixture
async def home(storage: Storage, vault: Vault) -> House:
    texts = Texts(read_catalogues(), ZONE)
    kit = Kit(vault=vault, rules=make_rules(Config(), texts), routes=ROUTES)
    return await build(World(storage, kit, texts), "county-2012")


async def test_a_duty_lives_from_its_signature_to_its_acceptance(
    home: House, storage: Storage, vault: Vault
) -> None:
    await home.signed("2026-01-30")
    assert len(await home.tick("2026-02-13")) == 1
    assert len(await home.tick("2026-03-20")) == 4
    await home.submit(home.liaison, "整改方案")
    await home.leader.press("退回修改")
    await home.leader.say("请补充")
    await home.leader.say("2026-03-27")
    assert len(await home.tick("2026-03-26")) == 1
    await home.submit(home.liaison, "整改方案", "已补充")
    await home.through()

    listed = await storage.read(lambda db: duties.of_stationing(db, MISSION))
    states = {duty.obligation: duty.state for duty in listed}
    assert states == {"feedback.sign": "accepted", "plan": "accepted", "report": "open"}
    plan = next(duty for duty in listed if duty.obligation == "plan")
    kept = await storage.read(lambda db: documents.of(db, vault, plan.id))
    assert [(d.version, d.state) for d in kept] == [(1, "returned"), (2, "accepted")]
    assert kept[0].reason == "请补充"
    ledger = await storage.read(lambda db: reminders.ledger(db, plan.id))
    assert {(r.revision, r.rung) for r in ledger if r.state == "sent"} == {(1, 1), (1, 5), (2, 1)}
    assert await storage.read(lambda db: duties.next_due(db)) is not None
