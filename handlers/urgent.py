"""专报: an urgent or important finding goes to the leading group (003 第九条, 004 四(四))."""

from casework.errors import Gone
from casework.hygiene import displayable
from casework.mission import Stationing
from casework.permissions import Right
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.dutybook import record_event
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.frozen import profile_of
from handlers.fulfilment import fulfil
from handlers.items import item_card
from handlers.messages import Choice, Priority, Reply, Text
from handlers.moves import alter
from handlers.principal_matters import data
from handlers.reach import to_person
from handlers.visibility import BODY, TEAM, require, see, team_holders
from storage import audit, matters, missions, people, reports
from storage.cards import Card
from storage.matters import Urgent
from storage.reports import Report

URGENT, OPEN = "urgent_report", "urgent_open"
KIND, BRIEF = "urgent_report", "complaints_brief"
IMPORTANT = "finding.important"
LONGEST = 2000


def begin(desk: Desk, report: Report) -> list[Reply]:
    """Open the form: which kind of important matter, what, and why it cannot wait."""
    if not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    return open_form(desk, URGENT, {}, {"report": report.id})


def _made(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    require(desk, report, Right.READ, "disposal.urgent")
    assert desk.me is not None
    made = Urgent(
        id=desk.new_id(),
        report_id=report.id,
        criterion=answers["criterion"],
        words={"what": answers["what"], "why": answers["why"]},
        author=desk.me.id,
        at=desk.at,
    )
    matters.urge(desk.db, desk.vault, made)
    facts = {"criterion": made.criterion}
    flagged = alter(
        desk, report, "report.urgent", facts=facts, urgent=True, important=True, briefed=True
    )
    mission = missions.stationing(desk.db, report.stationing_id)
    if mission is not None:
        event = _trigger(desk, mission)
        record_event(desk, mission, event, desk.today, about=about(desk, report))
        fulfil(desk, mission, KIND, desk.today, about=about(desk, report))
    briefed(desk, flagged)
    return [item_card(desk, flagged, Text("team.urgent_sent")), *_tell(desk, flagged, made)]


def found(desk: Desk, report: Report) -> None:
    """An important finding: the team is nudged to report it at once (及时, an internal date).

    Only where the whole team may know of it; else the event is kept with the urgent report.
    """
    mission = missions.stationing(desk.db, report.stationing_id)
    if mission is None or report.queue != "team" or report.hidden or report.leader_only:
        return
    team = {p for role in TEAM for p in team_holders(desk, report, role)}
    if not team & reports.recused(desk.db, report.id).keys():
        event = _trigger(desk, mission)
        record_event(desk, mission, event, desk.today, about=about(desk, report))


def briefed(desk: Desk, report: Report) -> None:
    """The last important report about the body was briefed: that duty is done (003 第十条)."""
    mission = missions.stationing(desk.db, report.stationing_id)
    if mission is not None:
        end_briefing(desk, mission)


def end_briefing(desk: Desk, mission: Stationing) -> None:
    """Where nothing important is unbriefed after the last day, the duty to brief is done."""
    found = reports.of_stationing(desk.db, mission.id)
    if any(r.important and not r.briefed and r.subject_kind in BODY for r in found):
        return
    if desk.today > mission.ends_on:
        fulfil(desk, mission, BRIEF, desk.today)


def about(desk: Desk, report: Report) -> str:
    """What tells one finding from another, without naming the report."""
    return desk.vault.index("finding", f"urgent|{report.id}").hex()[:32]


def _trigger(desk: Desk, mission: Stationing) -> str:
    """The profile's own event: an important finding, or a severe one (001)."""
    listed = profile_of(desk, mission).obligation
    return next((o.trigger for o in listed if o.kind == KIND), IMPORTANT)


def _tell(desk: Desk, report: Report, made: Urgent) -> list[Reply]:
    """The leading group, and the office as a copy; cards without content."""
    assert desk.me is not None
    told = people.holders(desk.db, "leading_group")
    if report.queue in ("team", "office"):
        told += people.holders(desk.db, "office")
    out = {*reports.recused(desk.db, report.id), desk.me.id}
    replies: list[Reply] = []
    for person in dict.fromkeys(told):
        if person not in out:
            choices = (Choice(code="open", key="button.open"),)
            key = "card.urgent_report"
            made_card = card(
                desk, OPEN, made.id, choices, key=key, person=person, priority=Priority.NOTICE
            )
            replies += to_person(desk, person, made_card)
    return replies


def _opened(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """The words of an urgent report, for whoever sees the report itself; the reading is kept."""
    made = matters.urgent(desk.db, desk.vault, pressed.subject)
    if made is None:
        raise Gone("team.not_there")
    report = see(desk, made.report_id)
    require(desk, report, Right.READ, "disposal.urgent")
    assert desk.me is not None
    audit.write(desk.db, at=desk.at, actor=desk.me.id, action="urgent_report.read", object=made.id)
    reports.record(desk.db, report.id, desk.at, desk.me.id, "urgent_read")
    if not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    criterion = data().criterion(made.criterion)
    values = {
        "who": people.name(desk.db, desk.vault, made.author),
        "kind": criterion.label if criterion else made.criterion,
        "what": made.words["what"],
        "why": made.words["why"],
    }
    shown = Reply(key="immediate.urgent_words", values=values, content=True, protect=True)
    return [shown, item_card(desk, report)]


def criteria(desk: Desk, answers: Answers) -> Choices:
    """What counts as important here (000 三: 规范重大事项的范围); data, not code."""
    return tuple(Choice(code=c.id, label=c.label) for c in data().important)


def _words(desk: Desk, answers: Answers, value: str) -> str:
    words = displayable(value).strip()
    if len(words) > LONGEST:
        raise Problem("immediate.too_long", n=LONGEST)
    return words


FORMS: tuple[Form, ...] = (
    Form(
        id=URGENT,
        staff=True,
        done=_made,
        questions=(
            Question(
                key="criterion", ask="immediate.ask_criterion", kind="choice", choices=criteria
            ),
            Question(key="what", ask="immediate.ask_urgent_what", check=_words),
            Question(key="why", ask="immediate.ask_urgent_why", check=_words),
        ),
    ),
)
CARDS: dict[str, CardAction] = {OPEN: _opened}
