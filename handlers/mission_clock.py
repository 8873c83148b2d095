"""The clock of missions: what a day brings by itself, from the notice before to the year's end."""

from datetime import date

from casework.mission import Stationing
from casework.triggers import END, PLANNED, START, TRIGGERS, YEAR_ENDED, matters
from handlers.dating import allowed, date_again, is_late, next_opening
from handlers.desk import Desk
from handlers.duty_lines import title
from handlers.duty_rights import watching
from handlers.dutybook import mission_of, record_event
from handlers.messages import Priority, Reply
from handlers.reach import to_person
from storage import audit, duties, events, missions
from storage.duties import Duty


def milestones(desk: Desk, limit: int) -> list[Reply]:
    """One tick: what the day makes of up to `limit` missions, each of it once for ever."""
    told: list[Reply] = []
    for mission in _known(desk, events.without_event(desk.db, PLANNED, limit)):
        made = record_event(desk, mission, PLANNED, mission.starts_on)
        told += _late(desk, mission, made or [])
    for moved, milestone in events.moved_starts(desk.db, PLANNED, limit):
        _count_again(desk, mission_of(desk, moved), milestone)
    for mission in _known(desk, events.without_event(desk.db, START, limit)):
        if mission.starts_on <= desk.today:
            record_event(desk, mission, START, mission.starts_on)
    for mission in _known(desk, events.begun_without(desk.db, END, desk.today, limit)):
        record_event(desk, mission, END, mission.ends_on)
    _year(desk)
    return told


def ran_in(desk: Desk, year: int) -> list[Stationing]:
    """The approved missions of a year, the earliest first; the first carries the yearly duties."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    listed = [m for m in missions.every(desk.db) if m.approved]
    return [m for m in listed if m.starts_on <= last and m.ends_on >= first]


def _known(desk: Desk, ids: list[str]) -> list[Stationing]:
    """Missions whose profile this installation has; `check` names the others."""
    found = [mission_of(desk, id) for id in ids]
    return [mission for mission in found if mission.profile_id in desk.rules.profiles]


def _year(desk: Desk) -> None:
    """From 1 January on: the year that has ended, once for each profile that ran in it."""
    year = desk.today.year - 1
    ran = ran_in(desk, year)
    for profile_id in dict.fromkeys(mission.profile_id for mission in ran):
        profile = desk.rules.profiles.get(profile_id)
        if profile is None or not matters(profile, TRIGGERS[YEAR_ENDED]):
            continue
        its = [mission for mission in ran if mission.profile_id == profile_id]
        if not any(_ended(desk, mission, year) for mission in its):
            record_event(desk, its[0], YEAR_ENDED, date(year, 12, 31), about=str(year))


def _ended(desk: Desk, mission: Stationing, year: int) -> bool:
    found = duties.milestone(desk.db, desk.vault, mission.id, YEAR_ENDED, str(year))
    return found is not None


def _late(desk: Desk, mission: Stationing, made: list[Duty]) -> list[Reply]:
    """A day counted back had passed before the mission was known: recorded and told, not cured."""
    replies: list[Reply] = []
    for duty in made:
        if not is_late(duty, desk.today):
            continue
        facts = {"obligation": duty.obligation, "due": duty.due.isoformat()}
        audit.write(
            desk.db, at=desk.at, actor="program", action="duties.late", object=duty.id, facts=facts
        )
        values = {
            "unit": mission.unit_name,
            "doc": title(duty),
            "due": duty.due,
            "start": mission.starts_on,
            "cite": duty.citation,
        }
        for person in watching(desk, "office", mission.unit_id):
            late = Reply(
                key="event.notice_late",
                values=values,
                priority=Priority.NOTICE,
                dedupe=f"late:{duty.id}:{person}",
            )
            replies += to_person(desk, person, late)
    return replies


def _count_again(desk: Desk, mission: Stationing, milestone: str) -> None:
    """The first day was moved before it came: what was counted from it is counted again."""
    events.move_milestone(desk.db, milestone, mission.starts_on)
    for duty in duties.of_stationing(desk.db, mission.id):
        if duty.milestone_id != milestone or duty.state == "accepted":
            continue
        hung = duties.moved(duty, trigger_on=mission.starts_on)
        events.hang_on(desk.db, hung)
        new = date_again(desk, hung)
        if new is None:
            continue
        new = duties.moved(new, next_check=next_opening(desk, allowed(new), frozenset()))
        duties.revise(desk.db, new)
        audit.write(
            desk.db,
            at=desk.at,
            actor="program",
            action="duties.recalculated",
            object=duty.id,
            facts={"old": duty.due.isoformat(), "new": new.due.isoformat()},
        )
