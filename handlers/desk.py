"""The desk: everything a handler may touch while it handles one event or one tick."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from casework.mission import Seat
from handlers.messages import Incoming
from handlers.rules import Rules
from storage.base import Session
from storage.sealing import Vault

Role = Seat
"""One role of one person and where it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A bound person of the plan. Citizens are never one."""

    id: str
    roles: tuple[Role, ...] = ()

    def has(self, *roles: str) -> bool:
        """Whether the person holds any of these roles anywhere."""
        return any(r.role in roles for r in self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What the surface of this conversation can do, as far as a handler may care."""

    content: bool = False  # may carry words of a report
    push: bool = True  # the bot may speak first
    public_url: str = ""  # root of our own pages, no trailing slash


@dataclass(slots=True)
class Talk:
    """The state of one conversation, kept sealed between events.

    `form` is the open form or None; `memory` holds small facts that outlive a form (nothing
    of a filed report ever). Both are plain JSON. Handlers change them; the turn saves them.
    """

    lane: bytes
    locale: str = "zh_CN"
    form: dict[str, Any] | None = None
    memory: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    touched_at: int = 0  # epoch seconds of the last answer; 0 = new
    forgotten: bool = (
        False  # set by whoever forgets the conversation in this turn: nothing is saved
    )


@dataclass(slots=True)
class Desk:
    """One event's desk. Ids, randomness and time come from here, so that a unit can run again."""

    db: Session
    vault: Vault
    rules: Rules
    now: datetime  # aware
    seed: bytes
    event: Incoming
    talk: Talk
    me: Person | None = None
    surface: Surface = field(default_factory=Surface)
    forms: Mapping[str, Any] = field(default_factory=dict)  # id → handlers.forms.Form
    decided: Mapping[str, Any] = field(default_factory=dict)  # kind of motion → what follows
    worker: str = ""  # the name of this process where several share the store
    at: int = field(init=False)  # now as epoch seconds, the form of every stored time
    _drawn: int = 0

    def __post_init__(self) -> None:
        self.at = int(self.now.timestamp())

    def draw(self, size: int) -> bytes:
        """`size` unpredictable bytes; the same on a second run of the same unit."""
        self._drawn += 1
        return hashlib.shake_256(self.seed + self._drawn.to_bytes(4, "big")).digest(size)

    def new_id(self) -> str:
        """A random id of 26 Base32 characters (128 bits), safe in file names and buttons."""
        return base32(self.draw(16))

    @property
    def today(self) -> date:
        """The date where the deployment lives."""
        return self.now.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """The deployment's time zone."""
        return self.rules.zone

    def setting(self, name: str) -> Any:
        """A number or word of the operator's configuration, by dotted name."""
        return self.rules.settings[name]


_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def base32(data: bytes) -> str:
    """Lower-case Base32 without padding."""
    bits = int.from_bytes(data, "big")
    count = -(-len(data) * 8 // 5)
    bits <<= count * 5 - len(data) * 8
    return "".join(_ALPHABET[(bits >> (5 * i)) & 31] for i in reversed(range(count)))
