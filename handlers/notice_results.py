"""What the unit reports on a notice: handed in, examined by the team, recorded by the office."""

from collections.abc import Mapping

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.hygiene import displayable
from casework.lifecycle import Act, Seat, State
from casework.mission import Stationing
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me, watching
from handlers.dutybook import mission_of
from handlers.evidence import files_in
from handlers.forms import Answers, Form, Problem, Question
from handlers.fulfilment import fulfil
from handlers.immediate import (
    KIND,
    NOTICE,
    examiners,
    notice_card,
    number,
    of_unit,
    read,
    sign,
    tell_unit,
)
from handlers.messages import Choice, OutFile, Priority, Reply, Text
from handlers.moves import apply
from handlers.reach import to_person
from handlers.transfers import next_on
from handlers.unit_texts import IMMEDIATE, about
from storage import attachments, audit, cards, immediate, notices, reports, sendings
from storage.cards import Card
from storage.notices import Notice, Result

REPORT, RESULT = "notice_report", "notice_result"
LONGEST = 3000
AGAIN_DAYS = 5
WHY: Mapping[str, str] = {
    "measures": "immediate.why_measures",
    "evidence": "immediate.why_evidence",
    "partly": "immediate.why_partly",
    "result": "immediate.why_result",
}
"""Why a result is returned: fixed words, so that nothing of a report can slip into them."""


def pressed(desk: Desk, pressed_card: Card, code: str) -> list[Reply]:
    """A button of the unit: read, sign, report the result."""
    notice, mission = of_unit(desk, pressed_card.subject)
    if code == "open":
        return read(desk, notice, mission)
    if code == "sign":
        return sign(desk, notice, mission)
    _reportable(notice)
    return open_form(desk, REPORT, {}, {"notice": notice.id})


def _reportable(notice: Notice) -> None:
    if notice.state == "sent":
        raise MoveNotAllowed("immediate.sign_first", number=number(notice))
    if notice.state not in ("signed", "returned"):
        raise MoveNotAllowed("immediate.result_is_in", number=number(notice))


def _handed_in(desk: Desk, answers: Answers) -> list[Reply]:
    notice, mission = of_unit(desk, answers["_"]["notice"])
    _reportable(notice)
    result = Result(
        id=desk.new_id(),
        notice_id=notice.id,
        version=len(notices.results(desk.db, desk.vault, notice.id)) + 1,
        words=displayable(answers["words"]).strip(),
        actor=me(desk).id,
        at=desk.at,
    )
    notices.add_result(desk.db, desk.vault, result)
    attachments.adopt(desk.db, files_in(answers), result.owner)
    notices.move(desk.db, notice, "reported")
    _audit(desk, "notice.reported", notice.id)
    told: list[Reply] = []
    readers = (*examiners(desk, notice), *watching(desk, "office", mission.unit_id))
    for person in dict.fromkeys(readers):
        told += to_person(desk, person, _card(desk, notice, mission, result, person))
    return [Reply(key="immediate.result_taken", values={"number": number(notice)}), *told]


def _card(desk: Desk, notice: Notice, mission: Stationing, result: Result, person: str) -> Reply:
    """The result for one of our side; the words open only by the button."""
    codes = {"open": "button.open"}
    if result.state == "handed" and person in examiners(desk, notice):
        codes |= {"accept": "immediate.button_examined", "back": "immediate.button_result_back"}
    recorders = watching(desk, "office", mission.unit_id)
    if result.state == "examined" and person in recorders:
        codes["record"] = "immediate.button_record"
    key = "immediate.result_came" if result.state == "handed" else "immediate.result_examined"
    values = {"number": number(notice), "unit": mission.unit_name, "version": result.version}
    return card(
        desk,
        RESULT,
        result.id,
        tuple(Choice(code=c, key=k) for c, k in codes.items()),
        key=key,
        values=values,
        person=person,
        lives_hours=24 * 90,
        priority=Priority.NOTICE,
    )


def judged(desk: Desk, pressed_card: Card, code: str) -> list[Reply]:
    """A button of our side: read, examine, return with a fixed reason, record."""
    result = notices.result(desk.db, desk.vault, pressed_card.subject)
    notice = notices.get(desk.db, desk.vault, result.notice_id) if result else None
    if result is None or notice is None:
        raise Gone
    mission = mission_of(desk, notice.stationing_id)
    ours = me(desk).id in watching(desk, "office", mission.unit_id)
    examines = me(desk).id in examiners(desk, notice)
    if not ours and not examines:
        raise NotAllowed
    if code == "open":
        return _open(desk, notice, mission, result)
    if code == "record":
        if not ours:
            raise NotAllowed("office.only_office")
        return _record(desk, notice, mission, result)
    if not examines:
        raise NotAllowed
    if result.state != "handed":
        raise MoveNotAllowed("immediate.result_judged", number=number(notice))
    if code == "back":
        choices = tuple(Choice(code=f"why:{c}", key=k) for c, k in WHY.items())
        key = "immediate.ask_why_back"
        return [card(desk, RESULT, result.id, choices, key=key, person=me(desk).id)]
    if code.startswith("why:") and code[4:] in WHY:
        return _send_back(desk, notice, mission, result, code[4:])
    return _examined(desk, notice, mission, result)


def _open(desk: Desk, notice: Notice, mission: Stationing, result: Result) -> list[Reply]:
    _audit(desk, "notice.result_read", result.id)
    if not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    kept = attachments.of(desk.db, desk.vault, result.owner)
    files = tuple(
        OutFile(attachment=f.id, name=f.name, mime=f.mime) for f in kept if f.state == "stored"
    )
    values = {
        "number": number(notice),
        "unit": mission.unit_name,
        "version": result.version,
        "words": result.words,
        "files": len(kept),
    }
    return [Reply(key="immediate.result_words", values=values, files=files, content=True)]


def _examined(desk: Desk, notice: Notice, mission: Stationing, result: Result) -> list[Reply]:
    """审核: the team has looked; the office records it."""
    if not notices.decide(desk.db, result, "examined", me(desk).id, desk.at):
        raise Gone("team.changed")
    notices.move(desk.db, notice, "examined")
    cards.close_all(desk.db, result.id, RESULT)
    _audit(desk, "notice.examined", notice.id)
    now = notices.result(desk.db, desk.vault, result.id) or result
    told: list[Reply] = []
    for person in watching(desk, "office", mission.unit_id):
        told += to_person(desk, person, _card(desk, notice, mission, now, person))
    return [Reply(key="immediate.examined", values={"number": number(notice)}), *told]


def _send_back(
    desk: Desk, notice: Notice, mission: Stationing, result: Result, why: str
) -> list[Reply]:
    if not notices.decide(desk.db, result, "returned", me(desk).id, desk.at):
        raise Gone("team.changed")
    notices.move(desk.db, notice, "returned")
    cards.close_all(desk.db, result.id, RESULT)
    _audit(desk, "notice.returned", notice.id)
    again = desk.rules.calendar.add_workdays(desk.today, AGAIN_DAYS)
    now = notices.get(desk.db, desk.vault, notice.id) or notice

    def told(desk: Desk, notice: Notice, person: str) -> Reply:
        lead = Text("immediate.result_returned", {"why": Text(WHY[why]), "by": again})
        made = notice_card(desk, notice, person)
        return Reply(
            key=made.key, values=made.values, choices=made.choices, nonce=made.nonce,
            priority=Priority.NOTICE, lead=(lead,),
        )  # fmt: skip

    answer = Reply(key="immediate.sent_back", values={"number": number(notice)})
    return [answer, *tell_unit(desk, mission, told, now)]


def _record(desk: Desk, notice: Notice, mission: Stationing, result: Result) -> list[Reply]:
    """The office records it: the reports behind the notice have their answer."""
    if result.state != "examined" or not notices.decide(
        desk.db, result, "done", me(desk).id, desk.at
    ):
        raise MoveNotAllowed("immediate.not_examined", number=number(notice))
    notices.move(desk.db, notice, "done")
    cards.close_all(desk.db, result.id, RESULT)
    _audit(desk, "notice.done", notice.id)
    text = immediate.get(desk.db, notice.text_id)
    for report_id in text.sources if text else ():
        _answered(desk, report_id, result)
    if text is not None and text.kind == IMMEDIATE:
        fulfil(desk, mission, KIND, desk.today, about=about(desk, text))

    def done(desk: Desk, notice: Notice, person: str) -> Reply:
        return Reply(
            key="immediate.notice_done",
            values={"number": number(notice)},
            priority=Priority.NOTICE,
            dedupe=f"notice_done:{notice.id}:{person}",
        )

    told = tell_unit(desk, mission, done, notice)
    return [Reply(key="immediate.recorded", values={"number": number(notice)}), *told]


def _answered(desk: Desk, report_id: str, result: Result) -> None:
    """One report behind it: 办理情况已反馈, to be finished as any other."""
    report = reports.get(desk.db, report_id)
    if report is None or report.state not in (State.IMMEDIATE, State.TRANSFERRED):
        return
    day = desk.today.isoformat()
    again = desk.rules.calendar.add_workdays(desk.today, AGAIN_DAYS).isoformat()
    apply(
        desk, report, Act.FEEDBACK, Seat.OFFICE, facts={"day": day}, next_on=next_on(report, again)
    )
    found = sendings.of(desk.db, desk.vault, report_id)
    if found:
        by = me(desk).id
        sendings.came_back(
            desk.db, desk.vault, found[-1], text=result.words, day=day, by=by, at=desk.at
        )


def _words(desk: Desk, answers: Answers, value: str) -> str:
    if len(value) > LONGEST:
        raise Problem("immediate.too_long", n=LONGEST)
    return value


def _audit(desk: Desk, action: str, object: str) -> None:
    audit.write(desk.db, at=desk.at, actor=me(desk).id, action=action, object=object, facts={})


FORMS: tuple[Form, ...] = (
    Form(
        id=REPORT,
        staff=True,
        done=_handed_in,
        questions=(
            Question(key="words", ask="immediate.ask_result", check=_words),
            Question(key="files", ask="immediate.ask_files", kind="files", optional=True),
        ),
    ),
)
CARDS: dict[str, CardAction] = {NOTICE: pressed, RESULT: judged}
