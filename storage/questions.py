"""Questions of the team to a reporter: facts at once, free words after the leader's release."""

from dataclasses import dataclass
from typing import Literal

from storage import report_texts, reports
from storage.base import Row, Session
from storage.sealing import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `text_key` names a fixed fact question; `text` holds free words, else ""."""

    id: str
    report_id: str
    kind: Literal["fact", "free"]
    text_key: str
    text: str
    asked_by: str
    asked_at: int
    released_by: str
    released_at: int
    answered_at: int
    answer_version: int
    dropped_at: int

    @property
    def pending(self) -> bool:
        """Whether the reporter may see it and has not answered."""
        return bool(self.released_at) and not self.answered_at and not self.dropped_at


def ask(
    db: Session,
    vault: Vault,
    *,
    id: str,
    report_id: str,
    kind: Literal["fact", "free"],
    asked_by: str,
    at: int,
    text_key: str = "",
    text: str = "",
    released_by: str = "",
) -> None:
    """Put a question. A fact question (`text_key`) is released by its asker at once."""
    released = released_by or (asked_by if kind == "fact" else "")
    words = None
    if text:
        key = reports.data_key(db, vault, report_id)
        if key is None:
            raise report_texts.Shredded
        words = key.seal(text.encode(), _place(id))
    db.run(
        "questions.ask",
        id=id,
        report_id=report_id,
        kind=kind,
        text_key=text_key,
        words=words,
        asked_by=asked_by,
        asked_at=at,
        released_by=released,
        released_at=at if released else 0,
    )


def get(db: Session, vault: Vault, question_id: str) -> Question | None:
    """One question, or None."""
    row = db.one("questions.get", id=question_id)
    return None if row is None else _question(db, vault, row)


def of(db: Session, vault: Vault, report_id: str) -> list[Question]:
    """Every question of a report, in the order in which they were asked."""
    return [_question(db, vault, r) for r in db.all("questions.of", report_id=report_id)]


def pending(db: Session, vault: Vault, report_id: str) -> list[Question]:
    """The questions that the reporter may see and has not answered."""
    return [q for q in of(db, vault, report_id) if q.pending]


def unreleased(db: Session, vault: Vault) -> list[Question]:
    """Free questions that wait for a leader's release, of every mission."""
    return [_question(db, vault, r) for r in db.all("questions.unreleased")]


def release(db: Session, question_id: str, by: str, at: int) -> bool:
    """Let a question go out; False when it already went or was dropped."""
    return db.one("questions.release", id=question_id, released_by=by, at=at) is not None


def drop(db: Session, question_id: str, at: int) -> bool:
    """Do not let it go out, or take it back before an answer."""
    return db.one("questions.drop", id=question_id, at=at) is not None


def answer(db: Session, vault: Vault, question: Question, text: str, at: int) -> bool:
    """Keep the reporter's answer as a new version of text; False when it was answered before."""
    if not question.pending:
        return False
    version = report_texts.add(db, vault, question.report_id, f"answer:{question.id}", text, at)
    row = db.one("questions.answer", id=question.id, at=at, version=version)
    return row is not None


def _question(db: Session, vault: Vault, row: Row) -> Question:
    text = ""
    if row["words"] is not None:
        key = reports.data_key(db, vault, row["report_id"])
        if key is not None:
            text = key.open(bytes(row["words"]), _place(row["id"])).decode()
    return Question(
        id=row["id"],
        report_id=row["report_id"],
        kind=row["kind"],
        text_key=row["text_key"],
        text=text,
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        released_by=row["released_by"],
        released_at=row["released_at"],
        answered_at=row["answered_at"],
        answer_version=row["answer_version"],
        dropped_at=row["dropped_at"],
    )


def _place(question_id: str) -> str:
    return f"question.words:{question_id}"
