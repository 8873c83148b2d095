"""What a web session keeps: over reloads, restarts, deletions, its own end."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.channels.base import ChatGone, Rendered
from storage import mailbox
from storage.base import Session
from tests.channels.webchat_stage import Page, Stage, page, staged

ID = "client-0001"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as one:
        yield one


async def talked(one: Page) -> None:
    """Say one thing that is accepted."""
    await one.say(type="text", id=ID, text="第一句")
    await one.hear("accepted")


def texts(frames: list[dict[str, object]]) -> list[object]:
    """The words of the messages among frames."""
    return [frame["text"] for frame in frames if frame["type"] == "message"]


def chat_of(stage: Stage, one: Page) -> str:
    """The chat address of a page's session."""
    return stage.vault.index("token", one.token).hex()


async def test_a_reload_shows_everything_again_and_only_what_was_missed(stage: Stage) -> None:
    async with page(stage) as one:
        for n in range(3):
            await stage.channel.send(chat_of(stage, one), Rendered(text=f"第{n}条"))
    async with page(stage, one.token) as reloaded:
        frames = await reloaded.backlog()
        assert texts(frames) == ["第0条", "第1条", "第2条"]
        seen = [frame["seq"] for frame in frames]
    async with page(stage, one.token, last=seen[1]) as back:
        assert texts(await back.backlog()) == ["第2条"]


async def test_a_conversation_goes_on_after_a_restart_of_the_server(stage: Stage) -> None:
    async with page(stage) as one:
        await talked(one)
    before = stage.channel
    await stage.restart()
    assert stage.channel is not before
    async with page(stage, one.token) as back:
        assert not back.welcome["fresh"]
        assert texts(await back.backlog()) == ["已记下：第一句"]
        await back.say(type="text", id="client-0002", text="第二句")
        assert (await back.hear("message"))["text"] == "已记下：第二句"
    assert stage.talk.texts() == ["第一句", "第二句"]


async def test_a_message_sent_while_nobody_looks_waits_in_the_mailbox(stage: Stage) -> None:
    async with page(stage) as one:
        await one.backlog()
    marks = await stage.channel.send(chat_of(stage, one), Rendered(text="有答复了"))
    async with page(stage, one.token) as back:
        (message,) = [f for f in await back.backlog() if f["type"] == "message"]
    assert [message["id"]] == marks


async def test_every_open_page_of_a_session_shows_a_message_at_once(stage: Stage) -> None:
    async with page(stage) as one, page(stage, one.token) as other:
        await stage.channel.send(chat_of(stage, one), Rendered(text="两处都见"))
        assert (await one.hear("message"))["text"] == "两处都见"
        assert (await other.hear("message"))["text"] == "两处都见"


async def put(stage: Stage, one: Page, *words: str) -> None:
    """Messages of which no page is told."""
    chat, vault = chat_of(stage, one), stage.vault

    def unit(db: Session) -> None:
        for text in words:
            body = {"text": text, "buttons": [], "files": []}
            mailbox.put(db, vault, chat, body, files=(), at=1, parcel=text)

    await stage.storage.transact(unit)


async def test_a_message_is_never_shown_before_one_that_was_kept_before_it(stage: Stage) -> None:
    async with page(stage) as one:
        await one.backlog()
        await put(stage, one, "先")
        await stage.channel.send(chat_of(stage, one), Rendered(text="后"))
        assert [(await one.hear("message"))["text"] for _ in range(2)] == ["先", "后"]
        assert await one.everything() == []


async def test_more_than_a_line_holds_is_shown_over_several_lines_each_once(
    stage: Stage,
) -> None:
    async with page(stage) as one:
        await put(stage, one, *(f"第{n}条" for n in range(1, 1_201)))
    shown: list[int] = []
    while len(shown) < 1_200:
        begun = len(shown)
        async with page(stage, one.token, last=begun) as back:
            with suppress(ConnectionError):
                while not (frame := await back.hear()).get("caught_up"):
                    shown.append(frame["seq"])
        assert len(shown) > begun
    assert shown == list(range(1, 1_201))


async def test_a_deleted_message_is_gone_from_pages_and_from_disk(stage: Stage) -> None:
    async with page(stage) as one:
        chat = chat_of(stage, one)
        (mark,) = await stage.channel.send(chat, Rendered(text="查询口令"))
        await one.hear("message")
        await stage.channel.delete(chat, [mark, f"c:{ID}", "m999"])
        assert (await one.hear("delete"))["ids"] == [mark, f"c:{ID}", "m999"]
    async with page(stage, one.token) as back:
        frames = await back.backlog()
        assert texts(frames) == []
        assert {mark, f"c:{ID}"} <= set(frames[0]["ids"])
    assert await rows(stage, "mailbox.since", session=chat, seq=0) == 0


async def rows(stage: Stage, statement: str, **values: str | int) -> int:
    """How many rows a statement finds."""
    return await stage.storage.read(lambda db: len(db.all(statement, **values)))


async def test_forget_ends_the_session_on_the_server(stage: Stage) -> None:
    async with page(stage) as one:
        chat = chat_of(stage, one)
        await talked(one)
        await one.say(type="forget")
        assert (await one.hear("forgotten"))["type"] == "forgotten"
    with pytest.raises(ChatGone):
        await stage.channel.send(chat, Rendered(text="还在吗"))
    async with page(stage, one.token) as back:
        assert back.welcome["fresh"]
        assert back.token != one.token
        assert texts(await back.backlog()) == []


async def test_forget_by_post_works_for_a_page_that_is_being_left(stage: Stage) -> None:
    async with page(stage) as one:
        url = f"{stage.root}/chat/forget"
        headers = {"Authorization": f"Bearer {one.token}", "Origin": stage.root}
        async with one.http.post(url, headers=headers) as answer:
            assert answer.status == 200
        async with one.http.post(url, headers=headers) as answer:
            assert answer.status == 401
    async with page(stage, one.token) as back:
        assert back.welcome["fresh"]


@pytest.mark.parametrize("token", ["x", "A" * 43, "0" * 64])
async def test_a_wrong_token_gets_a_fresh_session_and_never_that_token(
    stage: Stage, token: str
) -> None:
    async with page(stage, token) as one:
        assert one.welcome["fresh"]
        assert one.token != token


@pytest.mark.parametrize(
    ("own", "days", "fresh"),
    [(False, 0.99, False), (False, 1.01, True), (True, 29.9, False), (True, 30.1, True)],
)
async def test_a_session_lasts_a_day_unused_and_thirty_on_ones_own_device(
    stage: Stage, own: bool, days: float, fresh: bool
) -> None:
    async with page(stage, own=own) as one:
        await talked(one)
    stage.clock.advance(days=days)
    await stage.channel.sweep()
    async with page(stage, one.token, own=own) as back:
        assert back.welcome["fresh"] is fresh
        assert texts(await back.backlog()) == ([] if fresh else ["已记下：第一句"])


async def test_an_open_page_keeps_its_session_alive(stage: Stage) -> None:
    async with page(stage) as one:
        stage.clock.advance(days=3)
        await stage.channel.sweep()
        await talked(one)
    async with page(stage, one.token) as back:
        assert not back.welcome["fresh"]


async def test_the_tick_for_ones_own_device_counts_from_when_it_is_set(stage: Stage) -> None:
    async with page(stage) as one:
        await one.say(type="settings", locale="en", own=True)
        await talked(one)
        assert stage.talk.events[-1].locale == "en"
    stage.clock.advance(days=20)
    await stage.channel.sweep()
    async with page(stage, one.token, own=True) as back:
        assert not back.welcome["fresh"]
