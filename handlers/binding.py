"""Bind a chat to a person of the plan by a one-time code, show the pledge, and let a chat go."""

import re

from casework.errors import CaseworkError, Gone, NotAllowed
from casework.mission import PLEDGED_ROLES, Seat
from handlers.bench import Bench
from handlers.cards import CardAction, card
from handlers.desk import Desk, base32
from handlers.dialogue import cancel
from handlers.messages import Choice, Reply, Text
from storage import audit, missions, people
from storage.cards import Card

CODE_BYTES = 10
_CODE = re.compile(r"(?:/?bind[_ ])?([a-z2-7]{4})-?([a-z2-7]{4})-?([a-z2-7]{4})-?([a-z2-7]{4})")


class CodeUnknown(CaseworkError):
    """No invitation has this code."""

    text_key = "binding.unknown"


class CodeUsed(CaseworkError):
    """The code has been used already."""

    text_key = "binding.used"


class CodeExpired(CaseworkError):
    """The code is too old."""

    text_key = "binding.expired"


class BoundToAnother(CaseworkError):
    """This chat belongs to somebody else."""

    text_key = "binding.other_person"


def invite(bench: Bench, person_id: str, *, hours: int, actor: str) -> str:
    """A fresh one-time code for a person, good for `hours`; older unused ones end now.

    Errors: Gone where the plan has no such person or the person holds no role.
    """
    if not people.seats(bench.db, person_id):
        raise Gone("binding.no_such_person", person=person_id)
    code = base32(bench.draw(CODE_BYTES))
    until = bench.at + hours * 3600
    people.add_invite(
        bench.db,
        bench.vault,
        code,
        person_id=person_id,
        at=bench.at,
        expires_at=until,
        actor=actor,
    )
    audit.write(
        bench.db, at=bench.at, actor=actor, action="person.invited", object=person_id, facts={}
    )
    return code


def code_in(text: str) -> str:
    """The code that a whole message is, without its dashes; "" where the message is none."""
    found = _CODE.fullmatch(text.strip().lower())
    return "".join(found.groups()) if found else ""


def grouped(code: str) -> str:
    """The code as people read it aloud: abcd-efgh-ijkl-mnop."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def bind(desk: Desk, code: str) -> list[Reply]:
    """Bind the chat that speaks to the person the code was made for."""
    invited = _invitation(desk, code_in(code))
    if desk.me is not None and desk.me.id != invited.person_id:
        raise BoundToAnother()
    plain = code_in(code)
    if not people.use_invite(desk.db, desk.vault, plain, desk.at):
        raise CodeUsed()
    a = desk.event.address
    fresh = people.bind(
        desk.db,
        desk.vault,
        (a.channel, a.account, a.chat),
        id=desk.new_id(),
        person_id=invited.person_id,
        at=desk.at,
    )
    _audit(desk, "person.bound", invited.person_id)
    return [_welcome(desk, invited.person_id, fresh=fresh), *ask_pledge(desk, invited.person_id)]


def unbind(desk: Desk, argument: str) -> list[Reply]:
    """Let the chat that speaks go, with what was begun in it; the person's other chats stay."""
    a = desk.event.address
    person = people.unbind(desk.db, people.chat_index(desk.vault, a.channel, a.account, a.chat))
    if not person:
        return [Reply(key="binding.not_bound")]
    while desk.talk.form:
        cancel(desk)
    _audit(desk, "person.unbound", person)
    return [Reply(key="binding.unbound")]


def _invitation(desk: Desk, code: str) -> people.Invite:
    if not desk.event.private:
        raise NotAllowed("binding.private_only")
    found = people.invite(desk.db, desk.vault, code) if code else None
    if found is None:
        raise CodeUnknown()
    if found.used_at is not None:
        raise CodeUsed()
    if found.expires_at <= desk.at or not people.seats(desk.db, found.person_id):
        raise CodeExpired()
    return found


def _welcome(desk: Desk, person_id: str, *, fresh: bool) -> Reply:
    seats = people.seats(desk.db, person_id)
    words = dict.fromkeys(_WORDS[seat.role] for seat in seats)
    return Reply(
        key="binding.done" if fresh else "binding.already",
        values={
            "name": people.name(desk.db, desk.vault, person_id),
            "roles": [_seat_text(desk, seat) for seat in seats],
            "words": [Text(w) for w in words],
        },
    )


_ROLES = {
    "team_member": "binding.role_team_member",
    "team_deputy": "binding.role_team_deputy",
    "team_leader": "binding.role_team_leader",
    "office": "binding.role_office",
    "leading_group": "binding.role_leading_group",
    "unit_liaison": "binding.role_unit_liaison",
    "unit_principal": "binding.role_unit_principal",
    "unit_supervisor": "binding.role_unit_supervisor",
    "department_member": "binding.role_department_member",
    "municipal_liaison": "binding.role_municipal_liaison",
}
_WORDS = {
    "team_member": "binding.word_queue",
    "team_deputy": "binding.word_queue",
    "team_leader": "binding.word_queue",
    "office": "binding.word_office",
    "leading_group": "binding.word_office",
    "unit_liaison": "binding.word_duties",
    "unit_principal": "binding.word_duties",
    "unit_supervisor": "binding.word_duties",
    "department_member": "binding.word_duties",
    "municipal_liaison": "binding.word_copies",
}


def _seat_text(desk: Desk, seat: Seat) -> Text:
    place = ""
    if seat.team:
        place = next((t.name for t in missions.teams(desk.db) if t.id == seat.team), seat.team)
    elif seat.unit:
        unit = missions.unit(desk.db, seat.unit)
        place = unit.name if unit else seat.unit
    elif seat.department:
        department = missions.department(desk.db, seat.department)
        place = department.name if department else seat.department
    return Text(_ROLES[seat.role], {"place": place})


def ask_pledge(desk: Desk, person_id: str) -> list[Reply]:
    """保密承诺 of whoever works with reports, until it is read (004 二(五)); then nothing."""
    roles = {seat.role for seat in people.seats(desk.db, person_id)}
    if people.pledged(desk.db, person_id) or not roles & PLEDGED_ROLES:
        return []
    choice = Choice(code="read", key="button.read")
    return [
        card(desk, "binding.pledge", person_id, (choice,), key="binding.pledge", person=person_id)
    ]


def _pledge_read(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    if desk.me is None or desk.me.id != pressed.subject:
        raise NotAllowed()
    if people.pledge(desk.db, desk.me.id, desk.at):
        _audit(desk, "person.pledged", desk.me.id)
    return [Reply(key="binding.pledged")]


def _audit(desk: Desk, action: str, person_id: str) -> None:
    audit.write(desk.db, at=desk.at, actor=person_id, action=action, object=person_id, facts={})


COMMANDS = {"bind": bind, "unbind": unbind}
CARDS: dict[str, CardAction] = {"binding.pledge": _pledge_read}
