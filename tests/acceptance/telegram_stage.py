"""The whole program in process before a loopback Telegram, with a plan in force."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.app import Program
from bot.clock import MovedClock
from bot.config import Config
from bot.operations import Operations
from casework.plan_checks import parse_plan
from handlers.bench import OperatorBench
from handlers.plan import approve_texts, open_due
from storage import missions, reports
from storage.base import Session
from storage.keyring import Keyring
from storage.reports import Report
from tests.channels.bot_api import TOKEN, BotApi
from tests.channels.bot_chats import Citizen, Message, buttons
from tests.channels.telegram_support import SECRET, free_port
from tests.handlers.citizens import PLAN, STORY, receipt

T = TypeVar("T")
HOOK = "/telegram/hook-0123456789"
BEGIN = datetime(2026, 3, 10, 10, 0)  # noqa: DTZ001 - local; a Tuesday in working hours
INPUTS = (
    "我已阅读",
    "主要负责人",
    "党员干部违纪问题",
    "收钱收物",
    "匿名",
    STORY,
    "完成",
    "其余跳过",
    "确认提交",
)
"""What follows the unit's link on the shortest way to a receipt."""


@dataclass(slots=True)
class Stage:
    """One installation: its configuration and keys stay over restarts, the plan is there."""

    api: BotApi
    config: Config
    clock: MovedClock
    program: Program
    invited: int = 0

    @property
    def root(self) -> str:
        """Where our own pages are."""
        return f"http://127.0.0.1:{self.program.port}"

    async def restart(self) -> None:
        """The program ends and another one begins over the same data."""
        await self.program.close()
        self.program = Program(self.config, self.clock)
        await self.program.start()

    async def invite(self, person: str) -> str:
        """A binding code of somebody of the plan."""
        return str((await self.operations().invite({"person": person, "hours": 24}))["code"])

    async def bind(self, person: str) -> Citizen:
        """The Telegram client of somebody of a team or the office, bound and pledged."""
        self.invited += 1
        client = Citizen(self.api, 90_000 + self.invited)
        client.starts(f"bind_{await self.invite(person)}")
        await client.hears_text("绑定")
        await press(client, "我已阅读")
        await client.hears()
        return client

    async def look(self, reader: Callable[[Session], T]) -> T:
        """Read the database."""
        return await self.program.storage.read(reader)

    async def report(self, code: str) -> Report:
        """A report by the number of its receipt."""
        vault = self.program.vault
        found = await self.look(lambda db: reports.by_code(db, vault, code.replace("-", "")))
        assert found is not None
        return found

    async def put_in_force(self) -> None:
        """The plan, its texts approved by the office, its missions open."""
        versions = self._versions()
        plan = parse_plan(PLAN, source="plan.toml", zone=self.config.zone, profiles=versions)
        await self.operations().plan_apply({"plan": plan.model_dump_json()})
        await self.program.storage.transact(self._open)

    def _open(self, db: Session) -> None:
        now = self.clock.now()
        bench = OperatorBench(db=db, vault=self.program.vault, now=now, seed=b"plan" * 8)
        for mission in missions.every(db):
            approve_texts(bench, mission.id, actor="office")
        open_due(bench, now.date())

    def operations(self) -> Operations:
        """What the command line would ask of it."""
        program = self.program
        return Operations(program.storage, program.vault, self.clock, self._versions())

    def _versions(self) -> dict[str, str]:
        return {p.id: p.version for p in self.program.rules.profiles.values()}


def configuration(folder: Path, api: BotApi, mode: str, **sections: dict[str, Any]) -> Config:
    """Everything an operator would write, loopback instead of the platform."""
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    telegram = {
        "token": TOKEN,
        "api_base_url": api.root,
        "mode": mode,
        "webhook_url": root,
        "webhook_path": HOOK,
        "webhook_secret": SECRET,
        "per_second": 0,
        "per_chat_second": 0,
        "per_group_minute": 0,
    }
    given: dict[str, dict[str, Any]] = {
        "app": {"data_dir": folder / "data"},
        "keys": {"file": folder / "keys.json"},
        "web": {"port": port, "public_url": root},
        "telegram": telegram,
    }
    names = given.keys() | sections.keys()
    return Config(**{name: {**given.get(name, {}), **sections.get(name, {})} for name in names})


@asynccontextmanager
async def staged(
    folder: Path, api: BotApi, mode: str = "webhook", **sections: dict[str, Any]
) -> AsyncIterator[Stage]:
    """A running program; `sections` change the configuration."""
    config = configuration(folder, api, mode, **sections)
    Keyring.create(config.key_file)
    clock = MovedClock(config.zone)
    clock = MovedClock(config.zone, BEGIN.replace(tzinfo=config.zone) - clock.now())
    stage = Stage(api, config, clock, Program(config, clock))
    await stage.program.start()
    try:
        await stage.put_in_force()
        yield stage
    finally:
        await stage.program.close()


async def eventually(attempt: Callable[[], Awaitable[T | None]], within: float = 30) -> T:
    """What `attempt` gives once it is neither None nor False; asked again and again."""
    async with asyncio.timeout(within):
        while True:
            found = await attempt()
            if found is not None and found is not False:
                return found
            await asyncio.sleep(0.02)


async def offers(client: Citizen, label: str) -> Message:
    """The next message of the bot with a button whose label begins so."""
    while True:
        message = (await client.hears())[0]
        if any(b["text"].startswith(label) for b in buttons(message)):
            return message


async def press(client: Citizen, label: str) -> dict[str, Any]:
    """Wait for a button and press it."""
    message = await offers(client, label)
    full = next(b["text"] for b in buttons(message) if b["text"].startswith(label))
    return client.clicks(full, message)


async def go(client: Citizen, inputs: tuple[str, ...]) -> None:
    """Press each button once it is there; the story is typed."""
    for given in inputs:
        if given == STORY:
            await client.hears_text("经过")
            client.says(STORY)
        else:
            await press(client, given)


async def file_report(client: Citizen, payload: str = "s_s1") -> tuple[Message, str, str]:
    """The shortest way from a link; (the receipt's message, number, phrase)."""
    client.starts(payload)
    await go(client, INPUTS)
    message = await client.hears_text("查询口令")
    return (message, *receipt(message["text"]))


def later(stage: Stage, **span: float) -> None:
    """Time passes for the program, and so for the platform."""
    by = timedelta(**span)
    stage.clock.advance(by)
    stage.api.shift += int(by.total_seconds())
