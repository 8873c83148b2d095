"""立行立改通知: what was decided leaves for the unit under a number of its own; the unit signs."""

from dataclasses import replace
from datetime import date
from typing import Any

from casework.dispositions import Disposition, landing
from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.lifecycle import Act, Seat, State
from casework.mission import UNIT_ROLES, Stationing
from casework.permissions import Right
from handlers.cards import CardAction, card
from handlers.comparison import findings
from handlers.desk import Desk
from handlers.duty_rights import answering, may_sign, me, office, watching, watching_team
from handlers.dutybook import mission_of, record_event
from handlers.frozen import profile_of
from handlers.fulfilment import fulfil
from handlers.hours import open_now
from handlers.items import item_card, sends
from handlers.messages import Choice, Priority, Reply, Text
from handlers.moves import apply
from handlers.principal_matters import marked
from handlers.reach import to_person
from handlers.text_check import note, pages, standing, tell_confirmers
from handlers.transfers import about as transfer_about
from handlers.transfers import next_on, take_back
from handlers.unit_texts import FIXABLE, IMMEDIATE, about, end_duty, follow
from handlers.visibility import require, seats, see
from storage import audit, cards, immediate, notices, proposals, reports, sendings
from storage.cards import Card
from storage.immediate import UnitText
from storage.notices import Notice
from storage.reports import Report

SEND, NOTICE = "notice_send", "unit_notice"
KIND = "immediate_rectification"
NUMBERS = {"immediate": "immediate.number", "transfer_unit": "immediate.number_transfer"}
UNSIGNED, DUE, OVER = 1, 2, 3
"""How far the reminding about a notice goes; all of it 提示, by the number alone."""


def waiting(desk: Desk) -> list[Reply]:
    """What the gate has agreed to and the office has to send."""
    clerk = office(desk)
    follow(desk)
    found: list[Reply] = []
    for text in immediate.in_state(desk.db, "decided"):
        report = reports.get(desk.db, text.head_id)
        if report is not None and sends(report, seats(desk, report)):
            found.append(_send_card(desk, text, clerk.id))
    return found or [Reply(key="immediate.nothing_to_send")]


def send(desk: Desk, report: Report) -> list[Reply]:
    """The office sends what was decided for a report; the unit gets it from the program."""
    if not sends(report, seats(desk, report)):
        raise MoveNotAllowed
    require(desk, report, Right.WRITE, "disposal.send")
    follow(desk)
    text = immediate.of_report(desk.db, report.id)
    if text is None or text.state != "decided":
        raise MoveNotAllowed("immediate.not_cleared")
    if not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    return [*pages(desk, text, findings(desk, text)), _send_card(desk, text, me(desk).id)]


def _send_card(desk: Desk, text: UnitText, person: str) -> Reply:
    mission = mission_of(desk, text.stationing_id)
    choices = (
        Choice(code="open", key="button.open"),
        Choice(code="send", key="immediate.button_send"),
        Choice(code="back", key="immediate.button_back"),
    )
    values = {"unit": mission.unit_name, "days": text.days}
    return card(
        desk, SEND, text.id, choices, key="immediate.to_send", values=values, person=person
    )


def _pressed(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    text = immediate.get(desk.db, pressed.subject)
    if text is None or text.state != "decided":
        raise Gone("team.changed")
    report = see(desk, text.head_id)
    if not sends(report, seats(desk, report)):
        raise MoveNotAllowed
    if code == "open":
        return send(desk, report)
    if code == "back":
        return _taken_back(desk, text)
    if marked(desk, text.sources):
        return [item_card(desk, report, Text("immediate.principal_refused"))]
    now = standing(desk, text)
    if now.refusal:
        return [item_card(desk, report, Text("immediate.refused_since", {"why": now.refusal}))]
    if not now.ready:
        told = tell_confirmers(desk, text)
        return [item_card(desk, report, Text("immediate.shared_since")), *told]
    return sent(desk, text)


def sent(desk: Desk, text: UnitText) -> list[Reply]:
    """The approved words leave, and nothing else; every report behind them is on its way."""
    mission = mission_of(desk, text.stationing_id)
    if not answering(desk, mission):
        return [Reply(key="immediate.nobody_there", values={"unit": mission.unit_name})]
    if not immediate.move(desk.db, text, "sent"):
        raise Gone("team.changed")
    notice = Notice(
        id=desk.new_id(),
        text_id=text.id,
        stationing_id=mission.id,
        unit_id=mission.unit_id,
        kind=text.kind,
        year=desk.today.year,
        serial=notices.next_serial(desk.db, mission.unit_id, desk.today.year),
        words=immediate.words(desk.db, desk.vault, text)["text"],
        sent_on=desk.today,
        due=desk.rules.calendar.add_workdays(desk.today, text.days),
        sent_by=me(desk).id,
        sent_at=desk.at,
    )
    notices.add(desk.db, desk.vault, notice)
    note(desk, text, "sent")
    cards.close_all(desk.db, text.id, SEND)
    for report_id in text.sources:
        _source_left(desk, report_id, notice)
    _duties(desk, text, mission, notice)
    told = tell_unit(desk, mission, notice_card, notice)
    values = {"number": number(notice), "unit": mission.unit_name, "due": notice.due}
    return [Reply(key="immediate.sent", values=values), *told]


def _source_left(desk: Desk, report_id: str, notice: Notice) -> None:
    """One report behind the notice: 发出 as any other, so that nothing shows at its reporter's."""
    report = reports.get(desk.db, report_id)
    if report is None or report.state != State.DECIDED:
        return
    said = desk.rules.say(NUMBERS[notice.kind], _number_values(notice), "zh_CN")
    mission = mission_of(desk, notice.stationing_id)
    left = sendings.Sending(
        id=desk.new_id(),
        report_id=report.id,
        department_id="",
        letter={"number": said, "to": mission.unit_name, "class": notice.kind},
        sent_on=notice.sent_on.isoformat(),
        entered_by=me(desk).id,
        at=desk.at,
    )
    sendings.add(desk.db, desk.vault, left)
    apply(
        desk,
        report,
        Act.SEND,
        Seat.OFFICE,
        lands=landing(Disposition(notice.kind), sent=True),
        facts={"day": notice.sent_on.isoformat()},
        next_on=next_on(report, notice.due.isoformat()),
    )


def _duties(desk: Desk, text: UnitText, mission: Stationing, notice: Notice) -> None:
    """What the sending fulfils on our side, and what begins with it on the unit's."""
    if text.kind != IMMEDIATE:
        proposal = proposals.get(desk.db, desk.vault, text.proposal_id)
        if proposal is not None:
            key = transfer_about(desk, proposal)
            fulfil(desk, mission, "transfer", notice.sent_on, about=key)
        return
    owed = [o.obligor for o in profile_of(desk, mission).obligation if o.trigger == FIXABLE]
    if "target_unit" in owed:
        record_event(desk, mission, FIXABLE, notice.sent_on, about=about(desk, text))
    else:
        fulfil(desk, mission, KIND, notice.sent_on, about=about(desk, text))


def _taken_back(desk: Desk, text: UnitText) -> list[Reply]:
    """What was decided does not leave: every report behind it is judged anew."""
    if not immediate.move(desk.db, text, "dropped"):
        raise Gone("team.changed")
    note(desk, text, "taken_back")
    cards.close_all(desk.db, text.id, SEND)
    for report_id in text.sources:
        report = reports.get(desk.db, report_id)
        if report is not None and report.state == State.DECIDED:
            apply(desk, report, Act.REJUDGE, Seat.OFFICE, holder="", disposition="")
    end_duty(desk, text)
    if text.kind != IMMEDIATE:
        take_back(desk, see(desk, text.head_id))
    return [item_card(desk, see(desk, text.head_id), Text("immediate.taken_back"))]


def number(notice: Notice) -> Text:
    """The notice's own number: all that is ever said of it outside its own page."""
    return Text(NUMBERS[notice.kind], _number_values(notice))


def _number_values(notice: Notice) -> dict[str, str]:
    return {"year": str(notice.year), "serial": str(notice.serial)}


def notice_card(desk: Desk, notice: Notice, person: str) -> Reply:
    """The notice for one person of the unit: its number, its date, and what may be done."""
    codes = {"open": "button.open"}
    if notice.state == "sent":
        codes["sign"] = "button.sign"
    if notice.state in ("signed", "returned"):
        codes["report"] = "button.submit"
    return card(
        desk,
        NOTICE,
        notice.id,
        tuple(Choice(code=c, key=k) for c, k in codes.items()),
        key="immediate.notice",
        values={"number": number(notice), "on": notice.sent_on, "due": notice.due},
        person=person,
        lives_hours=24 * 365,
        priority=Priority.NOTICE,
    )


def tell_unit(desk: Desk, mission: Stationing, made: Any, notice: Notice) -> list[Reply]:
    """One reply to each of the unit's liaison and principal."""
    return [
        reply
        for person in answering(desk, mission)
        for reply in to_person(desk, person, made(desk, notice, person))
    ]


def listed(desk: Desk, argument: str) -> list[Reply]:
    """/notices: the unit's own notices of its missions."""
    person = me(desk)
    if not person.has(*UNIT_ROLES):
        raise NotAllowed
    units = {r.unit for r in person.roles if r.role in UNIT_ROLES and r.unit}
    found = [
        notice_card(desk, n, person.id)
        for unit in sorted(units)
        for n in notices.of_unit(desk.db, desk.vault, unit)
        if may_sign(desk, person, mission_of(desk, n.stationing_id))
    ]
    return found or [Reply(key="immediate.no_notices")]


def of_unit(desk: Desk, notice_id: str) -> tuple[Notice, Stationing]:
    """The notice, for the unit's own people. Errors: Gone, NotAllowed for another unit's."""
    notice = notices.get(desk.db, desk.vault, notice_id)
    if notice is None:
        raise Gone
    mission = mission_of(desk, notice.stationing_id)
    if not may_sign(desk, me(desk), mission):
        raise NotAllowed("duty.wrong_unit", unit=mission.unit_name)
    return notice, mission


def read(desk: Desk, notice: Notice, mission: Stationing) -> list[Reply]:
    """The approved words, where the surface may carry them."""
    _audit(desk, "notice.read", notice.id)
    if not desk.surface.content:
        return [Reply(key="immediate.on_page", values={"link": desk.surface.public_url})]
    values = {
        "number": number(notice),
        "unit": mission.unit_name,
        "words": notice.words,
        "due": notice.due,
        "basis": _basis(desk, notice, mission),
    }
    return [Reply(key="immediate.notice_words", values=values, content=True, protect=True)]


def _basis(desk: Desk, notice: Notice, mission: Stationing) -> Text:
    """依据 where the clause says it of this very thing, else 参照."""
    profile = profile_of(desk, mission)
    action = KIND if notice.kind == IMMEDIATE else "transfer"
    gate = profile.gate_of(action)
    cite = gate.cite.article if gate else ""
    key = "immediate.basis_text" if gate and gate.basis == "text" else "immediate.basis_like"
    return Text(key, {"cite": f"{profile.profile.instrument}{cite}"})


def sign(desk: Desk, notice: Notice, mission: Stationing) -> list[Reply]:
    """签收 by the unit, once. Errors: MoveNotAllowed when it was signed before."""
    if not notices.sign(desk.db, notice, me(desk).id, desk.at):
        raise MoveNotAllowed("immediate.signed_before", number=number(notice))
    _audit(desk, "notice.signed", notice.id)
    now = notices.get(desk.db, desk.vault, notice.id) or notice
    told = tell_side(desk, mission, now, "immediate.unit_signed")
    return [notice_card(desk, now, me(desk).id), *told]


def tell_side(desk: Desk, mission: Stationing, notice: Notice, key: str) -> list[Reply]:
    """The office and, for what lies with the team, its leader: the number and the unit."""
    values = {"number": number(notice), "unit": mission.unit_name}
    told = Reply(key=key, values=values, priority=Priority.NOTICE)
    found = dict.fromkeys((*watching(desk, "office", mission.unit_id), *examiners(desk, notice)))
    return [
        reply
        for person in found
        for reply in to_person(
            desk, person, replace(told, dedupe=f"{key}:{notice.id}:{desk.at}:{person}")
        )
    ]


def examiners(desk: Desk, notice: Notice) -> list[str]:
    """Who examines the result: the leader; the office where the team may not know the matter."""
    mission = mission_of(desk, notice.stationing_id)
    text = immediate.get(desk.db, notice.text_id)
    behind = [reports.get(desk.db, r) for r in text.sources] if text else []
    out = {p for r in behind if r for p in reports.recused(desk.db, r.id)}
    if any(r is None or r.hidden for r in behind):
        return [p for p in watching(desk, "office", mission.unit_id) if p not in out]
    leaders = [p for p in watching_team(desk, mission, "team_leader") if p not in out]
    return leaders or [p for p in watching(desk, "office", mission.unit_id) if p not in out]


def watch(desk: Desk) -> list[Reply]:
    """A tick in working hours: unsigned, due, over; after downtime only the highest, once."""
    if not open_now(desk):
        return []
    replies: list[Reply] = []
    for notice in notices.unfinished(desk.db, desk.vault):
        rung = _rung(desk, notice)
        if rung > notice.reminded and notices.remind(desk.db, notice, rung):
            replies += _remind(desk, notice, rung)
    return replies


def _rung(desk: Desk, notice: Notice) -> int:
    calendar = desk.rules.calendar
    if notice.state in ("reported", "examined"):
        return 0
    if desk.today >= calendar.add_workdays(notice.due, 1):
        return OVER
    if desk.today >= notice.due:
        return DUE
    unsigned = notice.state == "sent"
    return UNSIGNED if unsigned and desk.today >= _next_day(desk, notice.sent_on) else 0


def _next_day(desk: Desk, day: date) -> date:
    return desk.rules.calendar.add_workdays(day, 1)


def _remind(desk: Desk, notice: Notice, rung: int) -> list[Reply]:
    mission = mission_of(desk, notice.stationing_id)
    audit.write(
        desk.db,
        at=desk.at,
        actor="program",
        action="notice.reminded",
        object=notice.id,
        facts={"rung": rung},
    )
    if rung == OVER:
        return tell_side(desk, mission, notice, "immediate.notice_over")

    def reminder(desk: Desk, notice: Notice, person: str) -> Reply:
        key = "immediate.notice_unsigned" if rung == UNSIGNED else "immediate.notice_due"
        return Reply(
            key=key,
            values={"number": number(notice), "due": notice.due},
            priority=Priority.REMINDER,
            dedupe=f"notice:{notice.id}:{rung}:{person}",
        )

    return tell_unit(desk, mission, reminder, notice)


def _audit(desk: Desk, action: str, object: str) -> None:
    audit.write(desk.db, at=desk.at, actor=me(desk).id, action=action, object=object, facts={})


COMMANDS = {"notices": listed}
CARDS: dict[str, CardAction] = {SEND: _pressed}
