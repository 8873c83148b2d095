"""The frames of the web chat: what they mean, what is refused, what is doubled."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import ChatGone, Malformed, Rendered
from bot.channels.webchat import frames
from handlers.messages import Kind
from tests.channels.webchat_stage import Stage, page, staged

ID = "client-0001"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as one:
        yield one


async def test_a_first_hello_gets_a_token_of_256_bits_that_is_stored_nowhere(stage: Stage) -> None:
    async with page(stage) as one:
        assert one.welcome["fresh"]
        assert len(one.token) == 43
        await one.say(type="text", id=ID, text="你好")
        await one.hear("accepted")
    event = stage.talk.events[-1]
    assert len(event.address.chat) == 64
    assert one.token not in repr(event)
    kept = b"".join(p.read_bytes() for p in stage.database.parent.glob("chat.db*"))
    assert one.token.encode() not in kept
    assert "你好".encode() not in kept


@pytest.mark.parametrize(
    ("frame", "kind", "text", "choice"),
    [
        ({"type": "text", "text": "某单位\n违规收费"}, Kind.TEXT, "某单位\n违规收费", ""),
        ({"type": "choice", "data": "v1:n0nce:claim"}, Kind.CHOICE, "", "n0nce:claim"),
        ({"type": "start", "payload": "s_north"}, Kind.START, "s_north", ""),
        ({"type": "start", "payload": ""}, Kind.START, "", ""),
    ],
)
async def test_a_frame_becomes_a_neutral_event(
    stage: Stage, frame: dict[str, Any], kind: Kind, text: str, choice: str
) -> None:
    async with page(stage, locale="en") as one:
        await one.say(id=ID, **frame)
        accepted = await one.hear("accepted")
    event = stage.talk.events[-1]
    assert (event.kind, event.text, event.choice) == (kind, text, choice)
    assert event.locale == "en"
    assert event.message_id == f"c:{ID}"
    assert accepted["id"] == ID


async def test_a_resend_is_accepted_again_but_happens_once(stage: Stage) -> None:
    async with page(stage) as one:
        for _ in range(3):
            await one.say(type="text", id=ID, text="一次")
            await one.hear("accepted")
    async with page(stage, one.token) as again:
        await again.say(type="text", id=ID, text="一次")
        await again.hear("accepted")
    assert stage.talk.texts() == ["一次"]


async def test_the_same_client_id_of_another_session_is_another_event(stage: Stage) -> None:
    for words in ("甲", "乙"):
        async with page(stage) as one:
            await one.say(type="text", id=ID, text=words)
            await one.hear("accepted")
    assert stage.talk.texts() == ["甲", "乙"]


async def test_nothing_is_accepted_before_it_is_stored(stage: Stage) -> None:
    stage.talk.fails = 1
    async with page(stage) as one:
        await one.say(type="text", id=ID, text="要紧")
        refused = await one.hear("error")
        assert (refused["key"], refused["id"]) == ("web.not_stored", ID)
        assert refused["retry_after"] > 0
        await one.say(type="text", id=ID, text="要紧")
        await one.hear("accepted")
    assert stage.talk.texts() == ["要紧"]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{",
        "[]",
        '"text"',
        '{"type":"text"}',
        '{"type":"nonsense","id":"client-0001"}',
        '{"type":"text","id":"short","text":"x"}',
        '{"type":"text","id":"client-0001","text":"a\\u0000b"}',
        '{"type":"text","id":"client-0001","text":"\\ud800"}',
        '{"type":"text","id":"client-0001","text":7}',
        '{"type":"file","id":"client-0001","upload":"../../etc/passwd"}',
        "[" * 100_000,
    ],
)
async def test_a_frame_of_another_form_is_refused_and_the_line_stays(
    stage: Stage, data: str
) -> None:
    async with page(stage) as one:
        await one.backlog()
        await one.socket.send_str(data)
        assert (await one.hear("error"))["key"] == "web.not_understood"
        await one.say(type="ping")
        assert (await one.hear())["type"] == "pong"
    assert stage.talk.events == []


async def test_unknown_fields_of_a_frame_do_no_harm(stage: Stage) -> None:
    async with page(stage) as one:
        await one.say(type="text", id=ID, text="好", colour="red")
        await one.hear("accepted")
    assert stage.talk.texts() == ["好"]


async def test_a_text_beyond_the_limit_is_refused_with_its_reason(stage: Stage) -> None:
    async with page(stage) as one:
        await one.say(type="text", id=ID, text="长" * 20_001)
        refused = await one.hear("error")
        assert refused["key"] == "web.too_long"
        await one.say(type="text", id="client-0002", text="长" * 20_000)
        await one.hear("accepted")
    assert [len(text) for text in stage.talk.texts()] == [20_000]


async def test_a_flood_is_slowed_down_per_session(tmp_path: Path) -> None:
    async with staged(tmp_path, burst=3, per_second=0.01) as stage:
        async with page(stage) as one, page(stage) as other:
            for n in range(5):
                await one.say(type="text", id=f"client-000{n}", text=str(n))
            refused = await one.hear("error")
            assert refused["key"] == "web.too_fast"
            assert refused["retry_after"] > 1
            await other.say(type="text", id=ID, text="别人")
            await other.hear("accepted")
        assert stage.talk.texts() == ["0", "1", "2", "别人"]


async def test_a_crowd_of_new_sessions_waits_while_known_ones_go_on(tmp_path: Path) -> None:
    async with staged(tmp_path, sessions_burst=1, sessions_per_second=0.001) as stage:
        async with page(stage) as first:
            pass
        async with page(stage) as second:
            assert second.welcome["key"] == "web.crowded"
        async with page(stage, first.token) as again:
            assert again.welcome["type"] == "welcome"


async def test_a_socket_that_does_not_say_hello_first_is_closed(stage: Stage) -> None:
    async with (
        page(stage) as one,
        one.http.ws_connect(f"{stage.root}/chat/ws", headers={"Origin": stage.root}) as rude,
    ):
        await rude.send_str(json.dumps({"type": "text", "id": ID, "text": "x"}))
        assert (await rude.receive(5)).data in (1001, 1008)


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"event":1}'])
async def test_a_stored_body_of_another_form_is_malformed(stage: Stage, body: bytes) -> None:
    with pytest.raises(Malformed):
        stage.channel.parse(body, stage.clock.now())


async def test_sending_to_a_session_that_is_no_more_says_so(stage: Stage) -> None:
    with pytest.raises(ChatGone):
        await stage.channel.send("0" * 64, Rendered(text="没有人"))


@pytest.mark.parametrize(("wait", "said"), [(0.0, 0.0), (0.004, 0.1), (0.12, 0.2), (3.0, 3.0)])
def test_the_shortest_wait_is_never_told_as_none(wait: float, said: float) -> None:
    assert frames.error("web.too_fast", ID, wait)["retry_after"] == said
