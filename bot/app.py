"""The composition root: builds the program, starts it from the inside out, stops it outside in."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial

import structlog
from aiohttp import web

from bot import control
from bot.board_pages import BoardPages
from bot.channels.base import RawEvent, StoreFailed
from bot.clock import Clock, SystemClock
from bot.config import Config
from bot.desk_pages import DeskPages
from bot.fetching import Fetcher
from bot.inbox import Door as InboxDoor
from bot.lanes import Lanes
from bot.meters import Meters
from bot.notice_pages import NoticePages
from bot.operations import Operations
from bot.outbox import Dispatcher
from bot.parcels import FileRoom
from bot.scheduler import Scheduler, Tick
from bot.tables import Tables
from bot.ticks import Ticker
from bot.watch import Watch
from bot.web.origin import Door
from bot.web.server import Parts, make_app, serve
from bot.wiring import make_channels, make_rules, make_texts
from bot.workers import TICKS, Worker
from handlers.evidence import file_closed
from handlers.routes import ROUTES
from handlers.turn import Kit, run_tick
from storage import attachments, holds
from storage.attachments import Closed
from storage.base import Session, StorageError
from storage.blobs import LocalBlobs
from storage.open import open_storage
from storage.randomness import SEEDS
from storage.sealing import Keyring, Vault

log = structlog.get_logger()
COLLECT_AFTER = (20_000, 20, 50)
Start = Callable[[], Awaitable[object]]
Stop = Callable[[], Awaitable[None]]


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
        self.storage = open_storage(
            config.database, at=int(clock.now().timestamp()), on_slow=_tell_of_slow
        )
        self.meters = Meters()
        self.worker = Worker(self.storage, clock, shared=self.storage.shared)
        self.kit = Kit(vault=self.vault, rules=self.rules, routes=ROUTES, worker=self.worker.name)
        self.blobs = LocalBlobs(config.data_dir / "blobs")
        self.channels = make_channels(
            config, self.storage, self.vault, self.texts, clock, self.worker
        )
        leaving = config.data_dir / "leaving"
        room = leaving / str(config.web.port) if self.storage.shared else leaving
        self.files = FileRoom(self.storage, self.vault, self.blobs, room)
        self._deliver_by(clock)
        self._act_by(clock)
        self._inbox = InboxDoor(self.storage, self.vault, self.lanes, self.worker.name)
        self.worker.on_inherited(self.lanes.recover)
        self._recovered = asyncio.Event()
        self._parts = AsyncExitStack()
        self._runner: web.AppRunner | None = None
        self.port = config.web.port

    def _deliver_by(self, clock: Clock) -> None:
        """What carries events in, messages out and files over."""
        self.dispatcher = Dispatcher(
            self.storage,
            self.vault,
            self.channels,
            self.texts,
            clock,
            self.files.documents,
            worker=self.worker,
            meters=self.meters,
        )
        self.lanes = Lanes(
            self.storage,
            self.kit,
            self.channels,
            self.dispatcher.offer,
            clock,
            self.meters,
            self.dispatcher.doubt,
        )
        self.fetcher = Fetcher(
            self.storage,
            self.vault,
            self.blobs,
            self.channels,
            clock,
            self._tell_of_file,
            limit=self.config.intake.file_bytes_max,
        )

    def _act_by(self, clock: Clock) -> None:
        """What acts by itself, what looks on, and what obeys the command line."""
        self.ticker = Ticker(
            self.storage, self.kit, self.dispatcher, self.channels, self.fetcher, clock
        )
        self.tables = Tables(self.storage, self.kit, self.files, self.dispatcher.offer, clock)
        reading = Tick(name="tables", seconds=2, run=self.tables.run_due)
        self.scheduler = Scheduler(
            [*self.ticker.ticks(), reading], may_run=partial(self.worker.holds, TICKS)
        )
        self.watch = Watch(
            self.storage,
            self.lanes,
            self.dispatcher,
            clock,
            self.meters,
            self.worker.name,
            self.channels.values(),
            self.config.data_dir / "blobs",
        )
        versions = {profile.id: profile.version for profile in self.rules.profiles.values()}
        self.operations = Operations(
            self.storage,
            self.vault,
            clock,
            versions,
            nudge=self.dispatcher.poll,
            kit=lambda: self.kit,
        )

    async def start(self) -> None:
        """Store, pages, platforms, what waits, ticks; a part that fails takes the others down.

        Platforms come before what waits, and go after it, because it leaves through them.
        """
        try:
            await self._open(self.storage.open, self.storage.close)
            self.watch.held = await self.storage.read(holds.standing)
            await self._open(self._begin_work, self.worker.close)
            await self._open(self._resume, self._link_last)
            await self._open(self._serve, self._cleanup)
            if not self.worker.shared:  # commands act on the store beside its processes
                await self._open(self._control, None)
            if self.watch.held:
                log.warning("program.held", reason=self.watch.held)
                return
            for channel in self.channels.values():
                await self._open(partial(channel.start, self._accept), channel.stop)
            await self._open(self.dispatcher.start, self.dispatcher.close)
            await self._open(self.lanes.recover, self.lanes.close)
            self._recovered.set()
            await self._open(self._tick, self._stop_ticking)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Take nothing new, finish what is in hand, keep everything else for the next start."""
        await self._parts.aclose()

    async def _accept(self, event: RawEvent) -> bool:
        """Keep an event; those of the last life take their places in the lanes first."""
        if self.watch.held:
            raise StoreFailed
        await self._recovered.wait()
        return await self._inbox.accept(event)

    async def _open(self, start: Start, stop: Stop | None) -> None:
        await start()
        if stop is not None:
            self._parts.push_async_callback(stop)

    async def _begin_work(self) -> None:
        """Take a place among the processes on this store."""
        channels = self.channels.values()
        await self.worker.start({c.name for c in channels if c.capabilities.exactly_once})

    async def _resume(self) -> None:
        """Files whose fetching a stop cut off are due at once."""
        if not self.worker.holds(TICKS):
            return
        unit = partial(attachments.resume, now=int(self.clock.now().timestamp()))
        await self.storage.transact(unit)

    async def _link_last(self) -> None:
        """Chain the last audit rows; a store that is gone has none to give."""
        with suppress(StorageError):
            await self.ticker.link_audit()

    async def _serve(self) -> None:
        self._runner = await serve(self._web(), self.config.web.host, self.config.web.port)
        self.port = self._runner.addresses[0][1]

    async def _cleanup(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _control(self) -> None:
        """Take commands of the command line for as long as the program runs."""
        serving = control.serve(self.config.socket, self.operations.handlers())
        task = asyncio.create_task(serving)

        async def stop() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self._parts.push_async_callback(stop)

    async def _tick(self) -> None:
        self.scheduler.start()

    async def _stop_ticking(self) -> None:
        self.scheduler.close()

    def _tell_of_file(self, db: Session, closed: Closed) -> None:
        """Plan the message to whoever sent a file that will not be there, in the same unit."""
        tell = partial(file_closed, closed=closed)
        run_tick(db, self.kit, tell, self.clock.now(), SEEDS.draw())

    def _web(self) -> web.Application:
        pages = DeskPages(
            self.storage,
            self.vault,
            self.rules,
            self.texts,
            self.files,
            self.clock,
        )
        channels = list(self.channels.values())
        notices = NoticePages(
            self.storage, self.vault, self.rules, self.texts, channels, self.clock
        )
        board = BoardPages(self.storage, self.kit, self.texts, self.clock, self.dispatcher.offer)
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
            notice=notices.notice,
            attachment=pages.attachment,
            board=board.doors(),
        )
        return make_app(parts)


def settle_memory() -> None:
    """What is loaded by now lives as long as the program: the collector need not look again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


async def run_program(config: Config, clock: Clock | None = None) -> None:
    """Run until SIGTERM or SIGINT; by the machine's clock unless told another."""
    program = Program(config, clock or SystemClock(config.zone))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await program.start()
    settle_memory()
    log.info("program.started", port=program.port)
    try:
        await stop.wait()
    finally:
        await program.close()


def _tell_of_slow(unit: str, seconds: float) -> None:
    log.warning("unit.slow", unit=unit, milliseconds=int(seconds * 1000))
