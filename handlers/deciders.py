"""Who can decide on a proposal: nobody recused, nobody on the own one, never nobody at all."""

from collections.abc import Mapping, Sequence

from casework.lifecycle import Seat
from handlers.desk import Desk
from handlers.visibility import team_holders
from storage import people, proposals, reports, stand_ins, team
from storage.reports import Report

ABOVE: Mapping[Seat, tuple[Seat, ...]] = {
    Seat.LEADER: (Seat.OFFICE, Seat.LEADING),
    Seat.OFFICE: (Seat.LEADING,),
}


def holders(desk: Desk, report: Report, seat: Seat, proposer: str) -> list[str]:
    """Ids of the people who may decide from this seat: unrecused, and not the proposer."""
    found: list[str] = []
    if seat is Seat.LEADER:
        found = team_holders(desk, report, "team_leader")
        found += [
            p
            for p in team_holders(desk, report, "team_deputy")
            if team.delegated(desk.db, p, report.team_id, desk.at)
        ]
        found += _acting(desk, "team_leader", report.team_id)
    if seat is Seat.OFFICE:
        found += _acting(desk, "office")
    if seat in (Seat.OFFICE, Seat.COMMITTEE):
        found += people.holders(desk.db, "office")
    if seat in (Seat.LEADING, Seat.COMMITTEE):  # the committee's decision is only recorded here
        found += people.holders(desk.db, "leading_group")
    out = {*reports.recused(desk.db, report.id), proposer}
    return [p for p in dict.fromkeys(found) if p not in out]


def _acting(desk: Desk, seat: str, team_id: str = "") -> list[str]:
    """Who acts for a seat now under a recorded 代行."""
    standing = stand_ins.standing(desk.db, desk.vault, seat, desk.at, team_id)
    return [one.person_id for one in standing]


def staffed(desk: Desk, report: Report, stages: Sequence[Seat], proposer: str) -> tuple[Seat, ...]:
    """The stages with the seat above wherever a seat has nobody left who may decide.

    So no proposal waits for somebody who cannot see it. Nobody here is above the leading group.
    """
    kept: list[Seat] = []
    for seat in stages:
        for stand_in in (seat, *ABOVE.get(seat, ())):
            if holders(desk, report, stand_in, proposer):
                seat = stand_in
                break
        if seat not in kept:
            kept.append(seat)
    return tuple(kept)


def restaff(desk: Desk, report: Report) -> None:
    """Look again who can decide on the report's open proposal, after a later recusal."""
    proposal = proposals.open_of(desk.db, desk.vault, report.id)
    if proposal is None:
        return
    left = tuple(Seat(s) for s in proposal.stages[proposal.stage :])
    able = staffed(desk, report, left, proposal.proposer)
    if able != left:
        proposals.restage(desk.db, proposal, [str(s) for s in able])
