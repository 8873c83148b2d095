"""Events of the clock, fulfilments and checklists, the same on both engines."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

import storage as storage_package
from bot.config import Config
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from casework.obligations import NO_DATE
from handlers.turn import Kit
from storage import duties, events
from storage.base import Session, Storage
from storage.events import Fulfilment, Mark
from storage.queries import SQLITE, load, query, schema, values_of
from storage.sealing import Vault
from tests.handlers.duty_house import MISSION
from tests.handlers.event_house import ROUTES, EventHouse, built
from tests.handlers.talk import ZONE, World


@pytest.fixture
async def home(storage: Storage, vault: Vault) -> EventHouse:
    texts = Texts(read_catalogues(), ZONE)
    kit = Kit(vault=vault, rules=make_rules(Config(), texts), routes=ROUTES)
    return await built(World(storage, kit, texts), "county-2012")


async def test_the_clock_of_a_mission_runs_on_either_engine(
    home: EventHouse, storage: Storage
) -> None:
    await home.day("2025-09-15")
    assert await storage.read(lambda db: events.without_event(db, "stationing.planned", 9)) == []
    left = await storage.read(lambda db: events.without_event(db, "stationing.start", 9))
    assert sorted(left) == sorted([MISSION, "m-b"])
    await home.day("2025-12-13")
    await home.enter(home.officer, "本批巡视结束", "2025-12-13")
    owed = await storage.read(lambda db: events.owed_within(db, 99))
    assert {d.obligation for d in owed if d.stationing_id == MISSION} >= {"notice", "briefing"}
    assert NO_DATE not in {d.due for d in owed}
    await home.happens("finding.important", "2025-12-10", about="one")
    (special,) = await storage.read(lambda db: events.standing_of(db, MISSION, "special-report"))
    assert special.open_ended
    owed = await storage.read(lambda db: events.owed_within(db, 99))
    assert owed[-1].id == special.id  # what has no date comes last


async def test_a_fulfilment_and_a_tick_are_kept_once_and_sealed(
    home: EventHouse, storage: Storage, vault: Vault
) -> None:
    await home.day("2025-11-03")

    def keep(db: Session) -> list[object]:
        duty = duties.of_stationing(db, MISSION)[0]
        done = Fulfilment(
            duty_id=duty.id,
            done_on=date(2025, 11, 3),
            actor="officer",
            at=1,
            words={"words": "已发函"},
        )
        step = Mark(
            id="s1",
            stationing_id=MISSION,
            item="arrival",
            done_on=date(2025, 11, 3),
            actor="officer",
            at=1,
            words="已进驻",
        )
        return [
            events.keep_fulfilment(db, vault, done),
            events.keep_fulfilment(db, vault, done),
            events.fulfilment(db, vault, duty.id) == done,
            events.fulfilment(db, vault, "none"),
            events.mark(db, vault, step),
            events.mark(db, vault, step),
            events.marks(db, vault, MISSION) == [step],
            any("已".encode() in bytes(row["words"]) for row in _rows(db)),
        ]

    seen = await storage.transact(keep)
    assert seen == [True, False, True, None, True, False, True, False]


def _rows(db: Session) -> list[dict[str, bytes]]:
    return [dict(row) for row in db.all("events.marks", stationing=MISSION)]


def test_the_list_of_the_office_reads_an_index_and_not_every_duty_there_is(
    tmp_path: Path,
) -> None:
    database = sqlite3.connect(tmp_path / "plan.db")
    for path in sorted((Path(storage_package.__file__).parent / "migrations").glob("*.sql")):
        for statement in schema(path.read_text("utf-8"), SQLITE):
            database.execute(statement)
    text = query(load()["events.owed_by"].text, SQLITE)
    plan = database.execute(f"EXPLAIN QUERY PLAN {text}", dict.fromkeys(values_of(text), 1))
    steps = [row[3] for row in plan]
    database.close()
    assert steps == ["SCAN duty USING INDEX duty_within"]
