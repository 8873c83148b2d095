"""From events to dated obligations: what falls due when, how sure, and what may climb."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from casework.calendar import WorkCalendar
from casework.counting import Due, Offset, due
from casework.profiles import Common, Obligation, Profile

NO_DATE = date.max
"""Stands in a row for the date of a duty to which nothing gives one (strength `open`, or 及时)."""

_WEAKER = ("text", "inferred", "analogy", "default")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """One obligation with its date.

    `due` is None where the event is missing or nothing gives a number. `basis` is the weakest
    ground of the date (clause, trigger, soft target). `soft`: an internal date, never law (及时).
    `projected`: the trigger has not happened, another duty's due date stands in for it.
    """

    obligation: Obligation
    instrument: str
    trigger_date: date | None
    due: Due | None
    basis: str
    soft: bool = False
    projected: bool = False
    period: Offset | None = None  # what is counted, whether the trigger is known or not

    @property
    def citation(self) -> str:
        """Instrument, article, and the words of the clause where the profile quotes them."""
        cite = self.obligation.cite
        text = f"{self.instrument}{cite.article}"
        return f"{text}：{cite.quote}" if cite.quote else text

    @property
    def short_citation(self) -> str:
        """Instrument and article."""
        return f"{self.instrument}{self.obligation.cite.article}"


def dated_obligations(
    profile: Profile, common: Common, events: Mapping[str, date], calendar: WorkCalendar
) -> list[Dated]:
    """Every obligation of the profile, in its order, dated by `events` (trigger → date)."""
    return [
        dated(item, profile, common, events.get(item.trigger), events, calendar)
        for item in profile.obligation
    ]


def dated(
    item: Obligation,
    profile: Profile,
    common: Common,
    trigger_date: date | None,
    events: Mapping[str, date],
    calendar: WorkCalendar,
) -> Dated:
    """One obligation dated by its trigger; `events` serve the duty it is projected from."""
    offset, soft = _offset(item, common)
    basis = _weakest(item.basis, item.trigger_basis)
    found: Due | None = None
    projected = False
    if offset is not None and trigger_date is not None:
        found = due(trigger_date, offset, calendar, common.calendar.rolls)
        basis = "default" if soft else basis
    elif offset is not None and item.if_trigger_missing:
        start = _start_in_place(item, profile, common, events, calendar)
        if start is not None:
            projected, basis = True, _weakest(basis, "inferred")
            ahead = due(start.legal, offset, calendar, common.calendar.rolls)
            found = Due(
                nominal=ahead.nominal,
                legal=ahead.legal,
                provisional=ahead.provisional or start.provisional,
                count=ahead.count,
            )
    return Dated(
        obligation=item,
        instrument=profile.profile.instrument,
        trigger_date=trigger_date,
        due=found,
        basis=basis,
        soft=soft,
        projected=projected,
        period=offset,
    )


def climbs(one: Dated) -> bool:
    """Whether reminders above 提示 may leave without an officer's tap.

    Only a duty that the clause itself orders (`must`, `text`), with the number in the clause and
    a trigger in the text, and never on a provisional or projected date.
    """
    return can_be_overdue(one) and one.basis == "text"


def can_be_overdue(one: Dated) -> bool:
    """Whether 逾期 may stand beside this date: a certain number of law, not 原则上."""
    return (
        one.obligation.strength == "must"
        and one.obligation.offset is not None
        and one.due is not None
        and not one.due.provisional
        and not one.projected
    )


def without_soft_target(profile: Profile, common: Common) -> list[str]:
    """Ids of obligations on the `prompt` ladder with neither a number nor a soft target."""
    return [
        item.id
        for item in profile.obligation
        if item.ladder == "prompt"
        and item.offset is None
        and common.soft_target_of(item.kind) is None
    ]


def _offset(item: Obligation, common: Common) -> tuple[Offset | None, bool]:
    """The clause's own number, else the soft target of the kind where the duty is to be nudged."""
    if item.offset is not None:
        number = item.offset
        return Offset(n=number.n, unit=number.unit, direction=number.direction), False
    target = common.soft_target_of(item.kind)
    if target is not None and (item.ladder or item.strength == "promptly"):
        return Offset(n=target.n, unit=target.unit), True
    return None, False


def _start_in_place(
    item: Obligation,
    profile: Profile,
    common: Common,
    events: Mapping[str, date],
    calendar: WorkCalendar,
) -> Due | None:
    source = profile.obligation_of(item.projected_from)
    if source is None:
        return None
    return dated(source, profile, common, events.get(source.trigger), events, calendar).due


def _weakest(*grounds: str) -> str:
    return max(grounds, key=lambda ground: _WEAKER.index(ground) if ground in _WEAKER else 99)
