"""The loopback Bot API is a fair judge: an unmodified client library works with it."""

import asyncio

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken

from bot.channels.telegram.client import AiohttpRequest
from tests.channels.bot_api import TOKEN, BotApi
from tests.channels.bot_chats import Citizen


def client(api: BotApi, token: str = TOKEN) -> Bot:
    """A bot of the library, with nothing of ours but the transport."""
    return Bot(
        token,
        base_url=f"{api.root}/bot",
        base_file_url=f"{api.root}/file/bot",
        request=AiohttpRequest(api.root, connect=5, read=5),
        get_updates_request=AiohttpRequest(api.root, connect=5, read=10),
    )


async def test_the_library_talks_with_it_in_every_method() -> None:
    async with BotApi() as api:
        citizen = Citizen(api, 501)
        async with client(api) as bot:
            assert (await bot.get_me()).username == api.username
            markup = InlineKeyboardMarkup([[InlineKeyboardButton("是", callback_data="1")]])
            sent = await bot.send_message(501, "您好", reply_markup=markup)
            edited = await bot.edit_message_text("再会", 501, sent.message_id)
            assert edited is not True
            assert edited.reply_markup is None
            file = await bot.send_document(501, "内容".encode(), filename="报告.txt")
            assert file.document is not None
            assert file.document.file_name == "报告.txt"
            album = await bot.send_media_group(501, [InputMediaPhoto(b"a"), InputMediaPhoto(b"b")])
            assert len({m.media_group_id for m in album}) == 1
            await bot.send_photo(501, b"photo")
            await bot.send_chat_action(501, "typing")
            assert await bot.delete_message(501, sent.message_id)
            stored = await bot.get_file(file.document.file_id)
            assert bytes(await stored.download_as_bytearray()).decode() == "内容"
            assert (await bot.get_webhook_info()).url == ""
            citizen.says("您好")
            (update,) = await bot.get_updates(timeout=5)
            assert update.message is not None
            assert update.message.text == "您好"


async def test_only_a_higher_offset_confirms() -> None:
    async with BotApi() as api:
        citizen = Citizen(api, 501)
        for word in "一二三":
            citizen.says(word)
        async with client(api) as bot:
            first = await bot.get_updates(limit=2)
            again = await bot.get_updates()
            assert [u.update_id for u in again[:2]] == [u.update_id for u in first]
            rest = await bot.get_updates(offset=first[-1].update_id + 1)
            assert [u.message and u.message.text for u in rest] == ["三"]
            assert [u.update_id for u in await bot.get_updates(offset=-1)] == [rest[0].update_id]


async def test_a_second_poller_ends_the_first_and_a_webhook_ends_both() -> None:
    async with BotApi() as api, client(api) as one, client(api) as two:
        waiting = asyncio.ensure_future(one.get_updates(timeout=10))
        await api.called("getUpdates")
        second = asyncio.ensure_future(two.get_updates(timeout=10))
        with pytest.raises(Conflict):
            await waiting
        await two.set_webhook("http://127.0.0.1:9/x")
        with pytest.raises(Conflict):
            await second
        with pytest.raises(Conflict):
            await one.get_updates()


async def test_it_refuses_what_the_platform_refuses() -> None:
    async with BotApi() as api, client(api) as bot:
        citizen = Citizen(api, 501)
        keyboard = [[InlineKeyboardButton("长", callback_data="字" * 22)]]
        for text, markup in [
            ("字" * 4097, None),
            ("😀" * 2049, None),
            (" ", None),
            ("好", InlineKeyboardMarkup(keyboard)),
        ]:
            with pytest.raises(BadRequest):
                await bot.send_message(501, text, reply_markup=markup)
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(999, "好")
        sent = await bot.send_message(501, "好")
        with pytest.raises(BadRequest, match="not modified"):
            await bot.edit_message_text("好", 501, sent.message_id)
        api.shift = 48 * 3600 + 60
        with pytest.raises(BadRequest, match="can't be deleted"):
            await bot.delete_message(501, sent.message_id)
        citizen.blocks()
        with pytest.raises(Forbidden):
            await bot.send_message(501, "好")
        with pytest.raises(InvalidToken):
            async with client(api, TOKEN + "x"):
                pass
