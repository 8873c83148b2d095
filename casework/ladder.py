"""The ladder of reminders as dates: each step of a ladder hung on one dated obligation."""

from dataclasses import dataclass, replace
from datetime import date

from casework.calendar import WorkCalendar
from casework.counting import Due, Unit, shift
from casework.obligations import Dated, climbs
from casework.profiles import Common, Level, Step

PROMPT: Level = "提示"
REPORT: Level = "专报"
URGE: Level = "催办"
PRESS: Level = "督办"
URGING = (URGE, PRESS)
MUNICIPAL = "municipal_liaison"
"""The liaison office of the municipal committee: it helps to supervise, it decides nothing."""
ABOVE = frozenset(
    {
        "leading_group",
        "sponsor_committee",
        "municipal_committee",
        "superior_office",
        "superior_group",
        "government_leaders",
    }
)
"""Whom nothing above 提示 reaches by itself: an officer decides to trouble them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One dated reminder.

    `number` counts from 1 in the ladder's order; `to`, `copy` and `propose_to` are roles, with
    @obligor and @recipient resolved; `alone`: it may leave without an officer's tap.
    """

    number: int
    at: int
    unit: Unit
    level: Level
    send_on: date
    to: tuple[str, ...]
    copy: tuple[str, ...]
    propose_to: tuple[str, ...]
    template: str
    alone: bool


def rungs(one: Dated, common: Common, calendar: WorkCalendar) -> list[Rung]:
    """The whole ladder of a dated obligation; empty without date or ladder, or if projected."""
    ladder = common.ladder_of(one.obligation.ladder)
    if ladder is None or one.due is None or one.projected:
        return []
    return [
        _rung(one, number, step, one.due, calendar) for number, step in enumerate(ladder.steps, 1)
    ]


def _rung(one: Dated, number: int, step: Step, end: Due, calendar: WorkCalendar) -> Rung:
    obligor = one.obligation.obligor
    to = _people(step.to, obligor)
    copy = _people(_copied(one, step), obligor)
    quiet = step.level == PROMPT
    return Rung(
        number=number,
        at=step.at,
        unit=step.unit,
        level=step.level,
        send_on=send_on(step, end, calendar),
        to=to,
        copy=copy,
        propose_to=_people(step.propose_to, obligor),
        template=step.template,
        alone=quiet or (climbs(one) and not ABOVE & {*to, *copy}),
    )


def _copied(one: Dated, step: Step) -> list[str]:
    """003-16: where the clause has the municipal committee copied, its liaison sees the urging."""
    if step.level in URGING and any(c.to == "municipal_committee" for c in one.obligation.copies):
        return [*step.copy_to, MUNICIPAL]
    return step.copy_to


def send_on(step: Step | Rung, end: Due, calendar: WorkCalendar) -> date:
    """The working day of one step.

    Before the end: back from the nominal date; on it: the nominal date or the working day before;
    after it: forward from the legal date, because only that can be overdue.
    """
    if step.at > 0:
        if step.unit == "workday":
            return calendar.add_workdays(end.legal, step.at)
        return calendar.next_workday(shift(end.legal, step.at, step.unit))
    if step.unit == "workday" and step.at < 0:
        return calendar.add_workdays(end.nominal, step.at)
    return calendar.previous_workday(
        shift(end.nominal, step.at, "day" if step.unit == "workday" else step.unit)
    )


def redated(ladder: tuple[Rung, ...], day: date, calendar: WorkCalendar) -> tuple[Rung, ...]:
    """The same rungs hung on another day, for an extension or a date counted again.

    Nothing but `send_on` changes: who may climb stays what it was. `day` stands for both the
    nominal and the legal end, because whoever names a day anew names it whole.
    """
    end = Due(nominal=day, legal=day, provisional=False, count="")
    return tuple(replace(rung, send_on=send_on(rung, end, calendar)) for rung in ladder)


def _people(roles: list[str], obligor: str) -> tuple[str, ...]:
    named = (obligor if role in ("@obligor", "@recipient") else role for role in roles)
    return tuple(dict.fromkeys(named))
