"""Bad input gets a sentence that tells what to do, and changes nothing."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from handlers import binding
from handlers.bench import OperatorBench
from handlers.intake.packaged import phrases
from storage.base import Session
from tests.acceptance.command_line import Shell, ready
from tests.acceptance.county import county, facts, forms
from tests.handlers.citizens import INTEGRITY, STORY, file_by_code, receipt
from tests.handlers.talk import Chat, Shown, World

Act = Callable[[World, Chat], Awaitable[list[Shown]]]
Before = Callable[[World, Chat], Awaitable[object]]
BLANKS = ("   ", "\u200b\u200b\u2060", "\u202e\u2066\u2069", "👍🏽👨‍👩‍👧", "1️⃣2️⃣", "！？…")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with county(tmp_path) as made:
        yield made


@dataclass(frozen=True)
class Bad:
    """One bad input: where the talk stands, what is sent, and what the person reads."""

    name: str
    act: Act
    key: str
    tells: tuple[str, ...]
    before: Before | None = None
    but: tuple[str, ...] = ()  # tables in which a counter may move
    stays: bool = True  # the talk stands where it stood


async def to_the_account(world: World, chat: Chat) -> None:
    await chat.start("s_s1")
    for label in ("我已阅读", "主要负责人", *INTEGRITY, "匿名"):
        await chat.press(label)


async def to_a_choice(world: World, chat: Chat) -> None:
    await chat.start("s_s1")
    await chat.press("我已阅读")


async def to_a_name(world: World, chat: Chat) -> None:
    await chat.start("s_s1")
    for label in ("我已阅读", "主要负责人", *INTEGRITY, "实名"):
        await chat.press(label)


async def to_the_number(world: World, chat: Chat) -> None:
    await chat.say("查询")


async def press_the_first(world: World, chat: Chat) -> list[Shown]:
    return await chat.press_data(chat.heard[0].data[0])


async def press_anothers(world: World, chat: Chat) -> list[Shown]:
    """The newest button of somebody else's talk."""
    other = world.chat("another")
    await to_a_choice(world, other)
    return await chat.press_data(other.last.data[0])


def says(text: str) -> Act:
    async def act(world: World, chat: Chat) -> list[Shown]:
        return await chat.say(text)

    return act


def opens(payload: str) -> Act:
    async def act(world: World, chat: Chat) -> list[Shown]:
        return await chat.start(payload)

    return act


async def send_25_megabytes(world: World, chat: Chat) -> list[Shown]:
    return await chat.send_file("合同.pdf", size=25_000_000)


BUTTONS = [
    Bad("stale button in a form", press_the_first, "intake.ask_whom",
        ("没有改动任何内容", "现在请回答", "主要反映谁"), to_a_choice),
    Bad("another's button in a form", press_anothers, "intake.ask_whom",
        ("没有改动任何内容", "现在请回答"), to_a_choice),
    Bad("another's button", press_anothers, "form.stale_card", ("没有改动", "发送“帮助”")),
    Bad("a made-up button", lambda w, c: c.press_data("v1:aaaaaaaaaaaaaaaa:claim"),
        "form.stale_card", ("没有改动", "发送“帮助”")),
    Bad("a button without any form", lambda w, c: c.press_data("💥" * 9),
        "form.stale_card", ("没有改动", "发送“帮助”")),
]  # fmt: skip
LINKS = [
    Bad(f"payload {p!r}", opens(p), "intake.unknown_entrance", ("请发送“举报”",))
    for p in ("u_nowhere", "s_nothing", "s_", "u_qingshi'--", "x", "u_" + "九" * 5000, "🙂")
]
BLANK = [
    Bad(f"{blank!r} {where}", says(blank), key, ("重新输入",), before)
    for blank in BLANKS
    for where, before, key in (
        ("as an account", to_the_account, "intake.ask_account"),
        ("as a name", to_a_name, "intake.ask_real_name"),
        ("as a number", to_the_number, "status.ask_code"),
    )
] + [Bad(f"{b!r} to nobody", says(b), "greeting.plain", ("请发送“举报”",)) for b in BLANKS]
REST = [
    Bad("25 MB file", send_25_megabytes, "form.more", ("超过20MB", "压缩"), to_the_account,
        stays=False),
    Bad("file where words are asked", send_25_megabytes, "intake.ask_real_name",
        ("请用文字回答",), to_a_name),
    Bad("words where a button is asked", says("李四"), "intake.ask_whom",
        ("请点选一个按钮",), to_a_choice),
    Bad("a number that is none", says("ABCDE-99999"), "status.ask_code", ("10个字符", "对照"),
        to_the_number),
]  # fmt: skip
TABLE = [*BUTTONS, *LINKS, *BLANK, *REST]


@pytest.mark.parametrize("bad", TABLE, ids=[b.name for b in TABLE])
async def test_bad_input_is_answered_with_what_to_do_and_changes_nothing(
    world: World, bad: Bad
) -> None:
    chat = world.chat("citizen")
    if bad.before:
        await bad.before(world, chat)
    before, stood = facts(world.file, *bad.but), await forms(world, chat)
    (shown,) = await bad.act(world, chat)
    assert shown.key == bad.key
    for words in bad.tells:
        assert words in shown.text
    assert facts(world.file, *bad.but) == before
    if bad.stays:
        assert await forms(world, chat) == stood


async def test_a_members_button_in_a_citizens_chat_changes_nothing(world: World) -> None:
    await file_by_code(world.chat("third"), category=INTEGRITY)
    (queue,) = await world.chat("staff-member").say("队列")
    chat = world.chat("citizen")
    before = facts(world.file)
    for data in queue.data:
        (shown,) = await chat.press_data(data)
        assert (shown.key, shown.labels) == ("form.stale_card", [])
    assert facts(world.file) == before


async def test_every_button_of_a_finished_report_is_dead(world: World) -> None:
    chat = world.chat("citizen")
    await file_by_code(chat, category=INTEGRITY)
    for label in ("跳过", "不用提醒"):
        await chat.press(label)
    old = [data for shown in chat.heard for data in shown.data]
    before, stood = facts(world.file), await forms(world, chat)
    for data in old:
        (shown,) = await chat.press_data(data)
        assert shown.key == "form.stale_card"
    assert facts(world.file) == before
    assert await forms(world, chat) == stood


async def invited(world: World, hours: int = 72) -> str:
    def unit(db: Session) -> str:
        bench = OperatorBench(
            db=db, vault=world.kit.vault, now=world.now, seed=secrets.token_bytes(32)
        )
        return binding.invite(bench, "member", hours=hours, actor="operator")

    return await world.storage.transact(unit)


@pytest.mark.parametrize("how", ["link", "typed"])
@pytest.mark.parametrize(
    ("state", "key"),
    [("used", "binding.used"), ("expired", "binding.expired"), ("unknown", "binding.unknown")],
)
async def test_a_binding_code_that_is_no_good_names_whom_to_ask(
    world: World, state: str, key: str, how: str
) -> None:
    code = await invited(world)
    if state == "used":
        await world.chat("phone").say(code)
    if state == "expired":
        world.pass_time(hours=73)
    if state == "unknown":
        code = "a" * 16
    before = facts(world.file)
    thief = world.chat("thief")
    (shown,) = await (thief.start(f"bind_{code}") if how == "link" else thief.say(code))
    assert shown.key == key
    assert "发码的人" in shown.text
    assert facts(world.file) == before


async def ask(chat: Chat, ticket: tuple[str, str]) -> Shown:
    await chat.say("查询")
    await chat.say(ticket[0])
    return (await chat.say(ticket[1]))[-1]


async def test_someone_elses_receipt_and_one_that_never_was_read_the_same(world: World) -> None:
    mine = receipt(await file_by_code(world.chat("first"), category=INTEGRITY))
    other = receipt(await file_by_code(world.chat("second"), category=INTEGRITY))
    nobodys = phrases().shown(phrases().phrase(bytes(17)))
    before = facts(world.file, "receipt_guess")
    told = {
        (s.key, s.text, s.not_before, tuple(s.labels))
        for s in [
            await ask(world.chat("a"), (mine[0], other[1])),
            await ask(world.chat("b"), (mine[0], nobodys)),
            await ask(world.chat("c"), ("22222-22222", nobodys)),
        ]
    }
    ((key, text, not_before, labels),) = told
    assert (key, labels) == ("status.unknown_code", ())
    assert "请核对后再试" in text
    assert not_before == int(world.now.timestamp()) + 4
    assert facts(world.file, "receipt_guess") == before


async def test_after_five_wrong_receipts_everything_gets_the_same_slow_answer(
    world: World,
) -> None:
    mine = receipt(await file_by_code(world.chat("first"), category=INTEGRITY))
    other = receipt(await file_by_code(world.chat("second"), category=INTEGRITY))
    chat = world.chat("guesser")
    wrong = [await ask(chat, (mine[0], other[1])) for _ in range(5)]
    before = facts(world.file)
    right = await ask(chat, mine)
    short = (await chat.say(f"/add {mine[0]} {mine[1]}"))[-1]
    for shown in (right, short):
        assert (shown.text, shown.not_before) == (wrong[0].text, wrong[0].not_before)
    assert facts(world.file) == before
    world.pass_time(minutes=61)
    assert "已登记" in (await ask(chat, mine)).text


async def test_an_album_of_twelve_keeps_ten_and_says_so(world: World) -> None:
    chat = world.chat("citizen")
    await to_the_account(world, chat)
    for number in range(12):
        (shown,) = await chat.send_file(f"{number}.jpg", kind="photo")
        assert ("最多收10个" in shown.text) == (number >= 10)
    assert "“补充”" in shown.text
    assert "材料10件" in shown.text
    await chat.say(STORY)
    await chat.press("完成")
    for _ in range(4):
        await chat.press("跳过")
    assert chat.last.key == "intake.ask_evidence"
    (shown,) = await chat.send_file("13.jpg", kind="photo")
    assert "最多收10个" in shown.text
    await chat.press("没有材料")
    await chat.press("跳过")
    assert "10个文件" in chat.last.text
    assert len(facts(world.file)["attachment"]) == 10


@pytest.mark.parametrize("text", ["/report", "举报", "/status", "查询", "/start s_s1"])
async def test_a_group_is_told_to_write_alone_and_nothing_begins(world: World, text: str) -> None:
    group = world.group("village")
    before = facts(world.file)
    (shown,) = await group.say(text)
    assert shown.key == "greeting.group"
    assert "私聊" in shown.text
    assert shown.labels == []
    assert facts(world.file) == before
    assert await forms(world, group) == []


async def test_a_group_is_otherwise_left_alone(world: World) -> None:
    group, person = world.group("village"), world.chat("citizen")
    await to_a_choice(world, person)
    before = facts(world.file)
    assert await group.say(STORY) == []
    assert await group.send_file() == []
    assert await group.press_data(person.last.data[0]) == []
    assert [s.key for s in await group.start("s_s1")] == ["greeting.group"]
    assert facts(world.file) == before


@pytest.mark.parametrize("flood", ["你好", "👍", "查询", "/add", "/report", "/language", "/start"])
async def test_fifty_of_anything_leave_no_more_than_one(world: World, flood: str) -> None:
    chat = world.chat("citizen")
    for _ in range(50):
        shown = await chat.say(flood)
    assert shown[-1].text
    for word in ("/status", "/add", "/report", "/language") * 5:
        await chat.say(word)
    assert len(await forms(world, chat)) <= 3
    shown = await chat.say("清除")
    assert shown[0].key == "erase.done"


async def test_a_book_is_kept_up_to_its_limit_and_then_told(world: World) -> None:
    chat = world.chat("citizen")
    await to_the_account(world, chat)
    page = "水渠的事。" * 4000
    for _ in range(5):
        (shown,) = await chat.say(page)
        assert "没有记下" not in shown.text
    (shown,) = await chat.say(page)
    assert "前面的都还在" in shown.text
    assert "文字5段" not in shown.text
    await chat.press("完成")
    await chat.press("其余跳过")
    assert (await chat.press("确认提交"))[0].key == "receipt.anonymous"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = ready(tmp_path)
    assert made.run("plan", "import", str(made.folder / "plan.toml"), "--yes").code == 0
    return made


FILES: list[tuple[str, str, str, str]] = [
    ("example token", "config.toml", '[telegram]\ntoken = "PASTE-YOUR-BOT-TOKEN"\n',
     "telegram.token is still the example's value"),
    ("token of the platform's manual", "config.toml",
     '[telegram]\ntoken = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"\n',
     "token is the example's; paste"),
    ("unknown time zone", "config.toml", '[app]\ntimezone = "Mars/Olympus"\n',
     "is not a known time zone; write one such as"),
    ("overlay with a day both off and on", "notice.toml",
     "[[year]]\nyear = 2027\nrest = [2027-02-08]\nwork = [2027-02-08]\n",
     "2027-02-08 is both in rest and in work"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "file", "text", "line"), FILES, ids=[f[0] for f in FILES])
def test_a_wrong_file_is_named_with_its_mend_and_changes_nothing(
    shell: Shell, name: str, file: str, text: str, line: str
) -> None:
    before = facts(shell.folder / "data" / "jianjian.db")
    shell.write(file, text)
    if file == "notice.toml":
        kept = shell.config.read_text("utf-8").replace("[calendar]\n", "[old]\n")
        assert "[old]" not in kept
        shell.write("config.toml", kept + '\n[calendar]\noverlay = "notice.toml"\n')
    said = shell.run("check")
    assert said.code == 2
    assert any(line in one for one in said.err.splitlines()), said.err
    assert facts(shell.folder / "data" / "jianjian.db") == before


PLANS = [
    (
        "one person in two teams that overlap",
        """[round]
id = "r9"
name = "第九轮"
profile = "suixi-2016"
[[unit]]
id = "u1"
name = "东河镇党委"
[[unit]]
id = "u2"
name = "西河镇党委"
[[team]]
id = "a"
name = "甲组"
[[team]]
id = "b"
name = "乙组"
[[stationing]]
id = "x1"
team = "a"
units = ["u1"]
start = 2026-03-02
end = 2026-04-30
[[stationing]]
id = "x2"
team = "b"
units = ["u2"]
start = 2026-04-30
end = 2026-06-30
[[person]]
id = "p1"
name = "某甲"
roles = [{ role = "team_member", team = "a" }, { role = "team_leader", team = "b" }]
""",
        "p1 is in teams a and b, whose stationings x1 and x2 overlap from 2026-04-30",
    ),
    (
        "acceptance outside the stationing",
        """[round]
id = "r9"
name = "第九轮"
profile = "suixi-2016"
[[unit]]
id = "u1"
name = "东河镇党委"
[[team]]
id = "a"
name = "甲组"
[[stationing]]
id = "x1"
team = "a"
units = ["u1"]
start = 2026-03-02
end = 2026-04-30
accept_from = 2026-03-01T08:00:00
[[person]]
id = "p1"
name = "某甲"
roles = [{ role = "team_leader", team = "a" }]
""",
        "stationing[1].accept_from",
    ),
]


@pytest.mark.parametrize(("text", "line"), [p[1:] for p in PLANS], ids=[p[0] for p in PLANS])
def test_a_wrong_plan_is_named_with_its_mend_and_changes_nothing(
    shell: Shell, text: str, line: str
) -> None:
    before = facts(shell.folder / "data" / "jianjian.db")
    said = shell.run("plan", "import", str(shell.write("wrong.toml", text)), "--yes")
    assert said.code == 2
    assert line in said.line
    assert ";" in said.line
    assert facts(shell.folder / "data" / "jianjian.db") == before
