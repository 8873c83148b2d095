"""The audit trail: every act writes a row in its own transaction; a linker chains the rows."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.base import Row, Session

LATE_SECONDS = 60  # a row that waits longer for its link is reported
_GENESIS = hashlib.sha256(b"jianjian audit 1").hexdigest()
_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check of the chain found."""

    linked: int  # rows in the chain
    head: str  # digest of the last one: note it elsewhere, a cut-off end shows only against that
    waiting: int  # committed rows without a link
    late: bool  # one of them has waited for over 60 s
    broken: int | None = None  # audit.id of the first row that does not fit
    reason: str = ""  # "changed" or "missing before"

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None and not self.late


def write(
    db: Session,
    *,
    at: int,
    actor: str,
    action: str,
    object: str,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Note an act in the same unit that does it. `facts` never hold words of a report."""
    text = json.dumps(
        facts or {}, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    db.run("audit.write", at=at, actor=actor, action=action, object=object, facts=text)


def link(db: Session, limit: int = 500) -> int:
    """Chain committed rows in order; returns how many.

    Two linkers at once cannot fork the chain: a link's number is unique and the loser's unit fails
    or runs again.
    """
    head = db.one("audit.head")
    number, digest = (head["link"], head["digest"]) if head else (0, _GENESIS)
    rows = db.all("audit.unlinked", limit=limit)
    for row in rows:
        number += 1
        digest = _digest(digest, number, row)
        db.run("audit.link", id=row["id"], link=number, digest=digest)
    return len(rows)


def verify(db: Session, at: int) -> Verdict:
    """Walk the whole chain; `at` is now (epoch seconds). Names the first row that does not fit."""
    tail = db.one("audit.tail") or {"waiting": 0, "oldest": None}
    late = tail["oldest"] is not None and at - tail["oldest"] > LATE_SECONDS
    number, digest = 0, _GENESIS
    broken, reason = None, ""
    while broken is None and (rows := db.all("audit.linked", after=number, limit=_PAGE)):
        for row in rows:
            reason = _fault(row, number + 1, digest)
            if reason:
                broken = row["id"]
                break
            number, digest = row["link"], row["digest"]
    return Verdict(
        linked=number,
        head=digest,
        waiting=tail["waiting"],
        late=late,
        broken=broken,
        reason=reason,
    )


def about(db: Session, object: str) -> list[Row]:
    """The acts on one object in order; `facts` decoded."""
    rows = db.all("audit.about", object=object)
    return [{**row, "facts": json.loads(row["facts"])} for row in rows]


def _fault(row: Row, number: int, digest: str) -> str:
    if row["link"] != number:
        return "missing before"
    return "" if row["digest"] == _digest(digest, number, row) else "changed"


def _digest(before: str, number: int, row: Row) -> str:
    told = [before, number, row["at"], row["actor"], row["action"], row["object"], row["facts"]]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
