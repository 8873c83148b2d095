"""The token, the webhook secret and what people write never reach a log or an error."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.channels.base import DeliveryError, Document, Rendered
from bot.channels.telegram import TelegramChannel
from handlers.messages import FileRef
from tests.channels.bot_api import TOKEN, BotApi
from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import Fault, bad_request, broken, nonsense, silence, unauthorized
from tests.channels.telegram_support import SECRET, Inbox, clock, running, settings_for

WORDS = "谁也不该在日志里看到的话"
SECRETS = (TOKEN, TOKEN.partition(":")[2], SECRET, WORDS)


async def fetch(channel: TelegramChannel, ref: str) -> None:
    """Read a file to its end."""
    async for _ in channel.fetch(FileRef(ref=ref)):
        pass


ACTS: dict[str, Callable[[TelegramChannel, Path], Awaitable[object]]] = {
    "send": lambda channel, _: channel.send("501", Rendered(text=WORDS)),
    "edit": lambda channel, _: channel.edit("501", "7", Rendered(text=WORDS)),
    "delete": lambda channel, _: channel.delete("501", ["7"]),
    "document": lambda channel, path: channel.send(
        "501",
        Rendered(text="", documents=[Document(path=path, name=WORDS, mime="text/plain")]),
    ),
    "fetch": lambda channel, _: fetch(channel, "unknown"),
}
FAULTS: dict[str, Callable[[], Fault]] = {
    "refused": lambda: bad_request(f"can't parse entities: {WORDS}"),
    "broken": broken,
    "nonsense": nonsense,
    "silence": silence,
    "token": unauthorized,
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("fault", [*FAULTS, "down"])
async def test_no_failure_quotes_a_secret(
    act: str, fault: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "blob"
    path.write_bytes(WORDS.encode())
    async with BotApi() as api:
        Citizen(api, 501)
        with capture_logs() as logs:
            async with running(api, Inbox(), read_seconds=0.2) as channel:
                if fault == "down":
                    await api.down()
                else:
                    broken_ = api.fail(FAULTS[fault]())
                    broken_.times = None
                with pytest.raises(DeliveryError) as caught:
                    await ACTS[act](channel, path)
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        assert not [secret for secret in SECRETS if secret in told + caplog.text + str(logs)]
        assert caught.value.__context__ is None


async def test_a_day_of_trouble_leaves_no_secret_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox(failures=2)
        for fault in (broken(), nonsense(), unauthorized()):
            api.fail(fault)
        citizen.says(WORDS)
        with capture_logs() as logs:
            async with running(api, inbox) as channel:
                await inbox.holds(1)
                await channel.send("501", Rendered(text=WORDS))
        assert logs
        assert not [secret for secret in SECRETS if secret in caplog.text + str(logs)]


def test_the_settings_and_the_channel_hide_their_secrets() -> None:
    settings = settings_for(BotApi(), webhook_secret=SECRET)
    shown = repr(settings) + repr(TelegramChannel(settings, clock=clock))
    assert not [secret for secret in SECRETS if secret in shown]
    assert settings.account == "7000000001"
