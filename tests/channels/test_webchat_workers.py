"""Pages at one process, messages from another: each once, in order, and gone when deleted."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.base import Rendered
from bot.channels.webchat.channel import STRAY_AGE
from storage import mailbox
from storage.mailbox import Letter
from tests.channels.webchat_pair import Half, paired
from tests.channels.webchat_stage import Page, page

pytestmark = pytest.mark.postgres
Pair = tuple[Half, Half]


@pytest.fixture
async def pair(tmp_path: Path, pg_url: str) -> AsyncIterator[Pair]:
    async with paired(tmp_path, pg_url) as both:
        yield both


async def test_what_another_process_sends_reaches_an_open_page_by_itself(pair: Pair) -> None:
    here, there = pair
    async with page(here) as one:
        chat = here.chat(one.token)
        for n in range(5):
            await there.channel.send(chat, Rendered(text=f"第{n}条"))
        heard = [await one.hear("message") for _ in range(5)]
        assert [frame["text"] for frame in heard] == [f"第{n}条" for n in range(5)]
        await here.channel.send(chat, Rendered(text="此处"))
        assert (await one.hear("message"))["seq"] == 6
        assert await one.everything() == []


async def test_what_was_kept_by_a_process_that_died_before_it_told_anybody_is_shown(
    pair: Pair,
) -> None:
    here, _ = pair
    async with page(here) as one:
        assert await put(here, one.token, "提交之后就死了") is not None
        assert (await one.hear("message"))["text"] == "提交之后就死了"


async def put(half: Half, token: str, text: str) -> Letter | None:
    """A message of which no channel is told."""
    body = {"text": text, "buttons": [], "files": []}
    return await half.storage.transact(
        lambda db: mailbox.put(
            db, half.vault, half.chat(token), body, files=(), at=half_at(half), parcel=text
        )
    )


def half_at(half: Half) -> int:
    """Its clock in epoch seconds."""
    return int(half.clock.now().timestamp())


async def test_two_tabs_at_two_processes_show_the_same(pair: Pair) -> None:
    here, there = pair
    async with page(here) as one, page(there, one.token) as two:
        chat = here.chat(one.token)
        await asyncio.gather(
            *(pair[n % 2].channel.send(chat, Rendered(text=f"第{n}条")) for n in range(12))
        )
        told = [[(await tab.hear("message"))["seq"] for _ in range(12)] for tab in (one, two)]
    assert told == [list(range(1, 13))] * 2


async def test_what_another_process_deletes_goes_from_an_open_page(pair: Pair) -> None:
    here, there = pair
    async with page(here) as one:
        chat = here.chat(one.token)
        (mark,) = await here.channel.send(chat, Rendered(text="查询口令"))
        await one.hear("message")
        await there.channel.delete(chat, [mark, "c:client-0001"])
        assert sorted((await one.hear("delete"))["ids"]) == ["c:client-0001", mark]
        await there.channel.send(chat, Rendered(text="已清除"))
        assert (await one.hear("message"))["text"] == "已清除"
        assert await one.everything() == [], "a deletion is told once"


async def test_a_page_is_closed_when_its_session_was_forgotten_at_another_process(
    pair: Pair,
) -> None:
    here, there = pair
    async with page(here) as one, page(here) as stranger:
        headers = {"Authorization": f"Bearer {one.token}", "Origin": there.root}
        async with one.http.post(f"{there.root}/chat/forget", headers=headers) as answer:
            assert answer.status == 200
        assert (await one.hear("forgotten"))["type"] == "forgotten"
        with pytest.raises(ConnectionError):
            await one.hear()
        await there.channel.send(here.chat(stranger.token), Rendered(text="还在"))
        assert (await stranger.hear("message"))["text"] == "还在"


async def test_a_file_that_went_up_at_one_process_is_taken_and_fetched_at_another(
    pair: Pair,
) -> None:
    here, there = pair
    async with page(here) as one:
        headers = {"Authorization": f"Bearer {one.token}", "Origin": there.root}
        url = f"{there.root}/chat/file"
        async with one.http.post(url, data=b"material", headers=headers) as answer:
            upload = (await answer.json())["upload"]
        await one.say(type="file", id="client-0001", upload=upload, name="一.pdf")
        assert (await one.hear("accepted"))["id"] == "client-0001"


async def test_a_process_that_starts_leaves_alone_what_another_is_writing(
    pair: Pair, pg_url: str, tmp_path: Path
) -> None:
    here, _ = pair
    young = [here.folder / name for name in ("a" * 32, "b" * 32 + ".part")]
    old = [here.folder / name for name in ("c" * 32, "d" * 32 + ".part")]
    for path in young + old:
        path.write_bytes(b"sealed")
        written = half_at(here) - (STRAY_AGE + 60 if path in old else 60)
        os.utime(path, (written, written))
    await here.channel.tidy()
    assert sorted(here.folder.iterdir()) == sorted(young)
    async with paired(tmp_path, pg_url):
        assert sorted(here.folder.iterdir()) == sorted(young)


# ---- whatever the order

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 1)),
        st.tuples(st.just("both"), st.just(0)),
        st.tuples(st.just("unsaid"), st.integers(0, 1)),
        st.tuples(st.just("delete"), st.integers(0, 1)),
        st.tuples(st.just("come"), st.integers(0, 1)),
        st.tuples(st.just("leave"), st.integers(0, 1)),
        st.tuples(st.just("break"), st.integers(0, 1)),
        st.tuples(st.just("look"), st.integers(0, 1)),
    ),
    max_size=25,
)


@dataclass(slots=True)
class Tab:
    """A browser tab: goes to whichever process, remembers the last number it saw."""

    shown: list[int] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    open: Page | None = None
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def come(self, half: Half, token: str) -> None:
        """Open a line, if there is none."""
        if self.open is None:
            last = max(self.shown, default=0)
            self.open = await self.stack.enter_async_context(page(half, token, last=last))

    async def read(self) -> None:
        """Take in what is on the line."""
        assert self.open is not None
        for frame in await self.open.everything():
            self.take(frame)

    def take(self, frame: dict[str, Any]) -> None:
        """As the page does, but a message that comes twice is seen twice."""
        if frame["type"] == "message":
            self.shown.append(frame["seq"])
        elif frame["type"] == "delete":
            self.gone.update(frame["ids"])

    async def leave(self) -> None:
        """The line breaks; what was not read is lost."""
        await self.stack.aclose()
        self.stack, self.open = AsyncExitStack(), None


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_the_order_every_message_is_seen_once_and_in_order(
    tmp_path: Path, pg_url: str, steps: list[tuple[str, int]]
) -> None:
    asyncio.run(play(tmp_path, pg_url, steps))


async def play(folder: Path, url: str, steps: list[tuple[str, int]]) -> None:
    """Two tabs of one session, two processes, one order of events."""
    async with paired(folder, url) as pair, page(pair[0]) as first:
        token, tabs = first.token, (Tab(), Tab())
        try:
            for number, (what, which) in enumerate(steps):
                await act(pair, tabs, token, (what, which, number))
            for tab, half in zip(tabs, pair, strict=True):
                await tab.come(half, token)
            for half in pair:
                await half.channel.look()
            for tab in tabs:
                await tab.read()
        finally:
            for tab in tabs:
                await tab.leave()
        chat = pair[0].chat(token)
        letters = await pair[0].storage.read(lambda db: mailbox.since(db, pair[0].vault, chat, 0))
        gone = await pair[0].storage.read(lambda db: mailbox.gone(db, chat))
    for tab in tabs:
        assert tab.shown == sorted(set(tab.shown))
        assert [n for n in tab.shown if f"m{n}" not in tab.gone] == [x.seq for x in letters]
        assert tab.gone == set(gone)


async def act(pair: Pair, tabs: tuple[Tab, Tab], token: str, step: tuple[str, int, int]) -> None:
    """One event."""
    what, which, number = step
    half, tab, chat = pair[which], tabs[which], pair[0].chat(token)
    match what:
        case "send":
            await half.channel.send(chat, Rendered(text=f"第{number}条"))
        case "both":
            one = Rendered(text="同时")
            await asyncio.gather(*(h.channel.send(chat, one) for h in pair for _ in range(2)))
        case "unsaid":
            await put(half, token, f"未告{number}")
        case "delete":
            letters = await half.storage.read(lambda db: mailbox.since(db, half.vault, chat, 0))
            marks = [x.mark for x in letters][number % 3 :: 4]  # some of those that are there
            await half.channel.delete(chat, [*marks, f"c:own-{number:05}"])
        case "come":
            await tab.come(pair[number % 2], token)
        case "look":
            await half.channel.look()
        case _ if tab.open is not None:
            if what == "leave":
                await tab.read()
            await tab.leave()
