"""Routing: which queue a report goes to, and why; a pure function over versioned data."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from casework.categories import RETALIATION, Category
from casework.errors import DataError
from casework.faults import first_fault
from casework.hygiene import folded

SeatId = Literal["team", "office", "leading_group"]
Queue = Literal["team", "office", "leading", "superior"]
Window = Literal["open", "closed", "none"]


class Seat(BaseModel):
    """A seat of the inspection itself: its roles in the plan, and the words that mean it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: SeatId
    roles: tuple[str, ...] = Field(min_length=1)
    words: tuple[str, ...] = Field(min_length=1)
    titles: tuple[str, ...] = ()


class RoutingData(BaseModel):
    """The versioned data of the rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(min_length=1)
    seat: tuple[Seat, ...]

    def seat_of_role(self, role: str) -> Seat | None:
        """The seat that a role of the plan belongs to."""
        return next((s for s in self.seat if role in s.roles), None)

    def seats_in(self, accused: str) -> frozenset[SeatId]:
        """The seats meant by the words of the field 被反映人; the longest words count first."""
        left = folded(accused)
        found: set[SeatId] = set()
        pairs = [(word, seat.id) for seat in self.seat for word in seat.words]
        for word, seat in sorted(pairs, key=lambda p: -len(p[0])):
            if word in left:
                found.add(seat)
                left = left.replace(word, "|")
        return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mission:
    """An open mission of the unit."""

    stationing_id: str
    team_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rule looks at.

    `about`: seats of the inspection that the report is certainly about. `doubt`: somebody of the
    plan may be meant. `missions`: the unit's missions whose window was open when the draft
    was begun. `team_free`, `office_free`: whether anybody there is left who is not recused.
    `insisted`: the person was shown the other channels and goes on; the category chosen before
    (personal, litigation) or "window".
    """

    category: Category
    about: frozenset[SeatId] = frozenset()
    doubt: bool = False
    unit_known: bool = True
    missions: tuple[Mission, ...] = ()
    window: Window = "open"
    insisted: str = ""
    team_free: bool = True
    office_free: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why: a code, the clause or page it rests on, and data without any words of the reporter."""

    code: str
    source: str
    data: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a report goes. `hidden`: no member of a team sees it. The first reason decided."""

    queue: Queue
    hidden: bool
    stationing_id: str
    team_id: str
    urgent: bool
    reasons: tuple[Reason, ...]
    version: str


def parse_routing(text: str, source: str) -> RoutingData:
    """The routing data of a TOML text; `source` is the file named in faults. Errors: DataError."""
    try:
        return RoutingData.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise DataError(f"{source}: is not TOML ({fault}); correct that line") from fault
    except ValidationError as fault:
        raise DataError(f"{source}: {first_fault(fault)}") from fault


def route(facts: Facts, version: str) -> Route:
    """The queue of a report and all reasons; there is always a queue (domain 5.2, design 7)."""
    reasons = list(_reasons(facts))
    queue: Queue = reasons[0][0]
    hidden = queue in ("leading", "superior") or _hidden(facts)
    mission = facts.missions[0] if len(facts.missions) == 1 else None
    return Route(
        queue=queue,
        hidden=hidden,
        stationing_id=mission.stationing_id if mission else "",
        team_id=mission.team_id if mission else "",
        urgent=facts.category.urgent,
        reasons=tuple(reason for _, reason in reasons),
        version=version,
    )


def _reasons(facts: Facts) -> Iterable[tuple[Queue, Reason]]:
    """Every reason that holds, the deciding one first; without any it is the team's."""
    found = [*_about_ourselves(facts), *_kept_from_team(facts), *_no_team(facts)]
    if found and found[0][0] == "office" and not facts.office_free:
        found.insert(0, ("leading", _because("office.all_recused", "design 7")))
    if not found:
        found.append(("team", _because("unit.one_mission", "domain 5.2", _mission_of(facts))))
    return found


def _about_ourselves(facts: Facts) -> Iterable[tuple[Queue, Reason]]:
    if "leading_group" in facts.about:
        yield "superior", _because("about.leading_group", "检举控告规则 15 (analogy); design 7")
    if "office" in facts.about:
        yield "leading", _because("about.office", "domain 5.2; design 7")


def _kept_from_team(facts: Facts) -> Iterable[tuple[Queue, Reason]]:
    category = facts.category
    if category.queue == "office":
        yield "office", _because("category.office", "categories", category.id)
    if "team" in facts.about:
        yield "office", _because("about.team", "004 七(四)")
    if facts.doubt:
        yield "office", _because("recusal.doubt", "004 二(五)")


def _no_team(facts: Facts) -> Iterable[tuple[Queue, Reason]]:
    if not facts.unit_known:
        yield "office", _because("unit.unknown", "domain 5.2")
    elif facts.window != "open":
        yield "office", _because(f"window.{facts.window}", "domain 5.2")
    elif len(facts.missions) > 1:
        yield "office", _because("unit.several_missions", "domain 5.2", str(len(facts.missions)))
    elif not facts.missions:
        yield "office", _because("unit.no_mission", "domain 5.2")
    if facts.insisted:
        yield "office", _because("person.insisted", "domain 5.1", facts.insisted)
    if facts.missions and not facts.team_free:
        yield "office", _because("team.all_recused", "004 二(五)")


def _hidden(facts: Facts) -> bool:
    return "team" in facts.category.hidden_from or "team" in facts.about or _retaliation(facts)


def _retaliation(facts: Facts) -> bool:
    return facts.category.id == RETALIATION


def _mission_of(facts: Facts) -> str:
    return facts.missions[0].stationing_id


def _because(code: str, source: str, data: str = "") -> Reason:
    return Reason(code=code, source=source, data=data)
