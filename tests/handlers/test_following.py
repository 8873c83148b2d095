"""Following a mission: opt-in, opt-out, and nothing that ties a follower to a report."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from handlers import following
from storage import followers, public_texts
from storage.base import Session
from storage.public_texts import PublicText
from tests.acceptance.county import county
from tests.handlers.citizens import INTEGRITY, file_by_code, staff
from tests.handlers.public_house import clock
from tests.handlers.talk import Chat, World

REPORTS = (
    "report", "report_text", "report_identity", "report_pass", "push_link", "report_event",
    "filing_count", "question", "note", "attachment", "receipt_guess",
)  # fmt: skip


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with county(tmp_path) as made:
        clock(made, "2026-03-03")
        yield made


async def follow(chat: Chat, payload: str = "f_s1") -> list[str]:
    await chat.start(payload)
    return [shown.text for shown in await chat.press("关注")]


async def make_public(world: World, mission: str = "s1") -> None:
    """A text is public; how it comes to that is shown elsewhere."""
    at, vault = int(world.now.timestamp()), world.kit.vault
    new = PublicText(
        id=f"p{at}",
        stationing_id=mission,
        kind="rectification",
        dated=world.now.date(),
        text="整改已完成。",
        proposer="office",
        at=at,
    )

    def keep(db: Session) -> None:
        public_texts.add(db, vault, new)
        public_texts.move(db, vault, new, "public", actor="office2", at=at)

    await world.storage.transact(keep)


async def count(world: World, mission: str = "s1") -> int:
    return await world.storage.read(lambda db: followers.count(db, mission))


def rows(world: World, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{world.file}?mode=ro", uri=True)) as db:
        return list(db.execute(f'SELECT * FROM "{table}"'))


def columns(world: World, table: str) -> set[str]:
    with closing(sqlite3.connect(f"file:{world.file}?mode=ro", uri=True)) as db:
        return {row[1] for row in db.execute(f'PRAGMA table_info("{table}")')}


async def test_who_follows_hears_once_of_each_publication(world: World) -> None:
    chat = world.chat("citizen")
    assert "已关注青石镇党委" in (await follow(chat))[0]
    assert await world.tick(following.tell) == []
    await make_public(world)
    for _ in range(3):
        await world.tick(following.tell)
    told = [shown for shown in chat.heard if shown.key == "public.something_new"]
    assert len(told) == 1
    assert "/p/s1" in told[0].text
    assert "整改情况" in told[0].text


async def test_nothing_is_kept_before_the_person_agrees(world: World) -> None:
    chat = world.chat("citizen")
    await chat.start("f_s1")
    assert await count(world) == 0
    await chat.press("否")
    assert await count(world) == 0
    assert chat.last.key == "public.follow_not"


@pytest.mark.parametrize("word", ["取消关注", "/unfollow", "清除", "/erase"])
async def test_opting_out_deletes_the_row_at_once(world: World, word: str) -> None:
    chat = world.chat("citizen")
    await follow(chat)
    await follow(world.chat("other"))
    assert await count(world) == 2
    await chat.say(word)
    assert await count(world) == 1
    assert len(rows(world, "follower")) == 1
    await make_public(world)
    await world.tick(following.tell)
    assert [s for s in chat.heard if s.key == "public.something_new"] == []


async def test_the_word_and_the_link_lead_to_the_same_promise(world: World) -> None:
    first, second = world.chat("first"), world.chat("second")
    await first.say("关注")
    by_word = await first.press("青石镇党委")
    by_link = await second.start("f_s1")
    assert by_word[-1].text == by_link[-1].text
    assert "不与任何反映相联系" in by_link[-1].text
    assert (await world.chat("third").start("f_nowhere"))[-1].key == "public.follow_unknown"


async def test_following_twice_keeps_one_row_and_says_the_same(world: World) -> None:
    chat = world.chat("citizen")
    first, second = await follow(chat), await follow(chat)
    assert first == second
    assert await count(world) == 1


async def test_a_bound_chat_does_not_follow(world: World) -> None:
    shown = await staff(world, "member").say("/follow")
    assert shown[-1].key == "public.follow_staff"


async def test_whoever_reported_and_whoever_did_not_read_identical_words(world: World) -> None:
    reporter, bystander = world.chat("reporter"), world.chat("bystander")
    await file_by_code(reporter, category=INTEGRITY)
    await reporter.press("跳过")
    await reporter.press("不用提醒")
    start = len(reporter.heard)
    for chat in (reporter, bystander):
        await follow(chat)
    await make_public(world)
    await world.tick(following.tell)
    for chat in (reporter, bystander):
        await chat.say("取消关注")
    mine = [s.text for s in reporter.heard[start:]]
    assert mine == [s.text for s in bystander.heard]
    assert len(mine) == 4


async def test_no_column_of_a_follower_meets_any_column_of_a_report(world: World) -> None:
    """The dump of the database: nothing of a follower stands in any other table."""
    reporter = world.chat("reporter")
    await file_by_code(reporter, category=INTEGRITY)
    await reporter.press("跳过")
    await reporter.press("有消息时提醒我")
    await follow(reporter)
    (mine,) = rows(world, "follower")
    place, scope, own, address = mine
    assert rows(world, "push_link")
    for table in REPORTS:
        held = {value for row in rows(world, table) for value in row}
        assert held.isdisjoint({place, scope, own, address}), table
    with closing(sqlite3.connect(f"file:{world.file}?mode=ro", uri=True)) as db:
        names = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in set(names) - {"follower", "scope_key"}:
        held = {value for row in rows(world, table) for value in row}
        assert own not in held, table
        assert address not in held, table
        assert scope not in held, table
    shared = columns(world, "follower") & columns(world, "report")
    assert shared == set()


async def test_neither_moment_nor_order_of_following_is_kept(world: World) -> None:
    for n in range(12):
        world.pass_time(minutes=7)
        await follow(world.chat(f"c{n}"))
    assert columns(world, "follower") == {"place", "scope", "chat", "address"}
    at = int(world.now.timestamp())
    numbers = [v for row in rows(world, "follower") for v in row if isinstance(v, int)]
    assert all(abs(n - at) > 86_400 for n in numbers)
    keys = [row for row in rows(world, "scope_key") if str(row[0]).startswith("follow:")]
    assert [int(str(row[2])) % 86_400 for row in keys] == [0]
    with closing(sqlite3.connect(f"file:{world.file}?mode=ro", uri=True)) as db:
        audited = db.execute("SELECT COUNT(*) FROM audit WHERE action LIKE '%follow%'")
        assert audited.fetchone() == (0,)


async def test_the_messages_to_followers_carry_nothing_that_names_the_publication(
    world: World,
) -> None:
    for n in range(3):
        await follow(world.chat(f"c{n}"))
    await make_public(world)
    told = await world.tick(following.tell)
    assert len(told) == 3
    with closing(sqlite3.connect(f"file:{world.file}?mode=ro", uri=True)) as db:
        found = db.execute("SELECT dedupe, topic FROM outbox ORDER BY id DESC LIMIT 3").fetchall()
    assert {topic for _, topic in found} == {""}
    assert all(len(name) == 26 and name.isalnum() for name, _ in found)


async def test_when_a_mission_is_wholly_over_its_key_goes_and_everybody_with_it(
    world: World,
) -> None:
    await follow(world.chat("citizen"))
    await world.storage.transact(partial(followers.forget_all, stationing_id="s1"))
    assert rows(world, "follower") == []
    assert await count(world) == 0


async def test_staff_see_a_rounded_number_alone(world: World) -> None:
    office = staff(world, "office")
    assert "关注不足10人" in (await office.say("/publish"))[-1].text
    for n in range(11):
        await follow(world.chat(f"c{n}"))
    text = (await office.say("/publish"))[-1].text
    assert "关注10人以上" in text
    assert "11" not in text


async def test_followers_are_not_disturbed_at_night(world: World) -> None:
    await follow(world.chat("citizen"))
    await make_public(world)
    clock(world, "2026-03-03", "22:00")
    assert await world.tick(following.tell) == []
    clock(world, "2026-03-04")
    assert [s.key for s in await world.tick(following.tell)] == ["public.something_new"]
