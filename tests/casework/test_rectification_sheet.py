"""The rows of an uploaded 整改台账: headers by name, dates in usual forms, each fault named."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rectification_sheet import (
    COLUMNS,
    ITEMS_MAX,
    LONGEST,
    NEEDED,
    SHOWN,
    RowFault,
    Table,
    read_day,
    read_table,
)

HEAD = ["序号", "问题", "责任人", "整改措施", "完成时限"]
RIGHT = ["1", "公车私用", "张三", "建立台账", "2026-03-31"]


def faults(*rows: list[str], head: list[str] = HEAD) -> list[tuple[int, str, str]]:
    found = read_table([(1, head), *((n, row) for n, row in enumerate(rows, 2))])
    assert not (found.items and found.faults)
    return [(fault.row, fault.column, fault.code) for fault in found.faults]


def changed(**cells: str) -> list[str]:
    names = ["number", "problem", "person", "measure", "due"]
    return [cells.get(name, old) for name, old in zip(names, RIGHT, strict=True)]


BROKEN = [
    ("no problem", [changed(problem="")], (2, "problem", "empty")),
    ("nobody responsible", [changed(person=" ")], (2, "person", "empty")),
    ("no measure", [changed(measure="——")], (2, "measure", "empty")),
    ("no date", [changed(due="")], (2, "due", "empty")),
    ("a month without a day", [changed(due="2026年3月底")], (2, "due", "vague_day")),
    ("a month alone", [changed(due="3月底")], (2, "due", "vague_day")),
    ("a month and a year", [changed(due="2026年3月")], (2, "due", "vague_day")),
    ("no year", [changed(due="3月31日")], (2, "due", "vague_day")),
    ("for ever", [changed(due="长期坚持")], (2, "due", "vague_day")),
    ("no such day", [changed(due="2026-02-30")], (2, "due", "no_such_day")),
    ("a month thirteen", [changed(due="2026.13.1")], (2, "due", "no_such_day")),
    ("a year far away", [changed(due="1026-03-31")], (2, "due", "no_such_day")),
    ("words for a date", [changed(due="see note")], (2, "due", "not_a_day")),
    ("a word that never ends", [changed(measure="长" * 2001)], (2, "measure", "too_long")),
    ("the second row twice", [RIGHT, RIGHT], (3, "problem", "twice")),
    ("the third row wrong", [RIGHT, changed(problem="二"), changed(person="")],
     (4, "person", "empty")),
    ("a short row", [["1", "公车私用"]], (2, "person", "empty")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "told"), [case[1:] for case in BROKEN], ids=[c[0] for c in BROKEN]
)
def test_a_wrong_cell_is_named_by_row_column_and_mend(
    rows: list[list[str]], told: tuple[int, str, str]
) -> None:
    assert told in faults(*rows)


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (["甲", "乙", "丙"], (0, "", "no_header")),
        (["序号", "问题", "责任人", "整改措施"], (0, "due", "no_column")),
        ([*HEAD, "存在问题"], (0, "problem", "two_columns")),
    ],
)
def test_a_wrong_header_is_named(head: list[str], told: tuple[int, str, str]) -> None:
    assert told in faults(RIGHT, head=head)


def test_an_empty_sheet_and_one_without_rows_and_one_with_too_many() -> None:
    assert read_table([]).faults == (RowFault(row=0, column="", code="no_header"),)
    assert faults() == [(0, "", "no_rows")]
    many = [changed(problem=f"问题{n}") for n in range(ITEMS_MAX + 1)]
    assert faults(*many) == [(0, "", "too_many")]


def test_every_wrong_row_is_named_not_the_first_alone() -> None:
    found = faults(changed(person=""), RIGHT, changed(due="底", problem="三"))
    assert found == [(2, "person", "empty"), (4, "due", "vague_day")]


def test_rows_keep_the_numbers_of_the_sheet() -> None:
    rows = [(2, ["某某镇整改台账"]), (4, HEAD), (5, RIGHT), (9, changed(problem="二", due=""))]
    assert read_table(rows).faults == (RowFault(row=9, column="due", code="empty"),)


@pytest.mark.parametrize(
    "head",
    [
        ["序号", "存在问题", "责任领导", "具体整改措施", "整改时限"],
        ["编号", "反馈问题", "整改责任人", "措施", "完成时间（年月日）"],
        ["No", "Problem", "Responsible", "Measure", "Due"],
        [" 序 号 ", "问 题", "责任人", "整改 措施", "完成期限"],
    ],
)
def test_a_header_is_known_by_its_synonyms(head: list[str]) -> None:
    assert faults(RIGHT, head=head) == []


def test_no_name_of_a_column_is_claimed_twice() -> None:
    names = [name for names in COLUMNS.values() for name in names]
    assert len(names) == len(set(names))
    assert set(NEEDED) <= set(SHOWN)
    assert set(SHOWN) == set(COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31", "2026/3/31", "2026.3.31", "20260331", "2026年3月31日", "2026 年 3 月 31 日",
        "２０２６年３月３１日", "2026-03-31 00:00:00", "46112", "2026年3月31日前", "2026年3月31号",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_usual_form(text: str) -> None:
    assert read_day(text) == date(2026, 3, 31)


CELL = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 5000),
            st.lists(st.one_of(CELL, st.sampled_from([*HEAD, *RIGHT])), max_size=8),
        ),
        max_size=12,
    )
)
def test_any_rows_give_items_or_faults_and_never_an_error(
    rows: list[tuple[int, list[str]]],
) -> None:
    found = read_table(rows)
    assert isinstance(found, Table)
    assert bool(found.items) != bool(found.faults)
    assert all(fault.code for fault in found.faults)


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_a_code(text: str) -> None:
    assert isinstance(read_day(text), date) or read_day(text) in (
        "vague_day",
        "no_such_day",
        "not_a_day",
    )


WORD = st.text(string.ascii_letters + "整改措施问题清单=+-@ ", min_size=1, max_size=LONGEST // 50)


@given(
    st.lists(st.tuples(WORD, WORD, st.dates(date(2000, 1, 1), date(2100, 12, 31))), max_size=20)
)
def test_right_rows_come_back_as_they_were_written(rows: list[tuple[str, str, date]]) -> None:
    cells = [
        [str(n), f"{problem}x{n}", "张三", f"{measure}x", day.isoformat()]
        for n, (problem, measure, day) in enumerate(rows)
    ]
    found = read_table([(1, HEAD), *((n, row) for n, row in enumerate(cells, 2))])
    if not rows:
        assert found.faults == (RowFault(row=0, column="", code="no_rows"),)
        return
    assert [(item.problem, item.measure, item.due) for item in found.items] == [
        (row[1].strip(), row[3].strip(), date.fromisoformat(row[4])) for row in cells
    ]
