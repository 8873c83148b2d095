"""A small plan for the duty talks: two units, one team, an office, and everybody's chat bound."""

from datetime import date, datetime
from functools import partial

from casework.mission import Department, Round, Seat, Stationing, Team, Unit
from handlers import (
    document_reading,
    duties,
    extension_papers,
    extensions,
    feedback,
    letters,
    office,
    reviews,
    signatures,
    signing,
    submissions,
    supervision,
)
from handlers.desk import Desk
from handlers.messages import Reply
from handlers.recalculation import recalculate
from handlers.reminders import plan_reminders
from handlers.turn import Routes
from storage import missions, people
from storage.base import Session
from storage.sealing import Vault
from tests.handlers.talk import ZONE, Chat, Shown, World

MISSION = "a-mission-with-a-name-that-is-too-long-for-a-button-anywhere"
SEATS = {
    "liaison": Seat(role="unit_liaison", unit="a"),
    "principal": Seat(role="unit_principal", unit="a"),
    "stranger": Seat(role="unit_liaison", unit="b"),
    "leader": Seat(role="team_leader", team="one"),
    "officer": Seat(role="office"),
    "head": Seat(role="leading_group"),
    "clerk": Seat(role="department_member", department="discipline"),
}


def _nothing(desk: Desk, argument: str = "") -> list[Reply]:
    return [Reply(key="form.nothing_to_cancel")]


FORMS = (
    *feedback.FORMS,
    *signing.FORMS,
    *submissions.FORMS,
    *signatures.FORMS,
    *reviews.FORMS,
    *extensions.FORMS,
    *extension_papers.FORMS,
    *letters.FORMS,
)
ROUTES = Routes(
    commands={**duties.COMMANDS, **office.COMMANDS},
    words={"整改": "duties"},
    cards={
        **office.CARDS,
        **signing.CARDS,
        **submissions.CARDS,
        **signatures.CARDS,
        **document_reading.CARDS,
        **reviews.CARDS,
        **extensions.CARDS,
        **extension_papers.CARDS,
        **supervision.CARDS,
    },
    forms={form.id: form for form in FORMS},
    start=_nothing,
    otherwise=_nothing,
    group=_nothing,
)


def _found(db: Session, vault: Vault, profile: str) -> None:
    missions.put_places(
        db,
        Round(id="r", name="第一轮", profile_id=profile),
        units=[Unit(id="a", name="甲镇"), Unit(id="b", name="乙局")],
        teams=[Team(id="one", name="第一组")],
        departments=[
            Department(id="discipline", name="县纪委", kind="discipline"),
            Department(id="civil", name="县民政局", kind="other"),
        ],
    )
    for unit in ("a", "b"):
        mission = Stationing(
            id=f"m-{unit}" if unit == "b" else MISSION,
            round_id="r",
            team_id="one",
            team_name="",
            unit_id=unit,
            unit_name="",
            starts_on=date(2025, 11, 3),
            ends_on=date(2025, 12, 12),
            accept_from=0,
            accept_until=1,
            profile_id=profile,
            profile_version="1",
        )
        missions.put_stationing(db, mission, entry=f"e-{unit}")
        missions.approve(db, mission.id, at=1, actor="officer")
    for name in SEATS:
        people.put_person(db, vault, name, name)
        people.bind(db, vault, ("web", "web", name), id=f"b-{name}", person_id=name, at=1)
    people.put_seats(db, "r", list(SEATS.items()))


class House:
    """The installation with everybody's chat, and a clock set by hand."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chats: dict[str, Chat] = {name: world.chat(name) for name in SEATS}

    def __getattr__(self, name: str) -> Chat:
        return self.chats[name]

    def clock(self, day: str, hour: str = "09:00") -> None:
        """Set the clock of the test, forward or back."""
        self.world.now = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZONE)

    async def tick(self, day: str = "", hour: str = "09:00", limit: int = 50) -> list[str]:
        """One tick of the planner: who was told, in order, as `person: text`."""
        if day:
            self.clock(day, hour)
        told = await self.world.tick(partial(plan_reminders, limit=limit))
        return [f"{shown.parcel.chat}: {shown.text}" for shown in told]

    async def recount(self) -> list[Shown]:
        """What the program does after a new notice of holidays."""
        return await self.world.tick(partial(recalculate, limit=50))

    async def deliver(self, day: str, unit: str = "甲镇") -> list[Shown]:
        """The office records the feedback by its own form."""
        self.clock(day)
        await self.officer.say("/office")
        await self.officer.press("登记反馈")
        await self.officer.press(unit)
        await self.officer.press("同意")
        await self.officer.say("县委2025年第8次常委会")
        if self.officer.last.key == "motion.ask_consulted":  # 003 第十一条
            await self.officer.say("与市委副书记沟通，同意反馈")
        await self.officer.press("今天")
        return await self.officer.press("确认提交")

    async def signed(self, day: str, delivered: str = "") -> list[Shown]:
        """Feedback delivered and signed for."""
        await self.deliver(delivered or day)
        self.clock(day)
        return await self.liaison.press("签收")

    async def through(self) -> list[Shown]:
        """审核 by the leader, then 转报 by the office (003-17)."""
        await self.leader.press("审核通过")
        return await self.officer.press("审核无误，转报")

    async def submit(self, who: Chat, doc: str, words: str = "已按要求完成") -> list[Shown]:
        """Hand a document in by its card in the list of duties."""
        listed = await who.say("/duties")
        card = next(shown for shown in listed if shown.text.startswith(f"{doc}（"))
        await who.press_data(card.data[0])
        await who.press("没有材料")
        await who.say(words)
        return await who.press("确认提交")


async def build(world: World, profile: str) -> House:
    """The plan in force under a regulation profile."""
    vault = world.kit.vault
    await world.storage.transact(partial(_found, vault=vault, profile=profile))
    return House(world)
