"""The rows of an uploaded 整改台账: columns known by their names, every wrong cell named."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casework.hygiene import displayable, folded, is_blank

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "no", "number"),
    "problem": ("问题", "存在问题", "具体问题", "反馈问题", "问题清单", "问题描述", "problem"),
    "task": ("整改任务", "任务", "整改目标", "任务清单", "task"),
    "person": ("责任人", "整改责任人", "责任领导", "牵头责任人", "person", "responsible"),
    "department": ("责任单位", "责任部门", "责任科室", "牵头单位", "department"),
    "measure": ("整改措施", "措施", "具体措施", "具体整改措施", "措施清单", "measure"),
    "due": ("完成时限", "整改时限", "时限", "完成时间", "完成期限", "整改期限", "due"),
    "kind": ("整改类型", "类型", "整改方式", "kind"),
    "note": ("备注", "说明", "note", "remarks"),
}
"""Column key → names under which a header may call it; compared without blanks and case."""

NEEDED = ("problem", "person", "measure", "due")
"""A22: 分解责任、落实到人、明确时限. Without one of these a row is no item."""

SHOWN = ("number", "problem", "task", "person", "department", "measure", "due", "kind", "note")
"""The columns of the template, in order."""

KINDS: Mapping[str, str] = {
    "": "now",
    "立即整改": "now",
    "立行立改": "now",
    "即知即改": "now",
    "now": "now",
    "分步整改": "phased",
    "分阶段整改": "phased",
    "逐步解决": "phased",
    "长期整改": "phased",
    "phased": "phased",
}
"""A23: 具备条件的及时解决; 复杂的制定可行方案、逐步解决."""

HEADER_WITHIN = 10  # rows from the top in which the header must stand
LONGEST = 2_000  # characters of a cell
ITEMS_MAX = 500  # of one sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftItem:
    """One right row. `kind` is now | phased; texts are cleaned for display."""

    row: int
    problem: str
    person: str
    measure: str
    due: date
    task: str = ""
    department: str = ""
    note: str = ""
    kind: str = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """One wrong cell: the row as the sheet counts it, the column's key, and a code for the mend.

    Codes: empty, too_long, vague_day, no_such_day, not_a_day, kind, twice; for the whole sheet
    (row 0): no_header, no_column, two_columns, no_rows, too_many.
    """

    row: int
    column: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a sheet says: items are there only where `faults` is empty."""

    items: tuple[DraftItem, ...] = ()
    faults: tuple[RowFault, ...] = ()


def read_table(rows: Sequence[tuple[int, Sequence[str]]]) -> Table:
    """Rows (number in the sheet, cells as text) → items or faults. Never raises on any text."""
    found = _header(rows)
    if found is None:
        return Table(faults=(RowFault(row=0, column="", code="no_header"),))
    at, columns, doubled = found
    missing = [name for name in NEEDED if name not in columns]
    faults = [RowFault(row=0, column=name, code="no_column") for name in missing]
    faults += [RowFault(row=0, column=name, code="two_columns") for name in doubled]
    below = [(number, cells) for number, cells in rows[at + 1 :] if any(map(str.strip, cells))]
    if not below:
        faults.append(RowFault(row=0, column="", code="no_rows"))
    if len(below) > ITEMS_MAX:
        faults.append(RowFault(row=0, column="", code="too_many"))
    if faults:
        return Table(faults=tuple(faults))
    return _items(below, columns)


def read_day(text: str) -> date | str:
    """A day as people write it: 2026-03-31, 2026/3/31, 2026.3.31, 20260331, 2026年3月31日, 46112.

    Otherwise the code of what is wrong: vague_day (3月底, 长期), no_such_day, not_a_day.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _DAY.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is not None:
        return _day(*(int(part) for part in found.groups()[:3]))
    if _SERIAL.fullmatch(plain):
        return _EPOCH + timedelta(days=int(plain))
    return "vague_day" if _VAGUE.search(plain) else "not_a_day"


_DAY = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?(?:前|之前)?"
    r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})", re.ASCII)
_SERIAL = re.compile(r"[3-7]\d{4}", re.ASCII)  # days as a spreadsheet counts them: 1982 to 2119
_EPOCH = date(1899, 12, 30)
_VAGUE = re.compile("[年月季日底末初旬]|长期|持续|立即|立行|即知|常态|近期|尽快")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def _day(year: int, month: int, day: int) -> date | str:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return "no_such_day"
    try:
        return date(year, month, day)
    except ValueError:
        return "no_such_day"


def _header(
    rows: Sequence[tuple[int, Sequence[str]]],
) -> tuple[int, dict[str, int], list[str]] | None:
    """(index, column → cell, columns named twice) of the first row with two known names."""
    for at, (_, cells) in enumerate(rows[:HEADER_WITHIN]):
        known = [(name, place) for place, cell in enumerate(cells) if (name := _column(cell))]
        names = [name for name, _ in known]
        if len(set(names)) >= 2 and ("problem" in names or "measure" in names):
            doubled = sorted({name for name in names if names.count(name) > 1})
            return at, dict(known), doubled
    return None


def _column(cell: str) -> str:
    plain = _PARENS.sub("", unicodedata.normalize("NFKC", cell))
    wanted = folded(plain)
    named = (name for name, names in COLUMNS.items() if wanted in names)
    return next(named, "")


_PARENS = re.compile(r"\([^()]*\)")


def _items(rows: Sequence[tuple[int, Sequence[str]]], columns: Mapping[str, int]) -> Table:
    items: list[DraftItem] = []
    faults: list[RowFault] = []
    seen: set[tuple[str, str]] = set()
    for number, cells in rows:
        values = {name: _cell(cells, place) for name, place in columns.items()}
        wrong = list(_faults(number, values))
        made = None if wrong else _item(number, values)
        if made is not None:
            if identity(made.problem, made.measure) in seen:
                wrong.append(RowFault(row=number, column="problem", code="twice"))
            seen.add(identity(made.problem, made.measure))
            items.append(made)
        faults += wrong
    return Table(faults=tuple(faults)) if faults else Table(items=tuple(items))


def identity(problem: str, measure: str) -> tuple[str, str]:
    """What makes two rows the same item: the words of problem and measure, without blanks."""
    return folded(problem), folded(measure)


def _faults(row: int, values: Mapping[str, str]) -> Iterator[RowFault]:
    for name, value in values.items():
        if name in NEEDED and is_blank(value):
            yield RowFault(row=row, column=name, code="empty")
        elif len(value) > LONGEST:
            yield RowFault(row=row, column=name, code="too_long")
        elif name == "due" and isinstance(day := read_day(value), str):
            yield RowFault(row=row, column=name, code=day)
        elif name == "kind" and value.casefold() not in KINDS:
            yield RowFault(row=row, column=name, code="kind")


def _item(row: int, values: Mapping[str, str]) -> DraftItem | None:
    due = read_day(values["due"])
    if isinstance(due, str):
        return None
    return DraftItem(
        row=row,
        problem=values["problem"],
        task=values.get("task", ""),
        person=values["person"],
        department=values.get("department", ""),
        measure=values["measure"],
        note=values.get("note", ""),
        kind=KINDS[values.get("kind", "").casefold()],
        due=due,
    )


def _cell(cells: Sequence[str], place: int) -> str:
    """A cell as shown; the mark that keeps a text from being a formula is taken off again."""
    text = cells[place] if place < len(cells) else ""
    plain = text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@\t\r") else text
    return displayable(plain).strip()
