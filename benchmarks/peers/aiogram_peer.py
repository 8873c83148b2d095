"""The same report on aiogram: FSM in memory, per-chat isolation, its aiohttp webhook."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from benchmarks.driver import PATH, SECRET, TOKEN
from benchmarks.peers import words
from benchmarks.peers.ptb_peer import stopped

REPORTS: list[dict[str, Any]] = []


class Report(StatesGroup):
    """The steps."""

    whom = State()
    category = State()
    account = State()
    when = State()
    where = State()
    confirm = State()


def keyboard(rows: words.Rows) -> InlineKeyboardMarkup:
    """Buttons."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=data) for label, data in row]
            for row in rows
        ]
    )


async def report(message: Message, state: FSMContext) -> None:
    await state.clear()
    await state.set_state(Report.whom)
    await message.answer(words.WHOM, reply_markup=keyboard(words.WHOM_ROWS))


async def whom(query: CallbackQuery, state: FSMContext) -> None:
    await _click(query, state, Report.category, words.CATEGORY, keyboard(words.CATEGORY_ROWS))


async def category(query: CallbackQuery, state: FSMContext) -> None:
    await _click(query, state, Report.account, words.ACCOUNT)


async def account(message: Message, state: FSMContext) -> None:
    await state.update_data(account=message.text)
    await state.set_state(Report.when)
    await message.answer(words.WHEN)


async def when(message: Message, state: FSMContext) -> None:
    await state.update_data(when=message.text)
    await state.set_state(Report.where)
    await message.answer(words.WHERE)


async def where(message: Message, state: FSMContext) -> None:
    draft = await state.update_data(where=message.text)
    await state.set_state(Report.confirm)
    await message.answer(words.review(draft), reply_markup=keyboard(words.CONFIRM_ROWS))


async def confirm(query: CallbackQuery, state: FSMContext) -> None:
    REPORTS.append(await state.get_data())
    await _click(query, state, None, words.receipt(len(REPORTS)))
    await state.clear()


async def _click(
    query: CallbackQuery,
    state: FSMContext,
    step: State | None,
    text: str,
    markup: InlineKeyboardMarkup | None = None,
) -> None:
    await query.answer()
    await state.update_data({f"click{query.data}": query.data})
    await state.set_state(step)
    assert isinstance(query.message, Message)
    await query.message.answer(text, reply_markup=markup)


def routes() -> Router:
    """The talk as the library's documentation builds one."""
    router = Router()
    router.message.register(report, Command("report"))
    router.callback_query.register(whom, Report.whom)
    router.callback_query.register(category, Report.category)
    router.message.register(account, Report.account)
    router.message.register(when, Report.when)
    router.message.register(where, Report.where)
    router.callback_query.register(confirm, Report.confirm)
    return router


async def serve(api: str, port: int) -> None:
    """The library's own request handler on aiohttp."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    bot = Bot(TOKEN, session=session)
    dispatcher = Dispatcher(storage=MemoryStorage(), events_isolation=SimpleEventIsolation())
    dispatcher.include_router(routes())
    server = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=SECRET).register(server, path=PATH)
    setup_application(server, dispatcher, bot=bot)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await stopped()
    await runner.cleanup()


def main() -> None:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.api, arguments.port))


if __name__ == "__main__":
    main()
