"""The storage contract, the same on both engines."""

import asyncio
from functools import partial
from typing import Any

import pytest

from storage import inbox
from storage.base import (
    BadText,
    CommitDenied,
    ConstraintBroken,
    Session,
    Storage,
    StorageError,
    StorageUnavailable,
)
from storage.inbox import Letter
from storage.sealing import Vault


def adding(id: str, n: int = 1) -> Any:
    return lambda db: db.one("try.add", id=id, n=n)


def ids(db: Session) -> list[Any]:
    return [row["id"] for row in db.all("try.list")]


async def test_what_a_unit_wrote_is_there_for_readers_once_it_returns(things: Storage) -> None:
    assert await things.transact(adding("a", 5)) == {"id": "a"}
    assert await things.read(lambda db: db.one("try.get", id="a")) == {"id": "a", "n": 5}
    assert await things.read(lambda db: db.one("try.get", id="b")) is None


async def test_a_unit_that_raises_leaves_nothing_and_its_error_is_raised(things: Storage) -> None:
    error = LookupError("no such unit")

    def unit(db: Session) -> None:
        db.run("try.insist", id="a", n=1)
        raise error

    with pytest.raises(LookupError) as raised:
        await things.transact(unit)
    assert raised.value is error
    assert await things.read(ids) == []


async def test_an_event_seen_before_gives_no_row_back(things: Storage) -> None:
    assert await things.transact(adding("a")) is not None
    assert await things.transact(adding("a")) is None


async def test_a_unit_that_swallows_a_storage_error_is_undone_all_the_same(
    things: Storage,
) -> None:
    await things.transact(adding("a"))

    def unit(db: Session) -> str:
        db.run("try.insist", id="b", n=1)
        try:
            db.run("try.insist", id="a", n=1)
        except StorageError:
            return "as if nothing had happened"
        return ""

    with pytest.raises(ConstraintBroken):
        await things.transact(unit)
    assert await things.read(ids) == ["a"]


async def test_an_error_never_shows_the_values(things: Storage) -> None:
    await things.transact(adding("secret-words"))
    with pytest.raises(ConstraintBroken) as doubled:
        await things.transact(lambda db: db.run("try.insist", id="secret-words", n=77231))
    with pytest.raises(ConstraintBroken) as checked:
        await things.transact(lambda db: db.run("try.insist", id="b", n=9876543210))
    for raised in (doubled, checked):
        assert "secret-words" not in str(raised.value)
        assert "9876543210" not in str(raised.value)
        assert raised.value.__cause__ is None


@pytest.mark.parametrize("word", ["begin", "commit", "rollback", "savepoint", "release"])
async def test_a_unit_cannot_steer_the_transaction(things: Storage, word: str) -> None:
    def unit(db: Session) -> None:
        db.run("try.insist", id="a", n=1)
        db.run(f"try.{word}")

    with pytest.raises(CommitDenied):
        await things.transact(unit)
    assert await things.read(ids) == []
    assert await things.transact(adding("b")) is not None


@pytest.mark.parametrize("text", ["a\0b", "\ud83d", "件\0", "件\udc00"])
async def test_a_text_that_only_one_engine_would_take_is_refused(
    things: Storage, text: str
) -> None:
    with pytest.raises(BadText) as raised:
        await things.transact(lambda db: db.run("try.insist", id=text, n=1))
    assert "\0" not in str(raised.value)
    with pytest.raises(BadText):
        await things.read(lambda db: db.one("try.get", id=text))
    assert await things.read(ids) == []


async def test_a_unit_that_fails_among_others_fails_alone(things: Storage) -> None:
    def unit(number: int) -> Any:
        def work(db: Session) -> int:
            db.run("try.insist", id=f"{number:02}", n=number)
            if number % 3 == 0:
                raise ValueError(number)
            return number

        return work

    results = await asyncio.gather(
        *(things.transact(unit(number)) for number in range(30)), return_exceptions=True
    )
    assert [r for r in results if isinstance(r, int)] == [n for n in range(30) if n % 3]
    assert all(isinstance(results[n], ValueError) for n in range(0, 30, 3))
    assert await things.read(ids) == [f"{n:02}" for n in range(30) if n % 3]


async def test_a_unit_whose_commit_fails_has_failed(things: Storage) -> None:
    with pytest.raises(StorageError):
        await things.transact(lambda db: db.run("try.part", thing="nobody", body=None, note=None))
    assert await things.read(lambda db: db.all("try.parts")) == []
    assert await things.transact(adding("b")) is not None


async def test_units_that_touch_the_same_row_all_count(things: Storage) -> None:
    await things.transact(adding("a", 0))
    await asyncio.gather(
        *(things.transact(lambda db: db.run("try.raise", id="a")) for _ in range(60))
    )
    assert await things.read(lambda db: db.one("try.get", id="a")) == {"id": "a", "n": 60}


async def test_a_cancelled_caller_leaves_a_whole_unit_or_none(things: Storage) -> None:
    def pair(number: int) -> Any:
        def unit(db: Session) -> None:
            db.run("try.insist", id=f"{number:02}a", n=1)
            db.run("try.insist", id=f"{number:02}b", n=1)

        return unit

    tasks = [asyncio.ensure_future(things.transact(pair(number))) for number in range(40)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await things.transact(adding("zz"))  # the store goes on
    found = await things.read(ids)
    assert {f"{number:02}{side}" for number in range(1, 40, 2) for side in "ab"} <= set(found)
    assert [id[:2] for id in found if id.endswith("a")] == [
        id[:2] for id in found if id.endswith("b")
    ]


async def test_closing_finishes_what_was_handed_in_and_takes_nothing_more(things: Storage) -> None:
    tasks = [asyncio.ensure_future(things.transact(adding(f"{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    await things.close()
    assert None not in await asyncio.gather(*tasks)
    with pytest.raises(StorageUnavailable):
        await things.transact(adding("late"))
    with pytest.raises(StorageUnavailable):
        await things.read(ids)


async def test_a_reader_cannot_write(things: Storage) -> None:
    with pytest.raises(StorageError):
        await things.read(adding("a"))
    assert await things.read(ids) == []


async def test_every_kind_of_value_comes_back_as_it_was(things: Storage) -> None:
    text = "群众反映：100 % :id ' \" \\ {id} 𠀀"

    def unit(db: Session) -> None:
        db.run("try.insist", id=text, n=8_999_999_999)
        db.run("try.part", thing=text, body=bytes(range(256)), note=None)
        db.run("try.insist", id="yes", n=True)

    await things.transact(unit)
    assert await things.read(lambda db: db.one("try.get", id=text)) == {
        "id": text,
        "n": 8_999_999_999,
    }
    assert await things.read(lambda db: db.one("try.get", id="yes")) == {"id": "yes", "n": 1}
    assert await things.read(lambda db: db.all("try.parts")) == [
        {"thing": text, "body": bytes(range(256)), "note": None}
    ]


@pytest.mark.parametrize("number", [0, -1, 255, 2**31, -(2**63), 2**63 - 1])
async def test_a_whole_number_of_64_bits_comes_back_as_it_was(
    things: Storage, number: int
) -> None:
    row = await things.read(lambda db: db.one("try.number", n=number))
    assert row == {"n": number, "is_null": None}


async def test_a_number_over_64_bits_is_refused(things: Storage) -> None:
    with pytest.raises(StorageError, match=r"try\.number: a number has over 64 bits"):
        await things.read(lambda db: db.one("try.number", n=2**63))


async def test_a_unit_that_is_over_has_no_statements_left(things: Storage) -> None:
    kept: list[Session] = []
    await things.transact(kept.append)
    with pytest.raises(StorageError, match="the unit is over"):
        kept[0].run("try.insist", id="a", n=1)
    assert await things.read(ids) == []


async def test_texts_are_ordered_by_their_code_points(things: Storage) -> None:
    words = ["Z", "a", "B", "中", "é", "10", "9", "件", "A b", "a-b"]

    def unit(db: Session) -> None:
        db.many("try.insist", [{"id": word, "n": 1} for word in words])

    await things.transact(unit)
    assert await things.read(ids) == sorted(words)


async def test_marks_inside_quotes_and_comments_are_left_alone(things: Storage) -> None:
    row = await things.read(lambda db: db.one("try.marked", id="x"))
    assert row == {"quoted": ":id", "share": "100 %", "id": "x"}


async def test_a_statement_that_is_not_there_is_named(things: Storage) -> None:
    with pytest.raises(StorageError, match=r"try\.nothing"):
        await things.read(lambda db: db.all("try.nothing"))


async def test_a_reader_sees_one_moment_while_others_write(things: Storage) -> None:
    await things.transact(adding("a"))

    def look(db: Session) -> tuple[list[Any], list[Any]]:
        before = ids(db)
        asyncio.run_coroutine_threadsafe(things.transact(adding("b")), loop).result(10)
        return before, ids(db)

    loop = asyncio.get_running_loop()
    before, after = await things.read(look)
    assert before == after == ["a"]
    assert await things.read(ids) == ["a", "b"]


async def test_a_written_row_can_be_told_from_one_that_was_known(
    storage: Storage, vault: Vault
) -> None:
    letter = Letter(
        id=0, channel="web", account="a", event_id="1", lane=b"x" * 32, body=b"", received_at=1
    )
    unit = partial(inbox.pass_through, letter=letter)
    assert [await storage.transact(unit) for _ in range(3)] == [True, False, False]
    assert not await storage.transact(partial(inbox.finish, letter_id=1))
