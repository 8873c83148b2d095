"""The demo's stage: an installation in a folder of its own, with a sample round and a clock."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.app import Program
from bot.clock import MovedClock
from bot.config import Config
from bot.demo.acts import CITIZEN, REPORT, Act
from bot.demo.page import ClockView, DemoParts, DemoView, Link, Phone
from bot.operations import Operations
from bot.web.origin import Door
from casework.plan_checks import parse_plan
from handlers.bench import OperatorBench
from handlers.plan import approve_texts, open_due
from storage import duties, missions
from storage.base import Session
from storage.keyring import Keyring

DAWN = time(9, 30)  # when every day of the demo begins, within working hours
LONGEST_SEARCH = 240  # days
LINES = 6  # of what happened, for a page that is opened
BREATH = 0.005  # seconds between looks whether the messages of a day have left


def installation(folder: Path, port: int) -> Config:
    """The configuration of a demo that lives in a folder."""
    return Config(
        app={"data_dir": folder},
        keys={"file": folder / "keys.json"},
        team={"digest_minutes": 1},
        web={
            "chat_burst": 500,  # the story is played faster than anybody types
            "port": port,
            "public_url": f"http://127.0.0.1:{port}" if port else "",
        },
    )


class Stage:
    """Builds, opens and moves the demo."""

    def __init__(self, folder: Path, port: int, act: Act = REPORT) -> None:
        self.act = act
        self.acts: tuple[Link, ...] = ()
        self.config = installation(folder, port)
        if not self.config.key_file.exists():
            Keyring.create(self.config.key_file)
        zone = self.config.zone
        self.clock = MovedClock(zone)
        self.clock = MovedClock(zone, act.begin.replace(tzinfo=zone) - self.clock.now())
        parts = DemoParts(
            say=self._say,
            door=Door(),
            phones=self.phones,
            look=self.look,
            advance=self.advance,
            next_reminder=self.next_reminder,
            more=self.more,
            acts=lambda: self.acts,
        )
        self._lines: list[str] = []
        self._reminded = False
        self.program = Program(self.config, self.clock, routes=DemoView(parts).routes())

    async def open(self) -> None:
        """Start the program and put the sample round into force."""
        await self.program.start()
        self._operations = Operations(
            self.program.storage,
            self.program.vault,
            self.clock,
            {p.id: p.version for p in self.program.rules.profiles.values()},
        )
        plan = parse_plan(
            dict(self.act.table(self.act.plan)),
            source=self.act.plan,
            zone=self.config.zone,
            profiles=self.program.rules.profiles.keys(),
        )
        await self._operations.plan_apply({"plan": plan.model_dump_json()})
        await self.program.storage.transact(self._open_missions)

    async def close(self) -> None:
        """Stop the program."""
        await self.program.close()

    async def phones(self) -> Sequence[Phone]:
        """The phones of the page; each bound one gets a fresh invitation."""
        return await self._invited(self.act.phones)

    async def more(self) -> Sequence[Phone]:
        """Who else takes part in the headless story."""
        return await self._invited(self.act.more)

    async def look(self) -> ClockView:
        """Where the clock stands."""
        return self._view(self._lines[-LINES:])

    async def advance(self, days: int) -> ClockView:
        """Some days later; everything due on the way happens, day by day."""
        sent = sum([await self._next_day() for _ in range(days)])
        return self._moved(sent)

    async def next_reminder(self) -> ClockView:
        """The next day on which a deadline is reminded of; the next day where none is ahead."""
        sent = await self._next_day()
        for _ in range(LONGEST_SEARCH):
            ahead = await self.program.storage.read(duties.next_due)
            if self._reminded or ahead is None:
                break
            sent += await self._next_day()
        return self._moved(sent)

    async def _invited(self, holders: Mapping[str, str]) -> list[Phone]:
        names = {p["id"]: p["name"] for p in (await self._operations.plan_show({}))["people"]}
        found = []
        for slot, person in holders.items():
            if slot == CITIZEN:
                found.append(Phone(slot=slot, person="", start=f"s_{self.act.stationing}"))
                continue
            code = (await self._operations.invite({"person": person, "hours": 24}))["code"]
            found.append(Phone(slot=slot, person=names[person], start=f"bind_{code}"))
        return found

    async def _next_day(self) -> int:
        """A day later in the morning; how many messages the program sent by itself."""
        tomorrow = self.clock.now().date() + timedelta(days=1)
        moment = datetime.combine(tomorrow, DAWN, self.config.zone)
        due = await self.program.storage.read(duties.next_due)
        self.clock.advance_to(moment)
        self._reminded = due is not None and due <= moment.timestamp()
        sent = await self.program.ticker.act_all()
        await self.program.ticker.link_audit()
        await self.program.fetcher.run_due()
        await self._all_left()
        return sent

    async def _all_left(self) -> None:
        """Wait until the messages of this day are on their way, so that days do not mix."""
        while True:
            if not await self.program.dispatcher.poll():
                return
            await asyncio.sleep(BREATH)

    def _moved(self, sent: int) -> ClockView:
        """Note the move; only the line about this one."""
        values = {"day": {"$d": self.clock.now().date().isoformat()}, "n": sent}
        self._lines.append(self._say("demo.moved", values, self.config.app.language))
        return self._view(self._lines[-1:])

    def _view(self, lines: Sequence[str]) -> ClockView:
        return ClockView(now=self.clock.now().strftime("%Y-%m-%dT%H:%M"), lines=tuple(lines))

    def _say(self, key: str, values: Any, locale: str) -> str:
        return self.program.texts.say(key, values, locale)

    def _open_missions(self, db: Session) -> None:
        """The sample's office has approved the texts; missions whose day has come are open."""
        bench = OperatorBench(
            db=db, vault=self.program.vault, now=self.clock.now(), seed=b"demo" * 8
        )
        for mission in missions.every(db):
            approve_texts(bench, mission.id, actor=self.act.approver)
        open_due(bench, self.clock.now().date())
