"""A mission's sheet: what happened in it, what is owed, and what is only projected."""

from collections.abc import Mapping
from typing import Any

from casework.errors import Gone, NotAllowed
from casework.hygiene import displayable
from casework.mission import TEAM_ROLES, Stationing
from casework.starts import last_day
from casework.triggers import CONSIDERED, TRIGGERS
from handlers.cards import CardAction, card
from handlers.dating import projected
from handlers.desk import Desk, Person
from handlers.dialogue import open_form
from handlers.document_reading import open_document
from handlers.duty_lines import state, title, when
from handlers.duty_rights import may_open, me, sees_unit, watching_team
from handlers.dutybook import ended_on, in_order, mission_of
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Form, Question
from handlers.frozen import profile_of
from handlers.gate_seats import holders
from handlers.messages import Choice, Reply, Text
from handlers.mission_names import team_of
from storage import audit, documents, duties, missions
from storage.cards import Card
from storage.duties import Duty, Milestone

DOCUMENT_CARD = "mission_document"
LINES = 30
_OF_THE_PRINCIPAL = ("feedback.principal_delivered", "feedback.principal_received")
OF_ITEMS = frozenset({"item.decided", "lead.found", "transfer.received"})
"""Events that follow from single reports; what the team may know of those its queue tells it."""
NAMES: Mapping[str, str] = {
    name: f"event.name_{name.replace('.', '_')}" for name in (*TRIGGERS, *_OF_THE_PRINCIPAL)
}


def may_look(desk: Desk, person: Person, mission: Stationing) -> bool:
    """The office; the team while it is stationed; its leader as long as he may be asked (003-18).

    What is shown are duties and dates, never a report: those stay with the office.
    """
    if mission.profile_id not in desk.rules.profiles:
        return False
    if person.has("office") and sees_unit(desk, mission.unit_id):
        return True
    if mission.state != "closed":
        team = watching_team(desk, mission, *TEAM_ROLES)
        return person.id in (*team, *holders(desk, mission, "team_leader"))
    led = person.id in watching_team(desk, mission, "team_leader")
    return led and (_consulted(desk, mission) or _unfinished(desk, mission))


def begin_sheet(desk: Desk) -> list[Reply]:
    """Ask for a mission and show its sheet."""
    if not known_missions(desk):
        return [Reply(key="event.no_mission")]
    return open_form(desk, LOOK.id)


def known_missions(desk: Desk) -> list[Stationing]:
    """The missions of which this person may see the sheet."""
    person = me(desk)
    listed = (m for m in missions.every(desk.db) if m.approved)
    return [m for m in listed if may_look(desk, person, m)]


def mission_question() -> Question:
    """The question for one of those missions."""
    return Question(
        key="mission",
        ask="event.which_mission",
        kind="choice",
        choices=lambda desk, answers: mission_choices(desk, known_missions(desk)),
        check=chosen_mission,
    )


def sheet(desk: Desk, mission: Stationing) -> list[Reply]:
    """Events, duties with their dates, and projected dates; the notes where they may be shown."""
    listed = [m for m in duties.milestones(desk.db, desk.vault, mission.id) if m.event in NAMES]
    happened = [m for m in listed if not _of_items(desk, m)]
    kept = {m.id for m in listed if _of_items(desk, m)}
    owing = duties.of_stationing(desk.db, mission.id)
    owed = in_order(desk, (d for d in owing if d.milestone_id not in kept))
    coming = projected(desk, mission)
    lines = [
        *(_event_line(desk, mission, one) for one in happened),
        *(Text("event.sheet_duty", _duty_values(desk, duty)) for duty in owed),
        *(
            Text(
                "event.sheet_projected",
                {
                    "doc": one.obligation.title,
                    "due": one.due.legal if one.due else "",
                    "cite": one.short_citation,
                },
            )
            for one in coming
        ),
    ]
    values = {"unit": mission.unit_name, "team": team_of(desk, mission)}
    shown = [
        Reply(key="event.sheet", values={**values, "lines": lines[at : at + LINES]})
        for at in range(0, len(lines), LINES)
    ] or [Reply(key="event.sheet_empty", values=values)]
    return [*shown, *_notes(desk, mission, happened), *_documents(desk, mission, owed)]


def _of_items(desk: Desk, one: Milestone) -> bool:
    """Whether it tells of a single report, which may be hidden from the team.

    A finding that somebody entered in words is the team's own; one without came from a report.
    """
    if me(desk).has("office"):
        return False
    unsaid = one.event.startswith("finding.") and not (one.words or {}).get("note")
    return one.event in OF_ITEMS or unsaid


def _consulted(desk: Desk, mission: Stationing) -> bool:
    items = [o for o in profile_of(desk, mission).obligation if o.trigger == CONSIDERED]
    ended = ended_on(desk, mission)
    return any(desk.today <= last_day(item, ended) for item in items)


def _unfinished(desk: Desk, mission: Stationing) -> bool:
    listed = duties.of_stationing(desk.db, mission.id)
    return any(d.state != "accepted" and d.obligor.startswith("target_") for d in listed)


def _event_line(desk: Desk, mission: Stationing, one: Milestone) -> Text:
    terms = profile_of(desk, mission).terms
    name = Text(
        NAMES[one.event],
        {
            "xc": terms.inspect,
            "team": terms.team,
            "office": terms.office,
            "leading": terms.leading_group,
        },
    )
    return Text("event.sheet_event", {"on": one.happened_on, "event": name})


def _duty_values(desk: Desk, duty: Duty) -> dict[str, Any]:
    return {"doc": title(duty), "state": state(duty), "when": when(desk, duty)}


def _notes(desk: Desk, mission: Stationing, happened: list[Milestone]) -> list[Reply]:
    """What was written beside the events; only where words may be shown, and audited."""
    told = [(one, (one.words or {}).get("note", "")) for one in happened]
    told = [(one, note) for one, note in told if note]
    if not told:
        return []
    if not desk.surface.content:
        return [Reply(key="event.notes_elsewhere", values={"url": desk.surface.public_url})]
    actor = me(desk).id
    audit.write(
        desk.db,
        at=desk.at,
        actor=actor,
        action="event.read",
        object=mission.id,
        facts={"notes": len(told)},
    )
    return [
        Reply(
            key="event.sheet_note",
            values={"event": _event_line(desk, mission, one), "note": displayable(note)},
            content=True,
        )
        for one, note in told[-LINES:]
    ]


def _documents(desk: Desk, mission: Stationing, owed: list[Duty]) -> list[Reply]:
    """A card for the newest version of what the unit handed in, where the person may read it."""
    listed = [duty for duty in owed if _may_read(desk, me(desk), duty, mission)]
    newest = [(d, found[-1]) for d in listed if (found := documents.of(desk.db, desk.vault, d.id))]
    return [
        card(
            desk,
            DOCUMENT_CARD,
            document.id,
            (Choice(code="open", key="button.open"),),
            key="event.sheet_document",
            values={
                "doc": title(duty),
                "version": document.version,
                "on": document.handed_on,
                "unit": mission.unit_name,
            },
            person=me(desk).id,
        )
        for duty, document in newest
    ]


def _may_read(desk: Desk, person: Person, duty: Duty, mission: Stationing) -> bool:
    """Who reviews; and for the year in which it may be asked, who led the team (003-18)."""
    if not duty.obligor.startswith("target_"):
        return False
    if may_open(desk, person, duty, mission):
        return True
    led = person.id in watching_team(desk, mission, "team_leader")
    return led and may_look(desk, person, mission)


def _read(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    document = documents.get(desk.db, desk.vault, pressed.subject)
    duty = duties.get(desk.db, document.duty_id) if document else None
    if document is None or duty is None:
        raise Gone()
    mission = mission_of(desk, duty.stationing_id)
    if not _may_read(desk, me(desk), duty, mission):
        raise NotAllowed("event.only_staff")
    return open_document(desk, duty, mission, document)


def _shown(desk: Desk, answers: Answers) -> list[Reply]:
    mission = mission_of(desk, answers["mission"])
    if not may_look(desk, me(desk), mission):
        raise NotAllowed("event.only_staff")
    return sheet(desk, mission)


LOOK = Form(id="mission_look", staff=True, questions=(mission_question(),), done=_shown)
FORMS = (LOOK,)
CARDS: dict[str, CardAction] = {DOCUMENT_CARD: _read}
