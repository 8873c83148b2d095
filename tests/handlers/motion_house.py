"""Motions put by hand on the team's plan, with everybody who may decide on them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from casework.mission import Seat
from handlers import motions, waiting
from handlers.desk import Desk, Person
from handlers.dutybook import mission_of
from handlers.messages import Reply, Text
from handlers.routes import ROUTES
from storage import motions as store
from storage import people
from storage.base import Session
from storage.motions import Motion, Step
from storage.sealing import Vault
from tests.handlers.talk import Shown, World
from tests.handlers.team_house import SEATS, House, build

__all__ = ["ROUTES", "MotionHouse", "settle"]


class MotionHouse(House):
    """The team's house, in which motions are put and followed."""

    async def put(
        self,
        who: str = "lead",
        *,
        seats: tuple[str, ...] = ("office",),
        kind: str = "statement",
        subject: str = "m-a",
        consult: tuple[str, ...] = (),
        recused: tuple[str, ...] = (),
        text: str = "拟对外说明修路款一事的办理进度。",
        details: Mapping[str, Any] | None = None,
    ) -> Motion:
        """A motion as a module of the program would put it for this person."""

        def act(desk: Desk) -> list[Reply]:
            desk.me = Person(id=who, roles=people.seats(desk.db, who))
            told = motions.put(
                desk,
                kind=kind,
                subject=subject,
                mission=mission_of(desk, "m-a"),
                seats=seats,
                title=Text("motion.kind_statement"),
                text=text,
                basis="《意见》五（五）",
                consult=consult,
                recused=recused,
                details=details,
            )
            return [r for r in told if r.to is not None]

        await self.world.tick(act)
        return await self.motion(kind, subject)

    async def seat(self, person: str, role: str) -> None:
        """One more seat for somebody."""
        held = [*SEATS.items(), (person, Seat(role=role))]
        await self.world.storage.transact(lambda db: people.put_seats(db, "r", held))

    async def unseat(self, person: str) -> None:
        """Somebody sits as a member of the other team from now on."""
        held = [(p, seat) for p, seat in SEATS.items() if p != person]
        moved = (person, Seat(role="team_member", team="two"))
        await self.world.storage.transact(lambda db: people.put_seats(db, "r", [*held, moved]))

    async def decide(self, who: str, motion: Motion, *, paper: bool = False) -> None:
        """A decision past every button."""

        def act(desk: Desk) -> list[Reply]:
            desk.me = Person(id=who, roles=people.seats(desk.db, who))
            motions.decide(desk, motion, "agree", {}, paper=paper)
            return []

        await self.world.tick(act)

    async def motion(self, kind: str = "statement", subject: str = "m-a") -> Motion:
        """The newest motion on a subject."""
        vault = self.world.kit.vault
        found = await self.world.storage.read(lambda db: store.last_of(db, vault, kind, subject))
        assert found is not None
        return found

    async def steps(self, motion: Motion) -> list[Step]:
        """Its way so far."""
        vault = self.world.kit.vault
        return await self.world.storage.read(lambda db: store.steps(db, vault, motion))

    async def agree(self, who: str, *hearing: str) -> list[Shown]:
        """Press 同意 on the newest card; what is asked first is a hearing, then a remark."""
        chat = self.chats[who]
        await chat.press("同意")
        for answer in hearing:
            await (chat.press(answer) if answer == "今天" else chat.say(answer))
        return await chat.press("跳过")

    async def paper(self, who: str, verdict: str = "同意", *hearing: str) -> list[Shown]:
        """Enter a decision taken on paper."""
        chat = self.chats[who]
        await chat.press("登记纸质决定")
        await chat.press(verdict)
        await chat.say("县委常委会纪要〔2026〕3号")
        await chat.press("今天")
        await chat.say("书记、纪委书记、组织部部长")
        await chat.say("同意所报事项。")
        shown = await chat.press("没有材料")
        for answer in hearing:
            shown = await (chat.press(answer) if answer == "今天" else chat.say(answer))
        return shown

    async def remind(self) -> list[Shown]:
        """What the program does by itself about waiting motions."""
        return await self.world.tick(waiting.remind)


MORE = {
    "principal": Seat(role="unit_principal", unit="a"),
    "city": Seat(role="municipal_liaison"),
}
MORE_NAMES = {"principal": "贾首长", "city": "石联络"}


def _add(db: Session, vault: Vault) -> None:
    for person in MORE:
        people.put_person(db, vault, person, MORE_NAMES[person])
        people.pledge(db, person, 1)
        chat = ("web", "web", person)
        people.bind(db, vault, chat, id=f"b-{person}", person_id=person, at=1)
    people.put_seats(db, "r", [*SEATS.items(), *MORE.items()])


async def settle(world: World, profile: str) -> MotionHouse:
    """The team's house with the unit's principal and the municipal liaison."""
    await build(world, profile)
    await world.storage.transact(partial(_add, vault=world.kit.vault))
    house = MotionHouse(world)
    house.chats |= {name: world.chat(name) for name in MORE}
    return house
