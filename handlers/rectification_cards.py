"""Rectification items in keys and values: boards, lines, cards; words where they may stand."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.hygiene import clipped
from casework.mission import Stationing
from casework.rectification import ItemAct, ItemState, Side, overdue
from casework.rectification_sheet import ITEMS_MAX
from handlers.cards import card
from handlers.desk import Desk
from handlers.duty_rights import me
from handlers.messages import Choice, Reply, Text
from handlers.mission_names import team_of
from handlers.rectification_rights import acts_of
from storage import people, rectification
from storage.rectification import HIDDEN_FROM, Count, Entry, Item

BOARD_CARD, ITEM_CARD = "rectification_board", "rectification_item"
STATES: Mapping[ItemState, str] = {
    ItemState.OPEN: "rectification.state_open",
    ItemState.WORKING: "rectification.state_working",
    ItemState.APPLIED: "rectification.state_applied",
    ItemState.EXAMINED: "rectification.state_examined",
    ItemState.CLOSED: "rectification.state_closed",
}
BUTTONS: Mapping[ItemAct, str] = {
    ItemAct.PROGRESS: "rectification.do_progress",
    ItemAct.CHANGE: "rectification.do_change",
    ItemAct.APPLY: "rectification.do_apply",
    ItemAct.EXAMINE: "rectification.do_examine",
    ItemAct.CONFIRM: "rectification.do_confirm",
    ItemAct.REFUSE: "rectification.do_refuse",
    ItemAct.REOPEN: "rectification.do_reopen",
}
KINDS = {"now": "rectification.kind_now", "phased": "rectification.kind_phased"}
SIDES = {
    "unit": "rectification.side_unit",
    "team": "rectification.side_team",
    "office": "rectification.side_office",
}
TOLD = ("refuse", "reopen")
LATE = 8  # items past their own date on a board
CLIPS = {
    "problem": 700,
    "task": 300,
    "person": 100,
    "department": 100,
    "measure": 900,
    "note": 300,
}
"""Characters of each field on a card; the whole text stands in the exported sheet."""

_BOARD: Mapping[Side, tuple[str, ...]] = {
    Side.UNIT: ("list", "add", "import", "template", "export", "publish", "calendar"),
    Side.TEAM: ("list", "followup", "hidden", "export", "calendar"),
    Side.OFFICE: ("list", "followup", "hidden", "export", "calendar"),
}
_BOARD_LABELS = {
    "list": "rectification.do_list",
    "add": "rectification.do_add",
    "import": "rectification.do_import",
    "template": "rectification.do_template",
    "export": "rectification.do_export",
    "publish": "rectification.do_publish",
    "calendar": "rectification.do_calendar",
    "followup": "rectification.do_followup",
    "followups": "rectification.do_followups",
    "hidden": "rectification.do_hidden",
}


def counted(desk: Desk, mission: Stationing, *, target_side: bool) -> list[Count]:
    """How the items of a mission stand; what must not reach the unit is not counted for it."""
    listed = rectification.counts(desk.db, mission.id, desk.today)
    return [one for one in listed if not (target_side and one.principal)]


def excerpt(desk: Desk, mission: Stationing) -> dict[str, int]:
    """Items of the unit's own plan by state, and in all, for a report: no tip is ever in it."""
    found = counted(desk, mission, target_side=True)
    by_state = {str(s): sum(c.n for c in found if c.state == s) for s in ItemState}
    late = sum(one.late for one in found)
    return {**by_state, "total": sum(one.n for one in found), "late": late}


def board_card(desk: Desk, mission: Stationing, side: Side | None, *lead: Text) -> Reply:
    """How the items of a mission stand, with what this side may begin; without a word of them."""
    found = counted(desk, mission, target_side=side is Side.UNIT)
    values: dict[str, Any] = {
        str(state): sum(one.n for one in found if one.state == state) for state in ItemState
    }
    late = sum(one.late for one in found)
    unit = side is Side.UNIT
    lines = due_lines(desk, mission, target_side=unit, limit=LATE) if late else []
    values |= {
        "unit": mission.unit_name,
        "team": team_of(desk, mission),
        "total": sum(one.n for one in found),
        "late": Text("rectification.late", {"n": late, "lines": lines}) if late else "",
    }
    codes = _BOARD[side] if side else ("followup",)
    if side is not Side.UNIT:
        codes = (*codes, "followups")
    return card(
        desk,
        BOARD_CARD,
        mission.id,
        tuple(Choice(code=code, key=_BOARD_LABELS[code]) for code in codes),
        key="rectification.board",
        values=values,
        person=me(desk).id,
        lead=lead,
    )


def due_lines(
    desk: Desk, mission: Stationing, *, target_side: bool, limit: int = ITEMS_MAX
) -> list[Text]:
    """The items past the unit's own date, by number and date, for boards; no word of any."""
    listed = rectification.of(desk.db, desk.vault, mission.id)
    shown = [item for item in listed if not (target_side and item.principal)]
    late = [item for item in shown if overdue(item.state, item.due, desk.today)]
    return [line(desk, item) for item in late[:limit]]


def line(desk: Desk, item: Item) -> Text:
    """One item by number, state and dates, without a word of it."""
    over: Text | str = ""
    if overdue(item.state, item.due, desk.today):
        days = desk.rules.calendar.workdays_between(item.due, desk.today)
        over = Text("rectification.over", {"n": max(1, days)})
    values = {
        "n": item.number,
        "state": Text(STATES[item.state]),
        "due": item.due,
        "when": over,
        "next": Text("rectification.next", {"on": item.next_on}) if item.next_on else "",
    }
    return Text("rectification.line", values)


def label(desk: Desk, item: Item) -> str:
    """The words of a button that opens the item."""
    values = {"n": item.number, "problem": clipped(item.words["problem"], 16)}
    key = "rectification.choice" if desk.surface.content else "rectification.choice_bare"
    return desk.rules.say(key, values, desk.talk.locale)


def item_card(desk: Desk, item: Item, mission: Stationing, side: Side, *lead: Text) -> Reply:
    """One item with everything the person may do to it now."""
    codes = [(str(act), BUTTONS[act]) for act in acts_of(desk, item, mission, side)]
    codes.append(("history", "rectification.do_history"))
    if side is not Side.UNIT and item.number <= HIDDEN_FROM:
        mark = ("clear", "rectification.do_clear") if item.principal else _HIDE
        codes.append(mark)
    bare = not desk.surface.content
    values = {"unit": mission.unit_name, "line": line(desk, item)}
    if bare:
        values["url"] = desk.surface.public_url
    return card(
        desk,
        ITEM_CARD,
        item.id,
        tuple(Choice(code=code, key=key) for code, key in codes),
        key="rectification.item_bare" if bare else "rectification.item",
        values=values if bare else {**values, **_words(desk, item)},
        person=me(desk).id,
        lead=lead,
        content=not bare,
    )


_HIDE = ("hide", "rectification.do_hide")


def _words(desk: Desk, item: Item) -> dict[str, Any]:
    words = {name: clipped(item.words.get(name, ""), size) for name, size in CLIPS.items()}
    marked = Text("rectification.marked_principal") if item.principal else ""
    kind = Text(KINDS[item.kind])
    return {**words, "kind": kind, "percent": item.percent, "marked": marked}


def history_line(desk: Desk, entry: Entry, side: Side) -> Text:
    """One line of the history; the unit reads no name and no opinion of the other side.

    What it reads of the other side is why an item was sent back or reopened.
    """
    foreign = side is Side.UNIT and entry.side != Side.UNIT
    who: Any = people.name(desk.db, desk.vault, entry.actor)
    said = clipped(entry.words.get("text", ""), 200)
    if foreign:
        who = Text(SIDES[entry.side])
        said = said if entry.act in TOLD else ""
    values = {
        "on": _day(desk, entry.at),
        "who": who,
        "what": Text(f"rectification.did_{entry.act}"),
        "text": said,
    }
    return Text("rectification.history_line", values)


def _day(desk: Desk, at: int) -> date:
    return desk.now.fromtimestamp(at, desk.zone).date()
