"""A submission that nobody decides goes before the office after five working days, and again."""

from datetime import date, datetime

from casework.ladder import PROMPT
from handlers.desk import Desk
from handlers.duty_rights import watching
from handlers.hours import open_now
from handlers.messages import Reply
from handlers.reminder_lines import REVIEW_IDLE
from storage import audit, duties, planner, reminders
from storage.duties import Duty
from storage.planner import Idle
from storage.reminders import Reminder

IDLE_DAYS = 5
"""Working days; no seed gives a number, so this is a reminder of our own."""
FIRST_RUNG = 1_000_000
"""Lines of idle reviews take numbers above those of ladders and of officers' acts."""


def watch(desk: Desk, limit: int) -> list[Reply]:
    """A tick: count the days of new submissions; put idle ones among the office's reminders."""
    if not open_now(desk):
        return []
    calendar = desk.rules.calendar
    for one in planner.unwatched(desk.db, limit):
        planner.watch(desk.db, one.id, calendar.add_workdays(_arrived(desk, one), IDLE_DAYS))
    for one in planner.idle(desk.db, desk.today, limit):
        duty = duties.get(desk.db, one.duty_id)
        if duty is not None:
            _remind(desk, duty, one)
        planner.watch_on(desk.db, one.id, calendar.add_workdays(desk.today, IDLE_DAYS))
    return []


def _arrived(desk: Desk, one: Idle) -> date:
    return datetime.fromtimestamp(one.at, desk.zone).date()


def _remind(desk: Desk, duty: Duty, one: Idle) -> None:
    for person in watching(desk, "office", duty.unit_id):
        new = Reminder(
            id=desk.new_id(),
            duty_id=duty.id,
            revision=duty.revision,
            rung=FIRST_RUNG + one.version * 1000 + one.times,
            recipient=person,
            purpose="to",
            level=PROMPT,
            template=REVIEW_IDLE,
            send_on=desk.today,
            state="planned",
            at=desk.at,
        )
        reminders.remind(desk.db, new)
    audit.write(
        desk.db,
        at=desk.at,
        actor="program",
        action="review.idle",
        object=one.id,
        facts={"version": one.version, "times": one.times + 1},
    )
