"""任务清单: the steps that an instrument names without a date, ticked off for each mission."""

from datetime import date
from typing import Any

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.mission import Stationing
from casework.profiles import CheckItem
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.discharges import words_in_short
from handlers.duty_rights import me, office
from handlers.dutybook import mission_of
from handlers.forms import Answers, Form, Question
from handlers.frozen import profile_of
from handlers.messages import Choice, Reply, Text
from handlers.mission_sheet import known_missions, may_look, mission_question
from storage import audit, events
from storage.cards import Card
from storage.events import Mark

CHECK_CARD = "mission_check"


def begin_checklist(desk: Desk) -> list[Reply]:
    """Ask for a mission and show its checklist. Raises NotAllowed outside the office."""
    office(desk)
    if not known_missions(desk):
        return [Reply(key="event.no_mission")]
    return open_form(desk, CHOOSE.id)


def checklist(desk: Desk, mission: Stationing) -> list[Reply]:
    """The steps that the mission's instrument names without a date, each with its clause."""
    items = profile_of(desk, mission).checklist
    if not items:
        return [Reply(key="event.no_checklist", values={"unit": mission.unit_name})]
    done = {mark.item: mark for mark in events.marks(desk.db, desk.vault, mission.id)}
    lines = [
        _check_line(desk, mission, item, done.get(item.id), n) for n, item in enumerate(items, 1)
    ]
    choices = tuple(
        Choice(code=item.id, key="event.do_close", values={"n": number})
        for number, item in enumerate(items, 1)
        if item.id not in done
    )
    person = me(desk).id
    return [
        card(
            desk,
            CHECK_CARD,
            mission.id,
            choices,
            key="event.checklist",
            values={"unit": mission.unit_name, "lines": lines},
            person=person,
        )
    ]


def _shown(desk: Desk, answers: Answers) -> list[Reply]:
    office(desk)
    mission = mission_of(desk, answers["mission"])
    if not may_look(desk, me(desk), mission):
        raise NotAllowed("event.only_staff")
    return checklist(desk, mission)


def _check_line(
    desk: Desk, mission: Stationing, item: CheckItem, done: Mark | None, number: int
) -> Text:
    instrument = profile_of(desk, mission).profile.instrument
    values: dict[str, Any] = {
        "n": number,
        "step": item.title,
        "cite": f"{instrument}{item.cite.article}",
    }
    if done is None:
        return Text("event.step_open", values)
    return Text("event.step_done", {**values, "on": done.done_on})


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    office(desk)
    mission = mission_of(desk, pressed.subject)
    _step(desk, mission, code)
    return open_form(desk, TICK.id, context={"mission": mission.id, "step": code})


def _step(desk: Desk, mission: Stationing, id: str) -> CheckItem:
    """The step. Raises NotAllowed for the recused, Gone where the profile has no such step."""
    if not may_look(desk, me(desk), mission):
        raise NotAllowed("event.only_staff")
    found = next((item for item in profile_of(desk, mission).checklist if item.id == id), None)
    if found is None:
        raise Gone()
    return found


def _about(desk: Desk, answers: Answers) -> dict[str, Any]:
    mission = mission_of(desk, answers["_"]["mission"])
    step = _step(desk, mission, answers["_"]["step"])
    return {"unit": mission.unit_name, "step": step.title}


def _tick(desk: Desk, answers: Answers) -> list[Reply]:
    clerk = office(desk)
    mission = mission_of(desk, answers["_"]["mission"])
    step = _step(desk, mission, answers["_"]["step"])
    on = date.fromisoformat(answers["on"])
    new = Mark(
        id=desk.new_id(),
        stationing_id=mission.id,
        item=step.id,
        done_on=on,
        actor=clerk.id,
        at=desk.at,
        words=answers["words"],
    )
    if not events.mark(desk.db, desk.vault, new):
        raise MoveNotAllowed("event.step_known", step=step.title)
    audit.write(
        desk.db,
        at=desk.at,
        actor=clerk.id,
        action="checklist.ticked",
        object=mission.id,
        facts={"step": step.id, "on": on.isoformat()},
    )
    told = Reply(key="event.ticked", values={"step": step.title, "on": on})
    return [told, *checklist(desk, mission)]


CHOOSE = Form(id="mission_checklist", staff=True, questions=(mission_question(),), done=_shown)
TICK = Form(
    id="mission_check",
    staff=True,
    questions=(
        Question(key="on", ask="event.ticked_on", values=_about, choices=(TODAY,), check=past_day),
        Question(key="words", ask="event.what_was_done", check=words_in_short),
    ),
    done=_tick,
)
FORMS = (CHOOSE, TICK)
CARDS: dict[str, CardAction] = {CHECK_CARD: _press}
