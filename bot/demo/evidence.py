"""What the database holds after the story, read from the real file."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.demo.player import Told
from bot.demo.stage import installation
from casework.receipt import read_code
from handlers.intake.packaged import phrases
from storage import (
    attachments,
    audit,
    documents,
    duties,
    missions,
    questions,
    receipts,
    reminders,
    report_texts,
    reports,
)
from storage.audit import Verdict
from storage.base import Session
from storage.documents import Document
from storage.duties import Duty
from storage.keyring import Keyring
from storage.open import open_storage
from storage.questions import Question
from storage.report_texts import TextPart
from storage.reports import Event, Report
from storage.sealing import Vault

PIECE = 8  # characters in a row that would betray a text
WORD = 8  # bytes that are looked at together
Found = TypeVar("Found")
QUEUES: tuple[reports.Queue, ...] = ("team", "office", "leading", "superior")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """One line of the reminder ledger. `at` is the rung's distance, as `-10 workday`."""

    obligation: str
    at: str
    level: str
    on: date
    recipient: str
    purpose: str
    state: str
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One document with how many of its files are stored."""

    obligation: str
    document: Document
    files: int
    stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The database after the story. `opened`: ids that the citizen's receipt opens."""

    reports: tuple[Report, ...]
    opened: tuple[str, ...]
    texts: tuple[TextPart, ...]
    questions: tuple[Question, ...]
    history: tuple[Event, ...]
    milestones: Mapping[str, date]
    duties: tuple[Duty, ...]
    ledger: tuple[Reminded, ...]
    handed: tuple[Handed, ...]
    inbox: Mapping[str, int]  # what is not done, by state
    outbox: Mapping[str, int]  # what is neither sent nor overtaken, by state
    audit: Verdict
    readable: tuple[str, ...]  # files in which a word of the story lies open


async def gather(folder: Path, told: Told, stationing: str, readable: Iterable[str]) -> Facts:
    """Open the store that the stopped server left, and look."""
    return await look_into(
        folder, lambda db, vault, zone: _facts(db, vault, zone, told, stationing, tuple(readable))
    )


async def look_into(folder: Path, look: Callable[[Session, Vault, ZoneInfo], Found]) -> Found:
    """Read the store of an act whose server has stopped."""
    config = installation(folder, 0)
    vault = Vault(Keyring.load(config.key_file))
    storage = open_storage(config.database)
    await storage.open()
    try:
        return await storage.read(lambda db: look(db, vault, config.zone))
    finally:
        await storage.close()


def _facts(
    db: Session,
    vault: Vault,
    zone: ZoneInfo,
    told: Told,
    stationing: str,
    readable: tuple[str, ...],
) -> Facts:
    filed = all_reports(db)
    opened = opened_by(db, vault, told)
    one = opened[0] if opened else ""
    owed = duties.of_stationing(db, stationing)
    happened = duties.milestones(db, vault, stationing)
    return Facts(
        reports=filed,
        opened=opened,
        texts=tuple(report_texts.of(db, vault, one)),
        questions=tuple(questions.of(db, vault, one)),
        history=tuple(reports.history(db, one)),
        milestones={m.event: m.happened_on for m in happened},
        duties=tuple(owed),
        ledger=tuple(_ledger(db, owed, zone)),
        handed=tuple(handed_in(db, vault, owed)),
        inbox={row["state"]: int(row["n"]) for row in db.all("inbox.counts")},
        outbox={row["state"]: int(row["n"]) for row in db.all("outbox.counts")},
        audit=audit.verify(db, 0),
        readable=readable,
    )


def all_reports(db: Session) -> tuple[Report, ...]:
    """Every report there is, of whatever mission and queue."""
    found = [r for m in missions.every(db) for r in reports.of_stationing(db, m.id)]
    found += reports.in_queue(db, queues=QUEUES)
    return tuple({r.id: r for r in found}.values())


def opened_by(db: Session, vault: Vault, told: Told) -> tuple[str, ...]:
    """The reports that number and phrase open."""
    code, phrase = read_code(told.code), phrases().read(told.phrase)
    if code is None or phrase is None:
        return ()
    found = receipts.find(db, vault, code, phrase)
    return (found.id,) if found else ()


def _ledger(db: Session, owed: Iterable[Duty], zone: ZoneInfo) -> Iterator[Reminded]:
    for duty in owed:
        rungs = {rung.number: f"{rung.at:+} {rung.unit}" for rung in duty.ladder}
        for line in reminders.ledger(db, duty.id):
            yield Reminded(
                obligation=duty.obligation,
                at=rungs[line.rung],
                level=line.level,
                on=datetime.fromtimestamp(line.at, zone).date(),
                recipient=line.recipient,
                purpose=line.purpose,
                state=line.state,
                late=line.late,
            )


def handed_in(db: Session, vault: Vault, owed: Iterable[Duty]) -> Iterator[Handed]:
    """Every version of every document of these duties."""
    for duty in owed:
        for document in documents.of(db, vault, duty.id):
            files = attachments.of(db, vault, document.owner)
            stored = sum(file.state == "stored" for file in files)
            yield Handed(
                obligation=duty.obligation, document=document, files=len(files), stored=stored
            )


def pieces(words: str) -> Iterator[str]:
    """Runs of characters any of which would betray the words."""
    for line in words.split():
        for start in range(max(1, len(line) - PIECE + 1)):
            yield line[start : start + PIECE]


def readable_files(folder: Path, words: Iterable[str]) -> list[str]:
    """Files under a folder, database and write-ahead log included, that hold a word as it is."""
    wanted = {form for text in words for piece in pieces(text) for form in _forms(piece)}
    short = [form for form in wanted if len(form) < 2 * WORD - 1]
    marks: dict[int, list[bytes]] = {}
    for form in wanted.difference(short):
        for start in range(WORD):
            marks.setdefault(_number(form[start : start + WORD]), []).append(form)
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        whole = memoryview(data)[: len(data) // WORD * WORD].cast("Q")
        near = {form for mark in marks.keys() & set(whole) for form in marks[mark]}
        if any(form in data for form in (*short, *near)):
            found.append(path.name)
    return found


def _number(part: bytes) -> int:
    """Eight bytes as the machine reads them: wherever a form of fifteen lies, it holds such a
    part at a place that eight divides, so that only few forms need a search."""
    return int(memoryview(part).cast("Q")[0])


def _forms(piece: str) -> Iterator[bytes]:
    """The ways in which text ends up in a file."""
    yield piece.encode()
    yield piece.encode("utf-16-le")
    yield json.dumps(piece)[1:-1].encode()
