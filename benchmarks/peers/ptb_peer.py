"""The same report on python-telegram-bot: ConversationHandler, PicklePersistence, own webhook."""

import argparse
import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Any

from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from benchmarks.driver import PATH, SECRET, TOKEN
from benchmarks.peers import words
from bot.loop import run_loop

WHOM, CATEGORY, ACCOUNT, WHEN, WHERE, CONFIRM = range(6)
Context = ContextTypes.DEFAULT_TYPE


def keyboard(rows: words.Rows) -> InlineKeyboardMarkup:
    """Buttons."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows]
    )


async def report(update: Update, context: Context) -> int:
    assert update.message is not None
    assert context.user_data is not None
    context.user_data.clear()
    await update.message.reply_text(words.WHOM, reply_markup=keyboard(words.WHOM_ROWS))
    return WHOM


async def whom(update: Update, context: Context) -> int:
    await _click(update, context, "whom", words.CATEGORY, keyboard(words.CATEGORY_ROWS))
    return CATEGORY


async def category(update: Update, context: Context) -> int:
    await _click(update, context, "category", words.ACCOUNT)
    return ACCOUNT


async def account(update: Update, context: Context) -> int:
    await _text(update, context, "account", words.WHEN)
    return WHEN


async def when(update: Update, context: Context) -> int:
    await _text(update, context, "when", words.WHERE)
    return WHERE


async def where(update: Update, context: Context) -> int:
    await _keep(update, context, "where")
    assert update.message is not None
    assert context.user_data is not None
    review = words.review(context.user_data)
    await update.message.reply_text(review, reply_markup=keyboard(words.CONFIRM_ROWS))
    return CONFIRM


async def confirm(update: Update, context: Context) -> int:
    assert context.user_data is not None
    reports: list[Any] = context.bot_data.setdefault("reports", [])
    reports.append(dict(context.user_data))
    await _click(update, context, "confirm", words.receipt(len(reports)))
    context.user_data.clear()
    return ConversationHandler.END


async def _click(
    update: Update,
    context: Context,
    key: str,
    text: str,
    markup: InlineKeyboardMarkup | None = None,
) -> None:
    query = update.callback_query
    assert query is not None
    assert context.user_data is not None
    await query.answer()
    context.user_data[key] = query.data
    await context.bot.send_message(query.from_user.id, text, reply_markup=markup)


async def _text(update: Update, context: Context, key: str, text: str) -> None:
    await _keep(update, context, key)
    assert update.message is not None
    await update.message.reply_text(text)


async def _keep(update: Update, context: Context, key: str) -> None:
    assert update.message is not None
    assert context.user_data is not None
    context.user_data[key] = update.message.text


def conversation() -> ConversationHandler[Context]:
    """The talk as the library's documentation builds one."""
    words_only = filters.TEXT & ~filters.COMMAND
    return ConversationHandler(
        entry_points=[CommandHandler("report", report)],
        states={
            WHOM: [CallbackQueryHandler(whom)],
            CATEGORY: [CallbackQueryHandler(category)],
            ACCOUNT: [MessageHandler(words_only, account)],
            WHEN: [MessageHandler(words_only, when)],
            WHERE: [MessageHandler(words_only, where)],
            CONFIRM: [CallbackQueryHandler(confirm)],
        },
        fallbacks=[CommandHandler("report", report)],
        name="report",
        persistent=True,
    )


async def serve(api: str, port: int, data: Path) -> None:
    """The documented set-up of a custom webhook: a route that fills the update queue."""
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .persistence(PicklePersistence(filepath=data / "state.pickle"))
        .updater(None)
        .build()
    )
    application.add_handler(conversation())

    async def hook(request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return web.Response(status=403)
        update = Update.de_json(await request.json(), application.bot)
        await application.update_queue.put(update)
        return web.Response()

    server = web.Application()
    server.router.add_post(PATH, hook)
    runner = web.AppRunner(server, access_log=None)
    async with application:
        await application.start()
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await stopped()
        await runner.cleanup()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(application.stop(), 5)


async def stopped() -> None:
    """Wait for SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


def main() -> None:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    run_loop(serve(arguments.api, arguments.port, arguments.data))


if __name__ == "__main__":
    main()
