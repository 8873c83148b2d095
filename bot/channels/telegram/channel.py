"""One Telegram bot account as a channel of the program."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from aiohttp import web

from bot.channels.base import (
    Accept,
    Capabilities,
    DeliveryError,
    Measure,
    Rejected,
    Rendered,
    RetryLater,
)
from bot.channels.telegram.client import Client
from bot.channels.telegram.envelope import CHANNEL, load
from bot.channels.telegram.parse import parse_update, text
from bot.channels.telegram.patience import Patience
from bot.channels.telegram.polling import Poller, always
from bot.channels.telegram.send import MAX_TEXT, Sender
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.webhook import Webhook
from handlers.messages import FileRef, Incoming, Kind

MAX_FILE_IN = 20_000_000  # what getFile gives
DELETE_WINDOW = 48 * 3600
CLICKS = 10_000

log = structlog.get_logger()


class TelegramChannel:
    """Receives by polling or webhook, sends by the Bot API; heals when Telegram is away."""

    name = CHANNEL

    def __init__(
        self,
        settings: TelegramSettings,
        *,
        clock: Callable[[], datetime],
        on_duty: Callable[[], bool] = always,
    ) -> None:
        """`on_duty`: whether this process is the one that polls; another stands by."""
        if settings.mode == "webhook" and not settings.webhook_secret:
            raise ValueError("webhook mode needs a webhook_secret")
        self.account = settings.account
        self.capabilities = Capabilities(
            max_text=MAX_TEXT,
            measure=Measure.UTF16,
            content=settings.content,
            max_file_in=MAX_FILE_IN,
            delete_window=DELETE_WINDOW,
            per_second=settings.per_second,
            per_chat_second=settings.per_chat_second,
            per_group_minute=settings.per_group_minute,
            acknowledges=settings.mode != "webhook",  # there the answer to the update does it
        )
        self._settings = settings
        self._clock = clock
        self._on_duty = on_duty
        self._client = Client(settings)
        self._sender = Sender(self._client)
        self._webhook = Webhook(self.account, settings.webhook_secret, clock)
        self._tasks: list[asyncio.Task[None]] = []
        self._clicks: OrderedDict[str, str] = OrderedDict()
        self._username = ""
        self._poller: Poller | None = None

    @property
    def trouble(self) -> str:
        """Why nothing is received by polling; "" = all is well."""
        return self._poller.trouble if self._poller is not None else ""

    def parse(self, body: bytes, received_at: datetime) -> Incoming | None:
        """Update → Incoming; None for one that means nothing to us. Raises Malformed."""
        update = load(body)
        event = parse_update(update, self.account, received_at)
        if event is not None and event.kind is Kind.CHOICE and self.capabilities.acknowledges:
            self._clicks[event.event_id] = text(update["callback_query"], "id")
            if len(self._clicks) > CLICKS:
                self._clicks.popitem(last=False)
        return event

    async def start(self, accept: Accept) -> None:
        """Begin to receive; what needs Telegram happens in the background until it works."""
        await self._client.open()
        jobs: list[Awaitable[None]] = []
        if self._settings.mode == "webhook":
            self._webhook.open(accept)
            jobs.append(self._until_done("webhook", self._client.set_webhook))
        else:
            self._poller = Poller(
                self._client,
                self.account,
                accept,
                self._clock,
                self._patience(),
                self._on_duty,
                stand_by=self._settings.stand_by,
                proven=self._settings.proven,
            )
            jobs.append(self._poller.run())
        jobs.append(self._until_done("name", self._learn_name))
        if self._settings.menus:
            jobs.append(self._until_done("menu", self._set_menus))
        self._tasks = [asyncio.ensure_future(job) for job in jobs]

    async def stop(self) -> None:
        """Stop receiving, then close connections."""
        self._webhook.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._client.close()

    async def send(self, chat: str, message: Rendered) -> list[str]:
        """Deliver one message; the platform's ids of its parts. Raises DeliveryError."""
        return await self._sender.send(chat, message)

    async def edit(self, chat: str, message_id: str, message: Rendered) -> list[str]:
        """Replace a message that was sent. Raises DeliveryError."""
        return await self._sender.edit(chat, message_id, message)

    async def delete(self, chat: str, message_ids: Sequence[str]) -> None:
        """Delete messages younger than 48 hours; others are left. Raises DeliveryError."""
        await self._sender.delete(chat, message_ids)

    async def acknowledge(self, event: Incoming) -> None:
        """End the waiting sign on a clicked button; never raises."""
        query = self._clicks.pop(event.event_id, "")
        if not query:
            return
        try:
            await self._client.call("answerCallbackQuery", {"callback_query_id": query})
        except DeliveryError as failure:
            log.debug("telegram.click_unanswered", channel=CHANNEL, reason=str(failure))

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        """The bytes of a received file. Raises Rejected for one over 20 MB before loading it."""
        _check_size(file.size)
        answer = await self._client.call("getFile", {"file_id": file.ref})
        if not isinstance(answer, dict) or not isinstance(answer.get("file_path"), str):
            raise Rejected("no file")
        _check_size(answer.get("file_size"))
        total = 0
        async for chunk in self._client.download(answer["file_path"]):
            total += len(chunk)
            _check_size(total)
            yield chunk

    def is_group(self, chat: str) -> bool:
        """Groups have negative ids."""
        return chat.startswith("-")

    def entrance(self, payload: str) -> str:
        """The deep link of this bot; "" until Telegram has told its name."""
        return f"https://t.me/{self._username}?start={payload}" if self._username else ""

    def routes(self) -> Sequence[web.RouteDef]:
        """The webhook, in webhook mode."""
        if self._settings.mode != "webhook":
            return []
        return [web.post(self._settings.hook_path, self._webhook.receive)]

    async def _learn_name(self) -> None:
        answer = await self._client.call("getMe", {})
        self._username = str(answer.get("username", "")) if isinstance(answer, dict) else ""

    async def _set_menus(self) -> None:
        for language, menu in self._settings.menus.items():
            await self._client.set_menu(language, menu)

    async def _until_done(self, job: str, attempt: Callable[[], Awaitable[None]]) -> None:
        patience = self._patience()
        told = ""
        while True:
            try:
                await attempt()
            except DeliveryError as failure:
                if told != str(failure):
                    told = str(failure)
                    log.warning("telegram.set_up_waits", channel=CHANNEL, job=job, reason=told)
                await patience.wait(failure.after if isinstance(failure, RetryLater) else 0)
            else:
                return

    def _patience(self) -> Patience:
        return Patience(first=self._settings.retry_first, most=self._settings.retry_most)


def _check_size(size: object) -> None:
    if isinstance(size, int) and size > MAX_FILE_IN:
        raise Rejected("file too large")
