"""The composition root: builds the program, starts it from the inside out, stops it outside in."""

import asyncio
import os
import signal
from collections.abc import Sequence
from functools import partial

import structlog
from aiohttp import web

from bot.clock import Clock, SystemClock
from bot.config import Config
from bot.desk_pages import DeskPages
from bot.fetching import Fetcher
from bot.inbox import Door as InboxDoor
from bot.lanes import Lanes
from bot.outbox import Dispatcher
from bot.parcels import FileRoom
from bot.scheduler import Scheduler
from bot.ticks import Ticker
from bot.watch import Watch
from bot.web.origin import Door
from bot.web.server import Parts, make_app, serve
from bot.wiring import make_channels, make_rules, make_texts
from handlers.evidence import file_closed
from handlers.routes import ROUTES
from handlers.turn import Kit, run_tick
from storage.attachments import Closed
from storage.base import Session
from storage.blobs import LocalBlobs
from storage.open import open_storage
from storage.sealing import Keyring, Vault

log = structlog.get_logger()


class Program:
    """The running program. `start` returns once reports can be taken; platforms may be away."""

    def __init__(
        self, config: Config, clock: Clock, routes: Sequence[web.AbstractRouteDef] = ()
    ) -> None:
        self.config = config
        self.clock = clock
        self._extra_routes = routes
        config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.texts = make_texts(config)
        self.rules = make_rules(config, self.texts)
        self.vault = Vault(Keyring.load(config.key_file))
        self.storage = open_storage(config.database)
        self.kit = Kit(vault=self.vault, rules=self.rules, routes=ROUTES)
        self.blobs = LocalBlobs(config.data_dir / "blobs")
        self.channels = make_channels(config, self.storage, self.vault, self.texts, clock)
        self.files = FileRoom(self.storage, self.vault, self.blobs, config.data_dir / "leaving")
        self.dispatcher = Dispatcher(
            self.storage, self.vault, self.channels, self.texts, clock, self.files.documents
        )
        self.lanes = Lanes(self.storage, self.kit, self.channels, self.dispatcher.offer, clock)
        self.fetcher = Fetcher(
            self.storage,
            self.vault,
            self.blobs,
            self.channels,
            clock,
            self._tell_of_file,
            limit=config.intake.file_bytes_max,
        )
        self.ticker = Ticker(
            self.storage, self.kit, self.dispatcher, self.channels, self.fetcher, clock
        )
        self.scheduler = Scheduler(self.ticker.ticks())
        self.watch = Watch(self.storage, self.lanes, self.dispatcher, clock)
        self._runner: web.AppRunner | None = None
        self.port = config.web.port

    async def start(self) -> None:
        """Store, then what waits in it, then the doors, then the platforms."""
        await self.storage.open()
        await self.dispatcher.start()
        recovered = await self.lanes.recover()
        if recovered:
            log.info("inbox.recovered", count=recovered)
        self._runner = await serve(self._web(), self.config.web.host, self.config.web.port)
        self.port = self._runner.addresses[0][1]
        accept = InboxDoor(self.storage, self.vault, self.lanes).accept
        for channel in self.channels.values():
            await channel.start(accept)
        self.scheduler.start()

    async def close(self) -> None:
        """Take nothing new, finish what is in hand, keep everything else for the next start."""
        self.scheduler.close()
        for channel in self.channels.values():
            await channel.stop()
        await self.lanes.close()
        await self.dispatcher.close()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.storage.close()

    def _tell_of_file(self, db: Session, closed: Closed) -> None:
        """Plan the message to whoever sent a file that will not be there, in the same unit."""
        tell = partial(file_closed, closed=closed)
        run_tick(db, self.kit, tell, self.clock.now(), os.urandom(32))

    def _web(self) -> web.Application:
        pages = DeskPages(
            self.storage,
            self.vault,
            self.rules,
            self.texts,
            self.files,
            list(self.channels.values()),
            self.clock,
        )
        routes = [route for c in self.channels.values() for route in c.routes()]
        parts = Parts(
            say=self.texts.say,
            clock=self.clock,
            door=Door(
                public_url=self.config.web.public_url,
                trusted_proxy=self.config.web.trusted_proxy,
            ),
            routes=[*routes, *self._extra_routes],
            chat=self.config.web.chat,
            health=self.watch.health,
            metrics=self.watch.metrics,
            metrics_token=self.config.web.metrics_token.get_secret_value(),
            reader=pages.read,
            notice=pages.notice,
            attachment=pages.attachment,
        )
        return make_app(parts)


async def run_program(config: Config) -> None:
    """Run until SIGTERM or SIGINT."""
    program = Program(config, SystemClock(config.zone))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await program.start()
    log.info("program.started", port=program.port)
    await stop.wait()
    await program.close()
