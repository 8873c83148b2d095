"""代行: who acts for a seat is recorded with its days and its basis, and taken back by a tap."""

from collections.abc import Mapping
from datetime import date, timedelta

from casework.errors import Gone, NotAllowed
from casework.mission import Stationing
from casework.plan import midnight
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, read_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.messages import Choice, Priority, Reply, Text, code_of
from handlers.motion_texts import SEATS
from handlers.reach import to_person
from storage import audit, missions, people, stand_ins
from storage.cards import Card
from storage.stand_ins import StandIn

ACTION, FORM = "stand_in", "stand_in_new"
LONGEST_DAYS = 366
ACTS_FOR: Mapping[str, tuple[str, ...]] = {
    "team_leader": ("team_deputy", "team_member"),  # 002 三(三) 副组长协助
    "office": ("office", "leading_group"),
    "leading_group": ("leading_group",),
}
"""Which roles may act for a seat: never a seat below one that decides, save in the team."""


def ask(desk: Desk) -> list[Reply]:
    """What stands, each with a button to take it back, and a button for a new one."""
    person = _recorder(desk)
    standing = stand_ins.every(desk.db, desk.vault, desk.at)
    choices = [Choice(code="new", key="motion.stand_in_new")]
    choices += [
        Choice(code=f"end:{s.id}", key="motion.stand_in_end", values={"who": _who(desk, s)})
        for s in standing
    ]
    values = {"n": len(standing), "lines": [_line(desk, s) for s in standing]}
    return [
        card(
            desk,
            ACTION,
            person,
            tuple(choices),
            key="motion.stand_ins",
            values=values,
            person=person,
        )
    ]


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    person = _recorder(desk)
    if code == "new":
        return open_form(desk, FORM)
    found = stand_ins.get(desk.db, desk.vault, code.removeprefix("end:"))
    if found is None or not stand_ins.end(desk.db, found.id, desk.at):
        raise Gone("motion.stand_in_gone")
    audit.write(
        desk.db, at=desk.at, actor=person, action="stand_in.ended", object=found.id, facts={}
    )
    told = Reply(key="motion.stand_in_told_end", priority=Priority.NOTICE)
    values = {"who": _who(desk, found)}
    return [Reply(key="motion.stand_in_ended", values=values), *_tell(desk, found, told)]


def _record(desk: Desk, answers: Answers) -> list[Reply]:
    person = _recorder(desk)
    seat, _, team_id = _place(desk, answers["seat"])
    if answers["who"] == person:
        raise NotAllowed("motion.stand_in_own")
    first, last = (date.fromisoformat(answers[key]) for key in ("from_on", "until_on"))
    new = StandIn(
        id=desk.new_id(),
        seat=seat,
        team_id=team_id,
        person_id=answers["who"],
        given_by=person,
        from_on=first,
        until_on=last,
        from_at=midnight(first, desk.zone),
        until_at=midnight(last + timedelta(days=1), desk.zone),
        basis=answers["basis"],
        at=desk.at,
    )
    stand_ins.add(desk.db, desk.vault, new)
    facts = {"seat": seat, "team": team_id, "person": new.person_id, **new.dates}
    audit.write(
        desk.db, at=desk.at, actor=person, action="stand_in.recorded", object=new.id, facts=facts
    )
    told = Reply(key="motion.stand_in_told", values=_values(desk, new), priority=Priority.NOTICE)
    lead = Reply(key="motion.stand_in_recorded", values=_values(desk, new))
    return [lead, *_tell(desk, new, told)]


def _recorder(desk: Desk) -> str:
    """The office or the leading group records it. Errors: NotAllowed."""
    person = me(desk)
    if not person.has("office", "leading_group"):
        raise NotAllowed("office.only_office")
    return person.id


def _tell(desk: Desk, one: StandIn, told: Reply) -> list[Reply]:
    return to_person(desk, one.person_id, told)


def _teams(desk: Desk) -> list[Stationing]:
    """One running mission of every team."""
    running = [m for m in missions.every(desk.db) if m.state != "closed"]
    return list({m.team_id: m for m in running}.values())


def _team(mission: Stationing) -> str:
    return code_of(f"team|{mission.team_id}")


def _seat_choices(desk: Desk, answers: Answers) -> Choices:
    above = tuple(Choice(code=seat, key=SEATS[seat]) for seat in ("office", "leading_group"))
    led = (
        Choice(code=_team(m), key="motion.stand_in_leader", values={"team": m.team_name})
        for m in _teams(desk)
    )
    return (*led, *above)


def _place(desk: Desk, code: str) -> tuple[str, str, str]:
    """Seat, round and team behind the code of a choice."""
    if code in ACTS_FOR:
        return code, "", ""
    mission = next((m for m in _teams(desk) if _team(m) == code), None)
    if mission is None:
        raise Gone()
    return "team_leader", mission.round_id, mission.team_id


def _people(desk: Desk, answers: Answers) -> Choices:
    seat, round_id, team_id = _place(desk, answers["seat"])
    found = [
        person
        for role in ACTS_FOR[seat]
        for person in people.holders(desk.db, role, team=team_id, round_id=round_id)
    ]
    mine = me(desk).id
    return tuple(
        Choice(code=p, label=people.name(desk.db, desk.vault, p))
        for p in dict.fromkeys(found)
        if p != mine
    )


def _from_day(desk: Desk, answers: Answers, value: str) -> str:
    day = read_day(desk, value)
    if day < desk.today:
        raise Problem("motion.stand_in_past", today=desk.today)
    return day.isoformat()


def _until_day(desk: Desk, answers: Answers, value: str) -> str:
    first, day = date.fromisoformat(answers["from_on"]), read_day(desk, value)
    if day < first:
        raise Problem("motion.stand_in_backwards", first=first)
    if day > first + timedelta(days=LONGEST_DAYS):
        raise Problem("motion.stand_in_too_long", n=LONGEST_DAYS)
    return day.isoformat()


def _who(desk: Desk, one: StandIn) -> str:
    return people.name(desk.db, desk.vault, one.person_id)


def _values(desk: Desk, one: StandIn) -> dict[str, object]:
    return {
        "who": _who(desk, one),
        "seat": Text(SEATS[one.seat]),
        "first": one.from_on,
        "last": one.until_on,
    }


def _line(desk: Desk, one: StandIn) -> Text:
    return Text("motion.stand_in_line", _values(desk, one))


FORMS: tuple[Form, ...] = (
    Form(
        id=FORM,
        staff=True,
        questions=(
            Question(
                key="seat", ask="motion.ask_stand_in_seat", kind="choice", choices=_seat_choices
            ),
            Question(key="who", ask="motion.ask_stand_in_who", kind="choice", choices=_people),
            Question(
                key="from_on",
                ask="motion.ask_stand_in_from",
                choices=(TODAY,),
                check=_from_day,
                coded=True,
            ),
            Question(
                key="until_on", ask="motion.ask_stand_in_until", check=_until_day, coded=True
            ),
            Question(key="basis", ask="motion.ask_stand_in_basis"),
        ),
        done=_record,
    ),
)
CARDS: dict[str, CardAction] = {ACTION: _press}
