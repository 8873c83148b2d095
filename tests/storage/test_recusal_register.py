"""The register of recusals hides by itself, on both engines, before anybody reads a word."""

from functools import partial
from typing import Any

import pytest

from casework.mission import Recusal
from storage import people, reports
from storage.base import Session, Storage
from storage.reports import Report
from storage.sealing import Vault

AT = 100


@pytest.fixture
async def filed(storage: Storage, vault: Vault) -> Storage:
    """Five reports of two units, one of them filed after the declarations of the tests."""

    def file(db: Session) -> None:
        people.put_person(db, vault, "p1", "某某")
        people.put_person(db, vault, "p2", "某人")
        for n in range(1, 6):
            report = Report(
                id=f"r{n}",
                stationing_id="s1",
                unit_id="a" if n < 3 else "b",
                queue="team",
                received_at=AT + 1 if n == 5 else AT,
                queued_at=n,
            )
            reports.insert(db, vault, report, f"{n}" * 10, bytes(range(32)))

    await storage.transact(file)
    return storage


async def declare(storage: Storage, vault: Vault, **entry: Any) -> None:
    found = Recusal(person_id="p1", **entry)
    await storage.transact(lambda db: people.recuse(db, vault, found, id="x", at=AT))


async def seen(storage: Storage, person: str = "p1") -> list[str]:
    look = partial(reports.in_queue, queues=["team"], stationing_ids=["s1"], person_id=person)
    found = await storage.read(look)
    return [r.id for r in found]


async def recused(storage: Storage, **more: bool) -> dict[str, dict[str, bool]]:
    def look(db: Session) -> dict[str, dict[str, bool]]:
        return {f"r{n}": reports.recused(db, f"r{n}", **more) for n in range(1, 6)}

    return await storage.read(look)


async def test_a_unit_hides_all_its_reports_and_only_those(filed: Storage, vault: Vault) -> None:
    await declare(filed, vault, unit_id="a")
    assert await seen(filed) == ["r3", "r4", "r5"]
    assert await seen(filed, "p2") == ["r1", "r2", "r3", "r4", "r5"]
    hidden = {k: v for k, v in (await recused(filed, unchecked=False)).items() if v}
    assert hidden == {"r1": {"p1": False}, "r2": {"p1": False}}


@pytest.mark.parametrize(
    ("upto", "left"),
    [
        ("", ["r5"]),  # what was filed later was looked through when it came
        ("r2", ["r1", "r2", "r5"]),
        ("~", ["r1", "r2", "r3", "r4", "r5"]),
    ],
)
async def test_names_hide_what_is_not_looked_through_yet(
    filed: Storage, vault: Vault, upto: str, left: list[str]
) -> None:
    await declare(filed, vault, names=("邱水生",))
    await filed.transact(lambda db: people.checked(db, "x", upto))
    assert await seen(filed) == left
    doubted = {k for k, v in (await recused(filed)).items() if v == {"p1": True}}
    assert doubted == {"r1", "r2", "r3", "r4", "r5"} - set(left)
    assert not any((await recused(filed, unchecked=False)).values())


async def test_the_oldest_entry_is_looked_through_first_and_once(
    filed: Storage, vault: Vault
) -> None:
    await declare(filed, vault, names=("邱水生",))
    one = partial(people.unchecked, vault=vault)
    found = await filed.read(one)
    assert found is not None
    assert (found.id, found.upto, found.at, found.entry.names) == ("x", "", AT, ("邱水生",))
    page = await filed.read(lambda db: reports.page(db, "r1", AT, 2))
    assert [r.id for r in page] == ["r2", "r3"]
    await filed.transact(lambda db: people.checked(db, "x"))
    assert await filed.read(one) is None
