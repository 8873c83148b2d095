"""What a reporter adds later: words, files, answers, a withdrawal; recusals looked at anew."""

from functools import partial

from casework.lifecycle import Act, Seat, State, move
from handlers import arrivals, evidence, superior
from handlers.desk import Desk
from handlers.dutybook import DELIVERED
from handlers.intake.filing import TEAM_ROLES, anybody_left
from handlers.intake.likeness import scan
from handlers.intake.places import inspection_word
from handlers.messages import Priority, Reply
from handlers.reach import to_person
from storage import attachments, audit, duties, people, questions, report_texts, reports
from storage.questions import Question
from storage.reports import Report


def add(
    desk: Desk, report: Report, words: str, files: list[str], question: Question | None = None
) -> list[Reply]:
    """Keep an addition or an answer as a version of its own, and tell whoever works on it.

    Open at any time, also after the window and after the end. A new likeness hides the report from
    that person and takes cards and claim back.
    """
    if report.queue == "superior":
        superior.carry(desk, report.id, {"addition": words, "received": desk.now.isoformat()})
        _note(desk, report, "supplemented", {"files": 0})
        return [Reply(key="superior.added")]
    answered = question is not None and question.report_id == report.id and question.pending
    if words and answered and question is not None:
        questions.answer(desk.db, desk.vault, question, words, desk.at)
    elif words:
        report_texts.add(desk.db, desk.vault, report.id, "supplement", words, desk.at)
    if files:
        attachments.adopt(desk.db, files, f"report:{report.id}")
    what = "answered" if answered else "supplemented"
    _note(desk, report, what, {"files": len(files)})
    names = [
        file.name for file in map(partial(attachments.get, desk.db, desk.vault), files) if file
    ]
    _look_again(desk, report, "\n".join((words, *names)).strip())
    _leave_supplement(desk, report.id)
    now = reports.get(desk.db, report.id) or report
    return [Reply(key="status.added"), *arrivals.added(desk, now)]


def withdraw(desk: Desk, report: Report) -> list[Reply]:
    """撤回: changes no state, closes nothing; the office learns that somebody may be pressed."""
    if report.queue == "superior":
        superior.carry(desk, report.id, {"withdrawal": True, "received": desk.now.isoformat()})
        _note(desk, report, "withdrawal_asked", {})
        return [Reply(key="superior.withdrawn")]
    now = reports.get(desk.db, report.id) or report
    if not now.pressed:
        reports.change(desk.db, now.id, now.version, pressed=True)
    _note(desk, report, "withdrawal_asked", {})
    replies = [Reply(key="status.withdrawn", values={"xc": inspection_word(desk)})]
    recused = reports.recused(desk.db, report.id)
    for person in people.holders(desk.db, "office"):
        if person not in recused:
            notice = Reply(
                key="notice.pressed",
                priority=Priority.NOTICE,
                dedupe=f"pressed:{report.id}:{desk.at}:{person}",
            )
            replies += to_person(desk, person, notice)
    return replies


def drop_rest(desk: Desk) -> None:
    """Files that were sent and taken out of the answer again are dropped."""
    evidence.drop_files(desk, desk.talk.form)


def feedback_delivered(desk: Desk, stationing_id: str) -> bool:
    """Whether the office has recorded the delivery of the mission's feedback."""
    return duties.milestone(desk.db, desk.vault, stationing_id, DELIVERED) is not None


def _note(desk: Desk, report: Report, what: str, facts: dict[str, int]) -> None:
    reports.record(desk.db, report.id, desk.at, "citizen", what, facts)
    audit.write(
        desk.db,
        at=desk.at,
        actor="citizen",
        action=f"report.{what}",
        object=report.id,
        facts=facts,
    )


def _look_again(desk: Desk, report: Report, words: str) -> None:
    """Recusals over the new words together with the old ones."""
    if not words:
        return
    found = scan(desk, unit_id=report.unit_id, team_id=report.team_id, accused="", words=[words])
    before = reports.recused(desk.db, report.id)
    for person, doubt in found.recused.items():
        reports.recuse(desk.db, report.id, person, desk.at, doubt=doubt)
    fresh_doubt = any(d and p not in before for p, d in found.recused.items())
    now = reports.get(desk.db, report.id)
    if now is not None and now.open:
        _find_readers(desk, now, doubt=fresh_doubt and found.doubt)


def _find_readers(desk: Desk, report: Report, *, doubt: bool) -> None:
    """A report that has lost its readers, or that is in doubt, goes one queue up."""
    recused = reports.recused(desk.db, report.id)
    queue, reasons = report.queue, list(report.reasons)
    if queue == "team":
        if doubt:
            reasons.append("recusal.doubt")
        if not anybody_left(desk, TEAM_ROLES, recused, report.team_id):
            reasons.append("team.all_recused")
        queue = "office" if len(reasons) > len(report.reasons) else queue
    if queue == "office" and not anybody_left(desk, ("office",), recused):
        queue = "leading"
        reasons.append("office.all_recused")
    if queue == report.queue:
        return
    reports.change(
        desk.db,
        report.id,
        report.version,
        queue=queue,
        hidden=report.hidden or queue == "leading",
        queued_at=desk.at,
        reasons=tuple(reasons),
    )
    facts = {"reason": reasons[-1]}
    reports.record(desk.db, report.id, desk.at, "program", f"to_{queue}", facts)


def _leave_supplement(desk: Desk, report_id: str) -> None:
    """Once nothing asked is open, 待补充 ends and the item goes back to whoever reads it."""
    now = reports.get(desk.db, report_id)
    if now is None or now.state != State.SUPPLEMENT:
        return
    if questions.pending(desk.db, desk.vault, report_id):
        return
    state = move(State.SUPPLEMENT, Act.ANSWER, Seat.REPORTER)
    reports.change(desk.db, report_id, now.version, state=str(state), state_at=desk.at, next_on="")
