"""What waits to leave, in memory: per chat in order, across chats by priority."""

import heapq
from dataclasses import dataclass, field

from bot.pacing import Pace
from storage.outbox import Parcel


@dataclass(slots=True)
class Chat:
    """The messages of one chat. While `busy`, one of them is on its way."""

    pace: Pace
    waiting: list[tuple[int, int, Parcel]] = field(default_factory=list)
    busy: bool = False


class Queues:
    """The waiting messages of one account."""

    def __init__(self, per_chat: float, per_group_minute: float = 0.0) -> None:
        self._per_chat = 1 / per_chat if per_chat else 0.0
        self._per_group = 60 / per_group_minute if per_group_minute else 0.0
        self._chats: dict[bytes, Chat] = {}
        self._ready: list[tuple[int, int, bytes]] = []
        self._later: list[tuple[float, bytes]] = []
        self._known: set[int] = set()

    def __len__(self) -> int:
        return len(self._known)

    def knows(self, parcel_id: int) -> bool:
        """Whether a message waits here or is on its way."""
        return parcel_id in self._known

    def add(self, parcel: Parcel, now: float, *, group: bool = False) -> None:
        """Let a message wait; one that is known already is not taken twice."""
        if parcel.id in self._known:
            return
        self._known.add(parcel.id)
        chat = self._chats.get(parcel.lane)
        if chat is None:
            chat = self._chats[parcel.lane] = Chat(Pace(self.interval(group=group)))
        heapq.heappush(chat.waiting, (parcel.priority, parcel.id, parcel))
        self._line_up(parcel.lane, chat, now)

    def interval(self, *, group: bool) -> float:
        """Seconds between two messages of a chat; 0 = no limit."""
        return self._per_group if group and self._per_group else self._per_chat

    def ready(self, now: float) -> int:
        """About how many chats have a message that may leave now."""
        while self._later and self._later[0][0] <= now:
            _, lane = heapq.heappop(self._later)
            if lane in self._chats:
                self._line_up(lane, self._chats[lane], now)
        return len(self._ready)

    def pop(self, now: float) -> Parcel | None:
        """The most urgent message that may leave now; its chat is busy until `release`."""
        self.ready(now)
        while self._ready:
            priority, number, lane = heapq.heappop(self._ready)
            chat = self._chats.get(lane)
            if chat is None or chat.busy or not chat.waiting:
                continue
            if chat.waiting[0][:2] != (priority, number):
                continue
            if chat.pace.wait(now) > 0:
                self._line_up(lane, chat, now)
                continue
            parcel = heapq.heappop(chat.waiting)[2]
            chat.busy = True
            chat.pace.take(now)
            return parcel
        return None

    def release(self, parcel: Parcel, now: float, *, pause: float = 0.0) -> None:
        """The message has left or failed; its chat may go on after `pause` seconds."""
        self._known.discard(parcel.id)
        chat = self._chats.get(parcel.lane)
        if chat is None:
            return
        chat.busy = False
        if pause:
            chat.pace.pause(now + pause)
        if not chat.waiting and chat.pace.wait(now) == 0:
            del self._chats[parcel.lane]
            return
        self._line_up(parcel.lane, chat, now)

    def unsent(self) -> list[Parcel]:
        """Everything that waits, without what is on its way."""
        return [parcel for chat in self._chats.values() for _, _, parcel in chat.waiting]

    def next_at(self) -> float | None:
        """When the next paused chat may go on, in loop seconds; None when none is paused."""
        return self._later[0][0] if self._later else None

    def _line_up(self, lane: bytes, chat: Chat, now: float) -> None:
        if chat.busy:
            return
        wait = chat.pace.wait(now)
        if wait > 0:
            heapq.heappush(self._later, (now + wait, lane))
        elif chat.waiting:
            priority, number, _ = chat.waiting[0]
            heapq.heappush(self._ready, (priority, number, lane))
        else:
            del self._chats[lane]
