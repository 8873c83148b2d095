"""Support for the public side and the board: events of missions, texts put to the page."""

from datetime import date, datetime
from typing import Any

from handlers.desk import Desk
from handlers.dutybook import DELIVERED, RECEIVED, mission_of, record_event
from handlers.messages import Reply
from storage import duties, public_texts
from storage.duties import Duty
from storage.public_texts import PublicText
from tests.handlers.talk import ZONE, Chat, Shown, World
from tests.handlers.team_house import House

WORDS = "一、选人用人方面的问题已完成整改。二、财务管理制度已经修订。"


def clock(world: World, day: str, hour: str = "09:00") -> None:
    """Set the clock of the test."""
    world.now = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZONE)


async def happen(world: World, event: str, on: str, mission: str = "m-a") -> None:
    """An event of a mission is recorded."""

    def record(desk: Desk) -> list[Reply]:
        record_event(desk, mission_of(desk, mission), event, date.fromisoformat(on))
        return []

    await world.tick(record)


async def signed(world: World, on: str = "2026-03-16", mission: str = "m-a") -> None:
    """Feedback delivered and signed for on one day."""
    clock(world, on)
    await happen(world, DELIVERED, on, mission)
    await happen(world, RECEIVED, on, mission)


async def owed(world: World, kind: str, mission: str = "m-a") -> Duty:
    """The duty of a kind."""
    listed = await world.storage.read(lambda db: duties.of_stationing(db, mission))
    return next(duty for duty in listed if duty.kind == kind)


async def set_duty(world: World, duty: Duty, **changes: Any) -> None:
    """Move a duty past every rule."""
    to = duties.moved(duty, **changes)
    await world.storage.transact(lambda db: duties.move(db, duty, to))


async def propose(
    chat: Chat, kind: str, text: str = WORDS, *, link: str = "", unit: str = "甲镇"
) -> list[Shown]:
    """Fill in the form and confirm it."""
    await chat.say("/publish")
    if "提出公开" in chat.last.labels:
        await chat.press("提出公开")
    await chat.press(unit)
    await chat.press(kind)
    await chat.say(text)
    await chat.press("今天")
    if link:
        await chat.say(link)
    else:
        await chat.press("跳过")
    return await chat.press("确认提交")


async def texts_of(house: House, mission: str = "m-a") -> list[PublicText]:
    """Every text put to a mission's page, in the order of putting."""
    vault = house.world.kit.vault
    found = await house.world.storage.read(lambda db: public_texts.of(db, vault, mission))
    return sorted(found, key=lambda one: one.at)
