"""Which reports a person may see, from which seat, and what that seat may do with them."""

from collections.abc import Iterable
from typing import Protocol

from casework.categories import RETALIATION
from casework.dispositions import Facts, Gates, approvers
from casework.errors import Gone, NotAllowed
from casework.lifecycle import Seat
from casework.mission import Stationing
from casework.permissions import Context, Right, may
from casework.profiles import Profile
from handlers import frozen
from handlers.desk import Desk, Person, Role
from storage import missions, people, proposals, reports, stand_ins, team
from storage.base import Session
from storage.reports import Report
from storage.sealing import Vault

TEAM = ("team_member", "team_deputy", "team_leader")
STAFF = (*TEAM, "office", "leading_group")
UNCLAIMED = 3 * 86_400
AT_OFFICE = frozenset({"decided", "transferred", "referred", "immediate", "feedback_in"})
BODY = frozenset({"body", "principal", "member"})


class Viewer(Protocol):
    """Somebody who looks: the part of a desk that decides what exists for a person."""

    @property
    def db(self) -> Session:
        """The open unit."""
        ...

    @property
    def vault(self) -> Vault:
        """Opens what is sealed."""
        ...

    @property
    def at(self) -> int:
        """Now as epoch seconds."""
        ...

    @property
    def me(self) -> Person | None:
        """The bound person, or None for a citizen."""
        ...


def own_missions(desk: Viewer) -> list[Stationing]:
    """The missions of the person's teams that are not closed: rights end with the mission
    (001)."""
    found: dict[str, Stationing] = {}
    for role in _team_roles(desk):
        for mission in missions.of_team(desk.db, role.team):
            if mission.state != "closed" and _sits(desk, mission):
                found[mission.id] = mission
    return sorted(found.values(), key=lambda m: (m.starts_on, m.id))


def leads(desk: Viewer, mission: Stationing) -> bool:
    """Whether the person is the leader of the mission's team in the mission's own round."""
    return any(r.role == "team_leader" for r in _sits(desk, mission))


def team_holders(desk: Viewer, report: Report, role: str) -> list[str]:
    """Ids of the people of the report's team who hold a role in the round of its mission."""
    mission = missions.stationing(desk.db, report.stationing_id)
    round_id = mission.round_id if mission else ""
    return people.holders(desk.db, role, team=report.team_id, round_id=round_id)


def seats(desk: Viewer, report: Report) -> frozenset[Seat]:
    """The seats from which the person may deal with this report; none means it does not exist."""
    if desk.me is None or desk.me.id in reports.recused(desk.db, report.id):
        return frozenset()
    found: set[Seat] = set()
    if report.queue == "team" and not report.hidden:
        found |= _team_seats(desk, report)
    if _in_office(desk) and report.queue in ("team", "office"):
        found.add(Seat.OFFICE)
    if desk.me.has("leading_group") and _put_to_leading(desk, report):
        found.add(Seat.LEADING)
    return frozenset(found)


def acting_seat(desk: Viewer, report: Report) -> Seat:
    """The one seat the person acts from: the leader's before the member's, then the office's.

    Errors: Gone for whom the report does not exist.
    """
    held = seats(desk, report)
    for seat in (Seat.LEADER, Seat.MEMBER, Seat.OFFICE, Seat.LEADING):
        if seat in held:
            return seat
    raise Gone("team.not_there")


def see(desk: Viewer, report_id: str) -> Report:
    """The report, if the person may see it. Errors: Gone, the same for absent and for recused."""
    report = reports.get(desk.db, report_id)
    if report is None or not seats(desk, report):
        raise Gone("team.not_there")
    return report


def require(desk: Viewer, report: Report, right: Right, thing: str, *, gate: bool = False) -> None:
    """Ask the permission matrix for this person and report. Errors: Gone, NotAllowed.

    What is about the office is worked on by the leading group, as the row 反映巡察办 says.
    """
    held = seats(desk, report)
    if not held:
        raise Gone("team.not_there")
    assert desk.me is not None
    if report.queue == "leading" and right is not Right.READ:
        right, thing = Right.WRITE, "complaint.office"
    context = Context(
        own_mission=bool(held & {Seat.MEMBER, Seat.LEADER}),
        hidden=report.hidden,
        shared=Seat.LEADING in held,
        delegated=_is_deputy(desk, report) and Seat.LEADER in held,
        gate=gate,
    )
    if not may(roles_for(desk, report), right, thing, context):
        raise NotAllowed


def roles_for(desk: Viewer, report: Report) -> frozenset[str]:
    """The person's roles as they hold for this report: team roles of its own team only."""
    assert desk.me is not None
    own = {r.role for r in _roles_at(desk, report)}
    if own and _acts(desk, "team_leader", report.team_id):
        own.add("team_leader")
    above = {r.role for r in desk.me.roles if r.role in ("office", "leading_group")}
    return frozenset(own | above | ({"office"} if _in_office(desk) else set()))


def _in_office(desk: Viewer) -> bool:
    """Whether the person sits in the office, or a seat of the leading group acts for it (代行)."""
    assert desk.me is not None
    if desk.me.has("office"):
        return True
    return desk.me.has("leading_group") and _acts(desk, "office")


def _acts(desk: Viewer, seat: str, team_id: str = "") -> bool:
    assert desk.me is not None
    return stand_ins.acts(desk.db, desk.me.id, seat, desk.at, team_id)


def visible(desk: Viewer, *, stationing_id: str = "", states: Iterable[str] = ()) -> list[Report]:
    """Open reports of the person's queues, urgent first, then oldest first.

    The statements behind it leave out what the person is recused from.
    """
    if desk.me is None:
        return []
    wanted, me = tuple(states), desk.me
    found: dict[str, Report] = {}
    own = [m.id for m in own_missions(desk) if stationing_id in ("", m.id)]
    for report in reports.in_queue(
        desk.db, queues=("team",), stationing_ids=own, states=wanted, person_id=me.id
    ):
        if not report.hidden:
            found[report.id] = report
    for report in _above_the_team(desk, wanted):
        if stationing_id in ("", report.stationing_id):
            found[report.id] = report
    kept = [r for r in found.values() if not r.leader_only or seats(desk, r)]
    return sorted(kept, key=lambda r: (not r.urgent, r.queued_at, r.id))


def _above_the_team(desk: Viewer, states: tuple[str, ...]) -> list[Report]:
    """What lies in the office's or the leading group's queue, or concerns them elsewhere."""
    assert desk.me is not None
    queues: list[reports.Queue] = []
    if _in_office(desk):
        queues.append("office")
    if desk.me.has("leading_group"):
        queues.append("leading")
    if not queues:
        return []
    found = reports.in_queue(desk.db, queues=queues, states=states, person_id=desk.me.id)
    elsewhere = reports.in_queue(
        desk.db, queues=("team", "office"), states=states, person_id=desk.me.id
    )
    return [*found, *(r for r in elsewhere if _concerns(desk, r))]


def _concerns(desk: Viewer, report: Report) -> bool:
    """Whether the office or the leading group has a part in an item of another queue."""
    assert desk.me is not None
    office, leading = _in_office(desk), desk.me.has("leading_group")
    if office and (report.pressed or report.state in AT_OFFICE or _forgotten(desk, report)):
        return True
    if leading and (report.category == RETALIATION or (report.briefed and report.urgent)):
        return True
    if report.state not in ("proposed", "approving"):
        return False
    proposal = proposals.open_of(desk.db, desk.vault, report.id)
    if proposal is None:
        return False
    able = approvers(Seat(proposal.seat), proposer_sat=Seat(proposal.proposer_seat))
    return (office and Seat.OFFICE in able) or (leading and Seat.LEADING in able)


def _forgotten(desk: Viewer, report: Report) -> bool:
    """Nobody took it for three days: the office was told (非规定时限)."""
    return report.state == "submitted" and desk.at - report.queued_at > UNCLAIMED


def _put_to_leading(desk: Viewer, report: Report) -> bool:
    """Whether the leading group sees it: its own queue, an alert, or a proposal at its stage."""
    if report.queue == "superior":
        return False
    if report.queue == "leading" or report.category == RETALIATION or report.briefed:
        return True
    proposal = proposals.open_of(desk.db, desk.vault, report.id)
    if proposal is None:
        return False
    able = approvers(Seat(proposal.seat), proposer_sat=Seat(proposal.proposer_seat))
    return Seat.LEADING in able


def _team_roles(desk: Viewer) -> tuple[Role, ...]:
    return tuple(r for r in desk.me.roles if r.role in TEAM) if desk.me else ()


def _sits(desk: Viewer, mission: Stationing) -> list[Role]:
    """The person's roles in the mission's team: those of its own round (一次一授权)."""
    held = [r for r in _team_roles(desk) if r.team == mission.team_id]
    if not held or desk.me is None:
        return []
    granted = people.seats(desk.db, desk.me.id, mission.round_id)
    return [r for r in held if r in granted]


def _roles_at(desk: Viewer, report: Report) -> list[Role]:
    mission = missions.stationing(desk.db, report.stationing_id)
    return _sits(desk, mission) if mission is not None else []


def _team_seats(desk: Viewer, report: Report) -> set[Seat]:
    mission = missions.stationing(desk.db, report.stationing_id)
    if mission is None or mission.state == "closed":
        return set()
    found: set[Seat] = set()
    assert desk.me is not None
    for role in _sits(desk, mission):
        if role.role == "team_leader" or _leads_for(desk, role):
            found.add(Seat.LEADER)
        elif not report.leader_only:
            found.add(Seat.MEMBER)
    return found


def _leads_for(desk: Viewer, role: Role) -> bool:
    """The deputy under the leader's delegation, or whoever acts for the leader by record."""
    assert desk.me is not None
    if role.role == "team_deputy" and team.delegated(desk.db, desk.me.id, role.team, desk.at):
        return True
    return _acts(desk, "team_leader", role.team)


def _is_deputy(desk: Viewer, report: Report) -> bool:
    return any(r.role == "team_deputy" for r in _roles_at(desk, report))


def profile_of(desk: Desk, report: Report) -> Profile:
    """The regulation profile of the report's mission; the first one where there is no mission."""
    mission = missions.stationing(desk.db, report.stationing_id)
    if mission is not None and mission.profile_id in desk.rules.profiles:
        return frozen.profile_of(desk, mission)
    running = [m.profile_id for m in missions.every(desk.db) if m.state != "closed"]
    known = [p for p in running if p in desk.rules.profiles] or sorted(desk.rules.profiles)
    return desk.rules.profiles[known[0]]


def gates_of(profile: Profile) -> Gates:
    """What of a profile bears on dispositions."""
    return Gates(
        approve={g.action: tuple(g.approve) for g in profile.gate},
        consult={g.action: tuple(g.consult) for g in profile.gate},
        routes=frozenset(r.to for r in profile.route),
    )


def facts_of(desk: Desk, report: Report) -> Facts:
    """What of a report bears on who approves."""
    mission = missions.stationing(desk.db, report.stationing_id)
    stationed = mission is not None and mission.state != "closed"
    return Facts(
        queue=report.queue,
        stationed=stationed and mission is not None and desk.today <= mission.ends_on,
        important=report.important,
        about_body=report.subject_kind in BODY,
        briefed=report.briefed,
    )
