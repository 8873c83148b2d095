"""Rounds, units, teams, departments and missions: what is planned, open and closed."""

import json
from collections.abc import Sequence
from datetime import date

from casework.mission import (
    Department,
    MissionState,
    Round,
    Stationing,
    Team,
    Unit,
    WindowChange,
)
from storage.base import Row, Session
from storage.sealing import Compartment, Vault


def stationing(db: Session, id: str) -> Stationing | None:
    """One mission."""
    row = db.one("missions.stationing", id=id)
    return _stationing(row) if row else None


def accepting(db: Session, at: int) -> list[Stationing]:
    """Missions that take reports at this instant: window open, texts approved, not closed."""
    return [_stationing(row) for row in db.all("missions.accepting", at=at)]


def of_unit(db: Session, unit_id: str) -> list[Stationing]:
    """Every mission at a unit, the latest first."""
    return [_stationing(row) for row in db.all("missions.of_unit", unit=unit_id)]


def of_team(db: Session, team_id: str) -> list[Stationing]:
    """Every mission of a team, the latest first."""
    return [_stationing(row) for row in db.all("missions.of_team", team=team_id)]


def every(db: Session) -> list[Stationing]:
    """Every mission, by first day."""
    return [_stationing(row) for row in db.all("missions.every")]


def ripe(db: Session, today: date) -> list[Stationing]:
    """Approved missions whose first day has come and that are still marked planned."""
    return [_stationing(row) for row in db.all("missions.ripe", today=today.isoformat())]


def set_state(db: Session, id: str, state: MissionState) -> None:
    """Open or close a mission; whether it may is decided before."""
    db.run("missions.set_state", id=id, state=state)


def approve(db: Session, id: str, *, at: int, actor: str) -> bool:
    """Record that the office approved the texts; False where that was already so."""
    return db.one("missions.approve", id=id, at=at, actor=actor) is not None


def windows(db: Session, id: str) -> list[WindowChange]:
    """How the window of a mission moved, oldest first; a notice still due has no `noticed_at`."""
    return [_window(row) for row in db.all("missions.windows", stationing=id)]


def unnoticed(db: Session) -> list[WindowChange]:
    """Moves of windows whose new notice is still due, oldest first."""
    return [_window(row) for row in db.all("missions.unnoticed")]


def notice_given(db: Session, id: str, at: int) -> None:
    """The new notice of a moved window is out."""
    db.run("missions.notice_given", stationing=id, at=at)


def rounds(db: Session) -> list[Round]:
    """Every round."""
    return [
        Round(id=row["id"], name=row["name"], profile_id=row["profile_id"])
        for row in db.all("missions.rounds")
    ]


def units(db: Session) -> list[Unit]:
    """Every unit."""
    return [_unit(row) for row in db.all("missions.units")]


def unit(db: Session, id: str) -> Unit | None:
    """One unit."""
    row = db.one("missions.unit", id=id)
    return _unit(row) if row else None


def teams(db: Session) -> list[Team]:
    """Every team."""
    return [Team(id=row["id"], name=row["name"]) for row in db.all("missions.teams")]


def departments(db: Session) -> list[Department]:
    """Every department."""
    return [_department(row) for row in db.all("missions.departments")]


def department(db: Session, id: str) -> Department | None:
    """One department."""
    row = db.one("missions.department", id=id)
    return _department(row) if row else None


def last_plan(db: Session, vault: Vault, round_id: str) -> tuple[int, str]:
    """Number and JSON text of the plan last applied to a round; (0, "") before the first."""
    row = db.one("missions.last_plan", round=round_id)
    if row is None:
        return 0, ""
    plain = vault.open(Compartment.STAFF, row["plan"], _plan_place(round_id, row["version"]))
    return row["version"], plain.decode()


def keep_plan(
    db: Session, vault: Vault, round_id: str, *, version: int, plan: str, at: int, actor: str
) -> None:
    """Keep the JSON text of a plan as it is applied, sealed because it names people."""
    sealed = vault.seal(Compartment.STAFF, plan.encode(), _plan_place(round_id, version))
    db.run("missions.add_plan", round=round_id, version=version, plan=sealed, at=at, actor=actor)


def put_places(
    db: Session,
    round_: Round,
    *,
    units: Sequence[Unit],
    teams: Sequence[Team],
    departments: Sequence[Department],
) -> None:
    """Write a round and the places it names; those already there get their new names."""
    db.run("missions.put_round", id=round_.id, name=round_.name, profile=round_.profile_id)
    for u in units:
        aliases = json.dumps(u.aliases, ensure_ascii=False)
        db.run("missions.put_unit", id=u.id, name=u.name, aliases=aliases, kind=u.kind)
    for t in teams:
        db.run("missions.put_team", id=t.id, name=t.name)
    for d in departments:
        db.run("missions.put_department", id=d.id, name=d.name, kind=d.kind)


def put_stationing(db: Session, s: Stationing, *, entry: str) -> None:
    """Write a mission; one that is approved keeps its profile version, state and approval."""
    db.run(
        "missions.put_stationing",
        id=s.id,
        round=s.round_id,
        entry=entry,
        team=s.team_id,
        unit=s.unit_id,
        starts_on=s.starts_on.isoformat(),
        ends_on=s.ends_on.isoformat(),
        accept_from=s.accept_from,
        accept_until=s.accept_until,
        profile=s.profile_id,
        version=s.profile_version,
    )


def standing(db: Session, round_id: str, entry: str, unit_id: str) -> Row | None:
    """The row of one plan entry at one unit: id, team, profile, window, state, approved_at."""
    return db.one("missions.entry", round=round_id, entry=entry, unit=unit_id)


def of_round(db: Session, round_id: str) -> list[Row]:
    """Rows of a round's missions: id, entry, team, unit, profile, state, approved_at."""
    return db.all("missions.of_round", round=round_id)


def drop(db: Session, id: str) -> None:
    """Take a mission that never began out of the plan."""
    db.run("missions.drop_windows", id=id)
    db.run("missions.drop_stationing", id=id)


def move_window(
    db: Session, stationing_id: str, *, id: str, window: tuple[int, int], at: int, actor: str
) -> None:
    """Record that an acceptance window was moved and that a new notice is due."""
    db.run(
        "missions.add_window",
        id=id,
        stationing=stationing_id,
        accept_from=window[0],
        accept_until=window[1],
        at=at,
        actor=actor,
    )


def _plan_place(round_id: str, version: int) -> str:
    return f"plan_version.plan:{round_id}:{version}"


def _window(row: Row) -> WindowChange:
    return WindowChange(
        stationing_id=row["stationing_id"],
        accept_from=row["accept_from"],
        accept_until=row["accept_until"],
        at=row["at"],
        noticed_at=row["noticed_at"],
    )


def _unit(row: Row) -> Unit:
    return Unit(
        id=row["id"],
        name=row["name"],
        aliases=tuple(json.loads(row["aliases"])),
        kind=row["kind"],
    )


def _department(row: Row) -> Department:
    return Department(id=row["id"], name=row["name"], kind=row["kind"])


def _stationing(row: Row) -> Stationing:
    return Stationing(
        id=row["id"],
        round_id=row["round_id"],
        team_id=row["team_id"],
        team_name=row["team_name"],
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=date.fromisoformat(row["ends_on"]),
        accept_from=row["accept_from"],
        accept_until=row["accept_until"],
        profile_id=row["profile_id"],
        profile_version=row["profile_version"],
        state=row["state"],
        approved=row["approved_at"] is not None,
    )
