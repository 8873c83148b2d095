"""Who may decide from a seat of a gate, who may enter its paper, and for whom somebody acts."""

from datetime import datetime

from casework.mission import Stationing
from handlers.desk import Desk
from handlers.duty_rights import watching, watching_team
from handlers.dutybook import mission_of
from storage import duties, motions, stand_ins, team
from storage.motions import Motion
from storage.stand_ins import StandIn

COMMITTEE = "sponsor_committee"
ENTERERS = ("office", "leading_group")
"""Who may enter what a body decided on paper."""
_ALIASES = {"leader": "team_leader", "team": "team_leader"}


def seat_role(seat: str) -> str:
    """The role of the plan that holds a seat of a gate."""
    return _ALIASES.get(seat, seat)


def holders(desk: Desk, mission: Stationing, seat: str) -> list[str]:
    """Who sits there or acts for it today, and is not recused from the unit."""
    role = seat_role(seat)
    if role == COMMITTEE:
        return []
    if role == "team_leader":
        found = watching_team(desk, mission, role)
        found += [
            p for p in watching_team(desk, mission, "team_deputy") if _deputy(desk, mission, p)
        ]
    else:
        found = watching(desk, role, mission.unit_id)
    recused = duties.recused_from(desk.db, mission.unit_id)
    found += [s.person_id for s in _standing(desk, mission, role) if s.person_id not in recused]
    return list(dict.fromkeys(found))


def able(desk: Desk, motion: Motion) -> list[str]:
    """Who may decide now: never the proposer, never twice the same person, nobody recused."""
    mission = mission_of(desk, motion.stationing_id)
    out = _done_with_it(desk, motion) | _entered(desk, motion)
    return [p for p in holders(desk, mission, motion.seat) if p not in out]


def enterers(desk: Desk, motion: Motion) -> list[str]:
    """Who may enter the present seat's decision from paper: neither proposer nor approver."""
    mission = mission_of(desk, motion.stationing_id)
    found = [p for role in ENTERERS for p in watching(desk, role, mission.unit_id)]
    out = _done_with_it(desk, motion)
    return [p for p in dict.fromkeys(found) if p not in out]


def _done_with_it(desk: Desk, motion: Motion) -> set[str]:
    """The proposer, whoever agreed at an earlier stage, and to whom it must not exist."""
    steps = motions.steps(desk.db, desk.vault, motion)
    agreed = {s.person_id for s in steps if s.verdict == "agree" and not s.paper}
    return {motion.proposer, *without(motion), *agreed}


def _entered(desk: Desk, motion: Motion) -> set[str]:
    """Who entered an earlier seat's decision from paper: an enterer is never an approver too."""
    steps = motions.steps(desk.db, desk.vault, motion)
    return {s.person_id for s in steps if s.verdict == "agree" and s.paper}


def without(motion: Motion) -> tuple[str, ...]:
    """People to whom this motion must not exist."""
    return tuple(motion.details.get("_without", ()))


def acting(desk: Desk, mission: Stationing, seat: str, person: str) -> dict[str, str]:
    """The recorded 代行 under which somebody decides today: its id, first and last day; or {}."""
    role = seat_role(seat)
    mine = [s for s in _standing(desk, mission, role) if s.person_id == person]
    if mine:
        return mine[0].dates
    if role != "team_leader" or person in watching_team(desk, mission, role):
        return {}
    granted = team.delegation(desk.db, person, mission.team_id, desk.at)
    if granted is None:
        return {}
    return {"id": granted[0], "from": day(desk, granted[1]), "until": day(desk, granted[2])}


def day(desk: Desk, moment: int) -> str:
    """The day of a stored moment where the deployment lives, as ISO text."""
    return datetime.fromtimestamp(moment, desk.zone).date().isoformat()


def _standing(desk: Desk, mission: Stationing, role: str) -> list[StandIn]:
    place = mission.team_id if role == "team_leader" else ""
    return stand_ins.standing(desk.db, desk.vault, role, desk.at, place)


def _deputy(desk: Desk, mission: Stationing, person: str) -> bool:
    return team.delegated(desk.db, person, mission.team_id, desk.at)
