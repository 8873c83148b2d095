"""The team's records on both engines: sealed, compared, once."""

import pytest

from storage import announcements, entries, proposals, readings, reports, sendings, team
from storage.announcements import Bundle, Notice
from storage.base import Session, Storage
from storage.entries import Entry
from storage.proposals import Approval, Decision, Proposal
from storage.readings import Reading
from storage.reports import Report
from storage.sealing import Vault
from storage.sendings import Sending
from storage.team import Declaration

WORDS = "修路款没有入账"


@pytest.fixture
async def filed(storage: Storage, vault: Vault) -> Storage:
    """A store with one report `r`."""

    def unit(db: Session) -> None:
        reports.insert(db, vault, Report(id="r", queue="team"), "234567892X", b"k" * 32)

    await storage.transact(unit)
    return storage


def proposed() -> Proposal:
    return Proposal(
        id="p",
        report_id="r",
        disposition="hold",
        stages=("leader", "office"),
        proposer="ann",
        proposer_seat="member",
        details={"reason": WORDS, "review_on": "2026-05-06"},
        basis="text 六（一）",
        at=10,
    )


async def test_a_proposal_comes_back_equal_and_moves_stage_by_stage(
    filed: Storage, vault: Vault
) -> None:
    new = proposed()
    await filed.transact(lambda db: proposals.add(db, vault, new))
    assert await filed.read(lambda db: proposals.open_of(db, vault, "r")) == new
    assert await filed.transact(lambda db: proposals.advance(db, new))
    assert not await filed.transact(lambda db: proposals.advance(db, new))  # somebody was faster
    later = await filed.read(lambda db: proposals.get(db, vault, "p"))
    assert later is not None
    assert (later.seat, later.last_stage) == ("office", True)
    assert await filed.transact(lambda db: proposals.settle(db, later, "settled", 20))
    assert not await filed.transact(lambda db: proposals.settle(db, later, "settled", 21))
    assert await filed.read(lambda db: proposals.open_of(db, vault, "r")) is None
    last = await filed.read(lambda db: proposals.last_of(db, vault, "r"))
    assert last is not None
    assert last.state == "settled"


async def test_stages_can_be_staffed_anew_from_the_present_one(
    filed: Storage, vault: Vault
) -> None:
    new = proposed()
    await filed.transact(lambda db: proposals.add(db, vault, new))
    await filed.transact(lambda db: proposals.advance(db, new))
    later = await filed.read(lambda db: proposals.get(db, vault, "p"))
    assert later is not None
    await filed.transact(lambda db: proposals.restage(db, later, ["leading_group"]))
    again = await filed.read(lambda db: proposals.get(db, vault, "p"))
    assert again is not None
    assert again.stages == ("leader", "leading_group")


async def test_verdicts_and_decisions_keep_who_when_words_and_basis(
    filed: Storage, vault: Vault
) -> None:
    new = proposed()
    given = Approval(
        stage=0, seat="leader", person_id="lead", verdict="agree", text=WORDS, basis="x", at=11
    )
    made = Decision(body="team", held_on="2026-03-02", text=WORDS, entered_by="lead", at=12)

    def unit(db: Session) -> None:
        proposals.add(db, vault, new)
        proposals.approve(db, vault, new, id="a", given=given)
        proposals.decide(db, vault, "r", "p", id="d", made=made)

    await filed.transact(unit)
    assert await filed.read(lambda db: proposals.approvals(db, vault, new)) == [given]
    assert await filed.read(lambda db: proposals.decisions(db, vault, "r")) == [made]


async def test_a_sending_is_answered_once(filed: Storage, vault: Vault) -> None:
    sent = Sending(
        id="s",
        report_id="r",
        department_id="disc",
        letter={"number": "3号", "to": "disc"},
        sent_on="2026-03-02",
        entered_by="officer",
        at=1,
    )
    await filed.transact(lambda db: sendings.add(db, vault, sent))
    assert await filed.read(lambda db: sendings.of(db, vault, "r")) == [sent]

    def answer(db: Session) -> bool:
        return sendings.came_back(
            db, vault, sent, text=WORDS, day="2026-04-01", by="officer", at=2
        )

    assert await filed.transact(answer)
    assert not await filed.transact(answer)
    (now,) = await filed.read(lambda db: sendings.of(db, vault, "r"))
    assert (now.back_on, now.back) == ("2026-04-01", WORDS)


async def test_an_entry_comes_back_equal(filed: Storage, vault: Vault) -> None:
    entry = Entry(
        report_id="r",
        channel="box",
        arrived_on="2026-03-02",
        papers=3,
        entered_by="ann",
        at=1,
        details={"witnesses": "甲 乙"},
    )
    await filed.transact(lambda db: entries.add(db, vault, entry))
    assert await filed.read(lambda db: entries.of(db, vault, "r")) == entry
    assert await filed.read(lambda db: entries.of(db, vault, "x")) is None


async def test_a_bundle_counts_what_nobody_took_and_is_told_once(filed: Storage) -> None:
    def unit(db: Session) -> list[list[Bundle]]:
        announcements.add(
            db,
            [
                Notice(id=f"{n}", report_id="r", person_id=person, at=0, goes_at=900)
                for n, person in enumerate(("ann", "bob", "cai"))
            ],
        )
        found = [announcements.ripe(db, 899, 9)]
        announcements.withdraw(db, "r", "bob", 100)
        found.append(announcements.ripe(db, 900, 9))
        announcements.tell(db, "ann", 900)
        found.append(announcements.ripe(db, 901, 9))
        reports.change(db, "r", 1, holder="cai")
        found.append(announcements.ripe(db, 901, 9))
        return found

    early, ripe, later, taken = await filed.transact(unit)
    assert early == []
    assert [(b.person_id, b.n) for b in ripe] == [("ann", 1), ("cai", 1)]
    assert [(b.person_id, b.n) for b in later] == [("cai", 1)]
    assert [(b.person_id, b.n) for b in taken] == [("cai", 0)]
    assert await filed.read(lambda db: announcements.told(db, "r")) == ["ann", "cai"]


async def test_a_permission_to_read_is_used_once_and_in_time(filed: Storage, vault: Vault) -> None:
    allowed = Reading(report_id="r", person_id="ann")

    def allow(db: Session) -> None:
        readings.allow(db, vault, "t1", allowed, at=0, expires_at=100)
        readings.allow(db, vault, "t2", allowed, at=0, expires_at=100)

    await filed.transact(allow)
    assert await filed.transact(lambda db: readings.use(db, vault, "t1", 50)) == allowed
    assert await filed.transact(lambda db: readings.use(db, vault, "t1", 51)) is None
    assert await filed.transact(lambda db: readings.use(db, vault, "t2", 100)) is None
    assert await filed.transact(lambda db: readings.use(db, vault, "guess", 1)) is None
    await filed.transact(lambda db: readings.sweep(db, 101))


async def test_a_delegation_holds_for_its_team_and_its_time(storage: Storage) -> None:
    def unit(db: Session) -> list[bool]:
        team.delegate(
            db, id="d", team_id="one", deputy_id="dep", given_by="lead", at=10, until_at=100
        )
        before = [team.delegated(db, "dep", "one", at) for at in (9, 10, 99, 100)]
        other = [team.delegated(db, "dep", "two", 50), team.delegated(db, "ann", "one", 50)]
        team.end_delegation(db, "one", 60)
        return [*before, *other, team.delegated(db, "dep", "one", 61)]

    held = await storage.transact(unit)
    assert held == [False, True, True, False, False, False, False]


async def test_a_declaration_is_looked_at_once(storage: Storage, vault: Vault) -> None:
    new = Declaration(id="d", person_id="bob", team_id="one", text="甲镇", at=1)
    await storage.transact(lambda db: team.declare(db, vault, new))
    assert await storage.read(lambda db: team.declarations(db, vault)) == [new]
    assert await storage.transact(lambda db: team.saw(db, "d", "lead", 2))
    assert not await storage.transact(lambda db: team.saw(db, "d", "lead", 3))
    assert await storage.read(lambda db: team.declarations(db, vault)) == []


async def test_no_word_of_anybody_stands_open_in_the_rows(filed: Storage, vault: Vault) -> None:
    new = proposed()

    def unit(db: Session) -> None:
        proposals.add(db, vault, new)
        declared = Declaration(id="d", person_id="bob", team_id="one", text=WORDS, at=1)
        team.declare(db, vault, declared)

    await filed.transact(unit)
    rows = await filed.read(
        lambda db: [db.one("proposals.get", id="p"), db.one("team.declaration", id="d")]
    )
    for row in rows:
        assert row is not None
        for value in row.values():
            raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            assert WORDS.encode() not in raw
