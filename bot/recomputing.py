"""`jianjian recompute` inside the program: what would move, and the run that moves it."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from bot.clock import Clock
from bot.control import ControlError, Handler
from casework.errors import Gone
from handlers.desk import Desk
from handlers.messages import Reply
from handlers.recompute import Busy, Change, begin, compare, digest, stale, step
from handlers.turn import Kit, run_tick
from storage import recomputes
from storage.base import Session, Storage
from storage.outbox import Parcel

ACTOR = "operator"
AT_ONCE = 100
Payload = Mapping[str, Any]
Result = Mapping[str, Any]


class Recomputing:
    """Dates every open duty anew, in units that a stop only interrupts."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        kit: Callable[[], Kit],
        nudge: Callable[[], Awaitable[object]] | None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._kit = kit
        self._nudge = nudge
        self._ready: Kit | None = None

    def handlers(self) -> Mapping[str, Handler]:
        """Its commands."""
        return {"recompute.compare": self.compare, "recompute.apply": self.apply}

    async def compare(self, payload: Payload) -> Result:
        """{mission: id or ""} → {changes: [row], missions: [id], seen: text}; writes nothing."""
        mission, shown = str(payload["mission"]), dict[str, Any]()
        await self._storage.read(self._unit(partial(_look, mission=mission, shown=shown)))
        return shown

    async def apply(self, payload: Payload) -> Result:
        """{mission: id or "", seen: text} → {changed: int}; goes on where a stop broke it off."""
        mission, seen = str(payload["mission"]), str(payload["seen"])
        begun: list[str] = []
        unit = self._unit(partial(_begin, mission=mission, seen=seen, begun=begun))
        await self._storage.transact(unit)
        await self.finish()
        if self._nudge is not None:
            await self._nudge()
        changed = await self._storage.read(partial(recomputes.changed, id=begun[-1]))
        return {"changed": changed}

    async def finish(self) -> None:
        """Take the run that stands to its end."""
        while await self._storage.read(recomputes.running):
            await self._storage.transact(self._unit(partial(step, limit=AT_ONCE)))

    def _unit(self, act: Callable[[Desk], list[Reply]]) -> Callable[[Session], list[Parcel]]:
        now: datetime = self._clock.now()
        seed = secrets.token_bytes(32)
        return partial(_refusing, kit=self._made(), act=act, now=now, seed=seed)

    def _made(self) -> Kit:
        """The kit, made once: a command line that runs beside no program reads its files."""
        if self._ready is None:
            self._ready = self._kit()
        return self._ready


def _refusing(
    db: Session, kit: Kit, act: Callable[[Desk], list[Reply]], now: datetime, seed: bytes
) -> list[Parcel]:
    try:
        return run_tick(db, kit, act, now, seed)
    except Busy:
        line = "another recompute is running; wait for it to finish and try again"
        raise ControlError(line, 2) from None
    except Gone as gone:
        mission = gone.values.get("mission", "")
        line = f"{mission}: no mission has this id; see `jianjian plan show`"
        raise ControlError(line, 2) from None


def _look(desk: Desk, mission: str, shown: dict[str, Any]) -> list[Reply]:
    changes = compare(desk, mission)
    shown["changes"] = [_row(change) for change in changes]
    shown["missions"] = [one.id for one, _ in stale(desk, mission)]
    shown["seen"] = digest(changes, desk, mission)
    return []


def _begin(desk: Desk, mission: str, seen: str, begun: list[str]) -> list[Reply]:
    idle = recomputes.running(desk.db) is None
    if idle and digest(compare(desk, mission), desk, mission) != seen:
        raise ControlError("dates moved since they were shown; run `jianjian recompute` again", 2)
    begun.append(begin(desk, mission, actor=ACTOR))
    return []


def _row(change: Change) -> Result:
    return {
        "mission": change.duty.stationing_id,
        "unit": change.unit,
        "duty": change.duty.title or change.duty.obligation,
        "old": "" if change.duty.open_ended else change.duty.due.isoformat(),
        "new": change.new.due.isoformat(),
        "provisional": change.new.provisional,
    }
