"""移交函: every letter that left the house by its number, signed for, or given back."""

import json
from dataclasses import dataclass

from storage.base import Row, Session
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter of one mission to one receiver. Days are ISO dates, "" = not yet.

    `department_id` is "" where the receiver is none of the plan's departments; `to` is what it is
    called. `queue` "leading": it is about the office and in no list of the office.
    """

    id: str
    stationing_id: str
    department_id: str
    number: str
    to: str
    disposition: str
    sent_on: str
    entered_by: str
    at: int
    tier: str = ""
    queue: str = "office"
    received_on: str = ""
    received_by: str = ""
    returned_on: str = ""
    reason: str = ""


def add(db: Session, vault: Vault, new: Letter) -> bool:
    """Keep a letter; False where its number is taken in the year of its sending."""
    details = {"number": new.number, "to": new.to, "tier": new.tier}
    plain = json.dumps(details, ensure_ascii=False).encode()
    return db.did(
        "letters.add",
        id=new.id,
        number_index=_index(vault, new.number),
        year=int(new.sent_on[:4]),
        stationing_id=new.stationing_id,
        department_id=new.department_id,
        queue=new.queue,
        disposition=new.disposition,
        details=vault.seal(Compartment.CONTENT, plain, f"letter.details:{new.id}"),
        sent_on=new.sent_on,
        entered_by=new.entered_by,
        at=new.at,
    )


def get(db: Session, vault: Vault, id: str) -> Letter | None:
    """One letter."""
    return _maybe(vault, db.one("letters.get", id=id))


def by_number(db: Session, vault: Vault, number: str, year: int) -> Letter | None:
    """The letter of a number and year, however its brackets and blanks are typed."""
    row = db.one("letters.by_number", number_index=_index(vault, number), year=year)
    return _maybe(vault, row)


def of_department(db: Session, vault: Vault, department_id: str) -> list[Letter]:
    """The letters of one department, newest first."""
    rows = db.all("letters.of_department", department_id=department_id)
    return [_letter(vault, row) for row in rows]


def newest(db: Session, vault: Vault, limit: int) -> list[Letter]:
    """The letters of the office, newest first."""
    return [_letter(vault, row) for row in db.all("letters.newest", limit=limit)]


def tally(db: Session, year: int) -> dict[str, int]:
    """How many letters of the office left in a year, are signed for, and came back."""
    row = db.one("letters.tally", year=year)
    names = ("sent", "signed", "back")
    return {name: int(row[name] or 0) if row is not None else 0 for name in names}


def receive(db: Session, id: str, *, on: str, by: str, at: int) -> bool:
    """Keep the day of the receipt; False where it was signed for or given back before."""
    return db.did("letters.receive", id=id, received_on=on, received_by=by, received_at=at)


def give_back(db: Session, vault: Vault, id: str, *, reason: str, on: str, by: str) -> bool:
    """Keep that the receiver gave it back; False where that was so before."""
    sealed = vault.seal(Compartment.CONTENT, reason.encode(), f"letter.reason:{id}")
    return db.did("letters.give_back", id=id, reason=sealed, returned_on=on, returned_by=by)


_BRACKETS = str.maketrans("[【［〔(（]】］〕)）", "〔〔〔〔〔〔〕〕〕〕〕〕")


def _index(vault: Vault, number: str) -> bytes:
    typed = "".join(number.split()).casefold().translate(_BRACKETS)
    return vault.index("letter", typed)


def _maybe(vault: Vault, row: Row | None) -> Letter | None:
    return None if row is None else _letter(vault, row)


def _letter(vault: Vault, row: Row) -> Letter:
    id, reason = row["id"], ""
    plain = vault.open(Compartment.CONTENT, bytes(row["details"]), f"letter.details:{id}")
    details = json.loads(plain)
    if row["reason"] is not None:
        sealed = bytes(row["reason"])
        reason = vault.open(Compartment.CONTENT, sealed, f"letter.reason:{id}").decode()
    return Letter(
        id=id,
        stationing_id=row["stationing_id"],
        department_id=row["department_id"],
        number=details["number"],
        to=details["to"],
        tier=details["tier"],
        disposition=row["disposition"],
        queue=row["queue"],
        sent_on=row["sent_on"],
        entered_by=row["entered_by"],
        at=row["at"],
        received_on=row["received_on"],
        received_by=row["received_by"],
        returned_on=row["returned_on"],
        reason=reason,
    )
