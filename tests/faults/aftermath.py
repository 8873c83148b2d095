"""What stands in the database and on the disk after the end, read without changing any of it."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bot.clock import SystemClock
from storage import audit, conversations, report_texts, reports
from storage.base import Session
from storage.open import open_storage
from storage.sealing import Compartment, Vault
from tests.channels.bot_api import TOKEN
from tests.faults.history import After, FileRow, OutboxRow, ReminderRow, ReportRow
from tests.faults.installation import Installation

ACCOUNT = TOKEN.partition(":")[0]
WAITING = {
    "inbox": ("new",),
    "outbox": ("planned", "sending"),
    "attachment": ("fetching",),
}
MARK = re.compile(r"〔\d+-\d+〕")


async def read_after(installation: Installation, chats: list[int]) -> After:
    """Everything the checker wants to know of a stopped installation."""
    config, vault = installation.config, installation.vault
    at = int(SystemClock(config.zone).now().timestamp())
    with _reading(config.database) as rows:
        lanes = {conversations.lane_of(vault, "telegram", ACCOUNT, str(c)): c for c in chats}
        outbox = tuple(_message(vault, lanes, row) for row in rows("outbox"))
        inbox = {row["event_id"]: row["state"] for row in rows("inbox")}
        reminders = tuple(_reminder(row) for row in rows("reminder"))
        files = tuple(_file(row) for row in rows("attachment"))
        found = [row["id"] for row in rows("report")]
    storage = open_storage(config.database)
    await storage.open()
    try:
        opened = await storage.read(lambda db: [_report(db, vault, id) for id in found])
        verdict = await storage.read(lambda db: audit.verify(db, at))
    finally:
        await storage.close()
    blobs = config.data_dir / "blobs"
    return After(
        at=at,
        inbox=inbox,
        reports=tuple(opened),
        outbox=outbox,
        reminders=reminders,
        files=files,
        blobs={p.name: int(p.stat().st_mtime) for p in blobs.glob("??/*")},
        audit=_fault_of(verdict),
    )


def nothing_waits(installation: Installation) -> bool:
    """Whether no event, no message and no file of a running installation waits for anything."""
    with _reading(installation.config.database) as rows:
        return not any(
            row["state"] in waiting for table, waiting in WAITING.items() for row in rows(table)
        )


Rows = Callable[[str], list[Mapping[str, Any]]]


@contextmanager
def _reading(url: str) -> Iterator[Rows]:
    """Every row of a table, by its name, past our own code."""
    if url.startswith("sqlite:"):
        path = Path(url.removeprefix("sqlite:"))
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
            file.row_factory = sqlite3.Row
            yield lambda table: [dict(row) for row in file.execute(f"SELECT * FROM {table}")]
        return
    with psycopg.connect(url, row_factory=dict_row) as server:
        yield lambda table: list(server.execute(f"SELECT * FROM {table}".encode()))


def _report(db: Session, vault: Vault, id: str) -> ReportRow:
    report = reports.get(db, id)
    assert report is not None
    words = "".join(part.text for part in report_texts.of(db, vault, id))
    acts = [act["action"] for act in audit.about(db, id)]
    return ReportRow(
        id=id,
        code=reports.code(db, vault, id),
        marks=tuple(dict.fromkeys(MARK.findall(words))),
        holder=report.holder,
        claims=acts.count("report.claim"),
    )


def _message(vault: Vault, lanes: Mapping[bytes, int], row: Mapping[str, Any]) -> OutboxRow:
    key = ""
    if row["body"] is not None:
        place = f"outbox.body:{row['dedupe']}"
        key = json.loads(vault.open(Compartment.CHANNEL, bytes(row["body"]), place))["k"]
    return OutboxRow(
        id=row["id"],
        chat=lanes.get(bytes(row["lane"]), 0),
        state=row["state"],
        reason=row["reason"],
        attempts=row["attempts"],
        not_before=row["not_before"],
        policy=row["policy"],
        dedupe=row["dedupe"],
        key=key,
        messages=tuple(filter(None, row["messages"].split(","))),
    )


def _reminder(row: Mapping[str, Any]) -> ReminderRow:
    return ReminderRow(
        duty=row["duty_id"], rung=row["rung"], recipient=row["recipient"], state=row["state"]
    )


def _file(row: Mapping[str, Any]) -> FileRow:
    return FileRow(id=row["id"], owner=row["owner"], state=row["state"], blob=row["blob"])


def _fault_of(verdict: audit.Verdict) -> str:
    if verdict.broken is not None:
        return f"row {verdict.broken}: {verdict.reason}"
    if verdict.late or not verdict.linked:
        return f"{verdict.waiting} acts wait for their link"
    return ""
