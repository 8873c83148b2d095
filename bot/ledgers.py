"""`jianjian ledger` inside the program: the office's ledger page by page, and guarded figures."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.clock import Clock
from bot.control import Handler
from casework.statistics import Guarded, Hidden
from handlers import ledger
from handlers.figures import Figures, of_year
from storage import audit, missions
from storage.base import Session, Storage
from storage.sealing import Vault

ACTOR = "operator"
PAGE = 200
"""Reports in one unit; bulk work is many units with a cursor."""
SHOWN = {Hidden.SMALL: "<5", Hidden.WITHHELD: "—"}
Payload = Mapping[str, Any]
Result = Mapping[str, Any]


class Ledgers:
    """Gives out the ledger and the figures; each export leaves an audit row."""

    def __init__(self, storage: Storage, vault: Vault, clock: Clock) -> None:
        self._storage = storage
        self._vault = vault
        self._clock = clock

    def handlers(self) -> Mapping[str, Handler]:
        """The commands by name."""
        return {"ledger.page": self.page, "ledger.figures": self.figures}

    async def page(self, payload: Payload) -> Result:
        """{after: id or ""} → {rows: [[cell]], after: id or "" at the end}; keys in some cells."""
        after, at = str(payload["after"]), int(self._clock.now().timestamp())
        rows, onward = await self._storage.transact(partial(self._page, after=after, at=at))
        return {"rows": rows, "after": onward}

    def _page(self, db: Session, after: str, at: int) -> tuple[list[list[str]], str]:
        if not after:
            _note(db, at, "ledger.exported")
        return ledger.page(db, self._vault, self._clock.zone, after=after, before=at, limit=PAGE)

    async def figures(self, payload: Payload) -> Result:
        """{year: int} → {categories, units, landings}: tables of text, heads included."""
        year, at = int(payload["year"]), int(self._clock.now().timestamp())

        def unit(db: Session) -> tuple[Figures, dict[str, str]]:
            _note(db, at, "figures.exported")
            return of_year(db, year, self._clock.zone), {u.id: u.name for u in missions.units(db)}

        found, names = await self._storage.transact(unit)
        return {
            "categories": _table(found.categories),
            "units": [[names.get(row[0], row[0]), *row[1:]] for row in _table(found.units)],
            "landings": _table(found.landings),
        }


def _note(db: Session, at: int, action: str) -> None:
    audit.write(db, at=at, actor=ACTOR, action=action, object="ledger", facts={})


def _table(found: Guarded) -> list[list[str]]:
    """Head, rows and totals; ids where words belong, "" for totals."""
    lines = [["", *found.columns, ""]]
    for name, cells in zip((*found.rows, ""), found.cells, strict=True):
        lines.append([name, *(SHOWN[c] if isinstance(c, Hidden) else str(c) for c in cells)])
    return lines
