"""The duty house with the events of its missions: their clock, their entry, what is ended."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from handlers import (
    checklists,
    discharges,
    duties,
    events,
    feedback,
    mission_clock,
    mission_sheet,
    signing,
    submissions,
)
from handlers.desk import Desk
from handlers.dutybook import mission_of, record_event
from handlers.messages import Reply
from handlers.turn import Routes
from storage import duties as kept
from storage import missions
from storage.base import Session
from storage.duties import Duty
from tests.handlers.duty_house import MISSION, House, build
from tests.handlers.talk import ZONE, Chat, Shown, World

MODULES = (checklists, discharges, duties, events, feedback, mission_sheet, signing, submissions)


def _nothing(desk: Desk, argument: str = "") -> list[Reply]:
    return [Reply(key="form.nothing_to_cancel")]


def _joined(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in MODULES:
        found |= getattr(module, name, {})
    return found


ROUTES = Routes(
    commands=_joined("COMMANDS"),
    words={"整改": "duties", "记事": "events"},
    cards=_joined("CARDS"),
    forms={form.id: form for module in MODULES for form in getattr(module, "FORMS", ())},
    start=_nothing,
    otherwise=_nothing,
    group=_nothing,
)


class EventHouse(House):
    """Everybody's chat, a clock set by hand, and short ways to let things happen."""

    async def day(self, day: str, hour: str = "09:00") -> list[Shown]:
        """What the clock of missions does on a day; what it tells."""
        self.clock(day, hour)
        return await self.world.tick(partial(mission_clock.milestones, limit=25))

    async def happens(self, event: str, day: str, mission: str = MISSION, **fields: Any) -> None:
        """An event that another act of the program brings."""

        def act(desk: Desk) -> list[Reply]:
            on = date.fromisoformat(day)
            record_event(desk, mission_of(desk, mission), event, on, **fields)
            return []

        await self.world.tick(act)

    async def acts(self, act: Callable[[Desk], Any]) -> Any:
        """Something done at a desk of the program; what it gave."""
        given: list[Any] = []

        def unit(desk: Desk) -> list[Reply]:
            given.append(act(desk))
            return []

        await self.world.tick(unit)
        return given[-1]

    async def owed(self, mission: str = MISSION) -> dict[str, Duty]:
        """Every duty of a mission by its obligation; of several the newest."""

        def look(db: Session) -> dict[str, Duty]:
            return {duty.obligation: duty for duty in kept.of_stationing(db, mission)}

        return await self.world.storage.read(look)

    async def milestones(self, mission: str = MISSION) -> dict[str, date]:
        """What happened in a mission, by the name of the event."""
        vault = self.world.kit.vault

        def look(db: Session) -> dict[str, date]:
            return {m.event: m.happened_on for m in kept.milestones(db, vault, mission)}

        return await self.world.storage.read(look)

    async def enter(
        self,
        who: Chat,
        event: str,
        day: str,
        *,
        note: str = "按程序办理",
        unit: str = "甲镇",
        discussed: str = "",
    ) -> list[Shown]:
        """Somebody enters an event by its form, as far as the form lets them."""
        await who.say("/events")
        await who.press("登记事项")
        await who.press(unit)
        asked = await who.press(event)
        if asked[-1].key != "event.happened_on":
            return asked
        asked = await who.say(day)
        if asked[-1].key == "event.happened_on":
            return asked
        if asked[-1].key == "event.discussed":
            await (who.say(discussed) if discussed else who.press("跳过"))
        await who.say(note)
        return await who.press("确认提交")

    async def close(self, missions_to_close: tuple[str, ...] = (MISSION,)) -> None:
        """The leader has closed the missions."""

        def shut(db: Session) -> None:
            for one in missions_to_close:
                missions.set_state(db, one, "closed")

        await self.world.storage.transact(shut)

    def today(self) -> datetime:
        """The clock."""
        return self.world.now.astimezone(ZONE)


async def built(world: World, profile: str) -> EventHouse:
    """The plan of the duty house under a regulation profile."""
    await build(world, profile)
    return EventHouse(world)
