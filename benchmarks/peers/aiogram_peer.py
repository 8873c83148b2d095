"""The same report on aiogram: FSM in memory, per-chat isolation, its aiohttp webhook."""

import argparse
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from benchmarks.driver import PATH, SECRET, TOKEN
from benchmarks.peers import words
from benchmarks.peers.ptb_peer import stopped
from bot.loop import run_loop

CONNECTIONS = 512  # to the platform at once; by default 100, fewer than there are users
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


async def leave(call: SendMessage, inside: bool) -> SendMessage | None:
    """Send by a call of its own, or hand it to the library, which puts it into the 200."""
    if inside:
        return call
    await call
    return None


async def report(message: Message, state: FSMContext, inside: bool) -> SendMessage | None:
    await state.clear()
    await state.set_state(Report.whom)
    call = message.answer(words.WHOM, reply_markup=keyboard(words.WHOM_ROWS))
    return await leave(call, inside)


async def whom(query: CallbackQuery, state: FSMContext, inside: bool) -> SendMessage | None:
    call = await _click(query, state, Report.category, words.CATEGORY, words.CATEGORY_ROWS)
    return await leave(call, inside)


async def category(query: CallbackQuery, state: FSMContext, inside: bool) -> SendMessage | None:
    return await leave(await _click(query, state, Report.account, words.ACCOUNT), inside)


async def account(message: Message, state: FSMContext, inside: bool) -> SendMessage | None:
    await state.update_data(account=message.text)
    await state.set_state(Report.when)
    return await leave(message.answer(words.WHEN), inside)


async def when(message: Message, state: FSMContext, inside: bool) -> SendMessage | None:
    await state.update_data(when=message.text)
    await state.set_state(Report.where)
    return await leave(message.answer(words.WHERE), inside)


async def where(message: Message, state: FSMContext, inside: bool) -> SendMessage | None:
    draft = await state.update_data(where=message.text)
    await state.set_state(Report.confirm)
    call = message.answer(words.review(draft), reply_markup=keyboard(words.CONFIRM_ROWS))
    return await leave(call, inside)


async def confirm(query: CallbackQuery, state: FSMContext, inside: bool) -> SendMessage | None:
    REPORTS.append(await state.get_data())
    call = await _click(query, state, None, words.receipt(len(REPORTS)))
    await state.clear()
    return await leave(call, inside)


async def _click(
    query: CallbackQuery,
    state: FSMContext,
    step: State | None,
    text: str,
    rows: words.Rows = (),
) -> SendMessage:
    await query.answer()
    await state.update_data({f"click{query.data}": query.data})
    await state.set_state(step)
    assert isinstance(query.message, Message)
    return query.message.answer(text, reply_markup=keyboard(rows) if rows else None)


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


async def serve(api: str, port: int, inside: bool) -> None:
    """The library's own request handler on aiohttp: in the background, as it is by default."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api), limit=CONNECTIONS)
    bot = Bot(TOKEN, session=session)
    dispatcher = Dispatcher(
        storage=MemoryStorage(), events_isolation=SimpleEventIsolation(), inside=inside
    )
    dispatcher.include_router(routes())
    server = web.Application()
    handler = SimpleRequestHandler(
        dispatcher, bot, handle_in_background=not inside, secret_token=SECRET
    )
    handler.register(server, path=PATH)
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
    parser.add_argument("--inside", action="store_true", help="answer in the webhook's 200")
    arguments = parser.parse_args()
    run_loop(serve(arguments.api, arguments.port, arguments.inside))


if __name__ == "__main__":
    main()
