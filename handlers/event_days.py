"""On which day an event can have happened, and whether it is recorded already."""

from datetime import date

from casework.mission import Stationing
from casework.starts import last_day
from casework.triggers import BATCH_ENDED, CONSIDERED, TRIGGERS
from handlers.day_answers import past_day
from handlers.desk import Desk
from handlers.dutybook import ended_on, mission_of
from handlers.forms import Answers, Problem
from handlers.frozen import profile_of
from storage import duties, missions


def when_known(desk: Desk, mission: Stationing, event: str) -> date | None:
    """When an event happened that can happen once: in this mission, or in its round."""
    if TRIGGERS[event].repeats:
        return None
    for one in of_round(desk, mission) if event == BATCH_ENDED else [mission]:
        found = duties.milestone(desk.db, desk.vault, one.id, event)
        if found is not None:
            return found.happened_on
    return None


def of_round(desk: Desk, mission: Stationing) -> list[Stationing]:
    """The approved missions of the same round, the earliest first."""
    listed = (m for m in missions.every(desk.db) if m.round_id == mission.round_id)
    return [m for m in listed if m.approved]


def fitting_day(desk: Desk, answers: Answers, value: str) -> str:
    """A past day that fits the event: not before the stationing, not after its period."""
    text = past_day(desk, answers, value)
    on, mission = date.fromisoformat(text), mission_of(desk, answers["mission"])
    event = answers["event"]
    since = TRIGGERS[event].since
    if event == BATCH_ENDED:
        _batch_is_over(desk, mission, on)
    elif since in ("start", "during") and on < mission.starts_on:
        raise Problem("event.before_stationing", start=mission.starts_on)
    ended = ended_on(desk, mission)
    if since == "during" and on > ended:
        raise Problem("event.after_stationing", end=ended)
    if event == CONSIDERED:
        _within_the_year(desk, mission, on, ended)
    after = TRIGGERS[event].after
    earlier = duties.milestone(desk.db, desk.vault, mission.id, after) if after else None
    if earlier is not None and on < earlier.happened_on:
        raise Problem("event.before_earlier", on=earlier.happened_on)
    return text


def _batch_is_over(desk: Desk, mission: Stationing, on: date) -> None:
    for one in of_round(desk, mission):
        ended = ended_on(desk, one)
        if on < ended:
            raise Problem("event.batch_not_over", unit=one.unit_name, end=ended)


def _within_the_year(desk: Desk, mission: Stationing, on: date, ended: date) -> None:
    """003-18: 一年之内接受过巡视; afterwards nothing is asked of the team any more."""
    items = [o for o in profile_of(desk, mission).obligation if o.trigger == CONSIDERED]
    last = max((last_day(item, ended) for item in items), default=None)
    if last is not None and on > last:
        raise Problem("event.year_over", end=ended, last=last)
