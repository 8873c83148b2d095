"""The product itself: its webhook, lanes, turns, sealed SQLite with full syncs, outbox, sender."""

import argparse
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from tomllib import loads

from aiohttp import web

from benchmarks.driver import PATH, SECRET, TOKEN
from benchmarks.peers import report_form
from benchmarks.peers.filled import fill, queue_reminders
from benchmarks.peers.ptb_peer import stopped
from bot.app import settle_memory
from bot.channels.base import Document
from bot.channels.telegram import TelegramChannel, TelegramSettings
from bot.clock import MovedClock, SystemClock
from bot.config import Config
from bot.inbox import Door
from bot.lanes import Lanes
from bot.loop import run_loop
from bot.operations import Operations
from bot.outbox import Dispatcher
from bot.wiring import make_rules, make_texts
from bot.workers import Worker
from casework.plan_checks import parse_plan
from handlers.bench import OperatorBench
from handlers.plan import approve_texts, open_due
from handlers.routes import ROUTES
from handlers.turn import Kit, Routes
from storage import missions
from storage.base import Session
from storage.open import open_storage
from storage.sealing import Keyring, Vault

KEYS, STORE = "keys.json", "jianjian.db"
BEGIN = datetime(2026, 3, 11, 9, 30)  # noqa: DTZ001 - local; the zone is the configuration's


class Ours:
    """The program with one Telegram account and the sample round of the demo."""

    def __init__(
        self,
        api: str,
        port: int,
        data: Path,
        *,
        storage: str,
        per_second: float,
        reminders: int,
        keys: Path,
    ) -> None:
        config = Config()
        self.reminders = reminders
        self.port = port
        zone = config.zone
        ahead = BEGIN.replace(tzinfo=zone) - SystemClock(zone).now()
        self.clock = MovedClock(zone, ahead)
        texts = make_texts(config)
        self.rules = make_rules(config, texts)
        self.vault = Vault(Keyring.load(keys) if keys.exists() else Keyring.create(keys))
        self.storage = open_storage(storage or f"sqlite://{data / STORE}")
        self.worker = Worker(self.storage, self.clock, shared=self.storage.shared)
        settings = TelegramSettings(
            token=TOKEN,
            api_base_url=api,
            mode="webhook",
            webhook_url=f"http://127.0.0.1:{port}",
            webhook_path=PATH,
            webhook_secret=SECRET,
            per_second=per_second,
            per_chat_second=0,
            per_group_minute=0,
        )
        self.channel = TelegramChannel(settings, clock=self.clock.now)
        channels = {(self.channel.name, self.channel.account): self.channel}
        kit = Kit(vault=self.vault, rules=self.rules, routes=routes(), worker=self.worker.name)
        self.dispatcher = Dispatcher(
            self.storage, self.vault, channels, texts, self.clock, no_files, worker=self.worker
        )
        self.lanes = Lanes(self.storage, kit, channels, self.dispatcher.offer, self.clock)

    async def prepare(self, filed: int) -> None:
        """Only lay down the plan and so many old reports: a store for runs to begin with."""
        await self.storage.open()
        await self._plan()
        await fill(self.storage, self.vault, filed)
        await self.storage.close()

    async def serve(self, planned: bool) -> None:
        """Run until SIGTERM."""
        await self.storage.open()
        try:
            if not planned:
                await self._plan()
            at = int(self.clock.now().timestamp())
            await queue_reminders(
                self.storage, self.vault, self.channel.account, self.reminders, at
            )
            await self.worker.start()
            await self._run()
            await self.worker.close()
        finally:
            await self.storage.close()

    async def _run(self) -> None:
        await self.dispatcher.start()
        server = web.Application()
        server.add_routes(self.channel.routes())
        runner = web.AppRunner(server, access_log=None)
        await self.channel.start(
            Door(self.storage, self.vault, self.lanes, self.worker.name).accept
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        settle_memory()
        await stopped()
        await self.channel.stop()
        await self.lanes.close()
        await self.dispatcher.close()
        await runner.cleanup()

    async def _plan(self) -> None:
        table = loads((resources.files("bot.demo") / "sample.toml").read_text("utf-8"))
        plan = parse_plan(
            table,
            source="sample.toml",
            zone=self.clock.zone,
            profiles=self.rules.profiles.keys(),
        )
        versions = {p.id: p.version for p in self.rules.profiles.values()}
        operations = Operations(self.storage, self.vault, self.clock, versions)
        await operations.plan_apply({"plan": plan.model_dump_json()})
        await self.storage.transact(self._open_missions)

    def _open_missions(self, db: Session) -> None:
        bench = OperatorBench(db=db, vault=self.vault, now=self.clock.now(), seed=b"b" * 32)
        for mission in missions.every(db):
            approve_texts(bench, mission.id, actor="office-head")
        open_due(bench, self.clock.now().date())


def routes() -> Routes:
    """The product's routes, with /report as the peers have it."""
    commands = {**ROUTES.commands, "report": report_form.begin}
    forms = {**ROUTES.forms, report_form.REPORT: report_form.FORM}
    return replace(ROUTES, commands=commands, forms=forms)


@asynccontextmanager
async def no_files(files: Sequence[Sequence[str]]) -> AsyncIterator[Sequence[Document]]:
    """No message of the benchmark carries a file."""
    yield ()


def main() -> None:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--storage", default="", help="postgresql:…; else SQLite in --data")
    parser.add_argument("--per-second", type=float, default=0.0)
    parser.add_argument("--prepare", type=int, help="file so many reports into --data and end")
    parser.add_argument("--begin", type=Path, help="a folder so prepared, of which a copy is used")
    parser.add_argument("--reminders", type=int, default=0, help="that wait to leave before")
    arguments = parser.parse_args()
    if arguments.begin:
        copy_store(arguments.begin, arguments.data)
    ours = Ours(
        arguments.api,
        arguments.port,
        arguments.data,
        storage=arguments.storage,
        per_second=arguments.per_second,
        reminders=arguments.reminders,
        keys=arguments.data / KEYS,
    )
    if arguments.prepare is None:
        run_loop(ours.serve(planned=arguments.begin is not None))
    else:
        run_loop(ours.prepare(arguments.prepare))


def copy_store(source: Path, target: Path) -> None:
    """The keys and the database, on the disk before anything is measured."""
    for name in (KEYS, STORE):
        shutil.copy(source / name, target / name)
    os.sync()


if __name__ == "__main__":
    main()
