"""What the database holds after the second act: the notice, its gates, documents, dates, rungs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.evidence import Handed, all_reports, handed_in, look_into, opened_by
from bot.demo.player import Told
from storage import (
    audit,
    documents,
    duties,
    extensions,
    immediate,
    motions,
    notices,
    proposals,
    reminders,
    report_texts,
)
from storage.audit import Verdict
from storage.base import Session
from storage.documents import StepTaken
from storage.duties import Duty
from storage.extensions import Extension
from storage.immediate import Step, UnitText
from storage.motions import Motion
from storage.notices import Notice, Result
from storage.proposals import Approval, Decision, Proposal
from storage.report_texts import TextPart
from storage.reports import Report
from storage.sealing import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One line of the reminder ledger, whichever ladder it hung on."""

    obligation: str
    template: str
    level: str
    on: date
    recipient: str
    purpose: str
    state: str
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A motion with its steps."""

    motion: Motion
    steps: tuple[motions.Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The database after the second act. `opened`: ids that the citizen's receipt opens."""

    reports: tuple[Report, ...]
    opened: tuple[str, ...]
    texts: tuple[TextPart, ...]
    unit_texts: tuple[UnitText, ...]
    steps: tuple[Step, ...]  # of the one text
    proposal: Proposal | None
    approvals: tuple[Approval, ...]
    decisions: tuple[Decision, ...]
    notices: tuple[Notice, ...]
    results: tuple[Result, ...]
    moved: tuple[Moved, ...]
    milestones: Mapping[str, date]
    duties: tuple[Duty, ...]
    ledger: tuple[Sent, ...]
    handed: tuple[Handed, ...]
    reviews: Mapping[str, tuple[StepTaken, ...]]  # by document
    extensions: tuple[Extension, ...]
    inbox: Mapping[str, int]  # what is not done, by state
    outbox: Mapping[str, int]  # what is neither sent nor overtaken, by state
    audit: Verdict
    readable: tuple[str, ...]  # files in which a word of the story lies open


async def gather(
    folder: Path, told: Told, expected: Mapping[str, Any], readable: Iterable[str]
) -> Facts:
    """Open the store that the stopped server left, and look."""
    open_files = tuple(readable)
    return await look_into(
        folder, lambda db, vault, zone: _facts(db, vault, zone, told, expected, open_files)
    )


def _facts(
    db: Session,
    vault: Vault,
    zone: ZoneInfo,
    told: Told,
    expected: Mapping[str, Any],
    readable: tuple[str, ...],
) -> Facts:
    opened = opened_by(db, vault, told)
    one = opened[0] if opened else ""
    text = immediate.of_report(db, one)
    proposal = proposals.last_of(db, vault, one)
    sent = notices.of_unit(db, vault, expected["unit"])
    owed = duties.of_stationing(db, expected["stationing"])
    handed = tuple(handed_in(db, vault, owed))
    happened = duties.milestones(db, vault, expected["stationing"])
    return Facts(
        reports=all_reports(db),
        opened=opened,
        texts=tuple(report_texts.of(db, vault, one)),
        unit_texts=(text,) if text else (),
        steps=tuple(immediate.steps(db, vault, text.id)) if text else (),
        proposal=proposal,
        approvals=tuple(proposals.approvals(db, vault, proposal)) if proposal else (),
        decisions=tuple(proposals.decisions(db, vault, one)) if one else (),
        notices=tuple(sent),
        results=tuple(r for notice in sent for r in notices.results(db, vault, notice.id)),
        moved=tuple(_moved(db, vault, expected["stationing"])),
        milestones={m.event: m.happened_on for m in happened},
        duties=tuple(owed),
        ledger=tuple(_ledger(db, owed, zone)),
        handed=handed,
        reviews={h.document.id: tuple(documents.steps(db, vault, h.document.id)) for h in handed},
        extensions=tuple(e for duty in owed for e in extensions.of(db, vault, duty.id)),
        inbox={row["state"]: int(row["n"]) for row in db.all("inbox.counts")},
        outbox={row["state"]: int(row["n"]) for row in db.all("outbox.counts")},
        audit=audit.verify(db, 0),
        readable=readable,
    )


def _moved(db: Session, vault: Vault, stationing: str) -> Iterator[Moved]:
    for kind in ("feedback", "duty_extension"):
        for motion in motions.of_mission(db, vault, stationing, kind):
            yield Moved(motion=motion, steps=tuple(motions.steps(db, vault, motion)))


def _ledger(db: Session, owed: Iterable[Duty], zone: ZoneInfo) -> Iterator[Sent]:
    for duty in owed:
        for line in reminders.ledger(db, duty.id):
            yield Sent(
                obligation=duty.obligation,
                template=line.template,
                level=line.level,
                on=datetime.fromtimestamp(line.at, zone).date(),
                recipient=line.recipient,
                purpose=line.purpose,
                state=line.state,
                late=line.late,
            )
