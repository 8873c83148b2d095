"""Letters and figures on both engines: one number a year, one receipt, sealed, counted."""

import pytest

from storage import letters, reports, sendings, statistics
from storage.base import Session, Storage
from storage.letters import Letter
from storage.reports import Report
from storage.sealing import Vault
from storage.sendings import Sending


@pytest.fixture
async def filed(storage: Storage, vault: Vault) -> Storage:
    """A store with a report of the office, one about it, and one that a person may not count."""

    def unit(db: Session) -> None:
        rows = (("r", "office", "a"), ("q", "leading", "a"), ("s", "team", "b"))
        for number, (id, queue, place) in enumerate(rows):
            new = Report(id=id, queue=queue, unit_id=place, received_at=10 + number)  # type: ignore[arg-type]
            reports.insert(db, vault, new, f"23456789{number}X", b"k" * 32)
        reports.recuse(db, "s", "p", 5)

    await storage.transact(unit)
    return storage


def letter(id: str = "l", number: str = "移交函〔2026〕3号", on: str = "2026-03-02") -> Letter:
    return Letter(
        id=id,
        stationing_id="m",
        department_id="disc",
        number=number,
        to="县纪委",
        tier="省",
        disposition="transfer_discipline",
        sent_on=on,
        entered_by="officer",
        at=1,
    )


async def test_a_number_is_taken_once_a_year_however_it_is_typed(
    filed: Storage, vault: Vault
) -> None:
    def unit(db: Session) -> list[bool]:
        return [
            letters.add(db, vault, letter()),
            letters.add(db, vault, letter("k", "移交函[2026] 3号")),
            letters.add(db, vault, letter("j", on="2027-01-04")),
        ]

    assert await filed.transact(unit) == [True, False, True]
    found = await filed.read(lambda db: letters.by_number(db, vault, "移交函（2026）3号", 2026))
    assert found == letter()


async def test_a_letter_is_received_once_and_not_after_it_came_back(
    filed: Storage, vault: Vault
) -> None:
    def unit(db: Session) -> list[bool]:
        letters.add(db, vault, letter())
        return [
            letters.receive(db, "l", on="2026-03-03", by="clerk", at=2),
            letters.receive(db, "l", on="2026-03-04", by="clerk", at=3),
            letters.give_back(db, vault, "l", reason="不属于本部门", on="2026-03-05", by="clerk"),
            letters.give_back(db, vault, "l", reason="又一次", on="2026-03-06", by="clerk"),
        ]

    assert await filed.transact(unit) == [True, False, True, False]
    found = await filed.read(lambda db: letters.get(db, vault, "l"))
    assert found is not None
    assert (found.received_on, found.returned_on, found.reason) == (
        "2026-03-03",
        "2026-03-05",
        "不属于本部门",
    )
    tally = await filed.read(lambda db: letters.tally(db, 2026))
    assert tally == {"sent": 1, "signed": 1, "back": 1}


async def test_items_of_a_letter_keep_what_is_handed_over_sealed(
    filed: Storage, vault: Vault
) -> None:
    sent = Sending(
        id="s",
        report_id="r",
        department_id="disc",
        letter={"number": "3号", "to": "县纪委"},
        sent_on="2026-03-02",
        entered_by="officer",
        at=1,
        letter_id="l",
    )

    def unit(db: Session) -> list[bool]:
        sendings.add(db, vault, sent)
        sendings.hand_over(db, vault, sent, "工程款未入账")
        return [sendings.received(db, "s", day) for day in ("2026-03-03", "2026-03-04")]

    assert await filed.transact(unit) == [True, False]
    (now,) = await filed.read(lambda db: sendings.of_letter(db, vault, "l"))
    assert (now.letter["text"], now.received_on) == ("工程款未入账", "2026-03-03")


async def test_counts_leave_out_what_is_above_and_what_one_is_recused_from(
    filed: Storage,
) -> None:
    def ids(db: Session, person: str) -> list[str]:
        return [line.report_id for line in statistics.lines(db, person_id=person)]

    assert await filed.read(lambda db: ids(db, "")) == ["r", "s"]
    assert await filed.read(lambda db: ids(db, "p")) == ["r"]
    assert await filed.read(lambda db: statistics.by_unit(db, person_id="p")) == {"a": 1}
    lying = await filed.read(lambda db: statistics.nowhere(db, person_id="p"))
    assert [line.report_id for line in lying] == ["r"]


async def test_readings_are_listed_newest_first_or_of_one_report(filed: Storage) -> None:
    def unit(db: Session) -> None:
        for at, (report, person) in enumerate((("r", "ann"), ("s", "bob"), ("r", "lead")), 1):
            reports.record(db, report, at, person, "read", {"where": "chat"})
        reports.record(db, "r", 9, "ann", "claimed", {})

    await filed.transact(unit)
    every = await filed.read(lambda db: statistics.readings(db, 2))
    assert [one.person_id for one in every] == ["lead", "bob"]
    of_one = await filed.read(lambda db: statistics.readings(db, 9, "r"))
    assert [one.person_id for one in of_one] == ["lead", "ann"]
