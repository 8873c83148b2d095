"""What left the house about a report: letter and day, and what came back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage import report_texts, reports
from storage.base import Row, Session
from storage.sealing import DataKey, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One item that left with a letter. Days are ISO dates, "" = not yet.

    `letter` is plain JSON: number, to, class, tier, and the text that was handed over.
    """

    id: str
    report_id: str
    department_id: str
    letter: Mapping[str, Any]
    sent_on: str
    entered_by: str
    at: int
    back_on: str = ""
    back: str = ""
    letter_id: str = ""
    received_on: str = ""

    @property
    def papers(self) -> str:
        """Owner of the files that are handed over with the item."""
        return f"document:{self.id}"


def add(db: Session, vault: Vault, new: Sending) -> None:
    """Record a sending under the report's key."""
    letter = json.dumps(dict(new.letter), ensure_ascii=False).encode()
    db.run(
        "sendings.add",
        id=new.id,
        report_id=new.report_id,
        department_id=new.department_id,
        letter=_key(db, vault, new.report_id).seal(letter, f"sending.letter:{new.id}"),
        sent_on=new.sent_on,
        entered_by=new.entered_by,
        at=new.at,
        letter_id=new.letter_id,
    )


def of(db: Session, vault: Vault, report_id: str) -> list[Sending]:
    """Everything that was sent about a report, oldest first; empty once it is shredded."""
    key = reports.data_key(db, vault, report_id)
    if key is None:
        return []
    return [_sending(key, row) for row in db.all("sendings.of", report_id=report_id)]


def of_letter(db: Session, vault: Vault, letter_id: str) -> list[Sending]:
    """The items of one letter in the order of their entry; without those that were shredded."""
    keyed = [
        (reports.data_key(db, vault, row["report_id"]), row)
        for row in db.all("sendings.of_letter", letter_id=letter_id)
    ]
    return [_sending(key, row) for key, row in keyed if key is not None]


def hand_over(db: Session, vault: Vault, sending: Sending, text: str) -> None:
    """Write what is handed over with the item: staff's own words, never the original."""
    letter = json.dumps({**sending.letter, "text": text}, ensure_ascii=False).encode()
    sealed = _key(db, vault, sending.report_id).seal(letter, f"sending.letter:{sending.id}")
    db.run("sendings.rewrite", id=sending.id, letter=sealed)


def received(db: Session, id: str, day: str) -> bool:
    """The receiver has it since that day; False where a day is on record."""
    return db.did("sendings.received", id=id, received_on=day)


def came_back(
    db: Session, vault: Vault, sending: Sending, *, text: str, day: str, by: str, at: int
) -> bool:
    """Record the answer; False when one is there already."""
    key = _key(db, vault, sending.report_id)
    row = db.one(
        "sendings.came_back",
        id=sending.id,
        back=key.seal(text.encode(), f"sending.back:{sending.id}"),
        back_on=day,
        back_by=by,
        at=at,
    )
    return row is not None


def _key(db: Session, vault: Vault, report_id: str) -> DataKey:
    key = reports.data_key(db, vault, report_id)
    if key is None:
        raise report_texts.Shredded
    return key


def _sending(key: DataKey, row: Row) -> Sending:
    back = ""
    if row["back"] is not None:
        back = key.open(bytes(row["back"]), f"sending.back:{row['id']}").decode()
    return Sending(
        id=row["id"],
        report_id=row["report_id"],
        department_id=row["department_id"],
        letter=json.loads(key.open(bytes(row["letter"]), f"sending.letter:{row['id']}")),
        sent_on=row["sent_on"],
        entered_by=row["entered_by"],
        at=row["at"],
        back_on=row["back_on"],
        back=back,
        letter_id=row["letter_id"],
        received_on=row["received_on"],
    )
