"""One party of the demo: a plain client of the web chat's public interface."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from bot.demo.transcript import Line, Transcript

PATIENCE = 20.0  # seconds of the machine's clock for one answer


class StoryBroken(Exception):
    """A party did not get what it had to; the message says who and what."""


class Party:
    """Speaks frames of docs/webchat.md and keeps what was said and heard."""

    def __init__(self, http: ClientSession, root: str, slot: str, person: str) -> None:
        self.slot = slot
        self.person = person
        self.lines: list[Line] = []
        self.token = ""
        self.acting = False
        self._http = http
        self._root = root
        self._socket: ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waits: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._count = 0

    async def open(self) -> None:
        """Open the page: hello, welcome."""
        self._socket = await self._http.ws_connect(f"{self._root}/chat/ws", heartbeat=20)
        self._reader = asyncio.create_task(self._read(self._socket))
        hello = {"type": "hello", "locale": "zh_CN", "slot": self.slot}
        welcome = await self._ask("welcome", hello)
        self.token = str(welcome["token"])

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader

    async def start(self, payload: str) -> None:
        """Come in by a link. What a code binds is not written down."""
        self._say(payload if payload.startswith("s_") else payload.partition("_")[0])
        await self._send({"type": "start", "payload": payload})

    async def say(self, text: str) -> None:
        """Type something."""
        self._say(text)
        await self._send({"type": "text", "text": text})

    async def press(self, label: str) -> None:
        """Press the newest button of this label."""
        await self._press(label, lambda name, _: name == label)

    async def press_code(self, code: str) -> None:
        """Press the newest button whose choice begins so."""
        await self._press(code, lambda _, data: data.split(":", 2)[-1].startswith(code))

    async def press_like(self, piece: str) -> None:
        """Press the newest button whose label holds this."""
        await self._press(piece, lambda name, _: piece in name)

    async def press_on(self, line: Line, label: str) -> None:
        """Press the button of this label under one message."""
        data = dict(line.buttons).get(label)
        if data is None:
            raise StoryBroken(f"{self.slot}: no button {label!r} under {line.words!r}")
        self._say(label)
        await self._send({"type": "choice", "data": data})

    async def hand_over(self, name: str, mime: str, content: bytes) -> None:
        """Upload a file and send it."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self._root}/chat/file"
        async with self._http.post(url, data=content, headers=headers) as answer:
            if answer.status != 200:
                raise StoryBroken(f"{self.slot}: the upload was refused ({answer.status})")
            upload = (await answer.json())["upload"]
        self._say(name)
        await self._send({"type": "file", "upload": upload, "name": name, "mime": mime})

    async def flush(self) -> None:
        """Everything the server has sent so far has been heard after this."""
        await self._ask("pong", {"type": "ping"})

    def transcript(self) -> Transcript:
        """The talk so far."""
        return Transcript(slot=self.slot, person=self.person, lines=tuple(self.lines))

    async def _press(self, what: str, fits: Callable[[str, str], bool]) -> None:
        for line in reversed(self.lines):
            for label, data in line.buttons:
                if fits(label, data):
                    self._say(label)
                    await self._send({"type": "choice", "data": data})
                    return
        raise StoryBroken(f"{self.slot}: no button {what!r}; last heard: {self._last()!r}")

    def _last(self) -> str:
        return next((line.words for line in reversed(self.lines) if not line.own), "")

    def _say(self, text: str) -> None:
        self.lines.append(Line(own=True, text=text))

    async def _send(self, frame: Mapping[str, Any]) -> None:
        """Send an event until it is accepted; wait as long as the server asks for."""
        self._count += 1
        event = {**frame, "id": f"demo-{self.slot}-{self._count:04}"}
        while (answer := await self._ask(event["id"], event))["type"] != "accepted":
            if not answer.get("retry_after"):
                raise StoryBroken(f"{self.slot}: refused with {answer['key']}")
            await asyncio.sleep(float(answer["retry_after"]))
        said = max(number for number, line in enumerate(self.lines) if line.own)
        self.lines[said] = replace(self.lines[said], at=int(answer["at"]))

    async def _ask(self, key: str, frame: Mapping[str, Any]) -> Mapping[str, Any]:
        assert self._socket is not None
        future = asyncio.get_running_loop().create_future()
        self._waits[key] = future
        await self._socket.send_json(frame)
        try:
            async with asyncio.timeout(PATIENCE):
                answer: Mapping[str, Any] = await future
        except TimeoutError:
            raise StoryBroken(f"{self.slot}: no answer to {frame['type']}") from None
        return answer

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._take(json.loads(message.data))

    def _take(self, frame: Mapping[str, Any]) -> None:
        kind = frame["type"]
        if kind == "message":
            self.lines.append(self._heard(frame))
        future = self._waits.pop(str(frame.get("id") or kind), None)
        if future is not None and not future.done():
            future.set_result(frame)

    def _heard(self, frame: Mapping[str, Any]) -> Line:
        return Line(
            own=False,
            text=frame["text"],
            at=int(frame["at"]),
            mark=frame["id"],
            asked=self.acting,
            buttons=tuple((b["label"], b["data"]) for b in frame["buttons"]),
            files=tuple(f["name"] for f in frame["files"]),
        )
