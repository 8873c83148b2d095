"""Texts and notices for units, matters of principals, urgent reports: on both engines, sealed."""

from dataclasses import replace
from datetime import date

import pytest

from storage import immediate, matters, notices, reports
from storage.base import Session, Storage
from storage.immediate import Step, UnitText
from storage.matters import Urgent
from storage.notices import Notice, Result
from storage.reports import Report
from storage.sealing import Vault

WORDS = "请逐笔公开道路建设资金"


@pytest.fixture
async def filed(storage: Storage, vault: Vault) -> Storage:
    """A store with two reports."""

    def unit(db: Session) -> None:
        for name, code in (("r", "234567892X"), ("s", "234567893X")):
            reports.insert(db, vault, Report(id=name, queue="team"), code, b"k" * 32)

    await storage.transact(unit)
    return storage


def begun() -> UnitText:
    return UnitText(
        id="t",
        kind="immediate",
        stationing_id="m",
        head_id="r",
        author="lead",
        days=5,
        version=0,
        state="open",
        proposal_id="",
        at=10,
        sources=("r", "s"),
    )


async def test_a_text_has_versions_and_only_the_present_one_is_written_on(
    filed: Storage, vault: Vault
) -> None:
    new = begun()
    await filed.transact(lambda db: immediate.add(db, new))
    assert await filed.read(lambda db: immediate.get(db, "t")) == new
    said = {"text": WORDS}
    assert await filed.transact(lambda db: immediate.write(db, vault, new, said, "lead", 11))
    assert not await filed.transact(lambda db: immediate.write(db, vault, new, said, "lead", 12))
    now = await filed.read(lambda db: immediate.of_report(db, "s"))
    assert now is not None
    assert now.version == 1
    assert await filed.read(lambda db: immediate.words(db, vault, now)) == said
    assert await filed.transact(lambda db: immediate.move(db, now, "proposed", "p"))
    assert not await filed.transact(lambda db: immediate.move(db, now, "dropped"))
    held = await filed.read(lambda db: immediate.in_state(db, "proposed"))
    assert [(t.id, t.proposal_id) for t in held] == [("t", "p")]


async def test_steps_come_back_in_order_with_their_words(filed: Storage, vault: Vault) -> None:
    new = begun()
    taken = Step(version=1, act="refused", person_id="officer", at=20, words=WORDS)
    first = Step(version=1, act="checked", person_id="lead", at=19, facts={"found": ["a"]})

    def unit(db: Session) -> None:
        immediate.add(db, new)
        immediate.step(db, vault, new, id="b", taken=taken)
        immediate.step(db, vault, new, id="a", taken=first)

    await filed.transact(unit)
    assert await filed.read(lambda db: immediate.steps(db, vault, "t")) == [first, taken]


def notice(id: str, serial: int) -> Notice:
    return Notice(
        id=id,
        text_id=f"t{serial}",
        stationing_id="m",
        unit_id="a",
        kind="immediate",
        year=2026,
        serial=serial,
        words=WORDS,
        sent_on=date(2026, 3, 2),
        due=date(2026, 3, 9),
        sent_by="officer",
        sent_at=30,
    )


async def test_a_notice_is_numbered_by_its_unit_and_signed_once(
    filed: Storage, vault: Vault
) -> None:
    assert await filed.read(lambda db: notices.next_serial(db, "a", 2026)) == 1
    new = notice("n", 1)
    await filed.transact(lambda db: notices.add(db, vault, new))
    assert await filed.read(lambda db: notices.next_serial(db, "a", 2026)) == 2
    assert await filed.read(lambda db: notices.next_serial(db, "b", 2026)) == 1
    assert await filed.read(lambda db: notices.of_unit(db, vault, "a")) == [new]
    assert await filed.transact(lambda db: notices.sign(db, new, "liaison", 31))
    assert not await filed.transact(lambda db: notices.sign(db, new, "chief", 32))
    now = await filed.read(lambda db: notices.get(db, vault, "n"))
    assert now == replace(new, state="signed", signed_by="liaison", signed_at=31)
    assert await filed.transact(lambda db: notices.remind(db, new, 2))
    assert not await filed.transact(lambda db: notices.remind(db, new, 1))
    assert await filed.transact(lambda db: notices.move(db, replace(new, state="signed"), "done"))
    assert await filed.read(lambda db: notices.unfinished(db, vault)) == []


async def test_a_result_is_decided_once(filed: Storage, vault: Vault) -> None:
    handed = Result(id="x", notice_id="n", version=1, words=WORDS, actor="liaison", at=40)

    def unit(db: Session) -> None:
        notices.add(db, vault, notice("n", 1))
        notices.add_result(db, vault, handed)

    await filed.transact(unit)
    assert await filed.read(lambda db: notices.results(db, vault, "n")) == [handed]
    assert await filed.transact(lambda db: notices.decide(db, handed, "examined", "lead", 41))
    assert not await filed.transact(lambda db: notices.decide(db, handed, "returned", "x", 42))
    now = await filed.read(lambda db: notices.result(db, vault, "x"))
    assert now is not None
    assert (now.state, now.decided_by) == ("examined", "lead")


async def test_a_matter_remembers_how_far_it_was_looked_through_and_who_asks(
    filed: Storage, vault: Vault
) -> None:
    assert await filed.read(lambda db: matters.looked_to(db, "r", "a")) is None
    await filed.transact(lambda db: matters.look(db, vault, "r", "a", 2))
    await filed.transact(lambda db: matters.ask(db, vault, "r", "ann", WORDS, 50))
    await filed.transact(lambda db: matters.look(db, vault, "r", "a", 3))
    assert await filed.read(lambda db: matters.looked_to(db, "r", "a")) == 3
    assert await filed.read(lambda db: matters.looked_to(db, "r", "b")) is None
    asked = await filed.read(lambda db: matters.asked(db, vault, "r"))
    assert asked == matters.Request(asked_by="ann", asked_at=50, why=WORDS)
    assert await filed.transact(lambda db: matters.answer(db, "r"))
    assert not await filed.transact(lambda db: matters.answer(db, "r"))
    assert await filed.read(lambda db: matters.asked(db, vault, "r")) is None


async def test_an_urgent_report_goes_with_its_reports_key(filed: Storage, vault: Vault) -> None:
    made = Urgent(
        id="u", report_id="r", criterion="lead", words={"what": WORDS}, author="lead", at=60
    )
    await filed.transact(lambda db: matters.urge(db, vault, made))
    assert await filed.read(lambda db: matters.urgent(db, vault, "u")) == made
    assert await filed.read(lambda db: matters.urgent_of(db, vault, "r")) == [made]
    await filed.transact(lambda db: reports.shred(db, "r"))
    assert await filed.read(lambda db: matters.urgent(db, vault, "u")) is None
