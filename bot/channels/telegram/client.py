"""The Bot API over aiohttp: the only file that knows the Telegram SDK."""

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

import aiohttp
from telegram import Bot, BotCommand
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

from bot.channels.base import (
    ChatGone,
    ChatMoved,
    DeliveryError,
    NotSent,
    RetryLater,
    Uncertain,
)
from bot.channels.telegram.body import Body, Files
from bot.channels.telegram.connection import Lost
from bot.channels.telegram.exchange import Exchange, Unreached
from bot.channels.telegram.failures import PollerConflict, TokenRefused, done_already, refusal
from bot.channels.telegram.menu import Menu
from bot.channels.telegram.settings import ALLOWED_UPDATES, TelegramSettings

CHUNK = 64 * 1024


class NotConnected(NetworkError):
    """The request never left."""


class AnswerLost(TimedOut):
    """The request left, its answer did not come."""


class Flooded(TelegramError):
    """429. Not the SDK's RetryAfter, whose constructor warns on every use (22.8)."""

    def __init__(self, after: float) -> None:
        super().__init__("Too Many Requests")
        self.after = after


class Unreadable(TelegramError):
    """The answer is no JSON object; `payload` is what came."""

    def __init__(self, payload: bytes) -> None:
        super().__init__("Unreadable answer")
        self.payload = payload


class AiohttpRequest(BaseRequest):
    """The SDK's network side: JSON over kept connections of our own, files over aiohttp."""

    __slots__ = ("_connect", "_exchange", "_read", "_session", "_timeouts")

    def __init__(self, root: str, *, connect: float, read: float) -> None:
        self._exchange = Exchange(root, connect=connect)
        self._connect = connect
        self._read = read
        self._session: aiohttp.ClientSession | None = None
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

    @property
    def read_timeout(self) -> float | None:
        return self._read

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session; without one nothing can leave."""
        if self._session is None:
            raise NotConnected("The channel is closed")
        return self._session

    async def initialize(self) -> None:
        self._exchange.open()
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self.timeout(self._read),
            )

    async def shutdown(self) -> None:
        self._exchange.close()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def timeout(self, read: float) -> aiohttp.ClientTimeout:
        """Limits per step, none on the whole."""
        if read not in self._timeouts:
            self._timeouts[read] = aiohttp.ClientTimeout(
                total=None, sock_connect=self._connect, sock_read=read
            )
        return self._timeouts[read]

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as an object; the SDK's own version logs the text of a bad one."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise Unreadable(payload)
        return answer

    async def ask(self, url: str, data: RequestData, read: float) -> Any:
        """The result of a call; what an answer other than 200 means is the SDK's to say."""
        code, payload = await self.do_request(url, "POST", data, read)
        if code != 200:
            return await Answered(code, payload).post(url, data)
        return self.parse_json_payload(payload)["result"]

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        read = read_timeout if isinstance(read_timeout, int | float) else self._read
        if method != "POST" or (request_data is not None and request_data.contains_files):
            code, payload = await self._move_file(method, url, request_data, read)
        else:
            body = b"{}" if request_data is None else request_data.json_payload
            code, payload = await self._ask(url, body, read)
        if code == 429:
            raise Flooded(_wait(payload))
        return code, payload

    async def _ask(self, url: str, body: bytes, read: float) -> tuple[int, bytes]:
        try:
            return await self._exchange.post(url, body, read)
        except Unreached:
            failure: TelegramError = NotConnected("No connection")
        except Lost:
            failure = AnswerLost("No answer")
        raise failure

    async def _move_file(
        self, method: str, url: str, data: RequestData | None, read: float
    ) -> tuple[int, bytes]:
        form = None if data is None else _form(data)
        try:
            async with self.session.request(
                method, url, data=form, timeout=self.timeout(read)
            ) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            failure: TelegramError = NotConnected("No connection")
        except (TimeoutError, aiohttp.ClientError, OSError):
            failure = AnswerLost("No answer")
        raise failure  # out here it has no context: the library's own error quotes the token


class Answered(BaseRequest):
    """The SDK's network side where the answer is there already: it says what that means."""

    __slots__ = ("_answer",)

    def __init__(self, code: int, payload: bytes) -> None:
        self._answer = code, payload

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    parse_json_payload = staticmethod(AiohttpRequest.parse_json_payload)

    async def do_request(self, *_: object, **__: object) -> tuple[int, bytes]:
        return self._answer


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)  # Telegram takes file names as plain UTF-8
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for field, (name, content, mime) in data.multipart_data.items():
        form.add_field(field, content, filename=name, content_type=mime)
    return form


def _wait(payload: bytes) -> float:
    try:
        return float(AiohttpRequest.parse_json_payload(payload)["parameters"]["retry_after"])
    except (TelegramError, KeyError, TypeError, ValueError):
        return 1.0


def delivery_error(error: TelegramError) -> DeliveryError:
    """What an error of the SDK means for a message; nothing of its words is kept."""
    match error:
        case NotConnected():
            return NotSent()
        case AnswerLost() | Unreadable():
            return Uncertain()
        case Flooded():
            return RetryLater(error.after)
        case ChatMigrated():
            return ChatMoved(str(error.new_chat_id))
        case Forbidden():
            return ChatGone()
        case Conflict():
            return PollerConflict()
        case InvalidToken():
            return TokenRefused()
        case BadRequest():  # a subclass of NetworkError: before it
            return refusal(error.message)
        case NetworkError():
            return NotSent()  # 5xx
        case _:
            return Uncertain()


async def _guard(call: Awaitable[Any]) -> Any:
    """Await a call of the SDK; its result, True where a refusal counts as success."""
    failure: DeliveryError
    try:
        return await call
    except BadRequest as error:
        if done_already(error.message):
            return True
        failure = delivery_error(error)
    except TelegramError as error:
        failure = delivery_error(error)
    except KeyError:  # 200 without a result
        failure = Uncertain()
    raise failure  # out here it has no context: that one may quote the message


class Client:
    """One bot account at the Bot API. Every method raises DeliveryError and nothing else."""

    def __init__(self, settings: TelegramSettings) -> None:
        for name in ("telegram", "aiohttp.access"):  # both would write addresses that hold secrets
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._settings = settings
        self._request = AiohttpRequest(
            settings.root, connect=settings.connect_seconds, read=settings.read_seconds
        )
        self._bot = Bot(
            settings.token,
            base_url=f"{settings.root}/bot",
            base_file_url=f"{settings.root}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._methods = f"{settings.root}/bot{settings.token}/"
        self._files = f"{settings.root}/file/bot{settings.token}/"

    async def open(self) -> None:
        """Make ready; nothing is sent yet."""
        await self._request.initialize()

    async def close(self) -> None:
        """Close every connection."""
        await self._request.shutdown()

    async def call(self, method: str, params: Mapping[str, Any], *, read: float = 0) -> Any:
        """Call a method with raw JSON; its `result`, or True where a refusal counts as success."""
        return await self._post(method, Body(params), read or self._settings.read_seconds)

    async def upload(self, method: str, params: Mapping[str, Any], files: Files) -> Any:
        """Call a method with files."""
        return await self._post(method, Body(params, files), 3 * self._settings.read_seconds)

    async def _post(self, method: str, body: Body, read: float) -> Any:
        request = cast(RequestData, body)
        return await _guard(self._request.ask(self._methods + method, request, read))

    async def updates(self, offset: int, limit: int) -> tuple[list[Any], bytes]:
        """The next updates after a long poll, or the answer's bytes where it cannot be read."""
        wait = self._settings.poll_seconds
        params = {"offset": offset, "limit": limit, "timeout": wait}
        body = Body({**params, "allowed_updates": ALLOWED_UPDATES})
        result = await _guard(self._poll(body, wait + self._settings.read_seconds))
        if isinstance(result, bytes):
            return [], result
        return (result, b"") if isinstance(result, list) else ([], b"")

    async def _poll(self, body: Body, read: float) -> object:
        request = cast(RequestData, body)
        try:
            return await self._request.ask(self._methods + "getUpdates", request, read)
        except Unreadable as error:
            return error.payload

    async def set_webhook(self) -> None:
        """Tell Telegram where updates go."""
        settings = self._settings
        await _guard(
            self._bot.set_webhook(
                settings.hook_url,
                allowed_updates=ALLOWED_UPDATES,
                secret_token=settings.webhook_secret or None,
            )
        )

    async def delete_webhook(self) -> None:
        """Make polling possible; waiting updates are kept."""
        await _guard(self._bot.delete_webhook(drop_pending_updates=False))

    async def set_menu(self, language: str, menu: Menu) -> None:
        """Set the list of commands for a language ("" = everybody else)."""
        commands = [BotCommand(command, words) for command, words in menu]
        await _guard(self._bot.set_my_commands(commands, language_code=language or None))

    async def delete_messages(self, chat: int, ids: Sequence[int]) -> None:
        """Delete up to 100 messages; missing ones are skipped."""
        await _guard(self._bot.delete_messages(chat, ids))

    async def download(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of a file whose path getFile told."""
        url = self._files + quote(path)
        gone = False
        try:
            async with self._request.session.get(url) as answer:
                gone = answer.status != 200
                async for chunk in answer.content.iter_chunked(CHUNK):
                    if not gone:
                        yield chunk
        except (TimeoutError, aiohttp.ClientError, TelegramError, OSError):
            gone = True
        if gone:
            raise NotSent
