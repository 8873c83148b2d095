"""Proposals for a report: what is proposed, who approved it with which words, and on what
basis."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from storage import report_texts, reports
from storage.base import Row, Session
from storage.sealing import DataKey, Vault

Verdict = Literal["agree", "return"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal. `details` holds the reason and what the disposition needs, in plain JSON.

    `stages` are the seats that approve one after the other; `stage` is the index of the present
    one. `basis` names the gate or clause that asks for them.
    """

    id: str
    report_id: str
    disposition: str
    stages: tuple[str, ...]
    proposer: str
    proposer_seat: str
    details: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""
    stage: int = 0
    state: str = "open"
    at: int = 0

    @property
    def seat(self) -> str:
        """The seat that approves now."""
        return self.stages[self.stage]

    @property
    def last_stage(self) -> bool:
        """Whether this approval settles it."""
        return self.stage == len(self.stages) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One verdict: who, when, from which seat, with which words, on what basis.

    `paper`: the seat decided on paper and `person_id` only entered it. `acting`: the recorded
    代行 under which it was given, with its first and last day.
    """

    stage: int
    seat: str
    person_id: str
    verdict: str
    text: str
    basis: str
    at: int
    paper: bool = False
    acting: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a body decided together, or that somebody was heard. `body`: team | committee |
    heard."""

    body: str
    held_on: str
    text: str
    entered_by: str
    at: int


def add(db: Session, vault: Vault, new: Proposal) -> None:
    """Put a proposal."""
    key = _key(db, vault, new.report_id)
    details = json.dumps(dict(new.details), ensure_ascii=False).encode()
    db.run(
        "proposals.add",
        id=new.id,
        report_id=new.report_id,
        disposition=new.disposition,
        stages=json.dumps(new.stages),
        proposer=new.proposer,
        proposer_seat=new.proposer_seat,
        details=key.seal(details, _place(new.id)),
        basis=new.basis,
        at=new.at,
    )


def open_of(db: Session, vault: Vault, report_id: str) -> Proposal | None:
    """The proposal that waits for approval, or None."""
    return _maybe(db, vault, db.one("proposals.open_of", report_id=report_id))


def last_of(db: Session, vault: Vault, report_id: str) -> Proposal | None:
    """The proposal that was approved last, or None."""
    return _maybe(db, vault, db.one("proposals.last_of", report_id=report_id))


def get(db: Session, vault: Vault, proposal_id: str) -> Proposal | None:
    """One proposal, or None."""
    return _maybe(db, vault, db.one("proposals.get", id=proposal_id))


def waiting(db: Session, before: int) -> list[tuple[str, str, int]]:
    """(report, proposal, since) of open proposals whose stage began before a moment."""
    rows = db.all("proposals.waiting", before=before)
    return [(r["report_id"], r["id"], r["since"]) for r in rows]


def advance(db: Session, proposal: Proposal) -> bool:
    """Hand it on to its next stage; False means somebody else was faster."""
    return db.one("proposals.advance", id=proposal.id, stage=proposal.stage) is not None


def settle(
    db: Session, proposal: Proposal, state: Literal["settled", "returned"], at: int
) -> bool:
    """End it; False means somebody else was faster."""
    row = db.one("proposals.settle", id=proposal.id, stage=proposal.stage, state=state, at=at)
    return row is not None


def restage(db: Session, proposal: Proposal, stages: Sequence[str]) -> None:
    """Other approvers from the present stage on; those who have approved stay in front."""
    kept = [*proposal.stages[: proposal.stage], *stages]
    db.run("proposals.restage", id=proposal.id, stages=json.dumps(kept))


def approve(db: Session, vault: Vault, proposal: Proposal, *, id: str, given: Approval) -> None:
    """Record a verdict under the report's key."""
    key = _key(db, vault, proposal.report_id)
    db.run(
        "proposals.approve",
        id=id,
        proposal_id=proposal.id,
        stage=given.stage,
        seat=given.seat,
        person_id=given.person_id,
        verdict=given.verdict,
        words=key.seal(given.text.encode(), f"approval.words:{id}"),
        basis=given.basis,
        at=given.at,
        paper=int(given.paper),
        acting=json.dumps(dict(given.acting)) if given.acting else "",
    )


def approvals(db: Session, vault: Vault, proposal: Proposal) -> list[Approval]:
    """The verdicts on a proposal, oldest first."""
    key = _key(db, vault, proposal.report_id)
    return [
        Approval(
            stage=r["stage"],
            seat=r["seat"],
            person_id=r["person_id"],
            verdict=r["verdict"],
            text=key.open(bytes(r["words"]), f"approval.words:{r['id']}").decode(),
            basis=r["basis"],
            at=r["at"],
            paper=bool(r["paper"]),
            acting=json.loads(r["acting"] or "{}"),
        )
        for r in db.all("proposals.approvals", proposal_id=proposal.id)
    ]


def decide(
    db: Session, vault: Vault, report_id: str, proposal_id: str, *, id: str, made: Decision
) -> None:
    """Record a collective decision (004 五(四)) or that somebody was heard (003 第九条)."""
    key = _key(db, vault, report_id)
    db.run(
        "proposals.decide",
        id=id,
        report_id=report_id,
        proposal_id=proposal_id,
        body=made.body,
        held_on=made.held_on,
        words=key.seal(made.text.encode(), f"collective_decision.words:{id}"),
        entered_by=made.entered_by,
        at=made.at,
    )


def decisions(db: Session, vault: Vault, report_id: str) -> list[Decision]:
    """The collective decisions on a report, oldest first."""
    key = _key(db, vault, report_id)
    return [
        Decision(
            body=r["body"],
            held_on=r["held_on"],
            text=key.open(bytes(r["words"]), f"collective_decision.words:{r['id']}").decode(),
            entered_by=r["entered_by"],
            at=r["at"],
        )
        for r in db.all("proposals.decisions", report_id=report_id)
    ]


def _key(db: Session, vault: Vault, report_id: str) -> DataKey:
    key = reports.data_key(db, vault, report_id)
    if key is None:
        raise report_texts.Shredded
    return key


def _maybe(db: Session, vault: Vault, row: Row | None) -> Proposal | None:
    if row is None:
        return None
    plain = _key(db, vault, row["report_id"]).open(bytes(row["details"]), _place(row["id"]))
    return Proposal(
        id=row["id"],
        report_id=row["report_id"],
        disposition=row["disposition"],
        stages=tuple(json.loads(row["stages"])),
        stage=row["stage"],
        state=row["state"],
        proposer=row["proposer"],
        proposer_seat=row["proposer_seat"],
        details=json.loads(plain),
        basis=row["basis"],
        at=row["at"],
    )


def _place(proposal_id: str) -> str:
    return f"proposal.details:{proposal_id}"
