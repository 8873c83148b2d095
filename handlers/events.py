"""`/events` (记事): the office and the team say what happened; the profile says what follows."""

from datetime import date
from typing import Any

from casework.errors import MoveNotAllowed, NotAllowed
from casework.mission import TEAM_ROLES, Stationing
from casework.triggers import (
    BATCH_ENDED,
    CONSIDERED,
    PERSONNEL_CHANGE,
    TRIGGERS,
    Trigger,
    entered_by,
)
from handlers.cards import CardAction, card
from handlers.checklists import begin_checklist
from handlers.day_answers import TODAY
from handlers.desk import Desk, Person
from handlers.dialogue import open_form
from handlers.discharges import owed_line, words_in_short
from handlers.duty_rights import me, sees_unit, watching, watching_team
from handlers.dutybook import mission_of, record_event
from handlers.event_days import fitting_day, of_round, when_known
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.frozen import profile_of
from handlers.gate_seats import holders
from handlers.messages import Choice, Priority, Reply, Text
from handlers.mission_sheet import NAMES, begin_sheet, may_look
from handlers.reach import to_person
from storage import duties, missions
from storage.cards import Card
from storage.duties import Duty

MENU_CARD = "events_menu"


def open_events(desk: Desk, argument: str) -> list[Reply]:
    """The menu: enter an event, tick the checklist, look at what is recorded."""
    return menu(desk)


def menu(desk: Desk) -> list[Reply]:
    """What this person may do with events. Raises NotAllowed for whoever is not of the staff."""
    person = me(desk)
    if not person.has("office", *TEAM_ROLES):
        raise NotAllowed("event.only_staff")
    acts = ["record"] if person.has("office") or _open_missions(desk) else []
    acts += ["check", "look"] if person.has("office") else ["look"]
    choices = tuple(Choice(code=act, key=f"event.do_{act}") for act in acts)
    return [card(desk, MENU_CARD, person.id, choices, key="event.menu", person=person.id)]


def begin_event(desk: Desk) -> list[Reply]:
    """Open the form for an event; a line where there is none for this person to enter."""
    if not _open_missions(desk):
        return [Reply(key="event.no_mission")]
    return open_form(desk, EVENT.id)


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    acts = {"record": begin_event, "check": begin_checklist, "look": begin_sheet}
    return acts[code](desk)


def _roles(desk: Desk, person: Person, mission: Stationing) -> frozenset[str]:
    """In which seats the person may enter events; a deputy by delegation, others by 代行."""
    roles = {"office"} if person.has("office") and sees_unit(desk, mission.unit_id) else set()
    if mission.state != "closed" and person.id in holders(desk, mission, "team_leader"):
        roles.add("team_leader")
    return frozenset(roles)


def _open_missions(desk: Desk) -> list[Stationing]:
    person = me(desk)
    known = [m for m in missions.every(desk.db) if m.approved and may_look(desk, person, m)]
    return [m for m in known if _offered(desk, m)]


def _offered(desk: Desk, mission: Stationing) -> list[Trigger]:
    return entered_by(profile_of(desk, mission), _roles(desk, me(desk), mission))


def _missions(desk: Desk, answers: Answers) -> Choices:
    return mission_choices(desk, _open_missions(desk))


def _events(desk: Desk, answers: Answers) -> Choices:
    mission = mission_of(desk, answers["mission"])
    return tuple(
        Choice(code=one.event, key=NAMES[one.event], values=_terms(desk, mission))
        for one in _offered(desk, mission)
    )


def _terms(desk: Desk, mission: Stationing) -> dict[str, str]:
    terms = profile_of(desk, mission).terms
    return {
        "xc": terms.inspect,
        "team": terms.team,
        "office": terms.office,
        "leading": terms.leading_group,
    }


def _new(desk: Desk, answers: Answers, value: str) -> str:
    mission = mission_of(desk, answers["mission"])
    if value not in {one.event for one in _offered(desk, mission)}:
        raise Problem("event.not_here")
    known = when_known(desk, mission, value)
    if known is not None:
        raise Problem("event.known", on=known)
    return value


def _summary(desk: Desk, answers: Answers) -> dict[str, Any]:
    mission = mission_of(desk, answers["mission"])
    return {
        "place": _place(desk, mission, answers["event"]),
        "event": Text(NAMES[answers["event"]], _terms(desk, mission)),
        "on": date.fromisoformat(answers["on"]),
    }


def _place(desk: Desk, mission: Stationing, event: str) -> str:
    if event != BATCH_ENDED:
        return mission.unit_name
    return next((r.name for r in missions.rounds(desk.db) if r.id == mission.round_id), "")


def _record(desk: Desk, answers: Answers) -> list[Reply]:
    mission, event = mission_of(desk, answers["mission"]), answers["event"]
    _new(desk, answers, event)
    on, note = date.fromisoformat(answers["on"]), answers["note"]
    about = ""
    if TRIGGERS[event].repeats:
        told = f"{mission.id}|{event}|{on}|{' '.join(note.split())}"
        about = desk.vault.index("event", told).hex()[:32]
    held = of_round(desk, mission)[0] if event == BATCH_ENDED else mission
    words = {"note": note}
    if answers.get("discussed"):
        words["discussed"] = answers["discussed"]
    made = record_event(desk, held, event, on, about=about, words=words)
    if made is None:
        raise MoveNotAllowed("event.known", on=on)
    standing = [d for d in made if (now := duties.get(desk.db, d.id)) and now.state == "open"]
    lines = [owed_line(desk, duty, number) for number, duty in enumerate(standing, 1)]
    key = "event.recorded" if lines else "event.recorded_alone"
    told_here = Reply(key=key, values={**_summary(desk, answers), "lines": lines})
    return [told_here, *_tell(desk, mission, event, on, standing)]


def _tell(desk: Desk, mission: Stationing, event: str, on: date, made: list[Duty]) -> list[Reply]:
    """Whom the clause wants told: the team (003-18 通报), the former leader, who owes now."""
    told: dict[str, Reply] = {}
    if event == PERSONNEL_CHANGE:
        note = _notice("event.personnel_told", mission, on=on)
        told |= {person: note for person in watching_team(desk, mission, *TEAM_ROLES)}
    if event == CONSIDERED:
        item = next((d for d in made if d.kind == "consult_before_promotion"), None)
        cite = item.citation if item else ""
        note = _notice("event.consult_told", mission, on=on, cite=cite)
        listed = [*watching(desk, "office", mission.unit_id)]
        listed += watching_team(desk, mission, "team_leader")
        told |= dict.fromkeys(listed, note)
    for duty in made:
        if duty.obligor == "team":
            lines = [owed_line(desk, duty, 1)]
            note = _notice("event.owed_now", mission, lines=lines)
            told |= dict.fromkeys(watching_team(desk, mission, "team_leader"), note)
    told.pop(me(desk).id, None)
    return [reply for person, note in told.items() for reply in to_person(desk, person, note)]


def _notice(key: str, mission: Stationing, **values: Any) -> Reply:
    values = {"unit": mission.unit_name, **values}
    return Reply(key=key, values=values, priority=Priority.NOTICE)


def _wants_discussion(answers: Answers) -> bool:
    return bool(answers.get("event") == "team_report.submitted")


EVENT = Form(
    id="event",
    staff=True,
    questions=(
        Question(
            key="mission",
            ask="event.which_mission",
            kind="choice",
            choices=_missions,
            check=chosen_mission,
        ),
        Question(key="event", ask="event.which_event", kind="choice", choices=_events, check=_new),
        Question(
            key="on",
            ask="event.happened_on",
            name="event.name_day",
            choices=(TODAY,),
            check=fitting_day,
        ),
        Question(
            key="discussed",
            ask="event.discussed",
            name="event.name_discussed",
            check=words_in_short,
            when=_wants_discussion,
            optional=True,
        ),
        Question(key="note", ask="event.note", name="event.name_words", check=words_in_short),
    ),
    review="event.review",
    summary=_summary,
    done=_record,
)
COMMANDS = {"events": open_events}
FORMS = (EVENT,)
CARDS: dict[str, CardAction] = {MENU_CARD: _press}
