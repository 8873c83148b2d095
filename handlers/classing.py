"""Classifying a report: its category, the marks of 002 五(二), important, suspected crime."""

from casework.errors import Gone, NotAllowed
from casework.lifecycle import Act, State
from casework.permissions import Right
from handlers import urgent
from handlers.arrivals import announce, recheck
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.items import item_card, offers
from handlers.messages import Choice, Priority, Reply, Text
from handlers.moves import alter, apply
from handlers.principal_matters import data
from handlers.principal_matters import tick as tick_principal
from handlers.proposing import choose
from handlers.reach import to_person
from handlers.visibility import TEAM, acting_seat, require, seats, see, team_holders
from storage import announcements, people, reports
from storage.cards import Card
from storage.reports import Report

CLASS = "team_class"
MARKS = "team_marks"
KINDS = "team_important"
TICKS = {
    "focus1": "team.tick_unrestrained",
    "focus2": "team.tick_many_leads",
    "focus3": "team.tick_key_post",
    "crime": "team.tick_crime",
    "handled": "transfer.tick_handled",
    "assist": "transfer.tick_assist",
    "important": "team.tick_important",
    "principal": "team.tick_principal",
    "briefed": "team.tick_briefed",
    "leader_only": "immediate.tick_leader_only",
}
OF_HEADS = frozenset({"briefed", "leader_only"})
"""Ticks that no plain member sets: what was briefed, and what is for the leader alone."""


def ask_class(desk: Desk, report: Report) -> list[Reply]:
    """Show the category as it stands, to be confirmed by one tap or corrected."""
    require(desk, report, Right.WRITE, "report.classify")
    assert desk.me is not None
    category = desk.rules.categories.by_id.get(report.category)
    groups = tuple(Choice(code=f"g:{g.id}", label=g.label) for g in desk.rules.categories.group)
    return [
        card(
            desk,
            CLASS,
            report.id,
            (Choice(code="ok", key="team.button_class_right"), *groups),
            key="team.ask_class" if desk.surface.content else "team.ask_class_unseen",
            values={"category": category.label if category else report.category}
            if desk.surface.content
            else {},
            person=desk.me.id,
        )
    ]


def classed(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Confirm the category, open a group of categories, or set one."""
    report = see(desk, pressed.subject)
    require(desk, report, Right.WRITE, "report.classify")
    if "class" not in offers(desk, report):
        return [item_card(desk, report, Text("team.not_now"))]
    kind, _, name = code.partition(":")
    if kind == "g":
        return [_of_group(desk, report, name)]
    if kind == "c":
        return _set_category(desk, report, name)
    return choose(desk, _accept(desk, report))


def ask_marks(desk: Desk, report: Report, *lead: Text) -> list[Reply]:
    """The ticks staff may set; what is set shows a sign before its name."""
    require(desk, report, Right.WRITE, "report.classify")
    assert desk.me is not None
    choices = tuple(
        Choice(
            code=code,
            key="team.ticked" if _is_set(report, code) else "team.unticked",
            values={"what": desk.rules.say(key, {}, desk.talk.locale)},
        )
        for code, key in TICKS.items()
        if code not in OF_HEADS or _may_tick(desk, report, code)
    )
    done = Choice(code="done", key="button.done")
    return [
        card(
            desk,
            MARKS,
            report.id,
            (*choices, done),
            key="team.ask_marks",
            person=desk.me.id,
            lead=lead,
        )
    ]


def marked(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Set or take back one tick."""
    report = see(desk, pressed.subject)
    require(desk, report, Right.WRITE, "report.classify")
    if code == "done":
        return [item_card(desk, report)]
    if "marks" not in offers(desk, report):
        return [item_card(desk, report, Text("team.not_now"))]
    if code not in TICKS:
        raise Gone("team.changed")
    if code in OF_HEADS and not _may_tick(desk, report, code):
        raise NotAllowed
    if code == "important" and not report.important:
        return [_ask_kind(desk, report)]
    if code == "principal":
        ticked = tick_principal(desk, report)
        return ask_marks(desk, ticked) if isinstance(ticked, Report) else ticked
    if code == "leader_only":
        return _for_the_leader(desk, report)
    return ask_marks(desk, _tick(desk, report, code))


def kind_chosen(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Important, and by which criterion (000 三: 重大事项的范围)."""
    report = see(desk, pressed.subject)
    require(desk, report, Right.WRITE, "report.classify")
    if "marks" not in offers(desk, report) or report.important:
        return [item_card(desk, report, Text("team.not_now"))]
    if data().criterion(code) is None:
        raise Gone("team.changed")
    facts = {"mark": "important", "criterion": code}
    flagged = alter(desk, report, "report.marked", facts=facts, important=True)
    urgent.found(desk, flagged)
    return ask_marks(desk, flagged)


def report_urgently(desk: Desk, report: Report) -> list[Reply]:
    """专报: the leader's act; a member's tap asks the leader (003 第九条, 004 四(四))."""
    require(
        desk,
        report,
        Right.PROPOSE if _is_member(desk, report) else Right.READ,
        "disposal.urgent",
    )
    if _is_member(desk, report):
        told = _tell(desk, "card.urgent_asked", report, "team_leader")
        alter(desk, report, "report.urgent_asked", urgent=True)
        return [item_card(desk, see(desk, report.id), Text("team.urgent_asked")), *told]
    return urgent.begin(desk, report)


CARDS: dict[str, CardAction] = {CLASS: classed, MARKS: marked, KINDS: kind_chosen}


def _ask_kind(desk: Desk, report: Report) -> Reply:
    assert desk.me is not None
    choices = tuple(Choice(code=c.id, label=c.label) for c in data().important)
    key = "immediate.ask_criterion"
    return card(desk, KINDS, report.id, choices, key=key, person=desk.me.id)


def _for_the_leader(desk: Desk, report: Report) -> list[Reply]:
    """特别重要或者敏感 (004 五(一)): no member sees it from now on, no card of theirs works."""
    value = not report.leader_only
    facts = {"mark": "leader_only"}
    kept = alter(desk, report, "report.marked", facts=facts, leader_only=value)
    told = recheck(desk, kept) if value else []
    return [*ask_marks(desk, see(desk, kept.id)), *told]


def _may_tick(desk: Desk, report: Report, code: str) -> bool:
    if _is_member(desk, report) or not seats(desk, report):
        return False
    return code != "briefed" or report.important


def _accept(desk: Desk, report: Report) -> Report:
    if report.state == State.SCREENING:
        return apply(desk, report, Act.ACCEPT, acting_seat(desk, report))
    return report


def _of_group(desk: Desk, report: Report, group: str) -> Reply:
    assert desk.me is not None
    choices = tuple(
        Choice(code=f"c:{c.id}", label=c.label) for c in desk.rules.categories.of_group(group)
    )
    if not choices:
        raise Gone("team.changed")
    return card(desk, CLASS, report.id, choices, key="team.ask_category", person=desk.me.id)


def _set_category(desk: Desk, report: Report, name: str) -> list[Reply]:
    category = desk.rules.categories.by_id.get(name)
    if category is None:
        raise Gone("team.changed")
    if category.queue == "office" and report.queue == "team":
        return _to_office(desk, report, name, "team" in category.hidden_from)
    changed = alter(
        desk,
        report,
        "report.classified",
        facts={"category": name},
        category=name,
        matter=category.matter,
    )
    return choose(desk, _accept(desk, changed))


def _to_office(desk: Desk, report: Report, name: str, hidden: bool) -> list[Reply]:
    """A matter the team may not have leaves its queue at once, with every card about it."""
    moved = alter(
        desk,
        report,
        "report.classified",
        facts={"category": name, "queue": "office"},
        category=name,
        matter=desk.rules.categories.by_id[name].matter,
        queue="office",
        hidden=hidden,
        holder="",
        state="submitted",
        queued_at=desk.at,
    )
    replies = recheck(desk, moved)
    for person in announcements.told(desk.db, moved.id):
        announcements.withdraw(desk.db, moved.id, person, desk.at)
    return [Reply(key="team.left_queue"), *replies, *announce(desk, moved)]


def _tick(desk: Desk, report: Report, code: str) -> Report:
    facts = {"mark": code}
    if code == "important":
        return alter(desk, report, "report.marked", facts=facts, important=False)
    if code == "briefed":
        now = alter(desk, report, "report.marked", facts=facts, briefed=not report.briefed)
        urgent.briefed(desk, now)
        return now
    marks = set(report.marks) ^ {code}
    return alter(desk, report, "report.marked", facts=facts, marks=tuple(sorted(marks)))


def _is_set(report: Report, code: str) -> bool:
    named = {
        "important": report.important,
        "briefed": report.briefed,
        "principal": report.concerns_principal,
    }
    return named.get(code, code in report.marks)


def _is_member(desk: Desk, report: Report) -> bool:
    return "member" in seats(desk, report) and "leader" not in seats(desk, report)


def _tell(desk: Desk, key: str, report: Report, role: str) -> list[Reply]:
    recused = reports.recused(desk.db, report.id)
    in_team = role in TEAM
    holders = team_holders(desk, report, role) if in_team else people.holders(desk.db, role)
    replies: list[Reply] = []
    for person in holders:
        if person in recused or (desk.me is not None and person == desk.me.id):
            continue
        card_ = Reply(
            key=key,
            priority=Priority.NOTICE,
            dedupe=f"{key}:{report.id}:{report.version}:{person}",
        )
        replies += to_person(desk, person, card_)
    return replies
