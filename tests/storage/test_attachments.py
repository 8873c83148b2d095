"""Announced files: claimed under a lease, settled once, deleted with their keys."""

from pathlib import Path
from typing import Any

import pytest

from storage import attachments
from storage.base import Session, Storage
from storage.sealing import Vault
from storage.sqlite import SqliteStorage

OWNER = "draft:00ff"
NAME = "乡镇财政所的账页.jpg"


def announced(vault: Vault, id: str, at: int = 100, **changed: Any) -> Any:
    about = {
        "id": id,
        "key": id.encode().ljust(32, b"k"),
        "owner": OWNER,
        "channel": "telegram",
        "account": "bot",
        "ref": f"file-{id}",
        "name": NAME,
        "mime": "image/jpeg",
        "kind": "photo",
        "size": None,
        "at": at,
    }
    return lambda db: attachments.expect(db, vault, **{**about, **changed})


async def test_a_file_is_announced_once_and_adopted_by_the_report(
    storage: Storage, vault: Vault
) -> None:
    for id in ("a", "b", "a"):
        await storage.transact(announced(vault, id))
    await storage.transact(lambda db: attachments.adopt(db, ["a", "b"], "report:r1"))
    assert await storage.read(lambda db: attachments.of(db, vault, OWNER)) == []
    first, _ = await storage.read(lambda db: attachments.of(db, vault, "report:r1"))
    assert first == attachments.Attachment(
        id="a",
        name=NAME,
        mime="image/jpeg",
        kind="photo",
        size=None,
        state="fetching",
        blob="",
    )


async def test_files_of_one_second_stay_in_the_order_in_which_they_came(
    storage: Storage, vault: Vault
) -> None:
    came = ["m", "c", "z", "a"]
    for id in came:
        await storage.transact(announced(vault, id))
    await storage.transact(lambda db: attachments.adopt(db, sorted(came), "report:r1"))
    await storage.transact(announced(vault, "b", at=101, owner="report:r1"))
    found = await storage.read(lambda db: attachments.of(db, vault, "report:r1"))
    assert [file.id for file in found] == [*came, "b"]


async def test_a_claimed_file_comes_back_when_its_job_died(storage: Storage, vault: Vault) -> None:
    await storage.transact(announced(vault, "a", at=100))

    async def claim(now: int) -> list[attachments.Fetch]:
        return await storage.transact(lambda db: attachments.claim(db, vault, now))

    assert await claim(99) == []
    (fetch,) = await claim(100)
    assert (fetch.ref, fetch.name, fetch.attempt) == ("file-a", NAME, 1)
    assert await claim(100 + attachments.LEASE_SECONDS - 1) == []
    assert await storage.read(attachments.next_fetch) == 100 + attachments.LEASE_SECONDS
    (again,) = await claim(100 + attachments.LEASE_SECONDS)
    assert again.attempt == 2

    # the first job was only slow: what it brings now is no longer wanted
    def settle(fetch: attachments.Fetch) -> Any:
        return lambda db: attachments.stored(db, fetch, blob="f" * 64, size=7, mime="image/png")

    assert not await storage.transact(settle(fetch))
    assert await storage.transact(settle(again))
    assert not await storage.transact(settle(again))
    (row,) = await storage.read(lambda db: attachments.of(db, vault, OWNER))
    assert (row.state, row.blob, row.size, row.mime) == ("stored", "f" * 64, 7, "image/png")
    assert await storage.read(attachments.named_blobs) == ["f" * 64]


@pytest.mark.parametrize("state", ["failed", "refused"])
async def test_a_file_that_will_not_come_names_who_sent_it_once(
    storage: Storage, vault: Vault, state: str
) -> None:
    await storage.transact(announced(vault, "a"))
    (fetch,) = await storage.transact(lambda db: attachments.claim(db, vault, 100))
    await storage.transact(lambda db: attachments.adopt(db, ["a"], "report:r1"))

    def close(db: Session) -> attachments.Closed | None:
        return attachments.close(db, fetch, state=state, reason="type")

    assert await storage.transact(close) == attachments.Closed(
        id="a", owner="report:r1", origin=OWNER, state=state, reason="type"
    )
    assert await storage.transact(close) is None
    assert await storage.transact(lambda db: attachments.claim(db, vault, 10**9)) == []


async def test_a_deleted_file_takes_its_key_along(storage: Storage, vault: Vault) -> None:
    await storage.transact(announced(vault, "a"))
    (fetch,) = await storage.transact(lambda db: attachments.claim(db, vault, 100))
    await storage.transact(
        lambda db: attachments.stored(db, fetch, blob="f" * 64, size=7, mime="image/png")
    )
    assert await storage.read(lambda db: attachments.key(db, vault, "a")) is not None
    assert await storage.transact(lambda db: attachments.forget(db, OWNER)) == ["f" * 64]
    assert await storage.read(lambda db: attachments.key(db, vault, "a")) is None


async def test_nothing_readable_and_nothing_deleted_stays_on_the_disk(
    sqlite_storage: SqliteStorage, vault: Vault, tmp_path: Path
) -> None:
    await sqlite_storage.transact(announced(vault, "a", ref="the-platform-reference"))
    rows = await sqlite_storage.read(lambda db: db.all("attachments.of", owner=OWNER))
    wrapped = bytes(rows[0]["wrapped_key"])

    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())

    assert wrapped in on_disk()
    assert NAME.encode() not in on_disk()
    assert b"the-platform-reference" not in on_disk()
    await sqlite_storage.scrub()
    assert wrapped in on_disk()
    await sqlite_storage.transact(lambda db: attachments.forget(db, OWNER))
    assert await sqlite_storage.scrub()
    assert wrapped not in on_disk()
    assert bytes(rows[0]["details"]) not in on_disk()
