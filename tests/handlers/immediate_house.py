"""The team's house with the unit's principal, and the way of a text to the unit."""

from functools import partial

from casework.mission import Seat
from handlers.routes import ROUTES
from storage import notices, people
from storage.base import Session
from storage.notices import Notice
from storage.reports import Report
from storage.sealing import Vault
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import Chat, Shown
from tests.handlers.team_house import SEATS, House, build

CHIEF = "夏明渊"
TEXT = "请逐笔公开本年度道路建设资金，并接受查询。"
ASKED = ("多次有人来访", "违反财务公开规定", "公开即可解决")
AGREED: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "county-2012": (("officer", ()), ("head", ("今天", "市委复函同意"))),
    "suixi-2016": (("officer", ()), ("head", ())),
    "jilin-2017": (("officer", ()), ("head", ())),
    "provincial-2009": (("officer", ()), ("head", ())),
    "central": (("officer", ()), ("head", ())),
}
"""Who agrees to 立行立改 after the leader proposed it, and what is recorded with it."""


def _seat_chief(db: Session, vault: Vault) -> None:
    people.put_person(db, vault, "chief", CHIEF)
    people.bind(db, vault, ("web", "web", "chief"), id="b-chief", person_id="chief", at=1)
    chief = ("chief", Seat(role="unit_principal", unit="a"))
    people.put_seats(db, "r", [*SEATS.items(), chief])


class UnitHouse(House):
    """The house whose unit has a principal too."""

    @property
    def chief(self) -> Chat:
        """The principal's chat."""
        return self.chats["chief"]

    async def two(self) -> tuple[Report, Report]:
        """Two reports of the same matter, both with the leader."""
        main = await self.file(
            "修路款有一部分没有入账，会计王小明可以作证，三月五日付了三万五千元。"
        )
        twin = await self.file("听说修路的钱账目不清，请查一查道路款项。")
        await self.change(main, urgent=True)  # the first of the queue
        return main, twin

    async def write(
        self, *others: str, words: str = TEXT, kind: str = "立行立改", days: str = "5个工作日"
    ) -> list[Shown]:
        """The leader writes the text for the unit; the check comes back."""
        lead = self.lead
        await self.claim("lead")
        await lead.press("处置")
        await lead.press(kind)
        for answer in ASKED if kind == "立行立改" else ():
            await lead.say(answer)
        await (lead.say(" ".join(others)) if others else lead.press("跳过"))
        await lead.press(days)
        await lead.say(words)
        return await lead.press("完成")

    async def second(self, person: str = "officer") -> None:
        """Another person confirms the newest text."""
        await self.lead.press("送另一人复核")
        await self.chats[person].press("查看")
        await self.chats[person].press("确认看不出来源")

    async def resume(self) -> list[Shown]:
        """The leader goes on with the text."""
        await self.open("lead")
        await self.lead.press("处置")
        return await self.lead.press("立行立改")

    async def agree(self, person: str, *answers: str) -> None:
        """The first report of the person's queue is agreed to."""
        chat = self.chats[person]
        await self.open(person)
        await chat.press("同意")
        for answer in answers:
            await (chat.press(answer) if answer in chat.last.labels else chat.say(answer))

    async def send_out(self) -> list[Shown]:
        """The office sends what waits."""
        await self.officer.say("/office")
        await self.officer.press("发立行立改通知")
        return await self.officer.press("发给单位")

    async def through(self, profile: str = "county-2012") -> tuple[Report, Report]:
        """Two reports, one text, all gates, sent."""
        main, twin = await self.two()
        await self.write(self.filed[twin.id].code)
        await self.second()
        await self.resume()
        await self.lead.press("提交审定")
        for person, answers in AGREED[profile]:
            await self.agree(person, *answers)
        await self.send_out()
        return main, twin

    async def notices(self) -> list[Notice]:
        """The notices of the unit."""
        vault = self.world.kit.vault
        return await self.world.storage.read(lambda db: notices.of_unit(db, vault, "a"))


async def unit_house(make_world: MakeWorld, profile: str = "county-2012") -> UnitHouse:
    """The plan in force under a profile, with a principal at the unit."""
    world = make_world(ROUTES)
    await build(world, profile)
    house = UnitHouse(world)
    await world.storage.transact(partial(_seat_chief, vault=world.kit.vault))
    house.chats["chief"] = world.chat("chief")
    return house
