"""A house for the rectification items: the duty house with a second team member and officer."""

from functools import partial

from casework.mission import Recusal, Seat
from handlers import (
    duty_calendar,
    publicity,
    rectification,
    rectification_entry,
    rectification_import,
    signing_off,
    visits,
)
from handlers.rectification_import import take_sheet
from handlers.rectification_reminders import remind_items
from handlers.turn import Routes
from storage import attachments, people, sheet_imports
from storage import rectification as store
from storage.base import Session
from storage.rectification import Entry, Item
from storage.sealing import Vault
from tests.handlers import duty_house
from tests.handlers.duty_house import MISSION, SEATS, House
from tests.handlers.talk import Chat, Shown, World

MODULES = (
    duty_calendar,
    publicity,
    rectification,
    rectification_entry,
    rectification_import,
    signing_off,
    visits,
)
MORE = {"member": Seat(role="team_member", team="one"), "deputy": Seat(role="office")}
_base = duty_house.ROUTES
ROUTES = Routes(
    commands={
        **_base.commands,
        **{name: act for m in MODULES for name, act in getattr(m, "COMMANDS", {}).items()},
    },
    words={**_base.words, "台账": "items", "日历": "calendar"},
    cards={
        **_base.cards,
        **{name: act for m in MODULES for name, act in getattr(m, "CARDS", {}).items()},
    },
    forms={
        **_base.forms,
        **{form.id: form for m in MODULES for form in getattr(m, "FORMS", ())},
    },
    start=_base.start,
    otherwise=_base.otherwise,
    group=_base.group,
)
HEAD = ["序号", "问题", "整改任务", "责任人", "责任单位", "整改措施", "完成时限", "备注"]
Rows = list[tuple[int, list[str]]]


def sheet(*rows: list[str]) -> Rows:
    """Rows under the usual header, numbered as a spreadsheet numbers them."""
    return [(1, HEAD), *((number, row) for number, row in enumerate(rows, 2))]


def good(number: int = 1, due: str = "2026-03-31") -> list[str]:
    """A right row."""
    return [str(number), f"问题{number}", "", "张三", "办公室", f"措施{number}", due, ""]


def _seat(db: Session, vault: Vault) -> None:
    for name in MORE:
        people.put_person(db, vault, name, name)
        people.bind(db, vault, ("web", "web", name), id=f"b-{name}", person_id=name, at=1)
    people.put_seats(db, "r", [*SEATS.items(), *MORE.items()])


class ItemHouse(House):
    """The house with what the tests of items do again and again."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.chats |= {name: world.chat(name) for name in MORE}

    async def add(self, due: str = "2026-03-31", problem: str = "公车私用") -> list[Shown]:
        """The liaison types one item."""
        await self.liaison.say("/items")
        await self.liaison.press("逐项填写")
        await self.liaison.say(problem)
        await self.liaison.press("跳过")
        await self.liaison.say("张三")
        await self.liaison.press("跳过")
        await self.liaison.say("建立台账")
        await self.liaison.say(due)
        await self.liaison.press("立即整改")
        return await self.liaison.press("跳过")

    async def open(self, who: Chat, number: int = 1) -> list[Shown]:
        """Open an item by its button in the list."""
        await who.say("/items")
        await who.press("查看清单")
        return await who.press(f"{number}." if who.content else f"第{number}项")

    async def apply(self, number: int = 1) -> list[Shown]:
        """The liaison applies with evidence."""
        await self.open(self.liaison, number)
        await self.liaison.press("申请销号")
        await self.liaison.say("已全部清退")
        await self.liaison.send_file("清退凭证.jpg", kind="photo")
        return await self.liaison.press("完成")

    async def decide(self, who: Chat, label: str, *words: str) -> list[Shown]:
        """Somebody opens the first item and takes a step by its button."""
        await self.open(who)
        told = await who.press(label)
        for said in words:
            told = await (who.press("跳过") if said == "跳过" else who.say(said))
        return told

    async def strike_off(self) -> None:
        """The first item from application to 已销号."""
        await self.apply()
        await self.decide(self.leader, "审查通过", "证据齐全")
        await self.decide(self.officer, "确认销号", "跳过")

    async def items(self) -> list[Item]:
        """The items of the mission."""
        vault = self.world.kit.vault
        return await self.world.storage.read(lambda db: store.of(db, vault, MISSION))

    async def history(self, number: int = 1) -> list[Entry]:
        """The history of an item."""
        vault = self.world.kit.vault
        found = next(item for item in await self.items() if item.number == number)
        return await self.world.storage.read(lambda db: store.entries(db, vault, found.id))

    async def recuse(self, person: str) -> None:
        """Somebody is recused from the unit."""
        vault, entry = self.world.kit.vault, Recusal(person_id=person, unit_id="a")
        await self.world.storage.transact(
            lambda db: people.recuse(db, vault, entry, id=f"x-{person}", at=1)
        )

    async def upload(self, rows: Rows, fault: str = "") -> list[Shown]:
        """The liaison sends a sheet; what the worker read from it is handed over."""
        await self.liaison.say("/items")
        await self.liaison.press("导入表格")
        await self.liaison.send_file("整改台账.xlsx", kind="document")
        await self.liaison.press("完成")
        await self.fetched()
        found = await self.world.storage.read(sheet_imports.arrived)
        return await self.world.tick(
            partial(take_sheet, upload_id=found[0].id, rows=rows, fault=fault)
        )

    async def fetched(self) -> None:
        """The bytes of every file have come."""
        vault, now = self.world.kit.vault, int(self.world.now.timestamp())

        def unit(db: Session) -> None:
            for fetch in attachments.claim(db, vault, now, 100):
                blob = f"blob-{fetch.id}"
                attachments.stored(db, fetch, blob=blob, size=10, mime="image/jpeg")

        await self.world.storage.transact(unit)

    async def remind(self, day: str, hour: str = "09:00") -> list[str]:
        """One tick of the reminders of items: `person: text`."""
        self.clock(day, hour)
        told = await self.world.tick(partial(remind_items, limit=100))
        return [f"{shown.parcel.chat}: {shown.text}" for shown in told]


async def build(world: World, profile: str = "suixi-2016") -> ItemHouse:
    """The plan in force, on the day of the feedback."""
    await duty_house.build(world, profile)
    vault = world.kit.vault
    await world.storage.transact(partial(_seat, vault=vault))
    home = ItemHouse(world)
    home.clock("2026-03-02")
    return home
