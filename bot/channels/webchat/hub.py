"""The pages that are open right now, by session."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from aiohttp import WSCloseCode, web

from bot.channels.webchat import frames
from bot.channels.webchat.frames import Frame
from bot.channels.webchat.pace import Pace
from storage.mailbox import Letter

_QUEUE = 1_000  # frames a page may be behind before it has to come back


class Line:
    """What goes out to one page, in order; never makes the sender wait."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self._queue: asyncio.Queue[str | None] = asyncio.Queue(_QUEUE)
        self._held: list[Letter] | None = []

    def put(self, frame: Frame) -> None:
        """One more frame; a page that does not read loses its line and comes back with `last`."""
        try:
            self._queue.put_nowait(frames.encode(frame))
        except asyncio.QueueFull:
            self.end()

    def letter(self, letter: Letter) -> None:
        """A new message: held until the page has got what it missed."""
        if self._held is None:
            self.put(frames.message(letter))
        else:
            self._held.append(letter)

    def release(self, missed: Sequence[Letter]) -> None:
        """What was missed first, then what came meanwhile."""
        held, self._held = self._held or [], None
        known = {letter.seq for letter in missed}
        for letter in [*missed, *(one for one in held if one.seq not in known)]:
            self.put(frames.message(letter))

    def end(self) -> None:
        """Nothing more will be put; what waits is dropped only if the queue is full."""
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def run(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Send until `end`, then close."""
        while (text := await self._queue.get()) is not None:
            try:
                await self.socket.send_str(text)
            except (ConnectionError, RuntimeError):
                break
        await self.socket.close(code=code)


class Hub:
    """All lines and the pace of every session."""

    def __init__(self, *, burst: int, per_second: float) -> None:
        self._lines: dict[str, list[Line]] = defaultdict(list)
        self._paces: dict[str, Pace] = {}
        self._burst = burst
        self._per_second = per_second

    def add(self, session: str, line: Line) -> None:
        """A page is there."""
        self._lines[session].append(line)

    def drop(self, session: str, line: Line) -> None:
        """A page has gone."""
        if line in self._lines.get(session, []):
            self._lines[session].remove(line)
        if not self._lines.get(session):
            self._lines.pop(session, None)

    def has(self, session: str) -> bool:
        """Whether a session has an open page."""
        return session in self._lines

    def live(self) -> set[str]:
        """The sessions with an open page."""
        return set(self._lines)

    def letter(self, session: str, letter: Letter) -> None:
        """Show a new message on every page of a session."""
        for line in self._lines.get(session, []):
            line.letter(letter)

    def put(self, session: str, frame: Frame) -> None:
        """Send a frame to every page of a session."""
        for line in self._lines.get(session, []):
            line.put(frame)

    def end(self, session: str) -> None:
        """Close every page of a session."""
        for line in self._lines.pop(session, []):
            line.end()

    def end_all(self) -> None:
        """Close every page."""
        for session in self.live():
            self.end(session)

    def wait(self, session: str, now: float) -> float:
        """0 if a session may send one more frame now, else the seconds until it may."""
        if session not in self._paces:
            self._forget_paces(now)
            self._paces[session] = Pace(burst=self._burst, per_second=self._per_second)
        return self._paces[session].wait(now)

    def _forget_paces(self, now: float) -> None:
        if len(self._paces) > 10_000:
            self._paces = {s: pace for s, pace in self._paces.items() if not pace.idle(now)}
