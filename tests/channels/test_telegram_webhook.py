"""The webhook takes what Telegram sends, and only after it is stored."""

import io
from typing import Any

import aiohttp
import pytest

from bot.channels.base import Button, Rendered
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.settings import TelegramSettings
from tests.channels.bot_api import TOKEN, BotApi
from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import broken
from tests.channels.telegram_support import (
    NOW,
    SECRET,
    Inbox,
    answer_without_body,
    clock,
    free_port,
    running,
    served,
    settings_for,
)

PATH = "/telegram/q7x2"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def hooked(api: BotApi, url: str = "http://127.0.0.1:9") -> TelegramChannel:
    """A channel in webhook mode."""
    settings = settings_for(
        api, mode="webhook", webhook_url=url, webhook_path=PATH, webhook_secret=SECRET
    )
    return TelegramChannel(settings, clock=clock)


async def post(url: str, body: Any, secret: str | None = SECRET) -> int:
    """One POST as a stranger or as Telegram would send it; the status."""
    headers = {} if secret is None else {HEADER: secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_telegram_is_told_the_address_and_delivers_with_the_secret() -> None:
    async with BotApi() as api:
        inbox, port = Inbox(), free_port()
        channel = hooked(api, f"http://127.0.0.1:{port}")
        citizen = Citizen(api, 501)
        async with running(api, inbox, channel), served(channel, port):
            citizen.says("您好")
            events = await inbox.holds(1)
        call = api.named("setWebhook")[0].params
        assert call["url"] == f"http://127.0.0.1:{port}{PATH}"
        assert call["secret_token"] == SECRET
        assert "callback_query" in call["allowed_updates"]
        assert events[0].chat == "501"


async def test_an_update_is_repeated_until_the_store_took_it() -> None:
    async with BotApi() as api:
        inbox, port = Inbox(failures=3), free_port()
        channel = hooked(api, f"http://127.0.0.1:{port}")
        citizen = Citizen(api, 501)
        async with running(api, inbox, channel), served(channel, port):
            citizen.says("一")
            citizen.says("二")
            events = await inbox.holds(2)
        statuses = [
            d.status for d in api.updates.deliveries if str(d.update_id) == events[0].event_id
        ]
        assert statuses[-4:] == [503, 503, 503, 200]
        assert [int(e.event_id) for e in events] == sorted(int(e.event_id) for e in events)


async def test_setting_the_webhook_goes_on_until_it_works() -> None:
    async with BotApi() as api:
        api.fail(broken(method="setWebhook", times=3))
        async with running(api, Inbox(), hooked(api)):
            calls = await api.called("setWebhook", 4)
        assert [call.status for call in calls] == [502, 502, 502, 200]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "密"])
async def test_a_forged_update_is_refused_and_not_stored(secret: str | None) -> None:
    async with BotApi() as api:
        inbox, channel = Inbox(), hooked(api)
        async with running(api, inbox, channel), served(channel) as root:
            assert await post(root + PATH, b'{"update_id":1}', secret) == 403
        assert not inbox.attempts


async def test_a_forged_update_is_refused_before_its_body_is_read() -> None:
    async with BotApi() as api:
        channel = hooked(api)
        async with running(api, Inbox(), channel), served(channel) as root:
            port = int(root.rpartition(":")[2])
            status = await answer_without_body(port, PATH)
        assert b" 403 " in status


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 5_000_000])
async def test_a_body_larger_than_any_update_is_refused(size: int) -> None:
    async with BotApi() as api:
        inbox, channel = Inbox(), hooked(api)
        async with running(api, inbox, channel), served(channel) as root:
            assert await post(root + PATH, io.BytesIO(b" " * size)) == 413
        assert not inbox.attempts


async def test_a_chunked_body_is_counted_as_it_comes() -> None:
    async def chunks() -> object:
        for _ in range(40):
            yield b" " * 65536

    async with BotApi() as api:
        inbox, channel = Inbox(), hooked(api)
        async with running(api, inbox, channel), served(channel) as root:
            assert await post(root + PATH, chunks()) == 413
        assert not inbox.attempts


@pytest.mark.parametrize(
    "body",
    [b"", b"no json", b'{"message":{}}', b"[" * 100_000, b'{"update_id":' + b"9" * 9999 + b"}"],
)
async def test_a_malformed_body_is_stored_once_and_taken(body: bytes) -> None:
    async with BotApi() as api:
        inbox, channel = Inbox(), hooked(api)
        async with running(api, inbox, channel), served(channel) as root:
            assert await post(root + PATH, body) == 200
            assert await post(root + PATH, body) == 200
        (event,) = inbox.events.values()
        assert event.body == body
        assert event.event_id.startswith("malformed-")


async def test_a_failing_store_asks_telegram_to_come_again() -> None:
    async with BotApi() as api:
        inbox, channel = Inbox(failures=1), hooked(api)
        async with running(api, inbox, channel), served(channel) as root:
            assert await post(root + PATH, b'{"update_id":1}') == 503
            assert await post(root + PATH, b'{"update_id":1}') == 200


async def test_a_stopped_channel_takes_nothing() -> None:
    async with BotApi() as api:
        inbox, channel = Inbox(), hooked(api)
        async with served(channel) as root:
            assert await post(root + PATH, b'{"update_id":1}') == 503
            async with running(api, inbox, channel):
                assert await post(root + PATH, b'{"update_id":1}') == 200
            assert await post(root + PATH, b'{"update_id":2}') == 503
        assert list(inbox.events) == ["1"]


def test_a_webhook_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="webhook_secret"):
        TelegramChannel(TelegramSettings(token=TOKEN, mode="webhook"), clock=clock)


@pytest.mark.parametrize(
    ("url", "path", "told"),
    [
        ("https://a.example", "/telegram/x", "https://a.example/telegram/x"),
        ("https://a.example/", "telegram/x", "https://a.example/telegram/x"),
        ("https://a.example/telegram/x", "/telegram/x", "https://a.example/telegram/x"),
        ("https://a.example/telegram/x", "", "https://a.example/telegram/x"),
        ("https://a.example/in", "/telegram/x", "https://a.example/in/telegram/x"),
    ],
)
def test_the_address_may_be_given_whole_or_as_a_root(url: str, path: str, told: str) -> None:
    settings = TelegramSettings(token=TOKEN, webhook_url=url, webhook_path=path)
    assert settings.hook_url == told


def test_polling_mounts_no_route() -> None:
    assert not TelegramChannel(TelegramSettings(token=TOKEN), clock=clock).routes()


async def test_the_answer_to_a_click_ends_its_waiting_sign_without_a_call_of_its_own() -> None:
    async with BotApi() as api:
        inbox, port = Inbox(failures=1), free_port()
        channel = hooked(api, f"http://127.0.0.1:{port}")
        citizen = Citizen(api, 501)
        async with running(api, inbox, channel), served(channel, port):
            await channel.send(
                "501", Rendered(text="？", buttons=[Button(label="是", data="v1:n:y")])
            )
            query = citizen.clicks("是")
            (raw,) = await inbox.holds(1)
            await api.called("answerCallbackQuery")
            event = channel.parse(raw.body, NOW)
            assert event is not None
            assert event.choice == "n:y"
            await channel.acknowledge(event)
        assert not channel.capabilities.acknowledges
        assert [c.params for c in api.named("answerCallbackQuery")] == [
            {"callback_query_id": query["id"]}
        ]
        assert api.answered == {query["id"]}


async def test_a_click_that_was_not_stored_waits_on() -> None:
    async with BotApi() as api:
        inbox, port = Inbox(failures=2), free_port()
        channel = hooked(api, f"http://127.0.0.1:{port}")
        citizen = Citizen(api, 501)
        async with running(api, inbox, channel), served(channel, port):
            await channel.send(
                "501", Rendered(text="？", buttons=[Button(label="是", data="v1:n:y")])
            )
            citizen.clicks("是")
            await inbox.holds(1)
            await api.called("answerCallbackQuery")
        statuses = [delivery.status for delivery in api.updates.deliveries]
        assert statuses == [503, 503, 200]
        assert len(api.named("answerCallbackQuery")) == 1
