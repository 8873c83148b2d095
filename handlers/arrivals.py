"""A report arrives: who is told, when, and how the telling is taken back on a later recusal."""

from datetime import datetime, timedelta

from casework.categories import RETALIATION
from handlers.deciders import restaff
from handlers.desk import Desk
from handlers.messages import Priority, Reply
from handlers.principal_matters import look
from handlers.reach import to_person
from handlers.visibility import team_holders
from storage import (
    announcements,
    audit,
    cards,
    missions,
    people,
    proposals,
    questions,
    reports,
)
from storage.announcements import Notice
from storage.reports import Report

TOPIC = "arrivals"
BUNDLED_AT_ONCE = 100


def audience(desk: Desk, report: Report) -> list[str]:
    """Ids of the unrecused people of the report's queue, without anybody twice."""
    if report.queue == "superior":
        return []
    found: list[str] = []
    if report.queue == "team" and not report.hidden and _running(desk, report):
        roles = (
            ("team_leader",)
            if report.leader_only
            else ("team_member", "team_deputy", "team_leader")
        )
        for role in roles:
            found += team_holders(desk, report, role)
    if report.queue == "office":
        found += people.holders(desk.db, "office")
    if report.queue == "leading" or report.category == RETALIATION:
        found += people.holders(desk.db, "leading_group")
    recused = reports.recused(desk.db, report.id)
    return [p for p in dict.fromkeys(found) if p not in recused]


def announce(desk: Desk, report: Report) -> list[Reply]:
    """Tell the queue that something came: urgent at once, the rest in the next bundle.

    The cards are free of content; each names a number of new reports and nothing else. `bundles`
    sends what waits; whoever brought the report in is not told of it.
    """
    report = look(desk, _first_date(desk, report))
    me = desk.me.id if desk.me else ""
    told = [p for p in audience(desk, report) if p != me]
    goes_at = desk.at if report.urgent else _next_slot(desk)
    announcements.add(
        desk.db,
        [
            Notice(
                id=desk.new_id(),
                report_id=report.id,
                person_id=person,
                at=desk.at,
                goes_at=goes_at,
                told_at=desk.at if report.urgent else 0,
            )
            for person in told
        ],
    )
    if not report.urgent:
        return []
    return [r for person in told for r in to_person(desk, person, _urgent(report, person))]


def bundles(desk: Desk) -> list[Reply]:
    """A tick: whoever's bundle is ripe gets one card with the number of reports in it.

    So many people in one unit; the others follow in the next one.
    """
    replies: list[Reply] = []
    for report_id in announcements.waiting(desk.db, desk.at):
        _withdraw(desk, report_id)
    for bundle in announcements.ripe(desk.db, desk.at, BUNDLED_AT_ONCE):
        announcements.tell(desk.db, bundle.person_id, desk.at)
        if bundle.n:
            card = Reply(
                key="card.new_reports",
                values={"n": bundle.n},
                priority=Priority.NOTICE,
                dedupe=f"arrivals:{bundle.person_id}:{bundle.goes_at}",
                topic=TOPIC,
            )
            replies += to_person(desk, bundle.person_id, card)
    return replies


def added(desk: Desk, report: Report) -> list[Reply]:
    """Something was added: the holder of the item, or of what it was merged into, gets a card.

    Without a holder the queue gets it. The card is free of content.

    Recusals that match only now are to be in the register before this is called.
    """
    look(desk, report)
    replies = recheck(desk, report)
    now = family(desk, report)[0]
    entitled = audience(desk, now)
    told = [now.holder] if now.holder in entitled else entitled
    for person in told:
        card = Reply(
            key="card.added",
            priority=Priority.NOTICE,
            dedupe=f"added:{report.id}:{desk.at}:{person}",
            topic=f"added:{report.id}",
        )
        replies += to_person(desk, person, card)
    return replies


def recheck(desk: Desk, report: Report) -> list[Reply]:
    """Take back the cards and the claim of everybody who is recused or out of the queue by now.

    Merged items share their recusals: who is recused from one is recused from all (domain 7).
    """
    union(desk, report)
    replies: list[Reply] = []
    for item in family(desk, report):
        entitled = frozenset(audience(desk, item))
        _withdraw(desk, item.id)
        restaff(desk, item)
        if item.holder and item.holder not in entitled:
            replies += _take_claim(desk, item)
    return replies


def family(desk: Desk, report: Report) -> list[Report]:
    """The report, what it was merged into, and everything merged into the same."""
    main = reports.get(desk.db, report.merged_into) if report.merged_into else None
    head = main or reports.get(desk.db, report.id) or report
    return [head, *reports.merged(desk.db, head.id)]


def union(desk: Desk, report: Report) -> None:
    """Spread every recusal over all items that were merged."""
    items = family(desk, report)
    if len(items) == 1:
        return
    for person, doubt in [
        pair
        for item in items
        for pair in reports.recused(desk.db, item.id, unchecked=False).items()
    ]:
        for item in items:
            reports.recuse(desk.db, item.id, person, desk.at, doubt=doubt)


def workday_after(desk: Desk, count: int) -> str:
    """The ISO date `count` working days from today."""
    return desk.rules.calendar.add_workdays(desk.today, count).isoformat()


def _withdraw(desk: Desk, report_id: str) -> None:
    """Whoever has no part in the report any more is told of it no more."""
    report = reports.get(desk.db, report_id)
    entitled = audience(desk, report) if report is not None else []
    for person in announcements.told(desk.db, report_id):
        if person not in entitled:
            announcements.withdraw(desk.db, report_id, person, desk.at)


def _take_claim(desk: Desk, report: Report) -> list[Reply]:
    """A claim falls when its holder is recused; the item goes back to the others."""
    holder = report.holder
    state = "submitted" if report.state == "screening" else report.state
    reports.change(desk.db, report.id, report.version, holder="", state=state, claimed_at=0)
    cards.close_all(desk.db, report.id)
    proposal = proposals.open_of(desk.db, desk.vault, report.id)
    if proposal is not None and proposal.proposer == holder:
        proposals.settle(desk.db, proposal, "returned", desk.at)
        again = reports.get(desk.db, report.id) or report
        reports.change(desk.db, again.id, again.version, state="accepted", disposition="")
    for question in questions.of(desk.db, desk.vault, report.id):
        if question.asked_by == holder and not question.released_at:
            questions.drop(desk.db, question.id, desk.at)
    reports.record(desk.db, report.id, desk.at, "program", "claim_withdrawn")
    audit.write(
        desk.db, at=desk.at, actor="program", action="report.claim_withdrawn", object=report.id
    )
    now = reports.get(desk.db, report.id)
    return announce(desk, now) if now is not None and now.open else []


def _first_date(desk: Desk, report: Report) -> Report:
    """Retaliation gets an internal date of first contact; it is reviewed weekly until it lands."""
    if report.category != RETALIATION or report.next_on:
        return report
    day = workday_after(desk, int(desk.setting("team.first_contact_days")))
    reports.change(desk.db, report.id, report.version, next_on=day)
    return reports.get(desk.db, report.id) or report


def _next_slot(desk: Desk) -> int:
    """The moment at which the running bundle leaves: bundles end on fixed marks of the clock."""
    seconds = int(desk.setting("team.digest_minutes")) * 60
    return (desk.at // seconds + 1) * seconds


def _urgent(report: Report, person: str) -> Reply:
    return Reply(
        key="card.urgent",
        priority=Priority.NOTICE,
        dedupe=f"urgent:{report.id}:{report.queue}:{person}:{report.version}",
    )


def _running(desk: Desk, report: Report) -> bool:
    mission = missions.stationing(desk.db, report.stationing_id)
    return mission is not None and mission.state != "closed"


def age_days(desk: Desk, moment: int) -> int:
    """How many calendar days a stored moment lies back."""
    return (desk.today - datetime.fromtimestamp(moment, desk.zone).date()) // timedelta(days=1)
