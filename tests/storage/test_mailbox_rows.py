"""The mailbox of the web chat on both engines."""

from functools import partial

from storage import mailbox
from storage.base import Session, Storage
from storage.mailbox import Idle
from storage.sealing import Vault

HOUR = 3600
AT = 1_772_415_000


def begin(db: Session, session: str, *, own: bool = False, at: int = AT) -> None:
    """A session."""
    mailbox.begin(db, session=session, own_device=own, locale="zh_CN", at=at)


async def put(storage: Storage, vault: Vault, session: str, text: str, *files: str) -> str:
    """A message; its mark, or "" if the session is no more."""
    letter = await storage.transact(
        lambda db: mailbox.put(
            db, vault, session, {"text": text}, files=files, at=AT, parcel=f"of {text}"
        )
    )
    return letter.mark if letter else ""


async def test_messages_are_numbered_within_their_session(storage: Storage, vault: Vault) -> None:
    for session in ("a", "b"):
        await storage.transact(partial(begin, session=session))
    assert [await put(storage, vault, "a", "一"), await put(storage, vault, "a", "二")] == [
        "m1",
        "m2",
    ]
    assert await put(storage, vault, "b", "别处") == "m1"
    assert await put(storage, vault, "nobody", "无人") == ""
    letters = await storage.read(lambda db: mailbox.since(db, vault, "a", 1))
    assert [(x.seq, x.body, x.at) for x in letters] == [(2, {"text": "二"}, AT)]


async def test_the_same_delivery_is_one_message_however_often_it_comes(
    storage: Storage, vault: Vault
) -> None:
    await storage.transact(partial(begin, session="a"))
    assert [await put(storage, vault, "a", "一") for _ in range(3)] == ["m1", "m1", "m1"]
    letters = await storage.read(lambda db: mailbox.since(db, vault, "a", 0))
    assert len(letters) == 1


async def test_a_sealed_message_opens_only_in_its_own_place(
    storage: Storage, vault: Vault
) -> None:
    await storage.transact(partial(begin, session="a"))
    await put(storage, vault, "a", "不可移动")
    (row,) = await storage.read(lambda db: db.all("mailbox.since", session="a", seq=0))
    assert "不可移动".encode() not in bytes(row["body"])


async def test_removing_says_what_went_and_leaves_a_mark(storage: Storage, vault: Vault) -> None:
    await storage.transact(partial(begin, session="a"))
    mark = await put(storage, vault, "a", "一", "f1", "f2")
    marks = [mark, "c:own", "m9", "mx"]
    for number, files in ((2, ["f1", "f2"]), (0, [])):
        removed = await storage.transact(lambda db: mailbox.remove(db, "a", marks))
        assert (removed.seq, list(removed.files)) == (number, files)
    assert await storage.read(lambda db: mailbox.gone(db, "a")) == ["c:own", "m1", "m9", "mx"]
    nobody = await storage.transact(lambda db: mailbox.remove(db, "nobody", [mark]))
    assert (nobody.seq, list(nobody.files)) == (0, [])


async def test_news_are_what_came_after_and_which_sessions_ended(
    storage: Storage, vault: Vault
) -> None:
    sessions = [f"s{n:02}" for n in range(40)]  # more than one statement takes
    for session in sessions:
        await storage.transact(partial(begin, session=session))
    for text in ("一", "二", "三"):
        await put(storage, vault, "s39", text)
    await storage.transact(lambda db: mailbox.remove(db, "s39", ["m2"]))
    await put(storage, vault, "s01", "一")
    await storage.transact(lambda db: mailbox.forget(db, "s20"))
    known = dict.fromkeys(sessions, 0) | {"s39": 1, "s01": 1}
    news = await storage.read(lambda db: mailbox.news(db, vault, known))
    assert news.ended == ["s20"]
    (told,) = news.past.items()
    assert told[0] == "s39"
    assert (told[1].top, [x.seq for x in told[1].letters], told[1].gone) == (4, [3], ["m2"])


async def test_sweeping_ends_only_what_is_over(storage: Storage, vault: Vault) -> None:
    ages = {
        "lent-old": (False, 25),
        "lent": (False, 23),
        "own": (True, 25),
        "own-old": (True, 999),
    }
    for session, (own, hours) in ages.items():
        await storage.transact(partial(begin, session=session, own=own, at=AT - hours * HOUR))
    await put(storage, vault, "lent-old", "一", "f1")
    idle = Idle(
        lent_before=AT - 24 * HOUR,
        own_before=AT - 720 * HOUR,
        fetched_before=AT - HOUR,
        unclaimed_before=AT - 24 * HOUR,
    )
    ended, files = await storage.transact(lambda db: mailbox.sweep(db, idle))
    assert (sorted(ended), files) == (["lent-old", "own-old"], ["f1"])
    assert await storage.transact(lambda db: mailbox.sweep(db, idle)) == ([], [])


async def test_uploads_are_counted_claimed_and_dropped(storage: Storage) -> None:
    def three(db: Session) -> None:
        begin(db, "a")
        for n in range(3):
            mailbox.add_upload(db, upload=f"u{n}", session="a", size=10, at=AT)

    await storage.transact(three)
    assert await storage.read(lambda db: mailbox.waiting_uploads(db, "a")) == (3, 30)
    claim = mailbox.claim_upload
    assert await storage.transact(lambda db: claim(db, "a", "u0")) == 10
    assert await storage.transact(lambda db: claim(db, "a", "u0")) == 10
    assert await storage.transact(lambda db: claim(db, "b", "u1")) is None
    assert await storage.read(lambda db: mailbox.waiting_uploads(db, "a")) == (2, 20)
    assert await storage.read(lambda db: mailbox.strays(db, ["u0", "u9"])) == ["u9"]
    assert await storage.transact(lambda db: mailbox.forget(db, "a")) == ["u1", "u2"]
    assert await storage.read(lambda db: mailbox.strays(db, ["u0", "u1"])) == ["u1"]
