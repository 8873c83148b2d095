"""Sheets read by the worker: real files through the blob store to rows, and those refused."""

import asyncio
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.clock import MovedClock
from bot.made_files import make_file
from bot.parcels import FileRoom
from bot.sheets import write_sheet
from bot.tables import BYTES_MAX, SheetFault, Tables, read_rows
from casework.rectification_sheet import SHOWN, read_table
from handlers.rectification_import import SHEET_MIME
from storage import attachments
from storage.attachments import Fetch
from storage.base import Session
from storage.blobs import LocalBlobs
from storage.outbox import Parcel
from tests.handlers.conftest import MakeWorld
from tests.handlers.rectification_house import HEAD, ROUTES, ItemHouse, build, good
from tests.handlers.talk import ZONE

SHEET = write_sheet("整改台账", [HEAD, good(1), good(2, "2026年4月30日")])


class Worker:
    """The house with a blob store and the worker beside it."""

    def __init__(self, home: ItemHouse, folder: Path) -> None:
        world = home.world
        self.home, self.folder = home, folder
        self.blobs = LocalBlobs(folder / "blobs")
        self.sent: list[Parcel] = []
        room = FileRoom(world.storage, world.kit.vault, self.blobs, folder / "leaving")
        self.tables = Tables(
            world.storage, world.kit, room, lambda p: self.sent.extend(p), MovedClock(ZONE)
        )

    async def send(self, data: bytes) -> None:
        """The liaison sends a file, and its bytes come."""
        await self.home.liaison.say("/items")
        await self.home.liaison.press("导入表格")
        await self.home.liaison.send_file("整改台账.xlsx", kind="document")
        await self.home.liaison.press("完成")
        await self.settle(lambda db, fetch: self._store(db, fetch, data))

    async def settle(self, settle: Callable[[Session, Fetch], object]) -> None:
        """What became of the file."""
        vault, now = self.home.world.kit.vault, int(self.home.world.now.timestamp())

        def unit(db: Session) -> None:
            for fetch in attachments.claim(db, vault, now, 10):
                settle(db, fetch)

        await self.home.world.storage.transact(unit)

    def _store(self, db: Session, fetch: Fetch, data: bytes) -> None:
        with self.blobs.writer(fetch.key, attachments.content_place(fetch.id)) as writer:
            writer.write(data)
            blob = writer.finish()
        attachments.stored(db, fetch, blob=blob, size=len(data), mime=SHEET_MIME)

    @property
    def told(self) -> list[str]:
        """The keys of what left."""
        return [parcel.body["k"] for parcel in self.sent]


@pytest.fixture
async def worker(make_world: MakeWorld, tmp_path: Path) -> Worker:
    return Worker(await build(make_world(ROUTES)), tmp_path)


async def test_a_sheet_is_read_once_its_bytes_are_there(worker: Worker) -> None:
    await worker.send(SHEET)
    assert await worker.tables.run_due() == 1
    assert worker.told == ["rectification.preview"]
    assert worker.sent[0].body["v"]["n"] == 2
    assert await worker.tables.run_due() == 0


async def test_a_broken_sheet_is_told_and_read_no_more(worker: Worker) -> None:
    await worker.send(b"PK\x03\x04 no sheet at all")
    assert await worker.tables.run_due() == 1
    assert worker.told == ["rectification.sheet_refused"]
    assert await worker.tables.run_due() == 0


@pytest.mark.parametrize("state", ["failed", "refused"])
async def test_a_file_that_never_comes_is_told(worker: Worker, state: str) -> None:
    await worker.home.liaison.say("/items")
    await worker.home.liaison.press("导入表格")
    await worker.home.liaison.send_file("整改台账.xlsx", kind="document")
    await worker.home.liaison.press("完成")
    assert await worker.tables.run_due() == 0
    await worker.settle(
        lambda db, fetch: attachments.close(db, fetch, state=state, reason="macro")
    )
    assert await worker.tables.run_due() == 1
    line = worker.sent[0].body["v"]["lines"][0]["$t"][0]
    assert line == f"rectification.file_{'macro' if state == 'refused' else 'failed'}"


async def test_lost_bytes_stop_nobody_else(worker: Worker) -> None:
    await worker.send(SHEET)
    for path in list(worker.folder.glob("blobs/??/*")):
        path.unlink()
    await worker.send(write_sheet("x", [HEAD, good(3)]))
    assert await worker.tables.run_due() == 2
    assert worker.told == ["rectification.sheet_refused", "rectification.preview"]


def packed(**parts: bytes) -> bytes:
    held = io.BytesIO(SHEET)
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return held.getvalue()


def locked() -> bytes:
    """The flag that says a part is encrypted, in every entry of the central list."""
    data = bytearray(SHEET)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    return bytes(data)


def entities() -> bytes:
    """An entity that stands for itself many times over, in the sheet."""
    bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><x>&b;</x>"
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SHEET)) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            data = bomb if "sheet1" in part.filename else old.read(part)
            new.writestr(part, data)
    return held.getvalue()


REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("nothing", lambda: b"", "unreadable"),
    ("words", lambda: "问题,责任人\n".encode(), "unreadable"),
    ("an old .xls", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "unreadable"),
    ("half a file", lambda: SHEET[: len(SHEET) // 2], "unreadable"),
    ("another archive", lambda: zipped({"a.txt": b"a"}), "unreadable"),
    ("a workbook without sheets", lambda: zipped({"xl/workbook.xml": b"<workbook/>"}),
     "unreadable"),
    ("too big", lambda: bytes(BYTES_MAX + 1), "too_big"),
    ("a bomb", lambda: packed(xl__media__a=bytes(31_000_000)), "bomb"),
    ("many parts", lambda: packed(**{f"part{n}": b"x" for n in range(400)}), "bomb"),
    ("macros", lambda: packed(**{"xl__vbaProject.bin": b"x"}), "macro"),
    ("a password", locked, "encrypted"),
    ("entities", entities, "unreadable"),
]  # fmt: skip


def zipped(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return held.getvalue()


@pytest.mark.parametrize(("make", "code"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_a_broken_sheet_has_a_code_and_no_other_error(
    make: Callable[[], bytes], code: str
) -> None:
    with pytest.raises(SheetFault) as refused:
        read_rows(make())
    assert refused.value.code == code


def test_rows_have_the_numbers_that_the_spreadsheet_shows() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row, cells in ((1, HEAD), (3, good(1)), (7, good(2))):
        for column, cell in enumerate(cells, 1):
            sheet.cell(row, column, cell)
    sheet.cell(7, 7, date(2026, 4, 30))
    held = io.BytesIO()
    book.save(held)
    rows = read_rows(held.getvalue())
    assert [number for number, _ in rows] == [1, 3, 7]
    assert rows[2][1][6] == "2026-04-30"


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn", "Cf"]))
ROW = st.tuples(CELL, CELL, CELL, st.dates(date(2000, 1, 1), date(2100, 1, 1)))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=4))
def test_the_template_filled_in_comes_back_as_items(
    rows: list[tuple[str, str, str, date]],
) -> None:
    """Template → rows → items: whatever people write, formulas included, it is text."""
    head = ["序号", "问题", "整改任务", "责任人", "责任单位", "整改措施", "完成时限"]
    assert len(head) < len(SHOWN)
    filled = [
        [str(n), f"问{p}{n}", t, f"人{w}", "", f"措{p}", day.isoformat()]
        for n, (p, t, w, day) in enumerate(rows)
    ]
    data = make_file({"kind": "sheet", "title": "整改台账", "rows": [head, *filled]})
    table = read_table(read_rows(data))
    assert table.faults == ()
    assert [(i.problem, i.task, i.person, i.due) for i in table.items] == [
        (row[1].strip(), row[2].strip(), row[3].strip(), date.fromisoformat(row[6]))
        for row in filled
    ]


async def test_a_made_file_leaves_as_bytes_and_is_gone_afterwards(
    worker: Worker, tmp_path: Path
) -> None:
    world = worker.home.world
    room = FileRoom(world.storage, world.kit.vault, worker.blobs, tmp_path / "out")
    made = {"kind": "sheet", "title": "整改台账", "rows": [HEAD]}
    async with room.documents([["", "整改台账.xlsx", SHEET_MIME, made]]) as documents:
        data = await asyncio.to_thread(documents[0].path.read_bytes)
        assert read_rows(data)[0][1][: len(HEAD)] == HEAD
    assert list((tmp_path / "out").iterdir()) == []
