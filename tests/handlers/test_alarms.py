"""The office hears once, without any content, when something stands still, and when it goes on."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot.texts import Texts
from handlers import alarms
from handlers.alarms import HEAPS, STANDSTILLS
from storage import attachments, outbox, planner, reminders
from storage.base import Session
from storage.outbox import Planned
from storage.reminders import Reminder
from storage.sealing import Vault
from tests.handlers.conftest import MakeWorld
from tests.handlers.duty_house import ROUTES
from tests.handlers.planner_house import PlannerHouse, planner_house
from tests.handlers.talk import Shown

Unit = Callable[[Session], object]
MINUTE = 60


@pytest.fixture
async def house(make_world: MakeWorld) -> PlannerHouse:
    made = await planner_house(make_world(ROUTES))
    made.clock("2026-03-03", "10:00")
    return made


async def told(house: PlannerHouse) -> list[Shown]:
    """What the officer hears at this tick."""
    shown = await house.world.tick(alarms.watch)
    assert {s.parcel.chat for s in shown} <= {"officer"}
    return shown


async def keys(house: PlannerHouse) -> list[str]:
    return [s.key for s in await told(house)]


def at(house: PlannerHouse, minutes: float) -> int:
    """A moment so many minutes ago."""
    return int(house.world.now.timestamp() - minutes * MINUTE)


def event(state: str, at: int, number: int = 1) -> Unit:
    """An event that came at a moment and stands in a state."""

    def unit(db: Session) -> None:
        db.run(
            "inbox.accept",
            channel="web",
            account="web",
            event_id=f"stuck-{number}",
            lane=b"l",
            body=b"b",
            received_at=at,
            worker="",
        )
        if state == "poison":
            db.run("inbox.quarantine", id=number, reason="ValueError")

    return unit


def message(
    vault: Vault, at: int, *, number: int = 1, policy: str = "hold", tries: int = 0
) -> Unit:
    """A message that should have left at a moment; every try of it failed a moment later."""

    def unit(db: Session) -> None:
        planned = Planned(
            dedupe=f"late-{number}",
            lane=b"x" * 32,
            channel="web",
            account="web",
            chat="somebody",
            body={"k": "greeting.welcome", "l": "zh_CN"},
            priority=0,
            policy=policy,
            not_before=at,
        )
        parcel = outbox.plan(db, vault, planned, at)
        assert parcel is not None
        for _ in range(tries):
            outbox.lease(db, [parcel.id])
            outbox.postpone(db, parcel.id, not_before=at + 600, reason="not sent")

    return unit


def settled(state: str, at: int, reason: str, vault: Vault, number: int, policy: str) -> Unit:
    """A message whose delivery ended badly at a moment."""

    def unit(db: Session) -> None:
        message(vault, at, number=number, policy=policy)(db)
        (parcel,) = outbox.due(db, vault, channel="web", account="web", now=at, limit=1)
        outbox.lease(db, [parcel.id])
        end = outbox.doubt if state == "uncertain" else outbox.fail
        end(db, parcel.id, at=at, reason=reason)

    return unit


def file(vault: Vault, at: int) -> Unit:
    """A file that was announced at a moment."""

    def unit(db: Session) -> None:
        attachments.expect(
            db, vault, id="f1", key=b"k" * 32, owner="o", channel="web", account="web",
            ref="r", name="n", mime="", kind="photo", size=None, at=at,
        )  # fmt: skip

    return unit


async def do(house: PlannerHouse, unit: Unit) -> None:
    await house.world.storage.transact(unit)


async def undo(house: PlannerHouse, text: str) -> None:
    """What stood still goes on."""

    def unit(db: Session) -> None:
        db.run(text, id=1)

    await do(house, unit)


@pytest.mark.parametrize(
    ("state", "minutes", "heard"),
    [
        ("new", 4, []),
        ("new", 6, ["alarm.events_wait"]),
        ("poison", 1, ["alarm.events_aside"]),
    ],
)
async def test_events_that_wait_too_long_are_told_to_the_office_once(
    house: PlannerHouse, state: str, minutes: int, heard: list[str]
) -> None:
    await do(house, event(state, at(house, minutes)))
    assert await keys(house) == heard
    for _ in range(3):
        house.world.pass_time(minutes=0.1)
        assert await told(house) == []


async def test_the_end_is_told_once_and_a_new_trouble_is_told_anew(house: PlannerHouse) -> None:
    await do(house, event("new", at(house, 6)))
    assert await keys(house) == ["alarm.events_wait"]
    await undo(house, "inbox.finish")
    assert await keys(house) == ["alarm.events_go_on"]
    assert await keys(house) == []
    await do(house, event("new", at(house, 6), 2))
    assert await keys(house) == ["alarm.events_wait"]
    assert await keys(house) == []


async def test_what_comes_and_goes_is_told_three_times_a_day_at_most(house: PlannerHouse) -> None:
    heard = []
    for number in range(1, 7):
        await do(house, event("new", at(house, 6), number))
        heard += await keys(house)
        await do(house, lambda db, n=number: db.run("inbox.finish", id=n))  # type: ignore[misc]
        heard += await keys(house)
    assert heard == ["alarm.events_wait", "alarm.events_go_on"] * 3


async def test_what_stands_is_told_again_when_work_begins_and_not_in_the_night(
    house: PlannerHouse,
) -> None:
    await do(house, event("new", at(house, 60)))
    assert await keys(house) == ["alarm.events_wait"]
    for day, hour, heard in (
        ("2026-03-03", "23:59", []),
        ("2026-03-04", "00:01", []),
        ("2026-03-04", "08:59", []),
        ("2026-03-04", "09:00", ["alarm.events_wait"]),
        ("2026-03-04", "09:01", []),
    ):
        house.clock(day, hour)
        assert await keys(house) == heard, hour
    await undo(house, "inbox.finish")
    assert await keys(house) == ["alarm.events_go_on"]
    house.clock("2026-03-05", "10:00")
    assert await keys(house) == []


async def test_an_end_after_days_without_the_program_is_told_all_the_same(
    house: PlannerHouse,
) -> None:
    await do(house, event("new", at(house, 60)))
    assert await keys(house) == ["alarm.events_wait"]
    await undo(house, "inbox.finish")
    house.clock("2026-03-08", "10:00")
    assert await keys(house) == ["alarm.events_go_on"]
    assert await keys(house) == []


@pytest.mark.parametrize(
    ("minutes", "tries", "heard"),
    [
        (14, 0, []),
        (16, 0, ["alarm.messages_wait"]),
        (5, 9, []),
        (5, 10, ["alarm.messages_wait"]),
        (-60 * 24, 0, []),
    ],
    ids=["a while", "too long", "nine tries", "ten tries", "for tomorrow"],
)
async def test_messages_that_do_not_leave_are_told_even_if_each_try_moves_them(
    house: PlannerHouse, minutes: int, tries: int, heard: list[str]
) -> None:
    vault = house.world.kit.vault
    await do(house, message(vault, at(house, minutes), tries=tries))
    assert await keys(house) == heard


async def test_an_alarm_that_could_not_leave_makes_way_for_the_all_clear(
    house: PlannerHouse,
) -> None:
    await do(house, event("new", at(house, 6)))
    (alarm,) = await told(house)
    await undo(house, "inbox.finish")
    (end,) = await told(house)
    now = int(house.world.now.timestamp())
    vault = house.world.kit.vault
    due = await house.world.storage.read(
        lambda db: outbox.due(db, vault, channel="web", account="web", now=now, limit=9)
    )
    assert alarm.parcel.id not in [parcel.id for parcel in due]
    assert [parcel.id for parcel in due] == [end.parcel.id]


@pytest.mark.parametrize(("minutes", "heard"), [(59, []), (61, ["alarm.files_wait"])])
async def test_files_that_do_not_come_in_are_told(
    house: PlannerHouse, minutes: int, heard: list[str]
) -> None:
    await do(house, file(house.world.kit.vault, at(house, minutes)))
    assert await keys(house) == heard
    await do(
        house,
        lambda db: db.run("attachments.close", id="f1", state="failed", reason="gone", attempt=0),
    )
    assert await keys(house) == (["alarm.files_go_on"] if heard else [])


@pytest.mark.parametrize(
    ("state", "reason", "policy", "heard"),
    [
        ("uncertain", "no answer", "hold", ["alarm.messages_in_doubt"]),
        ("failed", "unreachable", "resend_once", ["alarm.messages_in_doubt"]),
        ("failed", "gone", "hold", ["alarm.messages_in_doubt"]),
        ("failed", "gone", "resend_once", []),
    ],
    ids=["uncertain reminder", "failed answer", "liaison gone", "citizen gone"],
)
async def test_messages_that_did_not_arrive_are_told_unless_a_citizen_left(
    house: PlannerHouse, state: str, reason: str, policy: str, heard: list[str]
) -> None:
    unit = settled(state, at(house, 1), reason, house.world.kit.vault, 1, policy)
    await do(house, unit)
    assert await keys(house) == heard
    house.clock("2026-03-04", "10:00")
    assert await keys(house) == []  # it stands until a person decides, and was told


async def test_a_storm_of_failures_is_a_few_messages_each_with_the_number(
    house: PlannerHouse,
) -> None:
    vault, numbers = house.world.kit.vault, []
    for number in range(1, 41):
        await do(house, settled("failed", at(house, 1), "rejected", vault, number, "hold"))
        numbers += re.findall(r"\d+", " ".join(s.text for s in await told(house)))
    assert numbers == ["1", "2", "4", "8", "16", "32"]
    house.clock("2026-03-04", "10:00")
    await do(house, settled("failed", at(house, 1), "rejected", vault, 99, "hold"))
    assert ["1条" in s.text for s in await told(house)] == [True]


@pytest.mark.parametrize(
    ("day", "hour", "heard"),
    [
        ("2025-12-22", "09:29", []),
        ("2025-12-22", "09:31", ["alarm.duties_wait"]),
        ("2025-12-22", "20:00", []),
        ("2025-12-27", "12:00", []),
    ],
    ids=["just opened", "half an hour of work", "evening", "Saturday"],
)
async def test_duties_the_planner_does_not_look_at_are_told_in_working_hours(
    house: PlannerHouse, day: str, hour: str, heard: list[str]
) -> None:
    await house.signed("2025-12-01")
    house.clock("2025-12-19", "09:00")
    due = int(house.world.now.timestamp())
    await do(house, lambda db: _every_duty_due(db, due))
    house.clock(day, hour)
    assert await keys(house) == heard


def _every_duty_due(db: Session, due: int) -> None:
    for row in db.all("planner.live", after="", limit=99):
        db.run("duties.check_next", id=row["id"], next_check=due)


async def test_reminders_that_stand_through_a_working_day_are_told(house: PlannerHouse) -> None:
    await house.signed("2025-12-01")
    house.clock("2026-01-20", "09:00")
    (duty, *_), planned = await house.duties(), at(house, 0)
    waiting = Reminder(
        id="r1",
        duty_id=duty.id,
        revision=9,
        rung=1,
        recipient="liaison",
        purpose="to",
        level="提示",
        template="plan",
        send_on=date(2026, 1, 20),
        state="planned",
        at=planned,
    )
    await do(house, lambda db: reminders.remind(db, waiting))
    for day, hour, heard in (
        ("2026-01-20", "17:00", []),
        ("2026-01-21", "17:00", []),
        ("2026-01-22", "08:00", ["alarm.reminders_wait"]),
    ):
        house.clock(day, hour)
        found = [k for k in await keys(house) if k.startswith("alarm.reminders")]
        assert found == heard, (day, hour)
    await do(
        house,
        lambda db: planner.claim_day(db, "liaison", house.world.now.date(), 1),
    )
    found = [k for k in await keys(house) if k.startswith("alarm.reminders")]
    assert found == ["alarm.reminders_go_on"]


async def test_an_installation_in_order_raises_no_alarm(house: PlannerHouse) -> None:
    for _ in range(3):
        assert await house.world.tick(alarms.watch) == []
        house.world.now += timedelta(days=1)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_alarm_says_how_many_and_whom_to_ask(texts: Texts, locale: str) -> None:
    keys = [s.text for s in STANDSTILLS.values()] + [h.text for h in HEAPS.values()]
    for key in keys:
        text = texts.say(key, {"n": 7}, locale)
        assert "7" in text
        assert "管理员" in text or "operator" in text
        assert "jianjian doctor" in text or "jianjian outbox list" in text
