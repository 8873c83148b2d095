"""Documents with their steps, moved dates and handovers, the same on both engines."""

from dataclasses import replace
from datetime import date

import pytest

from bot.config import Config
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers.turn import Kit
from storage import documents, duties, extensions, handovers, reminders
from storage.base import Session, Storage
from storage.documents import Document, StepTaken
from storage.extensions import Extension
from storage.handovers import Handover
from storage.reminders import Reminder
from storage.sealing import Vault
from tests.handlers.duty_house import MISSION
from tests.handlers.talk import ZONE, World
from tests.handlers.unit_house import ROUTES, UnitHouse, build


@pytest.fixture
async def home(storage: Storage, vault: Vault) -> UnitHouse:
    texts = Texts(read_catalogues(), ZONE)
    kit = Kit(vault=vault, rules=make_rules(Config(), texts), routes=ROUTES)
    made = await build(World(storage, kit, texts), "suixi-2016")
    await made.signed("2026-01-30")
    return made


async def test_a_prepared_report_counts_only_once_it_is_signed(
    home: UnitHouse, storage: Storage, vault: Vault
) -> None:
    duty = await home.duty("principal_report")

    def prepare(db: Session) -> list[object]:
        one = Document(
            id="d1",
            duty_id=duty.id,
            version=documents.next_version(db, duty.id, prepared=True),
            kind=duty.kind,
            state="prepared",
            handed_on=date(2026, 2, 2),
            actor="liaison",
            at=1,
            words={"summary": "第一稿"},
        )
        documents.add(db, vault, one)
        second = replace(one, id="d2", version=documents.next_version(db, duty.id, prepared=True))
        documents.add(db, vault, second)
        waiting = documents.prepared(db, vault, duty.id)
        seen: list[object] = [one.version, second.version, waiting and waiting.id]
        seen.append(documents.of(db, vault, duty.id))
        version = documents.next_version(db, duty.id)
        on = date(2026, 2, 3)
        seen.append(documents.sign(db, second, by="principal", on=on, version=version))
        seen.append(documents.sign(db, second, by="principal", on=on, version=version + 1))
        seen.append(documents.withdraw(db, "d2"))
        return seen

    seen = await storage.transact(prepare)
    assert seen == [-1, -2, "d2", [], True, False, False]
    (kept,) = await home.versions("principal_report")
    assert (kept.version, kept.signed, kept.signed_by) == (1, "own", "principal")
    assert kept.handed_on == date(2026, 2, 3)


async def test_a_step_counts_once_for_each_person(
    home: UnitHouse, storage: Storage, vault: Vault
) -> None:
    await home.submit(home.liaison, "整改情况报告")
    (report,) = await home.versions("report")
    step = StepTaken(
        id="s1",
        document_id=report.id,
        act="examine",
        verdict="agree",
        actor="leader",
        at=5,
        words={"name": "沈予安"},
    )

    def take(db: Session) -> list[bool]:
        again = replace(step, id="s2")
        other = replace(step, id="s3", actor="officer")
        return [documents.take_step(db, vault, one) for one in (step, again, other)]

    assert await storage.transact(take) == [True, False, True]
    kept = await home.steps(report)
    assert kept[0] == step


async def test_a_wish_for_another_date_moves_on_once(
    home: UnitHouse, storage: Storage, vault: Vault
) -> None:
    duty = await home.duty("report")
    wish = Extension(
        id="e1",
        duty_id=duty.id,
        asked_by="liaison",
        asked_at=3,
        reason="工程验收推迟",
        was_on=date(2026, 3, 30),
        new_on=date(2026, 5, 11),
    )

    def decide(db: Session) -> list[object]:
        extensions.add(db, vault, wish)
        waiting = extensions.waiting(db, vault)
        first = extensions.settle(
            db, vault, wish, "agreed", actor="officer", at=4, answer={"approver": "领导小组"}
        )
        second = extensions.settle(db, vault, wish, "refused", actor="officer", at=5)
        duties.revise(db, duties.moved(duty, extended_to=wish.new_on))
        return [waiting, first, second, extensions.waiting(db, vault)]

    assert await storage.transact(decide) == [[wish], True, False, []]
    kept = await storage.read(lambda db: extensions.get(db, vault, "e1"))
    assert kept is not None
    assert (kept.state, kept.answer) == ("agreed", {"approver": "领导小组"})
    (listed,) = await storage.read(lambda db: extensions.of(db, vault, duty.id))
    assert listed == kept
    moved = await home.duty("report")
    assert (moved.extended_to, moved.due) == (date(2026, 5, 11), duty.due)


async def test_planned_reminders_move_with_the_seat_and_never_double(
    home: UnitHouse, storage: Storage, vault: Vault
) -> None:
    report, other = await home.duty("report"), await home.duty("principal_report")
    seat = Handover(
        id="h1",
        unit_id="a",
        round_id="r",
        old_person="liaison",
        new_name="于一舟",
        proposed_by="officer",
        proposed_at=7,
    )

    def planned(db: Session, id: str, duty_id: str, person: str) -> None:
        row = Reminder(
            id=id,
            duty_id=duty_id,
            revision=1,
            rung=1,
            recipient=person,
            purpose="to",
            level="提示",
            template="report_midway",
            send_on=date(2026, 2, 27),
            state="planned",
            at=6,
        )
        assert reminders.remind(db, row)

    def hand_over(db: Session) -> list[object]:
        planned(db, "r1", report.id, "liaison")
        planned(db, "r2", other.id, "liaison")
        planned(db, "r3", other.id, "new")
        handovers.add(db, vault, seat)
        proposed = handovers.standing(db, vault, "proposed")
        done = handovers.settle(db, seat, "done", by="officer", at=8, new_person="new")
        again = handovers.settle(db, seat, "refused", by="officer", at=9)
        handovers.move_reminders(db, seat, "new")
        return [proposed, done, again]

    assert await storage.transact(hand_over) == [[seat], True, False]
    kept = await storage.read(lambda db: handovers.get(db, vault, "h1"))
    assert kept is not None
    assert (kept.state, kept.new_person, kept.new_name) == ("done", "new", "于一舟")
    rows = await storage.read(
        lambda db: [
            (one.id, one.recipient)
            for duty in duties.of_stationing(db, MISSION)
            for one in reminders.ledger(db, duty.id)
        ]
    )
    assert sorted(rows) == [("r1", "new"), ("r2", "liaison"), ("r3", "new")]
