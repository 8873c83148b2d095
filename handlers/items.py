"""One report as a card: a head without content, and the buttons this person has for it now."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.dispositions import approvers
from casework.lifecycle import ENDED, MOVES, Act, Seat, State
from handlers.aliases import alias
from handlers.arrivals import age_days
from handlers.cards import card
from handlers.desk import Desk
from handlers.messages import Choice, Reply, Text
from handlers.visibility import seats
from storage import attachments, people, proposals, questions, reports, sendings
from storage.proposals import Proposal
from storage.reports import Report

ACTION = "team_item"
STATES: Mapping[str, str] = {
    "submitted": "team.state_submitted",
    "screening": "team.state_screening",
    "supplement": "team.state_supplement",
    "accepted": "team.state_accepted",
    "explore": "team.state_explore",
    "hold": "team.state_hold",
    "merged": "team.state_merged",
    "proposed": "team.state_proposed",
    "approving": "team.state_approving",
    "decided": "team.state_decided",
    "transferred": "team.state_transferred",
    "referred": "team.state_referred",
    "immediate": "team.state_immediate",
    "feedback_in": "team.state_feedback_in",
    "finished": "team.state_finished",
    "out_of_scope": "team.state_out_of_scope",
}
BUTTONS: Mapping[str, str] = {
    "claim": "button.claim",
    "open": "button.open",
    "files": "team.button_files",
    "class": "team.button_class",
    "ask": "button.ask_more",
    "dispose": "button.dispose",
    "agree": "button.agree",
    "return": "button.disagree",
    "asked": "team.button_asked",
    "send": "team.button_send",
    "feedback": "team.button_feedback",
    "receipt": "team.button_receipt",
    "finish": "team.button_finish",
    "rejudge": "transfer.button_rejudge",
    "reopen": "team.button_reopen",
    "review": "team.button_review",
    "note": "team.button_note",
    "marks": "team.button_marks",
    "urgent": "team.button_urgent",
    "assign": "team.button_assign",
    "clarify": "team.button_clarify",
    "release": "button.release",
    "next": "button.next",
}
HOME: Mapping[str, frozenset[Seat]] = {
    "team": frozenset({Seat.MEMBER, Seat.LEADER}),
    "office": frozenset({Seat.OFFICE}),
    "leading": frozenset({Seat.LEADING}),
}
HEADS = frozenset({Seat.LEADER, Seat.OFFICE, Seat.LEADING})


def item_card(desk: Desk, report: Report, *lead: Text) -> Reply:
    """The report as a card for the person at this desk."""
    assert desk.me is not None
    return card(
        desk,
        ACTION,
        report.id,
        tuple(Choice(code=c, key=BUTTONS[c]) for c in offers(desk, report)),
        key="team.item",
        values=head(desk, report),
        person=desk.me.id,
        lead=lead,
    )


def head(desk: Desk, report: Report) -> dict[str, Any]:
    """What stands above the buttons: nothing of what was reported."""
    return {
        "alias": alias(desk, report.id),
        "tail": tail(desk, report),
        "marks": Text("team.item_marks", {"marks": found}) if (found := marks(report)) else "",
        "state": Text(STATES[report.state]),
        "days": age_days(desk, report.received_at),
        "holder": _holder(desk, report),
        "next": Text("team.next_on", {"day": date.fromisoformat(report.next_on)})
        if report.next_on
        else "",
    }


def tail(desk: Desk, report: Report) -> str:
    """The last four characters of the receipt number."""
    return reports.code(desk.db, desk.vault, report.id)[-4:]


def marks(report: Report) -> Text | str:
    """The flags staff and program have set, as short words."""
    shown = {
        "urgent": Text("team.mark_urgent") if report.urgent else "",
        "important": Text("team.mark_important") if report.important else "",
        "briefed": Text("team.mark_briefed") if report.briefed else "",
        "principal": Text("team.mark_principal") if report.concerns_principal else "",
        "pressed": Text("team.mark_pressed") if report.pressed else "",
        "crime": Text("team.mark_crime") if "crime" in report.marks else "",
        "handled": Text("transfer.mark_handled") if "handled" in report.marks else "",
        "assist": Text("transfer.mark_assist") if "assist" in report.marks else "",
        "focus": Text("team.mark_focus", {"n": focus(report)}) if focus(report) else "",
    }
    return Text("team.marks", shown) if any(shown.values()) else ""


def focus(report: Report) -> int:
    """How many of the three kinds of 重点人 (002 五(二)) staff have ticked."""
    return sum(1 for m in report.marks if m.startswith("focus"))


def offers(desk: Desk, report: Report) -> list[str]:
    """The codes of the buttons this person has for the report in its present state."""
    held = seats(desk, report)
    codes = [*_holding(desk, report, held), "open"]
    if attachments.of(desk.db, desk.vault, f"report:{report.id}"):
        codes.append("files")
    if handles(desk, report, held):
        codes += _handling(report)
    codes += _approving(desk, report, held)
    if sends(report, held):
        codes += _landing(report)
        if _allowed(report, Act.REJUDGE) and sendings.of(desk.db, desk.vault, report.id):
            codes.append("rejudge")  # it left before, and the receiver gave it back
    if held & HOME.get(report.queue, frozenset()) & HEADS and report.state not in ENDED:
        codes += ["assign", *_unreleased(desk, report)]
    if report.holder and handles(desk, report, held) and _allowed(report, Act.RELEASE):
        codes.append("release")
    return [*codes, "next"]


def handles(desk: Desk, report: Report, held: frozenset[Seat]) -> bool:
    """Whether the person works on it: its holder, or the head of the queue it lies in."""
    home = held & HOME.get(report.queue, frozenset())
    if desk.me is None or not home:
        return False
    return report.holder == desk.me.id or bool(home & HEADS)


def sends(report: Report, held: frozenset[Seat]) -> bool:
    """Whether the person brings it to its landing: the office; the leading group what is about
    it."""
    if report.queue == "leading":
        return Seat.LEADING in held
    return Seat.OFFICE in held


def awaited(desk: Desk, report: Report, held: frozenset[Seat]) -> Proposal | None:
    """The proposal this person may decide on now, or None."""
    proposal = proposals.open_of(desk.db, desk.vault, report.id)
    if proposal is None or desk.me is None or proposal.proposer == desk.me.id:
        return None
    able = approvers(Seat(proposal.seat), proposer_sat=Seat(proposal.proposer_seat))
    return proposal if held & set(able) else None


def _holding(desk: Desk, report: Report, held: frozenset[Seat]) -> list[str]:
    home = held & HOME.get(report.queue, frozenset())
    if home and not report.holder and _allowed(report, Act.CLAIM):
        return ["claim"]
    return []


def _handling(report: Report) -> list[str]:
    codes = []
    if _allowed(report, Act.PROPOSE):
        codes.append("class")
    if _allowed(report, Act.ASK):
        codes.append("ask")
    if report.state == State.HOLD:
        codes.append("review")
    if _allowed(report, Act.PROPOSE):
        codes.append("dispose")
    if report.state not in ENDED:
        codes += ["note", "marks", "urgent"]
    return codes


def _approving(desk: Desk, report: Report, held: frozenset[Seat]) -> list[str]:
    return ["agree", "return"] if awaited(desk, report, held) is not None else []


def _landing(report: Report) -> list[str]:
    codes = [a for a in ("send", "feedback", "receipt", "finish") if _allowed(report, Act(a))]
    if report.state in ENDED:
        codes += ["reopen", "clarify"]
    return codes


def _unreleased(desk: Desk, report: Report) -> list[str]:
    asked = questions.of(desk.db, desk.vault, report.id)
    return ["asked"] if any(not q.released_at and not q.dropped_at for q in asked) else []


def _allowed(report: Report, act: Act) -> bool:
    return (State(report.state), act) in MOVES


def _holder(desk: Desk, report: Report) -> Text:
    if not report.holder:
        return Text("team.unclaimed")
    return Text("team.held_by", {"who": people.name(desk.db, desk.vault, report.holder)})
