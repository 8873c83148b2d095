"""移交: what was decided leaves by a numbered letter, is signed for, given back, and answered."""

from datetime import date, datetime

from casework.categories import RETALIATION
from casework.dispositions import Disposition, gate_of, received
from casework.errors import Gone, MoveNotAllowed
from casework.lifecycle import MOVES, Act, Seat, State
from casework.mission import Department
from handlers.arrivals import workday_after
from handlers.cards import card
from handlers.desk import Desk
from handlers.duty_lines import card_values, ground, title, when
from handlers.duty_rights import me, watching
from handlers.dutybook import TRANSFER, record_event
from handlers.frozen import profile_of
from handlers.messages import Choice, Priority, Reply, Text
from handlers.moves import apply
from handlers.reach import to_person
from handlers.visibility import facts_of, gates_of
from storage import audit, cards, duties, letters, missions, people, proposals, reports, sendings
from storage.duties import Duty
from storage.letters import Letter
from storage.proposals import Proposal
from storage.reports import Report
from storage.sendings import Sending

SIGN_CARD = "transfer_sign"
DECIDED, LEAD = "item.decided", "lead.found"
TRANSFERS = frozenset(
    {
        Disposition.TRANSFER_DISCIPLINE,
        Disposition.TRANSFER_ORG,
        Disposition.TRANSFER_OTHER,
        Disposition.TRANSFER_POLILAW,
        Disposition.TRANSFER_UNIT,
    }
)


def decided(desk: Desk, report: Report) -> list[Duty]:
    """A transfer was decided: the office owes its sending 及时 (item.decided, lead.found).

    What is about the office stays with the leading group and starts no duty of the office.
    """
    proposal = proposals.last_of(desk.db, desk.vault, report.id)
    mission = missions.stationing(desk.db, report.stationing_id)
    if proposal is None or mission is None or report.queue == "leading":
        return []
    if Disposition(proposal.disposition) not in TRANSFERS:
        return []
    profile = profile_of(desk, mission)
    gates, facts = gates_of(profile), facts_of(desk, report)
    lead = gate_of(Disposition(proposal.disposition), gates, facts) == "transfer_lead"
    event, on = DECIDED, desk.today
    if lead and any(item.trigger == LEAD for item in profile.obligation):  # 004 四(五)
        event, on = LEAD, datetime.fromtimestamp(proposal.at, desk.zone).date()
    return record_event(desk, mission, event, on, about=about(desk, proposal)) or []


def about(desk: Desk, proposal: Proposal) -> str:
    """What tells one decided transfer from the others, without naming the report."""
    return desk.vault.index("item", f"{proposal.report_id}|{proposal.id}").hex()[:32]


def post(
    desk: Desk, report: Report, proposal: Proposal, *, number: str, day: str, receiver: str
) -> tuple[Letter, bool]:
    """The letter of that number, and whether it is new: else it goes to this receiver already.

    Errors: MoveNotAllowed where the number was used for another letter of the year.
    """
    new = Letter(
        id=desk.new_id(),
        stationing_id=report.stationing_id,
        department_id=receiver if missions.department(desk.db, receiver) else "",
        number=number,
        to=receiver_name(desk, report, receiver),
        tier=str(proposal.details.get("tier", "")),
        disposition=proposal.disposition,
        queue="leading" if report.queue == "leading" else "office",
        sent_on=day,
        entered_by=me(desk).id,
        at=desk.at,
    )
    standing = letters.by_number(desk.db, desk.vault, number, int(day[:4]))
    if standing is None:
        letters.add(desk.db, desk.vault, new)
        _audit(desk, "letter.sent", new.id, on=day)
        return new, True
    if not same_letter(standing, new):
        raise used(standing, new)
    if standing.disposition and standing.sent_on != day:
        on = date.fromisoformat(standing.sent_on)
        raise MoveNotAllowed("transfer.other_day", letter=number, on=on)
    return standing, False


def same_letter(standing: Letter, new: Letter) -> bool:
    """Whether one more item may go with a letter: same mission, receiver and class, not back."""
    return not standing.returned_on and (
        (standing.stationing_id, standing.to, standing.queue)
        == (new.stationing_id, new.to, new.queue)
        and standing.disposition in ("", new.disposition)
    )


def used(standing: Letter, new: Letter) -> MoveNotAllowed:
    """Why a number cannot be taken; nothing of a letter about the office is told."""
    if standing.queue != new.queue:
        return MoveNotAllowed("transfer.number_taken", letter=new.number)
    on = date.fromisoformat(standing.sent_on)
    return MoveNotAllowed("transfer.number_used", letter=standing.number, on=on, to=standing.to)


def receiver_name(desk: Desk, report: Report, receiver: str) -> str:
    """What the receiver is called: a department, a body outside the plan, or the unit itself."""
    found = missions.department(desk.db, receiver)
    if found is not None:
        return found.name
    mission = missions.stationing(desk.db, report.stationing_id)
    return receiver or (mission.unit_name if mission else "")


def sign_cards(desk: Desk, letter: Letter) -> list[Reply]:
    """The 签收 card for everybody of the department: number and day, nothing of what it is
    about."""
    if not letter.department_id or letter.received_on:
        return []
    replies: list[Reply] = []
    for person in _members(desk, letter.department_id):
        replies += to_person(desk, person, letter_card(desk, letter, person))
    return replies


def letter_card(desk: Desk, letter: Letter, person: str) -> Reply:
    """One letter as a card for one person of its department."""
    waiting = not letter.received_on and not letter.returned_on
    choices = [Choice(code="sign", key="button.sign")] if waiting else []
    choices.append(Choice(code="open", key="button.open"))
    if not letter.returned_on:
        choices.append(Choice(code="back", key="transfer.button_back"))
    key = "transfer.card_back" if letter.returned_on else "transfer.card"
    key = "transfer.sign" if waiting else key
    return card(
        desk,
        SIGN_CARD,
        letter.id,
        tuple(choices),
        key=key,
        values={"letter": letter.number, "on": date.fromisoformat(letter.sent_on)}
        | ({} if waiting else {"since": _day(letter.returned_on or letter.received_on)}),
        person=person,
        lives_hours=24 * 365,
        priority=Priority.NOTICE,
    )


def receive(
    desk: Desk, letter: Letter, on: date, *, paper: bool = False, text: str = ""
) -> tuple[str, list[Reply]]:
    """The receiver has the letter: the ISO day by which feedback is owed ("" = none), and what
    the department is told.

    Raises MoveNotAllowed where it was signed for or given back before, or on a day before it left.
    """
    if letter.returned_on:
        raise MoveNotAllowed("transfer.was_given_back", letter=letter.number)
    if on.isoformat() < letter.sent_on:
        raise MoveNotAllowed("transfer.before_sent", on=date.fromisoformat(letter.sent_on))
    if not letters.receive(desk.db, letter.id, on=on.isoformat(), by=me(desk).id, at=desk.at):
        raise already_signed(desk, letter)
    cards.close_all(desk.db, letter.id, SIGN_CARD)
    _audit(desk, "letter.received", letter.id, on=on.isoformat(), paper=paper)
    due, told = _start_months(desk, letter, on, paper)
    for sent in sendings.of_letter(desk.db, desk.vault, letter.id):
        item_received(desk, sent, on.isoformat(), due, text)
    return due, told


def already_signed(desk: Desk, letter: Letter) -> MoveNotAllowed:
    """A second signature: which letter, and since when it is signed."""
    now = letters.get(desk.db, desk.vault, letter.id) or letter
    on = date.fromisoformat(now.received_on) if now.received_on else ""
    return MoveNotAllowed("transfer.already_signed", letter=letter.number, on=on)


def item_received(desk: Desk, sent: Sending, day: str, due: str, text: str = "") -> Report:
    """One item of a letter that arrived: its months run, or it ends with the receipt."""
    report = reports.get(desk.db, sent.report_id)
    proposal = proposals.last_of(desk.db, desk.vault, sent.report_id)
    if report is None or proposal is None:
        raise Gone
    sendings.received(desk.db, sent.id, day)
    if (State(report.state), Act.RECEIPT) not in MOVES:
        return report
    moved = apply(
        desk,
        report,
        Act.RECEIPT,
        Seat.OFFICE,
        lands=received(Disposition(proposal.disposition)),
        facts={"day": day},
        next_on=next_on(report, due or workday_after(desk, 5)),
    )
    if moved.state == State.FINISHED:
        sendings.came_back(
            desk.db, desk.vault, sent, text=text, day=day, by=me(desk).id, at=desk.at
        )
    return moved


def give_back(desk: Desk, letter: Letter, reason: str) -> list[Reply]:
    """退函: it was not for this receiver. Its items wait again to be sent, its clock stops."""
    on = desk.today.isoformat()
    if any(sent.back_on for sent in sendings.of_letter(desk.db, desk.vault, letter.id)):
        raise MoveNotAllowed("transfer.answered_before", letter=letter.number)
    if not letters.give_back(desk.db, desk.vault, letter.id, reason=reason, on=on, by=me(desk).id):
        raise MoveNotAllowed("transfer.was_given_back", letter=letter.number)
    cards.close_all(desk.db, letter.id, SIGN_CARD)
    _audit(desk, "letter.given_back", letter.id, on=on)
    for duty in owed_for(desk, letter):
        lapse(desk, duty)
    for sent in sendings.of_letter(desk.db, desk.vault, letter.id):
        report = reports.get(desk.db, sent.report_id)
        if report is not None and (State(report.state), Act.GIVE_BACK) in MOVES:
            again = next_on(report, workday_after(desk, 5))
            apply(desk, report, Act.GIVE_BACK, Seat.OFFICE, facts={"day": on}, next_on=again)
    return tell_office(desk, letter, "transfer.given_back")


def next_on(report: Report, day: str) -> str:
    """The next date of an item; reports about retaliation keep their weekly one."""
    return report.next_on if report.category == RETALIATION and report.next_on else day


def take_back(desk: Desk, report: Report) -> None:
    """The decision to transfer is judged anew: nothing has to be sent for it any more."""
    proposal = proposals.last_of(desk.db, desk.vault, report.id)
    if proposal is None:
        return
    for event in (DECIDED, LEAD):
        came = duties.milestone(
            desk.db, desk.vault, report.stationing_id, event, about(desk, proposal)
        )
        listed = duties.of_stationing(desk.db, report.stationing_id) if came else []
        for duty in listed:
            if came and duty.milestone_id == came.id and duty.state != "accepted":
                lapse(desk, duty)


def lapse(desk: Desk, duty: Duty) -> None:
    """A duty ends without having been done: what it hung on was taken back."""
    duties.move(desk.db, duty, duties.moved(duty, state="accepted", next_check=None))
    _audit(desk, "duty.lapsed", duty.id)


def tell_office(desk: Desk, letter: Letter, key: str) -> list[Reply]:
    """The letter's number and what happened to it, to whoever sent it; nothing of its contents."""
    mission = missions.stationing(desk.db, letter.stationing_id)
    role = "leading_group" if letter.queue == "leading" else "office"
    if mission is not None:
        told = watching(desk, role, mission.unit_id)
    else:
        told = people.holders(desk.db, role)
    values = {"letter": letter.number, "to": letter.to, "on": desk.today}
    return [
        reply
        for person in told
        if person != me(desk).id
        for reply in to_person(
            desk,
            person,
            Reply(
                key=key,
                values=values,
                priority=Priority.NOTICE,
                dedupe=f"{key}:{letter.id}:{person}",
            ),
        )
    ]


def answered(desk: Desk, letter: Letter, on: date) -> None:
    """Every item of the letter is answered: the department owes nothing more for it."""
    items = sendings.of_letter(desk.db, desk.vault, letter.id)
    if any(not sent.back_on for sent in items):
        return
    for duty in owed_for(desk, letter):
        done = duties.moved(
            duty, state="accepted", submitted_on=duty.submitted_on or on, next_check=None
        )
        duties.move(desk.db, duty, done)
        _audit(desk, "document.accepted", duty.id, on=on.isoformat(), paper=True)


def owed_for(desk: Desk, letter: Letter) -> list[Duty]:
    """What a department still owes for a letter."""
    found = _letter_about(desk, letter)
    came = duties.milestone(desk.db, desk.vault, letter.stationing_id, TRANSFER, found)
    listed = duties.of_stationing(desk.db, letter.stationing_id) if came else []
    return [d for d in listed if came and d.milestone_id == came.id and d.state != "accepted"]


def promised(desk: Desk, letter: Letter) -> Text | None:
    """The earliest day of the answers owed for a letter, said as what it is: law or our own."""
    owed = min(owed_for(desk, letter), key=lambda duty: duty.due, default=None)
    if owed is None:
        return None
    return Text("transfer.due", {"when": when(desk, owed), "ground": ground(owed)})


def letter_of(desk: Desk, duty: Duty) -> Letter | None:
    """The letter for which a department owes its feedback."""
    came = duties.milestone_by_id(desk.db, desk.vault, duty.milestone_id)
    if came is None or not duty.department_id:
        return None
    found = letters.of_department(desk.db, desk.vault, duty.department_id)
    return next((one for one in found if _letter_about(desk, one) == came.about), None)


def tell_department(
    desk: Desk, department: Department, letter: str, begun: list[Duty]
) -> list[Reply]:
    """The dates of a letter to everybody of the department; nothing of what it is about."""
    return [
        reply
        for person in _members(desk, department.id)
        for duty in begun
        for reply in to_person(
            desk,
            person,
            Reply(
                key="duty.letter_timeline",
                values={**card_values(desk, duty), "doc": title(duty), "letter": letter},
                priority=Priority.NOTICE,
            ),
        )
    ]


def _start_months(desk: Desk, letter: Letter, on: date, paper: bool) -> tuple[str, list[Reply]]:
    """What is about the office stays with the leading group and in no list of the office; what a
    referral or a unit has starts no clock of a department."""
    mission = missions.stationing(desk.db, letter.stationing_id)
    department = missions.department(desk.db, letter.department_id)
    if mission is None or department is None or letter.queue == "leading":
        return "", []
    if letter.disposition == Disposition.REFER:
        return "", []
    begun = record_event(
        desk,
        mission,
        TRANSFER,
        on,
        about=_letter_about(desk, letter),
        paper=paper,
        words={"letter": letter.number},
        department=department,
    )
    due = min((duty.due.isoformat() for duty in owed_for(desk, letter)), default="")
    return due, tell_department(desk, department, letter.number, begun or [])


def _members(desk: Desk, department_id: str) -> list[str]:
    return people.holders(desk.db, "department_member", department=department_id)


def _letter_about(desk: Desk, letter: Letter) -> str:
    """What tells one letter from the others, without saying its number."""
    return desk.vault.index("letter", letter.id).hex()[:32]


def _day(text: str) -> date | str:
    return date.fromisoformat(text) if text else ""


def _audit(desk: Desk, action: str, object: str, **facts: str | bool) -> None:
    audit.write(
        desk.db, at=desk.at, actor=me(desk).id, action=action, object=object, facts=dict(facts)
    )
