"""Files made from what others typed: nothing in them runs, breaks an export or adds a line."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import load_workbook

from bot.calendar_files import write_calendar
from bot.sheets import read_numbered, write_sheet
from bot.tables import SheetFault, read_rows

SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://evil.test","点我")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        " =1+1",
        "\u200b=1",
    ],
)
def test_what_looks_like_a_formula_stays_text(cell: str) -> None:
    book = load_workbook(BytesIO(write_sheet("台账", [[cell]])))
    held = book.worksheets[0]["A1"]
    assert held.data_type == "s"
    assert str(held.value).startswith("'")


@pytest.mark.parametrize("cell", ["甲\x0b乙", "\x00", "乙\x1f", "长" * 40_000, "\u202e倒写"])
def test_characters_that_no_sheet_holds_break_no_export(cell: str) -> None:
    rows = read_numbered(write_sheet("台账/[甲]:*?", [["标题"], [cell]]))
    assert rows[0][1][0] == "标题"


@pytest.mark.parametrize(
    "words", ["甲\r\nATTACH:http://evil.test", "甲\nEND:VEVENT\nURL:x", "乙\rURL:x"]
)
def test_a_line_break_in_a_title_adds_no_line_to_a_calendar(words: str) -> None:
    day = {
        "uid": "d@jianjian", "sequence": 0, "day": "2026-03-02", "summary": words,
        "description": words, "alarms": [1], "cancelled": False,
    }  # fmt: skip
    lines = write_calendar("日历", 0, [day]).decode().split("\r\n")
    assert not [line for line in lines if line.startswith(("ATTACH", "URL"))]
    assert lines.count("END:VEVENT") == 1


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x [<!ENTITY a "哈哈哈哈"><!ENTITY e "&a;&a;&a;&a;">]>',
    ],
)
def test_a_sheet_with_entities_of_its_own_is_refused(declared: str) -> None:
    packed = BytesIO()
    plain = BytesIO(write_sheet("台账", [["问题"]]))
    with ZipFile(plain) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == SHEET:
                part = part.replace(b"<worksheet", declared.encode() + b"<worksheet", 1)
                part = part.replace("问题".encode(), b"&e;").replace(b"&#38382;&#39064;", b"&e;")
                assert b"&e;" in part
            new.writestr(name, part)
    with pytest.raises(SheetFault, match="unreadable"):
        read_rows(packed.getvalue())
