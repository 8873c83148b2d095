"""The unit's Telegram before the whole program: a template, the filled sheet, a calendar."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from bot.tables import Tables
from handlers.desk import Desk
from handlers.dutybook import RECEIVED, record_event
from handlers.messages import Reply
from storage import missions, rectification
from tests.acceptance.telegram_stage import Stage, eventually, offers, press, staged
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen
from tests.handlers.rectification_house import good

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def stage(tmp_path: Path, api: BotApi) -> AsyncIterator[Stage]:
    async with staged(tmp_path, api) as running:
        yield running


async def liaison(stage: Stage) -> Citizen:
    """The Telegram client of the unit's liaison."""
    client = Citizen(stage.api, 91_000)
    client.starts(f"bind_{await stage.invite('liaison')}")
    await client.hears_text("绑定")
    return client


def filled(template: bytes) -> bytes:
    """The template with two rows under its own header."""
    book = load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    for number in (1, 2):
        row = good(number)
        sheet.append([*row[:7], "", row[7]])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


async def test_the_template_goes_out_and_comes_back_as_items(stage: Stage) -> None:
    unit = await liaison(stage)
    unit.says("/items")
    board = await offers(unit, "下载模板")
    unit.clicks("下载模板", board)
    upload = (await stage.api.called("sendDocument"))[0].files["document"]
    assert upload.name == "整改台账.xlsx"
    unit.clicks("导入表格", board)
    await unit.hears_text("发送填好的")
    unit.document("整改台账.xlsx", filled(upload.content), mime=XLSX)
    await press(unit, "完成")
    await unit.hears_text("正在读取")
    program = stage.program
    tables = Tables(
        program.storage, program.kit, program.files, program.dispatcher.offer, stage.clock
    )

    async def read() -> int | None:
        await program.fetcher.run_due()
        await tables.run_due()
        return unit.unheard() or None

    await eventually(read)
    preview = await unit.hears_text("读到2项")
    unit.clicks("确认导入", preview)
    await unit.hears_text("已导入2项")
    kept = await stage.look(lambda db: rectification.of(db, program.vault, "s1"))
    assert [item.words["problem"] for item in kept] == ["问题1", "问题2"]
    on_disk = [path for path in stage.config.data_dir.rglob("*") if path.is_file()]
    assert not [path for path in on_disk if "问题1".encode() in path.read_bytes()]


async def test_a_calendar_leaves_as_a_file_that_a_calendar_reads(stage: Stage) -> None:
    def sign(desk: Desk) -> list[Reply]:
        mission = missions.stationing(desk.db, "s1")
        assert mission is not None
        record_event(desk, mission, RECEIVED, desk.today)
        return []

    unit = await liaison(stage)
    await stage.program.ticker.act(sign)
    unit.says("日历")
    upload = (await stage.api.called("sendDocument"))[0].files["document"]
    assert upload.name == "件件时限.ics"
    days = Calendar.from_ical(upload.content).walk("VEVENT")
    assert {str(day["SUMMARY"]) for day in days} >= {"整改情况报告"}
