"""Motions, papers and 代行 on both engines: sealed, in versions, each stage decided once."""

from datetime import date
from functools import partial

import pytest

from casework.mission import Round, Stationing, Team, Unit
from storage import missions, motions, paper_decisions, people, proposals, reports, stand_ins
from storage.base import Session, Storage
from storage.motions import Motion, Step
from storage.paper_decisions import PaperDecision
from storage.proposals import Approval, Proposal
from storage.reports import Report
from storage.sealing import Vault
from storage.stand_ins import StandIn

WORDS = "修路款收支未公开"


@pytest.fixture
async def planned(storage: Storage, vault: Vault) -> Storage:
    """A store with one mission and one person."""

    def unit(db: Session) -> None:
        missions.put_places(
            db,
            Round(id="r", name="一轮", profile_id="suixi-2016"),
            units=[Unit(id="a", name="甲镇")],
            teams=[Team(id="one", name="一组")],
            departments=[],
        )
        mission = Stationing(
            id="m",
            round_id="r",
            team_id="one",
            team_name="",
            unit_id="a",
            unit_name="",
            starts_on=date(2026, 3, 2),
            ends_on=date(2026, 4, 10),
            accept_from=0,
            accept_until=1,
            profile_id="suixi-2016",
            profile_version="1",
        )
        missions.put_stationing(db, mission, entry="e")
        people.put_person(db, vault, "dep", "戴维新")

    await storage.transact(unit)
    return storage


def motion(id: str = "x") -> Motion:
    return Motion(
        id=id,
        kind="feedback",
        subject="m|body",
        stationing_id="m",
        proposer="lead",
        seats=("leading_group", "sponsor_committee"),
        title=("motion.kind_feedback", {"unit": "甲镇"}),
        text=WORDS,
        basis="text 第十一条",
        details={"points": [{"text": WORDS, "principal": False}]},
        consult=("municipal_committee",),
        at=10,
        since=10,
    )


async def test_a_motion_comes_back_equal_and_its_words_are_sealed(
    planned: Storage, vault: Vault
) -> None:
    await planned.transact(lambda db: motions.add(db, vault, motion(), key=b"k" * 32))
    found = await planned.read(lambda db: motions.open_of(db, vault, "feedback", "m|body"))
    assert found == motion()
    row = await planned.read(lambda db: db.one("motions.get", id="x"))
    assert row is not None
    assert WORDS.encode() not in bytes(row["body"])
    assert [m.id for m in await planned.read(lambda db: motions.waiting(db, vault))] == ["x"]
    idle = await planned.read(lambda db: motions.idle(db, vault, 10))
    assert idle == []
    listed = await planned.read(lambda db: motions.of_mission(db, vault, "m", "feedback"))
    assert [m.id for m in listed] == ["x"]


async def test_a_stage_is_decided_once_and_a_new_motion_is_a_new_version(
    planned: Storage, vault: Vault
) -> None:
    new = motion()
    await planned.transact(lambda db: motions.add(db, vault, new, key=b"k" * 32))
    assert await planned.transact(lambda db: motions.advance(db, new, 20))
    assert not await planned.transact(lambda db: motions.advance(db, new, 21))
    later = await planned.read(lambda db: motions.get(db, vault, "x"))
    assert later is not None
    assert (later.seat, later.since, later.last_stage) == ("sponsor_committee", 20, True)
    assert not await planned.transact(lambda db: motions.settle(db, new, "agreed", 22))
    assert await planned.transact(lambda db: motions.settle(db, later, "refused", 30))
    await planned.transact(lambda db: motions.add(db, vault, motion("y"), key=b"l" * 32))
    last = await planned.read(lambda db: motions.last_of(db, vault, "feedback", "m|body"))
    assert last is not None
    assert (last.id, last.version, last.state) == ("y", 2, "open")


async def test_steps_keep_who_when_which_text_and_words(planned: Storage, vault: Vault) -> None:
    await planned.transact(lambda db: motions.add(db, vault, motion(), key=b"k" * 32))
    given = Step(
        id="s",
        stage=0,
        seat="leading_group",
        verdict="agree",
        person_id="officer",
        paper=True,
        version=1,
        basis="text 第十一条",
        words={"document": "纪要2号", "reason": WORDS},
        at=15,
    )
    await planned.transact(lambda db: motions.step(db, vault, motion(), given))
    assert await planned.read(lambda db: motions.steps(db, vault, motion())) == [given]
    rows = await planned.read(lambda db: db.all("motions.steps", motion="x"))
    assert WORDS.encode() not in bytes(rows[0]["words"])


def _acts(db: Session, now: int) -> bool:
    return stand_ins.acts(db, "dep", "team_leader", now, "one")


async def test_acting_for_a_seat_holds_between_its_moments(planned: Storage, vault: Vault) -> None:
    new = StandIn(
        id="i",
        seat="team_leader",
        team_id="one",
        person_id="dep",
        given_by="officer",
        from_on=date(2026, 3, 2),
        until_on=date(2026, 3, 3),
        from_at=100,
        until_at=200,
        basis="组长授权",
        at=90,
    )
    await planned.transact(lambda db: stand_ins.add(db, vault, new))
    for moment, stands in ((99, False), (100, True), (199, True), (200, False)):
        acts = await planned.read(
            partial(_acts, now=moment),
        )
        assert acts is stands
    found = await planned.read(lambda db: stand_ins.standing(db, vault, "team_leader", 150, "one"))
    assert found == [new]
    assert not await planned.read(lambda db: stand_ins.acts(db, "dep", "office", 150))
    assert await planned.read(lambda db: stand_ins.every(db, vault, 50)) == [new]
    assert await planned.transact(lambda db: stand_ins.end(db, "i", 160))
    assert not await planned.transact(lambda db: stand_ins.end(db, "i", 161))
    assert not await planned.read(lambda db: stand_ins.acts(db, "dep", "team_leader", 170, "one"))


async def test_a_paper_on_a_report_is_sealed_under_the_reports_key_and_dies_with_it(
    planned: Storage, vault: Vault
) -> None:
    def unit(db: Session) -> None:
        reports.insert(db, vault, Report(id="r", queue="team"), "234567892X", b"k" * 32)
        proposal = Proposal(
            id="p",
            report_id="r",
            disposition="hold",
            stages=("leading_group",),
            proposer="ann",
            proposer_seat="member",
            at=10,
        )
        proposals.add(db, vault, proposal)
        given = Approval(
            stage=0,
            seat="leading_group",
            person_id="officer",
            verdict="agree",
            text="",
            basis="",
            at=20,
            paper=True,
            acting={"from": "2026-03-02"},
        )
        proposals.approve(db, vault, proposal, id="g", given=given)
        assert proposals.approvals(db, vault, proposal) == [given]
        assert proposals.waiting(db, 21) == [("r", "p", 20)]
        assert proposals.waiting(db, 20) == []

    await planned.transact(unit)
    new = PaperDecision(
        id="d",
        report_id="r",
        proposal_id="p",
        seat="leading_group",
        words={"document": "纪要2号"},
        entered_by="officer",
        at=20,
    )
    await planned.transact(lambda db: paper_decisions.add(db, vault, new))
    assert await planned.read(lambda db: paper_decisions.of_report(db, vault, "r")) == [new]
