"""退回修改: a returned document gets a next date with reminders of its own, all of them 提示."""

from datetime import date

from casework.ladder import PROMPT, Rung
from handlers.desk import Desk
from handlers.dutybook import next_opening
from storage import duties
from storage.duties import Duty

RETURN_DAYS = ((-1, "returned_due"), (0, "returned_due"), (1, "returned_late"))
"""Rungs of a returned document, in working days from its next date; all of them 提示."""


def reopen(desk: Desk, duty: Duty, next_on: date) -> None:
    """The duty stays open towards its next date; the date of the clause does not move."""
    ladder = tuple(
        Rung(
            number=number,
            at=days,
            unit="workday",
            level=PROMPT,
            send_on=_rung_day(desk, next_on, days),
            to=("office",) if template == "returned_late" else (duty.obligor,),
            copy=(),
            propose_to=(),
            template=template,
            alone=True,
        )
        for number, (days, template) in enumerate(RETURN_DAYS, 1)
    )
    ahead = tuple(rung for rung in ladder if rung.send_on > desk.today)
    check = next_opening(desk, ahead, frozenset())
    back = duties.moved(duty, state="returned", next_on=next_on, next_check=check, ladder=ahead)
    duties.move(desk.db, duty, back)
    duties.revise(desk.db, back)


def _rung_day(desk: Desk, next_on: date, days: int) -> date:
    calendar = desk.rules.calendar
    return calendar.add_workdays(next_on, days) if days else calendar.previous_workday(next_on)
