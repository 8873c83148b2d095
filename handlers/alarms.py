"""Alarms: the office hears of it when reports, answers or reminders stand still."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.desk import Desk
from handlers.messages import Policy, Priority, Reply
from handlers.reach import to_person
from storage import people
from storage.base import Session

MINUTE, DAY = 60, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that must not wait: its statement gives `n` and, where it has one, `oldest`."""

    text: str
    statement: str
    after: int  # seconds from which on waiting is trouble


ALARMS: Mapping[str, Alarm] = {
    "events": Alarm(text="alarm.events_wait", statement="inbox.stuck", after=5 * MINUTE),
    "poison": Alarm(text="alarm.events_aside", statement="inbox.aside", after=0),
    "answers": Alarm(text="alarm.messages_wait", statement="outbox.stuck", after=15 * MINUTE),
    "doubt": Alarm(text="alarm.messages_in_doubt", statement="outbox.in_doubt", after=0),
    "reminders": Alarm(text="alarm.reminders_wait", statement="duties.stuck", after=3 * DAY),
}


def watch(desk: Desk) -> list[Reply]:
    """One message per kind of trouble, person and day; the number, never what it is about."""
    replies: list[Reply] = []
    for kind, alarm in ALARMS.items():
        number = _number(desk.db, alarm, desk.at)
        if number:
            replies += _tell(desk, kind, alarm, number)
    return replies


def _number(db: Session, alarm: Alarm, at: int) -> int:
    row = db.one(alarm.statement, before=at - alarm.after)
    return int(row["n"]) if row else 0


def _tell(desk: Desk, kind: str, alarm: Alarm, number: int) -> list[Reply]:
    replies: list[Reply] = []
    for person in people.holders(desk.db, "office"):
        told = Reply(
            key=alarm.text,
            values={"n": number},
            priority=Priority.NOTICE,
            policy=Policy.HOLD,
            dedupe=f"alarm:{kind}:{desk.today.isoformat()}:{person}",
        )
        replies += to_person(desk, person, told)
    return replies
