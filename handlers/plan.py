"""Put a checked plan into force, and let the office approve the texts of its missions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from casework.errors import CaseworkError, Gone, NotAllowed
from casework.mission import Department, Recusal, Round, Seat, Stationing, Team, Unit
from casework.plan import Plan, PlanStationing, kept_plan, mission_id, split_recusals
from casework.plan_checks import clashes, teams_of
from casework.plan_diff import Change, plan_diff
from handlers.bench import Bench
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.messages import Choice, Reply
from storage import audit, missions, people
from storage.base import Row, Session
from storage.cards import Card
from storage.sealing import Vault


class PlanRefused(CaseworkError):
    """The plan does not go with what has already begun."""

    text_key = "plan.refused"

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(reasons="\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What putting a plan into force did: the differences, and whose chats were let go."""

    changes: tuple[Change, ...]
    unbound: tuple[str, ...] = ()


def standing_plan(db: Session, vault: Vault, round_id: str) -> Plan | None:
    """The plan of a round as it is in force."""
    text = missions.last_plan(db, vault, round_id)[1]
    return kept_plan(text) if text else None


def compare_plan(db: Session, vault: Vault, plan: Plan) -> list[Change]:
    """What applying this plan would change. Errors: PlanRefused with every reason."""
    refused = (*_begun(db, plan), *_elsewhere(db, vault, plan))
    if refused:
        raise PlanRefused(refused)
    return plan_diff(standing_plan(db, vault, plan.round.id), plan)


def apply_plan(bench: Bench, plan: Plan, *, actor: str, profile_version: str) -> Applied:
    """Put a plan into force, whole or not at all; a plan already in force changes nothing.

    `profile_version` is that of `plan.round.profile`, frozen in every mission once it is approved.
    Errors: PlanRefused, with nothing changed.
    """
    db, vault = bench.db, bench.vault
    changes = tuple(compare_plan(db, vault, plan))
    if not changes:
        return Applied(changes=())
    _put_places(db, plan)
    _put_missions(bench, plan, profile_version, actor)
    _put_people(bench, plan)
    unbound = tuple(people.release_unseated(db, bench.at))
    version = missions.last_plan(db, vault, plan.round.id)[0] + 1
    text = plan.model_dump_json()
    missions.keep_plan(
        db, vault, plan.round.id, version=version, plan=text, at=bench.at, actor=actor
    )
    facts = {"version": version, "changes": len(changes), "unbound": len(unbound)}
    audit.write(
        db, at=bench.at, actor=actor, action="plan.applied", object=plan.round.id, facts=facts
    )
    return Applied(changes=changes, unbound=unbound)


def approve_texts(bench: Bench, stationing_id: str, *, actor: str) -> bool:
    """Record that the office approved what a mission shows; False where that was so already.

    Who may do so is checked by the caller. No mission takes a report before.
    """
    if missions.stationing(bench.db, stationing_id) is None:
        raise Gone()
    if not missions.approve(bench.db, stationing_id, at=bench.at, actor=actor):
        return False
    audit.write(
        bench.db, at=bench.at, actor=actor, action="texts.approved", object=stationing_id, facts={}
    )
    return True


def open_due(bench: Bench, today: date) -> list[str]:
    """Mark the approved missions open whose first day has come; returns their ids."""
    opened = [s.id for s in missions.ripe(bench.db, today)]
    for mission in opened:
        missions.set_state(bench.db, mission, "open")
        audit.write(
            bench.db,
            at=bench.at,
            actor="program",
            action="mission.opened",
            object=mission,
            facts={},
        )
    return opened


def pending_approvals(desk: Desk) -> list[Reply]:
    """A card for every mission whose texts wait for the office, to be shown by its desk."""
    if desk.me is None or not desk.me.has("office"):
        raise NotAllowed()
    waiting = [s for s in missions.every(desk.db) if not s.approved and s.state != "closed"]
    if not waiting:
        return [Reply(key="plan.nothing_to_approve")]
    return [_approval_card(desk, s) for s in waiting]


def _approval_card(desk: Desk, s: Stationing) -> Reply:
    values = {"team": s.team_name, "unit": s.unit_name, "notice": _notice(desk, s)}
    return card(
        desk,
        "plan.approve",
        s.id,
        (Choice(code="yes", key="button.agree"), Choice(code="no", key="button.later")),
        key="plan.approve_texts",
        values=values,
        person=desk.me.id if desk.me else "",
    )


def _notice(desk: Desk, s: Stationing) -> str:
    return f"{desk.surface.public_url}/p/{s.id}"


def _approve_card(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    if desk.me is None or not desk.me.has("office"):
        raise NotAllowed()
    mission = missions.stationing(desk.db, pressed.subject)
    if mission is None:
        raise Gone()
    values = {"team": mission.team_name, "unit": mission.unit_name}
    if code != "yes":
        return [Reply(key="plan.approve_later", values=values)]
    approve_texts(desk, mission.id, actor=desk.me.id)
    open_due(desk, desk.today)
    return [Reply(key="plan.approved", values=values)]


CARDS: dict[str, CardAction] = {"plan.approve": _approve_card}


def _begun(db: Session, plan: Plan) -> Iterable[str]:
    """What a plan may not do to missions that have begun."""
    wanted = {(s.id, unit): s for s in plan.stationing for unit in s.units}
    for row in missions.of_round(db, plan.round.id):
        if row["approved_at"] is None or row["state"] == "closed":
            continue
        entry = wanted.get((row["entry"], row["unit_id"]))
        at = f"stationing {row['entry']} at unit {row['unit_id']}"
        if entry is None:
            yield f"{at} is approved and leaves the plan; keep it, or close the mission first"
        elif entry.team != row["team_id"]:
            yield f"{at} is approved and changes its team; keep it, or close the mission first"
        elif plan.round.profile != row["profile_id"]:
            yield f"{at} is approved under profile {row['profile_id']}; keep round.profile"


def _elsewhere(db: Session, vault: Vault, plan: Plan) -> Iterable[str]:
    """People who sit in a team of another round at the same time."""
    mine = {p.id: teams_of(p) for p in plan.person}
    for round_ in missions.rounds(db):
        other = None
        if round_.id != plan.round.id:
            other = standing_plan(db, vault, round_.id)
        for person in other.person if other else ():
            if other and mine.get(person.id):
                teams = mine[person.id] | teams_of(person)
                both = (*plan.stationing, *other.stationing)
                yield from (f"{c} (round {round_.id})" for c in clashes(person.id, teams, both))


def _put_places(db: Session, plan: Plan) -> None:
    missions.put_places(
        db,
        Round(id=plan.round.id, name=plan.round.name, profile_id=plan.round.profile),
        units=[Unit(id=u.id, name=u.name, aliases=u.aliases, kind=u.kind) for u in plan.unit],
        teams=[Team(id=t.id, name=t.name) for t in plan.team],
        departments=[Department(id=d.id, name=d.name, kind=d.kind) for d in plan.department],
    )


def _put_missions(bench: Bench, plan: Plan, profile_version: str, actor: str) -> None:
    db = bench.db
    wanted = {(s.id, unit) for s in plan.stationing for unit in s.units}
    rows = missions.of_round(db, plan.round.id)
    for row in rows:
        gone = (row["entry"], row["unit_id"]) not in wanted
        if gone and row["approved_at"] is None and row["state"] == "planned":
            missions.drop(db, row["id"])
    taken = {row["id"] for row in missions.of_round(db, plan.round.id)}
    for s in plan.stationing:
        for unit in s.units:
            row_there = missions.standing(db, plan.round.id, s.id, unit)
            mission = _mission(plan, s, unit, profile_version, row_there, taken)
            missions.put_stationing(db, mission, entry=s.id)
            if row_there is not None:
                _record_window(bench, mission, row_there, actor)


def _mission(
    plan: Plan, s: PlanStationing, unit: str, version: str, there: Row | None, taken: set[str]
) -> Stationing:
    """A mission keeps its id for life: links and receipts hang on it."""
    if there is not None:
        id = there["id"]
    else:
        id = mission_id(s.id, unit, alone=len(s.units) == 1 and s.id not in taken)
    taken.add(id)
    return Stationing(
        id=id,
        round_id=plan.round.id,
        team_id=s.team,
        team_name="",
        unit_id=unit,
        unit_name="",
        starts_on=s.start,
        ends_on=s.end,
        accept_from=s.accept_from or 0,
        accept_until=s.accept_until or 0,
        profile_id=plan.round.profile,
        profile_version=version,
    )


def _record_window(bench: Bench, s: Stationing, there: Row, actor: str) -> None:
    window = (s.accept_from, s.accept_until)
    if window == (there["accept_from"], there["accept_until"]) or there["approved_at"] is None:
        return
    missions.move_window(
        bench.db, s.id, id=bench.new_id(), window=window, at=bench.at, actor=actor
    )
    facts = {"accept_from": window[0], "accept_until": window[1]}
    audit.write(
        bench.db, at=bench.at, actor=actor, action="window.moved", object=s.id, facts=facts
    )


def _put_people(bench: Bench, plan: Plan) -> None:
    db, vault = bench.db, bench.vault
    units = {u.id for u in plan.unit}
    before = people.looked_through(db, vault)
    people.clear_plan_recusals(db, plan.round.id)
    for person in plan.person:
        people.put_person(db, vault, person.id, person.name)
        from_units, names = split_recusals(person, units)
        entries = [Recusal(person_id=person.id, unit_id=u) for u in from_units]
        if names:
            entries.append(Recusal(person_id=person.id, names=names))
        for entry in entries:
            people.recuse(
                db,
                vault,
                entry,
                id=bench.new_id(),
                at=bench.at,
                round_id=plan.round.id,
                checked=entry in before,
            )
    seats = [
        (
            p.id,
            Seat(
                role=r.role,
                team=r.team or "",
                unit=r.unit or "",
                department=r.department or "",
            ),
        )
        for p in plan.person
        for r in p.roles
    ]
    people.put_seats(db, plan.round.id, seats)
