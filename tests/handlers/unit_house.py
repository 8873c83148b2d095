"""The unit's side: everybody who has a part in its documents, over all routes."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from casework.mission import Seat
from handlers.desk import Desk, Person
from handlers.dutybook import DELIVERED, add_sign_duty, mission_of, record_event
from handlers.messages import Reply
from handlers.routes import ROUTES
from storage import documents, duties, people
from storage.base import Session
from storage.documents import Document, StepTaken
from storage.duties import Duty
from storage.sealing import Vault
from tests.handlers import duty_house
from tests.handlers.duty_house import MISSION, House
from tests.handlers.talk import Chat, Shown, World

__all__ = ["ROUTES", "UnitHouse", "build"]

MORE = {
    "member": Seat(role="team_member", team="one"),
    "officer2": Seat(role="office"),
    "city": Seat(role="municipal_liaison"),
    "watch": Seat(role="unit_supervisor", unit="a"),
}


def _seat(db: Session, vault: Vault, left_out: tuple[str, ...]) -> None:
    every = {**duty_house.SEATS, **MORE}
    for name in every:
        people.put_person(db, vault, name, name)
        if name in left_out:
            people.unbind(db, people.chat_index(vault, "web", "web", name))
        else:
            people.bind(db, vault, ("web", "web", name), id=f"b-{name}", person_id=name, at=1)
    people.put_seats(db, "r", list(every.items()))


class UnitHouse(House):
    """The house of the duties, with the feedback delivered and signed by the shortest way."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.chats |= {name: world.chat(name) for name in MORE}

    async def act(self, act: Callable[[Desk], Any], who: str = "officer") -> None:
        """Something done at a desk at which this person sits."""

        def unit(desk: Desk) -> list[Reply]:
            desk.me = Person(id=who, roles=people.seats(desk.db, who))
            act(desk)
            return []

        await self.world.tick(unit)

    async def delivered(self, day: str) -> None:
        """The feedback is on record and waits for its 签收."""
        self.clock(day)

        def deliver(desk: Desk) -> None:
            mission, on = mission_of(desk, MISSION), date.fromisoformat(day)
            record_event(desk, mission, DELIVERED, on, words={"approval": "县委常委会"})
            add_sign_duty(desk, mission, on)

        await self.act(deliver)

    async def signed(self, day: str, delivered: str = "") -> list[Shown]:
        """Feedback delivered, and signed for by the liaison."""
        await self.delivered(delivered or day)
        self.clock(day)
        await self.liaison.say("/duties")
        return await self.liaison.press("签收")

    async def card(self, who: Chat, doc: str) -> Shown:
        """The card of one duty in the list of this person."""
        listed = await who.say("/duties")
        return next(shown for shown in listed if shown.text.startswith(f"{doc}（"))

    async def ask(self, doc: str, new_on: str, reason: str = "工程验收推迟") -> list[Shown]:
        """The liaison asks for another date."""
        shown = await self.card(self.liaison, doc)
        await self.liaison.press_data(shown.data[shown.labels.index("申请调整时限")])
        await self.liaison.say(new_on)
        await self.liaison.say(reason)
        await self.liaison.press("没有材料")
        return await self.liaison.press("确认提交")

    async def duty(self, kind: str) -> Duty:
        """The duty of one kind, as it stands."""
        listed = await self.world.storage.read(lambda db: duties.of_stationing(db, MISSION))
        return next(duty for duty in listed if duty.kind == kind)

    async def versions(self, kind: str) -> list[Document]:
        """What was handed in for it."""
        duty, vault = await self.duty(kind), self.world.kit.vault
        return await self.world.storage.read(lambda db: documents.of(db, vault, duty.id))

    async def steps(self, document: Document) -> list[StepTaken]:
        """The steps of one version."""
        vault = self.world.kit.vault
        return await self.world.storage.read(lambda db: documents.steps(db, vault, document.id))

    @staticmethod
    def seat_both(db: Session) -> None:
        """The leader sits in the office as well."""
        seats = {**duty_house.SEATS, **MORE}
        listed = [*seats.items(), ("leader", Seat(role="office"))]
        people.put_seats(db, "r", listed)

    def keys(self, who: Chat) -> list[str]:
        """The keys of everything this person was told."""
        return [shown.key for shown in who.heard]


async def build(world: World, profile: str, *, without: tuple[str, ...] = ()) -> UnitHouse:
    """The plan in force; who is in `without` has a seat and no chat."""
    vault = world.kit.vault
    await world.storage.transact(partial(duty_house._found, vault=vault, profile=profile))
    await world.storage.transact(partial(_seat, vault=vault, left_out=without))
    return UnitHouse(world)
