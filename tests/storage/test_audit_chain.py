"""The audit chain: every changed, moved or missing row is named, and a late tail reported."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from storage import audit
from storage.base import Session, Storage
from storage.sqlite import SqliteStorage


def acts(*names: str, at: int = 1000) -> Any:
    def unit(db: Session) -> None:
        for name in names:
            audit.write(
                db, at=at, actor="p1", action="report.claimed", object=name, facts={"名": name}
            )

    return unit


async def verdict(storage: Storage, at: int = 1000) -> audit.Verdict:
    return await storage.read(lambda db: audit.verify(db, at))


async def test_an_empty_trail_is_sound(storage: Storage) -> None:
    assert (await verdict(storage)).sound


async def test_committed_rows_are_chained_in_order_and_verified(storage: Storage) -> None:
    await storage.transact(acts("a", "b", "c"))
    assert (await verdict(storage)).waiting == 3
    assert await storage.transact(lambda db: audit.link(db, 2)) == 2
    assert await storage.transact(audit.link) == 1
    assert await storage.transact(audit.link) == 0
    found = await verdict(storage)
    assert (found.linked, found.waiting, found.sound) == (3, 0, True)
    await storage.transact(acts("d"))
    await storage.transact(audit.link)
    assert (await verdict(storage)).head != found.head


async def test_a_tail_without_links_is_reported_after_a_minute(storage: Storage) -> None:
    await storage.transact(acts("a", at=1000))
    assert (await verdict(storage, at=1060)).sound
    late = await verdict(storage, at=1061)
    assert (late.late, late.sound, late.waiting) == (True, False, 1)


async def test_the_acts_on_one_object_are_found(storage: Storage) -> None:
    await storage.transact(acts("a", "b", "a"))
    found = await storage.read(lambda db: audit.about(db, "a"))
    assert [row["facts"] for row in found] == [{"名": "a"}, {"名": "a"}]


async def test_an_act_without_its_row_does_not_happen(storage: Storage) -> None:
    def unit(db: Session) -> None:
        acts("a")(db)
        audit.write(db, at=1, actor="p1", action="x", object="\0", facts={})

    with pytest.raises(Exception, match="NUL"):
        await storage.transact(unit)
    assert (await verdict(storage)).waiting == 0


DAMAGES = {
    "UPDATE audit SET actor = 'p2' WHERE id = 4": (4, "changed"),
    "UPDATE audit SET at = at + 1 WHERE id = 1": (1, "changed"),
    "UPDATE audit SET facts = '{}' WHERE id = 10": (10, "changed"),
    "UPDATE audit SET action = 'report.seen' WHERE id = 7": (7, "changed"),
    "UPDATE audit SET object = 'b' WHERE id = 7": (7, "changed"),
    "UPDATE audit SET digest = 'x' WHERE id = 5": (5, "changed"),
    "DELETE FROM audit WHERE id = 3": (4, "missing before"),
    "DELETE FROM audit WHERE id = 1": (2, "missing before"),
    "UPDATE audit SET link = CASE id WHEN 3 THEN -4 ELSE -3 END WHERE id IN (3, 4);"
    "UPDATE audit SET link = -link WHERE id IN (3, 4)": (4, "changed"),
}


@pytest.mark.parametrize("damage", list(DAMAGES))
async def test_the_first_row_that_does_not_fit_is_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "d" / "a.db"
    storage = SqliteStorage(path)
    await storage.open()
    await storage.transact(acts(*"abcdefghij"))
    await storage.transact(audit.link)
    await storage.close()
    connection = sqlite3.connect(path)
    connection.executescript(damage)
    connection.close()
    await storage.open()
    found = await verdict(storage)
    await storage.close()
    assert ((found.broken, found.reason), found.sound) == (DAMAGES[damage], False)
