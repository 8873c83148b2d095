"""The bench: what an act needs that nobody's chat began, such as one of the command line."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from handlers.desk import base32
from storage.base import Session
from storage.sealing import Vault


class Bench(Protocol):
    """The part of a desk that works without a conversation; every `Desk` is one."""

    @property
    def db(self) -> Session:
        """The open unit."""
        ...

    @property
    def vault(self) -> Vault:
        """Seals and indexes."""
        ...

    @property
    def at(self) -> int:
        """Now as epoch seconds."""
        ...

    def draw(self, size: int) -> bytes:
        """`size` unpredictable bytes; the same on a second run of the same unit."""
        ...

    def new_id(self) -> str:
        """A random id."""
        ...


@dataclass(slots=True)
class OperatorBench:
    """A bench for the command line and the demo."""

    db: Session
    vault: Vault
    now: datetime
    seed: bytes
    _drawn: int = field(default=0, init=False)

    @property
    def at(self) -> int:
        """Now as epoch seconds."""
        return int(self.now.timestamp())

    def draw(self, size: int) -> bytes:
        """`size` unpredictable bytes; the same on a second run of the same unit."""
        self._drawn += 1
        return hashlib.shake_256(self.seed + self._drawn.to_bytes(4, "big")).digest(size)

    def new_id(self) -> str:
        """A random id of 26 lower-case Base32 characters."""
        return base32(self.draw(16))
