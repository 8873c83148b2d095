"""Alarms: the office hears when reports, answers or reminders stand still, and when it is over."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.desk import Desk
from handlers.hours import any_open, opening
from handlers.messages import Policy, Priority, Reply
from handlers.reach import to_person
from storage import people

MINUTE, HOUR = 60, 3600
A_DAY = timedelta(days=1)
TIMES = 3  # raised on one day at most, however often it comes and goes
REMEMBERED = 7  # days back to an alarm that has had no all-clear
OVER = ":over"
Told = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """Something that lasts: told when it begins, each morning while it lasts, and when it ends.

    `count` gives the number of rows that stand still; the texts speak of them without content.
    """

    text: str
    over: str
    count: Callable[[Desk], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """What stays until a person decides: told with its first of a day, and when it has doubled.

    The statement gives `n` since a moment, and the moment of the `last`.
    """

    text: str
    statement: str


def _since(statement: str, seconds: int) -> Callable[[Desk], int]:
    """How many rows of a statement have stood since so many seconds."""

    def count(desk: Desk) -> int:
        row = desk.db.one(statement, before=desk.at - seconds)
        return int(row["n"]) if row else 0

    return count


def _messages(desk: Desk) -> int:
    row = desk.db.one("backlog.stuck_messages", now=desk.at, before=desk.at - 15 * MINUTE)
    return int(row["n"]) if row else 0


def _unseen_duties(desk: Desk) -> int:
    """Duties the planner did not look at, once somebody has worked for half an hour today."""
    before = desk.at - 30 * MINUTE
    if not any_open(desk) or opening(desk, desk.today) > before:
        return 0
    row = desk.db.one("duties.stuck", before=before)
    return int(row["n"]) if row else 0


def _unsent_reminders(desk: Desk) -> int:
    """Reminders that stood in the ledger through a whole working day; a person gets one a day."""
    worked = desk.rules.calendar.previous_workday(desk.today - A_DAY)
    row = desk.db.one(
        "backlog.stuck_reminders", before=opening(desk, worked), day=desk.today.isoformat()
    )
    return int(row["n"]) if row else 0


STANDSTILLS: Mapping[str, Standstill] = {
    "events": Standstill(
        text="alarm.events_wait",
        over="alarm.events_go_on",
        count=_since("inbox.stuck", 5 * MINUTE),
    ),
    "answers": Standstill(
        text="alarm.messages_wait", over="alarm.messages_go_on", count=_messages
    ),
    "files": Standstill(
        text="alarm.files_wait",
        over="alarm.files_go_on",
        count=_since("backlog.stuck_files", HOUR),
    ),
    "planner": Standstill(
        text="alarm.duties_wait", over="alarm.duties_go_on", count=_unseen_duties
    ),
    "reminders": Standstill(
        text="alarm.reminders_wait", over="alarm.reminders_go_on", count=_unsent_reminders
    ),
}
HEAPS: Mapping[str, Heap] = {
    "poison": Heap(text="alarm.events_aside", statement="backlog.aside_days"),
    "doubt": Heap(text="alarm.messages_in_doubt", statement="backlog.troubled_days"),
}


def watch(desk: Desk) -> list[Reply]:
    """What the office has to hear now; numbers only, never what it is about."""
    office = people.holders(desk.db, "office")
    replies: list[Reply] = []
    for kind, heap in HEAPS.items():
        if found := _heaped(desk, kind, heap):
            told, (name, number) = _told(desk, kind), found
            for person in office:
                if f"{name}:{person}:0" not in told:
                    replies += _tell(desk, person, heap.text, name, {"n": number})
    for kind, standstill in STANDSTILLS.items():
        number, told = standstill.count(desk), _told(desk, kind)
        for person in office:
            replies += _of_standstill(desk, kind, standstill, number, person, told)
    return replies


def _of_standstill(
    desk: Desk, kind: str, standstill: Standstill, number: int, person: str, told: Told
) -> list[Reply]:
    """The alarm where it was not told, or the all-clear where the last one had none."""
    known = {name.removesuffix(f":{person}:0") for name in told if name.endswith(f":{person}:0")}
    if number:
        name = _to_raise(desk, kind, known)
        return _tell(desk, person, standstill.text, name, {"n": number}) if name else []
    last = max((name for name in known if not name.endswith(OVER)), default="")
    if not last or last + OVER in known:
        return []
    return _tell(desk, person, standstill.over, last + OVER, {})


def _to_raise(desk: Desk, kind: str, known: Collection[str]) -> str:
    """The name of the alarm to raise; "" = it stands, or was raised often enough today.

    The day begins when work does, so that nobody is woken to hear what he has heard.
    """
    day = desk.today if desk.at >= opening(desk, desk.today) else desk.today - A_DAY
    names = [f"alarm:{kind}:{day.isoformat()}:{n}" for n in range(TIMES)]
    name = next((name for name in names if name + OVER not in known), "")
    return "" if name in known else name


def _heaped(desk: Desk, kind: str, heap: Heap) -> tuple[str, int] | None:
    """The name and the number of a heap's last day; the name changes when the number doubles."""
    row = desk.db.one(heap.statement, since=_midnight(desk, desk.today - A_DAY))
    if row is None or not row["n"]:
        return None
    day = datetime.fromtimestamp(int(row["last"]), desk.zone).date()
    row = desk.db.one(heap.statement, since=_midnight(desk, day))
    number = int(row["n"]) if row else 0
    return f"alarm:{kind}:{day.isoformat()}:{number.bit_length():02}", number


def _told(desk: Desk, kind: str) -> Told:
    """The names of this kind's alarms that were told in these days, each with its person."""
    first = f"alarm:{kind}:{(desk.today - REMEMBERED * A_DAY).isoformat()}"
    rows = desk.db.all("backlog.alarms", first=first, after=f"alarm:{kind};")
    return frozenset(str(row["dedupe"]) for row in rows)


def _tell(desk: Desk, person: str, text: str, name: str, values: Mapping[str, int]) -> list[Reply]:
    """To every chat of a person; one that could not leave makes way for the next of its kind."""
    told = Reply(
        key=text,
        values=values,
        priority=Priority.NOTICE,
        policy=Policy.HOLD,
        topic=":".join(name.split(":")[:2]),
        dedupe=f"{name}:{person}",
    )
    return to_person(desk, person, told)


def _midnight(desk: Desk, day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=desk.zone).timestamp())
