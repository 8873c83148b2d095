"""回访: follow-ups of the rectification recorded, what is unfinished reopened, the group told."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

from casework.errors import Gone, NotAllowed
from casework.hygiene import displayable
from casework.mission import Stationing
from casework.rectification import ItemState, Side, overdue
from casework.rectification_sheet import LONGEST
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me, office, watching
from handlers.dutybook import mission_of
from handlers.evidence import filled_files
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.fulfilment import fulfil
from handlers.messages import Choice, OutFile, Priority, Reply, Text
from handlers.reach import to_person
from handlers.rectification_acts import VISITED, mark
from handlers.rectification_rights import items_of, listens, need_reader, side_of
from handlers.signing_off import reopen_item, tell_unit
from storage import attachments, audit, followups, missions
from storage.cards import Card
from storage.followups import Followup, Kind
from storage.rectification import Item

SEE_CARD = "followup_see"
KINDS: Mapping[str, str] = {kind: f"rectification.followup_{kind}" for kind in get_args(Kind)}
_FULFILS = {"visit": "followup_visit", "special": "followup_visit"}
_ALL, _NONE = "all", "none"
_SPLIT = re.compile(r"[,\uff0c\u3001;\uff1b\s]+")


def begin(desk: Desk, mission: Stationing) -> list[Reply]:
    """Open the form for one mission."""
    need_reader(desk, mission)
    return open_form(desk, FOLLOWUP.id, context={"mission": mission.id})


def begin_any(desk: Desk) -> list[Reply]:
    """Open the form from the menu of the office, where the mission is chosen first."""
    office(desk)
    if not _missions(desk):
        return [Reply(key="office.nothing_to_supervise")]
    return open_form(desk, FOLLOWUP.id)


def listed(desk: Desk, mission: Stationing) -> list[Reply]:
    """The follow-ups of a mission, each with a button to read it."""
    need_reader(desk, mission)
    found = followups.of(desk.db, desk.vault, mission.id)
    if not found:
        return [Reply(key="rectification.no_followups", values={"unit": mission.unit_name})]
    return [_card(desk, mission, one, me(desk).id) for one in found[-5:]]


def _keep(desk: Desk, answers: Answers) -> list[Reply]:
    mission = mission_of(desk, _mission_id(answers))
    need_reader(desk, mission)
    items = _items(desk, mission)
    looked = _chosen(items, answers.get("looked") or _NONE)
    bad = {item.id for item in _chosen(looked, answers.get("unfinished") or _NONE)}
    new = Followup(
        id=desk.new_id(),
        stationing_id=mission.id,
        kind=answers["kind"],
        held_on=date.fromisoformat(answers["on"]),
        actor=me(desk).id,
        at=desk.at,
        words={"who": answers["who"], "conclusion": answers["conclusion"]},
        found={item.id: item.id not in bad for item in looked},
        late=sum(overdue(item.state, item.due, desk.today) for item in items),
    )
    followups.add(desk.db, desk.vault, new)
    attachments.adopt(desk.db, filled_files(answers), new.owner)
    _audit(desk, new)
    reopened = _after(desk, mission, looked, bad)
    done = fulfil(desk, mission, _FULFILS[new.kind], new.held_on) if new.kind in _FULFILS else []
    values = {**_values(mission, new), "reopened": len(reopened), "duties": len(done)}
    own = Reply(key="rectification.followup_kept", values=values)
    told = [reply for item in reopened for reply in tell_unit(desk, item, mission)]
    return [own, *told, *_report(desk, mission, new)]


def _after(desk: Desk, mission: Stationing, looked: Sequence[Item], bad: set[str]) -> list[Item]:
    """Every item looked at keeps that in its history; what is unfinished is open again."""
    side = side_of(desk, mission) or Side.OFFICE
    reopened = []
    for item in looked:
        if item.id in bad and item.state is ItemState.CLOSED:
            reason = desk.rules.say("rectification.reopened_by_followup", {}, desk.talk.locale)
            reopened.append(reopen_item(desk, item, side, reason))
        else:
            mark(desk, item, side, VISITED)
    return reopened


def _report(desk: Desk, mission: Stationing, new: Followup) -> list[Reply]:
    """六(五) 向领导小组报告: the fact and the counts; the words are read on content surfaces."""
    told = []
    for person in watching(desk, "leading_group", mission.unit_id):
        if person != me(desk).id:
            told += to_person(desk, person, _card(desk, mission, new, person))
    return told


def _card(desk: Desk, mission: Stationing, one: Followup, person: str) -> Reply:
    return card(
        desk,
        SEE_CARD,
        one.id,
        (Choice(code="open", key="button.open"),),
        key="rectification.followup_told",
        values=_values(mission, one),
        person=person,
        lives_hours=24 * 90,
        priority=Priority.NOTICE,
    )


def _see(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    found = followups.get(desk.db, desk.vault, pressed.subject)
    if found is None:
        raise Gone()
    mission = mission_of(desk, found.stationing_id)
    need_reader(desk, mission)
    if not desk.surface.content:
        return [Reply(key="office.read_in_web", values={"url": desk.surface.public_url})]
    audit.write(desk.db, at=desk.at, actor=me(desk).id, action="followup.read", object=found.id)
    files = attachments.of(desk.db, desk.vault, found.owner)
    numbers = {item.id: item.number for item in _items(desk, mission)}
    bad = [str(numbers[id]) for id, ok in found.found.items() if not ok and id in numbers]
    values = {
        **_values(mission, found),
        "who": displayable(found.words["who"]),
        "conclusion": displayable(found.words["conclusion"]),
        "numbers": "、".join(bad) or "—",
    }
    out = [
        OutFile(attachment=f.id, name=f.name, mime=f.mime) for f in files if f.state == "stored"
    ]
    return [Reply(key="rectification.followup", values=values, files=tuple(out), content=True)]


def _values(mission: Stationing, one: Followup) -> dict[str, Any]:
    return {
        "unit": mission.unit_name,
        "kind": Text(KINDS[one.kind]),
        "on": one.held_on,
        "looked": len(one.found),
        "unfinished": one.unfinished,
        "late": one.late,
    }


def _audit(desk: Desk, new: Followup) -> None:
    facts = {"kind": new.kind, "on": new.held_on.isoformat(), "looked": len(new.found)}
    facts |= {"unfinished": new.unfinished, "late": new.late}
    audit.write(
        desk.db, at=desk.at, actor=new.actor, action="followup.kept", object=new.id, facts=facts
    )


def _mission_id(answers: Answers) -> str:
    return str(answers["_"].get("mission") or answers["mission"])


def _missions(desk: Desk) -> list[Stationing]:
    begun = [m for m in missions.every(desk.db) if m.starts_on <= desk.today and m.approved]
    return [m for m in begun if side_of(desk, m) in (Side.TEAM, Side.OFFICE)]


def _items(desk: Desk, mission: Stationing) -> list[Item]:
    return items_of(desk, mission, Side.OFFICE)


def _chosen(items: Sequence[Item], answer: str) -> list[Item]:
    """The items an answer names: all, none, or numbers."""
    if answer in (_ALL, _NONE):
        return list(items) if answer == _ALL else []
    wanted = {int(number) for number in answer.split(",")}
    return [item for item in items if item.number in wanted]


def _kinds(desk: Desk, answers: Answers) -> Choices:
    """The leading group hears; the office and the team visit; 追责 is entered by the office."""
    person = me(desk)
    codes: tuple[str, ...] = ("visit", "hearing", "special")
    if person.has("office"):
        codes = (*codes, "accountability")
    elif person.has("leading_group"):
        codes = ("hearing",)
    return tuple(Choice(code=code, key=KINDS[code]) for code in codes)


def _kind(desk: Desk, answers: Answers, code: str) -> str:
    mission = mission_of(desk, _mission_id(answers))
    if code != "hearing" and side_of(desk, mission) is None and listens(desk, mission):
        raise NotAllowed("rectification.not_yours")
    return code


def _numbers(desk: Desk, answers: Answers, value: str) -> str:
    """Numbers of items of this mission, as `2,5`. Raises Problem naming the first unknown one."""
    if value in (_ALL, _NONE):
        return value
    known = {str(item.number) for item in _items(desk, mission_of(desk, _mission_id(answers)))}
    parts = [part for part in _SPLIT.sub(" ", value).split() if part]
    wrong = next((part for part in parts if part.lstrip("0") not in known), None)
    if wrong is not None or not parts:
        raise Problem("rectification.no_such_number", n=(wrong or value)[:20])
    return ",".join(str(int(part)) for part in parts)


def _unfinished(desk: Desk, answers: Answers, value: str) -> str:
    found = _numbers(desk, answers, value)
    looked = answers["looked"]
    if found in (_ALL, _NONE) or looked == _ALL:
        return found
    wrong = sorted(set(found.split(",")) - set(looked.split(",")))
    if wrong:
        raise Problem("rectification.not_looked_at", n=wrong[0])
    return found


def _day(desk: Desk, answers: Answers, value: str) -> str:
    day = past_day(desk, answers, value)
    mission = mission_of(desk, _mission_id(answers))
    if day < mission.starts_on.isoformat():
        raise Problem("office.before_stationing", start=mission.starts_on)
    return day


def _short(desk: Desk, answers: Answers, value: str) -> str:
    if len(value) > LONGEST:
        raise Problem("rectification.too_long", n=LONGEST)
    return displayable(value).strip()


def _visited(answers: Answers) -> bool:
    return answers.get("kind") in _FULFILS


def _which(desk: Desk, answers: Answers) -> Choices:
    return mission_choices(desk, _missions(desk))


FOLLOWUP = Form(
    id="rectification_followup",
    staff=True,
    questions=(
        Question(
            key="mission",
            ask="office.which_mission",
            kind="choice",
            choices=_which,
            check=chosen_mission,
            when=lambda answers: not answers["_"].get("mission"),
        ),
        Question(
            key="kind",
            ask="rectification.ask_followup_kind",
            kind="choice",
            choices=_kinds,
            check=_kind,
        ),
        Question(key="on", ask="rectification.ask_followup_on", choices=(TODAY,), check=_day),
        Question(key="who", ask="rectification.ask_who", check=_short),
        Question(
            key="looked",
            ask="rectification.ask_looked",
            choices=(
                Choice(code=_ALL, key="rectification.all_items"),
                Choice(code=_NONE, key="rectification.no_items"),
            ),
            check=_numbers,
            when=_visited,
        ),
        Question(
            key="unfinished",
            ask="rectification.ask_unfinished",
            choices=(
                Choice(code=_NONE, key="rectification.no_items"),
                Choice(code=_ALL, key="rectification.all_items"),
            ),
            check=_unfinished,
            when=lambda answers: _visited(answers) and answers.get("looked") != _NONE,
        ),
        Question(key="conclusion", ask="rectification.ask_conclusion", check=_short),
        Question(key="files", ask="rectification.ask_files", kind="files"),
    ),
    done=_keep,
)
FORMS = (FOLLOWUP,)
CARDS: dict[str, CardAction] = {SEE_CARD: _see}
