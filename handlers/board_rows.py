"""The rows of the board: every open duty, how it stands, the highest level that went out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casework.errors import NotAllowed
from casework.mission import Stationing
from casework.profiles import LEVELS
from handlers.desk import Desk
from handlers.duty_rights import me, sees_unit
from handlers.dutybook import in_order
from handlers.messages import Text
from handlers.reminder_lines import LEVEL_WORDS as WORDS
from storage import duties, missions, reminder_log, reminders
from storage.duties import Duty

NEAR_DAYS, EVERY = 5, 2000
UNTOLD = ""
"""The level of a duty of which nothing has been sent."""
STANDS: Mapping[str, str] = {
    "over": "board.over",
    "today": "board.today",
    "near": "board.near",
    "passed": "board.passed",
    "extended": "board.extended",
    "review": "board.review",
    "provisional": "board.provisional",
    "ahead": "board.ahead",
    "undated": "board.undated",
}
"""How a duty stands, the worst first, in words; 逾期 only where a clause gives the number."""
LEVEL_WORDS: Mapping[str, str] = {UNTOLD: "board.level_none", **WORDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One open duty: how it stands, the highest level that went out, whether a rung is asked."""

    duty: Duty
    stand: str
    level: str
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One mission with its open duties, the worst first."""

    mission: Stationing
    duties: tuple[Standing, ...]

    def counts(self) -> Counter[str]:
        """How many stand how."""
        return Counter(one.stand for one in self.duties)


def rows(desk: Desk) -> list[Row]:
    """Every mission with open duties; nothing of a unit from which the reader is recused."""
    reader(desk)
    levels = reminder_log.levels(desk.db)
    asked = {r.duty_id for r in reminders.open_questions(desk.db) if r.state == "asked"}
    held: dict[str, list[Standing]] = {}
    for duty in _open(desk):
        sent = levels.get(duty.id, frozenset())
        one = Standing(
            duty=duty,
            stand=stand(desk, duty),
            level=next((level for level in reversed(LEVELS) if level in sent), UNTOLD),
            asked=duty.id in asked,
        )
        held.setdefault(duty.stationing_id, []).append(one)
    found = ((missions.stationing(desk.db, id), listed) for id, listed in held.items())
    shown = [Row(mission=m, duties=tuple(sorted(ds, key=worst))) for m, ds in found if m]
    return sorted(shown, key=lambda row: (worst(row.duties[0]), row.mission.unit_name))


def stand(desk: Desk, duty: Duty) -> str:
    """One of STANDS."""
    if duty.state == "submitted":
        return "review"
    if duty.open_ended:
        return "undated"
    if duty.provisional:
        return "provisional"
    if desk.today > duty.due:
        if duty.extended_to is not None and desk.today <= duty.extended_to:
            return "extended"
        return "over" if duty.hard else "passed"
    if desk.today == duty.due:
        return "today"
    left = desk.rules.calendar.workdays_between(desk.today, duty.due)
    return "near" if left <= NEAR_DAYS else "ahead"


def reader(desk: Desk) -> str:
    """Who reads the board: the office and the leading group. Raises NotAllowed."""
    person = me(desk)
    if not person.has("office", "leading_group"):
        raise NotAllowed("office.only_office")
    return person.id


def counts_words(counts: Counter[str]) -> Text:
    """The counts as one line, the worst first; what is not there is left out."""
    parts = [
        Text("board.count", {"what": Text(key), "n": counts[name]})
        for name, key in STANDS.items()
        if counts[name]
    ]
    return Text("board.joined", {"parts": _joined(parts)})


def _joined(parts: list[Text]) -> Text | str:
    """Texts one after the other on one line."""
    if not parts:
        return ""
    joined = parts[0]
    for part in parts[1:]:
        joined = Text("board.two", {"one": joined, "other": part})
    return joined


def _open(desk: Desk) -> list[Duty]:
    found: Iterable[Duty] = (
        *duties.standing(desk.db, "open", EVERY),
        *duties.standing(desk.db, "returned", EVERY),
        *duties.standing(desk.db, "submitted", EVERY),
    )
    listed = list(found)
    hidden = {unit for unit in {d.unit_id for d in listed} if not sees_unit(desk, unit)}
    return in_order(desk, (duty for duty in listed if duty.unit_id not in hidden))


def worst(one: Standing) -> tuple[int, str]:
    return list(STANDS).index(one.stand), one.duty.due.isoformat()
