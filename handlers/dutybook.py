"""The book of duties: an event of a mission brings the duties that its profile hangs on it."""

from collections.abc import Iterable, Mapping
from datetime import date

from casework.errors import Gone
from casework.ladder import PROMPT, Rung
from casework.mission import Department, Stationing
from casework.profiles import Obligation
from casework.starts import started_by
from casework.triggers import END, TRIGGERS
from handlers.dating import allowed as allowed
from handlers.dating import date_again as date_again
from handlers.dating import duty_for
from handlers.dating import next_opening as next_opening
from handlers.desk import Desk
from handlers.frozen import freeze, profile_of, rulebook_of
from handlers.fulfilment import fulfil
from handlers.hours import opening
from storage import audit, duties, events, missions
from storage.duties import Duty, Milestone

DELIVERED, RECEIVED, TRANSFER = "feedback.delivered", "feedback.received", "transfer.received"
SUBMITTED = {"plan": "plan.submitted", "report": "report.submitted"}
"""What the first submission of a document of this kind is as an event (报送之日)."""

SIGN = "feedback.sign"
SIGN_DAYS = ((1, "sign_feedback"), (3, "sign_feedback"), (5, "unsigned"))


def mission_of(desk: Desk, stationing_id: str) -> Stationing:
    """The mission. Raises Gone."""
    found = missions.stationing(desk.db, stationing_id)
    if found is None:
        raise Gone()
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
    freeze(desk, mission)
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
    made = _started(desk, mission, milestone, department)
    if department is not None and _lasting(desk, mission, event):
        record_event(desk, mission, event, on, paper=paper)  # what the first letter starts
    if event in TRIGGERS:
        for kind in TRIGGERS[event].ends:
            fulfil(desk, mission, kind, on, words=words)
    return made


def ended_on(desk: Desk, mission: Stationing) -> date:
    """The last day of the stationing: as it happened, else as planned."""
    happened = duties.milestone(desk.db, desk.vault, mission.id, END)
    return happened.happened_on if happened else mission.ends_on


def _started(
    desk: Desk, mission: Stationing, milestone: Milestone, department: Department | None
) -> list[Duty]:
    book = rulebook_of(desk, mission)
    ended = ended_on(desk, mission)
    listed = started_by(book.profile, milestone.event, milestone.happened_on, ended, department)
    made = [
        duty_for(desk, book, mission, milestone, item, department)
        for item in listed
        if not _stands(desk, mission, item)
    ]
    for duty in made:
        _keep(desk, duty, milestone.actor)
    return made


def _lasting(desk: Desk, mission: Stationing, event: str) -> bool:
    """Whether an event that concerns one department starts something for the mission too."""
    items = (item for item in profile_of(desk, mission).obligation if item.trigger == event)
    return any(item.kind != "transfer_feedback" for item in items)


def _stands(desk: Desk, mission: Stationing, item: Obligation) -> bool:
    """Whether a standing task without date or reminder is there already: it is not doubled."""
    lasting = item.strength == "open" and item.offset is None and not item.ladder
    return lasting and bool(events.standing_of(desk.db, mission.id, item.id))


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


def in_order(desk: Desk, listed: Iterable[Duty]) -> list[Duty]:
    """By date; what falls due together in the order of the profile, not of random ids."""
    return sorted(listed, key=lambda duty: (duty.next_on or duty.due, *_place(desk, duty)))


def _place(desk: Desk, duty: Duty) -> tuple[str, int, date, str]:
    mission = missions.stationing(desk.db, duty.stationing_id)
    known = mission is not None and mission.profile_id in desk.rules.profiles
    profile = profile_of(desk, mission) if mission is not None and known else None
    ids = [item.id for item in profile.obligation] if profile else []
    place = ids.index(duty.obligation) if duty.obligation in ids else len(ids)
    return duty.stationing_id, place, duty.trigger_on, duty.id


def _keep(desk: Desk, duty: Duty, actor: str) -> None:
    if not duties.add(desk.db, duty):
        return
    facts = {
        "obligation": duty.obligation,
        "due": "" if duty.open_ended else duty.due.isoformat(),
        "provisional": duty.provisional,
        "calendar": duty.calendar_version,
        "profile": duty.profile_version,
    }
    audit.write(
        desk.db, at=desk.at, actor=actor, action="duties.started", object=duty.id, facts=facts
    )
