"""Files of the web chat: up, kept sealed, fetched, down, and gone again."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Rejected, Rendered
from handlers.messages import FileRef, Kind
from tests.channels.webchat_stage import Page, Stage, document, page, staged

ID = "client-0001"
CONTENT = "这是一份材料\n".encode() * 20_000


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path, file_bytes_max=400_000) as one:
        yield one


async def sent_up(stage: Stage, one: Page, content: bytes, **headers: str) -> tuple[int, Any]:
    """Post a file; returns status and answer."""
    told = {"Authorization": f"Bearer {one.token}", "Origin": stage.root, **headers}
    async with one.http.post(f"{stage.root}/chat/file", data=content, headers=told) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await answer.json() if is_json else None


def spooled(stage: Stage) -> list[Path]:
    """What lies in the spool folder."""
    return sorted(stage.settings.folder.iterdir())


async def test_a_file_goes_up_and_arrives_whole_with_its_chinese_name(stage: Stage) -> None:
    async with page(stage) as one:
        status, answer = await sent_up(stage, one, CONTENT)
        assert (status, answer["size"]) == (200, len(CONTENT))
        name = "合同（扫描件）·第一页.pdf"
        upload = answer["upload"]
        await one.say(type="file", id=ID, upload=upload, name=name, mime="application/pdf")
        await one.hear("accepted")
    event = stage.talk.events[-1]
    assert event.kind is Kind.FILE
    assert event.files == (
        FileRef(ref=upload, kind="document", name=name, mime="application/pdf", size=len(CONTENT)),
    )
    assert stage.talk.files[name] == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/jpeg", "photo"),
        ("audio/ogg", "audio"),
        ("video/mp4", "video"),
        ("application/pdf", "document"),
        ("", "document"),
    ],
)
async def test_the_kind_of_a_file_follows_what_the_browser_says(
    stage: Stage, mime: str, kind: str
) -> None:
    async with page(stage) as one:
        _, answer = await sent_up(stage, one, b"x")
        await one.say(type="file", id=ID, upload=answer["upload"], name="一", mime=mime)
        await one.hear("accepted")
    assert stage.talk.events[-1].files[0].kind == kind


async def test_a_file_lies_sealed_and_without_its_name_in_a_private_folder(stage: Stage) -> None:
    async with page(stage) as one:
        await sent_up(stage, one, CONTENT)
    (path,) = spooled(stage)
    assert CONTENT[:30] not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("told", [True, False])
async def test_a_file_over_the_limit_is_refused_and_leaves_nothing(
    stage: Stage, told: bool
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"x" * 50_000

    async with page(stage) as one:
        content: Any = b"x" * 400_001 if told else pieces()
        status, answer = await sent_up(stage, one, content)
        assert (status, answer) == (413, {"key": "web.file_too_large"})
    assert spooled(stage) == []


async def test_uploads_need_a_session_and_our_own_origin(stage: Stage) -> None:
    async with page(stage) as one:
        assert (await sent_up(stage, one, b"x", Authorization="Bearer wrong"))[0] == 401
        assert (await sent_up(stage, one, b"x", Authorization=""))[0] == 401
        assert (await sent_up(stage, one, b"x", Origin="https://elsewhere.example"))[0] == 403
    assert spooled(stage) == []


async def test_an_open_page_may_send_files_however_long_it_has_been_open(stage: Stage) -> None:
    async with page(stage) as one:
        await one.backlog()
        stage.clock.advance(days=5)
        assert (await sent_up(stage, one, b"x"))[0] == 200


async def test_a_session_cannot_use_the_upload_of_another(stage: Stage) -> None:
    async with page(stage) as one, page(stage) as other:
        _, answer = await sent_up(stage, one, b"x")
        await other.say(type="file", id=ID, upload=answer["upload"])
        assert (await other.hear("error"))["key"] == "web.upload_gone"
    assert stage.talk.events == []


async def test_too_many_uploads_that_nobody_speaks_of_are_refused(tmp_path: Path) -> None:
    async with staged(tmp_path, waiting_files_max=2) as stage, page(stage) as one:
        for _ in range(2):
            assert (await sent_up(stage, one, b"x"))[0] == 200
        assert await sent_up(stage, one, b"x") == (429, {"key": "web.too_many_files"})


async def test_a_fetched_file_stays_for_a_retry_and_goes_afterwards(stage: Stage) -> None:
    async with page(stage) as one:
        _, answer = await sent_up(stage, one, CONTENT)
        await one.say(type="file", id=ID, upload=answer["upload"], name="一")
        await one.hear("accepted")
        again = [piece async for piece in stage.channel.fetch(FileRef(ref=answer["upload"]))]
        assert b"".join(again) == CONTENT
        stage.clock.advance(hours=2)
        await stage.channel.sweep()
    assert spooled(stage) == []
    with pytest.raises(Rejected):
        async for _ in stage.channel.fetch(FileRef(ref=answer["upload"])):
            pass


async def test_an_accepted_file_outlives_its_session_until_it_is_fetched(stage: Stage) -> None:
    stage.talk.answers = (Rendered(text="好"),)
    async with page(stage) as one:
        _, kept = await sent_up(stage, one, CONTENT)
        _, loose = await sent_up(stage, one, b"loose")
        session = stage.vault.index("token", one.token).hex()
        await stage.storage.transact(
            lambda db: db.run("mailbox.upload_claim", id=kept["upload"], session=session)
        )
        await one.say(type="forget")
        await one.hear("forgotten")
    stage.clock.advance(days=40)
    await stage.channel.sweep()
    assert [path.name for path in spooled(stage)] == [kept["upload"]]
    assert loose["upload"] != kept["upload"]


async def test_a_crash_in_the_middle_of_an_upload_leaves_nothing_after_the_start(
    stage: Stage,
) -> None:
    stray = "a" * 32
    (stage.settings.folder / f"{stray}.part").write_bytes(b"half")
    (stage.settings.folder / stray).write_bytes(b"no row")
    await stage.restart()
    async with page(stage):
        await stage.channel.sweep()
    assert spooled(stage) == []


async def test_a_damaged_file_is_refused_rather_than_shortened(stage: Stage) -> None:
    async with page(stage) as one:
        _, answer = await sent_up(stage, one, CONTENT)
    path = stage.settings.folder / answer["upload"]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Rejected):
        async for _ in stage.channel.fetch(FileRef(ref=answer["upload"])):
            pass


async def test_a_document_comes_down_only_to_its_own_session(stage: Stage, tmp_path: Path) -> None:
    async with page(stage) as one, page(stage) as other:
        chat = stage.vault.index("token", one.token).hex()
        sent = document(tmp_path, "回执.pdf", b"%PDF" * 50_000)
        await stage.channel.send(chat, Rendered(text="请保存", documents=[sent]))
        (file,) = (await one.hear("message"))["files"]
        assert (file["name"], file["size"]) == ("回执.pdf", 200_000)
        url = f"{stage.root}/chat/file/{file['id']}"
        async with one.http.get(url, headers={"Authorization": f"Bearer {one.token}"}) as answer:
            assert answer.status == 200
            assert await answer.read() == b"%PDF" * 50_000
            assert answer.headers["Content-Type"] == "application/octet-stream"
        for token in (other.token, "nobody"):
            headers = {"Authorization": f"Bearer {token}"}
            async with one.http.get(url, headers=headers) as answer:
                assert answer.status in (401, 404)


async def test_the_file_of_a_deleted_message_is_deleted_with_it(
    stage: Stage, tmp_path: Path
) -> None:
    async with page(stage) as one:
        chat = stage.vault.index("token", one.token).hex()
        sent = document(tmp_path, "回执.pdf", b"%PDF")
        marks = await stage.channel.send(chat, Rendered(text="请保存", documents=[sent]))
        assert len(spooled(stage)) == 1
        await stage.channel.delete(chat, marks)
    assert spooled(stage) == []
