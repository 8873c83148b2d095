"""Polling confirms nothing that is not stored, and never gives up."""

import pytest
from structlog.testing import capture_logs

from bot.channels.base import Rendered
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import Fault, broken, conflict, flood, nonsense, unauthorized
from tests.channels.telegram_support import Inbox, running


async def test_updates_are_stored_and_then_confirmed_by_the_offset() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        citizen.says("一")
        citizen.says("二")
        async with running(api, inbox):
            await inbox.holds(2)
            citizen.says("三")
            events = await inbox.holds(3)
            await api.called("getUpdates", 3)
        assert [event.chat for event in events] == ["501"] * 3
        assert [event.account for event in events] == ["7000000001"] * 3
        assert inbox.attempts == sorted(set(inbox.attempts))
        assert not api.updates.pending


async def test_nothing_is_confirmed_while_the_store_fails() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox(failures=3)
        sent = [citizen.says(word) for word in ("一", "二")]
        async with running(api, inbox):
            await inbox.tried(3)
            assert len(api.updates.pending) == len(sent)
            events = await inbox.holds(2)
        assert inbox.attempts[:4] == [events[0].event_id] * 4
        offsets = [call.params["offset"] for call in api.named("getUpdates")]
        assert offsets[:4] == [0, 0, 0, 0]


async def test_a_failure_in_the_middle_of_a_batch_redelivers_only_from_there() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        for word in "一二三四":
            citizen.says(word)
        first = api.updates.first_id

        async def second_fails(event: object) -> bool:
            if len(inbox.attempts) == 1:
                inbox.failures = 1
            return await inbox.accept(event)  # type: ignore[arg-type]

        async with running(api, inbox) as channel:
            await channel.stop()
            await channel.start(second_fails)
            events = await inbox.holds(4)
        assert [int(event.event_id) - first for event in events] == [0, 1, 2, 3]
        assert [int(one) - first for one in inbox.attempts] == [0, 1, 1, 2, 3]


async def test_a_crash_between_commit_and_offset_delivers_again_and_stores_once() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        citizen.says("只此一次")

        async def stored_then_lost(event: object) -> bool:
            await inbox.accept(event)  # type: ignore[arg-type]
            raise OSError("the process is gone")

        async with running(api, inbox) as channel:
            await channel.stop()
            await channel.start(stored_then_lost)
            await inbox.tried(2)
            await channel.stop()
            assert api.updates.pending
            await channel.start(inbox.accept)
            await api.called("getUpdates", len(api.named("getUpdates")) + 2)
        assert len(inbox.events) == 1
        assert len(inbox.attempts) >= 3


async def test_ids_that_start_anew_below_the_old_ones_are_not_skipped() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        async with running(api, inbox, poll_seconds=0):
            citizen.says("旧")
            await inbox.holds(1)
            await api.called("getUpdates", len(api.named("getUpdates")) + 3)
            api.updates.restart_ids(1000)
            citizen.says("新")
            events = await inbox.holds(2)
        assert events[1].event_id == "1000"


async def test_it_starts_without_the_platform_and_heals() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        citizen.says("等一等")
        await api.down()
        with capture_logs() as logs:
            async with running(api, inbox):
                await api.up()
                await inbox.holds(1)
                await api.called("getUpdates", 2)
        assert {line["event"] for line in logs} <= {
            "telegram.polling_waits",
            "telegram.polling_again",
            "telegram.set_up_waits",
        }


async def test_the_deep_link_is_known_once_the_platform_told_the_name() -> None:
    async with BotApi() as api:
        Citizen(api, 501)
        api.fail(broken(method="getMe", times=2))
        async with running(api, Inbox()) as channel:
            assert channel.entrance("s_c1") == ""
            await api.called("getMe", 3)
            while not channel.entrance("s_c1"):
                await channel.send("501", Rendered(text="好"))
            assert channel.entrance("s_c1") == "https://t.me/jianjian_test_bot?start=s_c1"


@pytest.mark.parametrize(
    "fault",
    [broken(method="getUpdates", times=2), flood(0, method="getUpdates"), unauthorized(times=2)],
    ids=["502", "429", "401"],
)
async def test_every_refusal_is_waited_out(fault: Fault) -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        citizen.says("还在")
        api.fail(fault)
        async with running(api, inbox):
            await inbox.holds(1)


async def test_a_second_poller_is_named_once_and_waited_out() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        fault = api.fail(conflict(method="getUpdates", times=5))
        with capture_logs() as logs:
            async with running(api, inbox):
                await api.called("getUpdates", 6)
                citizen.says("好")
                await inbox.holds(1)
        refused = [line for line in logs if line["event"] == "telegram.polling_refused"]
        assert fault.times == 0
        assert len(refused) == 1
        assert "polls with this token" in refused[0]["reason"]


async def test_a_webhook_that_was_left_behind_is_removed_and_its_updates_kept() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        api.updates.webhook.url = "http://127.0.0.1:9/none"
        citizen.says("别丢")
        async with running(api, inbox):
            await inbox.holds(1)
        assert api.named("deleteWebhook")[0].params.get("drop_pending_updates", False) is False


async def test_an_unreadable_update_is_put_aside_alone() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        citizen.says("前")
        api.updates.add_raw(b'{"update_id":%d,"message":' + b"[" * 50_000 + b"]" * 50_000 + b"}")
        citizen.says("后")
        async with running(api, inbox):
            events = await inbox.holds(3)
            await api.called("getUpdates", 4)
        assert [event.chat for event in events] == ["501", "", "501"]
        assert not api.updates.pending


async def test_an_answer_that_is_no_json_changes_nothing() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        citizen.says("好")
        api.fail(nonsense(method="getUpdates", times=2))
        async with running(api, inbox):
            await inbox.holds(1)


async def test_only_the_kinds_that_are_handled_are_asked_for() -> None:
    async with BotApi() as api:
        inbox = Inbox()
        async with running(api, inbox):
            await api.called("getUpdates", 1)
        assert list(api.updates.allowed) == [
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
        ]


async def test_the_commands_are_listed_per_language_once_the_platform_answers() -> None:
    menus = {"": (("help", "帮助"),), "zh": (("help", "帮助"),), "en": (("help", "Help"),)}
    async with BotApi() as api:
        api.fail(broken(method="setMyCommands", times=2))
        async with running(api, Inbox(), menus=menus):
            await api.called("setMyCommands", 5)
        assert api.commands["en"] == [{"command": "help", "description": "Help"}]
        assert set(api.commands) == {"", "zh", "en"}


async def test_a_server_that_knows_no_long_polling_is_not_besieged() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        async with running(api, inbox, poll_seconds=0):
            calls = await api.called("getUpdates", 3)
            citizen.says("好")
            await inbox.holds(1)
        assert calls[2].at - calls[1].at >= 0.1
