"""What must be on record before an agreement: the group's discussion, a hearing, a committee."""

from typing import Any

from casework.dispositions import Disposition, heard
from casework.lifecycle import Seat
from handlers.desk import Desk
from handlers.forms import Answers, Choices, Question
from handlers.messages import Choice
from handlers.proposing import typed_day
from handlers.visibility import facts_of, gates_of, profile_of
from storage import proposals
from storage.proposals import Decision, Proposal
from storage.reports import Report


def needed_records(
    desk: Desk, report: Report, proposal: Proposal, *, paper: bool = False
) -> list[str]:
    """What must be on record before this agreement: team | heard | committee.

    With a decision on paper that paper itself is the committee's record.
    """
    needed = []
    if report.important and proposal.seat == Seat.LEADER:
        needed.append("team")  # 004 五(四) 集体讨论
    if proposal.seat == Seat.COMMITTEE and not paper:
        needed.append("committee")
    gates, facts = gates_of(profile_of(desk, report)), facts_of(desk, report)
    if proposal.last_stage and heard(Disposition(proposal.disposition), gates, facts):
        needed.append("heard")  # 003 第九条 听取市委意见
    return needed


def keep_records(desk: Desk, report: Report, proposal: Proposal, answers: Answers) -> None:
    """Keep what the form asked for, sealed with the report."""
    assert desk.me is not None
    for body in answers.get("_", {}).get("needs", ()):
        proposals.decide(
            desk.db,
            desk.vault,
            report.id,
            proposal.id,
            id=desk.new_id(),
            made=Decision(
                body=body,
                held_on=answers[f"{body}_on"],
                text=answers[f"{body}_text"],
                entered_by=desk.me.id,
                at=desk.at,
            ),
        )


def _day(desk: Desk, answers: Answers, value: str) -> str:
    day = typed_day(desk, value)
    return min(day, desk.today).isoformat()


def _today(desk: Desk, answers: Answers) -> Choices:
    return (Choice(code="+0", key="disposition.today"),)


def record_questions() -> tuple[Question, ...]:
    """The day and the words of each record, asked while it is missing."""
    asked = {
        "team": ("disposition.ask_team_on", "disposition.ask_team_text"),
        "committee": ("disposition.ask_committee_on", "disposition.ask_committee_text"),
        "heard": ("disposition.ask_heard_on", "disposition.ask_heard_text"),
    }
    found: list[Question] = []
    for body, (on, text) in asked.items():
        needed = _needs(body)
        found.append(Question(key=f"{body}_on", ask=on, when=needed, choices=_today, check=_day))
        found.append(Question(key=f"{body}_text", ask=text, when=needed))
    return tuple(found)


def _needs(body: str) -> Any:
    """Asked while it is missing; a refusal on paper needs none."""
    return lambda answers: body in answers["_"]["needs"] and answers.get("verdict") != "refuse"
