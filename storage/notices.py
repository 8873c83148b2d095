"""Notices to a unit (立行立改, 003 第九条) and what the unit reports on them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from storage.base import Row, Session
from storage.sealing import Compartment, Vault

State = Literal["sent", "signed", "reported", "returned", "examined", "done"]
ResultState = Literal["handed", "returned", "examined", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice. Its number is (year, serial) of this unit and derived from nothing else.

    `due` is an internal date, no law. `words` is the approved text and nothing more.
    """

    id: str
    text_id: str
    stationing_id: str
    unit_id: str
    kind: str
    year: int
    serial: int
    words: str
    sent_on: date
    due: date
    sent_by: str
    sent_at: int
    signed_by: str = ""
    signed_at: int = 0
    state: State = "sent"
    reminded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One version of the unit's result; its files hang on the owner `document:<id>`."""

    id: str
    notice_id: str
    version: int
    words: str
    actor: str
    at: int
    state: ResultState = "handed"
    decided_by: str = ""
    decided_at: int = 0

    @property
    def owner(self) -> str:
        """The owner string of its attachments."""
        return f"document:{self.id}"


def next_serial(db: Session, unit_id: str, year: int) -> int:
    """The next number of this unit in this year."""
    row = db.one("notices.serial", unit_id=unit_id, year=year)
    return 1 + int((row["serial"] if row else None) or 0)


def add(db: Session, vault: Vault, new: Notice) -> None:
    """Keep a notice that left."""
    db.run(
        "notices.add",
        id=new.id,
        text_id=new.text_id,
        stationing_id=new.stationing_id,
        unit_id=new.unit_id,
        kind=new.kind,
        year=new.year,
        serial=new.serial,
        words=vault.seal(Compartment.CONTENT, new.words.encode(), _place(new.id)),
        sent_on=new.sent_on.isoformat(),
        due=new.due.isoformat(),
        sent_by=new.sent_by,
        sent_at=new.sent_at,
    )


def get(db: Session, vault: Vault, notice_id: str) -> Notice | None:
    """One notice, or None."""
    row = db.one("notices.get", id=notice_id)
    return None if row is None else _notice(vault, row)


def of_unit(db: Session, vault: Vault, unit_id: str) -> list[Notice]:
    """The notices of a unit, the newest first."""
    return [_notice(vault, row) for row in db.all("notices.of_unit", unit_id=unit_id)]


def unfinished(db: Session, vault: Vault, limit: int = 200) -> list[Notice]:
    """Notices that are not done, the earliest date first."""
    return [_notice(vault, row) for row in db.all("notices.unfinished", limit=limit)]


def sign(db: Session, notice: Notice, person_id: str, at: int) -> bool:
    """签收; False where it was signed before."""
    return db.one("notices.sign", id=notice.id, person_id=person_id, at=at) is not None


def move(db: Session, notice: Notice, state: State) -> bool:
    """Move a notice on; False where it stood otherwise."""
    return db.one("notices.move", id=notice.id, was=notice.state, state=state) is not None


def remind(db: Session, notice: Notice, rung: int) -> bool:
    """Note that a rung was reminded of; False where that or a later one was before."""
    return db.one("notices.reminded", id=notice.id, reminded=rung) is not None


def add_result(db: Session, vault: Vault, new: Result) -> None:
    """Keep a version of the unit's result."""
    db.run(
        "notices.add_result",
        id=new.id,
        notice_id=new.notice_id,
        version=new.version,
        words=vault.seal(Compartment.CONTENT, new.words.encode(), _result_place(new.id)),
        actor=new.actor,
        at=new.at,
    )


def results(db: Session, vault: Vault, notice_id: str) -> list[Result]:
    """What the unit reported, oldest first."""
    return [_result(vault, row) for row in db.all("notices.results", notice_id=notice_id)]


def result(db: Session, vault: Vault, result_id: str) -> Result | None:
    """One result, or None."""
    row = db.one("notices.result", id=result_id)
    return None if row is None else _result(vault, row)


def decide(db: Session, result: Result, state: ResultState, person_id: str, at: int) -> bool:
    """Examine, return or record a result; False where somebody was faster."""
    row = db.one(
        "notices.decide_result",
        id=result.id,
        was=result.state,
        state=state,
        person_id=person_id,
        at=at,
    )
    return row is not None


def _notice(vault: Vault, row: Row) -> Notice:
    plain = vault.open(Compartment.CONTENT, bytes(row["words"]), _place(row["id"]))
    values = {name: row[name] for name in Notice.__slots__}
    days = {name: date.fromisoformat(row[name]) for name in ("sent_on", "due")}
    return Notice(**{**values, **days, "words": plain.decode()})


def _result(vault: Vault, row: Row) -> Result:
    plain = vault.open(Compartment.CONTENT, bytes(row["words"]), _result_place(row["id"]))
    values = {name: row[name] for name in Result.__slots__}
    return Result(**{**values, "words": plain.decode()})


def _place(notice_id: str) -> str:
    return f"unit_notice.words:{notice_id}"


def _result_place(result_id: str) -> str:
    return f"notice_result.words:{result_id}"
