"""The store fails at its N-th call, for every N: before or after, never half, and then onwards."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers.reminders import plan_reminders
from handlers.routes import ROUTES
from handlers.turn import Kit
from storage.open import open_storage
from storage.sealing import Keyring, Vault
from tests.faults.breaking import BreakingStorage
from tests.handlers import duty_house, team_house
from tests.handlers.citizens import INTEGRITY, STORY, file_by_code, settle, staff
from tests.handlers.talk import ZONE, Shown, World

EVERY = bool(os.environ.get("JIANJIAN_EVERY_CALL"))
STRIDE = 1 if EVERY else 7
TO_THE_END = 40 if EVERY else 3  # of so many failures one is followed to the end of the story

Step = Callable[[World, dict[str, Any]], Awaitable[object]]


@dataclass(frozen=True)
class Story:
    """A scenario: what is there before it, and its steps."""

    name: str
    begin: Step
    steps: tuple[Step, ...]


@dataclass
class Page:
    """Where the story stands before a step."""

    image: bytes
    said: dict[tuple[str, str], list[Shown]]
    number: int
    now: Any
    memory: dict[str, Any]
    calls: int = 0  # of the step that follows
    tally: dict[str, int] = field(default_factory=dict)  # after it


def press(person: str, label: str) -> Step:
    return lambda world, _: world.chat(person).press(label)


def says(person: str, text: str) -> Step:
    return lambda world, _: world.chat(person).say(text)


def starts(payload: str) -> Step:
    return lambda world, _: world.chat("citizen").start(payload)


def sends_a_file(world: World, memory: dict[str, Any]) -> Awaitable[object]:
    return world.chat("citizen").send_file()


async def in_force(world: World, memory: dict[str, Any]) -> None:
    await settle(world)


async def filed(world: World, memory: dict[str, Any]) -> None:
    await settle(world)
    await file_by_code(world.chat("other-citizen"), category=INTEGRITY)
    await staff(world, "leader").say("/queue")


async def claimed(world: World, memory: dict[str, Any]) -> None:
    house = await team_house.build(world)
    await house.file()
    memory["filed"] = house.filed
    await house.claim("ann")
    await house.ann.press("处置")


def opens(person: str) -> Step:
    async def step(world: World, memory: dict[str, Any]) -> None:
        await team_house.House(world).open(person)

    return step


async def signed(world: World, memory: dict[str, Any]) -> None:
    house = await duty_house.build(world, "county-2012")
    await house.signed("2026-01-30")


async def owing(world: World, memory: dict[str, Any]) -> None:
    await signed(world, memory)
    duty_house.House(world).clock("2026-03-10")
    listed = await world.chat("liaison").say("/duties")
    card = next(shown for shown in listed if shown.text.startswith("整改方案（"))
    memory["card"] = card.data[0]


def opens_the_card(world: World, memory: dict[str, Any]) -> Awaitable[object]:
    return world.chat("liaison").press_data(memory["card"])


def a_tick(day: str) -> Step:
    async def step(world: World, memory: dict[str, Any]) -> None:
        duty_house.House(world).clock(day)
        while await world.tick(partial(plan_reminders, limit=50)):
            continue

    return step


CITIZEN = "citizen"
STORIES = (
    Story(
        "filing with a file",
        in_force,
        (
            starts("s_s1"),
            press(CITIZEN, "我已阅读"),
            press(CITIZEN, "主要负责人"),
            press(CITIZEN, INTEGRITY[0]),
            press(CITIZEN, INTEGRITY[1]),
            press(CITIZEN, "匿名"),
            says(CITIZEN, STORY),
            sends_a_file,
            press(CITIZEN, "完成"),
            press(CITIZEN, "其余跳过"),
            press(CITIZEN, "确认提交"),
            press(CITIZEN, "跳过"),
            press(CITIZEN, "不用提醒"),
        ),
    ),
    Story("a claim", filed, (press("staff-leader", "打开1"), press("staff-leader", "认领"))),
    Story(
        "a disposition up to its letter",
        claimed,
        (
            press("ann", "移交组织部门"),
            press("ann", "有具体事实，属于对方职责"),
            opens("lead"),
            press("lead", "同意"),
            opens("officer"),
            press("officer", "同意"),
            opens("officer"),
            press("officer", "登记发出"),
            says("officer", "移交函〔2026〕3号"),
            press("officer", "今天"),
        ),
    ),
    Story(
        "handing in what is owed",
        owing,
        (
            opens_the_card,
            press("liaison", "没有材料"),
            says("liaison", "已按要求完成"),
            press("liaison", "确认提交"),
        ),
    ),
    Story("reminders", signed, (a_tick("2026-02-13"), a_tick("2026-03-20"), a_tick("2026-04-02"))),
)


class Stage:
    """Plays a story, clean or from any page with one failing call."""

    def __init__(self, story: Story, kit: Kit, texts: Texts, folder: Path) -> None:
        self.story, self.kit, self.texts, self.folder = story, kit, texts, folder
        self.pages: list[Page] = []

    async def rehearse(self) -> None:
        """Once without trouble; a page before each step."""
        file = self.folder / "clean.db"
        storage = open_storage(f"sqlite:///{file}")
        await storage.open()
        await storage.close()
        world, store = self._world(file)
        memory: dict[str, Any] = {}
        await self.story.begin(world, memory)
        for step in self.story.steps:
            page = self._page(world, store, file, memory)
            await self._play(step, world, store, memory)
            page.calls, page.tally = store.trouble.count, store.tally()
            self.pages.append(page)
        store.connection.close()

    def _page(self, world: World, store: BreakingStorage, file: Path, memory: Any) -> Page:
        store.fold()
        number = next(world._ids)
        world._ids = _from(number)
        said = {who: list(heard) for who, heard in world.said.items()}
        return Page(file.read_bytes(), said, number, world.now, dict(memory))

    async def fails(self, place: int, call: int, *, onwards: bool) -> bool:
        """One call of one step fails; the step is repeated, then the story goes on.

        False where the step came to its end before that call: what is in a cache is not read.
        """
        page = self.pages[place]
        file = self.folder / "failing.db"
        for old in self.folder.glob("failing.db*"):
            old.unlink()
        file.write_bytes(page.image)
        world, store = self._world(file)
        world.said = {who: list(heard) for who, heard in page.said.items()}
        world._ids, world.now = _from(page.number), page.now
        memory = dict(page.memory)
        where = f"step {place + 1}, call {call} of {page.calls}"
        try:
            await self._play(self.story.steps[place], world, store, memory, at=call)
            struck = store.trouble.struck
            assert not store.halves, where
            assert store.tally() == page.tally, where
            for later in range(place + 1, len(self.pages) if onwards else 0):
                await self._play(self.story.steps[later], world, store, memory)
                assert store.tally() == self.pages[later].tally, where
            return struck
        finally:
            store.connection.close()

    async def _play(
        self, step: Step, world: World, store: BreakingStorage, memory: Any, at: int = 0
    ) -> None:
        trouble = store.trouble
        trouble.at, trouble.count, trouble.struck, trouble.armed = at, 0, False, True
        await step(world, memory)
        trouble.armed = False

    def _world(self, file: Path) -> tuple[World, BreakingStorage]:
        store = BreakingStorage(file)
        return World(store, self.kit, self.texts), store  # type: ignore[arg-type]


def _from(number: int) -> Any:
    return iter(range(number, 10**9))


@pytest.mark.faults
@pytest.mark.timeout(900)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_whatever_call_fails_nothing_is_half_done_and_the_story_ends_the_same(
    tmp_path: Path, story: Story
) -> None:
    texts = Texts(read_catalogues(), ZONE)
    kit = Kit(vault=Vault(Keyring.generate()), rules=make_rules(Config(), texts), routes=ROUTES)
    stage = Stage(story, kit, texts, tmp_path)
    await stage.rehearse()
    calls = [(place, n) for place, p in enumerate(stage.pages) for n in range(1, p.calls + 1)]
    assert len(calls) > 10 * len(story.steps)
    struck = [
        await stage.fails(place, call, onwards=number % TO_THE_END == 0)
        for number, (place, call) in enumerate(calls[::STRIDE])
    ]
    assert sum(struck) > 0.9 * len(struck)
