"""代行: who acts for a seat, from which day to which, by whose word."""

from dataclasses import dataclass
from datetime import date

from storage.base import Row, Session
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """One recorded 代行. Both days are inside it. `team_id` is "" for seats above the teams."""

    id: str
    seat: str  # team_leader | office | leading_group
    team_id: str
    person_id: str
    given_by: str
    from_on: date
    until_on: date
    from_at: int  # the first moment of the first day (epoch seconds)
    until_at: int  # the first moment after the last day
    basis: str  # by which decision, in words
    at: int
    ended_at: int = 0

    @property
    def dates(self) -> dict[str, str]:
        """What every act under it carries: its id and its days."""
        return {"id": self.id, "from": str(self.from_on), "until": str(self.until_on)}


def add(db: Session, vault: Vault, new: StandIn) -> None:
    """Record it."""
    db.run(
        "stand_ins.add",
        id=new.id,
        seat=new.seat,
        team=new.team_id,
        person=new.person_id,
        given_by=new.given_by,
        from_on=new.from_on.isoformat(),
        until_on=new.until_on.isoformat(),
        from_at=new.from_at,
        until_at=new.until_at,
        basis=vault.seal(Compartment.STAFF, new.basis.encode(), _place(new.id)),
        at=new.at,
    )


def get(db: Session, vault: Vault, id: str) -> StandIn | None:
    """One entry, or None."""
    row = db.one("stand_ins.get", id=id)
    return None if row is None else _stand_in(vault, row)


def standing(db: Session, vault: Vault, seat: str, now: int, team_id: str = "") -> list[StandIn]:
    """Who acts for a seat at `now`, the latest entry first."""
    rows = db.all("stand_ins.standing", seat=seat, team=team_id, now=now)
    return [_stand_in(vault, row) for row in rows]


def every(db: Session, vault: Vault, now: int) -> list[StandIn]:
    """Every entry that stands or is still to begin."""
    return [_stand_in(vault, row) for row in db.all("stand_ins.every", now=now)]


def acts(db: Session, person_id: str, seat: str, now: int, team_id: str = "") -> bool:
    """Whether a person acts for a seat at `now`."""
    row = db.one("stand_ins.acts", person=person_id, seat=seat, team=team_id, now=now)
    return row is not None


def end(db: Session, id: str, at: int) -> bool:
    """Take it back; False where that was already so."""
    return db.one("stand_ins.end", id=id, at=at) is not None


def _stand_in(vault: Vault, row: Row) -> StandIn:
    basis = vault.open(Compartment.STAFF, bytes(row["basis"]), _place(row["id"]))
    return StandIn(
        id=row["id"],
        seat=row["seat"],
        team_id=row["team_id"],
        person_id=row["person_id"],
        given_by=row["given_by"],
        from_on=date.fromisoformat(row["from_on"]),
        until_on=date.fromisoformat(row["until_on"]),
        from_at=row["from_at"],
        until_at=row["until_at"],
        basis=basis.decode(),
        at=row["at"],
        ended_at=row["ended_at"],
    )


def _place(id: str) -> str:
    return f"stand_in.basis:{id}"
