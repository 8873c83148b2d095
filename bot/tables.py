"""The worker that reads uploaded spreadsheets in a thread and hands their rows to a handler."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import structlog

from bot.clock import Clock
from bot.parcels import FileGone, FileRoom
from bot.sheets import read_numbered
from casework.errors import DataError
from handlers.rectification_import import take_sheet
from handlers.turn import Kit, run_tick
from storage import sheet_imports
from storage.base import Storage
from storage.blobs import BlobMissing
from storage.outbox import Parcel
from storage.randomness import SEEDS
from storage.sealing import SealBroken
from storage.sheet_imports import Arrived

log = structlog.get_logger()
BYTES_MAX = 5_000_000  # of the file as it was sent
UNPACKED_MAX = 30_000_000  # of its parts, looked at before anything is unpacked
PARTS_MAX = 300
_ENCRYPTED = 0x1
_REASONS = {"macro": "macro", "bomb": "bomb", "too_big": "too_big"}

Rows = list[tuple[int, list[str]]]


class SheetFault(Exception):
    """A sheet cannot be read; `code` is too_big, bomb, macro, encrypted or unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Tables:
    """Reads what has arrived, oldest first; each sheet is settled in a unit of its own."""

    def __init__(
        self,
        storage: Storage,
        kit: Kit,
        files: FileRoom,
        offer: Callable[[Iterable[Parcel]], None],
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._kit = kit
        self._files = files
        self._offer = offer
        self._clock = clock

    async def run_due(self) -> int:
        """Read every sheet whose bytes have come; how many were settled."""
        total = 0
        while found := await self._storage.read(sheet_imports.arrived):
            for arrived in found:
                await self._one(arrived)
            total += len(found)
        return total

    async def _one(self, arrived: Arrived) -> None:
        rows: Rows = []
        fault = ""
        try:
            rows = await self._rows(arrived)
        except (FileGone, BlobMissing, SealBroken):
            fault = "failed"
        except SheetFault as refused:
            fault = refused.code
        log.info("sheet.read", count=len(rows), reason=fault)
        tick = partial(take_sheet, upload_id=arrived.id, rows=rows, fault=fault)
        unit = partial(
            run_tick, kit=self._kit, tick=tick, now=self._clock.now(), seed=SEEDS.draw()
        )
        self._offer(await self._storage.transact(unit))

    async def _rows(self, arrived: Arrived) -> Rows:
        if arrived.state == "refused":
            raise SheetFault(_REASONS.get(arrived.reason, "unreadable"))
        if arrived.state != "stored":
            raise FileGone
        pieces = await self._files.pieces(arrived.attachment_id)
        return await asyncio.to_thread(lambda: read_rows(_joined(pieces)))


def _joined(pieces: Iterator[bytes]) -> bytes:
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) > BYTES_MAX:
            raise SheetFault("too_big")
    return bytes(held)


def read_rows(data: bytes) -> Rows:
    """The rows of the first sheet with their numbers. Errors: SheetFault alone."""
    if len(data) > BYTES_MAX:
        raise SheetFault("too_big")
    _look(data)
    try:
        return read_numbered(data)
    except DataError:
        raise SheetFault("unreadable") from None


def _look(data: bytes) -> None:
    """Refuse by the list of parts what must never be unpacked."""
    try:
        with ZipFile(BytesIO(data)) as parts:
            listed = parts.infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        raise SheetFault("unreadable") from None
    if any(part.flag_bits & _ENCRYPTED for part in listed):
        raise SheetFault("encrypted")
    if len(listed) > PARTS_MAX or sum(part.file_size for part in listed) > UNPACKED_MAX:
        raise SheetFault("bomb")
    if any(part.filename.lower().endswith("vbaproject.bin") for part in listed):
        raise SheetFault("macro")
