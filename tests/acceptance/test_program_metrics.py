"""What the running program tells a scraper that asks for nothing else, in each of its states."""

import ast
import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.meters import KINDS
from bot.outcomes import judge
from handlers import alarms
from handlers.desk import Desk
from handlers.dutybook import DELIVERED, RECEIVED, mission_of, record_event
from handlers.messages import Reply
from storage import attachments, duties, outbox
from storage.base import Session
from storage.outbox import Parcel, Planned
from storage.sealing import Vault
from tests.acceptance.telegram_stage import HOOK, Stage, eventually, file_report, later, staged
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import Fault, bad_request, blocked, broken, cut, flood
from tests.channels.telegram_support import SECRET

Labels = frozenset[tuple[str, str]]
Told = Mapping[tuple[str, Labels], float]
LABELS = {"table", "state", "channel", "reason", "part", "act", "le"}
OUTCOMES = {"act": {"look", "write"}, "table": {"inbox", "outbox", "files", "reminders", "audit"}}


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def stage(tmp_path: Path, api: BotApi) -> AsyncIterator[Stage]:
    async with staged(tmp_path, api) as running:
        for _ in range(3):  # what the program does by itself on this day is done beforehand
            await running.program.ticker.act_all()
        yield running


async def scrape(stage: Stage) -> Told:
    """Name and labels of every sample → value, as a scraper reads them."""
    async with aiohttp.ClientSession() as http, http.get(f"{stage.root}/metrics") as answer:
        assert answer.status == 200
        text = await answer.text()
    return {
        (sample.name.removeprefix("jianjian_"), frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(told: Told, name: str, **labels: str) -> float:
    return told[name, frozenset(labels.items())]


async def healthz(stage: Stage) -> tuple[int, set[str], dict[str, object]]:
    """(status, parts that need somebody, parts)."""
    async with aiohttp.ClientSession() as http, http.get(f"{stage.root}/healthz") as answer:
        body = await answer.json()
        assert body["ok"] is (answer.status == 200)
        return answer.status, set(body["trouble"]), body["parts"]


async def test_a_first_scrape_tells_every_state_with_nought(stage: Stage) -> None:
    told = await scrape(stage)
    for table, state in (
        ("inbox", "new"),
        ("inbox", "poison"),
        ("outbox", "due"),
        ("outbox", "sending"),
        ("outbox", "uncertain"),
        ("outbox", "failed"),
        ("files", "fetching"),
        ("reminders", "planned"),
    ):
        assert value(told, "rows", table=table, state=state) == 0, (table, state)
        assert value(told, "oldest_seconds", table=table, state=state) == 0
    assert value(told, "outbox_attempts") == 0
    assert value(told, "planner_lag_seconds") == 0
    assert value(told, "workers") == value(told, "acts") == 1
    assert value(told, "storage_readable") == value(told, "storage_writable") == 1
    assert value(told, "storage_seconds_count", act="look") >= 1
    assert value(told, "storage_seconds_count", act="write") >= 1
    for kind in KINDS:
        assert value(told, "platform_errors_total", channel="telegram", reason=kind) == 0
    assert not [key for key in told if key[0] == "trouble" and told[key]]


def waiting_event(stage: Stage, seconds: int) -> Callable[[Session], None]:
    """An event of an account that is not there any more: it waits for its return."""
    received = int(stage.clock.now().timestamp()) - seconds

    def unit(db: Session) -> None:
        db.run(
            "inbox.accept", channel="telegram", account="gone", event_id=str(received),
            lane=b"l" * 32, body=b"b", received_at=received, worker="",
        )  # fmt: skip

    return unit


async def test_a_waiting_event_is_told_with_its_age(stage: Stage) -> None:
    await stage.program.storage.transact(waiting_event(stage, 100))
    assert (await healthz(stage))[:2] == (200, set())
    later(stage, minutes=5)
    assert (await healthz(stage))[:2] == (200, {"inbox"})
    told = await scrape(stage)
    assert value(told, "rows", table="inbox", state="new") == 1
    assert 400 <= value(told, "oldest_seconds", table="inbox", state="new") <= 460
    assert value(told, "trouble", part="inbox") == 1


async def test_a_quarantined_event_is_told_without_its_content(stage: Stage) -> None:
    url, headers = stage.root + HOOK, {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession() as http:
        bad = b'{"update_id": 77, "message": 5}'
        async with http.post(url, data=bad, headers=headers) as answer:
            assert answer.status == 200

    async def aside() -> bool:
        told = await scrape(stage)
        return value(told, "rows", table="inbox", state="poison") == 1

    assert await eventually(aside)
    assert (await healthz(stage))[1] == {"inbox"}


FAILURES: list[tuple[Fault, str, str]] = [
    (blocked(method="sendMessage"), "gone", "failed"),
    (bad_request("text is too strange", method="sendMessage"), "rejected", "failed"),
    (broken(502, method="sendMessage", times=None), "not sent", ""),
    (flood(30, method="sendMessage"), "asked to wait", ""),
    (cut(method="sendMessage"), "resent once", ""),
]


@pytest.mark.parametrize(("fault", "kind", "state"), FAILURES, ids=[f[1] for f in FAILURES])
async def test_a_failed_send_is_counted_by_its_kind(
    api: BotApi, stage: Stage, fault: Fault, kind: str, state: str
) -> None:
    api.fail(fault)
    Citizen(api, 501).says("/help")

    async def counted() -> bool:
        told = await scrape(stage)
        found = value(told, "platform_errors_total", channel="telegram", reason=kind)
        kept = not state or value(told, "rows", table="outbox", state=state) == 1
        return found >= 1 and kept

    try:
        assert await eventually(counted)
        others = [k for k in KINDS if k != kind]
        told = await scrape(stage)
        for other in others:
            assert not value(told, "platform_errors_total", channel="telegram", reason=other)
    finally:
        fault.times = 0


async def test_a_reminder_whose_answer_was_lost_stands_as_uncertain(
    api: BotApi, stage: Stage
) -> None:
    await stage.bind("office")
    api.fail(cut(method="sendMessage"))
    await stage.program.storage.transact(waiting_event(stage, 400))
    assert await stage.program.ticker.act(alarms.watch)

    async def doubted() -> bool:
        told = await scrape(stage)
        return value(told, "rows", table="outbox", state="uncertain") == 1

    assert await eventually(doubted)
    later(stage, minutes=5)
    told = await scrape(stage)
    assert 300 <= value(told, "oldest_seconds", table="outbox", state="uncertain") < 400
    assert value(told, "platform_errors_total", channel="telegram", reason="no answer") == 1
    assert "outbox" in (await healthz(stage))[1]


async def test_messages_for_later_are_no_backlog_and_stubborn_ones_are(stage: Stage) -> None:
    vault, now = stage.program.vault, int(stage.clock.now().timestamp())

    def unit(db: Session) -> None:
        tomorrow = elsewhere(db, vault, now, "a", now + 86_400)
        assert tomorrow.id
        stubborn = elsewhere(db, vault, now, "b", now)
        for _ in range(12):
            outbox.lease(db, [stubborn.id])
            outbox.postpone(db, stubborn.id, not_before=now + 600, reason="not sent")
        attachments.expect(
            db, vault, id="f", key=b"k" * 32, owner="o", channel="telegram", account="gone",
            ref="r", name="n", mime="", kind="photo", size=None, at=now - 7200,
        )  # fmt: skip

    await stage.program.storage.transact(unit)
    told = await scrape(stage)
    assert value(told, "rows", table="outbox", state="later") == 2
    assert value(told, "rows", table="outbox", state="due") == 0
    assert value(told, "outbox_attempts") == 12
    assert value(told, "oldest_seconds", table="files", state="fetching") >= 7200
    assert (await healthz(stage))[1] == {"outbox", "files"}


def elsewhere(db: Session, vault: Vault, now: int, name: str, not_before: int) -> Parcel:
    """A message of an account that this program does not serve."""
    planned = Planned(
        dedupe=name, lane=b"z" * 32, channel="telegram", account="gone", chat="1",
        body={"k": "greeting.plain", "l": "zh_CN"}, priority=0, policy="hold",
        not_before=not_before,
    )  # fmt: skip
    parcel = outbox.plan(db, vault, planned, now)
    assert parcel is not None
    return parcel


async def test_a_planner_that_is_behind_is_told_with_its_lag(stage: Stage) -> None:
    later(stage, days=4)  # a Saturday: nobody is reminded
    await stage.program.ticker.act(_overdue)
    told = await scrape(stage)
    assert 4 * 86_400 <= value(told, "planner_lag_seconds") < 5 * 86_400
    assert (await healthz(stage))[1] == {"planner"}
    assert value(told, "trouble", part="planner") == 1


def _overdue(desk: Desk) -> list[Reply]:
    """A duty that the planner had to look at on a working day."""
    mission = mission_of(desk, "s1")
    for event in (DELIVERED, RECEIVED):
        record_event(desk, mission, event, desk.today)
    for duty in duties.of_stationing(desk.db, mission.id):
        duties.check_next(desk.db, duty.id, desk.at - 4 * 86_400)
    return []


async def test_a_store_that_is_away_leaves_nothing_stale_behind(stage: Stage) -> None:
    await stage.program.storage.transact(waiting_event(stage, 400))
    assert value(await scrape(stage), "rows", table="inbox", state="new") == 1
    await stage.program.storage.close()
    told = await scrape(stage)
    assert value(told, "storage_readable") == value(told, "storage_writable") == 0
    assert not [key for key in told if key[0] in ("rows", "oldest_seconds")]
    status, trouble, parts = await healthz(stage)
    assert (status, trouble) == (503, {"storage"})
    assert parts["storage"] == "StorageUnavailable"


async def test_labels_are_few_and_name_nobody(api: BotApi, stage: Stage) -> None:
    await file_report(Citizen(api, 700_501))
    told = await scrape(stage)
    assert {name for _, labels in told for name, _ in labels} <= LABELS
    assert len(told) < 250
    for _, labels in told:
        for name, words in labels:
            assert words in OUTCOMES.get(name, {words})
            assert len(words) <= 20
            assert name == "le" or not any(c.isdigit() for c in words)


def test_every_kind_that_a_failure_can_get_is_told_from_the_start() -> None:
    tree = ast.parse(inspect.getsource(judge))
    named = {
        keyword.value.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "reason" and isinstance(keyword.value, ast.Constant)
    }
    assert named == set(KINDS)
