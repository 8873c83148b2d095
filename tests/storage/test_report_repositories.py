"""Reports and what hangs on them, on both engines: sealed, versioned, compare-and-set."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from storage import (
    identities,
    notes,
    push_links,
    questions,
    receipts,
    report_texts,
    reports,
    scopes,
)
from storage.base import Session, Storage
from storage.identities import Identity
from storage.reports import Report
from storage.sealing import Vault

T = TypeVar("T")
Do = Callable[..., Any]
CODE, PHRASE = "HH55XW2AAR", "a" * 26
KEY = bytes(range(32))


@pytest.fixture
def do(storage: Storage) -> Do:
    """Run a repository function in a unit of its own: `await do(fn, args…)`."""

    async def run(fn: Callable[..., T], *args: Any, **more: Any) -> T:
        return await storage.transact(lambda db: fn(db, *args, **more))

    return run


async def filed(
    do: Do, vault: Vault, report_id: str = "r1", code: str = CODE, **more: Any
) -> Report:
    values: dict[str, Any] = {
        "stationing_id": "s1",
        "queue": "team",
        "queued_at": 10,
        "received_at": 10,
        **more,
    }
    report: Report = await do(reports.insert, vault, Report(id=report_id, **values), code, KEY)
    return report


async def test_a_report_comes_back_as_it_was_filed(do: Do, vault: Vault) -> None:
    report = await filed(do, vault, marks=("mass",), reasons=("unit.one_mission",), urgent=True)
    assert await do(reports.get, "r1") == report
    assert await do(reports.by_code, vault, CODE) == report
    assert await do(reports.code, vault, "r1") == CODE
    assert await do(reports.by_code, vault, "HH55XW2AAA") is None
    assert await do(reports.get, "nobody") is None


async def test_a_receipt_number_is_given_once(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    with pytest.raises(Exception, match=r".*"):
        await filed(do, vault, "r2")
    assert await do(reports.get, "r2") is None


async def test_of_two_claims_on_one_version_one_wins(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    assert await do(reports.change, "r1", 1, holder="p1", claimed_at=20)
    assert not await do(reports.change, "r1", 1, holder="p2", claimed_at=20)
    now = await do(reports.get, "r1")
    assert (now.holder, now.version) == ("p1", 2)


@pytest.mark.parametrize("field", ["id", "received_at", "named", "nonsense"])
async def test_what_may_not_change_is_refused(do: Do, vault: Vault, field: str) -> None:
    await filed(do, vault)
    with pytest.raises(TypeError, match=field):
        await do(reports.change, "r1", 1, **{field: 1})


async def test_a_queue_is_urgent_first_then_oldest_and_without_the_ended(
    do: Do, vault: Vault
) -> None:
    await filed(do, vault, "r1", "A" * 10, queued_at=30)
    await filed(do, vault, "r2", "C" * 10, queued_at=20)
    await filed(do, vault, "r3", "E" * 10, queued_at=40, urgent=True)
    await filed(do, vault, "r4", "F" * 10, queued_at=5, state="finished")
    await filed(do, vault, "r5", "H" * 10, queued_at=5, stationing_id="s2")
    await filed(do, vault, "r6", "J" * 10, queued_at=5, queue="office")
    team = await do(reports.in_queue, queues=["team"], stationing_ids=["s1"])
    assert [r.id for r in team] == ["r3", "r2", "r1"]
    everybody = await do(reports.in_queue, queues=["team", "office"])
    assert [r.id for r in everybody] == ["r3", "r5", "r6", "r2", "r1"]
    assert await do(reports.in_queue, queues=["team"], stationing_ids=[]) == []


async def test_the_recused_see_no_row(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    await do(reports.recuse, "r1", "p1", 1, doubt=True)
    seen = {"queues": ["team"], "stationing_ids": ["s1"]}
    assert await do(reports.in_queue, person_id="p1", **seen) == []
    assert len(await do(reports.in_queue, person_id="p2", **seen)) == 1


async def test_certainty_replaces_doubt_and_never_the_other_way(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    for doubt, kept in ((True, True), (False, False), (True, False)):
        await do(reports.recuse, "r1", "p1", 1, doubt=doubt)
        assert await do(reports.recused, "r1") == {"p1": kept}
    await do(reports.lift_recusal, "r1", "p1")
    assert await do(reports.recused, "r1") == {}


async def test_due_unclaimed_held_and_merged_are_found(do: Do, vault: Vault) -> None:
    await filed(do, vault, next_on="2026-03-05")
    await filed(do, vault, "r2", "C" * 10, holder="p1", merged_into="r1")
    assert [r.id for r in await do(reports.due, "2026-03-05")] == ["r1"]
    assert await do(reports.due, "2026-03-04") == []
    assert [r.id for r in await do(reports.unclaimed, "team", 10)] == ["r1"]
    assert await do(reports.unclaimed, "team", 9) == []
    assert [r.id for r in await do(reports.held_by, "p1")] == ["r2"]
    assert [r.id for r in await do(reports.merged, "r1")] == ["r2"]
    assert [r.id for r in await do(reports.of_stationing, "s1")] == ["r1", "r2"]


async def test_texts_are_versions_that_come_in_order(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    first = [("account", "一"), ("names", "二")]
    await do(report_texts.add_all, vault, "r1", first, 10)
    assert await do(report_texts.add, vault, "r1", "supplement", "三", 20, "p1") == 3
    parts = await do(report_texts.of, vault, "r1")
    assert [(p.version, p.field, p.text, p.author) for p in parts] == [
        (1, "account", "一", "citizen"),
        (2, "names", "二", "citizen"),
        (3, "supplement", "三", "p1"),
    ]


async def test_a_shredded_report_can_never_be_read_again(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    await do(report_texts.add, vault, "r1", "account", "一", 10)
    await do(receipts.keep_phrase, vault, "r1", PHRASE, 10)
    await do(reports.shred, "r1")
    assert await do(report_texts.of, vault, "r1") == []
    assert await do(reports.code, vault, "r1") == ""
    assert await do(receipts.find, vault, CODE, PHRASE) is None
    with pytest.raises(report_texts.Shredded):
        await do(report_texts.add, vault, "r1", "supplement", "二", 20)


async def test_a_receipt_opens_with_its_own_phrase_only(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    await filed(do, vault, "r2", "C" * 10)
    await do(receipts.keep_phrase, vault, "r1", PHRASE, 10)
    await do(receipts.keep_phrase, vault, "r2", "b" * 26, 10)
    assert (await do(receipts.find, vault, CODE, PHRASE)).id == "r1"
    assert await do(receipts.find, vault, CODE, "b" * 26) is None
    assert await do(receipts.find, vault, "E" * 10, PHRASE) is None


async def test_wrong_receipts_count_for_an_hour_and_for_one_chat(do: Do) -> None:
    for n in range(3):
        await do(receipts.missed, f"g{n}", b"lane", 1000 + n)
    assert await do(receipts.misses, b"lane", 1002) == 3
    assert await do(receipts.misses, b"other", 1002) == 0
    assert await do(receipts.misses, b"lane", 1001 + 3600) == 1


async def test_an_identity_lies_under_a_key_of_its_own(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    who = Identity(real_name="周晓", contact="138", may_contact=False)
    await do(identities.keep, vault, "r1", who, KEY, 10)
    assert await do(identities.unseal, vault, "r1") == who
    await do(reports.shred, "r1")
    assert await do(identities.unseal, vault, "r1") == who
    await do(identities.drop, "r1")
    assert await do(identities.unseal, vault, "r1") is None


async def test_a_free_question_waits_for_its_release(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    ask: dict[str, Any] = {"report_id": "r1", "asked_by": "p1", "at": 1}
    await do(questions.ask, vault, id="q1", kind="free", text="哪个村？", **ask)
    await do(questions.ask, vault, id="q2", kind="fact", text_key="team.fact_when", **ask)
    assert [q.id for q in await do(questions.pending, vault, "r1")] == ["q2"]
    assert [q.id for q in await do(questions.unreleased, vault)] == ["q1"]
    assert await do(questions.release, "q1", "leader", 2)
    assert not await do(questions.release, "q1", "leader", 3)
    question = (await do(questions.pending, vault, "r1"))[0]
    assert (question.id, question.text) == ("q1", "哪个村？")
    assert await do(questions.answer, vault, question, "上河村", 3)
    again = await do(questions.get, vault, "q1")
    assert not await do(questions.answer, vault, again, "下河村", 4)
    assert not await do(questions.drop, "q1", 5)
    assert [p.text for p in await do(report_texts.of, vault, "r1")] == ["上河村"]


async def test_notes_and_history_are_kept_in_order(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    await do(notes.add, vault, id="n1", report_id="r1", text="先看发票", author="p1", at=1)
    assert [(n.text, n.author) for n in await do(notes.of, vault, "r1")] == [("先看发票", "p1")]
    await do(reports.record, "r1", 5, "citizen", "filed", {"queue": "team"})
    await do(reports.record, "r1", 5, "p1", "claimed")
    assert [(e.what, dict(e.facts)) for e in await do(reports.history, "r1")] == [
        ("filed", {"queue": "team"}),
        ("claimed", {}),
    ]


async def test_a_chat_cannot_be_linked_across_missions(do: Do, vault: Vault) -> None:
    one = await do(scopes.index, vault, "stationing:s1", "chat", KEY, 1)
    two = await do(scopes.index, vault, "stationing:s2", "chat", bytes(32), 1)
    assert one != two
    assert await do(scopes.index, vault, "stationing:s1", "chat", bytes(32), 2) == one
    assert dict(await do(scopes.every_index, vault, "chat")) == {
        "stationing:s1": one,
        "stationing:s2": two,
    }


async def test_notices_stop_for_the_chat_that_asks_and_with_the_scope(
    do: Do, vault: Vault
) -> None:
    place, other = ("web", "web", "c1"), ("web", "web", "c2")
    for n, (chat, code) in enumerate(((place, CODE), (other, "C" * 10))):
        await filed(do, vault, f"r{n}", code)
        await do(push_links.keep, vault, f"r{n}", "stationing:s1", chat, KEY, 1)
    assert await do(push_links.address, vault, "r0") == place
    await do(push_links.cut, vault, place)
    assert await do(push_links.address, vault, "r0") is None
    assert await do(push_links.address, vault, "r1") == other
    await do(scopes.destroy, "stationing:s1")
    assert await do(push_links.address, vault, "r1") is None


async def test_filings_are_counted_by_day_and_scope(do: Do, vault: Vault) -> None:
    lane = await do(scopes.index, vault, "stationing:s1", "chat", KEY, 1)
    for n in (1, 2):
        assert await do(scopes.count_filing, "stationing:s1", lane, "2026-03-02") == n
    assert await do(scopes.filings, "stationing:s1", lane, "2026-03-02") == 2
    assert await do(scopes.count_filing, "stationing:s1", lane, "2026-03-03") == 1
    assert await do(scopes.filings, "stationing:s1", lane, "2026-03-02") == 0


async def test_words_and_addresses_are_nowhere_in_the_rows(do: Do, vault: Vault) -> None:
    await filed(do, vault)
    await do(report_texts.add, vault, "r1", "account", "水渠石料", 10)
    await do(identities.keep, vault, "r1", Identity(real_name="周晓"), KEY, 10)
    await do(push_links.keep, vault, "r1", "stationing:s1", ("web", "web", "chat-77"), KEY, 1)

    def rows(db: Session) -> list[Any]:
        found = [
            db.one("reports.get", id="r1"),
            *db.all("report_texts.of", report_id="r1"),
            db.one("identities.of", report_id="r1"),
            db.one("push_links.of", report_id="r1"),
        ]
        return [
            bytes(v) if isinstance(v, memoryview) else v
            for r in found
            for v in dict(r or {}).values()
        ]

    for value in await do(rows):
        raw = value if isinstance(value, bytes) else str(value).encode()
        for secret in ("水渠", "石料", "周晓", "chat-77", CODE):
            assert secret.encode() not in raw
