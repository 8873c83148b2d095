"""People of the plan: seats, sealed names, recusals, invitations, and the chats bound to them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from secrets import token_hex

from casework.mission import Recusal, Seat
from storage.base import Row, Session
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A person with the opened name; keep it out of logs."""

    person_id: str
    name: str
    roles: tuple[Seat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchecked:
    """An entry of the register and how far the reports on file were looked through for it."""

    id: str
    entry: Recusal
    upto: str  # a report's id; "" before the first
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """An invitation as kept: the code itself is nowhere."""

    person_id: str
    expires_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The people of the plan as they stand; `token` names this state."""

    token: str
    people: tuple[Named, ...]
    recusals: tuple[Recusal, ...]


ROSTERS_KEPT = 4
_ROSTERS: dict[str, Roster] = {}


def chat_index(vault: Vault, channel: str, account: str, chat: str) -> bytes:
    """The blind index under which the binding of a chat is found."""
    return vault.index("staff", f"{channel}|{account}|{chat}")


def seats(db: Session, person_id: str, round_id: str = "") -> tuple[Seat, ...]:
    """Every seat of a person, over all rounds or in one."""
    rows = db.all("people.seats", person=person_id, round=round_id)
    return tuple(_seat(row) for row in rows)


def holders(
    db: Session,
    role: str,
    team: str = "",
    unit: str = "",
    department: str = "",
    round_id: str = "",
) -> list[str]:
    """Ids of the people who hold a role, everywhere or in the named place, ever or in a round."""
    rows = db.all(
        "people.holders",
        role=role,
        team=team,
        unit=unit,
        department=department,
        round=round_id,
    )
    return [row["person_id"] for row in rows]


def exists(db: Session, person_id: str) -> bool:
    """Whether there is such a person."""
    return db.one("people.person", id=person_id) is not None


def name(db: Session, vault: Vault, person_id: str) -> str:
    """The opened name; the id where nobody is known by it."""
    row = db.one("people.person", id=person_id)
    return _name(vault, row) if row else person_id


def roster(db: Session, vault: Vault) -> Roster:
    """Everybody who holds a seat and every recusal; read anew only when something has changed."""
    row = db.one("people.roster")
    token = row["token"] if row is not None else ""
    known = _ROSTERS.get(token)
    if known is None:
        known = Roster(
            token=token,
            people=tuple(named(db, vault)),
            recusals=tuple(recusals(db, vault)),
        )
        if token:
            while len(_ROSTERS) >= ROSTERS_KEPT:
                _ROSTERS.pop(next(iter(_ROSTERS)), None)
            _ROSTERS[token] = known
    return known


def _changed(db: Session) -> None:
    db.run("people.roster_change", token=token_hex(16))


def named(db: Session, vault: Vault) -> list[Named]:
    """Everybody who holds a seat, with the opened names."""
    held: dict[str, list[Seat]] = {}
    for row in db.all("people.all_seats"):
        held.setdefault(row["person_id"], []).append(_seat(row))
    return [
        Named(person_id=row["id"], name=_name(vault, row), roles=tuple(held[row["id"]]))
        for row in db.all("people.persons")
        if row["id"] in held
    ]


def put_person(db: Session, vault: Vault, person_id: str, name: str) -> None:
    """Write a person; one that is there gets the new name."""
    sealed = vault.seal(Compartment.STAFF, name.encode(), f"person.name:{person_id}")
    db.run("people.put_person", id=person_id, name=sealed)
    _changed(db)


def put_seats(db: Session, round_id: str, held: Iterable[tuple[str, Seat]]) -> None:
    """Write all seats (person id, seat) of a round; seats of that round not given are gone."""
    db.run("people.clear_seats", round=round_id)
    _changed(db)
    for person_id, seat in held:
        db.run(
            "people.add_seat",
            round=round_id,
            person=person_id,
            role=seat.role,
            team=seat.team,
            unit=seat.unit,
            department=seat.department,
        )


def release_unseated(db: Session, at: int) -> list[str]:
    """Unbind the chats of everybody who holds no seat any more; returns whose."""
    gone = [row["person_id"] for row in db.all("people.unseated")]
    for person_id in gone:
        db.run("people.unbind_person", person=person_id)
        db.run("people.void_invites", person=person_id, at=at)
    return gone


def pledged(db: Session, person_id: str) -> bool:
    """Whether the person has read the confidentiality pledge."""
    row = db.one("people.person", id=person_id)
    return row is not None and row["pledged_at"] is not None


def pledge(db: Session, person_id: str, at: int) -> bool:
    """Record that the pledge was read; False where that was already so."""
    return db.one("people.pledge", id=person_id, at=at) is not None


def recusals(db: Session, vault: Vault) -> list[Recusal]:
    """The register of recusals, names opened."""
    return [_recusal(vault, row) for row in db.all("people.recusals")]


def unchecked(db: Session, vault: Vault) -> Unchecked | None:
    """The oldest entry for which the reports on file are not all looked through; None = none."""
    row = db.one("people.unchecked")
    if row is None:
        return None
    entry = _recusal(vault, row)
    return Unchecked(id=row["id"], entry=entry, upto=row["checked_to"], at=row["at"])


_WHOLLY = "~"  # after every id of a report


def looked_through(db: Session, vault: Vault) -> frozenset[Recusal]:
    """The entries for which all reports on file have been looked through."""
    return frozenset(_recusal(vault, row) for row in db.all("people.looked_through"))


def checked(db: Session, id: str, upto: str = _WHOLLY) -> None:
    """An entry is looked through up to the report `upto`, without one wholly."""
    db.run("people.checked", id=id, upto=upto)


def recuse(
    db: Session,
    vault: Vault,
    recusal: Recusal,
    *,
    id: str,
    at: int,
    round_id: str = "",
    checked: bool = False,
) -> None:
    """Add an entry to the register; `round_id` only for entries that come and go with a plan.

    `checked`: the reports on file have been looked through for the very same entry before.
    """
    names = json.dumps(recusal.names, ensure_ascii=False).encode()
    db.run(
        "people.recuse",
        id=id,
        person=recusal.person_id,
        round=round_id,
        unit=recusal.unit_id,
        names=vault.seal(Compartment.STAFF, names, _recusal_place(id)),
        at=at,
        upto=_WHOLLY if checked else "",
    )
    _changed(db)


def clear_plan_recusals(db: Session, round_id: str) -> None:
    """Forget the entries that the plan of this round had brought; declared ones stay."""
    db.run("people.clear_recusals", round=round_id)
    _changed(db)


def addresses(db: Session, vault: Vault, person_id: str) -> list[tuple[str, str, str]]:
    """(channel, account, chat) of every chat bound to the person, the oldest binding first."""
    found: list[tuple[str, str, str]] = []
    for row in db.all("people.bindings", person=person_id):
        plain = vault.open(Compartment.STAFF, row["address"], f"binding.address:{row['id']}")
        channel, account, chat = json.loads(plain)
        found.append((channel, account, chat))
    return found


def add_invite(
    db: Session, vault: Vault, code: str, *, person_id: str, at: int, expires_at: int, actor: str
) -> None:
    """Keep an invitation; older unused ones of the same person are void from now on."""
    db.run("people.void_invites", person=person_id, at=at)
    db.run(
        "people.add_invite",
        code=vault.index("bind", code),
        person=person_id,
        made_by=actor,
        at=at,
        expires_at=expires_at,
    )


def invite(db: Session, vault: Vault, code: str) -> Invite | None:
    """The invitation behind a code."""
    row = db.one("people.invite", code=vault.index("bind", code))
    if row is None:
        return None
    return Invite(person_id=row["person_id"], expires_at=row["expires_at"], used_at=row["used_at"])


def use_invite(db: Session, vault: Vault, code: str, at: int) -> bool:
    """Use a code up; False where somebody was faster."""
    return db.one("people.use_invite", code=vault.index("bind", code), at=at) is not None


def bind(
    db: Session, vault: Vault, address: tuple[str, str, str], *, id: str, person_id: str, at: int
) -> bool:
    """Bind a chat (channel, account, chat) to a person; False where it is bound already."""
    plain = json.dumps(address).encode()
    row = db.one(
        "people.bind",
        id=id,
        chat=chat_index(vault, *address),
        person=person_id,
        address=vault.seal(Compartment.STAFF, plain, f"binding.address:{id}"),
        at=at,
    )
    return row is not None


def unbind(db: Session, staff_index: bytes) -> str:
    """Let a chat go; returns whose it was, "" where it was nobody's."""
    row = db.one("people.unbind", chat=staff_index)
    return row["person_id"] if row else ""


def _recusal(vault: Vault, row: Row) -> Recusal:
    plain = vault.open(Compartment.STAFF, row["names"], _recusal_place(row["id"]))
    return Recusal(
        person_id=row["person_id"], unit_id=row["unit_id"], names=tuple(json.loads(plain))
    )


def _recusal_place(id: str) -> str:
    return f"recusal.names:{id}"


def _name(vault: Vault, row: Row) -> str:
    return vault.open(Compartment.STAFF, row["name"], f"person.name:{row['id']}").decode()


def _seat(row: Row) -> Seat:
    return Seat(
        role=row["role"],
        team=row["team_id"],
        unit=row["unit_id"],
        department=row["department_id"],
    )
