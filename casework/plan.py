"""The plan file: a round with its units, teams, departments, stationings and people."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from casework.errors import DataError
from casework.faults import every_fault

Id = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$")]
RoleName = Literal[
    "team_member",
    "team_deputy",
    "team_leader",
    "office",
    "leading_group",
    "unit_liaison",
    "unit_principal",
    "unit_supervisor",
    "department_member",
    "municipal_liaison",
]
ID_FORM = re.compile(r"[a-z0-9_-]{1,32}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


class PlanFaults(DataError):
    """The plan file is wrong; `faults` holds one line per fault with file, key and mend."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _clean(name: str) -> str:
    if _UNSEEN.search(name):
        raise ValueError("it holds an invisible character; type it again")
    if not name.strip():
        raise ValueError("it is empty; write the name")
    return name.strip()


def _instant(value: Any, info: ValidationInfo, *, end: bool) -> Any:
    """A date is its whole day; a time without offset is local; integers come from our store."""
    if value is None:
        return None
    zone = (info.context or {}).get("zone")
    if zone is None:
        return value
    if isinstance(value, str):
        value = _from_text(value)
    if isinstance(value, datetime):
        return int((value if value.tzinfo else value.replace(tzinfo=zone)).timestamp())
    if isinstance(value, date):
        return midnight(value + timedelta(days=1) if end else value, zone)
    raise ValueError("it is not a moment; write 2026-03-31 or 2026-03-31T18:00:00")


def _from_text(value: str) -> date | datetime:
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("it is not a moment; write 2026-03-31 or 2026-03-31T18:00:00") from None


def _window_start(value: Any, info: ValidationInfo) -> Any:
    return _instant(value, info, end=False)


def _window_end(value: Any, info: ValidationInfo) -> Any:
    return _instant(value, info, end=True)


def midnight(day: date, zone: ZoneInfo) -> int:
    """The first instant of a day where the deployment lives, in epoch seconds."""
    return int(datetime.combine(day, time.min, tzinfo=zone).timestamp())


Name = Annotated[str, Field(max_length=80), AfterValidator(_clean)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=200)


class PlanRound(_Table):
    """`[round]`: the round and the regulation profile all its missions follow."""

    id: Id
    name: Name
    profile: str


class PlanUnit(_Table):
    """`[[unit]]`: a target unit, what people call it, and of which kind it is."""

    id: Id
    name: Name
    aliases: tuple[Name, ...] = ()
    kind: Literal[
        "", "area", "township", "village", "station", "organ", "enterprise", "institution"
    ] = ""


class PlanTeam(_Table):
    """`[[team]]`: an inspection team."""

    id: Id
    name: Name


class PlanDepartment(_Table):
    """`[[department]]`: a receiver of transfers."""

    id: Id
    name: Name
    kind: Literal["discipline", "organization", "other"]


class PlanStationing(_Table):
    """`[[stationing]]`: a team at one or more units; each unit makes a mission of its own.

    `accept_from` and `accept_until` are epoch seconds once read, half open; where they are left
    out, the window is the stationing itself.
    """

    id: Id
    team: Id
    units: tuple[Id, ...] = Field(min_length=1)
    start: date
    end: date
    accept_from: Annotated[int | None, BeforeValidator(_window_start)] = None
    accept_until: Annotated[int | None, BeforeValidator(_window_end)] = None


class PlanRole(_Table):
    """One role of a person and the place where it holds."""

    role: RoleName
    team: Id | None = None
    unit: Id | None = None
    department: Id | None = None


class PlanPerson(_Table):
    """`[[person]]`: somebody with roles; `recuse` holds unit ids and people's names."""

    id: Id
    name: Name
    roles: tuple[PlanRole, ...] = Field(min_length=1)
    recuse: tuple[Name, ...] = ()


class Plan(_Table):
    """A whole plan file. Lists are in the order of the file."""

    round: PlanRound
    unit: tuple[PlanUnit, ...] = ()
    team: tuple[PlanTeam, ...] = ()
    department: tuple[PlanDepartment, ...] = ()
    stationing: tuple[PlanStationing, ...] = ()
    person: tuple[PlanPerson, ...] = ()


def shape_plan(data: Mapping[str, Any], *, source: str, zone: ZoneInfo) -> Plan:
    """Check the form of every table, fill in the windows. Errors: PlanFaults with every fault."""
    try:
        plan = Plan.model_validate(data, context={"zone": zone})
    except ValidationError as fault:
        raise PlanFaults(tuple(f"{source}: {line}" for line in every_fault(fault))) from None
    filled = tuple(_with_window(s, zone) for s in plan.stationing)
    return plan.model_copy(update={"stationing": filled})


def kept_plan(text: str) -> Plan:
    """A plan from the JSON text in which the store keeps it."""
    return Plan.model_validate_json(text)


def split_recusals(
    person: PlanPerson, units: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(unit ids, names) out of a person's `recuse`; what has the form of an id means a unit."""
    of_units = tuple(r for r in person.recuse if ID_FORM.fullmatch(r) and r in units)
    return of_units, tuple(r for r in person.recuse if not ID_FORM.fullmatch(r))


def mission_id(entry: str, unit: str, *, alone: bool) -> str:
    """The id of the mission of one entry at one unit: the entry's own where it has one unit."""
    return entry if alone else f"{entry}-{unit}"


def _with_window(s: PlanStationing, zone: ZoneInfo) -> PlanStationing:
    first, last = midnight(s.start, zone), midnight(s.end + timedelta(days=1), zone)
    return s.model_copy(
        update={
            "accept_from": first if s.accept_from is None else s.accept_from,
            "accept_until": last if s.accept_until is None else s.accept_until,
        }
    )
