"""The house of the duty talks for the planner: events are recorded straight, days pass by hand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from casework.calendar import WorkCalendar, overlay
from casework.ladder import redated
from casework.mission import Seat
from casework.profiles import Common, Profile
from handlers import office, pauses, recompute
from handlers.desk import Desk
from handlers.dutybook import (
    DELIVERED,
    RECEIVED,
    add_sign_duty,
    mission_of,
    next_opening,
    record_event,
)
from handlers.messages import Reply
from handlers.recalculation import look_ahead
from handlers.reminders import plan_reminders
from handlers.review_watch import watch
from storage import documents, duties, people, reminders
from storage.base import Session
from storage.documents import Document
from storage.duties import Duty
from storage.reminders import Reminder
from tests.handlers.duty_house import MISSION, SEATS, House, build
from tests.handlers.duty_house import ROUTES as DUTY_ROUTES
from tests.handlers.talk import Shown, World

ROUTES = replace(
    DUTY_ROUTES,
    cards={**DUTY_ROUTES.cards, **office.CARDS, **recompute.CARDS},
    forms={**DUTY_ROUTES.forms, **{form.id: form for form in pauses.FORMS}},
)
NOTICE_2027 = {
    "year": [{"year": 2027, "rest": [date(2027, 1, 1), date(2027, 1, 4)]}],
}


class PlannerHouse(House):
    """A house whose events need no talk."""

    async def happen(self, day: str, event: str) -> None:
        """An event of the mission, on this day, recorded on this day."""
        self.clock(day)
        await self.act(lambda desk: _record(desk, event))

    async def signed(self, day: str, delivered: str = "") -> list[Shown]:
        """Feedback delivered and received."""
        await self.happen(delivered or day, DELIVERED)
        await self.happen(day, RECEIVED)
        return []

    async def unsigned(self, day: str) -> None:
        """Feedback delivered, with the reminders to sign for it."""
        await self.happen(day, DELIVERED)
        on = date.fromisoformat(day)
        await self.act(lambda desk: add_sign_duty(desk, mission_of(desk, MISSION), on))

    async def act(self, act: Callable[[Desk], object]) -> None:
        """Something done at a desk that tells nobody."""

        def tick(desk: Desk) -> list[Reply]:
            act(desk)
            return []

        await self.world.tick(tick)

    async def day(self, day: str, hour: str = "09:00") -> list[str]:
        """Every tick of a day that reminds: reviews, pauses, the planner."""
        self.clock(day, hour)
        told = []
        for tick in (partial(watch, limit=50), partial(pauses.resume, limit=50)):
            told += await self.world.tick(tick)
        told += await self.world.tick(partial(plan_reminders, limit=50))
        return [f"{shown.parcel.chat}: {shown.text}" for shown in told]

    async def duty(self, kind: str) -> Duty:
        """The newest duty of a kind."""
        return next(duty for duty in await self.duties() if duty.kind == kind)

    async def extend(self, kind: str, day: str) -> None:
        """An extension that was agreed: the ladder hangs on the later day."""
        duty, on = await self.duty(kind), date.fromisoformat(day)

        def agreed(desk: Desk) -> None:
            ladder = redated(duty.ladder, on, desk.rules.calendar)
            new = duties.moved(duty, extended_to=on, ladder=ladder)
            check = next_opening(desk, ladder, frozenset())
            duties.revise(desk.db, duties.moved(new, next_check=check))

        await self.act(agreed)

    async def duties(self) -> list[Duty]:
        """Every duty of the mission."""
        return await self.world.storage.read(partial(duties.of_stationing, stationing_id=MISSION))

    async def ledger(self) -> list[Reminder]:
        """Everything the ledger of reminders knows."""
        known = [duty.id for duty in await self.duties()]
        read = self.world.storage.read
        return [one for id in known for one in await read(partial(reminders.ledger, duty_id=id))]

    async def pause(self, doc: str, until: str, reason: str) -> list[Shown]:
        """The office pauses a duty by its form, as far as it gets; what it was told last."""
        await self.officer.say("/office")
        shown = await self.officer.press("暂停提醒")
        choice = next(label for label in shown[-1].labels if doc in label)
        await self.officer.press(choice)
        shown = await self.officer.say(until)
        return await self.officer.say(reason) if reason else shown

    async def hand_in(self, kind: str, day: str) -> None:
        """A version of a document came; nobody is told here."""
        self.clock(day)
        duty = await self.duty(kind)

        def come(desk: Desk) -> None:
            versions = documents.of(desk.db, desk.vault, duty.id)
            new = Document(
                id=desk.new_id(),
                duty_id=duty.id,
                version=len(versions) + 1,
                handed_on=desk.today,
                actor="liaison",
                at=desk.at,
                words={},
            )
            documents.add(desk.db, desk.vault, new)
            now = duties.moved(
                duty, state="submitted", submitted_on=desk.today, next_on=None, next_check=None
            )
            duties.move(desk.db, duty, now)

        await self.act(come)

    async def decide(self, kind: str) -> None:
        """The newest version is accepted."""
        duty = await self.duty(kind)

        def accept(desk: Desk) -> None:
            last = documents.of(desk.db, desk.vault, duty.id)[-1]
            documents.decide(desk.db, desk.vault, last.id, "accepted", actor="officer", at=desk.at)
            duties.move(desk.db, duty, duties.moved(duty, state="accepted", next_check=None))

        await self.act(accept)

    async def audited(self) -> list[str]:
        """The acts of the audit trail, oldest first."""
        rows = await self.world.storage.read(lambda db: db.all("audit.unlinked", limit=10_000))
        return [row["action"] for row in rows]

    async def look(self) -> list[Shown]:
        """What the program does about certain dates after another calendar came."""
        return await self.world.tick(partial(look_ahead, limit=50))

    def know(
        self,
        calendar: Mapping[str, Any] | None = None,
        profile: Profile | None = None,
        common: Common | None = None,
    ) -> None:
        """Another start of the program with other files."""
        rules = self.world.kit.rules
        if calendar is not None:
            rules = replace(rules, calendar=WorkCalendar(overlay(calendar, "overlay.toml")))
        if profile is not None:
            rules = replace(rules, profiles={**rules.profiles, profile.id: profile})
        if common is not None:
            rules = replace(rules, common=common)
        self.world.kit = replace(self.world.kit, rules=rules)


async def planner_house(world: World, profile: str = "county-2012", **seats: Seat) -> PlannerHouse:
    """The plan in force, with further people where `seats` names them."""
    await build(world, profile)
    home = PlannerHouse(world)
    vault = world.kit.vault

    def more(db: Session) -> None:
        for name in seats:
            people.put_person(db, vault, name, name)
            people.bind(db, vault, ("web", "web", name), id=f"b-{name}", person_id=name, at=1)
        people.put_seats(db, "r", [*SEATS.items(), *seats.items()])

    await world.storage.transact(more)
    home.chats |= {name: world.chat(name) for name in seats}
    return home


def days(first: str, last: str) -> Iterator[str]:
    """Every day from `first` to `last`."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        yield day.isoformat()
        day += timedelta(days=1)


def _record(desk: Desk, event: str) -> None:
    record_event(desk, mission_of(desk, MISSION), event, desk.today)
