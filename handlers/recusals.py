"""回避: declaring from what one steps back; it acts at once, the leader or the office looks at
it."""

from casework.errors import Gone, NotAllowed
from casework.mission import Recusal
from casework.recusal import Watched, matches, prepare
from handlers.arrivals import recheck
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.intake.sounds import sounds
from handlers.messages import Choice, Priority, Reply, Text
from handlers.reach import to_person
from handlers.turn import Handler
from handlers.visibility import STAFF, TEAM, leads, own_missions
from storage import audit, missions, people, report_texts, reports, team
from storage.cards import Card
from storage.reports import Report
from storage.team import Declaration

FORM = "recusal"
SEEN = "recusal_seen"
HELD_AT_ONCE = 20


def recuse(desk: Desk, argument: str) -> list[Reply]:
    """Ask from what the person steps back. Errors: NotAllowed for whom reads no reports."""
    if desk.me is None or not desk.me.has(*STAFF):
        raise NotAllowed
    return open_form(desk, FORM)


def waiting(desk: Desk) -> list[Reply]:
    """The first declaration this person has to look at: the leader a member's, the office any
    other."""
    found = next((d for d in team.declarations(desk.db, desk.vault) if _judges(desk, d)), None)
    if found is None:
        return [Reply(key="recusal.none_waits")]
    assert desk.me is not None
    return [
        card(
            desk,
            SEEN,
            found.id,
            (Choice(code="yes", key="button.agree"),),
            key="recusal.waits",
            values={
                "who": people.name(desk.db, desk.vault, found.person_id),
                "text": found.text,
            },
            person=desk.me.id,
        )
    ]


def any_waits(desk: Desk) -> bool:
    """Whether a declaration waits for this person."""
    return any(_judges(desk, d) for d in team.declarations(desk.db, desk.vault))


def seen(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Record that a declaration was looked at and stands."""
    found = team.declaration(desk.db, desk.vault, pressed.subject)
    if found is None:
        raise Gone("team.changed")
    if not _judges(desk, found):
        raise NotAllowed
    assert desk.me is not None
    if not team.saw(desk.db, found.id, desk.me.id, desk.at):
        raise Gone("team.changed")
    audit.write(desk.db, at=desk.at, actor=desk.me.id, action="recusal.approved", object=found.id)
    return [Reply(key="recusal.approved")]


def look_through(desk: Desk, limit: int) -> list[Reply]:
    """A tick: go on with the oldest entry of the register through up to `limit` reports on file.

    Until it has been looked through, a report is hidden from the person as a doubt; what the
    entry matches stays hidden, and cards and claims on it are taken back.
    """
    found = people.unchecked(desk.db, desk.vault)
    if found is None:
        return []
    listed = reports.page(desk.db, found.upto, found.at, limit)
    replies: list[Reply] = []
    for report in listed:
        if _matches(desk, found.entry, report):
            replies += _hide(desk, found.entry.person_id, report)
    if len(listed) < limit:
        people.checked(desk.db, found.id)
    else:
        people.checked(desk.db, found.id, listed[-1].id)
    return replies


def _declared(desk: Desk, answers: Answers) -> list[Reply]:
    assert desk.me is not None
    declared = Recusal(
        person_id=desk.me.id,
        unit_id=answers["unit"] if answers["kind"] == "unit" else "",
        names=tuple(answers["names"]) if answers["kind"] == "names" else (),
    )
    declaration_id = desk.new_id()
    people.recuse(desk.db, desk.vault, declared, id=declaration_id, at=desk.at)
    unit = missions.unit(desk.db, declared.unit_id) if declared.unit_id else None
    team.declare(
        desk.db,
        desk.vault,
        Declaration(
            id=declaration_id,
            person_id=desk.me.id,
            team_id=_team_of(desk),
            text=unit.name if unit else "、".join(declared.names),
            at=desk.at,
        ),
    )
    audit.write(
        desk.db, at=desk.at, actor=desk.me.id, action="recusal.declared", object=declaration_id
    )
    return [
        Reply(key="recusal.declared"),
        *_let_go(desk, declared),
        *_tell_judges(desk, declaration_id),
    ]


def _let_go(desk: Desk, declared: Recusal) -> list[Reply]:
    """The claims of the person that the entry matches fall at once; a tick does the rest."""
    held = reports.held_by(desk.db, declared.person_id)[:HELD_AT_ONCE]
    hit = [report for report in held if _matches(desk, declared, report)]
    return [r for report in hit for r in _hide(desk, declared.person_id, report)]


def _hide(desk: Desk, person_id: str, report: Report) -> list[Reply]:
    reports.recuse(desk.db, report.id, person_id, desk.at)
    return recheck(desk, report)


def _matches(desk: Desk, declared: Recusal, report: Report) -> bool:
    """Whether the report is of the unit, or its words name one of the people."""
    return declared.unit_id == report.unit_id != "" or _names_in(desk, declared, report)


def _names_in(desk: Desk, declared: Recusal, report: Report) -> bool:
    if not declared.names:
        return False
    watched = [Watched(key=n, name=n, sounds=sounds(n)) for n in declared.names]
    words = "\n".join(p.text for p in report_texts.of(desk.db, desk.vault, report.id))
    return bool(matches(prepare(words, sounds(words)), watched))


def _team_of(desk: Desk) -> str:
    """The team whose leader looks at it; "" sends it to the office."""
    assert desk.me is not None
    if desk.me.has("team_leader"):
        return ""
    return next((r.team for r in desk.me.roles if r.role in TEAM), "")


def _judges(desk: Desk, declaration: Declaration) -> bool:
    """Whether this person looks at a declaration: never at the own one."""
    if desk.me is None or declaration.person_id == desk.me.id:
        return False
    if desk.me.has("office"):
        return True
    return any(m.team_id == declaration.team_id and leads(desk, m) for m in own_missions(desk))


def _tell_judges(desk: Desk, declaration_id: str) -> list[Reply]:
    assert desk.me is not None
    team_id = _team_of(desk)
    judges = [
        person
        for m in own_missions(desk)
        if m.team_id == team_id
        for person in people.holders(desk.db, "team_leader", team=team_id, round_id=m.round_id)
    ]
    replies: list[Reply] = []
    for person in dict.fromkeys(judges or people.holders(desk.db, "office")):
        if person != desk.me.id:
            told = Reply(
                key="card.recusal_waits",
                priority=Priority.NOTICE,
                dedupe=f"recusal:{declaration_id}:{person}",
            )
            replies += to_person(desk, person, told)
    return replies


def _units(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=f"u{n}", label=u.name) for n, u in enumerate(missions.units(desk.db)))


def _unit(desk: Desk, answers: Answers, value: str) -> str:
    return missions.units(desk.db)[int(value[1:])].id


def _names(desk: Desk, answers: Answers, value: str) -> list[str]:
    found = value.replace("、", " ").replace("，", " ").replace(",", " ").split()
    if any(len(name) < 2 for name in found) or not 1 <= len(found) <= 20:
        raise Problem("recusal.names_unclear")
    return found


FORMS: tuple[Form, ...] = (
    Form(
        id=FORM,
        staff=True,
        done=_declared,
        review="recusal.review",
        summary=lambda desk, answers: {
            "what": Text("recusal.from_unit", {"unit": _unit_name(desk, answers["unit"])})
            if answers.get("unit")
            else Text("recusal.from_people", {"names": answers.get("names") or []})
        },
        questions=(
            Question(
                key="kind",
                ask="recusal.ask_kind",
                kind="choice",
                choices=(
                    Choice(code="unit", key="recusal.kind_unit"),
                    Choice(code="names", key="recusal.kind_names"),
                ),
            ),
            Question(
                key="unit",
                ask="recusal.ask_unit",
                kind="choice",
                when=lambda answers: answers.get("kind") == "unit",
                choices=_units,
                check=_unit,
            ),
            Question(
                key="names",
                ask="recusal.ask_names",
                when=lambda answers: answers.get("kind") == "names",
                check=_names,
            ),
        ),
    ),
)


def _unit_name(desk: Desk, unit_id: str) -> str:
    found = missions.unit(desk.db, unit_id)
    return found.name if found else unit_id


COMMANDS: dict[str, Handler] = {"recuse": recuse}
CARDS: dict[str, CardAction] = {SEEN: seen}
