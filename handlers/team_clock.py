"""What the program does by itself for the team: unclaimed items, dates that come, the morning
digest."""

from collections.abc import Iterable
from datetime import datetime

from casework.categories import RETALIATION
from casework.lifecycle import Act, Seat, State
from handlers.arrivals import audience, workday_after
from handlers.desk import Desk, Person
from handlers.hours import open_now
from handlers.messages import Priority, Reply
from handlers.moves import apply, weekly
from handlers.reach import to_person
from handlers.reading import Reader
from handlers.visibility import STAFF, team_holders, visible
from storage import audit, outbox, people, readings, reports
from storage.reports import Report

QUEUES: tuple[reports.Queue, ...] = ("team", "office", "leading")


def unclaimed(desk: Desk) -> list[Reply]:
    """Unclaimed after 1 working day: the leader; after 3: the office. Both are 非规定时限."""
    if not open_now(desk):
        return []
    first = int(desk.setting("team.unclaimed_leader_days"))
    second = int(desk.setting("team.unclaimed_office_days"))
    late: dict[tuple[str, str], list[int]] = {}
    for report in reports.unclaimed(desk.db, "team", desk.at):
        if report.state != State.SUBMITTED or report.hidden:
            continue
        waited = _workdays(desk, report.queued_at)
        to: Iterable[str] = ()
        if waited >= second:
            to = people.holders(desk.db, "office")
        elif waited >= first:
            to = team_holders(desk, report, "team_leader")
        key = "card.unclaimed_office" if waited >= second else "card.unclaimed"
        recused = reports.recused(desk.db, report.id)
        for person in (p for p in to if p not in recused):
            late.setdefault((key, person), []).append(report.queued_at)
    days = {"card.unclaimed": first, "card.unclaimed_office": second}
    return [
        reply
        for (key, person), since in late.items()
        for reply in _escalate(desk, key, person, since, days[key])
    ]


def dates(desk: Desk) -> list[Reply]:
    """Dates that have come: waiting ends, holds are judged again, retaliation is reviewed.

    Everything of this module leaves in working hours only.
    """
    if not open_now(desk):
        return []
    replies: list[Reply] = []
    for report in reports.due(desk.db, desk.today.isoformat()):
        if report.state == State.SUPPLEMENT:
            moved = apply(desk, report, Act.ANSWER, Seat.PROGRAM, facts={"why": "waited"})
            replies += _remind(desk, moved, "card.wait_over")
        elif report.state == State.HOLD:
            moved = apply(desk, report, Act.REVIEW, Seat.PROGRAM, disposition="")
            replies += _remind(desk, moved, "card.review_due")
        elif report.category == RETALIATION:
            replies += _remind(desk, report, "card.retaliation_review")
            _put_off(desk, report, weekly(desk))
        else:
            replies += _remind(desk, report, "card.date_due")
            _put_off(desk, report, workday_after(desk, 1))
    return replies


def digest(desk: Desk) -> list[Reply]:
    """Once in the morning of a working day: how many wait, for everybody for whom something
    does."""
    if not open_now(desk):
        return []
    readings.sweep(desk.db, desk.at - 86_400)
    replies: list[Reply] = []
    for person in people.named(desk.db, desk.vault):
        if not any(seat.role in STAFF for seat in person.roles):
            continue
        replies += _digest(desk, Person(id=person.person_id, roles=person.roles))
    return replies


def _digest(desk: Desk, person: Person) -> list[Reply]:
    today = desk.today.isoformat()
    dedupe = f"digest:{today}:{person.id}"
    if outbox.known(desk.db, f"{dedupe}:0"):  # as `to_person` names that of the first chat
        return []
    reader = Reader(db=desk.db, vault=desk.vault, at=desk.at, me=person)
    items = visible(reader)
    if not items:
        return []
    card = Reply(
        key="digest.morning",
        values={
            "all": len(items),
            "new": sum(r.state == State.SUBMITTED and not r.holder for r in items),
            "mine": sum(r.holder == person.id for r in items),
            "decide": sum(r.state in (State.PROPOSED, State.APPROVING) for r in items),
            "due": sum(bool(r.next_on) and r.next_on <= today for r in items),
        },
        priority=Priority.DIGEST,
        dedupe=dedupe,
        topic="digest",
    )
    return to_person(desk, person.id, card)


def _escalate(desk: Desk, key: str, person: str, since: list[int], days: int) -> list[Reply]:
    """One message for all that waits, and another one only when something newer has come due."""
    newest = datetime.fromtimestamp(max(since), desk.zone).date()
    told = Reply(
        key=key,
        values={"n": len(since), "days": days},
        priority=Priority.REMINDER,
        dedupe=f"unclaimed:{key}:{newest.isoformat()}:{person}",
    )
    return to_person(desk, person, told)


def _remind(desk: Desk, report: Report, key: str) -> list[Reply]:
    """The holder; without one, whoever heads the queue the report lies in."""
    recused = reports.recused(desk.db, report.id)
    heads = {
        "team": team_holders(desk, report, "team_leader"),
        "office": people.holders(desk.db, "office"),
        "leading": people.holders(desk.db, "leading_group"),
    }.get(report.queue, [])
    to = [report.holder] if report.holder in audience(desk, report) else heads
    if report.category == RETALIATION:
        to = [*to, *people.holders(desk.db, "leading_group")]
    replies: list[Reply] = []
    for person in dict.fromkeys(to):
        if person in recused:
            continue
        card = Reply(
            key=key,
            priority=Priority.REMINDER,
            dedupe=f"{key}:{report.id}:{report.next_on or desk.today.isoformat()}:{person}",
        )
        replies += to_person(desk, person, card)
    return replies


def _put_off(desk: Desk, report: Report, day: str) -> None:
    """The next date of what was reminded of: nothing open stands without one."""
    reports.change(desk.db, report.id, report.version, next_on=day)
    audit.write(
        desk.db,
        at=desk.at,
        actor="program",
        action="report.date_moved",
        object=report.id,
        facts={"to": day},
    )


def _workdays(desk: Desk, moment: int) -> int:
    began = datetime.fromtimestamp(moment, desk.zone).date()
    return desk.rules.calendar.workdays_between(began, desk.today)
