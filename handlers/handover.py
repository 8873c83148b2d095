"""交接: the seat of a unit's liaison goes to a successor, with everything that is open."""

import hashlib
from dataclasses import dataclass, replace

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.hygiene import displayable
from casework.mission import Stationing
from casework.plan import Plan, PlanPerson, PlanRole
from handlers.binding import grouped, invite
from handlers.cards import CardAction, card
from handlers.desk import Desk, base32
from handlers.dialogue import open_form
from handlers.duty_lines import state, title, when
from handlers.duty_rights import answering, me, office, sees_unit, watching
from handlers.dutybook import in_order, sign_duty
from handlers.feedback import sign_card
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.hours import open_now
from handlers.messages import Choice, Priority, Reply, Text
from handlers.plan import apply_plan, standing_plan
from handlers.reach import to_person
from storage import audit, cards, duties, handovers, missions, people
from storage.cards import Card
from storage.handovers import Handover

HANDOVER_CARD = "liaison_handover"
NAME_MAX, INVITE_HOURS = 40, 72
LIAISON = "unit_liaison"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The seat of one liaison in one round."""

    round_id: str
    unit_id: str
    person_id: str

    @property
    def code(self) -> str:
        """Short enough for a button."""
        whole = f"{self.round_id}|{self.unit_id}|{self.person_id}"
        return hashlib.blake2s(whole.encode(), digest_size=15).hexdigest()


def begin_handover(desk: Desk, argument: str = "") -> list[Reply]:
    """The office hands a seat over; a leaving liaison proposes the own successor."""
    if not any(_mine(desk, held) for held in _held(desk)):
        raise NotAllowed("unit.no_seat_to_hand_over")
    return open_form(desk, HANDOVER.id)


def _held(desk: Desk) -> list[Held]:
    """The seats of liaisons in rounds whose plan is here."""
    found: list[Held] = []
    for round_ in missions.rounds(desk.db):
        units = {m.unit_id for m in missions.every(desk.db) if m.round_id == round_.id}
        found += [
            Held(round_id=round_.id, unit_id=unit, person_id=person)
            for unit in sorted(units)
            for person in people.holders(desk.db, LIAISON, unit=unit, round_id=round_.id)
        ]
    return found


def _mine(desk: Desk, held: Held) -> bool:
    """Whether I may hand this seat over: the office any, a liaison the own one."""
    person = me(desk)
    if person.has("office"):
        return sees_unit(desk, held.unit_id)
    return held.person_id == person.id


def _seat_choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(
        Choice(
            code=held.code,
            label=f"{_unit(desk, held.unit_id)} · {_name(desk, held.person_id)}",
        )
        for held in _held(desk)
        if _mine(desk, held)
    )


def _chosen(desk: Desk, answers: Answers) -> Held:
    listed = [h for h in _held(desk) if h.code == answers["seat"] and _mine(desk, h)]
    if not listed:
        raise Gone()
    return listed[0]


def _unit(desk: Desk, unit_id: str) -> str:
    found = missions.unit(desk.db, unit_id)
    return found.name if found else unit_id


def _name(desk: Desk, person_id: str) -> str:
    return people.name(desk.db, desk.vault, person_id)


def _successor(desk: Desk, answers: Answers, value: str) -> str:
    """A name, of somebody else than the one who leaves."""
    name = displayable(value).strip()
    if not name or len(name) > NAME_MAX or "\n" in name:
        raise Problem("unit.name_of_successor", n=NAME_MAX)
    if name == _name(desk, _chosen(desk, answers).person_id):
        raise Problem("unit.same_liaison")
    return name


def _review(desk: Desk, answers: Answers) -> dict[str, str]:
    held = _chosen(desk, answers)
    names = {"old": _name(desk, held.person_id), "new": answers["name"]}
    return {"unit": _unit(desk, held.unit_id), **names}


def _propose(desk: Desk, answers: Answers) -> list[Reply]:
    held, person = _chosen(desk, answers), me(desk)
    waiting = handovers.standing(desk.db, desk.vault, "proposed")
    if any((w.unit_id, w.old_person) == (held.unit_id, held.person_id) for w in waiting):
        raise MoveNotAllowed("unit.handover_waits", unit=_unit(desk, held.unit_id))
    one = Handover(
        id=desk.new_id(),
        unit_id=held.unit_id,
        round_id=held.round_id,
        old_person=held.person_id,
        new_name=answers["name"],
        proposed_by=person.id,
        proposed_at=desk.at,
    )
    handovers.add(desk.db, desk.vault, one)
    _audit(desk, "handover.proposed", one)
    if person.has("office"):
        return _hand_over(desk, one)
    values = _values(desk, one)
    asked = [
        reply
        for clerk in watching(desk, "office", held.unit_id)
        for reply in to_person(desk, clerk, _card(desk, one, clerk))
    ]
    return [Reply(key="unit.handover_proposed", values=values), *asked]


def _card(desk: Desk, one: Handover, clerk: str) -> Reply:
    choices = (Choice(code="yes", key="button.agree"), Choice(code="no", key="button.disagree"))
    return card(
        desk,
        HANDOVER_CARD,
        one.id,
        choices,
        key="unit.handover_asked",
        values=_values(desk, one),
        person=clerk,
        lives_hours=24 * 90,
        priority=Priority.NOTICE,
    )


def _values(desk: Desk, one: Handover) -> dict[str, str]:
    names = {"old": _name(desk, one.old_person), "new": one.new_name}
    return {"unit": _unit(desk, one.unit_id), **names}


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    clerk = office(desk)
    one = handovers.get(desk.db, desk.vault, pressed.subject)
    if one is None or not sees_unit(desk, one.unit_id):
        raise Gone()
    if one.state != "proposed":
        raise MoveNotAllowed("unit.handover_decided", unit=_unit(desk, one.unit_id))
    cards.close_all(desk.db, one.id, HANDOVER_CARD)
    if code == "yes":
        return _hand_over(desk, one)
    handovers.settle(desk.db, one, "refused", by=clerk.id, at=desk.at)
    _audit(desk, "handover.refused", one)
    values = _values(desk, one)
    told = Reply(key="unit.handover_refused", values=values, priority=Priority.NOTICE)
    kept = Reply(key="unit.handover_refusal_kept", values=values)
    return [kept, *to_person(desk, one.old_person, told)]


def _hand_over(desk: Desk, one: Handover) -> list[Reply]:
    """The plan names the successor from now on; the old seat ends in this same unit."""
    clerk = office(desk)
    plan = standing_plan(desk.db, desk.vault, one.round_id)
    if plan is None:
        raise Gone("unit.no_plan")
    new_id = _person_for(desk, plan, one)
    over = Reply(key="unit.handover_over", values=_values(desk, one), priority=Priority.NOTICE)
    told = to_person(desk, one.old_person, over)  # before the chat is let go
    profile = desk.rules.profiles.get(plan.round.profile)
    version = profile.version if profile else ""
    seated = reseated(plan, one.unit_id, one.old_person, PlanPerson.model_validate(
        {"id": new_id, "name": one.new_name, "roles": [{"role": LIAISON, "unit": one.unit_id}]}
    ))  # fmt: skip
    apply_plan(desk, seated, actor=clerk.id, profile_version=version)
    if not handovers.settle(desk.db, one, "done", by=clerk.id, at=desk.at, new_person=new_id):
        raise Gone()
    handovers.move_reminders(desk.db, one, new_id)
    _audit(desk, "handover.done", one)
    return [_done(desk, one, new_id), *told]


def _done(desk: Desk, one: Handover, new_id: str) -> Reply:
    """What the office reads: the code for the successor, where no chat is bound yet."""
    values = _values(desk, one)
    if people.addresses(desk.db, desk.vault, new_id):
        return Reply(key="unit.handed_over", values=values)
    code = grouped(invite(desk, new_id, hours=INVITE_HOURS, actor=me(desk).id))
    return Reply(
        key="unit.handed_over_code", values={**values, "code": code, "hours": INVITE_HOURS}
    )


def _person_for(desk: Desk, plan: Plan, one: Handover) -> str:
    """The person of that name on the unit's side, or the id of a new one."""
    same = [
        p.id
        for p in plan.person
        if p.name == one.new_name and any(r.unit == one.unit_id for r in p.roles)
    ]
    return same[0] if same else base32(desk.draw(12))


def reseated(plan: Plan, unit: str, old: str, successor: PlanPerson) -> Plan:
    """The plan in which the successor is the unit's liaison instead of the old one."""
    gone = PlanRole(role=LIAISON, unit=unit)
    kept: list[PlanPerson] = []
    there = False
    for person in plan.person:
        roles = tuple(r for r in person.roles if person.id != old or r != gone)
        if person.id == successor.id:
            there = True
            roles = tuple(dict.fromkeys((*roles, gone)))
        if roles:
            kept.append(person.model_copy(update={"roles": roles}))
    if not there:
        kept.append(successor)
    return plan.model_copy(update={"person": tuple(kept)})


def tell_successors(desk: Desk) -> list[Reply]:
    """A tick: once a successor has a chat, it gets what is open and what is unsigned."""
    if not open_now(desk):
        return []
    replies: list[Reply] = []
    for one in handovers.standing(desk.db, desk.vault, "done"):
        if not people.addresses(desk.db, desk.vault, one.new_person):
            continue
        for number, told in enumerate(_summary(desk, one)):
            named = replace(told, dedupe=f"handover:{one.id}:{number}")
            replies += to_person(desk, one.new_person, named)
        handovers.settle(desk.db, one, "told", by=one.confirmed_by, at=desk.at)
    return replies


def _summary(desk: Desk, one: Handover) -> list[Reply]:
    held = [
        m
        for m in missions.of_unit(desk.db, one.unit_id)
        if one.new_person in answering(desk, m, LIAISON)
    ]
    own = {m.id for m in held}
    listed = [d for d in duties.of_unit(desk.db, one.unit_id) if d.stationing_id in own]
    live = [d for d in listed if d.state != "accepted" and d.kind != "sign"]
    lines = [
        Text(
            "unit.open_duty",
            {"doc": title(d), "state": state(d), "when": when(desk, d)},
        )
        for d in in_order(desk, live)
    ]
    key = "unit.handover_summary" if lines else "unit.handover_nothing"
    values = {"unit": _unit(desk, one.unit_id), "lines": lines, "n": len(lines)}
    waiting = [sign_card(desk, m, one.new_person) for m in held if _waits_for_sign(desk, m)]
    return [Reply(key=key, values=values, priority=Priority.NOTICE), *waiting]


def _waits_for_sign(desk: Desk, mission: Stationing) -> bool:
    waiting = sign_duty(desk, mission)
    return waiting is not None and waiting.state == "open"


def _audit(desk: Desk, action: str, one: Handover) -> None:
    facts = {"round": one.round_id, "old": one.old_person}
    audit.write(
        desk.db, at=desk.at, actor=me(desk).id, action=action, object=one.unit_id, facts=facts
    )


HANDOVER = Form(
    id="liaison_handover",
    staff=True,
    questions=(
        Question(key="seat", ask="unit.which_liaison", kind="choice", choices=_seat_choices),
        Question(key="name", ask="unit.successor", check=_successor),
    ),
    review="unit.handover_review",
    summary=_review,
    done=_propose,
)
FORMS = (HANDOVER,)
COMMANDS = {"handover": begin_handover}
CARDS: dict[str, CardAction] = {HANDOVER_CARD: _press}
