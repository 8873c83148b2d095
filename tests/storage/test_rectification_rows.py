"""Rectification records on both engines: sealed, numbered, compared, each found again."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework.mission import Round, Stationing, Team, Unit
from casework.rectification import ItemState
from casework.rectification_sheet import DraftItem
from storage import (
    attachments,
    calendar_copies,
    duties,
    followups,
    missions,
    publicity,
    rectification,
    sheet_imports,
)
from storage.base import Session, Storage
from storage.duties import Duty, Milestone
from storage.followups import Followup
from storage.publicity import Publication
from storage.rectification import Count, Entry, Item
from storage.sealing import Vault
from storage.sheet_imports import Upload

WORDS = {"problem": "公车私用", "person": "张三", "measure": "建立台账"}
DAY = date(2026, 3, 31)


@pytest.fixture
async def planned(storage: Storage) -> Storage:
    """A store with one mission `m`."""

    def unit(db: Session) -> None:
        missions.put_places(
            db,
            Round(id="r", name="第一轮", profile_id="suixi-2016"),
            units=[Unit(id="a", name="甲镇")],
            teams=[Team(id="one", name="第一组")],
            departments=[],
        )
        mission = Stationing(
            id="m",
            round_id="r",
            team_id="one",
            team_name="",
            unit_id="a",
            unit_name="",
            starts_on=date(2026, 1, 5),
            ends_on=date(2026, 2, 6),
            accept_from=0,
            accept_until=1,
            profile_id="suixi-2016",
            profile_version="1",
        )
        missions.put_stationing(db, mission, entry="e")

    await storage.transact(unit)
    return storage


def item(id: str, **changes: Any) -> Item:
    new = Item(
        id=id, stationing_id="m", kind="now", due=DAY, words=WORDS, added_by="liaison", at=10
    )
    return replace(new, **changes)


async def test_items_get_their_numbers_and_hidden_ones_numbers_of_their_own(
    planned: Storage, vault: Vault
) -> None:
    for one in (item("a"), item("h", principal=True), item("b"), item("i", principal=True)):
        await planned.transact(lambda db, one=one: rectification.add(db, vault, one))
    found = await planned.read(lambda db: rectification.of(db, vault, "m"))
    assert [(i.id, i.number) for i in found] == [("a", 1), ("b", 2), ("h", 10_001), ("i", 10_002)]
    assert found[0] == item("a", number=1)
    assert await planned.read(rectification.missions) == ["m"]


async def test_an_item_changes_once_for_each_version(planned: Storage, vault: Vault) -> None:
    await planned.transact(lambda db: rectification.add(db, vault, item("a")))
    old = await planned.read(lambda db: rectification.get(db, vault, "a"))
    assert old is not None
    changes: dict[str, Any] = {
        "state": ItemState.WORKING,
        "percent": 40,
        "next_on": DAY,
        "next_check": 99,
        "words": {**WORDS, "note": "改"},
    }
    new = await planned.transact(lambda db: rectification.change(db, vault, old, **changes))
    assert new == replace(old, **changes, version=2)
    assert await planned.transact(lambda db: rectification.change(db, vault, old)) is None
    assert await planned.read(lambda db: rectification.get(db, vault, "a")) == new
    assert await planned.read(lambda db: rectification.due_now(db, vault, 98, 9)) == []
    assert await planned.read(lambda db: rectification.due_now(db, vault, 99, 9)) == [new]
    await planned.transact(lambda db: rectification.check_next(db, "a", None))
    assert await planned.read(lambda db: rectification.due_now(db, vault, 99, 9)) == []


async def test_items_are_counted_without_opening_one(planned: Storage, vault: Vault) -> None:
    for one in (item("a"), item("b", due=date(2026, 5, 1)), item("h", principal=True)):
        await planned.transact(lambda db, one=one: rectification.add(db, vault, one))
    found = await planned.read(lambda db: rectification.counts(db, "m", date(2026, 4, 1)))
    assert sorted(found, key=lambda count: count.principal) == [
        Count(state=ItemState.OPEN, principal=False, n=2, late=1),
        Count(state=ItemState.OPEN, principal=True, n=1, late=1),
    ]


async def test_the_history_comes_back_in_order(planned: Storage, vault: Vault) -> None:
    await planned.transact(lambda db: rectification.add(db, vault, item("a")))
    entries = [
        Entry(
            id=f"e{n}",
            item_id="a",
            version=n,
            act="progress",
            side="unit",
            actor="liaison",
            at=10,
            words={"text": f"第{n}次"},
        )
        for n in (1, 2)
    ]
    for entry in reversed(entries):
        await planned.transact(lambda db, entry=entry: rectification.note(db, vault, entry))
    assert await planned.read(lambda db: rectification.entries(db, vault, "a")) == entries


async def test_a_sheet_waits_for_its_bytes_and_is_settled_once(
    planned: Storage, vault: Vault
) -> None:
    upload = Upload(id="u", stationing_id="m", person_id="liaison", attachment_id="f", at=10)
    read = DraftItem(row=2, problem="问题", person="张三", measure="措施", due=DAY)

    def begin(db: Session) -> None:
        sheet_imports.add(db, upload)
        attachments.expect(
            db,
            vault,
            id="f",
            key=b"k" * 32,
            owner=upload.owner,
            channel="web",
            account="web",
            ref="ref",
            name="整改台账.xlsx",
            mime="",
            kind="document",
            size=1,
            at=10,
        )

    await planned.transact(begin)
    assert await planned.read(sheet_imports.arrived) == []
    fetch = (await planned.transact(lambda db: attachments.claim(db, vault, 10)))[0]
    await planned.transact(lambda db: attachments.stored(db, fetch, blob="blob", size=1, mime="x"))
    found = await planned.read(sheet_imports.arrived)
    assert [(a.id, a.attachment_id, a.state) for a in found] == [("u", "f", "stored")]
    assert await planned.transact(lambda db: sheet_imports.ready(db, vault, "u", [read]))
    assert not await planned.transact(lambda db: sheet_imports.ready(db, vault, "u", [read]))
    held = await planned.read(lambda db: sheet_imports.get(db, vault, "u"))
    assert held == replace(upload, state="ready", items=(read,))
    assert await planned.read(sheet_imports.arrived) == []
    taken = {"was": "ready", "state": "taken"}
    assert await planned.transact(lambda db: sheet_imports.settle(db, "u", **taken))
    assert not await planned.transact(lambda db: sheet_imports.settle(db, "u", **taken))
    later = await planned.read(lambda db: sheet_imports.get(db, vault, "u"))
    assert later is not None
    assert later.items == ()


async def test_a_file_that_is_gone_counts_as_failed(planned: Storage, vault: Vault) -> None:
    upload = Upload(id="u", stationing_id="m", person_id="liaison", attachment_id="f", at=10)
    await planned.transact(lambda db: sheet_imports.add(db, upload))
    found = await planned.read(sheet_imports.arrived)
    assert [a.state for a in found] == ["failed"]


async def test_publications_and_follow_ups_come_back_equal(planned: Storage, vault: Vault) -> None:
    public = Publication(
        id="p",
        stationing_id="m",
        published_on=DAY,
        manner="site",
        actor="liaison",
        at=10,
        words={"link": "https://example.test", "text": "整改情况"},
    )
    visit = Followup(
        id="v",
        stationing_id="m",
        kind="visit",
        held_on=DAY,
        actor="officer",
        at=10,
        words={"who": "李四", "conclusion": "反弹"},
        found={"a": False, "b": True},
        late=1,
    )

    def unit(db: Session) -> None:
        rectification.add(db, vault, item("a"))
        rectification.add(db, vault, item("b"))
        publicity.add(db, vault, public)
        followups.add(db, vault, visit)

    await planned.transact(unit)
    assert await planned.read(lambda db: publicity.get(db, vault, "p")) == public
    assert await planned.read(lambda db: publicity.of(db, vault, "m")) == [public]
    assert await planned.read(lambda db: followups.get(db, vault, "v")) == visit
    assert await planned.read(lambda db: followups.of(db, vault, "m")) == [visit]
    assert visit.unfinished == 1


async def test_a_calendar_is_out_of_date_once_its_duty_moves(
    planned: Storage, vault: Vault
) -> None:
    signed = Milestone(
        id="s", stationing_id="m", event="feedback.received", happened_on=DAY, actor="x", at=1
    )
    duty = Duty(
        id="d",
        stationing_id="m",
        unit_id="a",
        milestone_id="s",
        obligation="report",
        kind="report",
        title="整改情况报告",
        obligor="target_unit",
        trigger_on=DAY,
        nominal_due=DAY,
        due=DAY,
        basis="text",
        strength="must",
        citation="",
        count="",
        ladder=(),
        calendar_version="c",
        profile_version="1",
    )

    def begin(db: Session) -> None:
        duties.add_milestone(db, vault, signed)
        duties.add(db, duty)
        calendar_copies.keep(
            db, person_id="p", duty_id="d", sequence=1, revision=1, due=DAY.isoformat(), at=1
        )

    await planned.transact(begin)
    assert await planned.read(lambda db: calendar_copies.moved(db, 9)) == {}
    await planned.transact(lambda db: duties.revise(db, duties.moved(duty, due=date(2026, 4, 30))))
    assert await planned.read(lambda db: calendar_copies.moved(db, 9)) == {"p": ["d"]}
    assert await planned.read(lambda db: calendar_copies.readers(db, "d")) == ["p"]
    known = await planned.read(lambda db: calendar_copies.of_person(db, "p"))
    assert known["d"].due == "2026-03-31"
    await planned.transact(lambda db: calendar_copies.forget(db, "p", "d"))
    assert await planned.read(lambda db: calendar_copies.moved(db, 9)) == {}


async def test_no_word_of_an_item_stands_open_in_the_store(planned: Storage, vault: Vault) -> None:
    await planned.transact(lambda db: rectification.add(db, vault, item("a")))
    rows = await planned.read(lambda db: db.all("rectification.of", stationing="m"))
    assert "公车私用".encode() not in bytes(rows[0]["words"])
    assert not any("公车" in str(value) for value in rows[0].values())
