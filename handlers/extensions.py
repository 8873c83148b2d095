"""申请调整时限: asked by the unit, decided by the gate; the legal date stays beside it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.hygiene import displayable
from casework.ladder import redated
from casework.mission import TEAM_ROLES, Stationing
from casework.review_path import extension_seats
from handlers.cards import CardAction, card
from handlers.day_answers import coming_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_lines import title
from handlers.duty_rights import (
    answering,
    in_seat,
    may_hand_in,
    me,
    path_of,
    watching,
    watching_team,
)
from handlers.dutybook import allowed, mission_of, next_opening
from handlers.forms import Answers, Form, Problem, Question
from handlers.frozen import known_profile
from handlers.handing_in import duty_of
from handlers.messages import Choice, Priority, Reply, Text
from handlers.motions import put
from handlers.public_check import for_the_unit
from handlers.reach import to_person
from storage import attachments, audit, cards, duties, extensions, motions
from storage.cards import Card
from storage.duties import Duty
from storage.extensions import Extension
from storage.motions import Motion

ASKED_CARD, KIND = "extension_asked", "duty_extension"
REASON_MAX = 1_000  # characters


def begin_extension(desk: Desk, duty: Duty) -> list[Reply]:
    """The unit asks for another date. Raises NotAllowed, or MoveNotAllowed where none can be."""
    if duty.department_id or not may_hand_in(desk, me(desk), duty):
        raise NotAllowed("duty.not_yours")
    refuse_settled(duty)
    if any(waits(desk, one) for one in extensions.of(desk.db, desk.vault, duty.id)):
        raise MoveNotAllowed("unit.extension_waits", doc=title(duty))
    return open_form(desk, ASK.id, context={"duty": duty.id})


def waits(desk: Desk, one: Extension) -> bool:
    """Whether somebody still decides about it."""
    return one.state == "asked" or (one.state == "put" and not taken_back(desk, one))


def taken_back(desk: Desk, one: Extension) -> bool:
    """Whether the motion about it was withdrawn, so that it may be put forward again."""
    last = motions.last_of(desk.db, desk.vault, KIND, one.id) if one.state == "put" else None
    return last is not None and last.state == "withdrawn"


def floor_of(duty: Duty) -> date:
    """The latest date that stands: another one must lie after it."""
    return max(day for day in (duty.due, duty.extended_to, duty.next_on) if day is not None)


def extend(desk: Desk, duty: Duty, new_on: date) -> Duty:
    """Hang the reminders on the agreed day; neither the legal date nor its count moves.

    Raises MoveNotAllowed for a duty that is done, or a day that lies no later.
    """
    refuse_settled(duty)
    if new_on <= max(floor_of(duty), desk.today):
        raise MoveNotAllowed("unit.extension_not_later", due=floor_of(duty))
    ladder = redated(duty.ladder, new_on, desk.rules.calendar)
    ahead = tuple(rung for rung in ladder if rung.send_on > desk.today)
    new = duties.moved(duty, extended_to=new_on, ladder=ahead)
    if duty.state == "returned":
        new = duties.moved(new, next_on=new_on)
    new = duties.moved(new, next_check=next_opening(desk, allowed(new), frozenset()))
    duties.move(desk.db, duty, new)
    duties.revise(desk.db, new)
    return new


def refuse_settled(duty: Duty) -> None:
    if duty.state == "accepted" or duty.kind == "sign":
        raise MoveNotAllowed("duty.already_accepted", doc=title(duty))
    if duty.state == "submitted":
        raise MoveNotAllowed("unit.extension_submitted", doc=title(duty))
    if duty.open_ended:
        raise MoveNotAllowed("unit.extension_no_date", doc=title(duty))


def _later_day(desk: Desk, answers: Answers, value: str) -> str:
    """A day after today and after every date that stands."""
    day = coming_day(desk, answers, value)
    floor = floor_of(duty_in(desk, answers))
    if day <= floor.isoformat():
        raise Problem("unit.extension_not_later", due=floor)
    return day


def duty_in(desk: Desk, answers: Answers) -> Duty:
    return duty_of(desk, answers.get("duty") or answers["_"]["duty"])


def _reason(desk: Desk, answers: Answers, value: str) -> str:
    if len(value) > REASON_MAX:
        raise Problem("office.reason_too_long", n=REASON_MAX)
    return displayable(value).strip()


def _told(desk: Desk, answers: Answers, value: str) -> str:
    """Why not: the unit reads it."""
    one = extensions.get(desk.db, desk.vault, answers["_"]["extension"])
    if one is None:
        raise Gone()
    mission = mission_of(desk, duty_of(desk, one.duty_id).stationing_id)
    return for_the_unit(desk, mission, _reason(desk, answers, value))


def review_values(desk: Desk, answers: Answers) -> dict[str, Any]:
    duty = duty_in(desk, answers)
    return {
        "doc": title(duty),
        "due": duty.due,
        "new": date.fromisoformat(answers["new_on"]),
        "approver": answers.get("approver", ""),
    }


def _files(answers: Answers) -> list[str]:
    return [file["id"] for file in (answers["files"] or {}).get("files", ())]


def keep_new(desk: Desk, duty: Duty, answers: Answers, **fields: Any) -> Extension:
    one = Extension(
        id=desk.new_id(),
        duty_id=duty.id,
        asked_by=me(desk).id,
        asked_at=desk.at,
        reason=answers["reason"],
        was_on=floor_of(duty),
        new_on=date.fromisoformat(answers["new_on"]),
        **fields,
    )
    extensions.add(desk.db, desk.vault, one)
    attachments.adopt(desk.db, _files(answers), one.owner)
    return one


def _ask(desk: Desk, answers: Answers) -> list[Reply]:
    duty = duty_in(desk, answers)
    if not may_hand_in(desk, me(desk), duty):
        raise NotAllowed("duty.not_yours")
    refuse_settled(duty)
    one = keep_new(desk, duty, answers)
    _audit(desk, "extension.asked", duty, {"new": answers["new_on"]})
    mission = mission_of(desk, duty.stationing_id)
    asked = [r for p in _putting(desk, duty, mission) for r in _to(desk, p, one, duty)]
    values = {"doc": title(duty), "due": duty.due, "new": one.new_on}
    return [Reply(key="unit.extension_sent", values=values), *asked]


def _putting(desk: Desk, duty: Duty, mission: Stationing) -> list[str]:
    """Who puts the wish forward: the first seat of the gate that somebody sits in."""
    seats = _seats(desk, duty, mission)
    found = (in_seat(desk, mission, seat) for seat in seats)
    return next((holders for holders in found if holders), [])


def _seats(desk: Desk, duty: Duty, mission: Stationing) -> tuple[str, ...]:
    profile = known_profile(desk, mission)
    return extension_seats(profile.obligation_of(duty.obligation) if profile else None)


def _to(desk: Desk, person: str, one: Extension, duty: Duty) -> list[Reply]:
    return to_person(desk, person, asked_card(desk, one, duty, person))


def asked_card(desk: Desk, one: Extension, duty: Duty, person: str) -> Reply:
    choices = (
        Choice(code="open", key="button.open"),
        Choice(code="put", key="unit.put_forward"),
        Choice(code="refuse", key="button.disagree"),
    )
    mission = mission_of(desk, duty.stationing_id)
    return card(
        desk,
        ASKED_CARD,
        one.id,
        choices,
        key="unit.extension_asked",
        values=values_of(duty, mission, one),
        person=person,
        lives_hours=24 * 90,
        priority=Priority.NOTICE,
    )


def values_of(duty: Duty, mission: Stationing, one: Extension) -> dict[str, Any]:
    values = {"unit": mission.unit_name, "doc": title(duty), "due": duty.due}
    return {**values, "was": one.was_on, "new": one.new_on}


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    one, duty, mission = _mine(desk, pressed.subject)
    if code == "open":
        return _open(desk, one, duty)
    if one.state != "asked" and not taken_back(desk, one):
        raise MoveNotAllowed("unit.extension_decided", doc=title(duty))
    if code == "refuse":
        return open_form(desk, REFUSE.id, context={"extension": one.id})
    return _put(desk, one, duty, mission)


def _mine(desk: Desk, id: str) -> tuple[Extension, Duty, Stationing]:
    """A wish that I may put forward: from a seat of its gate, the office always."""
    one = extensions.get(desk.db, desk.vault, id)
    if one is None:
        raise Gone()
    duty = duty_of(desk, one.duty_id)
    mission = mission_of(desk, duty.stationing_id)
    seats = _seats(desk, duty, mission)[:-1]
    if not any(me(desk).id in in_seat(desk, mission, seat) for seat in seats):
        raise NotAllowed("office.only_reviewer")
    return one, duty, mission


def _open(desk: Desk, one: Extension, duty: Duty) -> list[Reply]:
    _audit(desk, "extension.read", duty, {})
    if not desk.surface.content:
        return [Reply(key="office.read_in_web", values={"url": desk.surface.public_url})]
    mission = mission_of(desk, duty.stationing_id)
    words = {**values_of(duty, mission, one), "reason": displayable(one.reason)}
    files = attachments.of(desk.db, desk.vault, one.owner)
    return [Reply(key="unit.extension_words", values={**words, "n": len(files)}, content=True)]


def _put(desk: Desk, one: Extension, duty: Duty, mission: Stationing) -> list[Reply]:
    """From here it is a motion; the seat of whoever puts it forward is left out."""
    person = me(desk)
    seats = tuple(
        seat
        for seat in _seats(desk, duty, mission)[1:]
        if person.id not in in_seat(desk, mission, seat)
    )
    if not extensions.settle(desk.db, desk.vault, one, "put", actor=person.id, at=desk.at):
        raise MoveNotAllowed("unit.extension_decided", doc=title(duty))
    cards.close_all(desk.db, one.id, ASKED_CARD)
    values = values_of(duty, mission, one)
    return put(
        desk,
        kind=KIND,
        subject=one.id,
        mission=mission,
        seats=seats,
        title=Text("unit.extension_motion", values),
        text=one.reason,
        basis=duty.citation,
        files=[f.id for f in attachments.of(desk.db, desk.vault, one.owner)],
    )


def _refuse(desk: Desk, answers: Answers) -> list[Reply]:
    """Not put forward: whoever may put it forward says why."""
    one, duty, mission = _mine(desk, answers["_"]["extension"])
    if one.state != "asked" and not taken_back(desk, one):
        raise MoveNotAllowed("unit.extension_decided", doc=title(duty))
    cards.close_all(desk.db, one.id, ASKED_CARD)
    told = _refused(desk, one, duty, mission, answers["reason"])
    values = values_of(duty, mission, one)
    return [Reply(key="unit.extension_refusal_kept", values=values), *told]


def decided(desk: Desk, motion: Motion, passed: bool) -> list[Reply]:
    """What follows when the gate has decided about a wish."""
    one = extensions.get(desk.db, desk.vault, motion.subject)
    if one is None or one.state != "put":
        return []
    duty = duty_of(desk, one.duty_id)
    mission = mission_of(desk, duty.stationing_id)
    if not passed:
        said = motions.steps(desk.db, desk.vault, motion)
        reason = next((s.words.get("reason", "") for s in said if s.verdict == "refuse"), "")
        return _refused(desk, one, duty, mission, str(reason))
    late = one.new_on <= max(floor_of(duty), desk.today)
    if late or duty.state in ("submitted", "accepted"):
        settle(desk, one, "overtaken", {})
        return [Reply(key="unit.extension_overtaken", values=values_of(duty, mission, one))]
    return agreed(desk, one, duty, mission, {"motion": motion.id})


def settle(desk: Desk, one: Extension, state: extensions.State, answer: Mapping[str, str]) -> None:
    actor = me(desk).id
    if not extensions.settle(
        desk.db, desk.vault, one, state, actor=actor, at=desk.at, answer=answer
    ):
        raise Gone()


def agreed(
    desk: Desk, one: Extension, duty: Duty, mission: Stationing, answer: Mapping[str, str]
) -> list[Reply]:
    if one.state != "agreed":
        settle(desk, one, "agreed", answer)
    new = extend(desk, duty, one.new_on)
    facts = {"was": one.was_on.isoformat(), "new": one.new_on.isoformat(), "paper": one.paper}
    _audit(desk, "extension.agreed", new, {**facts, "due": new.due.isoformat()})
    told = Reply(
        key="unit.extension_agreed",
        values=values_of(duty, mission, one),
        priority=Priority.NOTICE,
    )
    return _tell(desk, told, [*answering(desk, mission), *_onlookers(desk, duty, mission)])


def _onlookers(desk: Desk, duty: Duty, mission: Stationing) -> list[str]:
    """The office, the team, and who gets copies of this document (003-17 抄报市委)."""
    copied = any(step.act == "copy" for step in path_of(desk, duty, mission))
    return [
        *watching(desk, "office", mission.unit_id),
        *watching_team(desk, mission, *TEAM_ROLES),
        *(watching(desk, "municipal_liaison", mission.unit_id) if copied else ()),
    ]


def _refused(
    desk: Desk, one: Extension, duty: Duty, mission: Stationing, reason: str
) -> list[Reply]:
    settle(desk, one, "refused", {"reason": reason})
    _audit(desk, "extension.refused", duty, {"new": one.new_on.isoformat()})
    told = Reply(
        key="unit.extension_refused",
        values={**values_of(duty, mission, one), "reason": displayable(reason)},
        priority=Priority.NOTICE,
    )
    return _tell(desk, told, answering(desk, mission))


def _tell(desk: Desk, told: Reply, listed: list[str]) -> list[Reply]:
    return [r for person in dict.fromkeys(listed) for r in to_person(desk, person, told)]


def _audit(desk: Desk, action: str, duty: Duty, facts: dict[str, Any]) -> None:
    audit.write(desk.db, at=desk.at, actor=me(desk).id, action=action, object=duty.id, facts=facts)


NEW_ON = Question(key="new_on", ask="unit.extension_new_on", check=_later_day)
WHY = Question(key="reason", ask="unit.extension_reason", check=_reason)
PAPERS = Question(key="files", ask="unit.extension_files", kind="files", optional=True)
ASK = Form(
    id="unit_extension",
    staff=True,
    questions=(NEW_ON, WHY, PAPERS),
    review="unit.extension_review",
    summary=review_values,
    done=_ask,
)
REFUSE = Form(
    id="extension_refuse",
    staff=True,
    questions=(Question(key="reason", ask="unit.extension_refuse_reason", check=_told),),
    done=_refuse,
)
FORMS = (ASK, REFUSE)
CARDS: dict[str, CardAction] = {ASKED_CARD: _press}
DECIDED = {KIND: decided}
