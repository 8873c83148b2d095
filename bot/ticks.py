"""The list of ticks: what the program does by itself, and how often."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import structlog

from bot.channels.base import Channel, ChatGone, ChatMoved, DeliveryError, Rejected
from bot.clock import Clock
from bot.fetching import Fetcher
from bot.outbox import Dispatcher
from bot.scheduler import Tick
from handlers.desk import Desk
from handlers.messages import Reply
from handlers.routes import TICKS
from handlers.turn import Kit, expire_draft, run_tick
from storage import audit, conversations, outbox
from storage.base import Session, Storage
from storage.randomness import SEEDS

log = structlog.get_logger()
DAY = 86_400
LINKED_AT_ONCE = 500
DRAFTS_AT_ONCE = 50


class Ticker:
    """Turns ticks of handlers and of the house into runnable ones."""

    def __init__(
        self,
        storage: Storage,
        kit: Kit,
        dispatcher: Dispatcher,
        channels: Mapping[tuple[str, str], Channel],
        fetcher: Fetcher,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._kit = kit
        self._dispatcher = dispatcher
        self._channels = channels
        self._fetcher = fetcher
        self._clock = clock

    def ticks(self) -> list[Tick]:
        """Every tick, the frequent ones first."""
        acts = [
            Tick(name=name, seconds=seconds, run=partial(self.act, tick))
            for name, seconds, tick in TICKS
        ]
        house: list[tuple[str, float, Callable[[], Awaitable[object]]]] = [
            ("fetch", 2, self._fetcher.run_due),
            ("vanish", 5, self.vanish),
            ("audit", 5, self.link_audit),
            ("drafts", 300, self.expire_drafts),
            ("forget", 3600, self.forget),
            ("orphans", 3600, self._fetcher.sweep),
        ]
        return [*acts, *(Tick(name=n, seconds=s, run=r) for n, s, r in house)]

    async def act(self, tick: Callable[[Desk], list[Reply]]) -> int:
        """One tick of a handler in a unit of its own, again while it has more to say."""
        total = 0
        while True:
            unit = partial(
                run_tick, kit=self._kit, tick=tick, now=self._clock.now(), seed=SEEDS.draw()
            )
            parcels = await self._storage.transact(unit)
            self._dispatcher.offer(parcels)
            total += len(parcels)
            if not parcels:
                return total

    async def act_all(self) -> int:
        """Every tick of the handlers once, now; how many messages they planned."""
        return sum([await self.act(tick) for _, _, tick in TICKS])

    async def vanish(self) -> None:
        """Delete platform copies whose time is over (receipts)."""
        look = partial(outbox.vanishing, vault=self._kit.vault, now=self._at(), limit=100)
        for number, channel, account, chat, messages in await self._storage.read(look):
            line = self._channels.get((channel, account))
            if line is None:
                continue
            try:
                await line.delete(chat, messages)
            except (Rejected, ChatGone, ChatMoved) as error:
                log.info("vanish.refused", channel=channel, reason=type(error).__name__)
            except DeliveryError as error:  # the next tick tries again
                log.info("vanish.failed", channel=channel, reason=type(error).__name__)
                continue
            await self._storage.transact(partial(outbox.vanished, parcel_id=number))

    async def link_audit(self) -> None:
        """Chain the audit rows that have been committed."""
        while await self._storage.transact(partial(audit.link, limit=LINKED_AT_ONCE)):
            continue

    async def expire_drafts(self) -> None:
        """Forget drafts that nobody finished in time."""
        hours = int(self._kit.rules.settings["intake.draft_hours"])
        look = partial(
            conversations.expired, before=self._at() - hours * 3600, limit=DRAFTS_AT_ONCE
        )
        for lane in await self._storage.read(look):
            unit = partial(
                expire_draft, kit=self._kit, lane=lane, now=self._clock.now(), seed=SEEDS.draw()
            )
            await self._storage.transact(unit)

    async def forget(self) -> None:
        """Drop traces of what is settled, after the operator's days."""
        settings = self._kit.rules.settings
        unit = partial(
            _forget_old,
            inbox_before=self._at() - int(settings["retention.inbox_days"]) * DAY,
            outbox_before=self._at() - int(settings["retention.outbox_days"]) * DAY,
            cards_before=self._at(),
        )
        await self._storage.transact(unit)

    def _at(self) -> int:
        return int(self._clock.now().timestamp())


def _forget_old(db: Session, *, inbox_before: int, outbox_before: int, cards_before: int) -> None:
    db.run("inbox.forget_old", before=inbox_before)
    db.run("outbox.forget_old", before=outbox_before)
    db.run("outbox.forget_chat_lines", before=cards_before * 1000)
    db.run("cards.forget_old", before=cards_before)
