"""Who of the plan may be meant by a report's words: recusals, seats of the inspection, doubts."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from casework.hygiene import folded
from casework.recusal import Heard, Match, Watched, matches
from casework.routing import SeatId
from handlers.desk import Desk
from handlers.intake.packaged import routing
from handlers.intake.sounds import sounds, sounds_of
from storage import people
from storage.people import Named

_READERS = frozenset({"team_member", "team_deputy", "team_leader", "office", "leading_group"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What was found. `recused`: person id -> whether that is only a doubt."""

    recused: dict[str, bool]
    about: frozenset[SeatId]
    doubt: bool


def scan(desk: Desk, *, unit_id: str, team_id: str, accused: str, words: Iterable[str]) -> Scan:
    """Look for everybody who could read the report, and for the names they are recused from.

    `accused` is the field 被反映人, `words` everything else. A reader named by the exact name is
    recused, as is whoever is recused from the unit; a likeness is a doubt. Only the accused field
    makes the report one about a seat of the inspection; a mention elsewhere is no accusation.
    """
    roster = people.roster(desk.db, desk.vault)
    readers, register = [p for p in roster.people if _reads(p)], roster.recusals
    watched = [_watch_reader(p) for p in readers]
    watched += [_watch(r.person_id, n) for r in register for n in r.names]
    whole = "\n".join((accused, *words))
    recused: dict[str, bool] = {r.person_id: False for r in register if unit_id == r.unit_id != ""}
    for match in _find(whole, watched):
        recused[match.key] = recused.get(match.key, True) and match.doubt
    about = _named_seats(readers, accused, team_id)
    doubted = {person for person, doubt in recused.items() if doubt}
    near = {m.key for m in _find(accused, watched)}
    waits = any(
        _waits(p, team_id, accused=p.person_id in near) for p in readers if p.person_id in doubted
    )
    return Scan(recused=recused, about=frozenset(about), doubt=waits)


def _waits(person: Named, team_id: str, *, accused: bool) -> bool:
    """Whether a likeness of this person holds the report at the office.

    Of the team that would read it: always. Of the office or the leading group: when it stands in
    the accused field. Anybody else is only kept from it.
    """
    for seat in person.roles:
        kind = routing().seat_of_role(seat.role)
        if kind and (seat.team == team_id if kind.id == "team" else accused):
            return True
    return False


def named_seats(desk: Desk, accused: str, team_id: str = "") -> frozenset[SeatId]:
    """The seats of the inspection that the words of the accused field name with certainty."""
    readers = [p for p in people.roster(desk.db, desk.vault).people if _reads(p)]
    return frozenset(_named_seats(readers, accused, team_id))


def _named_seats(readers: list[Named], accused: str, team_id: str) -> set[SeatId]:
    about = set(routing().seats_in(accused))
    named = {
        m.key
        for m in _find(accused, [_watch(p.person_id, p.name) for p in readers])
        if not m.doubt
    }
    for person in readers:
        if person.person_id in named:
            about |= _seats_of(person, team_id)
    return about


def _find(text: str, watched: list[Watched]) -> list[Match]:
    if not text.strip():
        return []
    plain = folded(text)
    return matches(Heard(plain, sounds_of(plain)), watched)


def _reads(person: Named) -> bool:
    return any(seat.role in _READERS for seat in person.roles)


@lru_cache(maxsize=8_192)
def _watch(person_id: str, name: str) -> Watched:
    return Watched(key=person_id, name=name, sounds=sounds(name))


@lru_cache(maxsize=8_192)
def _watch_reader(person: Named) -> Watched:
    family = person.name.strip()[:1]
    titles = {
        title.replace("{x}", family)
        for seat in person.roles
        if (kind := routing().seat_of_role(seat.role))
        for title in kind.titles
    }
    return Watched(
        key=person.person_id,
        name=person.name,
        sounds=sounds(person.name),
        titles=tuple(sorted(titles)),
    )


def _seats_of(person: Named, team_id: str) -> set[SeatId]:
    found: set[SeatId] = set()
    for seat in person.roles:
        kind = routing().seat_of_role(seat.role)
        if kind and (kind.id != "team" or seat.team == team_id):
            found.add(kind.id)
    return found
