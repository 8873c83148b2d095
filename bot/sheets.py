"""Spreadsheets: the one file that reads and writes .xlsx."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook, load_workbook

from casework.errors import DataError
from casework.hygiene import displayable

ROWS_MAX, COLUMNS_MAX, CELL_MAX = 5_000, 40, 5_000
"""What one sheet may hold: rows, columns, characters in a cell."""


WRITTEN_MAX = 32_000
"""Characters that a spreadsheet program takes in one cell, with room for a mark before them."""
_NOT_IN_TITLES = "[]:*?/\\"


def read_sheet(data: bytes) -> list[list[str]]:
    """The first sheet as rows of trimmed text; dates as YYYY-MM-DD, empty rows left out.

    Raises DataError in one line: not an .xlsx, or too large.
    """
    return [row for _, row in read_numbered(data)]


def read_numbered(data: bytes) -> list[tuple[int, list[str]]]:
    """The rows of `read_sheet`, each with its number as the spreadsheet shows it."""
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows: list[tuple[int, list[str]]] = []
        listed = sheet.iter_rows(max_row=ROWS_MAX + 1, max_col=COLUMNS_MAX, values_only=True)
        for number, cells in enumerate(listed, 1):
            row = [_text(cell) for cell in cells]
            if any(row):
                rows.append((number, row))
    except Exception:
        raise DataError("the sheet cannot be read; save it as .xlsx and send it again") from None
    if len(rows) > ROWS_MAX:
        raise DataError(f"the sheet has more than {ROWS_MAX} rows; divide it")
    return rows


def write_sheet(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """An .xlsx with one sheet of text cells; nothing in it is ever a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(c for c in title if c not in _NOT_IN_TITLES)[:31])
    for row in rows:
        sheet.append([_plain(cell) for cell in row])
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    day = getattr(cell, "date", None)
    if callable(day):
        cell = day()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()[:CELL_MAX]


def _plain(cell: str) -> str:
    """Text that a spreadsheet program can hold and will not take for a formula."""
    said = displayable(cell)[:WRITTEN_MAX]
    return f"'{said}" if said.lstrip().startswith(("=", "+", "-", "@")) else said
