"""Internal notes of staff on a report: sealed with it, never sent out."""

from dataclasses import dataclass

from storage import report_texts, reports
from storage.base import Session
from storage.sealing import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note of one member of staff."""

    id: str
    text: str
    author: str
    at: int


def add(
    db: Session, vault: Vault, *, id: str, report_id: str, text: str, author: str, at: int
) -> None:
    """Add a note under the report's own key."""
    key = reports.data_key(db, vault, report_id)
    if key is None:
        raise report_texts.Shredded
    words = key.seal(text.encode(), _place(id))
    db.run("notes.add", id=id, report_id=report_id, words=words, author=author, at=at)


def of(db: Session, vault: Vault, report_id: str) -> list[Note]:
    """The notes of a report, oldest first; empty once it is shredded."""
    key = reports.data_key(db, vault, report_id)
    if key is None:
        return []
    return [
        Note(
            id=r["id"],
            text=key.open(bytes(r["words"]), _place(r["id"])).decode(),
            author=r["author"],
            at=r["at"],
        )
        for r in db.all("notes.of", report_id=report_id)
    ]


def _place(note_id: str) -> str:
    return f"note.words:{note_id}"
