"""Proposing a disposition: choose it, give a reason and what it needs, and tell who approves."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from casework.dispositions import (
    RULES,
    Disposition,
    check_proposal,
    gate_of,
    offered,
    stages,
)
from casework.errors import CaseworkError, Gone
from casework.lifecycle import Act, Seat
from casework.mission import Stationing
from casework.permissions import Right
from casework.receipt import read_code
from handlers.cards import CardAction, card
from handlers.deciders import holders, staffed
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.items import item_card, offers
from handlers.messages import Choice, Priority, Reply, Text
from handlers.moves import apply
from handlers.principal_matters import marked
from handlers.reach import to_person
from handlers.text_check import DRAFT, gate, mine
from handlers.unit_texts import begin, details, pressed_draft, proposed
from handlers.visibility import (
    acting_seat,
    facts_of,
    gates_of,
    own_missions,
    profile_of,
    require,
    see,
    visible,
)
from storage import cards, missions, proposals, reports
from storage.cards import Card
from storage.proposals import Proposal
from storage.reports import Report

DISPOSE = "team_dispose"
FORM = "team_propose"
NAMES: Mapping[str, str] = {
    "close": "disposition.close",
    "merge": "disposition.merge",
    "reroute": "disposition.reroute",
    "explore": "disposition.explore",
    "hold": "disposition.hold",
    "refer": "disposition.refer",
    "transfer_discipline": "disposition.transfer_discipline",
    "transfer_org": "disposition.transfer_org",
    "transfer_other": "disposition.transfer_other",
    "transfer_polilaw": "disposition.transfer_polilaw",
    "transfer_unit": "disposition.transfer_unit",
    "immediate": "disposition.immediate",
    "out_of_scope": "disposition.out_of_scope",
}
REASONS: Mapping[str, tuple[str, ...]] = {
    "close": (
        "disposition.reason_no_facts",
        "disposition.reason_concluded",
        "disposition.reason_mistaken",
    ),
    "merge": ("disposition.reason_same_facts",),
    "reroute": ("disposition.reason_other_mission", "disposition.reason_conflict"),
    "transfer_org": ("disposition.reason_facts_found", "disposition.reason_remind"),
    "explore": ("disposition.reason_important", "disposition.reason_checkable"),
    "hold": ("disposition.reason_not_checkable_now", "disposition.reason_watch"),
    "refer": ("disposition.reason_personal", "disposition.reason_other_organ"),
    "out_of_scope": ("disposition.reason_not_this_unit", "disposition.reason_litigation"),
}
FOUND = ("disposition.reason_facts_found",)
KINDS = {
    "transfer_discipline": ("discipline",),
    "transfer_org": ("organization",),
    "transfer_other": ("other", "discipline", "organization"),
    "transfer_polilaw": ("other",),
    "refer": ("other", "organization", "discipline"),
}
OTHER = "other"


def choose(desk: Desk, report: Report) -> list[Reply]:
    """Offer the dispositions this instrument knows and this person may propose."""
    require(desk, report, Right.PROPOSE, "disposal.propose")
    assert desk.me is not None
    seat = acting_seat(desk, report)
    gates = gates_of(profile_of(desk, report))
    fitting = [d for d in offered(gates) if seat in RULES[d].proposes]
    choices = tuple(
        Choice(code=str(d), key=NAMES[d], values=_terms(desk, report)) for d in fitting
    )
    return [
        card(
            desk,
            DISPOSE,
            report.id,
            choices,
            key="disposition.ask",
            values={"suggestion": suggestion(desk, report) if desk.surface.content else ""},
            person=desk.me.id,
            lead=_subject_hint(desk, report) if desk.surface.content else (),
        )
    ]


SUBJECTS: Mapping[str, str] = {
    "body": "leading_body",
    "member": "body_member",
    "principal": "principal",
    "lower": "lower_principal",
    "cadre": "other_cadre",
}
"""Whom a report is about, in the words of the profiles' `acceptance`."""


def _subject_hint(desk: Desk, report: Report) -> tuple[Text, ...]:
    """Whom the instrument accepts only under a condition (003 第六条), or not at all."""
    subject = SUBJECTS.get(report.subject_kind, "")
    accepted = profile_of(desk, report).acceptance
    if not subject or subject in accepted.subjects:
        return ()
    for conditional in accepted.conditional_subjects:
        if conditional["subject"] == subject:
            return (Text("immediate.conditional_subject", {"when": conditional["when"]}),)
    return (Text("immediate.no_subject"),)


def suggestion(desk: Desk, report: Report) -> Text | str:
    """What the instrument's routes say for the matter; a hint to staff, never an act."""
    matter = "suspected_crime" if "crime" in report.marks else report.matter
    for route in profile_of(desk, report).route:
        if matter not in route.matter:
            continue
        for disposition, rule in RULES.items():
            if rule.route == route.to:
                name = Text(NAMES[disposition], _terms(desk, report))
                return Text("disposition.suggested", {"what": name, "cite": route.cite.article})
    return ""


def chosen(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Open the form of the chosen disposition."""
    report = see(desk, pressed.subject)
    require(desk, report, Right.PROPOSE, "disposal.propose")
    if code not in NAMES:
        raise Gone("team.changed")
    if "dispose" not in offers(desk, report):
        return [item_card(desk, report, Text("team.not_now"))]
    if "text" in RULES[Disposition(code)].needs and not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    if "text" in RULES[Disposition(code)].needs:
        _check_seat(desk, report, Disposition(code))
        return begin(desk, report, code)
    known: Answers = {"disposition": code}
    only = _departments(desk, known)
    if len(only) == 1:
        known["to"] = only[0].code
    tiers = _tiers(desk, report, code)
    stock = REASONS.get(code, FOUND)
    if len(stock) == 1 and (code == "merge" or len(only) > 1 or len(tiers) > 1):
        known["reason"] = stock[0]  # the other answer of the form says enough
    return open_form(desk, FORM, known, {"report": report.id, "tiers": tiers})


def propose(desk: Desk, answers: Answers) -> list[Reply]:
    """The last answer of the form: the proposal stands and its first approver is told."""
    report = see(desk, answers["_"]["report"])
    require(desk, report, Right.PROPOSE, "disposal.propose")
    if "dispose" not in offers(desk, report):
        return [item_card(desk, report, Text("team.not_now"))]
    return _put(desk, report, Disposition(answers["disposition"]), _details(desk, report, answers))


def drafted(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """A button of a text for the unit; its proposal is put once nothing is wanting."""
    if code != "put":
        return pressed_draft(desk, pressed, code)
    text = mine(desk, pressed)
    report = see(desk, text.head_id)
    require(desk, report, Right.PROPOSE, "disposal.propose")
    if "dispose" not in offers(desk, report):
        return [item_card(desk, report, Text("team.not_now"))]
    if marked(desk, text.sources):
        return [item_card(desk, report, Text("immediate.principal_refused"))]
    gate(desk, text)
    replies = _put(desk, report, Disposition(text.kind), details(desk, text))
    proposal = proposals.open_of(desk.db, desk.vault, report.id)
    if proposal is not None:
        proposed(desk, text, proposal.id)
    return replies


def _check_seat(desk: Desk, report: Report, disposition: Disposition) -> None:
    profile = profile_of(desk, report)
    gates, facts = gates_of(profile), facts_of(desk, report)
    check_proposal(disposition, acting_seat(desk, report), gates, facts, ("text",))


def _put(
    desk: Desk, report: Report, disposition: Disposition, details: Mapping[str, Any]
) -> list[Reply]:
    """The proposal stands before its first approver, or what it lacks is said."""
    assert desk.me is not None
    seat = acting_seat(desk, report)
    profile = profile_of(desk, report)
    gates, facts = gates_of(profile), facts_of(desk, report)
    try:
        check_proposal(disposition, seat, gates, facts, [k for k, v in details.items() if v])
    except CaseworkError as refused:
        return [item_card(desk, report, Text(refused.text_key, refused.values))]
    chain = staffed(desk, report, stages(disposition, gates, facts), desk.me.id)
    if not all(holders(desk, report, stage, desk.me.id) for stage in chain):
        return [item_card(desk, report, Text("disposition.nobody_approves"))]
    gate = profile.gate_of(gate_of(disposition, gates, facts))
    proposal = Proposal(
        id=desk.new_id(),
        report_id=report.id,
        disposition=str(disposition),
        stages=tuple(str(s) for s in chain),
        proposer=desk.me.id,
        proposer_seat=str(seat),
        details=details,
        basis=f"{gate.basis} {gate.cite.article}" if gate else "default",
        at=desk.at,
    )
    proposals.add(desk.db, desk.vault, proposal)
    moved = apply(
        desk,
        report,
        Act.PROPOSE,
        seat,
        facts={"disposition": str(disposition)},
        disposition=str(disposition),
    )
    cards.close_all(desk.db, report.id, DISPOSE)
    return [
        item_card(desk, moved, Text("disposition.proposed")),
        *tell_approvers(desk, moved, proposal),
    ]


def tell_approvers(desk: Desk, report: Report, proposal: Proposal) -> list[Reply]:
    """A card without content to everybody who may decide on the present stage."""
    replies: list[Reply] = []
    for person in holders(desk, report, Seat(proposal.seat), proposal.proposer):
        waiting = Reply(
            key="card.decision_waits",
            priority=Priority.NOTICE,
            dedupe=f"decision:{proposal.id}:{proposal.stage}:{person}",
        )
        replies += to_person(desk, person, waiting)
    return replies


def _terms(desk: Desk, report: Report) -> dict[str, Any]:
    return {"xc": profile_of(desk, report).terms.inspect}


def _details(desk: Desk, report: Report, answers: Answers) -> dict[str, Any]:
    """What is proposed, in plain JSON."""
    reason = answers.get("reason") or ""
    words = desk.rules.say(reason, {}, "zh_CN") if reason not in ("", OTHER) else ""
    found = {
        "reason": answers.get("reason_text") or words,
        "main": answers.get("main") or "",
        "review_on": answers.get("review_on") or "",
        "to": answers.get("to") or "",
        "tier": answers.get("tier") or "",
        "queue": answers.get("queue") or "",
    }
    return {k: v for k, v in found.items() if v}


def _reason_choices(desk: Desk, answers: Answers) -> Choices:
    stock = REASONS.get(answers["disposition"], FOUND)
    choices = [Choice(code=key, key=key) for key in stock]
    return (*choices, Choice(code=OTHER, key="disposition.reason_other"))


def _review_choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(
        Choice(code=f"+{days}", key="disposition.in_days", values={"n": days})
        for days in (14, 30, 90)
    )


def _review_day(desk: Desk, answers: Answers, value: str) -> str:
    """A day from a button (+30) or typed (2026-5-1); it must lie ahead and be a working day."""
    day = typed_day(desk, value)
    if day <= desk.today:
        raise Problem("disposition.day_past")
    calendar = desk.rules.calendar
    return (day if calendar.is_workday(day) else calendar.next_workday(day)).isoformat()


def typed_day(desk: Desk, value: str) -> date:
    """A day as people write it, or as a button says it. Raises Problem."""
    if value.startswith("+") and value[1:].isdecimal():
        return desk.today + timedelta(days=int(value[1:4]))
    digits = "".join(c if c.isascii() and c.isdecimal() else " " for c in value).split()
    try:
        numbers = [int(d) for d in digits]
        if len(numbers) == 2:
            numbers.insert(0, desk.today.year)
        return date(*numbers)
    except (ValueError, TypeError, OverflowError):
        raise Problem("disposition.day_unclear") from None


def _main_item(desk: Desk, answers: Answers, value: str) -> str:
    """The item to merge into: a receipt number, its last four characters, or its place in 队列."""
    own = answers["_"]["report"]
    typed = value.strip()
    code = read_code(typed)
    found: Report | None = None
    if code is not None:
        found = reports.by_code(desk.db, desk.vault, code)
    else:
        items = [r for r in visible(desk) if r.id != own]
        ends = typed.upper()
        fitting = [r for r in items if reports.code(desk.db, desk.vault, r.id)[-4:] == ends]
        found = fitting[0] if len(fitting) == 1 else None
    if found is None or found.id == own or found.merged_into:
        raise Problem("disposition.no_such_item")
    try:
        see(desk, found.id)
    except Gone:
        raise Problem("disposition.no_such_item") from None
    return found.id


def _departments(desk: Desk, answers: Answers) -> Choices:
    kinds = KINDS.get(answers["disposition"], ())
    found = [d for d in missions.departments(desk.db) if d.kind in kinds]
    found.sort(key=lambda d: (kinds.index(d.kind), d.id))
    return tuple(Choice(code=d.id, label=d.name) for d in found)


def _tiers(desk: Desk, report: Report, disposition: str) -> list[str]:
    """The levels of the receiving organ, where the instrument names several (003 第十三条)."""
    route = RULES[Disposition(disposition)].route
    routes = profile_of(desk, report).route
    return next((list(r.tiers) for r in routes if route and r.to == route), [])


def _tier_choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=f"t{n}", label=t) for n, t in enumerate(answers["_"]["tiers"]))


def _tier(desk: Desk, answers: Answers, value: str) -> str:
    return str(answers["_"]["tiers"][int(value[1:])])


def _other_missions(desk: Desk, answers: Answers) -> list[Stationing]:
    own = see(desk, answers["_"]["report"]).stationing_id
    running = [m for m in missions.every(desk.db) if m.state != "closed" and m.id != own]
    if desk.me is not None and desk.me.has("office"):
        return running
    mine = {m.id for m in own_missions(desk)}
    return [m for m in running if m.id in mine]


def _queues(desk: Desk, answers: Answers) -> Choices:
    others = enumerate(_other_missions(desk, answers))
    office = Choice(code="office", key="disposition.to_office")
    return (office, *(Choice(code=f"m{n}", label=m.unit_name) for n, m in others))


def _queue(desk: Desk, answers: Answers, value: str) -> str:
    """`office`, or the id of the mission."""
    if value == "office":
        return value
    return _other_missions(desk, answers)[int(value[1:])].id


def _is(*names: str) -> Any:
    return lambda answers: answers.get("disposition") in names


PROPOSE = Form(
    id=FORM,
    staff=True,
    done=propose,
    questions=(
        Question(key="main", ask="disposition.ask_main", when=_is("merge"), check=_main_item),
        Question(
            key="queue",
            ask="disposition.ask_queue",
            kind="choice",
            when=_is("reroute"),
            choices=_queues,
            check=_queue,
        ),
        Question(
            key="to",
            ask="disposition.ask_department",
            when=_is(*KINDS),
            choices=_departments,
        ),
        Question(
            key="tier",
            ask="disposition.ask_tier",
            kind="choice",
            when=lambda answers: len(answers["_"].get("tiers", ())) > 1,
            choices=_tier_choices,
            check=_tier,
        ),
        Question(
            key="reason", ask="disposition.ask_reason", kind="choice", choices=_reason_choices
        ),
        Question(
            key="reason_text",
            ask="disposition.ask_reason_text",
            when=lambda answers: answers.get("reason") == OTHER,
        ),
        Question(
            key="review_on",
            ask="disposition.ask_review",
            when=_is("hold"),
            choices=_review_choices,
            check=_review_day,
        ),
    ),
)
FORMS: tuple[Form, ...] = (PROPOSE,)
CARDS: dict[str, CardAction] = {DISPOSE: chosen, DRAFT: drafted}
