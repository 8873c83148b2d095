"""What leaves for Telegram, and what every failure there means."""

from pathlib import Path

import pytest

from bot.channels.base import (
    Button,
    ChatGone,
    ChatMoved,
    DeliveryError,
    Document,
    NotSent,
    Rejected,
    Rendered,
    RetryLater,
    Uncertain,
)
from bot.channels.telegram.failures import PollerConflict, TokenRefused
from bot.channels.telegram.send import keyboard, pieces
from handlers.messages import Kind
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen, buttons, units
from tests.channels.bot_faults import (
    Fault,
    bad_request,
    blocked,
    broken,
    conflict,
    flood,
    migrated,
    nonsense,
    silence,
    unauthorized,
)
from tests.channels.telegram_support import NOW, Inbox, running

HELLO = Rendered(text="您好")


async def test_a_message_goes_out_as_plain_text_with_buttons() -> None:
    async with BotApi() as api:
        citizen = Citizen(api, 501)
        message = Rendered(
            text="*不是*<b>标记</b> https://a.example",
            buttons=[
                Button(label="我已阅读", data="v1:n1:read"),
                Button(label="返回", data="v1:n1:b"),
            ],
            protect=True,
        )
        async with running(api, Inbox()) as channel:
            ids = await channel.send("501", message)
        (heard,) = await citizen.hears()
        assert ids == [str(heard["message_id"])]
        assert heard["text"] == message.text
        assert [b["callback_data"] for b in buttons(heard)] == ["v1:n1:read", "v1:n1:b"]
        params = api.named("sendMessage")[0].params
        assert "parse_mode" not in params
        assert params["link_preview_options"] == {"is_disabled": True}
        assert params["protect_content"] is True


def test_parts_never_cut_a_character_in_two() -> None:
    text = "x" + "😀" * 5000
    parts = pieces(text)
    assert "".join(parts) == text
    assert max(units(part) for part in parts) <= 4096
    assert len(parts) == 3


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", []),
        ("  \n", []),
        ("字" * 4096, [4096]),
        ("字" * 4097, [4096, 1]),
        ("😀" * 2048, [2048]),
        ("😀" * 2049, [2048, 1]),
        ("行\n" * 3000, [4096, 1904]),
        ("字" * 3000 + "\n" + "字" * 3000, [3001, 3000]),
    ],
)
def test_a_long_text_is_split_at_4096_utf16_units(text: str, lengths: list[int]) -> None:
    assert [len(part) for part in pieces(text)] == lengths


async def test_the_buttons_hang_on_the_last_part() -> None:
    async with BotApi() as api:
        citizen = Citizen(api, 501)
        message = Rendered(text="字" * 9000, buttons=[Button(label="好", data="v1:n:1")])
        async with running(api, Inbox()) as channel:
            assert len(await channel.send("501", message)) == 3
        heard = await citizen.hears(3)
        assert [len(buttons(part)) for part in heard] == [0, 0, 1]
        assert "".join(part["text"] for part in heard) == message.text


async def test_another_attempt_goes_on_where_the_first_one_stopped() -> None:
    async with BotApi() as api:
        citizen = Citizen(api, 501)
        message = Rendered(text="字" * 9000)
        api.fail(flood(7, method="sendMessage", skip=2))
        async with running(api, Inbox()) as channel:
            with pytest.raises(RetryLater):
                await channel.send("501", message)
            assert citizen.unheard() == 2
            ids = await channel.send("501", message)
        heard = await citizen.hears(3)
        assert ids == [str(part["message_id"]) for part in heard]
        assert "".join(part["text"] for part in heard) == message.text
        assert citizen.unheard() == 0


def test_labels_share_a_row_only_where_they_fit() -> None:
    labels = ["是", "否", "返回", "取消", "举报单位党组织领导班子成员的问题", "好"]
    rows = keyboard([Button(label=label, data="v1:n:x") for label in labels])
    assert [[b["text"] for b in row] for row in rows] == [
        ["是", "否", "返回"],
        ["取消"],
        ["举报单位党组织领导班子成员的问题"],
        ["好"],
    ]


FAILURES: list[tuple[str, Fault, type[DeliveryError]]] = [
    ("429", flood(30), RetryLater),
    ("403 blocked", blocked(), ChatGone),
    ("401", unauthorized(), TokenRefused),
    ("409", conflict(), PollerConflict),
    ("500", broken(500), NotSent),
    ("502", broken(502), NotSent),
    ("503", broken(503), NotSent),
    ("migrated", migrated(-1009), ChatMoved),
    ("400 chat not found", bad_request("chat not found"), ChatGone),
    ("400 user is deactivated", bad_request("user is deactivated"), ChatGone),
    ("400 group deactivated", bad_request("group chat was deactivated"), ChatGone),
    ("400 no rights", bad_request("have no rights to send a message"), ChatGone),
    ("400 button data", bad_request("BUTTON_DATA_INVALID"), Rejected),
    ("400 too long", bad_request("message is too long"), Rejected),
    ("400 anything", bad_request("something new"), Rejected),
    ("delivered, no answer", silence(), Uncertain),
    ("delivered, answer no JSON", nonsense(), Uncertain),
]


@pytest.mark.parametrize(
    ("fault", "error"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES]
)
async def test_each_failure_means_one_thing(fault: Fault, error: type[DeliveryError]) -> None:
    async with BotApi() as api:
        Citizen(api, 501)
        fault.method, fault.times = "sendMessage", 1
        api.fail(fault)
        async with running(api, Inbox(), read_seconds=0.3) as channel:
            with pytest.raises(error) as caught:
                await channel.send("501", HELLO)
            assert type(caught.value) is error
            assert await channel.send("501", HELLO)


async def test_a_flood_names_the_seconds_and_holds_nobody_else_up() -> None:
    async with BotApi() as api:
        Citizen(api, 501)
        Citizen(api, 502)
        api.fail(flood(30, chat=501, times=None))
        async with running(api, Inbox()) as channel:
            with pytest.raises(RetryLater) as caught:
                await channel.send("501", HELLO)
            assert caught.value.after == 30
            assert await channel.send("502", HELLO)


async def test_a_moved_group_names_its_new_number() -> None:
    async with BotApi() as api:
        Citizen(api, 501, group=-44)
        api.fail(migrated(-1004455, chat=-44))
        async with running(api, Inbox()) as channel:
            with pytest.raises(ChatMoved) as caught:
                await channel.send("-44", HELLO)
        assert caught.value.chat == "-1004455"


async def test_without_a_connection_nothing_was_sent() -> None:
    async with BotApi() as api:
        citizen = Citizen(api, 501)
        async with running(api, Inbox()) as channel:
            await api.down()
            with pytest.raises(NotSent):
                await channel.send("501", HELLO)
            await api.up()
            assert await channel.send("501", HELLO)
        assert citizen.unheard() == 1


async def test_a_lost_answer_is_uncertain_although_it_was_delivered() -> None:
    async with BotApi() as api:
        citizen = Citizen(api, 501)
        api.fail(silence(method="sendMessage"))
        async with running(api, Inbox(), read_seconds=0.2) as channel:
            with pytest.raises(Uncertain):
                await channel.send("501", HELLO)
        assert citizen.unheard() == 1


@pytest.mark.parametrize("chat", ["", "abc", "12.5"])
async def test_a_chat_that_is_no_number_is_refused(chat: str) -> None:
    async with BotApi() as api, running(api, Inbox()) as channel:
        with pytest.raises(Rejected):
            await channel.send(chat, HELLO)


async def test_an_empty_message_is_refused_before_it_leaves() -> None:
    async with BotApi() as api, running(api, Inbox()) as channel:
        with pytest.raises(Rejected):
            await channel.send("501", Rendered(text=" "))
        assert not api.named("sendMessage")


async def test_an_edit_that_changes_nothing_is_a_success() -> None:
    async with BotApi() as api:
        Citizen(api, 501)
        async with running(api, Inbox()) as channel:
            (message_id,) = await channel.send("501", HELLO)
            assert await channel.edit("501", message_id, HELLO) == [message_id]
            new = Rendered(text="再会", buttons=[Button(label="好", data="v1:n:1")])
            assert await channel.edit("501", message_id, new) == [message_id]
        assert api.chats[501].messages[int(message_id)]["text"] == "再会"


async def test_what_can_no_longer_be_edited_is_sent_anew() -> None:
    async with BotApi() as api:
        citizen = Citizen(api, 501)
        async with running(api, Inbox()) as channel:
            (new,) = await channel.edit("501", "99", HELLO)
        assert [m["message_id"] for m in await citizen.hears()] == [int(new)]


async def test_messages_are_deleted_by_the_hundred_and_missing_ones_are_no_error() -> None:
    async with BotApi() as api:
        Citizen(api, 501)
        async with running(api, Inbox()) as channel:
            ids = [(await channel.send("501", HELLO))[0] for _ in range(3)]
            await channel.delete("501", [*ids, *map(str, range(9000, 9248))])
        assert [len(c.params["message_ids"]) for c in api.named("deleteMessages")] == [
            100,
            100,
            51,
        ]
        assert api.chats[501].deleted == [int(one) for one in ids]


async def test_a_click_is_answered_once_and_its_failure_stays_silent() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        async with running(api, inbox) as channel:
            await channel.send(
                "501", Rendered(text="？", buttons=[Button(label="是", data="v1:n:y")])
            )
            query = citizen.clicks("是")
            (raw,) = await inbox.holds(1)
            event = channel.parse(raw.body, NOW)
            assert event is not None
            assert (event.kind, event.choice) == (Kind.CHOICE, "n:y")
            api.fail(blocked(method="answerCallbackQuery", times=0))
            await channel.acknowledge(event)
            await channel.acknowledge(event)
            assert api.answered == {query["id"]}
            api.fail(broken(method="answerCallbackQuery"))
            citizen.clicks("是")
            raw = (await inbox.holds(2))[1]
            again = channel.parse(raw.body, NOW)
            assert again is not None
            await channel.acknowledge(again)
        assert len(api.named("answerCallbackQuery")) == 2


async def test_an_unanswered_click_comes_again_under_a_new_id_with_the_same_nonce() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        async with running(api, inbox) as channel:
            await channel.send(
                "501", Rendered(text="？", buttons=[Button(label="是", data="v1:n:y")])
            )
            citizen.clicks("是")
            await inbox.holds(1)
            api.resend_unanswered_clicks()
            events = [channel.parse(raw.body, NOW) for raw in await inbox.holds(2)]
        first, second = [event for event in events if event is not None]
        assert first.event_id != second.event_id
        assert first.choice == second.choice


async def test_a_document_keeps_its_chinese_name(tmp_path: Path) -> None:
    name = '关于“某单位”整改情况的报告（第一次）"终稿".docx'
    path = tmp_path / "blob"
    path.write_bytes(b"PK\x03\x04" + bytes(200_000))
    document = Document(path=path, name=name, mime="application/vnd.ms-word")
    async with BotApi() as api:
        citizen = Citizen(api, 501)
        buttons_ = [Button(label="签收", data="v1:n:sign")]
        async with running(api, Inbox()) as channel:
            message = Rendered(text="附件", documents=[document], buttons=buttons_, protect=True)
            ids = await channel.send("501", message)
            alone = await channel.send(
                "501", Rendered(text="", documents=[document], buttons=buttons_)
            )
        text, file, single = await citizen.hears(3)
        assert ids == [str(text["message_id"]), str(file["message_id"])]
        assert alone == [str(single["message_id"])]
        assert file["document"]["file_name"] == name
        assert file["has_protected_content"] is True
        assert buttons(text)
        assert not buttons(file)
        assert buttons(single)
        upload = api.named("sendDocument")[0].files["document"]
        assert (upload.name, upload.mime) == (name, "application/vnd.ms-word")
        assert upload.content == path.read_bytes()


async def test_a_name_with_a_line_break_cannot_forge_a_header(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"x")
    document = Document(path=path, name="a\r\nX-Evil: 1\u202e.pdf", mime="application/pdf")
    async with BotApi() as api:
        citizen = Citizen(api, 501)
        async with running(api, Inbox()) as channel:
            await channel.send("501", Rendered(text="", documents=[document]))
        (heard,) = await citizen.hears()
        assert heard["document"]["file_name"] == "aX-Evil: 1.pdf"
