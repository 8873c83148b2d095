"""Texts written anew for a unit: versions, the reports they rest on, and every step taken."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from storage.base import Row, Session
from storage.sealing import Compartment, Vault

State = Literal["open", "proposed", "decided", "sent", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitText:
    """One text without its words. `head_id` is the report that carries the proposal; `sources`
    are all reports it rests on, the head too. `days`: working days the unit gets."""

    id: str
    kind: str  # immediate | transfer_unit
    stationing_id: str
    head_id: str
    author: str
    days: int
    version: int
    state: State
    proposal_id: str
    at: int
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who did what with which version. `facts` hold no content, `words` are sealed."""

    version: int
    act: str
    person_id: str
    at: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


def add(db: Session, new: UnitText) -> None:
    """Begin a text; its words follow by `write`."""
    db.run(
        "immediate.add",
        id=new.id,
        kind=new.kind,
        stationing_id=new.stationing_id,
        head_id=new.head_id,
        author=new.author,
        days=new.days,
        at=new.at,
    )
    for report_id in new.sources:
        db.run("immediate.add_source", text_id=new.id, report_id=report_id)


def write(
    db: Session, vault: Vault, text: UnitText, words: Mapping[str, str], author: str, at: int
) -> bool:
    """Keep the next version of the words; False where somebody was faster."""
    row = db.one("immediate.revise", id=text.id, version=text.version)
    if row is None:
        return False
    version = int(row["version"])
    plain = json.dumps(dict(words), ensure_ascii=False).encode()
    db.run(
        "immediate.write",
        text_id=text.id,
        version=version,
        words=vault.seal(Compartment.CONTENT, plain, _place(text.id, version)),
        author=author,
        at=at,
    )
    return True


def words(db: Session, vault: Vault, text: UnitText) -> dict[str, str]:
    """The words of the present version."""
    row = db.one("immediate.words", text_id=text.id, version=text.version)
    if row is None:
        return {}
    plain = vault.open(Compartment.CONTENT, bytes(row["words"]), _place(text.id, text.version))
    found: dict[str, str] = json.loads(plain)
    return found


def get(db: Session, text_id: str) -> UnitText | None:
    """One text, or None."""
    return _maybe(db, db.one("immediate.get", id=text_id))


def of_report(db: Session, report_id: str) -> UnitText | None:
    """The newest text that rests on a report and was not given up, or None."""
    return _maybe(db, db.one("immediate.of_report", report_id=report_id))


def in_state(db: Session, state: State, limit: int = 200) -> list[UnitText]:
    """Texts in one state, the oldest first."""
    return [_text(db, row) for row in db.all("immediate.in_state", state=state, limit=limit)]


def move(db: Session, text: UnitText, state: State, proposal_id: str | None = None) -> bool:
    """Move a text on; False where it stood otherwise."""
    proposal = text.proposal_id if proposal_id is None else proposal_id
    row = db.one("immediate.move", id=text.id, was=text.state, state=state, proposal_id=proposal)
    return row is not None


def step(db: Session, vault: Vault, text: UnitText, *, id: str, taken: Step) -> None:
    """Keep one step."""
    db.run(
        "immediate.step",
        id=id,
        text_id=text.id,
        version=taken.version,
        act=taken.act,
        person_id=taken.person_id,
        facts=json.dumps(dict(taken.facts), sort_keys=True),
        words=vault.seal(Compartment.CONTENT, taken.words.encode(), f"unit_text_step.words:{id}"),
        at=taken.at,
    )


def steps(db: Session, vault: Vault, text_id: str) -> list[Step]:
    """Every step, in order."""
    return [
        Step(
            version=r["version"],
            act=r["act"],
            person_id=r["person_id"],
            at=r["at"],
            facts=json.loads(r["facts"]),
            words=vault.open(
                Compartment.CONTENT, bytes(r["words"]), f"unit_text_step.words:{r['id']}"
            ).decode(),
        )
        for r in db.all("immediate.steps", text_id=text_id)
    ]


def _maybe(db: Session, row: Row | None) -> UnitText | None:
    return None if row is None else _text(db, row)


def _text(db: Session, row: Row) -> UnitText:
    names: Iterable[str] = (n for n in UnitText.__slots__ if n != "sources")
    found = db.all("immediate.sources", text_id=row["id"])
    return UnitText(
        **{name: row[name] for name in names}, sources=tuple(r["report_id"] for r in found)
    )


def _place(text_id: str, version: int) -> str:
    return f"unit_text_version.words:{text_id}:{version}"
