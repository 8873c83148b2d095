"""The pages that are open right now, by session."""

import asyncio
from collections import defaultdict

from aiohttp import WSCloseCode, web

from bot.channels.webchat import frames
from bot.channels.webchat.frames import Frame
from bot.channels.webchat.pace import Pace
from storage.mailbox import Past

_QUEUE = 1_000  # frames a page may be behind before it has to come back


class Line:
    """What goes out to one page, in order; never makes the sender wait."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.at: int | None = None  # everything up to this number is on its way to the page
        self._wanted = 0  # the highest number that is known to exist
        self._gone: set[str] = set()  # the marks whose deletion is on its way
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._ended = False

    @property
    def behind(self) -> bool:
        """Whether something the page was not told is known to lie in the mailbox."""
        return self.at is not None and self._wanted > self.at

    def put(self, frame: Frame) -> None:
        """One more frame; a page that does not read loses its line and comes back with `last`."""
        if self._ended:
            return
        if self._queue.qsize() < _QUEUE:
            self._queue.put_nowait(frames.encode(frame))
        else:
            self.end()

    def show(self, seq: int, frame: Frame) -> None:
        """What number `seq` was drawn for, if it is next; else the line is behind, or knew it."""
        self._wanted = max(self._wanted, seq)
        if self.at is None or seq != self.at + 1:
            return
        self.put(frame)
        if frame["type"] == "delete":
            self._gone.update(frame["ids"])
        self.at = seq

    def catch_up(self, past: Past, last: int = 0) -> None:
        """Everything that was missed; `last` is what a page knows that has just come."""
        begun = last if self.at is None else self.at
        fresh = [mark for mark in past.gone if mark not in self._gone]
        if fresh:
            self.put(frames.delete(fresh))
            self._gone.update(fresh)
        for letter in past.letters:
            if letter.seq > begun:
                self.put(frames.message(letter))
        self.at = past.top if self.at is None else max(self.at, past.top)

    def end(self) -> None:
        """Nothing more will be put; what waits still goes out."""
        if not self._ended:
            self._ended = True
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

    def known(self, *, every: bool) -> dict[str, int]:
        """Of every session, or of those that are behind: the number its pages were told up to."""
        told = {s: [x for x in lines if x.at is not None] for s, lines in self._lines.items()}
        return {
            session: min(line.at or 0 for line in lines)
            for session, lines in told.items()
            if lines and (every or any(line.behind for line in lines))
        }

    def show(self, session: str, seq: int, frame: Frame) -> bool:
        """Show what has just been committed; False where a page misses something before it."""
        lines = self._lines.get(session, [])
        for line in lines:
            line.show(seq, frame)
        return not any(line.behind for line in lines)

    def catch_up(self, session: str, past: Past) -> None:
        """Tell every page of a session what it missed; one that has just come asks by itself."""
        for line in self._lines.get(session, []):
            if line.at is not None:
                line.catch_up(past)

    def put(self, session: str, frame: Frame) -> None:
        """Send a frame to every page of a session."""
        for line in self._lines.get(session, []):
            line.put(frame)

    def end(self, session: str) -> None:
        """Close every page of a session."""
        for line in self._lines.pop(session, []):
            line.end()

    def forget(self, session: str) -> None:
        """The session is no more: every page of it is told so, and closed."""
        self.put(session, {"type": "forgotten"})
        self.end(session)

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
