"""What the tables of a plan must agree on among themselves; one line per fault, with the mend."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casework.gates import ON_PAPER, Passage, passages
from casework.mission import DEPARTMENT_ROLES, OFFICE_ROLES, TARGET_ROLES, TEAM_ROLES
from casework.plan import (
    ID_FORM,
    Plan,
    PlanFaults,
    PlanPerson,
    PlanRole,
    PlanStationing,
    midnight,
    mission_id,
    shape_plan,
    split_recusals,
)
from casework.profiles import Profile

MISSION_ID_MAX = 60
"""A mission id travels in a start payload `s_<id>`, of which Telegram allows 64 characters."""

_PLACES = (
    ("team", TEAM_ROLES),
    ("unit", TARGET_ROLES),
    ("department", DEPARTMENT_ROLES),
)


def parse_plan(
    data: Mapping[str, Any], *, source: str, zone: ZoneInfo, profiles: Collection[str]
) -> Plan:
    """A checked plan out of the tables of a plan file.

    `source` is the file's name for the messages, `zone` the deployment's, `profiles` the known
    ids.
    Errors: PlanFaults with every fault of the form or, if that is right, every disagreement.
    """
    plan = shape_plan(data, source=source, zone=zone)
    found = (
        *_repeated(plan),
        *_profile(plan, profiles),
        *_stationings(plan, zone),
        *_missions(plan),
        *_people(plan),
    )
    if found:
        raise PlanFaults(tuple(f"{source}: {line}" for line in found))
    return plan


def clashes(
    person: str, teams: Collection[str], stationings: Sequence[PlanStationing]
) -> list[str]:
    """Sentences about a person whose teams are stationed at the same time; empty when none are."""
    held = [s for s in stationings if s.team in teams]
    return [
        f"{person} is in teams {a.team} and {b.team}, whose stationings {a.id} and {b.id} overlap "
        f"from {max(a.start, b.start)} to {min(a.end, b.end)}; leave the person in one of them"
        for i, a in enumerate(held)
        for b in held[i + 1 :]
        if a.team != b.team and a.start <= b.end and b.start <= a.end
    ]


def teams_of(person: PlanPerson) -> set[str]:
    """The teams a person has a role in."""
    return {r.team for r in person.roles if r.team and r.role in TEAM_ROLES}


def advice(plan: Plan) -> list[str]:
    """What is not wrong but will hurt: seats nobody holds."""
    seats = {(r.role, r.team or r.unit or "") for p in plan.person for r in p.roles}
    roles = {role for role, _ in seats}
    teams = {s.team: None for s in plan.stationing}
    units = {u: None for s in plan.stationing for u in s.units}
    said = [f"team {t} has no team_leader" for t in teams if ("team_leader", t) not in seats]
    said += [f"unit {u} has no unit_liaison" for u in units if ("unit_liaison", u) not in seats]
    return said + [f"nobody is {r}" for r in sorted(OFFICE_ROLES) if r not in roles]


def gate_faults(plan: Plan, profile: Profile) -> list[str]:
    """Gates that a mission could not pass because nobody is left beside the proposer.

    Whoever prepares it may be the proposer and never decides; the recused are not there. A
    committee decides on paper, so that somebody else must be there to enter it. One line for each
    mission and seat, with the gate, its clause and the mend.
    """
    found: dict[tuple[str, str], str] = {}
    for s in plan.stationing:
        for unit in s.units:
            mission = mission_id(s.id, unit, alone=len(s.units) == 1)
            for one in passages(profile):
                for seat in one.seats:
                    fault = _unmanned(plan, s, unit, one, seat)
                    if fault:
                        found.setdefault((mission, seat), f"stationing {mission}: {fault}")
    return list(found.values())


def _unmanned(plan: Plan, s: PlanStationing, unit: str, gate: Passage, seat: str) -> str:
    roles = ("office", "leading_group") if seat in ON_PAPER else (seat,)
    if seat == "team_leader":
        return ""  # a leader's own proposal goes on to the seats after him
    there = _sitting(plan, s, unit, roles)
    proposers = _sitting(plan, s, unit, _proposing(gate))
    alone = next((p for p in sorted(proposers) if there <= {p}), None)
    if there and alone is None:
        return ""
    does = "enter the committee's decision from paper" if seat in ON_PAPER else "decide"
    who = f"who is not {alone}" if alone and there else "at all"
    return (
        f"at the gate {gate.action} ({gate.cite}) nobody {who} and not recused from {unit} could "
        f"{does}; add a [[person]] with the role {roles[0]}"
    )


def _proposing(gate: Passage) -> tuple[str, ...]:
    """The roles of those who may prepare what passes the gate."""
    sides = {"team": tuple(sorted(TEAM_ROLES)), "office": ("office",)}
    return tuple(role for side in gate.prepare for role in sides.get(side, ()))


def _sitting(plan: Plan, s: PlanStationing, unit: str, roles: Collection[str]) -> set[str]:
    """Ids of the unrecused people who hold one of these roles for the mission."""
    known = [u.id for u in plan.unit]
    return {
        p.id
        for p in plan.person
        for r in p.roles
        if r.role in roles and r.team in (None, s.team) and unit not in split_recusals(p, known)[0]
    }


def _repeated(plan: Plan) -> Iterator[str]:
    for table in ("unit", "team", "department", "stationing", "person"):
        seen: set[str] = set()
        for number, row in enumerate(getattr(plan, table), 1):
            if row.id in seen:
                yield f"{table}[{number}].id {row.id} is there twice; give each {table} its own"
            seen.add(row.id)


def _profile(plan: Plan, profiles: Collection[str]) -> Iterator[str]:
    if plan.round.profile not in profiles:
        yield (
            f"round.profile {plan.round.profile} is not known; "
            f"use one of {', '.join(sorted(profiles))}"
        )


def _stationings(plan: Plan, zone: ZoneInfo) -> Iterator[str]:
    teams, units = {t.id for t in plan.team}, {u.id for u in plan.unit}
    for number, s in enumerate(plan.stationing, 1):
        at = f"stationing[{number}]"
        if s.team not in teams:
            yield f"{at}.team {s.team} is not a [[team]] of this plan; add it or correct the id"
        for unit, count in Counter(s.units).items():
            if unit not in units:
                yield f"{at}.units {unit} is not a [[unit]] of this plan; add it or correct the id"
            if count > 1:
                yield f"{at}.units {unit} is there twice; name it once"
        if s.end < s.start:
            yield f"{at}.end {s.end} is before start {s.start}; put the later day into end"
        else:
            yield from _window(at, s, zone)


def _window(at: str, s: PlanStationing, zone: ZoneInfo) -> Iterator[str]:
    start, until = s.accept_from or 0, s.accept_until or 0
    if start < midnight(s.start, zone):
        yield (
            f"{at}.accept_from is before the stationing starts ({s.start}); "
            "take nothing before that day"
        )
    if until > midnight(s.end + timedelta(days=1), zone):
        yield (
            f"{at}.accept_until is after the stationing ends ({s.end}); "
            "end the window with that day or extend end"
        )
    if until <= start:
        yield f"{at}.accept_until is not after accept_from; put the later moment into accept_until"


def _missions(plan: Plan) -> Iterator[str]:
    seen: set[str] = set()
    for number, s in enumerate(plan.stationing, 1):
        for unit in dict.fromkeys(s.units):
            mission = mission_id(s.id, unit, alone=len(s.units) == 1)
            if len(mission) > MISSION_ID_MAX:
                yield f"stationing[{number}].id {s.id} with {unit} is too long; shorten one"
            if mission in seen and len(s.units) > 1:
                yield f"stationing[{number}].id {mission} is there twice; choose another id"
            seen.add(mission)


def _people(plan: Plan) -> Iterator[str]:
    known = {
        "team": {t.id for t in plan.team},
        "unit": {u.id for u in plan.unit},
        "department": {d.id for d in plan.department},
    }
    for number, person in enumerate(plan.person, 1):
        at = f"person[{number}]"
        for place, role in enumerate(person.roles, 1):
            yield from _role(f"{at}.roles[{place}]", role, known)
        yield from _sides(at, person)
        yield from _recusals(at, person, known["unit"])
        for clash in clashes(person.id, teams_of(person), plan.stationing):
            yield f"{at}.roles {clash}"


def _role(at: str, role: PlanRole, known: Mapping[str, Collection[str]]) -> Iterator[str]:
    for place, roles in _PLACES:
        named = getattr(role, place)
        if role.role in roles and named is None:
            yield f"{at}.{place} is missing; {role.role} holds for one {place}"
        elif role.role not in roles and named is not None:
            yield f"{at}.{place} does not go with {role.role}; remove it"
        elif named is not None and named not in known[place]:
            yield f"{at}.{place} {named} is not a [[{place}]] of this plan; add or correct it"


def _sides(at: str, person: PlanPerson) -> Iterator[str]:
    held = {r.role for r in person.roles}
    unit, own = sorted(held & TARGET_ROLES), sorted(held & (TEAM_ROLES | OFFICE_ROLES))
    if unit and own:
        yield (
            f"{at}.roles {person.id} is {unit[0]} and {own[0]}; "
            "a unit's people hold no team or office role, remove one of the two"
        )


def _recusals(at: str, person: PlanPerson, units: Iterable[str]) -> Iterator[str]:
    for entry in person.recuse:
        if ID_FORM.fullmatch(entry) and entry not in units:
            yield f"{at}.recuse {entry} is not a [[unit]] of this plan; correct it or write a name"
