"""The ladder of reminders as dates: each step of a ladder hung on one dated obligation."""

from dataclasses import dataclass
from datetime import date

from casework.calendar import WorkCalendar
from casework.counting import Due, Unit, shift
from casework.obligations import Dated, climbs
from casework.profiles import Common, Level, Step

PROMPT: Level = "提示"
REPORT: Level = "专报"


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
    obligor = one.obligation.obligor
    return [
        Rung(
            number=number,
            at=step.at,
            unit=step.unit,
            level=step.level,
            send_on=send_on(step, one.due, calendar),
            to=_people(step.to, obligor),
            copy=_people(step.copy_to, obligor),
            propose_to=_people(step.propose_to, obligor),
            template=step.template,
            alone=step.level == PROMPT or climbs(one),
        )
        for number, step in enumerate(ladder.steps, 1)
    ]


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


def _people(roles: list[str], obligor: str) -> tuple[str, ...]:
    named = (obligor if role in ("@obligor", "@recipient") else role for role in roles)
    return tuple(dict.fromkeys(named))
