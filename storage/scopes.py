"""Scopes: the per-stationing keys under which a chat is recognised, and their counters."""

from storage.base import Session
from storage.sealing import Vault

OFFICE = "office"


def scope_of(stationing_id: str) -> str:
    """The name of a stationing's scope; reports without a stationing share the office's."""
    return f"stationing:{stationing_id}" if stationing_id else OFFICE


def index(db: Session, vault: Vault, scope: str, value: str, key: bytes, at: int) -> bytes:
    """The scoped index of `value`; makes the scope's key from `key` (32 fresh bytes) at need."""
    row = db.one("scopes.get", scope=scope)
    if row is None:
        wrapped = vault.new_scope_key(scope, key)
        db.run("scopes.keep", scope=scope, wrapped=wrapped, at=at)
    else:
        wrapped = bytes(row["wrapped"])
    return vault.scoped_index(wrapped, scope, value)


def every_index(db: Session, vault: Vault, value: str) -> list[tuple[str, bytes]]:
    """(scope, index of `value` in it) for every scope whose key still exists."""
    return [
        (r["scope"], vault.scoped_index(bytes(r["wrapped"]), r["scope"], value))
        for r in db.all("scopes.every")
    ]


def destroy(db: Session, scope: str) -> None:
    """End of retention: nobody can link a chat in this scope any more."""
    db.run("scopes.destroy", scope=scope)


def filings(db: Session, scope: str, lane_index: bytes, day: str) -> int:
    """How many reports this chat filed in this scope on `day` (ISO)."""
    row = db.one("scopes.filings", scope=scope, lane_index=lane_index, day=day)
    return 0 if row is None else int(row["n"])


def count_filing(db: Session, scope: str, lane_index: bytes, day: str) -> int:
    """Count one more filing of `day` and forget earlier days; returns the new count."""
    db.run("scopes.forget_filings", day=day)
    row = db.one("scopes.count_filing", scope=scope, lane_index=lane_index, day=day)
    assert row is not None
    return int(row["n"])


def turn_away(db: Session, day: str, why: str) -> None:
    """Count a person who was shown the other channels. Nothing about the person is kept."""
    db.run("scopes.turn_away", day=day, why=why)


def turned_away(db: Session) -> dict[tuple[str, str], int]:
    """(day, why) -> how many."""
    return {(r["day"], r["why"]): int(r["n"]) for r in db.all("scopes.turned_away")}
