"""What a mission is called where several are to choose from: with its round where it needs one."""

from casework.mission import Stationing
from handlers.desk import Desk
from storage import missions


def team_of(desk: Desk, mission: Stationing) -> str:
    """The team; with the round where the same team was at the same unit in another one."""
    others = missions.of_unit(desk.db, mission.unit_id)
    alike = [m for m in others if m.team_name == mission.team_name and m.id != mission.id]
    return _with_round(desk, mission, mission.team_name) if alike else mission.team_name


def unit_of(desk: Desk, mission: Stationing) -> str:
    """The unit; with the round where it has been inspected in another one as well."""
    others = missions.of_unit(desk.db, mission.unit_id)
    rounds = {m.round_id for m in others}
    return _with_round(desk, mission, mission.unit_name) if len(rounds) > 1 else mission.unit_name


def choice_label(desk: Desk, mission: Stationing) -> str:
    """One button for a mission: unit and team."""
    return f"{mission.unit_name} · {team_of(desk, mission)}"


def _with_round(desk: Desk, mission: Stationing, name: str) -> str:
    known = {r.id: r.name for r in missions.rounds(desk.db)}
    return f"{name} · {known.get(mission.round_id, mission.starts_on.isoformat())}"
