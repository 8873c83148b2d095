"""登记发出: the office sends what was decided by letter; one letter may carry several items."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from casework.dispositions import Disposition, landing
from casework.errors import MoveNotAllowed
from casework.hygiene import is_blank
from casework.lifecycle import Act, Seat, State
from casework.permissions import Right
from casework.shared_words import runs
from handlers import immediate
from handlers.arrivals import workday_after
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.fulfilment import fulfil
from handlers.items import item_card, sends
from handlers.letters import letter_number
from handlers.messages import Choice, Reply, Text
from handlers.moves import apply
from handlers.proposing import KINDS, typed_day
from handlers.transfers import (
    about,
    item_received,
    next_on,
    owed_for,
    post,
    receiver_name,
    same_letter,
    sign_cards,
    used,
)
from handlers.visibility import require, seats, see
from storage import (
    attachments,
    audit,
    letters,
    missions,
    proposals,
    report_texts,
    reports,
    sendings,
)
from storage.cards import Card
from storage.letters import Letter
from storage.proposals import Proposal
from storage.reports import Report
from storage.sendings import Sending

SEND = "team_send"
HAND_OVER = "transfer_text"
LETTER_CARD = "transfer_letter"
TO_UNIT = frozenset({Disposition.TRANSFER_UNIT, Disposition.IMMEDIATE})
"""What leaves for the unit itself: only rewritten, stripped, and confirmed by a second person."""


def send(desk: Desk, report: Report) -> list[Reply]:
    """Record the letter or hand-over by which a decided item left the house.

    What is for the unit itself leaves only as the approved, rewritten text (003 第十三条).
    """
    require_sender(desk, report)
    require(desk, report, Right.WRITE, "disposal.send")
    if report.disposition in TO_UNIT:
        return immediate.send(desk, report)
    context = {"report": report.id, "again": given_back(desk, report)}
    return open_form(desk, SEND, {"disposition": report.disposition}, context)


def require_sender(desk: Desk, report: Report) -> None:
    """Refuse whoever does not bring this report to its landing. Errors: MoveNotAllowed."""
    if not sends(report, seats(desk, report)):
        raise MoveNotAllowed


def _sent(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    require_sender(desk, report)
    proposal = _proposal(desk, report)
    receiver = answers.get("to") or str(proposal.details.get("to", ""))
    letter, fresh = post(
        desk, report, proposal, number=answers["number"], day=answers["day"], receiver=receiver
    )
    moved = put(desk, report, proposal, letter)
    told = sign_cards(desk, letter) if fresh else []
    return [_card(desk, letter, moved), item_card(desk, moved, Text("team.sent")), *told]


def put(desk: Desk, report: Report, proposal: Proposal, letter: Letter) -> Report:
    """One item leaves with a letter: it is on its way, and the duty to send it is done."""
    sent = Sending(
        id=desk.new_id(),
        report_id=report.id,
        department_id=letter.department_id,
        letter={
            "number": letter.number,
            "to": letter.to,
            "class": proposal.disposition,
            "tier": letter.tier,
        },
        sent_on=letter.sent_on,
        entered_by=me(desk).id,
        at=desk.at,
        letter_id=letter.id,
    )
    sendings.add(desk.db, desk.vault, sent)
    moved = apply(
        desk,
        report,
        Act.SEND,
        Seat.OFFICE,
        lands=landing(Disposition(proposal.disposition), sent=True),
        facts={"day": letter.sent_on},
        next_on=next_on(report, next_review(desk)),
    )
    mission = missions.stationing(desk.db, report.stationing_id)
    if mission is not None:
        on = date.fromisoformat(letter.sent_on)
        fulfil(desk, mission, "transfer", on, about=about(desk, proposal))
    if not letter.received_on:
        return moved
    due = min((duty.due.isoformat() for duty in owed_for(desk, letter)), default="")
    return item_received(desk, sent, letter.received_on, due)


def _proposal(desk: Desk, report: Report) -> Proposal:
    """What was decided for the report. Raises MoveNotAllowed where nothing may leave for it."""
    proposal = proposals.last_of(desk.db, desk.vault, report.id)
    if proposal is None or proposal.disposition in TO_UNIT:
        raise MoveNotAllowed
    return proposal


def _card(desk: Desk, letter: Letter, report: Report) -> Reply:
    """A letter as a card for who sends: how many items go with it, and what may be added."""
    items = sendings.of_letter(desk.db, desk.vault, letter.id)
    more = len(_others(desk, letter))
    choices = []
    if letter.department_id:
        choices.append(Choice(code="text", key="transfer.button_text"))
    if more:
        choices.append(Choice(code="all", key="transfer.button_all", values={"n": more}))
    return card(
        desk,
        LETTER_CARD,
        f"{letter.id}|{report.id}",
        tuple(choices),
        key="transfer.letter",
        values={
            "letter": letter.number,
            "to": letter.to,
            "on": date.fromisoformat(letter.sent_on),
            "n": len(items),
        },
        person=me(desk).id,
    )


def _others(desk: Desk, letter: Letter) -> list[tuple[Report, Proposal]]:
    """What else was decided for the same receiver, waits, and exists for this person."""
    found: list[tuple[Report, Proposal]] = []
    for report in reports.of_stationing(desk.db, letter.stationing_id):
        if report.state != State.DECIDED or not sends(report, seats(desk, report)):
            continue
        proposal = proposals.last_of(desk.db, desk.vault, report.id)
        if proposal is None or proposal.disposition != letter.disposition:
            continue
        if proposal.disposition in TO_UNIT or (report.queue == "leading") != (
            letter.queue == "leading"
        ):
            continue
        since = datetime.fromtimestamp(report.state_at, desk.zone).date()
        to = receiver_name(desk, report, str(proposal.details.get("to", "")))
        if to == letter.to and since.isoformat() <= letter.sent_on:
            found.append((report, proposal))
    return found


def lettered(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """A button of the letter's card: write what is handed over, or let the others go with it."""
    letter_id, _, report_id = pressed.subject.partition("|")
    report = see(desk, report_id)
    require_sender(desk, report)
    letter = letters.get(desk.db, desk.vault, letter_id)
    if letter is None or letter.returned_on:
        raise MoveNotAllowed
    if code == "text":
        if not desk.surface.content:
            return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
        return open_form(desk, HAND_OVER, {}, {"report": report.id, "letter": letter.id})
    for other, proposal in _others(desk, letter):
        put(desk, other, proposal, letter)
    return [_card(desk, letter, report)]


def _handed_over(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    require_sender(desk, report)
    letter = letters.get(desk.db, desk.vault, answers["_"]["letter"])
    if letter is None:
        raise MoveNotAllowed
    text = "\n".join(part["t"] for part in answers["text"]["parts"])
    for sent in sendings.of_letter(desk.db, desk.vault, letter.id):
        if sent.report_id == report.id:
            sendings.hand_over(desk.db, desk.vault, sent, text)
            files = [file["id"] for file in answers["text"]["files"]]
            attachments.adopt(desk.db, files, sent.papers)
    audit.write(
        desk.db, at=desk.at, actor=me(desk).id, action="letter.text_kept", object=report.id
    )
    return [Reply(key="transfer.text_kept"), _card(desk, letter, report)]


def _own_words(desk: Desk, answers: Answers, value: dict[str, Any]) -> dict[str, Any]:
    """Warn once of what is copied from the report: the receiver gets staff's own words."""
    report = see(desk, answers["_"]["report"])
    text = "\n".join(part["t"] for part in value["parts"])
    if is_blank(text):
        raise Problem("form.empty")
    originals = report_texts.of(desk.db, desk.vault, report.id)
    copied = sum(len(runs(text, original.text)) for original in originals)
    if copied:
        raise Problem("transfer.copied", soft=True, n=copied)
    return value


def last_sending(desk: Desk, report: Report) -> Sending | None:
    """The letter with which the item last left, or None."""
    found = sendings.of(desk.db, desk.vault, report.id)
    return found[-1] if found else None


def given_back(desk: Desk, report: Report) -> bool:
    """Whether the letter with which the item last left was given back."""
    sent = last_sending(desk, report)
    letter = letters.get(desk.db, desk.vault, sent.letter_id) if sent is not None else None
    return letter is not None and bool(letter.returned_on)


def next_review(desk: Desk) -> str:
    """A default date for what passes on without one: five working days, an internal date."""
    return workday_after(desk, 5)


def _number(desk: Desk, answers: Answers, value: str) -> str:
    """The number, where nobody used it this year for another receiver."""
    number = letter_number(desk, answers, value)
    report = see(desk, answers["_"]["report"])
    _free(desk, report, answers, number, desk.today)
    return number


def _free(desk: Desk, report: Report, answers: Answers, number: str, on: date) -> None:
    proposal = _proposal(desk, report)
    receiver = answers.get("to") or str(proposal.details.get("to", ""))
    standing = letters.by_number(desk.db, desk.vault, number, on.year)
    if standing is None:
        return
    new = replace(
        standing,
        number=number,
        stationing_id=report.stationing_id,
        to=receiver_name(desk, report, receiver),
        disposition=proposal.disposition,
        queue="leading" if report.queue == "leading" else "office",
    )
    if not same_letter(standing, new):
        refused = used(standing, new)
        raise Problem(refused.text_key, **refused.values)


def _sent_day(desk: Desk, answers: Answers, value: str) -> str:
    """A day between the decision and today; for one more item the day of its letter."""
    day = past_day(desk, answers, value)
    report = see(desk, answers["_"]["report"])
    since = datetime.fromtimestamp(report.state_at, desk.zone).date()
    if report.state_at and not answers["_"].get("again") and day < since.isoformat():
        raise Problem("transfer.before_decided", on=since)
    on = date.fromisoformat(day)
    _free(desk, report, answers, answers["number"], on)
    standing = letters.by_number(desk.db, desk.vault, answers["number"], on.year)
    if standing is not None and standing.disposition and standing.sent_on != day:
        raise Problem("transfer.other_day", on=date.fromisoformat(standing.sent_on))
    return day


def past_day(desk: Desk, answers: Answers, value: str) -> str:
    """A day up to today. Raises Problem."""
    day = typed_day(desk, value)
    if day > desk.today:
        raise Problem("disposition.day_ahead")
    return day.isoformat()


def today_choice(desk: Desk, answers: Answers) -> Choices:
    """The button 今天."""
    return (Choice(code="+0", key="disposition.today"),)


def _receivers(desk: Desk, answers: Answers) -> Choices:
    """The departments to which the class may go, where the first receiver gave it back."""
    kinds = KINDS.get(answers["disposition"], ())
    fitting = [d for d in missions.departments(desk.db) if d.kind in kinds]
    return tuple(Choice(code=d.id, label=d.name) for d in fitting)


FORMS: tuple[Form, ...] = (
    Form(
        id=SEND,
        staff=True,
        done=_sent,
        questions=(
            Question(
                key="to",
                ask="transfer.ask_receiver",
                when=lambda answers: bool(answers["_"].get("again")),
                choices=_receivers,
            ),
            Question(key="number", ask="disposition.ask_letter", check=_number),
            Question(
                key="day", ask="disposition.ask_sent_on", choices=today_choice, check=_sent_day
            ),
        ),
    ),
    Form(
        id=HAND_OVER,
        staff=True,
        content=True,
        done=_handed_over,
        questions=(Question(key="text", ask="transfer.ask_text", kind="long", check=_own_words),),
    ),
)
CARDS: dict[str, CardAction] = {LETTER_CARD: lettered}
