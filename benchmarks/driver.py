"""One driver for every bot: users in a closed loop, and the Bot API they are answered through."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.machine import BOT_CORE, burnt, free_port, rss
from benchmarks.talk import Flow, Message, Step
from benchmarks.wire import Poster, Responder, fields

TOKEN = "7000000001:AAF-benchmark_token_000000000000000"
SECRET = "benchmark-secret"
PATH = "/telegram/hook"
STARTED_AT = 1_790_000_000
NOTHING = len("{}")  # the body of a 200 that asks for nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A bot under test: a module that is run as a process of its own."""

    name: str
    module: str
    flow: Flow
    arguments: tuple[str, ...] = ()
    postgres: bool = False  # wants --storage with an empty database


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How hard the bot is driven."""

    users: int = 64
    warm_up: float = 2.0  # seconds
    seconds: float = 8.0
    api_delay: float = 0.0  # seconds per call of the Bot API
    rate: float = 0.0  # updates offered per second in all; 0 = as fast as answers come


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one run measured. Times in ms, memory in MB, shares in % of one core."""

    updates_per_s: float
    reports_per_s: float
    cpu_us: float  # per update, all threads of the bot and its database server
    p50: float  # until taken (200) and answered
    p99: float
    taken50: float  # until taken
    taken99: float
    rss: float
    calls_per_update: float
    bot_share: float
    driver_share: float
    foreign_share: float
    refused: int  # answers other than 200


@dataclass(slots=True)
class Count:
    """What happened in the window."""

    updates: int = 0
    reports: int = 0
    calls: int = 0
    refused: int = 0
    latencies: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)


class User:
    """One person: says the next thing once the last one was taken and answered."""

    def __init__(self, world: "World", number: int) -> None:
        self._world = world
        self.chat = 5_000_000 + number
        self._step = 0
        self._message_id = 0
        self._keyboard: Message | None = None
        self._taken = False
        self._replies = 0
        self._begun = 0.0
        self._body = b""
        self.poster = Poster(self._answered)

    def speak(self) -> None:
        """Send the update of the present step."""
        if self._world.over:
            return
        step = self._world.flow.steps[self._step]
        self._taken, self._replies = False, step.replies
        self._body = self._update(step)
        self._begun = time.perf_counter()
        self.poster.post(self._world.head, self._body)

    def _answered(self, status: int, head: bytes, body: bytes) -> None:
        if status == 200:
            self._taken = True
            self._world.count.taken.append(time.perf_counter() - self._begun)
            self._advance()
            if len(body) > NOTHING:
                self._world.told(head, body)
        else:
            self._world.count.refused += 1
            asyncio.get_running_loop().call_later(
                0.005, self.poster.post, self._world.head, self._body
            )

    def hear(self, message: Message) -> None:
        """A message of the bot."""
        if message.get("reply_markup"):
            self._keyboard = message
        self._replies -= 1
        self._advance()

    def _advance(self) -> None:
        if not self._taken or self._replies > 0:
            return
        count = self._world.count
        count.updates += 1
        count.latencies.append(time.perf_counter() - self._begun)
        self._step += 1
        if self._step == len(self._world.flow.steps):
            self._step = 0
            count.reports += 1
        self._world.next_turn(self.speak)

    def _update(self, step: Step) -> bytes:
        person = {
            "id": self.chat,
            "is_bot": False,
            "first_name": "用户",
            "language_code": "zh-hans",
        }
        chat = {"id": self.chat, "first_name": "用户", "type": "private"}
        update: dict[str, Any] = {"update_id": self._world.new_id()}
        if step.click:
            update["callback_query"] = {
                "id": str(update["update_id"] + 10**12),
                "from": person,
                "message": self._keyboard,
                "chat_instance": "-1",
                "data": self._button(step.label),
            }
        else:
            self._message_id += 1
            message: dict[str, Any] = {
                "message_id": self._message_id,
                "from": person,
                "chat": chat,
                "date": STARTED_AT,
                "text": step.text,
            }
            if step.text.startswith("/"):
                size = len(step.text.split(" ")[0])
                message["entities"] = [{"offset": 0, "length": size, "type": "bot_command"}]
            update["message"] = message
        return json.dumps(update, ensure_ascii=False).encode()

    def _button(self, label: str) -> str:
        assert self._keyboard is not None, "a click before any button"
        rows = self._keyboard["reply_markup"]["inline_keyboard"]
        for row in rows:
            for button in row:
                if label in ("", button["text"]):
                    return str(button["callback_data"])
        raise AssertionError(f"no button {label}")


class World:
    """The users and the Bot API."""

    def __init__(self, flow: Flow, load: Load, port: int) -> None:
        self.flow = flow
        self.rate = load.rate
        self.delay = load.api_delay
        self._turn_at = 0.0
        self.count = Count()
        self.over = False
        self.head = (
            f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Content-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
        ).encode()
        self.users = {user.chat: user for user in (User(self, n) for n in range(load.users))}
        self._ids = 800_000_000
        self._messages = 1000

    def next_turn(self, speak: Callable[[], None]) -> None:
        """Let a user go on: at once, or when the offered rate has a place for it."""
        loop = asyncio.get_running_loop()
        if not self.rate:
            loop.call_soon(speak)
            return
        self._turn_at = max(self._turn_at + 1 / self.rate, loop.time())
        loop.call_at(self._turn_at, speak)

    def new_id(self) -> int:
        """The next update id."""
        self._ids += 1
        return self._ids

    def api(self, head: bytes, body: bytes) -> bytes:
        """Answer one call of the Bot API."""
        line, _, headers = head.partition(b"\r\n")
        method = line.split(b" ")[1].rpartition(b"/")[2].decode()
        result = self._call(method, fields(headers, body) if method == "sendMessage" else {})
        return json.dumps({"ok": True, "result": result}).encode()

    def told(self, head: bytes, body: bytes) -> None:
        """A webhook's 200 may carry one call; it takes the platform as long as any other."""
        params = fields(head, body)
        if "method" not in params:
            return
        if self.delay:
            loop = asyncio.get_running_loop()
            loop.call_later(self.delay, self._call, params["method"], params)
        else:
            self._call(params["method"], params)

    def _call(self, method: str, params: Message) -> object:
        if method == "getMe":
            return {"id": 7000000001, "is_bot": True, "first_name": "b", "username": "b_bot"}
        if method != "sendMessage":
            self.count.calls += method == "answerCallbackQuery"
            return True
        self.count.calls += 1
        return self._send(params)

    def _send(self, params: Message) -> Message:
        self._messages += 1
        chat = int(params["chat_id"])
        message: Message = {
            "message_id": self._messages,
            "from": {"id": 7000000001, "is_bot": True, "first_name": "b"},
            "chat": {"id": chat, "first_name": "用户", "type": "private"},
            "date": STARTED_AT,
            "text": params["text"],
        }
        markup = params.get("reply_markup")
        if markup:
            message["reply_markup"] = json.loads(markup) if isinstance(markup, str) else markup
        user = self.users.get(chat)
        if user is not None:
            user.hear(message)
        return message


async def measure(peer: Peer, load: Load, engine: int = 0) -> Sample:
    """Start the bot, drive it, stop it. The driver must already be pinned to its core.

    `engine` is the first process of a database server whose CPU counts as the bot's, or 0.
    """
    port, loop = free_port(), asyncio.get_running_loop()
    world = World(peer.flow, load, port)
    server = await loop.create_server(lambda: Responder(world.api, load.api_delay), "127.0.0.1", 0)
    api = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bot = _start(peer, api, port, folder)
        try:
            await _until_listening(bot, port, Path(folder) / "errors")
            return await _drive(world, load, bot.pid, port, engine)
        finally:
            world.over = True
            await asyncio.sleep(0.3)
            for user in world.users.values():
                user.poster.close()
            bot.terminate()
            await asyncio.to_thread(_end, bot)
            server.close()


def _start(peer: Peer, api: str, port: int, folder: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", peer.module, "--api", api, "--port", str(port)]
    command += peer.arguments
    with (Path(folder) / "errors").open("wb") as errors:
        return subprocess.Popen(
            [*command, "--data", folder],
            cwd=Path(__file__).parent.parent,
            stdout=errors,
            stderr=errors,
            preexec_fn=lambda: os.sched_setaffinity(0, {BOT_CORE}),
        )


def _end(bot: subprocess.Popen[bytes]) -> None:
    try:
        bot.wait(30)
    except subprocess.TimeoutExpired:
        bot.kill()
        bot.wait()


async def _until_listening(bot: subprocess.Popen[bytes], port: int, errors: Path) -> None:
    async with asyncio.timeout(900):
        while True:
            if bot.poll() is not None:
                said = await asyncio.to_thread(errors.read_text, "utf-8", "replace")
                raise SystemExit(f"the bot ended before it listened\n{said[-2000:]}")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


async def _connect(user: User, port: int) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_connection(lambda: user.poster, "127.0.0.1", port)


async def _drive(world: World, load: Load, pid: int, port: int, engine: int) -> Sample:
    for user in world.users.values():
        await _connect(user, port)
    for user in world.users.values():
        world.next_turn(user.speak)
    await asyncio.sleep(load.warm_up)
    world.count = Count()
    before, begun = burnt(pid, engine), time.perf_counter()
    await asyncio.sleep(load.seconds)
    seconds = time.perf_counter() - begun
    spent = [b - a for a, b in zip(before, burnt(pid, engine), strict=True)]
    return _sample(world.count, seconds, spent, rss(pid))


def _sample(count: Count, seconds: float, spent: list[float], rss: float) -> Sample:
    bot, driver, machine = spent
    updates = max(count.updates, 1)
    cuts, taken = _cuts(count.latencies), _cuts(count.taken)
    return Sample(
        updates_per_s=count.updates / seconds,
        reports_per_s=count.reports / seconds,
        cpu_us=bot / updates * 1e6,
        p50=cuts[49] * 1000,
        p99=cuts[98] * 1000,
        taken50=taken[49] * 1000,
        taken99=taken[98] * 1000,
        rss=rss,
        calls_per_update=count.calls / updates,
        bot_share=100 * bot / seconds,
        driver_share=100 * driver / seconds,
        foreign_share=100 * max(machine - bot - driver, 0) / seconds,
        refused=count.refused,
    )


def _cuts(seconds: list[float]) -> list[float]:
    return quantiles(seconds, n=100) if len(seconds) > 1 else [0.0] * 99
