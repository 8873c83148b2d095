"""The leader's delegation to a deputy: recorded, limited in time, taken back by a tap (002
三(三))."""

from datetime import timedelta

from casework.errors import Gone, NotAllowed
from casework.mission import Stationing
from handlers import visibility
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.messages import Choice, Priority, Reply
from handlers.reach import to_person
from handlers.visibility import own_missions
from storage import audit, people, team
from storage.cards import Card

ACTION = "team_deputy"
DAYS = 30


def ask(desk: Desk) -> list[Reply]:
    """Every deputy of the leader's teams, with whether the delegation stands."""
    assert desk.me is not None
    choices = tuple(
        Choice(
            code=f"{'end' if _stands(desk, person, team_id) else 'give'}:{person}",
            key="team.deputy_end" if _stands(desk, person, team_id) else "team.deputy_give",
            values={"who": people.name(desk.db, desk.vault, person)},
        )
        for team_id, person in _deputies(desk)
    )
    if not choices:
        return [Reply(key="team.no_deputy")]
    return [
        card(
            desk,
            ACTION,
            "",
            choices,
            key="team.ask_deputy",
            values={"days": DAYS},
            person=desk.me.id,
        )
    ]


def decided(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Give or take back a delegation. Errors: NotAllowed for whom does not lead the team."""
    if desk.me is None:
        raise NotAllowed
    act, _, person = code.partition(":")
    team_id = next((t for t, p in _deputies(desk) if p == person), "")
    if not team_id:
        raise Gone("team.changed")
    if act == "end":
        team.end_delegation(desk.db, team_id, desk.at)
        key = "team.deputy_ended"
    else:
        until = desk.at + int(timedelta(days=DAYS).total_seconds())
        team.delegate(
            desk.db,
            id=desk.new_id(),
            team_id=team_id,
            deputy_id=person,
            given_by=desk.me.id,
            at=desk.at,
            until_at=until,
        )
        key = "team.deputy_given"
    audit.write(desk.db, at=desk.at, actor=desk.me.id, action=f"delegation.{act}", object=person)
    news = "card.delegation_ended" if act == "end" else "card.delegation_given"
    told = Reply(key=news, priority=Priority.NOTICE)
    return [Reply(key=key), *to_person(desk, person, told)]


def leads(desk: Desk) -> list[str]:
    """The teams this person leads in a mission that is not closed."""
    return list(dict.fromkeys(m.team_id for m in _led(desk)))


def _led(desk: Desk) -> list[Stationing]:
    return [m for m in own_missions(desk) if visibility.leads(desk, m)]


def _deputies(desk: Desk) -> list[tuple[str, str]]:
    found = [
        (m.team_id, person)
        for m in _led(desk)
        for person in people.holders(desk.db, "team_deputy", team=m.team_id, round_id=m.round_id)
    ]
    return list(dict.fromkeys(found))


def _stands(desk: Desk, person: str, team_id: str) -> bool:
    return team.delegated(desk.db, person, team_id, desk.at)


CARDS: dict[str, CardAction] = {ACTION: decided}
