"""公告张贴: the unit says when and where the public notice is up (002 六(四), 004 五(二))."""

from datetime import date
from typing import Any

from casework.errors import MoveNotAllowed, NotAllowed
from casework.hygiene import displayable
from casework.mission import TEAM_ROLES, Stationing
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import (
    answering,
    may_sign,
    me,
    office,
    sees_unit,
    watching,
    watching_team,
)
from handlers.dutybook import mission_of
from handlers.forms import Answers, Form, Problem, Question
from handlers.frozen import profile_of
from handlers.messages import Choice, Priority, Reply, Text
from handlers.reach import to_person
from storage import attachments, audit, duties, missions, people
from storage.cards import Card
from storage.duties import Milestone

DISPLAY_CARD = "announcement_display"
ASKED, DISPLAYED = "announcement.display_asked", "announcement.displayed"
PLACE_MAX = 200


def displayed(desk: Desk, mission: Stationing) -> Milestone | None:
    """When and where the unit put the notice up; None while it has not said so."""
    return duties.milestone(desk.db, desk.vault, mission.id, DISPLAYED)


def ask_displays(desk: Desk) -> list[Reply]:
    """The office asks every unit where a team is received to put the notice up; once each.

    The list says where it is up, since when, and which unit has nobody here to be asked.
    """
    office(desk)
    lines: list[Text] = []
    replies: list[Reply] = []
    for mission in missions.accepting(desk.db, desk.at):
        if sees_unit(desk, mission.unit_id):
            replies += ask(desk, mission)
            lines.append(_line(desk, mission))
    if not lines:
        return [Reply(key="unit.no_display")]
    return [Reply(key="unit.displays", values={"lines": lines}), *replies]


def ask(desk: Desk, mission: Stationing) -> list[Reply]:
    """A card to the unit's people of this mission; [] where they were asked, or nobody is here."""
    asked = duties.milestone(desk.db, desk.vault, mission.id, ASKED)
    held = answering(desk, mission)
    bound = [p for p in held if people.addresses(desk.db, desk.vault, p)]
    if asked is not None or not bound or displayed(desk, mission) is not None:
        return []
    _keep(desk, mission, ASKED, desk.today, me(desk).id, {})
    return [r for p in bound for r in to_person(desk, p, _card(desk, mission, p))]


def _line(desk: Desk, mission: Stationing) -> Text:
    up = displayed(desk, mission)
    values: dict[str, Any] = {"unit": mission.unit_name}
    if up is not None:
        words = {"on": up.happened_on, "place": (up.words or {}).get("place", "")}
        return Text("unit.display_line_up", {**values, **words})
    asked = duties.milestone(desk.db, desk.vault, mission.id, ASKED)
    if asked is not None:
        return Text("unit.display_line_asked", {**values, "on": asked.happened_on})
    return Text("unit.display_line_nobody", values)


def _card(desk: Desk, mission: Stationing, person: str) -> Reply:
    terms = profile_of(desk, mission).terms
    return card(
        desk,
        DISPLAY_CARD,
        mission.id,
        (Choice(code="up", key="unit.display_up"),),
        key="unit.display_wanted",
        values={
            "unit": mission.unit_name,
            "team": mission.team_name,
            "xc": terms.inspect,
            "notice": f"{desk.surface.public_url}/p/{mission.id}",
        },
        person=person,
        lives_hours=24 * 90,
        priority=Priority.NOTICE,
    )


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    _open_case(desk, pressed.subject)
    return open_form(desk, DISPLAY.id, context={"mission": pressed.subject})


def _open_case(desk: Desk, mission_id: str) -> Stationing:
    """The mission. Raises NotAllowed for another unit, MoveNotAllowed where it was said before."""
    mission = mission_of(desk, mission_id)
    if not may_sign(desk, me(desk), mission):
        raise NotAllowed("duty.not_yours")
    known = displayed(desk, mission)
    if known is not None:
        raise MoveNotAllowed("unit.display_known", on=known.happened_on)
    return mission


def _said(desk: Desk, answers: Answers) -> list[Reply]:
    mission = _open_case(desk, answers["_"]["mission"])
    on = date.fromisoformat(answers["on"])
    words = {"place": answers["place"]}
    id = _keep(desk, mission, DISPLAYED, on, me(desk).id, words)
    photos = [file["id"] for file in (answers["photos"] or {}).get("files", ())]
    attachments.adopt(desk.db, photos, f"document:{id}")
    values = {"unit": mission.unit_name, "on": on}
    told = Reply(key="unit.display_told", values=values, priority=Priority.NOTICE)
    listed = watching(desk, "office", mission.unit_id)
    listed += watching_team(desk, mission, *TEAM_ROLES)
    others = [r for p in dict.fromkeys(listed) for r in to_person(desk, p, told)]
    return [Reply(key="unit.display_kept", values=values), *others]


def _keep(
    desk: Desk, mission: Stationing, event: str, on: date, actor: str, words: dict[str, str]
) -> str:
    kept = Milestone(
        id=desk.new_id(),
        stationing_id=mission.id,
        event=event,
        happened_on=on,
        actor=actor,
        at=desk.at,
        words=words,
    )
    duties.add_milestone(desk.db, desk.vault, kept)
    facts = {"on": on.isoformat()}
    audit.write(desk.db, at=desk.at, actor=actor, action=event, object=mission.id, facts=facts)
    return kept.id


def _place(desk: Desk, answers: Answers, value: str) -> str:
    place = displayable(value).strip()
    if not place or len(place) > PLACE_MAX:
        raise Problem("unit.display_place_short", n=PLACE_MAX)
    return place


DISPLAY = Form(
    id="announcement_display",
    staff=True,
    questions=(
        Question(key="on", ask="unit.display_on", choices=(TODAY,), check=past_day),
        Question(key="place", ask="unit.display_place", check=_place),
        Question(key="photos", ask="unit.display_photos", kind="files", optional=True),
    ),
    done=_said,
)
FORMS = (DISPLAY,)
CARDS: dict[str, CardAction] = {DISPLAY_CARD: _press}
