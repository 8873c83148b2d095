"""One rectification item typed in chat, its progress and its changes, each kept as an entry."""

from datetime import date
from typing import Any

from casework.hygiene import displayable
from casework.mission import Stationing
from casework.rectification import ItemAct, Side
from casework.rectification_sheet import ITEMS_MAX, LONGEST, read_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me
from handlers.dutybook import mission_of
from handlers.evidence import filled_files
from handlers.forms import Answers, Form, Problem, Question
from handlers.messages import Choice, Reply, Text
from handlers.rectification_acts import act_on, add_item
from handlers.rectification_cards import item_card
from handlers.rectification_rights import item_of, items_of, need_act, need_side
from storage.rectification import Item

FIELDS = ("task", "person", "department", "measure", "due", "note")


def begin_add(desk: Desk, mission: Stationing) -> list[Reply]:
    """Open the form of one item of the unit's own plan (A22)."""
    need_side(desk, mission, Side.UNIT)
    return open_form(desk, ADD.id, context={"mission": mission.id})


def begin_hidden(desk: Desk, mission: Stationing) -> list[Reply]:
    """The inspecting side types only what the unit must not see; the plan is the unit's own."""
    need_side(desk, mission, Side.TEAM, Side.OFFICE)
    return open_form(desk, ADD.id, context={"mission": mission.id, "hidden": "1"})


def begin_work(
    desk: Desk, item: Item, mission: Stationing, side: Side, act: ItemAct
) -> list[Reply]:
    """Open the form of progress or of a change. Raises where the person may not do it now."""
    need_act(desk, item, mission, side, act)
    return open_form(desk, _FORM_OF[act], context={"item": item.id})


def _add(desk: Desk, answers: Answers) -> list[Reply]:
    mission = mission_of(desk, answers["_"]["mission"])
    hidden = bool(answers["_"].get("hidden"))
    sides = (Side.TEAM, Side.OFFICE) if hidden else (Side.UNIT,)
    side = need_side(desk, mission, *sides)
    if len(items_of(desk, mission, side)) >= ITEMS_MAX:
        raise Problem("rectification.too_many_items", n=ITEMS_MAX)
    names = ("problem", "task", "person", "department", "measure", "note")
    new = Item(
        id=desk.new_id(),
        stationing_id=mission.id,
        kind=answers["kind"],
        due=date.fromisoformat(answers["due"]),
        words={name: answers.get(name) or "" for name in names},
        principal=hidden,
        added_by=me(desk).id,
        at=desk.at,
    )
    add_item(desk, new, side, source="chat")
    item, _, _ = item_of(desk, new.id)
    return [item_card(desk, item, mission, side, Text("rectification.added", {"n": item.number}))]


def _progress(desk: Desk, answers: Answers) -> list[Reply]:
    item, mission, side = item_of(desk, answers["_"]["item"])
    need_act(desk, item, mission, side, ItemAct.PROGRESS)
    percent = int(answers["percent"] or item.percent)
    next_on = date.fromisoformat(answers["next_on"]) if answers["next_on"] else item.next_on
    text = f"{answers['text']} ({percent}%)"
    done = act_on(
        desk,
        item,
        side,
        ItemAct.PROGRESS,
        said={"text": text},
        files=filled_files(answers),
        percent=percent,
        next_on=next_on,
    )
    return [item_card(desk, done, mission, side, Text("rectification.noted", {"n": item.number}))]


def _change(desk: Desk, answers: Answers) -> list[Reply]:
    """Another word or date of the unit's own plan; the old one stays in the history."""
    item, mission, side = item_of(desk, answers["_"]["item"])
    need_act(desk, item, mission, side, ItemAct.CHANGE)
    name, value = answers["field"], answers["value"]
    old = item.due.isoformat() if name == "due" else item.words.get(name, "")
    changes: dict[str, Any] = {"words": {**item.words, name: value}}
    if name == "due":
        changes = {"due": date.fromisoformat(value), "next_on": None}
    said = {"text": f"{old} → {value}; {answers['reason']}", "field": name}
    done = act_on(desk, item, side, ItemAct.CHANGE, said=said, **changes)
    return [item_card(desk, done, mission, side, Text("rectification.noted", {"n": item.number}))]


def own_day(desk: Desk, answers: Answers, value: str) -> str:
    """A day of the plan, in any usual form, as ISO text. Raises Problem."""
    day = read_day(value)
    if isinstance(day, str):
        raise Problem(f"rectification.fault_{day}")
    return day.isoformat()


def _short(desk: Desk, answers: Answers, value: str) -> str:
    if len(value) > LONGEST:
        raise Problem("rectification.too_long", n=LONGEST)
    return displayable(value).strip()


def _percent(desk: Desk, answers: Answers, value: str) -> str:
    plain = value.strip().rstrip("%％")
    if not plain.isdecimal() or not 0 <= int(plain[:4]) <= 100:
        raise Problem("rectification.not_a_percent")
    return str(int(plain))


def _field(desk: Desk, answers: Answers, value: str) -> str:
    return own_day(desk, answers, value) if answers["field"] == "due" else _short(desk, {}, value)


ADD = Form(
    id="item_add",
    staff=True,
    questions=(
        Question(key="problem", ask="rectification.ask_problem", check=_short),
        Question(key="task", ask="rectification.ask_task", optional=True, check=_short),
        Question(key="person", ask="rectification.ask_person", check=_short),
        Question(
            key="department", ask="rectification.ask_department", optional=True, check=_short
        ),
        Question(key="measure", ask="rectification.ask_measure", check=_short),
        Question(key="due", ask="rectification.ask_due", check=own_day, coded=True),
        Question(
            key="kind",
            ask="rectification.ask_kind",
            kind="choice",
            choices=(
                Choice(code="now", key="rectification.kind_now"),
                Choice(code="phased", key="rectification.kind_phased"),
            ),
        ),
        Question(key="note", ask="rectification.ask_note", optional=True, check=_short),
    ),
    done=_add,
)
PROGRESS = Form(
    id="item_progress",
    staff=True,
    questions=(
        Question(key="text", ask="rectification.ask_progress", check=_short),
        Question(
            key="percent",
            ask="rectification.ask_percent",
            optional=True,
            check=_percent,
            coded=True,
        ),
        Question(key="files", ask="rectification.ask_files", kind="files", optional=True),
        Question(
            key="next_on", ask="rectification.ask_next", optional=True, check=own_day, coded=True
        ),
    ),
    done=_progress,
)
CHANGE = Form(
    id="item_change",
    staff=True,
    questions=(
        Question(
            key="field",
            ask="rectification.ask_field",
            kind="choice",
            choices=tuple(Choice(code=n, key=f"rectification.column_{n}") for n in FIELDS),
        ),
        Question(key="value", ask="rectification.ask_value", check=_field),
        Question(key="reason", ask="rectification.ask_change_reason", check=_short),
    ),
    done=_change,
)
_FORM_OF = {ItemAct.PROGRESS: PROGRESS.id, ItemAct.CHANGE: CHANGE.id}
FORMS = (ADD, PROGRESS, CHANGE)
