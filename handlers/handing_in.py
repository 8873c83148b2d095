"""What counts as handed in: versions, the day that counts, and what the first one starts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.errors import Gone, MoveNotAllowed
from casework.hygiene import is_blank
from casework.mission import Stationing
from handlers.desk import Desk
from handlers.document_reading import record_card
from handlers.duty_lines import named, title
from handlers.duty_rights import answering, me
from handlers.dutybook import SUBMITTED, mission_of, record_event
from handlers.forms import Problem
from handlers.messages import Reply, Text
from handlers.reach import to_person
from handlers.review_cards import REVIEW_CARD, review_cards
from handlers.signing import tell_unit, timelines
from storage import attachments, audit, cards, documents, duties
from storage.documents import Document
from storage.duties import Duty


def duty_of(desk: Desk, id: str) -> Duty:
    """The duty. Raises Gone."""
    found = duties.get(desk.db, id)
    if found is None:
        raise Gone()
    return found


def refuse_closed(duty: Duty) -> None:
    """Raises MoveNotAllowed where nothing can be handed in any more."""
    if duty.state == "accepted" or duty.kind == "sign":
        raise MoveNotAllowed("duty.already_accepted", doc=title(duty))


def hand_in(
    desk: Desk,
    duty: Duty,
    *,
    on: date,
    summary: str,
    files: Sequence[str],
    paper: bool = False,
    signed: str = "",
    **words: str,
) -> list[Reply]:
    """Keep a version of a document; the first one is the submission that counts (报送之日).

    `signed` says how the principal stands for his own report; `words` are kept sealed with it.
    Raises MoveNotAllowed once the duty is accepted, Problem where nothing was handed in.
    """
    document = Document(
        id=desk.new_id(),
        duty_id=duty.id,
        version=documents.next_version(desk.db, duty.id),
        kind=duty.kind,
        signed=signed,
        signed_by=me(desk).id if signed == "own" else "",
        handed_on=on,
        paper=paper,
        actor=me(desk).id,
        at=desk.at,
        words={"summary": summary, **words},
    )
    close_older(desk, duty)
    keep(desk, duty, document, files)
    return count(desk, duty, document, files=len(files))


def keep(desk: Desk, duty: Duty, document: Document, files: Sequence[str]) -> None:
    """Write a version with its files. Raises as `hand_in` does."""
    refuse_closed(duty)
    if not files and is_blank(document.words["summary"]):
        raise Problem("duty.nothing_handed_in")
    documents.add(desk.db, desk.vault, document)
    attachments.adopt(desk.db, list(files), document.owner)


def close_older(desk: Desk, duty: Duty) -> None:
    """Nobody decides an older version once a newer one is there."""
    for older in documents.of(desk.db, desk.vault, duty.id):
        if older.state == "handed":
            cards.close_all(desk.db, older.id, REVIEW_CARD)


def count(desk: Desk, duty: Duty, document: Document, *, files: int) -> list[Reply]:
    """From now on it is handed in: the duty waits for its review, its first day stays."""
    on = document.handed_on
    first = duty.submitted_on is None
    now = duties.moved(
        duty,
        state="submitted",
        submitted_on=duty.submitted_on or on,
        next_on=None,
        next_check=None,
    )
    duties.move(desk.db, duty, now)
    facts = {
        "version": document.version,
        "on": on.isoformat(),
        "paper": document.paper,
        "files": files,
        "signed": document.signed,
    }
    audit.write(
        desk.db,
        at=desk.at,
        actor=me(desk).id,
        action="document.handed_in",
        object=duty.id,
        facts=facts,
    )
    mission = mission_of(desk, duty.stationing_id)
    started = _chained(desk, duty, mission, on, document.paper) if first else []
    told = _receipt(desk, now, document)
    cards_ = review_cards(desk, now, mission, document)
    return [*told, *started, *cards_, *_tell_supervisors(desk, now, mission, document)]


def _tell_supervisors(
    desk: Desk, duty: Duty, mission: Stationing, document: Document
) -> list[Reply]:
    """The unit's own 纪检、组织 read what their unit hands in (000 五)."""
    if duty.department_id:
        return []
    values = {
        "unit": mission.unit_name,
        "doc": title(duty),
        "on": document.handed_on,
        "version": document.version,
    }
    key = "unit.supervisor_told"
    return [
        reply
        for person in answering(desk, mission, "unit_supervisor")
        for reply in to_person(
            desk, person, record_card(desk, duty, person, key=key, values=values)
        )
    ]


def _chained(desk: Desk, duty: Duty, mission: Stationing, on: date, paper: bool) -> list[Reply]:
    """What the first submission starts: the report of 003-17 runs from that of the plan."""
    event = SUBMITTED.get(duty.kind)
    if event is None or duty.department_id:
        return []
    started = record_event(desk, mission, event, on, paper=paper)
    if paper:
        return tell_unit(desk, mission, started or [])
    return timelines(desk, started or [])


def _receipt(desk: Desk, duty: Duty, document: Document) -> list[Reply]:
    limit = duty.extended_to or duty.due
    late = desk.rules.calendar.workdays_between(limit, duty.submitted_on or limit)
    again = document.version > 1
    key = "duty.received_late" if duty.hard and late > 0 and not again else "duty.received"
    counted = "duty.counted_first" if again else "duty.counted"
    values: dict[str, Any] = {
        "doc": named(desk, duty),
        "on": duty.submitted_on,
        "counted": Text(counted, {"on": duty.submitted_on}),
        "version": document.version,
        "over": late,
        "limit": Text("duty.late_limit"),
    }
    if duty.extended_to:
        both = {"until": duty.extended_to, "due": duty.due}
        values["limit"] = Text("duty.late_limit_extended", both)
    return [Reply(key=key, values=values)]
