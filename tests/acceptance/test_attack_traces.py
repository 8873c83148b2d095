"""Whoever steals the disk: a whole story is told, then every byte is searched for its words."""

import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.config import Config
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from handlers.routes import TICKS
from handlers.turn import Kit
from storage import conversations, reports
from storage.open import open_storage
from storage.sealing import Keyring, Vault
from tests.handlers.citizens import receipt
from tests.handlers.talk import ZONE, Chat, World
from tests.handlers.team_house import NAMES, ROUTES, House, build

CHAT = "reporter-chat-884422"
STORY = "会计把三十二万修路款转进了乌有公司，账本在档案室第二个铁柜。"
PLANTED = {
    "story": "乌有公司",
    "accused": "牛德贵",
    "name": "万里晴",
    "phone": "13866667777",
    "file": "铁柜照片",
    "note": "先查附件再谈话",
    "question": "请说明转账的准确日期",
    "answer": "就在正月十五的下午",
    "reason": "证据与台账相互印证",
    "addition": "补一句车牌尾号七三一",
    "recused": "苗若水",
    "chat": CHAT,
    **{f"staff-{who}": name for who, name in NAMES.items()},
}


@dataclass(slots=True)
class Installation:
    """A house on a disk of its own, with the reporter's chat and receipt."""

    house: House
    folder: Path
    reporter: Chat
    code: str = ""
    phrase: str = ""
    report: str = ""


@pytest.fixture
async def told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Installation]:
    """Everything that people type in one report's life has been typed."""
    caplog.set_level(logging.DEBUG)
    texts = Texts(read_catalogues(), ZONE)
    storage = open_storage(f"sqlite:///{tmp_path}/stolen.db")
    await storage.open()
    kit = Kit(vault=Vault(Keyring.generate()), rules=make_rules(Config(), texts), routes=ROUTES)
    try:
        house = await build(World(storage, kit, texts))
        here = Installation(house, tmp_path, house.world.chat(CHAT))
        await _file(here)
        await _work(here)
        await _answer(here)
        yield here
    finally:
        await storage.close()


async def _file(here: Installation, identity: str = "实名") -> None:
    chat = here.reporter
    await chat.start("s_m-a")
    await chat.press("我已阅读")
    await chat.press("主要负责人")
    await chat.press("党员干部违纪问题")
    await chat.press("收钱收物")
    await chat.press(identity)
    for _ in range(25):
        key = chat.last.key
        if "确认提交" in chat.last.labels:
            break
        word = {"intake.ask_real_name": "万里晴", "intake.ask_contact": "13866667777"}.get(key)
        if "完成" in chat.last.labels:
            await chat.say(STORY)
            await chat.send_file("铁柜照片.jpg")
            await chat.press("完成")
        elif "names" in key or "subject" in key:
            await chat.say("牛德贵")
        elif word:
            await chat.say(word)
        elif "跳过" in chat.last.labels:
            await chat.press("跳过")
        else:
            await chat.press(chat.last.labels[0])
    shown = await chat.press("确认提交")
    here.code, here.phrase = receipt(shown[0].text)
    kit = here.house.world.kit
    found = await here.house.world.storage.read(
        lambda db: reports.by_code(db, kit.vault, here.code.replace("-", "").upper())
    )
    assert found is not None
    here.report = found.id


async def _work(here: Installation) -> None:
    house = here.house
    await house.claim("ann")
    await house.ann.press("查看")
    await house.ann.press("备注")
    await house.ann.say("先查附件再谈话")
    await house.ann.press("完成")
    await house.open("ann")
    await house.ann.press("请补充")
    await house.ann.press("自拟提问")
    await house.ann.say("请说明转账的准确日期")
    await house.open("lead")
    await house.lead.press("审定提问")
    await house.lead.press("同意")
    await house.bob.say("/recuse")
    await house.bob.press("人员")
    await house.bob.say("苗若水")
    await house.bob.press("确认提交")


async def _answer(here: Installation) -> None:
    chat = here.reporter
    await chat.say(f"/add {here.code} {here.phrase}")
    await chat.say("补一句车牌尾号七三一")
    await chat.press("完成")
    await chat.press("回答")
    await chat.say("就在正月十五的下午")
    await chat.press("完成")
    await here.house.propose("ann", "直接了结", "其他理由（手写）", "证据与台账相互印证")


def everything_on(folder: Path) -> bytes:
    return b"".join(
        str(path).encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    )


def forms(word: str) -> list[bytes]:
    """How a word may lie on a disk."""
    escaped = json.dumps(word).strip('"').encode()
    return [word.encode(), word.encode("utf-16-le"), word.encode("gb18030"), escaped]


async def test_no_byte_on_the_disk_and_no_log_line_tells_what_was_written(
    told: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    said = "".join(s.text for c in told.house.chats.values() for s in c.heard)
    said += "".join(s.text for s in told.reporter.heard)
    assert "三十二万" in said
    secrets = {
        **PLANTED,
        "code": told.code,
        "plain code": told.code.replace("-", ""),
        "phrase": told.phrase,
    }
    disk = everything_on(told.folder)
    found = {what for what, word in secrets.items() if any(f in disk for f in forms(word))}
    assert found == set()
    lines = "\n".join(f"{r.getMessage()} {r.__dict__}" for r in caplog.records)
    assert {what for what, word in secrets.items() if word in lines} == set()


def linking(here: Installation, chat: str) -> set[str]:
    """Tables with a row that names the report beside the keyed index of the chat."""
    lane = conversations.lane_of(here.house.world.kit.vault, "web", "web", chat)
    db = sqlite3.connect(f"file:{here.folder}/stolen.db?mode=ro", uri=True)
    found = set()
    for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        for row in db.execute(f"SELECT * FROM {table}").fetchall():
            told_chat = any(v == lane or (isinstance(v, str) and lane.hex() in v) for v in row)
            if told_chat and any(isinstance(v, str) and here.report in v for v in row):
                found.add(table)
    db.close()
    return found


async def test_no_row_in_the_clear_links_a_chat_with_its_report(told: Installation) -> None:
    """Equal chats must not be found again in another mission, notices or not."""
    assert linking(told, CHAT) <= {"attachment"}  # while a file is fetched, for its sender's sake
    house = told.house
    for _, _, tick in TICKS:
        await house.world.tick(tick)
    house.world.pass_time(minutes=1)
    told.reporter = house.world.chat("second-chat-551100")
    await _file(told, "匿名")
    await told.reporter.press("跳过")
    await told.reporter.press("有消息时提醒我")
    await house.bob.say(f"/queue {told.code}")
    await house.bob.press("认领")
    await house.bob.press("请补充")
    await house.bob.press("☐ 时间")
    await house.bob.press("完成")
    assert "status.push" in [s.key for s in told.reporter.heard]
    assert linking(told, "second-chat-551100") <= {"attachment"}
