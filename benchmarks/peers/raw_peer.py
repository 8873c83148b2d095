"""The ceiling: no rules at all; a step in a dict, a group commit with full syncs, one answer."""

import argparse
import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, TCPConnector, web

from benchmarks.driver import PATH, TOKEN
from benchmarks.peers.ptb_peer import stopped
from bot.loop import run_loop

STEPS = 7
KEYBOARD = {"inline_keyboard": [[{"text": "确认提交", "callback_data": "x"}]]}


class Store:
    """Steps committed together: who waits while a commit runs goes into the next one."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("CREATE TABLE step (update_id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        self._waiting: list[tuple[int, bytes, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()

    async def keep(self, number: int, body: bytes) -> None:
        """Return once the step is durable."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((number, body, future))
        self._wake.set()
        await future

    async def run(self) -> None:
        """Commit group after group."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            group, self._waiting = self._waiting, []
            if group:
                await asyncio.to_thread(self._commit, [(n, body) for n, body, _ in group])
                for _, _, future in group:
                    future.set_result(None)
                if self._waiting:
                    self._wake.set()

    def _commit(self, rows: list[tuple[int, bytes]]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO step VALUES (?, ?)", rows)
        self._db.execute("COMMIT")


class Raw:
    """Takes webhooks, answers through the Bot API."""

    def __init__(self, api: str, store: Store, http: ClientSession) -> None:
        self._url = f"{api}/bot{TOKEN}/"
        self._store = store
        self._http = http
        self._steps: dict[int, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, request: web.Request) -> web.Response:
        """One update: kept, acknowledged, answered."""
        body = await request.read()
        update: dict[str, Any] = json.loads(body)
        click = update.get("callback_query")
        message = click["message"] if click else update["message"]
        chat = message["chat"]["id"]
        step = self._steps[chat] = (self._steps.get(chat, 0) + 1) % STEPS
        await self._store.keep(update["update_id"], body)
        self._later(self._answer(chat, step))
        if not click:
            return web.Response()
        call = {"method": "answerCallbackQuery", "callback_query_id": click["id"]}
        return web.json_response(call)

    async def _answer(self, chat: int, step: int) -> None:
        text = {"chat_id": chat, "text": f"步骤{step}", "reply_markup": json.dumps(KEYBOARD)}
        await self._call("sendMessage", text)

    async def _call(self, method: str, params: dict[str, Any]) -> None:
        async with self._http.post(self._url + method, json=params) as answer:
            await answer.read()

    def _later(self, job: Any) -> None:
        task = asyncio.create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def serve(api: str, port: int, data: Path) -> None:
    """Run until SIGTERM."""
    store = Store(data / "raw.db")
    committing = asyncio.create_task(store.run())
    async with ClientSession(connector=TCPConnector(limit=512)) as http:
        app = web.Application()
        app.router.add_post(PATH, Raw(api, store, http).take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await stopped()
        await runner.cleanup()
    committing.cancel()


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
