"""The difference between the plan that stands and a new one, to be shown before it is applied."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from casework.plan import Plan

TABLES = ("unit", "team", "department", "stationing", "person")
_INSTANTS = ("accept_from", "accept_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A difference. `path` is `<table>[<id>]`, plus `.<key>` if one changed; values are JSON."""

    kind: Literal["added", "changed", "removed"]
    path: str
    old: Any = None
    new: Any = None

    def line(self, zone: ZoneInfo) -> str:
        """The difference in one line; moments in the deployment's zone."""
        if self.kind == "changed":
            return f"~ {self.path}: {self._said(self.old, zone)} -> {self._said(self.new, zone)}"
        return f"+ {self.path}" if self.kind == "added" else f"- {self.path}"

    def _said(self, value: Any, zone: ZoneInfo) -> str:
        if self.path.endswith(_INSTANTS) and isinstance(value, int):
            return datetime.fromtimestamp(value, zone).isoformat(timespec="minutes")
        if isinstance(value, list):
            return "[" + ", ".join(self._said(v, zone) for v in value) + "]"
        if isinstance(value, dict):
            return " ".join(str(v) for v in value.values() if v is not None)
        return str(value)


def plan_diff(old: Plan | None, new: Plan) -> list[Change]:
    """Added, changed and removed entries in the order of the tables; empty when nothing changed.

    The order of entries within a table, and of the items of a list, means nothing.
    """
    found = list(_round(old, new))
    for table in TABLES:
        before = {row.id: row for row in getattr(old, table)} if old else {}
        after = {row.id: row for row in getattr(new, table)}
        for key in [*before, *(k for k in after if k not in before)]:
            found += _entry(f"{table}[{key}]", before.get(key), after.get(key))
    return found


def _round(old: Plan | None, new: Plan) -> Iterator[Change]:
    before = old.round if old else None
    yield from _entry(f"round[{new.round.id}]", before, new.round)


def _entry(path: str, old: BaseModel | None, new: BaseModel | None) -> Iterator[Change]:
    if old is None or new is None:
        yield Change(kind="removed" if new is None else "added", path=path)
        return
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    for key in after:
        if _plain(before[key]) != _plain(after[key]):
            yield Change(kind="changed", path=f"{path}.{key}", old=before[key], new=after[key])


def _plain(value: Any) -> Any:
    """A list without its order; the order of a plan's lists means nothing."""
    return sorted(map(repr, value)) if isinstance(value, list) else value
