"""The demo's stage: a whole installation in a folder of its own, with a sample round and a clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from tomllib import loads
from typing import Any

from bot.app import Program
from bot.clock import MovedClock
from bot.config import Config
from bot.demo.page import ClockView, DemoParts, DemoView, Phone
from bot.operations import Operations
from bot.web.origin import Door
from casework.plan_checks import parse_plan
from handlers.bench import OperatorBench
from handlers.plan import approve_texts, open_due
from storage import missions
from storage.base import Session
from storage.keyring import Keyring

BEGIN = datetime(2026, 3, 9, 9, 30)  # noqa: DTZ001 - local; the zone is the configuration's
HOLDERS = {"member": "t1-a", "office": "office-a", "liaison": "qingshi-liaison"}
STATIONING = "c1-qingshi"
LONGEST_SEARCH = 240  # days


class Stage:
    """Builds, opens and moves the demo."""

    def __init__(self, folder: Path, port: int) -> None:
        self.config = Config(
            app={"data_dir": folder},
            keys={"file": folder / "keys.json"},
            web={"port": port, "public_url": f"http://127.0.0.1:{port}" if port else ""},
        )
        if not self.config.key_file.exists():
            Keyring.create(self.config.key_file)
        zone = self.config.zone
        self.clock = MovedClock(zone)
        self.clock = MovedClock(zone, BEGIN.replace(tzinfo=zone) - self.clock.now())
        parts = DemoParts(
            say=self._say,
            door=Door(),
            phones=self.phones,
            look=self.look,
            advance=self.advance,
            next_reminder=self.next_reminder,
        )
        self._lines: list[str] = []
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
        table = loads((resources.files("bot.demo") / "sample.toml").read_text("utf-8"))
        plan = parse_plan(
            table,
            source="sample.toml",
            zone=self.config.zone,
            profiles=self.program.rules.profiles.keys(),
        )
        await self._operations.plan_apply({"plan": plan.model_dump_json()})
        await self.program.storage.transact(self._open_missions)

    async def close(self) -> None:
        """Stop the program."""
        await self.program.close()

    async def phones(self) -> Sequence[Phone]:
        """The four phones; each bound one gets a fresh invitation."""
        found = [
            Phone(slot="citizen", person="", start=f"s_{STATIONING}")
        ]
        names = {p["id"]: p["name"] for p in (await self._operations.plan_show({}))["people"]}
        for slot, person in HOLDERS.items():
            code = (await self._operations.invite({"person": person, "hours": 24}))["code"]
            found.append(Phone(slot=slot, person=names[person], start=f"bind_{code}"))
        return found

    async def look(self) -> ClockView:
        """Where the clock stands."""
        now = self.clock.now().strftime("%Y-%m-%dT%H:%M")
        return ClockView(now=now, lines=tuple(self._lines[-6:]))

    async def advance(self, days: int) -> ClockView:
        """Some days later at the same hour; everything due on the way happens, day by day."""
        sent = 0
        for _ in range(days):
            self.clock.advance(timedelta(days=1))
            sent += await self._settle()
        self._note(sent)
        return await self.look()

    async def next_reminder(self) -> ClockView:
        """The next day on which the program has something to say."""
        sent = 0
        for _ in range(LONGEST_SEARCH):
            self.clock.advance(timedelta(days=1))
            sent = await self._settle()
            if sent:
                break
        self._note(sent)
        return await self.look()

    async def _settle(self) -> int:
        sent = await self.program.ticker.act_all()
        await self.program.dispatcher.poll()
        return sent

    def _note(self, sent: int) -> None:
        values: dict[str, Any] = {
            "day": {"$d": self.clock.now().date().isoformat()},
            "n": sent,
        }
        self._lines.append(self._say("demo.moved", values, self.config.app.language))

    def _say(self, key: str, values: Any, locale: str) -> str:
        return self.program.texts.say(key, values, locale)

    def _open_missions(self, db: Session) -> None:
        """The office of the sample has approved the texts; the missions whose day has come open."""
        bench = OperatorBench(
            db=db, vault=self.program.vault, now=self.clock.now(), seed=b"demo" * 8
        )
        for mission in missions.every(db):
            approve_texts(bench, mission.id, actor="office-head")
        open_due(bench, self.clock.now().date())
