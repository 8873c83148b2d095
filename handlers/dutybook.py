"""The book of duties: an event of a mission brings the duties that its profile hangs on it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from casework.counting import due
from casework.errors import Gone
from casework.ladder import PROMPT, Rung, rungs, send_on
from casework.mission import Department, Stationing
from casework.obligations import Dated, can_be_overdue, dated
from casework.profiles import Obligation, Profile
from handlers.desk import Desk
from handlers.hours import opening
from storage import audit, duties, missions
from storage.duties import Duty, Milestone

DELIVERED, RECEIVED, TRANSFER = "feedback.delivered", "feedback.received", "transfer.received"
SUBMITTED = {"plan": "plan.submitted", "report": "report.submitted"}
"""What the first submission of a document of this kind is as an event (报送之日)."""

SIGN = "feedback.sign"
SIGN_DAYS = ((1, "sign_feedback"), (3, "sign_feedback"), (5, "unsigned"))
_DEPARTMENT_ROLES = {"discipline": "dept_discipline", "organization": "dept_org"}


def mission_of(desk: Desk, stationing_id: str) -> Stationing:
    """The mission. Raises Gone."""
    found = missions.stationing(desk.db, stationing_id)
    if found is None:
        raise Gone()
    return found


def profile_of(desk: Desk, mission: Stationing) -> Profile:
    """The mission's regulation profile. Raises Gone where this installation lacks it."""
    found = desk.rules.profiles.get(mission.profile_id)
    if found is None:
        raise Gone("duty.no_profile", profile=mission.profile_id)
    return found


def record_event(
    desk: Desk,
    mission: Stationing,
    event: str,
    on: date,
    *,
    paper: bool = False,
    about: str = "",
    words: Mapping[str, str] | None = None,
    department: Department | None = None,
) -> list[Duty] | None:
    """Keep an event and the duties it starts; None where the mission has that event already."""
    actor = desk.me.id if desk.me else "program"
    milestone = Milestone(
        id=desk.new_id(),
        stationing_id=mission.id,
        event=event,
        about=about,
        happened_on=on,
        paper=paper,
        actor=actor,
        at=desk.at,
        words=words,
    )
    if not duties.add_milestone(desk.db, desk.vault, milestone):
        return None
    facts = {"event": event, "on": on.isoformat(), "paper": paper}
    audit.write(
        desk.db, at=desk.at, actor=actor, action="event.recorded", object=mission.id, facts=facts
    )
    made = [
        duty
        for item in _started_by(profile_of(desk, mission), event, department)
        if (duty := _duty(desk, mission, milestone, item, department)) is not None
    ]
    for duty in made:
        _keep(desk, duty, actor)
    return made


def add_sign_duty(desk: Desk, mission: Stationing, on: date) -> None:
    """签收 of delivered feedback: reminded on working days 1 and 3, put before the office on 5."""
    delivered = duties.milestone(desk.db, desk.vault, mission.id, DELIVERED)
    if delivered is None:
        raise Gone()
    calendar = desk.rules.calendar
    ladder = tuple(
        Rung(
            number=number,
            at=days,
            unit="workday",
            level=PROMPT,
            send_on=calendar.add_workdays(on, days),
            to=("office",) if template == "unsigned" else ("target_unit", "target_principal"),
            copy=(),
            propose_to=(),
            template=template,
            alone=True,
        )
        for number, (days, template) in enumerate(SIGN_DAYS, 1)
    )
    duty = Duty(
        id=desk.new_id(),
        stationing_id=mission.id,
        unit_id=mission.unit_id,
        milestone_id=delivered.id,
        obligation=SIGN,
        kind="sign",
        title="",
        obligor="target_unit",
        trigger_on=on,
        nominal_due=ladder[-1].send_on,
        due=ladder[-1].send_on,
        basis="default",
        strength="promptly",
        citation="",
        count="",
        ladder=ladder,
        soft=True,
        calendar_version=calendar.version,
        profile_version="",
        next_check=opening(desk, ladder[0].send_on),
    )
    duties.add(desk.db, duty)


def sign_duty(desk: Desk, mission: Stationing) -> Duty | None:
    """The 签收 that waits or waited for the unit."""
    listed = duties.of_stationing(desk.db, mission.id)
    return next((duty for duty in listed if duty.obligation == SIGN), None)


def date_again(desk: Desk, duty: Duty) -> Duty | None:
    """The duty by today's calendar and its own frozen period; None where nothing counts it."""
    if duty.period is None:
        return None
    calendar = desk.rules.calendar
    end = due(duty.trigger_on, duty.period, calendar, desk.rules.common.calendar.rolls)
    hard = duty.strength == "must" and not duty.soft and not end.provisional
    alone = hard and duty.basis == "text"
    ladder = tuple(
        replace(rung, send_on=send_on(rung, end, calendar), alone=alone or rung.level == PROMPT)
        for rung in duty.ladder
    )
    return duties.moved(
        duty,
        nominal_due=end.nominal,
        due=end.legal,
        provisional=end.provisional,
        hard=hard,
        count=end.count,
        ladder=ladder,
        calendar_version=calendar.version,
    )


def in_order(desk: Desk, listed: Iterable[Duty]) -> list[Duty]:
    """By date; what falls due together in the order of the profile, not of random ids."""
    return sorted(listed, key=lambda duty: (duty.next_on or duty.due, *_place(desk, duty)))


def _place(desk: Desk, duty: Duty) -> tuple[str, int, date, str]:
    mission = missions.stationing(desk.db, duty.stationing_id)
    profile = desk.rules.profiles.get(mission.profile_id) if mission else None
    ids = [item.id for item in profile.obligation] if profile else []
    place = ids.index(duty.obligation) if duty.obligation in ids else len(ids)
    return duty.stationing_id, place, duty.trigger_on, duty.id


def next_opening(desk: Desk, ladder: tuple[Rung, ...], done: frozenset[int]) -> int | None:
    """When the next rung that may come by itself or be asked for is due; None = never."""
    left = [rung.send_on for rung in ladder if rung.number not in done]
    return opening(desk, min(left)) if left else None


def allowed(duty: Duty) -> tuple[Rung, ...]:
    """The rungs that may come at all: a provisional date never climbs beyond 提示."""
    return tuple(rung for rung in duty.ladder if rung.level == PROMPT or not duty.provisional)


def _started_by(profile: Profile, event: str, department: Department | None) -> list[Obligation]:
    items = [item for item in profile.obligation if item.trigger == event]
    if department is None:
        return items
    role = _DEPARTMENT_ROLES.get(department.kind, "dept_other")
    owed = [item for item in items if item.kind == "transfer_feedback"]
    return [item for item in owed if item.obligor == role] or [_internal(role)]


def _internal(role: str) -> Obligation:
    """Feedback from a department the instrument gives no limit: an internal date, never law."""
    return Obligation.model_validate(
        {
            "id": "transfer-feedback-internal",
            "kind": "transfer_feedback",
            "title": "-",
            "trigger": TRANSFER,
            "trigger_basis": "default",
            "strength": "promptly",
            "basis": "default",
            "obligor": role,
            "ladder": "dept-3m",
            "cite": {"article": ""},
        }
    )


def _duty(
    desk: Desk,
    mission: Stationing,
    milestone: Milestone,
    item: Obligation,
    department: Department | None,
) -> Duty | None:
    profile = profile_of(desk, mission)
    one = _dated(desk, profile, item, milestone.happened_on)
    if one.due is None:
        return None
    internal = item.basis == "default"
    made = Duty(
        id=desk.new_id(),
        stationing_id=mission.id,
        unit_id=mission.unit_id,
        department_id=department.id if department else "",
        milestone_id=milestone.id,
        obligation=item.id,
        kind=item.kind,
        title="" if internal else item.title,
        obligor=item.obligor,
        trigger_on=milestone.happened_on,
        period=one.period,
        nominal_due=one.due.nominal,
        due=one.due.legal,
        provisional=one.due.provisional,
        basis=one.basis,
        soft=one.soft,
        hard=can_be_overdue(one),
        strength=item.strength,
        citation="" if internal else one.short_citation,
        count=one.due.count,
        ladder=_ladder(desk, one),
        calendar_version=desk.rules.calendar.version,
        profile_version=profile.version,
    )
    return duties.moved(made, next_check=next_opening(desk, allowed(made), frozenset()))


def _dated(desk: Desk, profile: Profile, item: Obligation, trigger_on: date) -> Dated:
    rules = desk.rules
    return dated(item, profile, rules.common, trigger_on, {}, rules.calendar)


def _ladder(desk: Desk, one: Dated) -> tuple[Rung, ...]:
    """The rungs that lie after the event itself; a short period has no early ones."""
    every = rungs(one, desk.rules.common, desk.rules.calendar)
    start = one.trigger_date
    return tuple(rung for rung in every if start is None or rung.send_on > start)


def _keep(desk: Desk, duty: Duty, actor: str) -> None:
    if not duties.add(desk.db, duty):
        return
    facts = {
        "obligation": duty.obligation,
        "due": duty.due.isoformat(),
        "provisional": duty.provisional,
        "calendar": duty.calendar_version,
        "profile": duty.profile_version,
    }
    audit.write(
        desk.db, at=desk.at, actor=actor, action="duties.started", object=duty.id, facts=facts
    )
